/* SPDX-License-Identifier: Apache-2.0 */
/* intents/amazon/notify.h -- one proactive event for one user: "there is a tornado alert for your
 * area" (AMAZON.WeatherAlert.Activated, unicast).
 *
 * The same event always has the same body, so that a repetition is recognized as one by its
 * reference id. Thread-safe. */
#ifndef CLIMACAST_INTENTS_AMAZON_NOTIFY_H
#define CLIMACAST_INTENTS_AMAZON_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/amazon/client.h"
#include "intents/amazon/token.h"
#include "server/base/err.h"
#include "server/base/str.h"

struct amazon_event {
    enum amazon_host host;     /* of the user's region */
    bool live;                 /* false: the development stage */
    struct str user;           /* user id */
    struct str reference;      /* of the user's own: 1 to 100 letters, digits and '~' */
    const char *alert_type;    /* "TORNADO", "HURRICANE", "SNOW_STORM", "THUNDER_STORM" */
    struct str source;         /* spoken: "the National Weather Service" */
    int64_t timestamp, expiry; /* epoch seconds, UTC; 5 minutes to 24 hours apart */
};

enum amazon_notified {
    AMAZON_NOTIFIED_SENT,       /* 202 */
    AMAZON_NOTIFIED_BEFORE,     /* 409: the user already got it, so it counts as sent */
    AMAZON_NOTIFIED_USER_LIMIT, /* 432: the user got too many; do not send it again */
    AMAZON_NOTIFIED_REFUSED,    /* 400, 404 and other 4xx: do not send it again */
    AMAZON_NOTIFIED_LIMITED,    /* 429: try later; nothing to this host before retry_after_ms */
    AMAZON_NOTIFIED_DENIED,     /* 401 or 403, even with a new token: try later */
    AMAZON_NOTIFIED_NO_TOKEN,   /* no token is available at present: try later */
    AMAZON_NOTIFIED_FAILED,     /* 5xx, no response, no time: try later; it may have arrived */
};

struct amazon_notify_result {
    enum amazon_notified outcome;
    long status;            /* of the last response; 0: none */
    int64_t retry_after_ms; /* of a 429: from now on; 0: not said */
    struct err err;         /* unless SENT or BEFORE: for the log; no token, no user id */
};

/* The milliseconds that a Retry-After header asks for, as seconds or as a date; at most a day. 0:
 * absent or unreadable. */
int64_t amazon_retry_after_ms(const char *header, int64_t now_s);

/* Send it: one POST, and with a new token another one when the token was refused. Each takes at
 * most AMAZON_CALL_MS, and both end by `deadline`. */
void amazon_notify(struct amazon *amazon, struct amazon_token *token,
                   const struct amazon_event *event, int64_t deadline,
                   struct amazon_notify_result *ret_result);

#endif
