/* IAM Identity Center: role credentials from the SSO portal, access tokens from SSO-OIDC. */
#ifndef STANDIN_PORTAL_H
#define STANDIN_PORTAL_H

struct call;

/* Each checks the call's address or body and fills its answer. */
void portal_get_role_credentials(struct call *call);
void portal_create_token(struct call *call);

#endif
