/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/secret.h -- erases secrets before their memory is reused. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_SECRET_H
#define CLIMACAST_SERVER_BASE_SECRET_H

#include <stddef.h>

/* Set n bytes to zero. The compiler cannot optimize it away. */
void secret_wipe(void *p, size_t n);

#endif
