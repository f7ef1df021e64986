/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/store_sqlite.c -- the store in one SQLite file.
 *
 * Two tables: items by id, entries by cache and key with their ttl in a column of its own;
 * cache/embedded/rows.c makes the data model of them. WAL with synchronous=FULL: a commit that came
 * back is on the disk. Other processes may use the file at the same time.
 *
 * Paths of JSON inside SQL are not used: they cannot name a member that holds a quote. */
#include "cache/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/embedded/rows.h"
#include "cache/embedded/sqlite_connection.h"
#include "cache/embedded/sqlite_file.h"
#include "cache/item_json.h"
#include "cache/layout.h"
#include "server/base/clock.h"
#include "server/base/json.h"

enum {
    ROW_BYTES_MAX = 1 << 20, /* of one item or entry, as text */
    EXPIRE_AT_ONCE = 16,     /* entries cleaned up at one write */
};

struct sqlite_store {
    struct rows rows; /* first: the calls of cache/embedded/rows.h find it here */
    struct sqlite_links links;
};

/* ---- rows out of statements ---- */

static struct str column(sqlite3_stmt *stmt, int at)
{
    const unsigned char *text = sqlite3_column_text(stmt, at);

    return (struct str){ (const char *)text, text ? (size_t)sqlite3_column_bytes(stmt, at) : 0 };
}

static enum status parse(struct str text, json_t **ret_value, struct err *err)
{
    json_t *value = NULL;

    if (json_parse(text, false, &value, NULL) != ST_OK || !json_is_object(value)) {
        json_decref(value);
        return err_set(err, ST_INVALID, "the store holds an item that is no JSON object");
    }
    *ret_value = value;
    return ST_OK;
}

/* The JSON of a query's one row, first column. */
static enum status read_one(struct sqlite_link *l, sqlite3_stmt *stmt, json_t **ret_value,
                            struct err *err)
{
    int rc = sqlite3_step(stmt);
    enum status st = ST_MISS;

    if (rc == SQLITE_ROW)
        st = parse(column(stmt, 0), ret_value, err);
    else if (rc != SQLITE_DONE)
        st = sqlite_file_fault(l->db, rc, err);
    (void)sqlite3_reset(stmt);
    (void)sqlite3_clear_bindings(stmt);
    return st;
}

/* ---- rows ---- */

static enum status sqlite_begin(void *self, enum rows_mode mode, int64_t deadline, void **ret_tx,
                                struct err *err)
{
    struct sqlite_store *s = self;
    struct sqlite_link *l = NULL;
    enum status st = ST_WOULD_WAIT;
    int64_t left;

    if (mode != ROWS_WRITE || deadline != NO_WAIT)
        st = sqlite_link_take(&s->links, mode == ROWS_WRITE, deadline, &l, err);
    if (st != ST_OK)
        return st;
    left = clock_left_ms(deadline); /* for other processes' locks; NO_WAIT leaves none */
    (void)sqlite3_busy_timeout(l->db, left < 60000 ? (int)left : 60000);
    if (mode != ROWS_ONE)
        st = sqlite_link_run(l, mode == ROWS_WRITE ? SQL_BEGIN_WRITE : SQL_BEGIN_READ, err);
    if (st != ST_OK) {
        sqlite_link_give(&s->links, l);
        return st;
    }
    l->transaction = mode != ROWS_ONE;
    *ret_tx = l;
    return ST_OK;
}

static enum status sqlite_end(void *self, void *tx, enum status st, struct err *err)
{
    struct sqlite_store *s = self;
    struct sqlite_link *l = tx;

    if (l->transaction && st == ST_OK)
        st = sqlite_link_run(l, SQL_COMMIT, err);
    /* Some faults, a full disk among them, have taken it back already. */
    if (l->transaction && !sqlite3_get_autocommit(l->db) &&
        sqlite_link_run(l, SQL_ROLLBACK, NULL) != ST_OK)
        sqlite_link_close(l); /* which takes it back for sure */
    l->transaction = false;
    sqlite_link_give(&s->links, l);
    return st;
}

