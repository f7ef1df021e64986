/* SPDX-License-Identifier: Apache-2.0 */
/* intents/subscriber.c -- the user of a turn as a subscriber to alerts. */
#include "intents/subscriber.h"

#include <string.h>

#include "cache/alerts/subscriptions.h"
#include "intents/amazon/host.h"
#include "server/base/clock.h"
#include "server/base/time_text.h"

enum status subscriber_check(const struct turn *turn, struct err *err)
{
    if (turn->skill->alerts)
        return ST_OK;
    return err_reason(err, ST_DENIED, "alerts_off", "alerts.enabled is no");
}

struct str subscriber_host(const struct envelope *e)
{
    enum amazon_host host;

    return amazon_host_of_endpoint(e->api_endpoint, &host) ? str_of(amazon_host_name(host))
                                                           : STR_NONE;
}

/* The digits after the dot, in milliseconds. */
static int64_t read_fraction(struct str timestamp)
{
    struct str digits = str_sub(timestamp, str_index(timestamp, '.') + 1, timestamp.n);
    int64_t ms = 0, weight = 100;

    for (size_t i = 0; i < digits.n && weight > 0; i++, weight /= 10) {
        if (digits.p[i] < '0' || digits.p[i] > '9')
            break;
        ms += weight * (digits.p[i] - '0');
    }
    return ms;
}

int64_t subscriber_request_ms(const struct envelope *e)
{
    int64_t seconds;

    if (!time_parse_rfc3339(e->timestamp, &seconds))
        return clock_wall_s() * 1000;
    return seconds * 1000 + read_fraction(e->timestamp);
}

void subscriber_note_saved(struct turn *turn, const char *setting)
{
    const struct envelope *e = turn->envelope;

    if (turn->skill->alerts && (strcmp(setting, "location") == 0 || strcmp(setting, "places") == 0))
        (void)subscription_places_changed(turn->skill->store, e->user_id, subscriber_host(e),
                                          turn->call.deadline, &turn->log->err);
}

enum status subscriber_note_host(struct turn *turn)
{
    struct str host = subscriber_host(turn->envelope), user = turn->envelope->user_id;
    struct err *why = &turn->log->err;
    int64_t deadline = turn->call.deadline;
    struct subscription s = { .granted = false };
    enum status st = ST_MISS;

    if (host.n > 0)
        st = subscription_get(turn->skill->store, user, deadline, &s, why);
    if (st == ST_OK && !str_eqz(host, s.host))
        st = deadline_may_wait(deadline)
                 ? subscription_note_host(turn->skill->store, user, host, deadline, why)
                 : ST_WOULD_WAIT;
    subscription_done(&s);
    return st == ST_WOULD_WAIT ? st : ST_OK;
}
