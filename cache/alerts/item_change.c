/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/item_change.c -- reads, changes, and writes an item on a condition. */
#include "cache/alerts/item_change.h"

#include "cache/item_json.h"
#include "server/base/backoff.h"
#include "server/base/json.h"

enum { TRIES_MAX = 30, TEXT_MAX = 300 * 1024 };

static enum status try_change(struct store *store, struct str id, item_change_fn *change,
                              void *data, int64_t deadline, bool *ret_written, struct err *err)
{
    json_t *item = NULL;
    uint64_t version = 0, before;
    enum status st = store_get(store, id, deadline, &item, &version, err);

    if (st == ST_MISS) {
        item = json_object();
        st = item ? ST_OK : err_no_memory(err);
    }
    if (st != ST_OK)
        return st;
    before = item_json_version(item);
    st = change(data, item, err);
    if (st == ST_OK && item_json_version(item) != before) {
        st = store_put(store, id, item, version, deadline, err);
        *ret_written = st == ST_OK;
    }
    json_decref(item);
    return st;
}

enum status item_change(struct store *store, struct str id, item_change_fn *change, void *data,
                        int64_t deadline, bool *ret_written, struct err *err)
{
    struct backoff backoff = { .first_ms = 10, .max_ms = 500, .waits_max = TRIES_MAX };
    bool written = false;
    enum status st;

    for (;;) {
        st = try_change(store, id, change, data, deadline, &written, err);
        if (st != ST_CONFLICT || !backoff_sleep(&backoff, deadline))
            break;
        err_clear(err);
    }
    if (st == ST_OK && ret_written)
        *ret_written = written;
    return st;
}

json_t *item_member(json_t *object, const char *name)
{
    json_t *member = json_object_get(object, name);

    if (json_is_object(member))
        return member;
    member = json_object();
    return json_object_set_new(object, name, member) == 0 ? member : NULL;
}

json_t *item_text_take(json_t *value)
{
    struct buf text = BUF_INIT(TEXT_MAX);
    json_t *string;

    if (!value)
        return NULL;
    json_put(&text, value);
    json_decref(value);
    string = text.failed ? NULL : json_stringn(buf_z(&text), text.n);
    buf_free(&text);
    return string;
}

bool item_text_parse(const json_t *text, json_t **ret_value)
{
    struct str s = { json_string_value(text), json_string_length(text) };
    enum status st;

    *ret_value = NULL;
    if (!json_is_string(text))
        return true;
    st = json_parse(s, false, ret_value, NULL);
    if (st != ST_OK)
        *ret_value = NULL;
    return st != ST_SYSTEM;
}