static enum status sqlite_item_read(void *tx, struct str id, json_t **ret_value, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = sqlite_link_ready(tx, SQL_ITEM_READ, &stmt, err);

    if (st != ST_OK)
        return st;
    sqlite_link_bind(stmt, 1, id);
    return read_one(tx, stmt, ret_value, err);
}

static enum status sqlite_entry_read(void *tx, struct entry_name name, json_t **ret_value,
                                     struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = sqlite_link_ready(tx, SQL_ENTRY_READ, &stmt, err);

    if (st != ST_OK)
        return st;
    sqlite_link_bind(stmt, 1, str_of(name.cache));
    sqlite_link_bind(stmt, 2, name.key);
    return read_one(tx, stmt, ret_value, err);
}

static enum status sqlite_item_write(void *tx, struct str id, json_t *value, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    struct buf text = BUF_INIT(ROW_BYTES_MAX);
    enum status st = sqlite_link_ready(tx, value ? SQL_ITEM_WRITE : SQL_ITEM_REMOVE, &stmt, err);

    if (st != ST_OK)
        return st;
    sqlite_link_bind(stmt, 1, id);
    if (value) {
        item_json_put(&text, value);
        sqlite_link_bind(stmt, 2, buf_str(&text));
    }
    if (text.failed)
        st = err_set(err, ST_TOO_LARGE, "an item of more than %d bytes", ROW_BYTES_MAX);
    else
        st = sqlite_link_finish(tx, stmt, err);
    buf_free(&text);
    return st;
}

static enum status sqlite_entry_write(void *tx, struct entry_name name, json_t *value,
                                      struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    struct buf text = BUF_INIT(ROW_BYTES_MAX);
    enum status st = sqlite_link_ready(tx, value ? SQL_ENTRY_WRITE : SQL_ENTRY_REMOVE, &stmt, err);

    if (st != ST_OK)
        return st;
    sqlite_link_bind(stmt, 1, str_of(name.cache));
    sqlite_link_bind(stmt, 2, name.key);
    if (value) {
        item_json_put(&text, value);
        sqlite_link_bind(stmt, 3, buf_str(&text));
        (void)sqlite3_bind_int64(stmt, 4, layout_ttl(value));
    }
    if (text.failed)
        st = err_set(err, ST_TOO_LARGE, "%s: an entry of more than %d bytes", name.cache,
                     ROW_BYTES_MAX);
    else
        st = sqlite_link_finish(tx, stmt, err);
    buf_free(&text);
    return st;
}

/* Tell every row of a bound query; its columns are id, or cache and key, then the JSON. */
static enum status tell(struct sqlite_link *l, sqlite3_stmt *stmt, bool entries, rows_each_fn *each,
                        void *data, struct err *err)
{
    enum status st = ST_OK;
    int rc = SQLITE_DONE;

    while (st == ST_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        json_t *value = NULL;
        struct str first = column(stmt, 0);
        struct entry_name name = { entries ? first.p : "", entries ? column(stmt, 1) : STR_NONE };
        st = parse(column(stmt, entries ? 2 : 1), &value, err);
        if (st == ST_OK)
            st = each(data, entries ? STR_NONE : first, name, value, err);
    }
    if (st == ST_OK && rc != SQLITE_DONE)
        st = sqlite_file_fault(l->db, rc, err);
    (void)sqlite3_reset(stmt);
    (void)sqlite3_clear_bindings(stmt);
    return st;
}

static enum status sqlite_items_after(void *tx, struct str after, size_t limit, rows_each_fn *each,
                                      void *data, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = sqlite_link_ready(tx, SQL_ITEMS_AFTER, &stmt, err);

    if (st != ST_OK)
        return st;
    sqlite_link_bind(stmt, 1, after);
    (void)sqlite3_bind_int64(stmt, 2, (int64_t)limit);
    return tell(tx, stmt, false, each, data, err);
}

