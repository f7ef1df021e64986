/* SPDX-License-Identifier: Apache-2.0 */
/* server/request/alexa_error.h -- errors that Alexa reports about an earlier response of ours: a
 * session that ended with the reason ERROR, or System.ExceptionEncountered. Pure. */
#ifndef CLIMACAST_SERVER_REQUEST_ALEXA_ERROR_H
#define CLIMACAST_SERVER_REQUEST_ALEXA_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "intents/alexa/envelope.h"

/* Alexa's word for what went wrong: one of a fixed set, so it can be a label in metrics;
 * "other" when it is not one that Amazon documents.  NULL: the request reports no error. */
const char *alexa_error_type(const struct envelope *e);

/* The words, one after the other; NULL after the last. */
const char *alexa_error_type_at(size_t i);

/* What such a word means, a sentence for the operator. */
const char *alexa_error_meaning(const char *type);

/* Is it about our response, rather than about the device or Amazon's own service? */
bool alexa_error_is_ours(const char *type);

#endif
