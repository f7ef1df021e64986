/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/check_shared.c -- `climacast doctor`: the shared entries, and what is left of the
 * tables of old. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/layout.h"
#include "cache/shared_caches.h"
#include "server/backend.h"
#include "server/base/clock.h"
#include "server/tool/check.h"
#include "server/tool/shared_tree.h"
#include "server/tool/store_session.h"

enum {
    ITEM_LIMIT = 409600, /* DynamoDB's own */
    PAGE = 200,
    PAGES_MAX = 10, /* what is looked at of a large table */
    MANY_EXPIRED_PERCENT = 50
};

static const char not_looked[] = "not looked at, for the table does not answer";

/* ---- what is there ---- */

struct look {
    struct doctor_context *p;
    int64_t now;
    bool other_layout; /* entries lie in the table as the layout does not have them */
};

static void count_entry(struct look *l, json_t *stored)
{
    l->p->shared_entries++;
    l->p->expired_entries += layout_expired(layout_ttl(stored), l->now);
}

static enum status count_member(void *data, const struct layout_member *member, struct err *err)
{
    (void)err;
    if (member->is_entry)
        count_entry(data, member->value);
    return ST_OK;
}

static enum status look_at_item(void *data, struct str id, json_t *attributes, struct err *err)
{
    struct look *l = data;
    bool items = backend_layout(l->p->config) == STORE_LAYOUT_ITEM;

    (void)err;
    if (!layout_is_shared(id))
        return ST_OK;
    if (str_eqz(id, STORE_SHARED_ID) == items) {
        if (!items)
            count_entry(l, attributes);
    } else {
        l->other_layout = l->other_layout || json_object_size(attributes) > 0;
    }
    return ST_OK;
}

/* Some pages of the table: what lies there in the other layout, and in `entries` the entries. */
static enum status look_at_pages(struct look *l, struct err *err)
{
    char *cursor = NULL;
    enum status st = ST_OK;
    int pages = 0;

    do
        st = store_scan(l->p->store, PAGE, &cursor, look_at_item, l, store_session_deadline(), err);
    while (st == ST_OK && cursor && ++pages < PAGES_MAX);
    free(cursor);
    return st;
}

static enum status look_at_whole(struct look *l, struct err *err)
{
    json_t *whole = NULL;
    struct buf text = BUF_INIT(SIZE_MAX / 2);
    enum status st =
        store_get(l->p->store, STR(STORE_SHARED_ID), store_session_deadline(), &whole, NULL, err);

    if (st == ST_OK) {
        (void)layout_each_member(STR(STORE_SHARED_ID), whole, count_member, l, err);
        layout_put_json(&text, whole);
        l->p->shared_bytes = (int64_t)text.n;
    }
    buf_free(&text);
    json_decref(whole);
    return st == ST_MISS ? ST_OK : st;
}

static enum status count_all(struct doctor_context *p, char *out, size_t room, int64_t *ret_all,
                             struct err *err)
{
    enum status st = ST_OK;
    int64_t count, all = 0;
    size_t used = 0;

    for (size_t i = 0; i < SHARED_CACHES && st == ST_OK; i++) {
        st = store_count_entries(p->store, shared_caches[i], store_session_deadline(), &count, err);
        if (st == ST_OK && used < room)
            used += (size_t)snprintf(out + used, room - used, "%s%s %lld", i ? ", " : "",
                                     shared_caches[i], (long long)count);
        all += st == ST_OK ? count : 0;
    }
    *ret_all = all;
    return st;
}

void check_shared_cache(struct doctor_context *p, struct finding *f)
{
    struct look l = { .p = p, .now = clock_wall_s() };
    char counts[200] = "";
    int64_t all = 0;
    struct err err = ERR_NONE;
    enum status st;

    if (!p->usable) {
        finding_set(f, CHECK_WARN, "see the line \"table\"", "%s", not_looked);
        return;
    }
    p->shared_entries = p->expired_entries = p->shared_bytes = 0;
    st = count_all(p, counts, sizeof counts, &all, &err);
    if (st == ST_OK && backend_layout(p->config) == STORE_LAYOUT_ITEM)
        st = look_at_whole(&l, &err);
    if (st == ST_OK)
        st = look_at_pages(&l, &err);
    if (st != ST_OK)
        finding_set(f, CHECK_FAIL, "see the message, and the lines above", "%s", err.text);
    else if (l.other_layout)
        finding_set(
            f, CHECK_WARN,
            backend_layout(p->config) == STORE_LAYOUT_ITEM ? "climacast migrate --layout item"
                                                           : "climacast migrate --layout entries",
            "%s; but others lie in the table in the other layout, and are not found", counts);
    else if (all == 0)
        finding_set(f, CHECK_WARN, "none: it comes with the first question about a place",
                    "nothing is kept of places yet");
    else
        finding_set(f, CHECK_OK, NULL, "%s entries", counts);
}

