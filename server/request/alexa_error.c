/* SPDX-License-Identifier: Apache-2.0 */
/* server/request/alexa_error.c -- the error types that Alexa sends, by table. */
#include "server/request/alexa_error.h"

#include <string.h>

/* The last row is for types that Amazon does not document. */
static const struct {
    const char *type;
    bool ours;
    const char *meaning;
} errors[] = {
    { "INVALID_RESPONSE", true, "Alexa rejected a response: alexa_message in the log says why." },
    { "ENDPOINT_TIMEOUT", true,
      "A response did not arrive within the 8 seconds that Alexa waits." },
    { "DEVICE_COMMUNICATION_ERROR", false, "Alexa lost the connection to the user's device." },
    { "INTERNAL_SERVICE_ERROR", false, "A fault in Amazon's own service." },
    { "INTERNAL_ERROR", false, "A fault in Amazon's own service." },
    { "other", true, "Alexa reported an error: alexa_error in the log has its name." },
};
enum { ERRORS = sizeof errors / sizeof errors[0] };

static size_t error_row(struct str type)
{
    size_t i = 0;

    while (i + 1 < ERRORS && !str_eqz(type, errors[i].type))
        i++;
    return i;
}

const char *alexa_error_type(const struct envelope *e)
{
    bool ended = str_eqz(e->request_type, "SessionEndedRequest") &&
                 (e->error_type.n > 0 || str_eqz(e->end_reason, "ERROR"));

    if (!ended && !str_eqz(e->request_type, "System.ExceptionEncountered"))
        return NULL;
    return errors[error_row(e->error_type)].type;
}

const char *alexa_error_type_at(size_t i)
{
    return i < ERRORS ? errors[i].type : NULL;
}

const char *alexa_error_meaning(const char *type)
{
    return errors[error_row(str_of(type))].meaning;
}

bool alexa_error_is_ours(const char *type)
{
    return errors[error_row(str_of(type))].ours;
}
