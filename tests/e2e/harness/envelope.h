/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/envelope.h -- request envelopes like the ones Alexa sends. All functions that
 * return json_t return a new reference. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_ENVELOPE_H
#define CLIMACAST_TESTS_E2E_HARNESS_ENVELOPE_H

#include <jansson.h>
#include <stdarg.h>

json_t *envelope_launch(const char *user);
/* Slots: name, value, ..., NULL. */
json_t *envelope_intent(const char *user, const char *intent, ...) __attribute__((sentinel));
json_t *envelope_intent_va(const char *user, const char *intent, va_list slots);
/* A request of the given type without further members. */
json_t *envelope_of_type(const char *user, const char *type);

/* Make it a later request of a session: session.new is false, and the session attributes are those
 * of the previous response. */
void envelope_continue_session(json_t *envelope, const json_t *previous_response);
/* Set a member by its path, such as "request.timestamp". Steals `value`; NULL deletes the
 * member. */
void envelope_set(json_t *envelope, const char *path, json_t *value);
/* Set the timestamp to `seconds` from now. */
void envelope_shift_timestamp(json_t *envelope, int seconds);

#endif
