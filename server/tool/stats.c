/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/stats.c -- `climacast stats`: entries, hit rates, most requested places, and growth.
 *
 * Entries and growth come from the table, so they are shown without a daemon, too. Hits and misses
 * come from the daemon's /metrics on admin.listen. Everything is collected as JSON first, and
 * printed as JSON or as tables. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/item_json.h"
#include "cache/shared_caches.h"
#include "server/base/clock.h"
#include "server/base/visible.h"
#include "server/config/options.h"
#include "server/tool/args.h"
#include "server/tool/exposition.h"
#include "server/tool/store_session.h"
#include "server/tool/tool.h"
#include "server/usage/analytics.h"

enum {
    PAGE_MAX = 8 * 1024 * 1024,
    CALL_MS = 5000,
    SHOWN = 10,
    DAYS_SHOWN = 14,
    NAME_SHOWN_MAX = 200
};

static const char *const tiers[] = { "memory", "redis", "store" };
static const char *const documents[] = { "hit", "miss", "revalidated", "stale", "failed" };
static const char *const outcomes[] = { "answered", "hint",  "not_understood",
                                        "apology",  "empty", "alexa_error" };
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

struct stats {
    const struct config *config;
    struct store_session session;
    struct redis *redis;
    struct analytics *analytics;
    json_t *all;
};

static json_t *count_of(const struct exposition *e, const char *name, const char *label,
                        const char *value)
{
    return json_integer((json_int_t)exposition_sum(e, name, label, value, NULL));
}

/* ---- the daemon's metrics ---- */

static json_t *lookups(const struct exposition *e)
{
    json_t *by_cache = json_object();

    for (size_t i = 0; i < SHARED_CACHES; i++) {
        json_t *by_tier = json_object();
        for (size_t k = 0; k < COUNT(tiers); k++) {
            double hits =
                exposition_sum(e, "climacast_cache_requests_total", "cache", shared_caches[i],
                               "tier", tiers[k], "outcome", "hit", NULL);
            double misses =
                exposition_sum(e, "climacast_cache_requests_total", "cache", shared_caches[i],
                               "tier", tiers[k], "outcome", "miss", NULL);
            json_object_set_new(
                by_tier, tiers[k],
                json_pack("{s:I,s:I}", "hits", (json_int_t)hits, "misses", (json_int_t)misses));
        }
        json_object_set_new(by_cache, shared_caches[i], by_tier);
    }
    return by_cache;
}

static json_t *counts_by(const struct exposition *e, const char *name, const char *label,
                         const char *const *values, size_t count)
{
    json_t *counts = json_object();

    for (size_t i = 0; i < count; i++)
        json_object_set_new(counts, values[i], count_of(e, name, label, values[i]));
    return counts;
}

/* Replace the shared counts of names that the daemon has counted further. */
static void merge_live_counts(json_t *asked, const struct exposition *e, const char *kind)
{
    struct topk_name names[TOPK_MERGED_MAX];
    size_t count = exposition_top(e, kind, names, TOPK_MERGED_MAX);
    json_t *known = json_object_get(asked, kind), *list = json_array(), *one;
    size_t i;

    for (size_t k = 0; k < count; k++)
        json_array_append_new(list, json_pack("{s:s,s:I}", "name", names[k].name, "count",
                                              (json_int_t)names[k].count));
    json_array_foreach (known, i, one) {
        const char *name = json_string_value(json_object_get(one, "name"));
        bool known_live = false;
        for (size_t k = 0; k < count; k++)
            known_live = known_live || strcmp(names[k].name, name) == 0;
        if (!known_live)
            json_array_append(list, one);
    }
    json_object_set_new(asked, kind, list);
}

