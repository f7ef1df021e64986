/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/sqlite_memo.h -- items as they were last read, for as long as nothing is written
 * to the SQLite file, by any process.
 *
 * In WAL mode the processes share an index of the log in memory. Its header changes with each
 * commit, before the commit returns to whoever made it, and SQLite itself compares it to find out
 * whether the pages that it has in memory are still those of the file
 * (https://sqlite.org/walformat.html, "The WAL-Index File Format"). Comparing it takes no system
 * call; a query takes three, which lock and unlock the file. Thread-safe. */
#ifndef CLIMACAST_CACHE_EMBEDDED_SQLITE_MEMO_H
#define CLIMACAST_CACHE_EMBEDDED_SQLITE_MEMO_H

#include <stdbool.h>

#include "server/base/object.h"
#include "server/base/str.h"

struct sqlite_memo;

/* The state of the file: equal marks, equal content. */
struct sqlite_mark {
    unsigned char header[48]; /* all 0: unknown, which equals nothing */
};

/* For the file at `path`, which has been opened in WAL mode before. NULL: out of memory. */
struct sqlite_memo *sqlite_memo_create(const char *path);
void sqlite_memo_free(struct sqlite_memo *m); /* NULL is allowed */

/* A reference to the item, whose data is a json_t. False when the file has to be read. */
bool sqlite_memo_get(struct sqlite_memo *m, struct str id, struct object **ret_item);
/* To be called before an item is read; then keep what was read. */
void sqlite_memo_mark(struct sqlite_memo *m, struct sqlite_mark *ret_mark);
void sqlite_memo_put(struct sqlite_memo *m, struct str id, struct object *item,
                     const struct sqlite_mark *before);
/* The item no longer exists. For users without one, not even the id is kept. */
void sqlite_memo_forget(struct sqlite_memo *m, struct str id);

#endif
