/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/due.h -- should a user be notified of an event now? Pure. */
#ifndef CLIMACAST_SERVER_ALERTS_DUE_H
#define CLIMACAST_SERVER_ALERTS_DUE_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/alerts/subscriptions.h"
#include "intents/weather/alert.h"
#include "server/base/zone.h"

enum { DUE_LEFT_MIN_S = 5 * 60 }; /* of an event that was held back in the quiet hours */

struct due_event {
    const char *event; /* "Tornado Warning" */
    const char *type;  /* Amazon's alert type; NULL: none */
    enum alert_severity severity;
    bool immediate; /* its urgency */
    int64_t until;  /* epoch seconds, 0: unknown */
};

enum due_verdict {
    DUE_NEVER, /* outside the user's level, or over */
    DUE_KIND,  /* Amazon has no type for it: keep it for the next launch */
    DUE_QUIET, /* quiet hours */
    DUE_NOW
};

/* Does the level let the event through? */
bool due_level(const struct due_event *e, enum alert_level level);
/* Is this a minute of the quiet hours? `from` equal to `to`: never. */
bool due_is_quiet(int from, int to, int minute_of_day);

/* `zone`: whose local time the quiet hours are in. `was_quiet`: it was held back in quiet hours, so
 * it is sent only if enough of it is left. `now` is epoch seconds. */
enum due_verdict due_judge(const struct due_event *e, const struct subscription *s,
                           const struct zone *zone, bool was_quiet, int64_t now);

#endif
