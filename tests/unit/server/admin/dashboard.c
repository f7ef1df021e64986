/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/admin/dashboard.c: every panel without data, with plenty of data, and with hostile
 * names.
 *
 * If DASHBOARD_PAGE=FILE is set in the environment, the page of a busy day is written there. */
#include "server/admin/dashboard.h"

#include <math.h>
#include <stdio.h>

#include "tests/unit/server/admin/markup.h"

enum { PAGE_MAX = 1024 * 1024, DAY_S = 86400, NOW = 1781712000 };

static const char *const panels[] = {
    "requests", "latency", "outcomes", "rejections", "intents",     "hit-rates", "sizes",
    "upstream", "places",  "stations", "warm",       "certificate", "store",     "redis",
};

static struct dashboard_facts *facts_at_startup(void)
{
    struct dashboard_facts *f = calloc(1, sizeof *f);

    *f = (struct dashboard_facts){ .now = NOW,
                                   .started = NOW - 5,
                                   .version = "0.1.0",
                                   .ready = true,
                                   .bar_minutes = 1,
                                   .bar_count = 60,
                                   .bars_start = NOW - 59 * 60,
                                   .memory_limit = 67108864,
                                   .certificate_end = NOW + 60 * DAY_S,
                                   .certificate_name = "skill.example.org",
                                   .store_available = true };
    f->store =
        (struct store_facts){ "sqlite", STORE_READY, 0, 24576, "climacast.db, SQLite 3.40.1" };
    f->tiers[0].name = "memory";
    f->tiers[1].name = "redis";
    f->tiers[2].name = "store";
    f->caches[0].name = "LocationCache";
    f->caches[1].name = "StationCache";
    f->caches[2].name = "ZoneCache";
    return f;
}

static void set_group(struct metrics_group *group, const char *name, double value, double sum)
{
    *group = (struct metrics_group){ .value = value, .sum = sum };
    (void)snprintf(group->name, sizeof group->name, "%s", name);
}

static size_t set_groups(struct metrics_group *groups, const char *const *names, size_t count,
                         double max)
{
    for (size_t i = 0; i < count; i++)
        set_group(&groups[i], names[i], floor(max / (double)(1 + i * i)), max * 0.002);
    return count;
}

static size_t set_top_names(struct topk_name *names, const char *const *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(names[i].name, sizeof names[i].name, "%s", keys[i]);
        names[i].count = (int64_t)(900 / (i + 1));
    }
    return count;
}

/* A typical day: few requests at night, most in the morning and the evening. */
static void fill_day(struct dashboard_facts *f)
{
    f->whole_day = true;
    f->bar_minutes = 15;
    f->bar_count = 96;
    f->bars_start = NOW - 95 * 15 * 60;
    for (size_t i = 0; i < f->bar_count; i++) {
        struct history_totals *t = &f->bars[i];
        double hour = (double)i / 4;
        double ask = 8 + 130 * exp(-pow((hour - 7.5) / 1.6, 2)) +
                     95 * exp(-pow((hour - 18) / 2.4, 2)) + 17 * sin((double)(i * i));
        t->counts[HISTORY_ANSWERED] = ask > 2 ? (int64_t)ask : 2;
        t->counts[HISTORY_APOLOGIES] = i > 50 && i < 56 ? 14 : (i % 31 == 0);
        t->counts[HISTORY_REFUSED] = i % 13 == 0 ? 9 : 0;
        t->timed = t->counts[HISTORY_ANSWERED] + t->counts[HISTORY_APOLOGIES];
        t->seconds = 0.004 * (double)t->timed;
        t->buckets[1] = t->timed * 6 / 10;
        t->buckets[3] = t->timed * 3 / 10;
        t->buckets[i > 50 && i < 56 ? 8 : 6] = t->timed - t->buckets[1] - t->buckets[3];
        history_add(&f->since_start, t);
    }
}

