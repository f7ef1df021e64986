/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/file.h -- reads a whole file into memory, within a bound. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_FILE_H
#define CLIMACAST_SERVER_BASE_FILE_H

#include "server/base/err.h"
#include "server/base/str.h"

/* Appends the file to `out`, whose max is the bound. May block when `path` names a pipe.
 *   ST_NOT_FOUND  no such file
 *   ST_DENIED     no permission; reason "unreadable"
 *   ST_TOO_LARGE  larger than `out` may hold
 *   ST_SYSTEM     anything else
 * The error text begins with the path. On an error `out` may hold a part of the file. A file of
 * known size is read into one allocation, so wiping `out` leaves no copy of a secret behind. */
enum status file_read(const char *path, struct buf *out, struct err *err);

/* The same, but never blocks: ST_INVALID when `path` is not a regular file. */
enum status file_read_regular(const char *path, struct buf *out, struct err *err);

#endif
