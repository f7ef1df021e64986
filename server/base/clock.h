/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/clock.h -- the current time: the only place that asks the system for it.
 *
 * Deadlines are monotonic milliseconds. Wall-clock time is UTC since 1970. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_CLOCK_H
#define CLIMACAST_SERVER_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);
int64_t clock_wall_ms(void);
int64_t clock_wall_s(void);
/* Milliseconds left until a monotonic deadline; 0 once it has passed. */
int64_t clock_left_ms(int64_t deadline);
void clock_sleep_ms(int64_t ms); /* only for tools and background threads */

#endif
