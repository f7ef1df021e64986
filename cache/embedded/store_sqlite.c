/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/store_sqlite.c -- the store in one SQLite file.
 *
 * Two tables: items by id, and entries by cache and key with their ttl in a column of its own.
 * rows.c implements the data model on them. WAL with synchronous=FULL: a commit that has returned
 * is on the disk. Other processes may use the file at the same time.
 *
 * SQLite's JSON paths are not used: they cannot name a member that contains a quote. */
#include "cache/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/embedded/rows.h"
#include "cache/embedded/sqlite_file.h"
#include "cache/embedded/sqlite_memo.h"
#include "cache/embedded/sqlite_pool.h"
#include "cache/item_json.h"
#include "cache/layout.h"
#include "server/base/clock.h"
#include "server/base/json.h"

enum {
    ROW_BYTES_MAX = 1 << 20, /* of one item or entry, as text */
    EXPIRE_AT_ONCE = 16,     /* expired entries removed by one write */
};

struct sqlite_store {
    struct rows rows; /* must be first: rows_*() cast `self` to it */
    struct sqlite_pool pool;
    struct sqlite_memo *memo;
};

/* ---- statements ---- */

/* STR_NONE for NULL, which no column is declared to hold, and when out of memory. */
static struct str column_text(sqlite3_stmt *stmt, int at)
{
    const unsigned char *text = sqlite3_column_text(stmt, at);

    return (struct str){ (const char *)text, text ? (size_t)sqlite3_column_bytes(stmt, at) : 0 };
}

static enum status parse_object(struct str text, json_t **ret_value, struct err *err)
{
    json_t *value = NULL;
    enum status st = text.p ? json_parse(text, false, &value, NULL) : ST_SYSTEM;

    if (st == ST_SYSTEM)
        return err_no_memory(err);
    if (st != ST_OK || !json_is_object(value)) {
        json_decref(value);
        return err_set(err, ST_INVALID, "an item in the store is not a JSON object");
    }
    *ret_value = value;
    return ST_OK;
}

/* Run a bound query for one row: its first column is the JSON. */
static enum status read_json(struct sqlite_connection *c, sqlite3_stmt *stmt, json_t **ret_value,
                             struct err *err)
{
    int rc = sqlite3_step(stmt);
    enum status st = ST_MISS;

    if (rc == SQLITE_ROW)
        st = parse_object(column_text(stmt, 0), ret_value, err);
    else if (rc != SQLITE_DONE)
        st = sqlite_file_error(c->db, rc, err);
    sqlite_connection_reset(stmt);
    return st;
}

/* Prepare a statement whose first parameters are an entry's cache and key. */
static enum status prepare_for_entry(struct sqlite_connection *c, enum sqlite_statement which,
                                     struct entry_name name, sqlite3_stmt **ret_stmt,
                                     struct err *err)
{
    enum status st = sqlite_connection_prepare(c, which, ret_stmt, err);

    if (st == ST_OK) {
        sqlite_connection_bind_text(*ret_stmt, 1, str_of(name.cache));
        sqlite_connection_bind_text(*ret_stmt, 2, name.key);
    }
    return st;
}

/* Run a bound statement with `value` (may be NULL) as one more parameter, as JSON text. */
static enum status finish_with_json(struct sqlite_connection *c, sqlite3_stmt *stmt, int index,
                                    json_t *value, struct err *err)
{
    struct buf text = BUF_INIT(ROW_BYTES_MAX);
    enum status st;

    if (value) {
        item_json_put(&text, value);
        sqlite_connection_bind_text(stmt, index, buf_str(&text));
    }
    if (text.failed) {
        sqlite_connection_reset(stmt);
        st = text.full ? err_set(err, ST_TOO_LARGE, "an item or entry is larger than %d bytes",
                                 ROW_BYTES_MAX)
                       : err_no_memory(err);
    } else {
        st = sqlite_connection_finish(c, stmt, err);
    }
    buf_free(&text);
    return st;
}

/* ---- rows ---- */

static enum status sqlite_begin(void *self, enum rows_mode mode, int64_t deadline, void **ret_tx,
                                struct err *err)
{
    struct sqlite_store *s = self;
    struct sqlite_connection *c = NULL;
    enum status st = ST_WOULD_WAIT;

