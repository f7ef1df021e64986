/* SPDX-License-Identifier: Apache-2.0 */
/* server/config/secret_file.h -- reads a file that holds a secret of the owner's
 * (alerts.client_secret_file). Thread-safe. */
#ifndef CLIMACAST_SERVER_CONFIG_SECRET_FILE_H
#define CLIMACAST_SERVER_CONFIG_SECRET_FILE_H

#include "server/base/err.h"
#include "server/base/str.h"

enum { SECRET_FILE_MAX = 4096 };

/* Appends the secret to `out`, whose max is at least SECRET_FILE_MAX; line ends at its end are not
 * part of it. ST_INVALID: the file cannot be read, is not a regular file, is empty, or is
 * accessible to anyone but its owner; the text names file and mode. The caller wipes `out`. */
enum status secret_file_read(const char *path, struct buf *out, struct err *err);

#endif
