/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/openssl_memory.h -- lets OpenSSL run out of memory. */
#ifndef CLIMACAST_TESTS_OPENSSL_MEMORY_H
#define CLIMACAST_TESTS_OPENSSL_MEMORY_H

#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdlib.h>

/* How many more allocations OpenSSL gets, plus one; 0: no limit. */
static long openssl_countdown;

static inline bool openssl_allocation_fails(void)
{
    if (openssl_countdown > 1)
        openssl_countdown--;
    return openssl_countdown == 1;
}

static inline void *openssl_malloc(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return openssl_allocation_fails() ? NULL : malloc(size);
}

static inline void *openssl_realloc(void *p, size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return openssl_allocation_fails() ? NULL : realloc(p, size);
}

static inline void openssl_free(void *p, const char *file, int line)
{
    (void)file, (void)line;
    free(p);
}

/* The set_up of a test file that uses this: only before OpenSSL's first allocation. */
static inline int openssl_count_allocations(void **state)
{
    (void)state;
    return CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) == 1 ? 0 : -1;
}

#endif