    if (mode != ROWS_WRITE || deadline_may_wait(deadline))
        st = sqlite_pool_acquire(&s->pool, mode == ROWS_WRITE, deadline, &c, err);
    if (st != ST_OK)
        return st;
    (void)sqlite3_busy_timeout(c->db, sqlite_connection_wait_ms(deadline));
    if (mode != ROWS_READ_ONE)
        st = sqlite_connection_run(c, mode == ROWS_WRITE ? SQL_BEGIN_WRITE : SQL_BEGIN_READ, err);
    if (st != ST_OK) {
        sqlite_pool_release(&s->pool, c);
        return st;
    }
    c->in_transaction = mode != ROWS_READ_ONE;
    *ret_tx = c;
    return ST_OK;
}

/* A commit that cannot be flushed to the disk may be found there after a crash. */
static enum status commit(struct sqlite_connection *c, struct err *err)
{
    struct err why = ERR_NONE;
    enum status st = sqlite_connection_run(c, SQL_COMMIT, &why);

    if (st == ST_OK)
        return st;
    (void)err_reason(err, st, why.reason, "%s", why.text);
    if (strcmp(why.reason, "io") == 0)
        err_mark_unknown(err);
    return st;
}

static enum status sqlite_end(void *self, void *tx, enum status st, struct err *err)
{
    struct sqlite_store *s = self;
    struct sqlite_connection *c = tx;

    if (c->in_transaction && st == ST_OK)
        st = commit(c, err);
    /* Some errors, such as a full disk, have rolled it back already. */
    if (c->in_transaction && !sqlite3_get_autocommit(c->db) &&
        sqlite_connection_run(c, SQL_ROLLBACK, NULL) != ST_OK)
        sqlite_connection_close(c); /* which rolls it back for certain */
    c->in_transaction = false;
    sqlite_pool_release(&s->pool, c);
    return st;
}

static enum status sqlite_item_read(void *tx, struct str id, json_t **ret_value, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = sqlite_connection_prepare(tx, SQL_ITEM_READ, &stmt, err);

    if (st != ST_OK)
        return st;
    sqlite_connection_bind_text(stmt, 1, id);
    return read_json(tx, stmt, ret_value, err);
}

static enum status sqlite_entry_read(void *tx, struct entry_name name, json_t **ret_value,
                                     struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = prepare_for_entry(tx, SQL_ENTRY_READ, name, &stmt, err);

    return st == ST_OK ? read_json(tx, stmt, ret_value, err) : st;
}

static enum status sqlite_item_write(void *tx, struct str id, json_t *value, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st =
        sqlite_connection_prepare(tx, value ? SQL_ITEM_WRITE : SQL_ITEM_REMOVE, &stmt, err);

    if (st != ST_OK)
        return st;
    sqlite_connection_bind_text(stmt, 1, id);
    return finish_with_json(tx, stmt, 2, value, err);
}

static enum status sqlite_entry_write(void *tx, struct entry_name name, json_t *value,
                                      struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st =
        prepare_for_entry(tx, value ? SQL_ENTRY_WRITE : SQL_ENTRY_REMOVE, name, &stmt, err);

    if (st != ST_OK)
        return st;
    if (value)
        (void)sqlite3_bind_int64(stmt, 4, layout_ttl(value));
    return finish_with_json(tx, stmt, 3, value, err);
}

/* Run a bound query and call `each` for its rows: id, or cache and key, then the JSON. */
static enum status read_rows(struct sqlite_connection *c, sqlite3_stmt *stmt, bool entries,
                             rows_each_fn *each, void *data, struct err *err)
{
    enum status st = ST_OK;
    int rc = SQLITE_DONE;

    while (st == ST_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        json_t *value = NULL;
        struct str first = column_text(stmt, 0);
        struct entry_name name = { entries ? first.p : "",
                                   entries ? column_text(stmt, 1) : STR_NONE };
        st = parse_object(column_text(stmt, entries ? 2 : 1), &value, err);
        if (st == ST_OK)
            st = each(data, entries ? STR_NONE : first, name, value, err);
    }
    if (st == ST_OK && rc != SQLITE_DONE)
        st = sqlite_file_error(c->db, rc, err);
    sqlite_connection_reset(stmt);
    return st;
}

