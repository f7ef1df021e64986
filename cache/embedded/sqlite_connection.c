/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/sqlite_connection.c -- connections to the store's file.
 *
 * Holds always: a link that is not busy is in no transaction, and its statements are reset. */
#include "cache/embedded/sqlite_connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cache/embedded/sqlite_file.h"
#include "cache/store.h"

static const char *const sql[STATEMENTS] = {
    [SQL_BEGIN_READ] = "BEGIN",
    [SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_ITEM_READ] = "SELECT attributes FROM items WHERE id = ?1",
    [SQL_ITEM_WRITE] = "INSERT INTO items (id, attributes) VALUES (?1, ?2) "
                       "ON CONFLICT (id) DO UPDATE SET attributes = excluded.attributes",
    [SQL_ITEM_REMOVE] = "DELETE FROM items WHERE id = ?1",
    [SQL_ITEMS_AFTER] = "SELECT id, attributes FROM items WHERE id > ?1 ORDER BY id LIMIT ?2",
    [SQL_ITEMS_COUNT] = "SELECT count(*) FROM items",
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
    [SQL_EXPIRE_SOME] = "DELETE FROM entries WHERE rowid IN "
                        "(SELECT rowid FROM entries WHERE ttl > 0 AND ttl <= ?1 LIMIT ?2)",
};

/* ---- statements ---- */

enum status sqlite_link_ready(struct sqlite_link *l, enum sqlite_statement which,
                              sqlite3_stmt **ret_stmt, struct err *err)
{
    if (!l->kept[which]) {
        int rc = sqlite3_prepare_v3(l->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT,
                                    &l->kept[which], NULL);
        if (rc != SQLITE_OK)
            return sqlite_file_fault(l->db, rc, err);
    }
    *ret_stmt = l->kept[which];
    return ST_OK;
}

void sqlite_link_bind(sqlite3_stmt *stmt, int at, struct str text)
{
    /* Lengths are bounded by store.c, and rows by store_sqlite.c. */
    (void)sqlite3_bind_text(stmt, at, text.n ? text.p : "", (int)text.n, SQLITE_STATIC);
}

enum status sqlite_link_finish(struct sqlite_link *l, sqlite3_stmt *stmt, struct err *err)
{
    enum status st = ST_OK;
    int rc;

    errno = 0;
    rc = sqlite3_step(stmt);
    if (rc != SQLITE_DONE)
        st = sqlite_file_fault(l->db, rc, err);
    (void)sqlite3_reset(stmt);
    (void)sqlite3_clear_bindings(stmt);
    return st;
}

enum status sqlite_link_run(struct sqlite_link *l, enum sqlite_statement which, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = sqlite_link_ready(l, which, &stmt, err);

    return st == ST_OK ? sqlite_link_finish(l, stmt, err) : st;
}

/* ---- links ---- */

void sqlite_link_close(struct sqlite_link *l)
{
    for (size_t i = 0; i < STATEMENTS; i++)
        (void)sqlite3_finalize(l->kept[i]);
    (void)sqlite3_close(l->db);
    memset(l->kept, 0, sizeof l->kept);
    l->db = NULL;
}

/* One that is free, an open one for choice; NULL when all are busy. The lock is held. */
static struct sqlite_link *link_free(struct sqlite_links *s, bool writing)
{
    struct sqlite_link *closed = NULL;

    for (size_t i = writing ? 0 : 1; i < (writing ? 1 : SQLITE_LINKS); i++) {
        if (!s->links[i].busy && s->links[i].db)
            return &s->links[i];
        if (!s->links[i].busy && !closed)
            closed = &s->links[i];
    }
    return closed;
}

void sqlite_link_give(struct sqlite_links *s, struct sqlite_link *l)
{
    (void)pthread_mutex_lock(&s->lock);
    l->busy = false;
    if (s->waiting > 0)
        (void)pthread_cond_broadcast(&s->freed); /* readers and writers wait at the same place */
    (void)pthread_mutex_unlock(&s->lock);
}

enum status sqlite_link_take(struct sqlite_links *s, bool writing, int64_t deadline,
                             struct sqlite_link **ret, struct err *err)
{
    struct timespec until = { (time_t)(deadline / 1000), (long)(deadline % 1000) * 1000000 };
    enum status st = ST_OK;
    struct sqlite_link *l;
    int rc = 0;

    (void)pthread_mutex_lock(&s->lock);
    while (!(l = link_free(s, writing)) && rc == 0 && deadline != NO_WAIT) {
        s->waiting++;
        rc = pthread_cond_timedwait(&s->freed, &s->lock, &until);
        s->waiting--;
    }
    if (l)
        l->busy = true;
    (void)pthread_mutex_unlock(&s->lock);
    if (!l && deadline == NO_WAIT)
        return ST_WOULD_WAIT;
    if (!l)
        return err_reason(err, ST_TIMEOUT, "busy", "the store was busy until the deadline");
    if (!l->db)
        st = sqlite_file_connect(s->path, &l->db, err);
    if (st != ST_OK) {
        sqlite_link_give(s, l);
        return st;
    }
    *ret = l;
    return ST_OK;
}

static bool locks_init(struct sqlite_links *s)
{
    pthread_condattr_t attr;
    bool ok;

    if (pthread_condattr_init(&attr) != 0)
        return false;
    ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
         pthread_cond_init(&s->freed, &attr) == 0;
    (void)pthread_condattr_destroy(&attr);
    if (ok && pthread_mutex_init(&s->lock, NULL) != 0) {
        (void)pthread_cond_destroy(&s->freed);
        ok = false;
    }
    return ok;
}

enum status sqlite_links_open(struct sqlite_links *s, const char *path, bool create,
                              struct err *err)
{
    enum status st;

    *s = (struct sqlite_links){ .path = strdup(path) };
    if (!s->path || !locks_init(s)) {
        free(s->path);
        return err_no_memory(err);
    }
    st = sqlite_file_open(path, create, &s->links[0].db, err);
    if (st != ST_OK)
        sqlite_links_close(s);
    return st;
}

void sqlite_links_close(struct sqlite_links *s)
{
    for (size_t i = SQLITE_LINKS; i-- > 0;) /* the writer last: it tidies the file */
        sqlite_link_close(&s->links[i]);
    (void)pthread_cond_destroy(&s->freed);
    (void)pthread_mutex_destroy(&s->lock);
    free(s->path);
}
