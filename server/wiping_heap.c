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
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/secret.h"

enum { MAPPED_MIN = 128 * 1024 }; /* lifecycle_limit_heaps() */

void library_free(void *p) __asm__("__libc_free");
void *library_realloc(void *p, size_t size) __asm__("__libc_realloc");

/* Is the block a mapping of its own?  It then moves without a copy, and when it is freed, the
 * process has it no longer: to wipe it would cost pages that were never used.  A large block need
 * not be one, because free blocks of the heap are used first; glibc marks those that are, in the
 * size before them. */
static bool is_mapped(const void *p)
{
    enum { IS_MMAPPED = 2 };

    return ((const size_t *)p)[-1] & IS_MMAPPED;
}

void free(void *p)
{
    int before = errno;

    if (p && !is_mapped(p))
        secret_wipe(p, malloc_usable_size(p));
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
    if (is_mapped(p) && size >= MAPPED_MIN)
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
