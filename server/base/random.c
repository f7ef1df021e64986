/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/random.c -- random numbers from OpenSSL.
 *
 * A process without random numbers cannot work safely, so a failure aborts. */
#include "server/base/random.h"

#include <openssl/rand.h>
#include <stdlib.h>

void random_bytes(void *out, size_t n)
{
    unsigned char *p = out;

    while (n > 0) {
        int part = n < 4096 ? (int)n : 4096;
        if (RAND_bytes(p, part) != 1)
            abort();
        p += part;
        n -= (size_t)part;
    }
}

uint64_t random_u64(void)
{
    uint64_t value;

    random_bytes(&value, sizeof value);
    return value;
}
