/* SPDX-License-Identifier: Apache-2.0 */
/* intents/amazon/token.h -- the skill's own access token, for proactive events (Login with Amazon,
 * grant type client_credentials).
 *
 *   none --asked for--> good --shortly before it expires, or forgotten--> none
 *    `--refused or unavailable--> waiting --30 s after a refusal, otherwise 1 s--> none
 *
 * Kept in memory only, wiped when it is replaced, never logged. Thread-safe; while one thread asks
 * for a token, the others wait for it. */
#ifndef CLIMACAST_INTENTS_AMAZON_TOKEN_H
#define CLIMACAST_INTENTS_AMAZON_TOKEN_H

#include <stdint.h>

#include "intents/amazon/client.h"
#include "server/base/err.h"

enum {
    AMAZON_TOKEN_REFUSED_MS = 30 * 1000, /* until client id and secret are tried again */
    AMAZON_TOKEN_FAILED_MS = 1000,       /* the same after any other failure */
    AMAZON_TOKEN_EARLY_S = 60,           /* how long before it expires a token is replaced */
};

struct amazon_token;
struct amazon_token_settings {
    const char *client_id, *client_secret; /* copied */
    const char *scope;                     /* "alexa::proactive_events"; a literal */
    int64_t (*mono_ms)(void);              /* NULL: the system's; a test supplies its own */
};

/* NULL: out of memory. `amazon` must outlive it. */
struct amazon_token *amazon_token_create(const struct amazon_token_settings *settings,
                                         struct amazon *amazon);
void amazon_token_free(struct amazon_token *t); /* NULL allowed */

enum { AMAZON_TOKEN_SIZE = AMAZON_CREDENTIAL_MAX + 1 };

/* Get a token that is good for a while; asks for one when there is none.
 *   ST_OK
 *   ST_DENIED       reason "amazon_token_refused": client id or secret is wrong; not asked again
 *                   for 30 seconds
 *   ST_UNAVAILABLE  reason "amazon_token_unavailable": there was no usable answer, or the last
 *                   attempt was a moment ago
 *   ST_TIMEOUT      reason "amazon_token_unavailable" */
enum status amazon_token_get(struct amazon_token *t, int64_t deadline,
                             char ret_token[AMAZON_TOKEN_SIZE], struct err *err);
/* A service refused this token: the next get asks for another one, unless that has happened
 * already. */
void amazon_token_forget(struct amazon_token *t, const char *token);

#endif
