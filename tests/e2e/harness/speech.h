/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/speech.h -- checks of what a response says. Each fails the test, and prints the
 * response, if it does not hold. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_SPEECH_H
#define CLIMACAST_TESTS_E2E_HARNESS_SPEECH_H

#include "tests/e2e/harness/client.h"

/* The response is 200 and within Alexa's size limits, its SSML is well-formed, and the speech does
 * not contain leftovers such as "null", "nan" or an unfilled gap. */
void speech_check_valid(const struct client_response *r);
/* The speech contains, or does not contain, these words (ignoring case). */
void speech_check_says(const struct client_response *r, const char *words);
/* The speech or the card, which has all the facts, contains these words. */
void speech_check_tells(const struct client_response *r, const char *words);
void speech_check_omits(const struct client_response *r, const char *words);

#endif
