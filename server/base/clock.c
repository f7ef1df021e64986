/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/clock.c -- reads the system's clocks. */
#include "server/base/clock.h"

#include <errno.h>
#include <time.h>

static int64_t clock_read_us(clockid_t id)
{
    struct timespec t = { 0, 0 };

    (void)clock_gettime(id, &t); /* cannot fail for these two clocks */
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_mono_ms(void)
{
    return clock_read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_mono_us(void)
{
    return clock_read_us(CLOCK_MONOTONIC);
}

int64_t clock_wall_ms(void)
{
    return clock_read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_wall_s(void)
{
    return clock_read_us(CLOCK_REALTIME) / 1000000;
}

int64_t clock_left_ms(int64_t deadline)
{
    int64_t now = clock_mono_ms();

    return deadline > now ? deadline - now : 0;
}

void clock_sleep_ms(int64_t ms)
{
    struct timespec left = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };

    if (ms <= 0)
        return;
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}
