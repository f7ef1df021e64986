/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/check_shared.c -- `climacast doctor`: the shared entries, and tables left by older
 * releases. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/item_json.h"
#include "cache/layout.h"
#include "cache/shared_caches.h"
#include "server/base/clock.h"
#include "server/services/backend.h"
#include "server/tool/check.h"
#include "server/tool/old_tables.h"
#include "server/tool/shared_tree.h"
#include "server/tool/store_session.h"

enum {
    ITEM_LIMIT = 409600, /* DynamoDB's item size limit */
    PAGE = 200,
    PAGES_MAX = 10, /* larger tables are sampled */
    MANY_EXPIRED_PERCENT = 50
};

static const char skipped[] = "skipped: table unavailable";
static const char see_table[] = "see \"table\"";

/* ---- shared entries ---- */

struct survey {
    struct doctor_context *ctx;
    int64_t now;
    bool other_layout; /* the table has entries in the layout that is not configured */
};

static void count_entry(struct survey *survey, json_t *stored)
{
    survey->ctx->shared_entries++;
    survey->ctx->expired_entries += layout_expired(layout_ttl(stored), survey->now);
}

static enum status count_member(void *data, const struct layout_member *member, struct err *err)
{
    (void)err;
    if (member->is_entry)
        count_entry(data, member->value);
    return ST_OK;
}

static enum status survey_item(void *data, struct str id, json_t *attributes, struct err *err)
{
    struct survey *survey = data;
    bool items = backend_layout(survey->ctx->config) == STORE_LAYOUT_ITEM;

    (void)err;
    if (!layout_is_shared(id))
        return ST_OK;
    if (str_eqz(id, STORE_SHARED_ID) == items) {
        if (!items)
            count_entry(survey, attributes);
    } else {
        survey->other_layout = survey->other_layout || json_object_size(attributes) > 0;
    }
    return ST_OK;
}

/* Scan some pages of the table: for entries in the other layout, and with layout `entries` to
 * count. */
static enum status survey_pages(struct survey *survey, struct err *err)
{
    char *cursor = NULL;
    enum status st = ST_OK;
    int pages = 0;

    do
        st = store_scan(survey->ctx->store, PAGE, &cursor, survey_item, survey,
                        store_session_deadline(), err);
    while (st == ST_OK && cursor && ++pages < PAGES_MAX);
    free(cursor);
    return st;
}

static enum status survey_shared_item(struct survey *survey, struct err *err)
{
    json_t *whole = NULL;
    struct buf text = BUF_INIT(SIZE_MAX / 2);
    enum status st = store_get(survey->ctx->store, STR(STORE_SHARED_ID), store_session_deadline(),
                               &whole, NULL, err);

    if (st == ST_OK) {
        (void)layout_each_member(STR(STORE_SHARED_ID), whole, count_member, survey, err);
        item_json_put(&text, whole);
        survey->ctx->shared_bytes = (int64_t)text.n;
    }
    buf_free(&text);
    json_decref(whole);
    return st == ST_MISS ? ST_OK : st;
}

static enum status count_entries(struct doctor_context *ctx, char *out, size_t size,
                                 int64_t *ret_all, struct err *err)
{
    enum status st = ST_OK;
    int64_t count, all = 0;
    size_t used = 0;

    for (size_t i = 0; i < SHARED_CACHES && st == ST_OK; i++) {
        st = store_count_entries(ctx->store, shared_caches[i], store_session_deadline(), &count,
                                 err);
        if (st == ST_OK && used < size)
            used += (size_t)snprintf(out + used, size - used, "%s%s %lld", i ? ", " : "",
                                     shared_caches[i], (long long)count);
        all += st == ST_OK ? count : 0;
    }
    *ret_all = all;
    return st;
}

void check_shared_cache(struct doctor_context *ctx, struct finding *f)
{
    struct survey survey = { .ctx = ctx, .now = clock_wall_s() };
    char counts[200] = "";
    int64_t all = 0;
    struct err err = ERR_NONE;
    enum status st;

    if (!ctx->usable) {
        finding_set(f, CHECK_WARN, see_table, "%s", skipped);
        return;
    }
    ctx->shared_entries = ctx->expired_entries = ctx->shared_bytes = 0;
    st = count_entries(ctx, counts, sizeof counts, &all, &err);
    if (st == ST_OK && backend_layout(ctx->config) == STORE_LAYOUT_ITEM)
        st = survey_shared_item(&survey, &err);
    if (st == ST_OK)
        st = survey_pages(&survey, &err);
    if (st != ST_OK)
        finding_set(f, CHECK_FAIL, "see the message and the failed checks above", "%s", err.text);
    else if (survey.other_layout)
        finding_set(f, CHECK_WARN,
                    backend_layout(ctx->config) == STORE_LAYOUT_ITEM
                        ? "run climacast migrate --layout item"
                        : "run climacast migrate --layout entries",
                    "%s; the table has more entries in the other layout, which are not used",
                    counts);
    else if (all == 0)
        finding_set(f, CHECK_WARN, "none needed; the first request about a place fills it",
                    "the place cache is empty");
    else
        finding_set(f, CHECK_OK, NULL, "%s entries", counts);
}

