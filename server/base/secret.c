/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/secret.c -- erasing secrets.
 *
 * All that a turn has allocated is erased, so this is not OPENSSL_cleanse(), which takes eight
 * bytes at a time. */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "server/base/secret.h"

#include <string.h>

void secret_wipe(void *p, size_t n)
{
    if (n)
        explicit_bzero(p, n);
}
