/* A set of names. Part of collect. */
#ifndef COLLECT_NAME_SET_H
#define COLLECT_NAME_SET_H

/* Empty when zeroed; free with name_set_free. */
struct name_set {
	void *root; /* a tree of search.h */
};

/* Adds a copy of the name. 1 if it is new, 0 if it is there already, -1 if memory runs out. */
int name_set_add(struct name_set *set, const char *name);

/* Frees the names; the set is empty then. */
void name_set_free(struct name_set *set);

#endif
