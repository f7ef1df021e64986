/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/cpu_time.h -- the processor time that a benchmark has taken. */
#ifndef CLIMACAST_TESTS_BENCH_CPU_TIME_H
#define CLIMACAST_TESTS_BENCH_CPU_TIME_H

#include <time.h>

/* In microseconds; CLOCK_THREAD_CPUTIME_ID: of this thread, CLOCK_PROCESS_CPUTIME_ID: of all. */
static inline double cpu_time_us(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

#endif
