/* Preloaded: the process seems to have another user's or group's rights, as a setuid or setgid one
 * has. */
#include <unistd.h>

#ifdef OTHER_GROUP
gid_t getegid(void) {
	return getgid() + 1;
}
#else
uid_t geteuid(void) {
	return getuid() + 1;
}
#endif
