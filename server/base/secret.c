/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/secret.c -- erasing secrets. */
#include "server/base/secret.h"

#include <openssl/crypto.h>

void secret_wipe(void *p, size_t n)
{
    if (n)
        OPENSSL_cleanse(p, n);
}