static struct dashboard_facts *facts_of_busy_day(void)
{
    static const char *const outcomes[] = { "answered", "hint", "apology", "empty" };
    static const char *const reasons[] = { "signature_missing", "timestamp_stale",
                                           "certificate_url_invalid", "replayed" };
    static const char *const intents[] = { "MetricIntent",     "LaunchRequest",
                                           "MetricPosIntent",  "SetLocationIntent",
                                           "AMAZON.YesIntent", "SessionEndedRequest" };
    static const char *const places[] = { "boulder_colorado",
                                          "seattle_washington",
                                          "80301",
                                          "boston_massachusetts",
                                          "truth_or_consequences_new_mexico",
                                          "miami_florida" };
    static const char *const stations[] = { "KBDU", "KSEA", "KBOS", "KTCS", "KMIA" };
    static const char *const documents[] = { "observation", "grid", "point", "alerts", "zone" };
    struct dashboard_facts *f = facts_at_startup();

    f->started = NOW - 9 * DAY_S - 4 * 3600;
    f->console = true;
    f->connections = 6;
    f->running = 1;
    fill_day(f);
    f->outcome_count = set_groups(f->outcomes, outcomes, 4, 4100);
    f->refusal_count = set_groups(f->refusals, reasons, 4, 63);
    f->intent_count = set_groups(f->intents, intents, 6, 3200);
    f->tiers[0] = (struct dashboard_lookups){ "memory", 9120, 1204, 0, 0 };
    f->tiers[1] = (struct dashboard_lookups){ "redis", 800, 404, 2, 1 };
    f->tiers[2] = (struct dashboard_lookups){ "store", 300, 104, 0, 0 };
    f->caches[0] = (struct dashboard_lookups){ "LocationCache", 3800, 92, 0, 0 };
    f->caches[1] = (struct dashboard_lookups){ "StationCache", 5100, 310, 0, 0 };
    f->caches[2] = (struct dashboard_lookups){ "ZoneCache", 700, 60, 0, 0 };
    f->entries[0] = 412;
    f->entries[1] = 1630;
    f->entries[2] = 388;
    f->memory_bytes = 41.2 * 1048576;
    f->memory_entries = 6120;
    f->item_bytes = 322000;
    f->item_limit = 350000;
    for (size_t i = 0; i < 30; i++) {
        (void)snprintf(f->days[i].day, sizeof f->days[i].day, "2026-0%d-%02d", i < 14 ? 5 : 6,
                       (int)(i < 14 ? 18 + i : i - 13));
        f->days[i].entries = 300 + 72 * (double)i;
    }
    f->day_count = 30;
    f->place_count = set_top_names(f->places, places, 6);
    f->station_count = set_top_names(f->stations, stations, 5);
    f->warm_places = 48;
    set_group(&f->warmed[0], "fresh", 1210, 0);
    set_group(&f->warmed[1], "renewed", 96, 0);
    f->warmed_count = 2;
    for (size_t i = 0; i < 5; i++) {
        struct dashboard_upstream *u = &f->upstream[f->upstream_count++];
        *u = (struct dashboard_upstream){ .ok = 900 / (double)(i + 1),
                                          .client_errors = i == 2 ? 4 : 0,
                                          .failures = i == 1 ? 37 : 0,
                                          .seconds = 0.12 + 0.08 * (double)i };
        (void)snprintf(u->name, sizeof u->name, "%s", documents[i]);
    }
    f->stale = 21;
    f->store = (struct store_facts){ "dynamodb", STORE_READY, 214, 402000,
                                     "climacast_persistence: ACTIVE" };
    f->redis_configured = f->redis_up = true;
    f->redis_connections = 4;
    return f;
}

/* Writes the page and checks that it is well-formed, within its limit, and has every panel. The caller
 * frees it. */
static char *page_of(struct dashboard_facts *f)
{
    struct buf out = BUF_INIT(PAGE_MAX);
    char mark[60];

    dashboard_write(f, &out);
    CHECK(!out.failed && str_is_utf8(buf_str(&out)));
    markup_check(buf_str(&out));
    for (size_t i = 0; i < sizeof panels / sizeof panels[0]; i++) {
        (void)snprintf(mark, sizeof mark, "<section class=\"card\" id=\"%s\"", panels[i]);
        if (!strstr(buf_z(&out), mark))
            fail_msg("no panel %s", panels[i]);
    }
    CHECK(!strstr(buf_z(&out), "nan") && !strstr(buf_z(&out), "inf\""));
    CHECK(!strstr(buf_z(&out), " style=") && !strstr(buf_z(&out), "<script"));
    CHECK(!strstr(buf_z(&out), "http://") && !strstr(buf_z(&out), "https://"));
    return buf_take(&out, NULL);
}