void check_shared_size(struct doctor_context *p, struct finding *f)
{
    int64_t most = config_int(p->config, CONFIG_CACHE_ITEM_MAX_BYTES);
    bool dynamo = config_is(p->config, CONFIG_PERSISTENCE_BACKEND, "dynamodb");

    if (!p->usable)
        finding_set(f, CHECK_WARN, "see the line \"table\"", "%s", not_looked);
    else if (!dynamo || backend_layout(p->config) == STORE_LAYOUT_ENTRIES)
        finding_set(f, CHECK_OK, NULL, "has no limit with %s",
                    dynamo ? "persistence.shared_layout = entries"
                           : config_text(p->config, CONFIG_PERSISTENCE_BACKEND));
    else if (p->shared_bytes > most)
        finding_set(
            f, CHECK_WARN,
            "set persistence.shared_layout = entries and climacast migrate --layout entries",
            "SHARED_CACHE has about %lld bytes, cache.item_max_bytes is %lld and DynamoDB's limit "
            "%d: entries are evicted",
            (long long)p->shared_bytes, (long long)most, ITEM_LIMIT);
    else if (p->shared_bytes > most / 10 * 9)
        finding_set(
            f, CHECK_WARN,
            "set persistence.shared_layout = entries and climacast migrate --layout entries",
            "SHARED_CACHE has about %lld of %lld bytes: it will soon evict entries",
            (long long)p->shared_bytes, (long long)most);
    else
        finding_set(f, CHECK_OK, NULL, "SHARED_CACHE has about %lld of %lld bytes",
                    (long long)p->shared_bytes, (long long)most);
}

void check_expired(struct doctor_context *p, struct finding *f)
{
    int64_t percent = p->shared_entries > 0 ? p->expired_entries * 100 / p->shared_entries : 0;

    if (!p->usable)
        finding_set(f, CHECK_WARN, "see the line \"table\"", "%s", not_looked);
    else if (percent > MANY_EXPIRED_PERCENT)
        finding_set(
            f, CHECK_WARN,
            "none: each goes when it is asked for; if it stays so, set a longer cache.ttl_days, "
            "or places in cache.warm_file",
            "%lld of %lld entries looked at have expired", (long long)p->expired_entries,
            (long long)p->shared_entries);
    else
        finding_set(f, CHECK_OK, NULL, "%lld of %lld entries looked at have expired",
                    (long long)p->expired_entries, (long long)p->shared_entries);
}

/* ---- old tables ---- */

static const char *const old_tables[] = { "LocationCache", "StationCache", "ZoneCache",
                                          "UserCache" };
enum { OLD_TABLES = sizeof old_tables / sizeof old_tables[0] };

/* ST_OK: *ret_items of the table, -1 when there is none. */
static enum status look_at_old(struct doctor_context *p, const char *table, int64_t *ret_items,
                               struct err *err)
{
    struct backend_options options = { .layout = STORE_LAYOUT_ITEM, .table = table };
    struct store *store = NULL;
    struct store_facts facts = { .items = -1 };
    enum status st = backend_open(p->config, &options, p->http, &store, err);

    if (st == ST_OK)
        st = store_describe(store, store_session_deadline(), &facts, err);
    store_free(store);
    *ret_items = facts.items;
    return st;
}

void check_old_tables(struct doctor_context *p, struct finding *f)
{
    char there[200] = "";
    size_t used = 0;
    struct err err = ERR_NONE;
    enum status st = ST_OK;

    if (!config_is(p->config, CONFIG_PERSISTENCE_BACKEND, "dynamodb")) {
        finding_set(f, CHECK_OK, NULL, "there are none with %s",
                    config_text(p->config, CONFIG_PERSISTENCE_BACKEND));
        return;
    }
    for (size_t i = 0; i < OLD_TABLES && st == ST_OK; i++) {
        int64_t items;
        if (config_is(p->config, CONFIG_PERSISTENCE_TABLE, old_tables[i])) {
            finding_set(f, CHECK_FAIL, "set persistence.table = climacast_persistence",
                        "persistence.table = %s: is the name of an old table", old_tables[i]);
            return;
        }
        st = look_at_old(p, old_tables[i], &items, &err);
        if (st == ST_OK && items >= 0 && used < sizeof there)
            used += (size_t)snprintf(there + used, sizeof there - used, "%s%s (%lld items)",
                                     used ? ", " : "", old_tables[i], (long long)items);
    }
    if (st == ST_DENIED && strcmp(err.reason, "access_denied") == 0)
        finding_set(f, CHECK_OK, NULL, "we may not look at any, so we do not use any (%s)",
                    err.text);
    else if (st != ST_OK)
        finding_set(f, CHECK_WARN, "see the lines above", "not looked at: %s", err.text);
    else if (used)
        finding_set(f, CHECK_WARN,
                    "climacast migrate --from-tables if that has not been done, then delete them",
                    "%s are still there; nothing here uses them", there);
    else
        finding_set(f, CHECK_OK, NULL, "none is left in this region");
}
