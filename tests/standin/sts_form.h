/* The fields of STS requests, held against what its API reference allows. */
#ifndef STANDIN_STS_FORM_H
#define STANDIN_STS_FORM_H

#include <stdbool.h>

#include "call.h"

#define STS_DURATION_MIN     900
#define STS_DURATION_MAX     43200
#define STS_DURATION_DEFAULT 3600

/* Check the fields of the call's operation: those it must have, those it may, none else. False with
 * ValidationError in the answer. */
bool sts_check_form(struct call *call);

/* The seconds that a valid form asks for. */
long sts_duration(const struct call *call);

#endif
