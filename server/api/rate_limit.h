/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/rate_limit.h -- how many requests each caller may send per minute.
 *
 * A token bucket for each key, which holds a minute's worth. The table is bounded: the keys that
 * were seen least recently are forgotten first. Thread-safe. */
#ifndef CLIMACAST_SERVER_API_RATE_LIMIT_H
#define CLIMACAST_SERVER_API_RATE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/str.h"

enum { RATE_LIMIT_KEYS = 256, RATE_LIMIT_KEY_MAX = 64 };

struct rate_limit;

/* `per_minute` 0: no limit. NULL: out of memory. */
struct rate_limit *rate_limit_create(int64_t per_minute);
void rate_limit_free(struct rate_limit *r); /* NULL is allowed */

/* Takes one from the key's bucket at a monotonic time. False when it is empty: *ret_wait_s is the
 * number of seconds until it is not. A key longer than RATE_LIMIT_KEY_MAX is cut off. */
bool rate_limit_take(struct rate_limit *r, struct str key, int64_t now_us, int *ret_wait_s);

#endif
