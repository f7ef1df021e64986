/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/clock.h -- the only place that asks the system for the time.
 *
 * Deadlines are monotonic milliseconds; `deadline - clock_mono_ms()` is what is left. Wall time is
 * UTC since 1970. All thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_CLOCK_H
#define CLIMACAST_SERVER_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);
int64_t clock_wall_ms(void);
int64_t clock_wall_s(void);
/* Milliseconds left until a monotonic deadline, never below 0. */
int64_t clock_left_ms(int64_t deadline);
void clock_sleep_ms(int64_t ms); /* for tools and back-off in background threads only */

#endif