static enum status sqlite_entries_after(void *tx, struct entry_name after, size_t limit,
                                        rows_each_fn *each, void *data, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = sqlite_link_ready(tx, SQL_ENTRIES_AFTER, &stmt, err);

    if (st != ST_OK)
        return st;
    sqlite_link_bind(stmt, 1, str_of(after.cache));
    sqlite_link_bind(stmt, 2, after.key);
    (void)sqlite3_bind_int64(stmt, 3, (int64_t)limit);
    return tell(tx, stmt, true, each, data, err);
}

static enum status sqlite_entry_expire(void *tx, struct entry_name name, int64_t now,
                                       struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = sqlite_link_ready(tx, SQL_ENTRY_EXPIRE, &stmt, err);

    if (st != ST_OK)
        return st;
    sqlite_link_bind(stmt, 1, str_of(name.cache));
    sqlite_link_bind(stmt, 2, name.key);
    (void)sqlite3_bind_int64(stmt, 3, now);
    return sqlite_link_finish(tx, stmt, err);
}

static enum status sqlite_expire_some(void *tx, int64_t now, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = sqlite_link_ready(tx, SQL_EXPIRE_SOME, &stmt, err);

    if (st != ST_OK)
        return st;
    (void)sqlite3_bind_int64(stmt, 1, now);
    (void)sqlite3_bind_int(stmt, 2, EXPIRE_AT_ONCE);
    return sqlite_link_finish(tx, stmt, err);
}

/* The number in a query's one row. */
static enum status read_count(struct sqlite_link *l, sqlite3_stmt *stmt, int64_t *ret_count,
                              struct err *err)
{
    int rc = sqlite3_step(stmt);
    enum status st = ST_OK;

    if (rc == SQLITE_ROW)
        *ret_count = sqlite3_column_int64(stmt, 0);
    else
        st = sqlite_file_fault(l->db, rc, err);
    (void)sqlite3_reset(stmt);
    (void)sqlite3_clear_bindings(stmt);
    return st;
}

static enum status sqlite_entries_count(void *tx, const char *cache, int64_t *ret_count,
                                        struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status st = sqlite_link_ready(tx, SQL_ENTRIES_COUNT, &stmt, err);

    if (st != ST_OK)
        return st;
    sqlite_link_bind(stmt, 1, str_of(cache));
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
    enum status st = sqlite_begin(s, ROWS_ONE, deadline, &tx, err);

    if (st != ST_OK)
        return st;
    st = sqlite_link_ready(tx, SQL_ITEMS_COUNT, &stmt, err);
    if (st == ST_OK)
        st = read_count(tx, stmt, &facts.items, err);
    st = sqlite_end(s, tx, st, err);
    if (st != ST_OK)
        return st;
    facts.bytes = sqlite_file_bytes(s->links.path);
    (void)snprintf(facts.detail, sizeof facts.detail, "%s, SQLite %s", s->links.path,
                   sqlite3_libversion());
    *ret = facts;
    return ST_OK;
}

static enum status sqlite_create_table(void *self, int64_t deadline, struct err *err)
{
    struct store_facts facts; /* opening has made the tables: are they still there? */

    return sqlite_describe(self, deadline, &facts, err);
}

static void sqlite_free_all(void *self)
{
    struct sqlite_store *s = self;

    sqlite_links_close(&s->links);
    free(s);
}

static const struct store_ops sqlite_ops = {
    .name = "sqlite",
    .writes_wait = true,
    .get = rows_get,
    .put = rows_put,
    .update = rows_update,
    .remove = rows_delete,
    .scan = rows_scan,
    .get_entry = rows_get_entry,
    .put_entry = rows_put_entry,
    .remove_entry = rows_remove_entry,
    .count_entries = rows_count_entries,
    .get_items = rows_get_items,
    .put_items = rows_put_items,
    .add_entries = rows_add_entries,
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
    st = sqlite_links_open(&s->links, path, create, err);
    if (st != ST_OK) {
        free(s);
        return st;
    }
    s->rows = (struct rows){ &sqlite_rows, s, layout };
    *ret_store = store_wrap(&sqlite_ops, s);
    return *ret_store ? ST_OK : err_no_memory(err);
}
