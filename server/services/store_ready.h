/* SPDX-License-Identifier: Apache-2.0 */
/* server/services/store_ready.h -- can the store be used? For /readyz and for the log when the
 * daemon starts. */
#ifndef CLIMACAST_SERVER_SERVICES_STORE_READY_H
#define CLIMACAST_SERVER_SERVICES_STORE_READY_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"

/* Ask it, until the deadline at most. False: `err` says why not, and its reason may have a fix
 * (reason_fix()). Thread-safe. */
bool store_is_ready(struct store *store, int64_t deadline, struct err *err);

#endif
