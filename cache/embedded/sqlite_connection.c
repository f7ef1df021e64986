/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/sqlite_connection.c -- one connection to the SQLite file, with its prepared
 * statements. */
#include "cache/embedded/sqlite_connection.h"

#include <errno.h>
#include <string.h>

#include "cache/embedded/sqlite_file.h"
#include "cache/layout.h"
#include "cache/store.h"
#include "server/base/clock.h"

enum { LOCK_WAIT_MAX_MS = 60 * 1000 };

static const char *const sql[SQL_STATEMENTS] = {
    [SQL_BEGIN_READ] = "BEGIN",
    [SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_ITEM_READ] = "SELECT attributes FROM items WHERE id = ?1",
    [SQL_ITEM_WRITE] = "INSERT INTO items (id, attributes) VALUES (?1, ?2) "
                       "ON CONFLICT (id) DO UPDATE SET attributes = excluded.attributes",
    [SQL_ITEM_REMOVE] = "DELETE FROM items WHERE id = ?1",
    [SQL_ITEMS_AFTER] = "SELECT id, attributes FROM items WHERE id > ?1 ORDER BY id LIMIT ?2",
    /* without those of layout_is_internal() */
    [SQL_ITEMS_COUNT] = "SELECT count(*) FROM items WHERE id NOT GLOB '" STORE_SHARED_ID
                        "_*' AND id NOT IN ('" STORE_TOKENS_ID "', '" LAYOUT_LEASE_ID "')",
    [SQL_ENTRY_READ] = "SELECT entry FROM entries WHERE cache = ?1 AND key = ?2",
    [SQL_ENTRY_WRITE] = "INSERT INTO entries (cache, key, entry, ttl) VALUES (?1, ?2, ?3, ?4) "
                        "ON CONFLICT (cache, key) DO UPDATE SET entry = excluded.entry, "
                        "ttl = excluded.ttl",
    [SQL_ENTRY_REMOVE] = "DELETE FROM entries WHERE cache = ?1 AND key = ?2",
    [SQL_ENTRIES_AFTER] = "SELECT cache, key, entry FROM entries WHERE (cache, key) > (?1, ?2) "
                          "ORDER BY cache, key LIMIT ?3",
    [SQL_ENTRIES_COUNT] = "SELECT count(*) FROM entries WHERE cache = ?1",
    [SQL_ENTRY_EXPIRE] = "DELETE FROM entries WHERE cache = ?1 AND key = ?2 "
                         "AND ttl > 0 AND ttl <= ?3",
    [SQL_EXPIRED_ANY] = "SELECT 1 FROM entries WHERE ttl > 0 AND ttl <= ?1 LIMIT 1",
    [SQL_EXPIRE_SOME] = "DELETE FROM entries WHERE rowid IN "
                        "(SELECT rowid FROM entries WHERE ttl > 0 AND ttl <= ?1 LIMIT ?2)",
};

enum status sqlite_connection_prepare(struct sqlite_connection *c, enum sqlite_statement which,
                                      sqlite3_stmt **ret_stmt, struct err *err)
{
    if (!c->statements[which]) {
        int rc = sqlite3_prepare_v3(c->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT,
                                    &c->statements[which], NULL);
        if (rc != SQLITE_OK)
            return sqlite_file_error(c->db, rc, err);
    }
    *ret_stmt = c->statements[which];
    return ST_OK;
}

void sqlite_connection_bind_text(sqlite3_stmt *stmt, int index, struct str text)
{
    /* store.c limits the length of names, store_sqlite.c that of rows. */
    (void)sqlite3_bind_text(stmt, index, text.n ? text.p : "", (int)text.n, SQLITE_STATIC);
}

void sqlite_connection_reset(sqlite3_stmt *stmt)
{
    (void)sqlite3_reset(stmt);
    (void)sqlite3_clear_bindings(stmt);
}

enum status sqlite_connection_finish(struct sqlite_connection *c, sqlite3_stmt *stmt,
                                     struct err *err)
{
    enum status st = ST_OK;
    int rc;

    errno = 0;
    rc = sqlite3_step(stmt);
    if (rc != SQLITE_DONE)
        st = sqlite_file_error(c->db, rc, err);
    sqlite_connection_reset(stmt);
    return st;
}

enum status sqlite_connection_run(struct sqlite_connection *c, enum sqlite_statement which,
                                  struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = sqlite_connection_prepare(c, which, &stmt, err);

    return st == ST_OK ? sqlite_connection_finish(c, stmt, err) : st;
}

int sqlite_connection_wait_ms(int64_t deadline)
{
    int64_t left = clock_left_ms(deadline);

    return left < LOCK_WAIT_MAX_MS ? (int)left : LOCK_WAIT_MAX_MS;
}

void sqlite_connection_close(struct sqlite_connection *c)
{
    for (size_t i = 0; i < SQL_STATEMENTS; i++)
        (void)sqlite3_finalize(c->statements[i]);
    (void)sqlite3_close(c->db);
    memset(c->statements, 0, sizeof c->statements);
    c->db = NULL;
}
