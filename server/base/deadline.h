/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/deadline.h -- how long a call may wait, as one number.
 *
 * A deadline is a monotonic time in milliseconds (clock_mono_ms()). A call that takes one returns
 * ST_TIMEOUT once it has passed.
 *
 * NO_WAIT is the deadline of a thread that must not block. The call returns what it can have at
 * once, or ST_WOULD_WAIT with `err` untouched and nothing started; the caller then repeats it on a
 * thread that may block, with a real deadline. NO_WAIT has no time left, but it has not passed. */
#ifndef CLIMACAST_SERVER_BASE_DEADLINE_H
#define CLIMACAST_SERVER_BASE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/clock.h"

#define NO_WAIT INT64_MIN

static inline bool deadline_may_wait(int64_t deadline)
{
    return deadline != NO_WAIT;
}

static inline bool deadline_passed(int64_t deadline)
{
    return deadline != NO_WAIT && clock_left_ms(deadline) == 0;
}

#endif