static void add_live_stats(struct stats *s, const struct exposition *e)
{
    for (size_t i = 0; i < ANALYTICS_KINDS; i++)
        merge_live_counts(json_object_get(s->all, "asked"), e, analytics_kind_names[i]);
    json_object_set_new(s->all, "lookups", lookups(e));
    json_object_set_new(
        s->all, "requests",
        counts_by(e, "climacast_requests_total", "outcome", outcomes, COUNT(outcomes)));
    json_object_set_new(
        s->all, "documents",
        counts_by(e, "climacast_document_requests_total", "outcome", documents, COUNT(documents)));
    json_object_set_new(
        s->all, "evictions",
        counts_by(e, "climacast_tier_evictions_total", "tier", tiers, COUNT(tiers)));
    json_object_set_new(
        s->all, "memory",
        json_pack("{s:I,s:I}", "entries",
                  (json_int_t)exposition_sum(e, "climacast_memory_tier_entries", NULL), "bytes",
                  (json_int_t)exposition_sum(e, "climacast_memory_tier_bytes", NULL)));
}

static void ask_daemon(struct stats *s)
{
    const char *address = config_list(s->config, CONFIG_ADMIN_LISTEN)[0];
    struct exposition *e = NULL;
    struct http_response response = { .status = 0 };
    char url[300];
    bool answers = false;

    (void)snprintf(url, sizeof url, "http://%s/metrics", address ? address : "");
    (void)setenv("no_proxy", "*", 1); /* our own daemon is not behind a proxy */
    struct http_request request = { .url = url,
                                    .max_bytes = PAGE_MAX,
                                    .deadline = clock_mono_ms() + CALL_MS };
    if (address && http_call(s->session.http, &request, &response, NULL) == ST_OK &&
        response.status == 200 && exposition_parse(buf_str(&response.body), &e, NULL) == ST_OK) {
        answers = true;
        add_live_stats(s, e);
    }
    json_object_set_new(
        s->all, "daemon",
        json_pack("{s:s,s:b}", "address", address ? address : "", "answers", answers));
    exposition_free(e);
    http_response_done(&response);
}

/* ---- the table ---- */

static enum status add_table_stats(struct stats *s, struct err *err)
{
    struct store_facts facts;
    json_t *entries = json_object();
    enum status st = store_describe(s->session.store, store_session_deadline(), &facts, err);

    if (st == ST_OK)
        json_object_set_new(s->all, "table",
                            json_pack("{s:s,s:s,s:I,s:I}", "backend", facts.backend, "layout",
                                      config_text(s->config, CONFIG_PERSISTENCE_SHARED_LAYOUT),
                                      "items", (json_int_t)facts.items, "bytes",
                                      (json_int_t)facts.bytes));
    for (size_t i = 0; i < SHARED_CACHES && st == ST_OK; i++) {
        int64_t count = 0;
        st = store_count_entries(s->session.store, shared_caches[i], store_session_deadline(),
                                 &count, err);
        json_object_set_new(entries, shared_caches[i], json_integer(count));
    }
    json_object_set_new(s->all, "entries", entries);
    return st;
}

/* The size of SHARED_CACHE, where it is limited. */
static enum status add_item_size(struct stats *s, struct err *err)
{
    json_t *whole = NULL;
    struct buf text = BUF_INIT(SIZE_MAX / 2);
    enum status st;

    if (s->session.layout != STORE_LAYOUT_ITEM ||
        !config_is(s->config, CONFIG_PERSISTENCE_BACKEND, "dynamodb"))
        return ST_OK;
    st = store_get(s->session.store, STR(STORE_SHARED_ID), store_session_deadline(), &whole, NULL,
                   err);
    if (st == ST_OK)
        item_json_put(&text, whole);
    if (st == ST_OK || st == ST_MISS)
        json_object_set_new(
            s->all, "item",
            json_pack("{s:I,s:I}", "bytes", (json_int_t)text.n, "limit",
                      (json_int_t)config_int(s->config, CONFIG_CACHE_ITEM_MAX_BYTES)));
    json_decref(whole);
    buf_free(&text);
    return st == ST_MISS ? ST_OK : st;
}

static enum status add_analytics(struct stats *s, struct err *err)
{
    const char *url = config_text(s->config, CONFIG_REDIS_URL);
    struct redis_settings redis = { .url = url,
                                    .timeout_ms = config_int(s->config, CONFIG_REDIS_TIMEOUT_MS),
                                    .prefix = config_text(s->config, CONFIG_REDIS_PREFIX) };
    struct topk_name names[TOPK_MERGED_MAX];
    json_t *asked = json_object();
    enum status st = *url ? redis_create(&redis, NULL, &s->redis, err) : ST_OK;

