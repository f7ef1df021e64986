/* SPDX-License-Identifier: Apache-2.0 */
/* server/good_urls_item.c -- reads the item, merges, and writes it back if something is new, on the
 * condition that nobody else has written it meanwhile; otherwise it starts over. */
#include "server/good_urls_item.h"

#include <jansson.h>

enum { TRIES_MAX = 4 };

static struct good_urls read_urls(const json_t *item)
{
    struct good_urls urls = { .count = 0 };
    const char *url;
    json_t *good_s;

    json_object_foreach (json_object_get(item, "urls"), url, good_s) {
        if (json_is_integer(good_s))
            (void)good_urls_note(&urls, url, json_integer_value(good_s));
    }
    return urls;
}

/* Replaces the URLs of the item and leaves the rest alone. */
static enum status write_urls(json_t *item, const struct good_urls *urls, struct err *err)
{
    json_t *object = json_object();
    int failed = !object;

    for (size_t i = 0; i < urls->count && !failed; i++)
        failed = json_object_set_new(object, urls->list[i].text,
                                     json_integer((json_int_t)urls->list[i].good_s));
    failed = json_object_set_new(item, "urls", object) != 0 || failed;
    return failed ? err_no_memory(err) : ST_OK;
}

static enum status try_sync(struct store *store, struct good_urls *g, int64_t deadline,
                            struct err *err)
{
    json_t *item = NULL;
    uint64_t version = 0;
    enum status st = store_get(store, STR(GOOD_URLS_ITEM_ID), deadline, &item, &version, err);

    if (st == ST_MISS) {
        item = json_object();
        st = item ? ST_OK : err_no_memory(err);
    }
    if (st != ST_OK)
        return st;
    struct good_urls kept = read_urls(item);
    bool news = good_urls_merge(&kept, g);
    if (news)
        st = write_urls(item, &kept, err);
    if (news && st == ST_OK)
        st = store_put(store, STR(GOOD_URLS_ITEM_ID), item, version, deadline, err);
    if (st == ST_OK)
        (void)good_urls_merge(g, &kept);
    good_urls_done(&kept);
    json_decref(item);
    return st;
}

static enum status sync_with_store(void *data, struct good_urls *g, int64_t deadline,
                                   struct err *err)
{
    enum status st = ST_CONFLICT;

    for (int i = 0; st == ST_CONFLICT && i < TRIES_MAX; i++) {
        err_clear(err);
        st = try_sync(data, g, deadline, err);
    }
    return st;
}

struct good_urls_storage good_urls_item_storage(struct store *store)
{
    return (struct good_urls_storage){ sync_with_store, store };
}
