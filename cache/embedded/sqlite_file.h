/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/sqlite_file.h -- creating, checking and opening the store's SQLite file, and its
 * errors as text. */
#ifndef CLIMACAST_CACHE_EMBEDDED_SQLITE_FILE_H
#define CLIMACAST_CACHE_EMBEDDED_SQLITE_FILE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"

/* Open the file for writing: create it and its tables if `create`, check that it is this program's,
 * and switch it to WAL. For the errors see store_sqlite_open(). */
enum status sqlite_file_open(const char *path, bool create, sqlite3 **ret_db, struct err *err);
/* Another connection to a file that sqlite_file_open() has checked, waiting up to `wait_ms` for
 * locks. For one thread at a time. */
enum status sqlite_file_connect(const char *path, int wait_ms, sqlite3 **ret_db, struct err *err);
/* A result code of SQLite as a status and a text. */
enum status sqlite_file_error(sqlite3 *db, int rc, struct err *err);
int64_t sqlite_file_bytes(const char *path); /* -1: unknown */

#endif