    if (st == ST_OK) {
        s->analytics = analytics_create(s->session.store, s->redis, NULL);
        st = s->analytics ? ST_OK : err_no_memory(err);
    }
    /* If Redis is down, only the most requested names are missing. */
    if (st == ST_OK && analytics_load(s->analytics, store_session_deadline(), err) != ST_OK &&
        !s->redis)
        st = err->status;
    for (size_t i = 0; i < ANALYTICS_KINDS && st == ST_OK; i++) {
        size_t count = analytics_top(s->analytics, (enum analytics_kind)i, names, TOPK_MERGED_MAX);
        json_t *list = json_array();
        for (size_t k = 0; k < count; k++)
            json_array_append_new(list, json_pack("{s:s,s:I}", "name", names[k].name, "count",
                                                  (json_int_t)names[k].count));
        json_object_set_new(asked, analytics_kind_names[i], list);
    }
    json_object_set_new(s->all, "asked", asked);
    if (st == ST_OK)
        json_object_set_new(s->all, "growth", analytics_growth(s->analytics));
    if (st == ST_OK)
        json_object_set_new(s->all, "users", analytics_users(s->analytics));
    return st;
}

/* ---- tables ---- */

static long long member_int(const json_t *object, const char *a, const char *b, const char *c)
{
    const json_t *at = json_object_get(object, a);

    at = b ? json_object_get(at, b) : at;
    at = c ? json_object_get(at, c) : at;
    return json_integer_value(at);
}

static void print_rate(long long hits, long long misses)
{
    if (hits + misses == 0)
        printf(" %9s %9s %5s", "-", "-", "");
    else
        printf(" %9lld %9lld %4lld%%", hits, misses, hits * 100 / (hits + misses));
}

static void print_lookups(const json_t *all)
{
    printf("\n%-14s %10s   %-24s   %-24s   %-24s\n", "", "", "memory", "redis", "store");
    printf("%-14s %10s", "shared cache", "entries");
    for (size_t k = 0; k < COUNT(tiers); k++)
        printf(" %9s %9s %5s", "hits", "misses", "");
    printf("\n");
    for (size_t i = 0; i < SHARED_CACHES; i++) {
        const json_t *by_tier = json_object_get(json_object_get(all, "lookups"), shared_caches[i]);
        printf("%-14s %10lld", shared_caches[i],
               member_int(all, "entries", shared_caches[i], NULL));
        for (size_t k = 0; k < COUNT(tiers); k++)
            print_rate(member_int(by_tier, tiers[k], "hits", NULL),
                       member_int(by_tier, tiers[k], "misses", NULL));
        printf("\n");
    }
}

static void print_counts(const json_t *all, const char *title, const char *name,
                         const char *const *values, size_t count)
{
    if (!json_object_get(all, name))
        return;
    printf("\n%s:", title);
    for (size_t i = 0; i < count; i++)
        printf("%s %s %lld", i ? "," : "", values[i], member_int(all, name, values[i], NULL));
}

static void print_asked(const json_t *all)
{
    for (size_t i = 0; i < ANALYTICS_KINDS; i++) {
        const json_t *list =
            json_object_get(json_object_get(all, "asked"), analytics_kind_names[i]);
        printf("\nmost requested %s%s\n", analytics_kind_names[i],
               json_array_size(list) ? "" : ": none counted yet");
        for (size_t k = 0; k < json_array_size(list) && k < SHOWN; k++) {
            const json_t *row = json_array_get(list, k);
            char name[NAME_SHOWN_MAX];
            (void)snprintf(name, sizeof name, "%s",
                           json_string_value(json_object_get(row, "name")));
            visible_clean(name); /* from the table, to which others may write */
            printf("%10lld  %s\n", member_int(row, "count", NULL, NULL), name);
        }
    }
}

