/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/allocations.h -- counts the calls of malloc, calloc and realloc.
 *
 * Linked into a program it counts those of the program itself. Preloaded into another one
 * (LD_PRELOAD), it counts in the file that ALLOCATIONS_VARIABLE names, as one 64-bit number. */
#ifndef CLIMACAST_TESTS_BENCH_ALLOCATIONS_H
#define CLIMACAST_TESTS_BENCH_ALLOCATIONS_H

#define ALLOCATIONS_VARIABLE "CLIMACAST_ALLOCATIONS"

long long allocations_count(void); /* so far, of all threads */

#endif
