/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/lease.h -- which of several daemons polls for alerts, and what it has read.
 *
 * The item ALERT_LEASE, which is neither backed up nor migrated:
 *
 *     {"holder": "<random>", "beat": 17, "reading": "<text>", "notes": "<text>"}
 *
 * The holder counts `beat` up every few seconds. A daemon that sees the same beat for
 * LEASE_DEAD_MS, by its own clock that never steps, takes the lease, on the condition that nobody
 * else has written the item. Clocks of different machines are never compared. */
#ifndef CLIMACAST_CACHE_ALERTS_LEASE_H
#define CLIMACAST_CACHE_ALERTS_LEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"

/* ---- what the poller has read: for the intents ---- */

enum {
    READING_GAP_MS = 10 * 60 * 1000, /* shorter ones hide no alert for long */
    READING_GAPS_MAX = 16,           /* older ones are forgotten */
};

/* All times are milliseconds since 1970 by the poller's clock (weather.now, if set). */
struct alert_reading {
    int64_t first_ms, last_ms; /* successful readings of NWS's alerts; 0: none yet */
    struct {
        int64_t from_ms, to_ms;
    } gaps[READING_GAPS_MAX]; /* when they could not be read for at least READING_GAP_MS; oldest
                                 first */
    size_t gap_count;
};

/* ST_OK: also when nothing was ever read, with last_ms 0. Other statuses as in subscriptions.h. */
enum status alert_reading_get(struct store *store, int64_t deadline, struct alert_reading *ret,
                              struct err *err);
/* When the alerts were not read. */
struct alert_unread {
    int64_t from_ms, to_ms; /* to_ms 0: they still are not */
    bool often;             /* in several gaps, the first and the last of which these bound */
};
/* Were the alerts read without a gap from `since_ms` to `now_ms`? If not, *ret_unread says when
 * they were not. Pure. */
bool alert_reading_is_complete(const struct alert_reading *r, int64_t since_ms, int64_t now_ms,
                               struct alert_unread *ret_unread);

/* Notes a successful reading. Pure. */
void alert_reading_note(struct alert_reading *r, int64_t now_ms);

/* ---- the lease: for the poller ---- */

enum {
    LEASE_BEAT_MS = 4000,   /* how often lease_keep() is to be called, holder or not */
    LEASE_TRUST_MS = 12000, /* see lease_beat_is_fresh() */
    LEASE_DEAD_MS = 18000,  /* without a beat, the lease is taken: within 26 s of the last one */
    LEASE_HOLDER_SIZE = 17,
    LEASE_NOTES_MAX = 32 * 1024, /* bytes */
};

/* One daemon's view. Not thread-safe. */
struct lease {
    struct store *store; /* borrowed */
    char holder[LEASE_HOLDER_SIZE];
    bool held;
    int64_t beat_mono_ms;         /* before the last successful beat */
    char seen[LEASE_HOLDER_SIZE]; /* another holder, */
    int64_t seen_beat;            /* its beat, */
    int64_t seen_mono_ms;         /* and since when it has not changed */
    /* Written with each beat; read when the lease is taken. */
    struct alert_reading reading;
    char *notes; /* the poller's own, JSON text; NULL: none */
};

void lease_init(struct lease *l, struct store *store);
void lease_done(struct lease *l);

/* Beats, if this daemon holds the lease; takes it, if nobody else does. l->held tells. A failure of
 * the store keeps `held` as it was; see lease_beat_is_fresh(). */
enum status lease_keep(struct lease *l, int64_t deadline, struct err *err);
/* May the holder act at that time without another beat? If not, because it stood still or the store
 * failed, somebody else may soon hold the lease. Both times are those of clock_mono_ms(). */
bool lease_beat_is_fresh(int64_t beat_mono_ms, int64_t mono_ms);
/* Gives the lease back, so that another daemon takes it at its next look. */
void lease_release(struct lease *l, int64_t deadline);

#endif