static void print_growth(const json_t *all)
{
    const json_t *rows = json_object_get(all, "growth");
    size_t count = json_array_size(rows), first = count > DAYS_SHOWN ? count - DAYS_SHOWN : 0;

    if (count == 0)
        return;
    printf("\n%-12s %14s %14s %14s %14s\n", "growth", shared_caches[0], shared_caches[1],
           shared_caches[2], "bytes");
    for (size_t i = first; i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        printf("%-12s", json_string_value(json_object_get(row, "day")));
        for (size_t k = 0; k < SHARED_CACHES; k++)
            printf(" %14lld", member_int(row, shared_caches[k], NULL, NULL));
        printf(" %14lld\n", member_int(row, "bytes", NULL, NULL));
    }
}

static void print_users(const json_t *all)
{
    const json_t *rows = json_object_get(all, "users");
    size_t count = json_array_size(rows), first = count > DAYS_SHOWN ? count - DAYS_SHOWN : 0;

    printf("\nusers per day (UTC), estimated\n");
    for (size_t i = first; i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        printf("%10lld  %s\n", member_int(row, "users", NULL, NULL),
               json_string_value(json_object_get(row, "day")));
    }
}

static void print_all(const json_t *all)
{
    const json_t *table = json_object_get(all, "table");

    long long items = member_int(table, "items", NULL, NULL),
              bytes = member_int(table, "bytes", NULL, NULL);

    printf("table: %s, layout %s", json_string_value(json_object_get(table, "backend")),
           json_string_value(json_object_get(table, "layout")));
    if (items >= 0)
        printf(", %lld items", items);
    if (bytes >= 0)
        printf(", %lld KB", bytes / 1024);
    if (json_object_get(all, "item"))
        printf("; SHARED_CACHE has about %lld of %lld bytes",
               member_int(all, "item", "bytes", NULL), member_int(all, "item", "limit", NULL));
    printf("\ndaemon: %s on %s\n",
           json_is_true(json_object_get(json_object_get(all, "daemon"), "answers"))
               ? "answers"
               : "does not answer, so hits and misses are unknown,",
           json_string_value(json_object_get(json_object_get(all, "daemon"), "address")));
    print_lookups(all);
    print_counts(all, "requests", "requests", outcomes, COUNT(outcomes));
    print_counts(all, "weather documents", "documents", documents, COUNT(documents));
    print_counts(all, "evictions", "evictions", tiers, COUNT(tiers));
    printf("\n");
    print_asked(all);
    print_users(all);
    print_growth(all);
}

/* ---- the command ---- */

static int stats_run(struct tool *tool)
{
    struct stats s = { .config = tool->config, .all = json_object() };
    bool json = false;
    const struct arg_option options[] = { { "--json", NULL, &json } };
    struct args args;
    struct err err = ERR_NONE;
    enum status st;

    if (args_parse(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                   &args, &err) == ST_OK &&
        args.count > 0)
        err_set(&err, ST_INVALID, "expected no arguments (see --help)");
    if (err.status != ST_OK) {
        json_decref(s.all);
        return tool_fail(tool, EXIT_USAGE, &err);
    }
    st = store_session_open(tool->config, false, &s.session, &err);
    if (st == ST_OK)
        st = add_table_stats(&s, &err);
    if (st == ST_OK)
        st = add_item_size(&s, &err);
    if (st == ST_OK)
        st = add_analytics(&s, &err);
    if (st == ST_OK) {
        ask_daemon(&s);
        if (json)
            (void)tool_print_json(json_incref(s.all));
        else
            print_all(s.all);
    }
    analytics_free(s.analytics);
    redis_free(s.redis);
    store_session_close(&s.session);
    json_decref(s.all);
    return st == ST_OK ? EXIT_SUCCESS : tool_fail(tool, EXIT_REFUSED, &err);
}

const struct command command_stats = {
    .name = "stats",
    .summary = "show entries, hit rates, top places",
    .usage = "[--json]\n"
             "\n"
             "Entries and growth come from the table.  Hits and misses are those of the daemon on\n"
             "admin.listen since it started.  The most requested places and stations are counted\n"
             "over all daemons, in Redis if there is one; counts of other daemons arrive after a\n"
             "few minutes.\n"
             "  --json   print JSON\n"
             "\nExit status: 0 success, 1 the table does not answer, 2 usage error.\n",
    .run = stats_run,
};