static enum status sqlite_items_after(void *tx, struct str after, size_t limit, rows_each_fn *each,
                                      void *data, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = sqlite_connection_prepare(tx, SQL_ITEMS_AFTER, &stmt, err);

    if (st != ST_OK)
        return st;
    sqlite_connection_bind_text(stmt, 1, after);
    (void)sqlite3_bind_int64(stmt, 2, (int64_t)limit);
    return read_rows(tx, stmt, false, each, data, err);
}

static enum status sqlite_entries_after(void *tx, struct entry_name after, size_t limit,
                                        rows_each_fn *each, void *data, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = prepare_for_entry(tx, SQL_ENTRIES_AFTER, after, &stmt, err);

    if (st != ST_OK)
        return st;
    (void)sqlite3_bind_int64(stmt, 3, (int64_t)limit);
    return read_rows(tx, stmt, true, each, data, err);
}

static enum status sqlite_entry_expire(void *tx, struct entry_name name, int64_t now,
                                       struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = prepare_for_entry(tx, SQL_ENTRY_EXPIRE, name, &stmt, err);

    if (st != ST_OK)
        return st;
    (void)sqlite3_bind_int64(stmt, 3, now);
    return sqlite_connection_finish(tx, stmt, err);
}

static enum status find_expired(struct sqlite_connection *c, int64_t now, bool *ret_any,
                                struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = sqlite_connection_prepare(c, SQL_EXPIRED_ANY, &stmt, err);
    int rc;

    if (st != ST_OK)
        return st;
    (void)sqlite3_bind_int64(stmt, 1, now);
    rc = sqlite3_step(stmt);
    *ret_any = rc == SQLITE_ROW;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        st = sqlite_file_error(c->db, rc, err);
    sqlite_connection_reset(stmt);
    return st;
}

/* Mostly there are none, and finding that out costs less than to delete none. */
static enum status sqlite_expire_some(void *tx, int64_t now, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool any = false;
    enum status st = find_expired(tx, now, &any, err);

    if (st == ST_OK && any)
        st = sqlite_connection_prepare(tx, SQL_EXPIRE_SOME, &stmt, err);
    if (st != ST_OK || !any)
        return st;
    (void)sqlite3_bind_int64(stmt, 1, now);
    (void)sqlite3_bind_int(stmt, 2, EXPIRE_AT_ONCE);
    return sqlite_connection_finish(tx, stmt, err);
}

/* Run a query for one row with one number. */
static enum status read_count(struct sqlite_connection *c, sqlite3_stmt *stmt, int64_t *ret_count,
                              struct err *err)
{
    int rc = sqlite3_step(stmt);
    enum status st = ST_OK;

    if (rc == SQLITE_ROW)
        *ret_count = sqlite3_column_int64(stmt, 0);
    else
        st = sqlite_file_error(c->db, rc, err);
    sqlite_connection_reset(stmt);
    return st;
}

static enum status sqlite_entries_count(void *tx, const char *cache, int64_t *ret_count,
                                        struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = sqlite_connection_prepare(tx, SQL_ENTRIES_COUNT, &stmt, err);

    if (st != ST_OK)
        return st;
    sqlite_connection_bind_text(stmt, 1, str_of(cache));
    return read_count(tx, stmt, ret_count, err);
}

static const struct rows_ops sqlite_rows = {
    .begin = sqlite_begin,
    .end = sqlite_end,
    .item_read = sqlite_item_read,
    .entry_read = sqlite_entry_read,
    .item_write = sqlite_item_write,
    .entry_write = sqlite_entry_write,
    .items_after = sqlite_items_after,
    .entries_after = sqlite_entries_after,
    .entry_expire = sqlite_entry_expire,
    .expire_some = sqlite_expire_some,
    .entries_count = sqlite_entries_count,
};

/* ---- the store ---- */

static enum status sqlite_describe(void *self, int64_t deadline, struct store_facts *ret,
                                   struct err *err)
{
    struct sqlite_store *s = self;
    struct store_facts facts = { "sqlite", STORE_READY, -1, -1, "" };
    sqlite3_stmt *stmt = NULL;
    void *tx;
    enum status st = sqlite_begin(s, ROWS_READ_ONE, deadline, &tx, err);

