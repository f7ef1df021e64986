/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/sqlite_connection.h -- one connection to the SQLite file, with its prepared
 * statements. For one thread at a time. */
#ifndef CLIMACAST_CACHE_EMBEDDED_SQLITE_CONNECTION_H
#define CLIMACAST_CACHE_EMBEDDED_SQLITE_CONNECTION_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum sqlite_statement {
    SQL_BEGIN_READ,
    SQL_BEGIN_WRITE,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_ITEM_READ,
    SQL_ITEM_WRITE,
    SQL_ITEM_REMOVE,
    SQL_ITEMS_AFTER,
    SQL_ITEMS_COUNT,
    SQL_ENTRY_READ,
    SQL_ENTRY_WRITE,
    SQL_ENTRY_REMOVE,
    SQL_ENTRIES_AFTER,
    SQL_ENTRIES_COUNT,
    SQL_ENTRY_EXPIRE,
    SQL_EXPIRED_ANY,
    SQL_EXPIRE_SOME,
    SQL_STATEMENTS
};

struct sqlite_connection {
    sqlite3 *db;                              /* NULL: closed */
    sqlite3_stmt *statements[SQL_STATEMENTS]; /* prepared when first used */
    bool in_transaction;                      /* the user's */
    bool busy, stale; /* the pool's; stale: to be closed when it is released */
};

/* How long to wait for locks of other processes: until `deadline`; with NO_WAIT, not at all. */
int sqlite_connection_wait_ms(int64_t deadline);
/* Close it, which rolls back an open transaction. */
void sqlite_connection_close(struct sqlite_connection *c);

/* The statement, reset and unbound. */
enum status sqlite_connection_prepare(struct sqlite_connection *c, enum sqlite_statement which,
                                      sqlite3_stmt **ret_stmt, struct err *err);
/* Bind a parameter to a text, which is borrowed until the statement is reset. */
void sqlite_connection_bind_text(sqlite3_stmt *stmt, int index, struct str text);
/* Reset a statement and clear its parameters. */
void sqlite_connection_reset(sqlite3_stmt *stmt);
/* Run a bound statement that returns no rows, and reset it. */
enum status sqlite_connection_finish(struct sqlite_connection *c, sqlite3_stmt *stmt,
                                     struct err *err);
/* Prepare and run a statement without parameters. */
enum status sqlite_connection_run(struct sqlite_connection *c, enum sqlite_statement which,
                                  struct err *err);

#endif
