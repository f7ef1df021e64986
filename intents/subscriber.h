/* SPDX-License-Identifier: Apache-2.0 */
/* intents/subscriber.h -- the user of a turn as a subscriber to alerts
 * (cache/alerts/subscriptions.h). */
#ifndef CLIMACAST_INTENTS_SUBSCRIBER_H
#define CLIMACAST_INTENTS_SUBSCRIBER_H

#include <stdint.h>

#include "intents/turn.h"

/* ST_OK when the owner has switched alerts on; else ST_DENIED, reason "alerts_off". */
enum status subscriber_check(const struct turn *turn, struct err *err);
/* The host that the request's apiEndpoint names; STR_NONE when it is none of Amazon's. */
struct str subscriber_host(const struct envelope *e);
/* When Alexa sent the request, milliseconds since 1970; the machine's time when it does not say. */
int64_t subscriber_request_ms(const struct envelope *e);

/* To be called after a place of the user has been saved, with the setting that it is part of. The
 * change itself stands, whatever comes of this: turn->log has the error. */
void subscriber_note_saved(struct turn *turn, const char *setting);

/* Remembers the host of this request for a subscriber who had another one. ST_OK or ST_WOULD_WAIT:
 * a failure is only noted in turn->log. */
enum status subscriber_note_host(struct turn *turn);

#endif
