/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/sqlite_connection.h -- the store's connections to its SQLite file, and the
 * statements kept on each.
 *
 * One link writes and up to three read; each is used by one thread at a time and opened when first
 * needed. A reader never waits for the writer, nor the writer for readers. Taking and giving is
 * thread-safe. */
#ifndef CLIMACAST_CACHE_EMBEDDED_SQLITE_CONNECTION_H
#define CLIMACAST_CACHE_EMBEDDED_SQLITE_CONNECTION_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum { SQLITE_LINKS = 4 }; /* the first writes */

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
    SQL_EXPIRE_SOME,
    STATEMENTS
};

struct sqlite_link {
    sqlite3 *db; /* NULL until first needed */
    sqlite3_stmt *kept[STATEMENTS];
    bool busy;        /* under the lock of the links */
    bool transaction; /* its taker's */
};

struct sqlite_links {
    char *path;
    pthread_mutex_t lock; /* guards links[].busy and `waiting`; never held while SQLite works */
    pthread_cond_t freed; /* by the monotonic clock */
    int waiting;
    struct sqlite_link links[SQLITE_LINKS];
};

/* Open the file as sqlite_file_open() does. On failure nothing is left to close. */
enum status sqlite_links_open(struct sqlite_links *s, const char *path, bool create,
                              struct err *err);
void sqlite_links_close(struct sqlite_links *s);

/* A link of one's own until it is given back. ST_TIMEOUT: all were busy until the deadline.
 * ST_WOULD_WAIT: they are, and the deadline is NO_WAIT. Opening one, three times in the life of
 * the process, counts as no wait. */
enum status sqlite_link_take(struct sqlite_links *s, bool writing, int64_t deadline,
                             struct sqlite_link **ret_link, struct err *err);
void sqlite_link_give(struct sqlite_links *s, struct sqlite_link *l);
/* Close it, which takes back whatever it was at; it is opened anew when next needed. */
void sqlite_link_close(struct sqlite_link *l);

/* The statement, reset and unbound. */
enum status sqlite_link_ready(struct sqlite_link *l, enum sqlite_statement which,
                              sqlite3_stmt **ret_stmt, struct err *err);
/* Borrowed until the statement is finished. */
void sqlite_link_bind(sqlite3_stmt *stmt, int at, struct str text);
/* Run to its end a statement that gives no rows. */
enum status sqlite_link_finish(struct sqlite_link *l, sqlite3_stmt *stmt, struct err *err);
enum status sqlite_link_run(struct sqlite_link *l, enum sqlite_statement which, struct err *err);

#endif
