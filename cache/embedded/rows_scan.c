/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/rows_scan.c -- every item once, page by page.
 *
 * A page is read inside a transaction and passed to the callback after it, so that the callback
 * blocks nobody. A cursor is a letter for the phase of the scan and a position in it:
 *     i<id>   items
 *     s       the item SHARED_CACHE with its entries
 *     e<id>   entries as items of their own */
#include <stdlib.h>
#include <string.h>

#include "cache/embedded/rows.h"
#include "cache/embedded/shared_item_view.h"
#include "cache/layout.h"

enum { SCAN_MAX = 1000 }; /* items in one page */

struct page_item {
    char *id;
    size_t n;
    json_t *attributes;
};

struct page {
    enum store_layout layout;
    struct page_item *items;
    size_t count, cap;
    size_t rows; /* read in this phase, including that of SHARED_CACHE */
    char *last;  /* the id of the last row */
};

static enum status add_to_page(void *data, struct str id, struct entry_name name, json_t *value,
                               struct err *err)
{
    struct page *p = data;
    char entry_id[LAYOUT_ENTRY_ID_MAX + 1];

    if (id.n == 0)
        id = layout_entry_id(name, entry_id);
    p->rows++;
    free(p->last);
    p->last = strndup(id.p, id.n);
    if (!p->last) {
        json_decref(value);
        return err_no_memory(err);
    }
    if (name.key.n == 0 && p->layout == STORE_LAYOUT_ITEM && str_eqz(id, STORE_SHARED_ID)) {
        json_decref(value); /* it comes last, with its entries */
        return ST_OK;
    }
    p->items[p->count].id = strndup(id.p, id.n);
    p->items[p->count].n = id.n;
    p->items[p->count].attributes = value;
    return p->items[p->count++].id ? ST_OK : err_no_memory(err);
}

/* Set *cursor to `letter` and `at`, or to NULL if `letter` is 0. */
static enum status set_cursor(char **cursor, char letter, const char *at, struct err *err)
{
    size_t n = strlen(at);
    char *next = NULL;

    if (letter) {
        next = malloc(n + 2);
        if (!next)
            return err_no_memory(err);
        next[0] = letter;
        memcpy(next + 1, at, n + 1);
    }
    free(*cursor);
    *cursor = next;
    return ST_OK;
}

static enum status read_item_page(const struct rows *r, void *tx, struct page *p, char **cursor,
                                  struct err *err)
{
    const char *after = *cursor ? *cursor + 1 : "";
    enum status st = r->ops->items_after(tx, str_of(after), p->cap, add_to_page, p, err);

    if (st != ST_OK)
        return st;
    if (p->rows == p->cap)
        return set_cursor(cursor, 'i', p->last, err);
    return set_cursor(cursor, r->layout == STORE_LAYOUT_ITEM ? 's' : 'e', "", err);
}

static enum status read_entry_page(const struct rows *r, void *tx, struct page *p, char **cursor,
                                   struct err *err)
{
    struct entry_name after = { "", STR_NONE };
    char cache[STORE_CACHE_MAX + 1];
    enum status st;

    if ((*cursor)[1] && !layout_entry_id_parse(str_of(*cursor + 1), cache, &after))
        return err_set(err, ST_INVALID, "invalid scan cursor");
    st = r->ops->entries_after(tx, after, p->cap, add_to_page, p, err);
    if (st != ST_OK)
        return st;
    return set_cursor(cursor, p->rows == p->cap ? 'e' : '\0', p->last ? p->last : "", err);
}

static enum status read_shared_item(const struct rows *r, void *tx, struct page *p, char **cursor,
                                    struct err *err)
{
    enum status st = shared_item_view_read(r->ops, tx, &p->items[0].attributes, err);

    if (st == ST_OK) {
        p->count = 1;
        p->items[0].n = sizeof STORE_SHARED_ID - 1;
        p->items[0].id = strdup(STORE_SHARED_ID);
        st = p->items[0].id ? ST_OK : err_no_memory(err);
    } else if (st == ST_MISS) {
        st = ST_OK;
    }
    return st == ST_OK ? set_cursor(cursor, '\0', "", err) : st;
}

static enum status read_page(const struct rows *r, struct page *p, char **cursor, int64_t deadline,
                             struct err *err)
{
    char phase = *cursor ? **cursor : 'i';
    void *tx;
    enum status st = r->ops->begin(r->self, ROWS_READ, deadline, &tx, err);

    if (st != ST_OK)
        return st;
    if (phase == 'i')
        st = read_item_page(r, tx, p, cursor, err);
    else if (phase == 'e' && r->layout == STORE_LAYOUT_ENTRIES)
        st = read_entry_page(r, tx, p, cursor, err);
    else if (phase == 's' && r->layout == STORE_LAYOUT_ITEM)
        st = read_shared_item(r, tx, p, cursor, err);
    else
        st = err_set(err, ST_INVALID, "invalid scan cursor");
    return r->ops->end(r->self, tx, st, err);
}

enum status rows_scan(void *self, size_t limit, char **cursor, store_each_fn *each, void *data,
                      int64_t deadline, struct err *err)
{
    const struct rows *r = self;
    struct page p = { .layout = r->layout };
    enum status st = ST_OK;

    p.cap = limit == 0 ? 1 : limit > SCAN_MAX ? SCAN_MAX : limit;
    p.items = calloc(p.cap, sizeof *p.items);
    if (!p.items)
        return err_no_memory(err);
    st = read_page(r, &p, cursor, deadline, err);
    for (size_t i = 0; i < p.count; i++) {
        if (st == ST_OK)
            st =
                each(data, (struct str){ p.items[i].id, p.items[i].n }, p.items[i].attributes, err);
        json_decref(p.items[i].attributes);
        free(p.items[i].id);
    }
    free(p.items);
    free(p.last);
    return st;
}
