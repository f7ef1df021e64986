/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/backoff.h -- how long to wait before the next try: exponential backoff with jitter.
 *
 * Each wait is drawn at random below a ceiling, which starts at `first_ms` and doubles with every
 * wait up to `max_ms`. The randomness keeps clients that failed together from retrying together.
 *
 *     struct backoff backoff = { .first_ms = 25, .max_ms = 1000, .waits_max = 29 };
 *
 *     do
 *         st = try_it();
 *     while (is_retryable(st) && backoff_sleep(&backoff, deadline));
 *
 * Not thread-safe: each operation has a struct backoff of its own. */
#ifndef CLIMACAST_SERVER_BASE_BACKOFF_H
#define CLIMACAST_SERVER_BASE_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

enum backoff_jitter {
    BACKOFF_FULL_JITTER,  /* a wait between 0 and the ceiling: spreads writers apart best */
    BACKOFF_EQUAL_JITTER, /* between half the ceiling and the ceiling: never retries at once */
};

struct backoff {
    int64_t first_ms, max_ms; /* the first and the highest ceiling, both above 0 */
    enum backoff_jitter jitter;
    int waits_max; /* backoff_sleep() gives up after this many; 0: no limit */

    /* The state; all zero before the first wait. */
    int waits;
    int64_t ceiling_ms;
};

/* Draws the next wait in milliseconds, and doubles the ceiling for the one after it. */
int64_t backoff_next_ms(struct backoff *b);

/* Sleeps for the next wait. Returns false without sleeping when `waits_max` waits have been used
 * up, or when the wait would not end before `deadline` (monotonic milliseconds; INT64_MAX:
 * none). */
bool backoff_sleep(struct backoff *b, int64_t deadline);

/* Starts over with `first_ms`, as after a success. */
void backoff_reset(struct backoff *b);

#endif
