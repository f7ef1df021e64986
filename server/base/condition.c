/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/condition.c -- condition variables on the monotonic clock. */
#include "server/base/condition.h"

#include <time.h>

bool condition_init(pthread_cond_t *c)
{
    pthread_condattr_t attr;
    bool ok;

    if (pthread_condattr_init(&attr) != 0)
        return false;
    ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 && pthread_cond_init(c, &attr) == 0;
    (void)pthread_condattr_destroy(&attr);
    return ok;
}

bool condition_wait_until(pthread_cond_t *c, pthread_mutex_t *lock, int64_t deadline)
{
    const struct timespec until = { (time_t)(deadline / 1000), (long)(deadline % 1000) * 1000000 };

    return pthread_cond_timedwait(c, lock, &until) == 0;
}
