/* SPDX-License-Identifier: Apache-2.0 */
/* server/wiping_heap.c -- what the daemon frees is zeroed: nothing that users said, and no id of a
 * user who has been deleted, stays behind in memory that is free.
 *
 * Defined in the program, free() and realloc() come before the C library's for its libraries, too:
 * those for JSON, TLS, HTTP and SQLite hold copies of their own. A sanitizer has its own. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#endif

#ifndef SANITIZED
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/secret.h"

/* Bytes of a block that is surely mapped (lifecycle_limit_heaps()): it moves without a copy, and
 * when it is freed, the process has it no longer. To wipe it would cost pages that were never
 * used. */
enum { MAPPED_MIN = 128 * 1024 };

void library_free(void *p) __asm__("__libc_free");
void *library_realloc(void *p, size_t size) __asm__("__libc_realloc");

void free(void *p)
{
    int before = errno;
    size_t size = p ? malloc_usable_size(p) : 0;

    if (size > 0 && size < MAPPED_MIN)
        secret_wipe(p, size);
    library_free(p);
    errno = before;
}

void *realloc(void *p, size_t size)
{
    size_t had = p ? malloc_usable_size(p) : 0;
    void *moved;

    if (!p)
        return malloc(size);
    if (size == 0) {
        free(p);
        return NULL;
    }
    if (had >= MAPPED_MIN && size >= MAPPED_MIN)
        return library_realloc(p, size);
    if (size > had / 2 && size <= had)
        return p;
    moved = malloc(size);
    if (!moved)
        return NULL;
    memcpy(moved, p, size < had ? size : had);
    free(p);
    return moved;
}
#endif
