/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/random.h -- random numbers, unpredictable to anyone outside. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_RANDOM_H
#define CLIMACAST_SERVER_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Fill n bytes. Aborts when the system has no randomness. */
void random_bytes(void *out, size_t n);
uint64_t random_u64(void);

#endif
