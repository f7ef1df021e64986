/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/sqlite_file.h -- the store's SQLite file: making, judging and opening it, and its
 * faults in words. */
#ifndef CLIMACAST_CACHE_EMBEDDED_SQLITE_FILE_H
#define CLIMACAST_CACHE_EMBEDDED_SQLITE_FILE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"

/* Open the file for writing: made with its tables when `create`, judged to be ours, in WAL. Faults
 * as store_sqlite_open() lists them. */
enum status sqlite_file_open(const char *path, bool create, sqlite3 **ret_db, struct err *err);
/* A connection more to a file that sqlite_file_open() found good. For one thread at a time. */
enum status sqlite_file_connect(const char *path, sqlite3 **ret_db, struct err *err);
/* What SQLite answered, as a status and in words. */
enum status sqlite_file_fault(sqlite3 *db, int rc, struct err *err);
/* Bytes on the disk, -1: unknown. */
int64_t sqlite_file_bytes(const char *path);

#endif
