/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/random.c -- random numbers from the kernel.
 *
 * OpenSSL's generator allocates memory for each thread, so it may fail at any time; the kernel's
 * does not. A process without random numbers cannot work safely, so one whose kernel has none
 * aborts. */
#include "server/base/random.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void random_bytes(void *out, size_t n)
{
    unsigned char *p = out;

    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);
        if (got < 0 && errno != EINTR)
            abort();
        if (got > 0) {
            p += got;
            n -= (size_t)got;
        }
    }
}

uint64_t random_u64(void)
{
    uint64_t value;

    random_bytes(&value, sizeof value);
    return value;
}