void check_shared_size(struct doctor_context *ctx, struct finding *f)
{
    int64_t max = config_int(ctx->config, CONFIG_CACHE_ITEM_MAX_BYTES);
    bool dynamo = config_is(ctx->config, CONFIG_PERSISTENCE_BACKEND, "dynamodb");

    if (!ctx->usable)
        finding_set(f, CHECK_WARN, see_table, "%s", skipped);
    else if (!dynamo || backend_layout(ctx->config) == STORE_LAYOUT_ENTRIES)
        finding_set(f, CHECK_OK, NULL, "no limit with %s",
                    dynamo ? "persistence.shared_layout = entries"
                           : config_text(ctx->config, CONFIG_PERSISTENCE_BACKEND));
    else if (ctx->shared_bytes > max)
        finding_set(
            f, CHECK_WARN,
            "set persistence.shared_layout = entries and run climacast migrate --layout entries",
            "SHARED_CACHE has about %lld bytes; cache.item_max_bytes is %lld and DynamoDB's limit "
            "%d: entries are being evicted",
            (long long)ctx->shared_bytes, (long long)max, ITEM_LIMIT);
    else if (ctx->shared_bytes > max / 10 * 9)
        finding_set(
            f, CHECK_WARN,
            "set persistence.shared_layout = entries and run climacast migrate --layout entries",
            "SHARED_CACHE has about %lld of %lld bytes; entries will soon be evicted",
            (long long)ctx->shared_bytes, (long long)max);
    else
        finding_set(f, CHECK_OK, NULL, "SHARED_CACHE has about %lld of %lld bytes",
                    (long long)ctx->shared_bytes, (long long)max);
}

void check_expired(struct doctor_context *ctx, struct finding *f)
{
    int64_t percent =
        ctx->shared_entries > 0 ? ctx->expired_entries * 100 / ctx->shared_entries : 0;

    if (!ctx->usable)
        finding_set(f, CHECK_WARN, see_table, "%s", skipped);
    else if (percent > MANY_EXPIRED_PERCENT)
        finding_set(f, CHECK_WARN,
                    "none needed; expired entries are replaced on access; if this persists, raise "
                    "cache.ttl_days or list places in cache.warm_file",
                    "%lld of %lld entries checked have expired", (long long)ctx->expired_entries,
                    (long long)ctx->shared_entries);
    else
        finding_set(f, CHECK_OK, NULL, "%lld of %lld entries checked have expired",
                    (long long)ctx->expired_entries, (long long)ctx->shared_entries);
}

/* ---- tables of older releases ---- */

/* ST_OK: *ret_items is the number of items, or -1 when there is no such table. */
static enum status count_old_table(struct doctor_context *ctx, const char *table,
                                   int64_t *ret_items, struct err *err)
{
    struct backend_options options = { .layout = STORE_LAYOUT_ITEM, .table = table };
    struct store *store = NULL;
    struct store_facts facts = { .items = -1 };
    enum status st = backend_open(ctx->config, &options, ctx->http, &store, err);

    if (st == ST_OK)
        st = store_describe(store, store_session_deadline(), &facts, err);
    store_free(store);
    *ret_items = facts.items;
    return st;
}

void check_old_tables(struct doctor_context *ctx, struct finding *f)
{
    char there[200] = "";
    size_t used = 0;
    struct err err = ERR_NONE;
    enum status st = ST_OK;

    if (!config_is(ctx->config, CONFIG_PERSISTENCE_BACKEND, "dynamodb")) {
        finding_set(f, CHECK_OK, NULL, "not applicable with %s",
                    config_text(ctx->config, CONFIG_PERSISTENCE_BACKEND));
        return;
    }
    for (size_t i = 0; i < OLD_TABLES && st == ST_OK; i++) {
        int64_t items;
        if (config_is(ctx->config, CONFIG_PERSISTENCE_TABLE, old_tables[i].name)) {
            finding_set(f, CHECK_FAIL, "set persistence.table = climacast_persistence",
                        "persistence.table = %s is the name of an old table", old_tables[i].name);
            return;
        }
        st = count_old_table(ctx, old_tables[i].name, &items, &err);
        if (st == ST_OK && items >= 0 && used < sizeof there)
            used += (size_t)snprintf(there + used, sizeof there - used, "%s%s (%lld items)",
                                     used ? ", " : "", old_tables[i].name, (long long)items);
    }
    if (st == ST_DENIED && strcmp(err.reason, "access_denied") == 0)
        finding_set(f, CHECK_OK, NULL, "not accessible, so not in use (%s)", err.text);
    else if (st != ST_OK)
        finding_set(f, CHECK_WARN, "see the failed checks above", "skipped: %s", err.text);
    else if (used)
        finding_set(f, CHECK_WARN,
                    "run climacast migrate --from-tables if you have not yet, then delete them",
                    "still there, but unused: %s", there);
    else
        finding_set(f, CHECK_OK, NULL, "none left in this region");
}
