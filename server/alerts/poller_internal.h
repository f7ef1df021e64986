/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/poller_internal.h -- the parts of the poller: poller.c makes them, poll.c reads,
 * and notify.c sends. */
#ifndef CLIMACAST_SERVER_ALERTS_POLLER_INTERNAL_H
#define CLIMACAST_SERVER_ALERTS_POLLER_INTERNAL_H

#include <stdatomic.h>

#include "intents/amazon/notify.h"
#include "server/alerts/feed.h"
#include "server/alerts/gate.h"
#include "server/alerts/leader.h"
#include "server/alerts/poller.h"
#include "server/alerts/rounds.h"
#include "server/alerts/watch.h"
#include "server/base/ticker.h"

struct poller {
    struct poller_settings settings;
    struct watch *watch;
    struct feed *feed; /* of the thread that polls */
    struct rounds *rounds;
    struct leader *leader;
    struct ticker *poll;
    struct amazon_token *token;
    struct gate gates[AMAZON_HOSTS];
    atomic_bool took_over; /* what is known is of another time */
    struct metric *sent, *subscriptions;
    struct metric_family *held, *dropped, *polls;
};

static inline int64_t poller_now_ms(const struct poller *a)
{
    return a->settings.now_ms(a->settings.now_data);
}

ticker_step_fn poller_look;
/* `name` is the user. */
rounds_fn poller_notify;

#endif
