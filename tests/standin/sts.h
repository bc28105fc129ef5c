/* The operations of the Security Token Service, version 2011-06-15. Rules: its API reference. */
#ifndef STANDIN_STS_H
#define STANDIN_STS_H

#define STS_VERSION "2011-06-15"

struct call;

/* Each checks the call's form and fills its answer. */
void sts_assume_role(struct call *call);
void sts_assume_role_with_web_identity(struct call *call);
void sts_get_caller_identity(struct call *call);

#endif