    if (st != ST_OK)
        return st;
    st = sqlite_connection_prepare(tx, SQL_ITEMS_COUNT, &stmt, err);
    if (st == ST_OK)
        st = read_count(tx, stmt, &facts.items, err);
    st = sqlite_end(s, tx, st, err);
    if (st != ST_OK)
        return st;
    facts.bytes = sqlite_file_bytes(s->pool.path);
    (void)snprintf(facts.detail, sizeof facts.detail, "%s, SQLite %s", s->pool.path,
                   sqlite3_libversion());
    *ret = facts;
    return ST_OK;
}

static enum status sqlite_create_table(void *self, int64_t deadline, struct err *err)
{
    struct store_facts facts; /* opening created the tables: check that they still exist */

    return sqlite_describe(self, deadline, &facts, err);
}

static void sqlite_free_all(void *self)
{
    struct sqlite_store *s = self;

    sqlite_memo_free(s->memo);
    sqlite_pool_close(&s->pool);
    free(s);
}

static enum status sqlite_acquire(void *self, struct str id, int64_t deadline, struct object **ret,
                                  struct err *err)
{
    struct sqlite_store *s = self;
    struct sqlite_mark before;
    json_t *attributes = NULL;
    struct object *item;
    enum status st;

    if (sqlite_memo_get(s->memo, id, ret))
        return ST_OK;
    sqlite_memo_mark(s->memo, &before);
    st = rows_get(self, id, deadline, &attributes, NULL, err);
    if (st == ST_MISS)
        sqlite_memo_forget(s->memo, id);
    if (st != ST_OK)
        return st;
    item = item_json_share(attributes);
    if (!item)
        return err_no_memory(err);
    sqlite_memo_put(s->memo, id, item, &before);
    *ret = item;
    return ST_OK;
}

/* Move everything into the database and empty the log of writes, where older states of items can
 * still be read. Other readers and writers may prevent it; then the next deletion does it. */
static void truncate_log(struct sqlite_store *s, int64_t deadline)
{
    struct sqlite_connection *c = NULL;

    if (sqlite_pool_acquire(&s->pool, true, deadline, &c, NULL) != ST_OK)
        return;
    (void)sqlite3_busy_timeout(c->db, sqlite_connection_wait_ms(deadline));
    (void)sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite_pool_release(&s->pool, c);
}

/* Nothing of a deleted item may be left in the files or in memory. */
static enum status sqlite_remove(void *self, struct str id, int64_t deadline, struct err *err)
{
    enum { TRUNCATE_MS = 500 };
    int64_t moment = clock_mono_ms() + TRUNCATE_MS;
    enum status st = rows_delete(self, id, deadline, err);

    sqlite_memo_forget(((struct sqlite_store *)self)->memo, id);
    if (st == ST_OK)
        truncate_log(self, deadline < moment ? deadline : moment);
    if (st == ST_OK)
        sqlite_pool_renew(&((struct sqlite_store *)self)->pool);
    return st;
}

static const struct store_ops sqlite_ops = {
    .name = "sqlite",
    .writes_wait = true,
    ROWS_STORE_OPS,
    .acquire = sqlite_acquire,
    .remove = sqlite_remove,
    .describe = sqlite_describe,
    .create_table = sqlite_create_table,
    .free = sqlite_free_all,
};

enum status store_sqlite_open(const char *path, enum store_layout layout, bool create,
                              struct store **ret_store, struct err *err)
{
    struct sqlite_store *s = calloc(1, sizeof *s);
    enum status st;

    if (!s)
        return err_no_memory(err);
    st = sqlite_pool_open(&s->pool, path, create, err);
    if (st != ST_OK) {
        free(s);
        return st;
    }
    s->memo = sqlite_memo_create(path);
    if (!s->memo) {
        sqlite_free_all(s);
        return err_no_memory(err);
    }
    s->rows = (struct rows){ &sqlite_rows, s, layout };
    *ret_store = store_wrap(&sqlite_ops, s);
    return *ret_store ? ST_OK : err_no_memory(err);
}