TEST(a_daemon_that_just_started_shows_empty_panels)
{
    struct dashboard_facts *f = facts_at_startup();
    char *page = page_of(f);

    CHECK(strstr(page, "No requests yet."));
    CHECK(strstr(page, "No requests have been rejected."));
    CHECK(strstr(page, "No lookups yet."));
    CHECK(strstr(page, "No upstream requests yet."));
    CHECK(strstr(page, "Not configured (redis.url)."));
    CHECK(strstr(page, "up for 5 s"));
    CHECK(strstr(page, "http-equiv=\"refresh\" content=\"30\""));
    CHECK(!strstr(page, "/console"));
    free(page);
    free(f);
}

TEST(a_busy_day_is_shown_in_numbers)
{
    static const char *const expected[] = { "signature_missing",
                                            "Boulder Colorado",
                                            "Truth Or Consequences New Mexico",
                                            "41.2 MiB of 64.0 MiB",
                                            "314.5 KiB of 341.8 KiB",
                                            "9 days 4 h",
                                            "skill.example.org",
                                            "60 <small>days left",
                                            "1,630 entries in the store",
                                            "climacast_persistence: ACTIVE",
                                            "href=\"/console\"",
                                            "9,120 of 10,324",
                                            "3 failed" };
    struct dashboard_facts *f = facts_of_busy_day();
    char *page = page_of(f);
    const char *file = getenv("DASHBOARD_PAGE");

    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        if (!strstr(page, expected[i]))
            fail_msg("the page does not show \"%s\"", expected[i]);
    if (file) {
        FILE *out = fopen(file, "w");
        CHECK(out && fputs(page, out) >= 0 && fclose(out) == 0);
    }
    free(page);
    free(f);
}

TEST(problems_are_shown)
{
    struct dashboard_facts *f = facts_at_startup();
    char *page;

    f->ready = false;
    (void)snprintf(f->not_ready, sizeof f->not_ready, "store: no table\ncertificate: expired\n");
    f->certificate_end = NOW - 1;
    f->store_available = false;
    (void)snprintf(f->store_error, sizeof f->store_error, "access denied");
    f->redis_configured = true;
    f->paused = true;
    page = page_of(f);
    CHECK(strstr(page, "Not ready"));
    CHECK(strstr(page, "store: no table\ncertificate: expired</p>"));
    CHECK(strstr(page, "Expired: Alexa will not connect."));
    CHECK(strstr(page, "access denied"));
    CHECK(strstr(page, "reconnecting in the background"));
    CHECK(!strstr(page, "http-equiv=\"refresh\""));
    free(page);
    free(f);
}

TEST(names_from_outside_never_become_markup)
{
    static const char hostile[] = "\"><script>alert('x')</script><b a=\"&\xff";
    struct dashboard_facts *f = facts_of_busy_day();
    char *page;

    set_group(&f->outcomes[0], hostile, 5, 1);
    set_group(&f->refusals[0], hostile, 5, 1);
    set_group(&f->intents[0], hostile, 5, 1);
    set_group(&f->warmed[0], hostile, 5, 1);
    (void)snprintf(f->places[0].name, sizeof f->places[0].name, "%s", hostile);
    (void)snprintf(f->stations[0].name, sizeof f->stations[0].name, "%s", hostile);
    (void)snprintf(f->upstream[0].name, sizeof f->upstream[0].name, "%s", hostile);
    (void)snprintf(f->certificate_name, sizeof f->certificate_name, "%s", hostile);
    (void)snprintf(f->store.detail, sizeof f->store.detail, "%s", hostile);
    (void)snprintf(f->days[0].day, sizeof f->days[0].day, "<script>\"");
    (void)snprintf(f->days[29].day, sizeof f->days[29].day, "\"><b>");
    f->ready = false;
    (void)snprintf(f->not_ready, sizeof f->not_ready, "%s", hostile);
    page = page_of(f);
    CHECK(!strstr(page, "<script") && !strstr(page, "<b a=") && !strstr(page, "<b>\""));
    CHECK(strstr(page, "&lt;script&gt;alert(&#39;x&#39;)"));
    free(page);
    free(f);
}

TESTS(a_daemon_that_just_started_shows_empty_panels, a_busy_day_is_shown_in_numbers,
      problems_are_shown, names_from_outside_never_become_markup)
