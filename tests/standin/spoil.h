/* Faults that spoil the right answer: what is said, not how it is sent. */
#ifndef STANDIN_SPOIL_H
#define STANDIN_SPOIL_H

#include <cjson/cJSON.h>

#include "answer.h"
#include "fault.h"

/* What the fault needs changed in the request's body (NULL: there is none): where every page is
 * followed by another one, no token counts. */
void spoil_request(enum fault_kind fault, cJSON *body);

/* Spoil an answer with status 200 as the fault demands; other faults leave it alone. */
void spoil_answer(enum fault_kind fault, const struct operation *operation, struct dice *dice,
	struct answer *answer);

#endif
