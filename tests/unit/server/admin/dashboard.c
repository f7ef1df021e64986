/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/admin/dashboard.c: every panel without data, with plenty of data, and with
 * hostile names.
 *
 * If DASHBOARD_PAGE=FILE is set in the environment, the page of a busy day is written there. */
#include "server/admin/dashboard.h"

#include <math.h>
#include <stdio.h>

#include "tests/unit/server/admin/markup.h"

enum { PAGE_MAX = 1024 * 1024, DAY_S = 86400, NOW = 1781712000 };

static const char *const panels[] = {
    "requests", "latency",      "failures", "unresolved",  "slowest",  "outcomes",  "rejections",
    "intents",  "alexa-errors", "users",    "places",      "stations", "hit-rates", "sizes",
    "upstream", "warm",         "store",    "certificate", "redis",    "breakers",
};

static struct dashboard_data *facts_at_startup(void)
{
    struct dashboard_data *d = calloc(1, sizeof *d);

    *d = (struct dashboard_data){ .now = NOW,
                                  .started = NOW - 5,
                                  .zone = zone_get(STR("America/Denver")),
                                  .version = "0.1.0",
                                  .ready = true,
                                  .bar_minutes = 1,
                                  .bar_count = 60,
                                  .bars_start = NOW - 59 * 60,
                                  .memory_limit = 67108864,
                                  .certificate_start = NOW - 30 * DAY_S,
                                  .certificate_end = NOW + 60 * DAY_S,
                                  .certificate_name = "skill.example.org",
                                  .store_available = true };
    d->store =
        (struct store_facts){ "sqlite", STORE_READY, 0, 24576, "climacast.db, SQLite 3.40.1" };
    d->tiers[0].name = "memory";
    d->tiers[1].name = "redis";
    d->tiers[2].name = "store";
    d->caches[0].name = "LocationCache";
    d->caches[1].name = "StationCache";
    d->caches[2].name = "ZoneCache";
    return d;
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
static void fill_day(struct dashboard_data *d)
{
    d->whole_day = true;
    d->bar_minutes = 15;
    d->bar_count = 96;
    d->bars_start = NOW - 95 * 15 * 60;
    for (size_t i = 0; i < d->bar_count; i++) {
        struct history_totals *t = &d->bars[i];
        double hour = (double)i / 4;
        double ask = 8 + 130 * exp(-pow((hour - 7.5) / 1.6, 2)) +
                     95 * exp(-pow((hour - 18) / 2.4, 2)) + 17 * sin((double)(i * i));
        t->counts[HISTORY_WEATHER] = ask > 2 ? (int64_t)ask : 2;
        t->counts[HISTORY_ANSWERED] = t->counts[HISTORY_WEATHER] / 8;
        t->counts[HISTORY_NOT_UNDERSTOOD] = t->counts[HISTORY_WEATHER] / 20;
        t->counts[HISTORY_APOLOGIES] = i > 50 && i < 56 ? 14 : (i % 31 == 0);
        t->counts[HISTORY_REFUSED] = i == 93 ? 1480 : i % 13 == 0 ? 9 : 0; /* a scanner */
        t->timed = history_requests(t);
        t->seconds = 0.004 * (double)t->timed;
        t->buckets[1] = t->timed * 6 / 10;
        t->buckets[3] = t->timed * 3 / 10;
        t->buckets[i > 50 && i < 56 ? 8 : 6] = t->timed - t->buckets[1] - t->buckets[3];
        history_add(&d->since_start, t);
    }
}

static struct recent_request request(int64_t at, const char *outcome, const char *intent,
                                     const char *metric, const char *place, const char *cause)
{
    struct recent_request q = { .at = at, .us = 84000, .count = 1 };

    (void)snprintf(q.outcome, sizeof q.outcome, "%s", outcome);
    (void)snprintf(q.intent, sizeof q.intent, "%s", intent);
    (void)snprintf(q.metric, sizeof q.metric, "%s", metric);
    (void)snprintf(q.place, sizeof q.place, "%s", place);
    (void)snprintf(q.cause, sizeof q.cause, "%s", cause);
    return q;
}

/* The last five minutes, failures, slow questions, users. */
static void set_recent(struct dashboard_data *d)
{
    static const struct {
        int ago_s;
        const char *outcome, *intent, *metric, *place, *cause;
    } failed[] = {
        { 140, "not_understood", "AMAZON.FallbackIntent", "", "", "no_intent" },
        { 900, "hint", "MetricIntent", "temperature", "qwxyzville", "place_unknown" },
        { 5400, "alexa_error", "SessionEndedRequest", "", "", "ENDPOINT_TIMEOUT" },
        { 33000, "apology", "MetricIntent", "forecast", "truth or consequences new mexico",
          "timeout" },
        { 90000, "refused", "MetricIntent", "", "miami", "overloaded" },
        { 95000, "apology", "MetricPosIntent", "alerts", "spokane", "alerts_unknown" },
    };

    d->recent.counts[HISTORY_WEATHER] = 41;
    d->recent.counts[HISTORY_ANSWERED] = 3;
    d->recent.counts[HISTORY_NOT_UNDERSTOOD] = 1;
    d->recent.counts[HISTORY_REFUSED] = 2;
    d->recent.counts[HISTORY_UPSTREAM_OK] = 120;
    d->recent.timed = 45;
    d->recent.buckets[5] = 45;
    for (size_t i = 0; i < 12; i++) {
        size_t k = i % (sizeof failed / sizeof failed[0]);
        d->failures[d->failure_count++] =
            request(NOW - failed[k].ago_s, failed[k].outcome, failed[k].intent, failed[k].metric,
                    failed[k].place, failed[k].cause);
        d->failures[i].count = i == 3 ? 14 : 1;
    }
    for (int i = 0; i < 3; i++) {
        struct recent_words *w = &d->unresolved[d->unresolved_count++];
        w->at = NOW - 60 * i;
        w->count = 7 - i;
        (void)snprintf(w->intent, sizeof w->intent, "MetricIntent");
        (void)snprintf(w->slot, sizeof w->slot, "location");
        (void)snprintf(w->words, sizeof w->words, "%s", i == 0 ? "atlantis" : "the moon");
        (void)snprintf(w->cause, sizeof w->cause, "place_unknown");
    }
    for (int i = 0; i < RECENT_SLOWEST; i++) {
        d->slowest[d->slowest_count++] =
            request(NOW - 4000 * i, "answered", "MetricIntent", "forecast", "boulder colorado", "");
        d->slowest[i].us = 5200000 / (1 + i);
    }
    for (size_t i = 0; i < 30; i++) {
        (void)snprintf(d->users[i].day, sizeof d->users[i].day, "2026-0%d-%02d", i < 13 ? 5 : 6,
                       (int)(i < 13 ? 19 + i : i - 12));
        d->users[i].users = 20 + (int64_t)(i * 7 % 11) + (int64_t)i;
    }
    d->user_day_count = 30;
}

static struct dashboard_data *facts_of_busy_day(void)
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
    struct dashboard_data *d = facts_at_startup();

    d->started = NOW - 9 * DAY_S - 4 * 3600;
    d->console = true;
    d->connections = 6;
    d->running = 1;
    fill_day(d);
    d->outcome_count = set_groups(d->outcomes, outcomes, 4, 4100);
    d->refusal_count = set_groups(d->refusals, reasons, 4, 63);
    d->intent_count = set_groups(d->intents, intents, 6, 3200);
    d->tiers[0] = (struct dashboard_lookups){ "memory", 9120, 1204, 0, 0 };
    d->tiers[1] = (struct dashboard_lookups){ "redis", 800, 404, 2, 1 };
    d->tiers[2] = (struct dashboard_lookups){ "store", 300, 104, 0, 0 };
    d->caches[0] = (struct dashboard_lookups){ "LocationCache", 3800, 92, 0, 0 };
    d->caches[1] = (struct dashboard_lookups){ "StationCache", 5100, 310, 0, 0 };
    d->caches[2] = (struct dashboard_lookups){ "ZoneCache", 700, 60, 0, 0 };
    d->entries[0] = 412;
    d->entries[1] = 1630;
    d->entries[2] = 388;
    d->memory_bytes = 41.2 * 1048576;
    d->memory_entries = 6120;
    d->item_bytes = 322000;
    d->item_limit = 350000;
    for (size_t i = 0; i < 30; i++) {
        (void)snprintf(d->days[i].day, sizeof d->days[i].day, "2026-0%d-%02d", i < 14 ? 5 : 6,
                       (int)(i < 14 ? 18 + i : i - 13));
        d->days[i].entries = 300 + 72 * (double)i;
    }
    d->day_count = 30;
    set_recent(d);
    d->place_count = set_top_names(d->places, places, 6);
    d->station_count = set_top_names(d->stations, stations, 5);
    (void)snprintf(d->station_names[0], STATION_NAMES_BYTES, "Boulder Municipal Airport");
    (void)snprintf(d->station_names[1], STATION_NAMES_BYTES,
                   "Seattle, Seattle-Tacoma International Airport");
    d->warm_places = 48;
    set_group(&d->warmed[0], "fresh", 1210, 0);
    set_group(&d->warmed[1], "renewed", 96, 0);
    d->warmed_count = 2;
    for (size_t i = 0; i < 5; i++) {
        struct dashboard_upstream *u = &d->upstream[d->upstream_count++];
        *u = (struct dashboard_upstream){ .ok = 900 / (double)(i + 1),
                                          .client_errors = i == 2 ? 4 : 0,
                                          .failures = i == 1 ? 37 : 0,
                                          .seconds = 0.12 + 0.08 * (double)i };
        (void)snprintf(u->name, sizeof u->name, "%s", documents[i]);
    }
    d->stale = 21;
    d->store = (struct store_facts){ "dynamodb", STORE_READY, 214, 402000,
                                     "climacast_persistence: ACTIVE" };
    d->redis_configured = d->redis_up = true;
    d->redis_connections = 4;
    d->breakers[0] = (struct dashboard_breaker){ "grid", true, 3, 41 };
    d->breaker_count = 1;
    return d;
}

/* Writes the page and checks that it is well-formed, within its limit, and has every panel. The
 * caller frees it. */
static char *page_of(struct dashboard_data *d)
{
    struct buf out = BUF_INIT(PAGE_MAX);
    char mark[60];

    dashboard_write(d, &out);
    CHECK(!out.failed && str_is_utf8(buf_str(&out)));
    markup_check(buf_str(&out));
    for (size_t i = 0; i < sizeof panels / sizeof panels[0]; i++) {
        (void)snprintf(mark, sizeof mark, " id=\"%s\" aria-labelledby=", panels[i]);
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
    struct dashboard_data *d = facts_at_startup();
    char *page = page_of(d);

    CHECK(strstr(page, "No requests yet."));
    CHECK(strstr(page, "No requests have been rejected."));
    CHECK(strstr(page, "No lookups yet."));
    CHECK(strstr(page, "No upstream requests yet."));
    CHECK(strstr(page, "Not configured"));
    CHECK(!strstr(page, "Pushed alerts")); /* they are not switched on */
    CHECK(strstr(page, "None since startup."));
    CHECK(strstr(page, "Alexa has reported no errors."));
    CHECK(strstr(page, "All is well") && strstr(page, "no requests in the last 5 minutes"));
    CHECK(strstr(page, "up for 5 s"));
    CHECK(strstr(page, "http-equiv=\"refresh\" content=\"30;url=/?range=hour\""));
    CHECK(!strstr(page, "/console"));
    free(page);
    free(d);
}

TEST(a_busy_day_is_shown_in_numbers)
{
    static const char *const expected[] = {
        "signature_missing",
        "Boulder Colorado",
        "Truth Or Consequences New Mexico",
        "41.2 MiB of 64.0 MiB",
        "314.5 KiB of 341.8 KiB",
        "9 days 4 h",
        "skill.example.org",
        "60 days left",
        "1,630 entries in the store",
        "climacast_persistence: ACTIVE",
        "href=\"/console\"",
        "9,120 of 10,324",
        "3 failed",
        "All is well",
        "America/Denver (UTC\xe2\x88\x92"
        "6)",
        "title=\"2026-06-17 16:00:00 UTC\">2026-06-17 10:00:00<",
        ">08:00</text>", /* an hour on the axis */
        "\xe2\x86\x91"
        "1,", /* a clipped peak */
        "KBDU, Boulder Municipal Airport",
        "Qwxyzville",
        "place not found",
        "no intent matched",
        "ENDPOINT_TIMEOUT",
        "\xc3\x97"
        "14",
        "5.2 s",
        "Show 7 more",
        "54 today"
    };
    struct dashboard_data *d = facts_of_busy_day();
    char *page = page_of(d);
    const char *file = getenv("DASHBOARD_PAGE");

    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        if (!strstr(page, expected[i]))
            fail_msg("the page does not show \"%s\"", expected[i]);
    if (file) {
        FILE *out = fopen(file, "w");
        CHECK(out && fputs(page, out) >= 0 && fclose(out) == 0);
    }
    free(page);
    free(d);
}

TEST(problems_are_shown)
{
    struct dashboard_data *d = facts_at_startup();
    char *page;

    d->ready = false;
    (void)snprintf(d->not_ready, sizeof d->not_ready, "store: no table\ncertificate: expired\n");
    d->certificate_end = NOW - 1;
    d->store_available = false;
    (void)snprintf(d->store_error, sizeof d->store_error, "access denied");
    d->redis_configured = true;
    d->breakers[0] = (struct dashboard_breaker){ "grid", true, 3, 41 };
    d->breakers[1] = (struct dashboard_breaker){ "store_reads", false, 2, 1234 };
    d->breaker_count = 2;
    d->alerts = (struct dashboard_alerts){ .enabled = true,
                                           .polls = 60,
                                           .failed_polls = 4,
                                           .sent = 1234,
                                           .held = { { "quiet", 3, 0 } },
                                           .held_count = 1,
                                           .dropped = { { "432", 2, 0 } },
                                           .dropped_count = 1 };
    d->paused = true;
    page = page_of(d);
    CHECK(strstr(page, "class=\"verdict bad\"") && strstr(page, "Trouble"));
    CHECK(strstr(page, "<li class=\"bad\">Store: no table</li>"));
    CHECK(strstr(page, "<li class=\"bad\">Certificate: expired</li>"));
    CHECK(strstr(page, "Expired: Alexa will not connect."));
    CHECK(strstr(page, "access denied"));
    CHECK(strstr(page, "1,234 sent"));
    CHECK(strstr(page, "<dt>Failed polls</dt><dd class=\"bad\">4</dd>"));
    CHECK(strstr(page, "<dt>Held back: quiet</dt><dd>3</dd><dt>Dropped: 432</dt><dd>2</dd>"));
    CHECK(strstr(page, "reconnecting in the background"));
    CHECK(strstr(page, "1 open"));
    CHECK(strstr(page, "grid</th><td class=\"\">closed</td><td class=\"num\">3<"));
    CHECK(strstr(page, "store_reads</th><td class=\"bad\">open</td><td class=\"num\">2<"));
    CHECK(strstr(page, "1,234"));
    CHECK(strstr(page, "The circuit breaker store_reads is open."));
    CHECK(!strstr(page, "http-equiv=\"refresh\""));
    free(page);
    free(d);
}

TEST(names_from_outside_never_become_markup)
{
    static const char hostile[] = "\"><script>alert('x')</script><b a=\"&\xff";
    struct dashboard_data *d = facts_of_busy_day();
    char *page;

    set_group(&d->outcomes[0], hostile, 5, 1);
    set_group(&d->refusals[0], hostile, 5, 1);
    set_group(&d->intents[0], hostile, 5, 1);
    set_group(&d->warmed[0], hostile, 5, 1);
    (void)snprintf(d->places[0].name, sizeof d->places[0].name, "%s", hostile);
    set_group(&d->alexa_errors[0], hostile, 5, 1);
    d->alexa_error_count = 1;
    d->failures[0] = request(NOW, hostile, hostile, hostile, hostile, hostile);
    (void)snprintf(d->unresolved[0].words, sizeof d->unresolved[0].words, "%s", hostile);
    (void)snprintf(d->unresolved[0].intent, sizeof d->unresolved[0].intent, "%s", hostile);
    d->slowest[0] = request(NOW, hostile, hostile, hostile, hostile, hostile);
    (void)snprintf(d->station_names[0], STATION_NAMES_BYTES, "%s", hostile);
    (void)snprintf(d->users[0].day, sizeof d->users[0].day, "<script>\"");
    (void)snprintf(d->stations[0].name, sizeof d->stations[0].name, "%s", hostile);
    (void)snprintf(d->upstream[0].name, sizeof d->upstream[0].name, "%s", hostile);
    (void)snprintf(d->certificate_name, sizeof d->certificate_name, "%s", hostile);
    (void)snprintf(d->store.detail, sizeof d->store.detail, "%s", hostile);
    (void)snprintf(d->days[0].day, sizeof d->days[0].day, "<script>\"");
    (void)snprintf(d->days[29].day, sizeof d->days[29].day, "\"><b>");
    d->ready = false;
    (void)snprintf(d->not_ready, sizeof d->not_ready, "%s", hostile);
    page = page_of(d);
    CHECK(!strstr(page, "<script") && !strstr(page, "<b a=") && !strstr(page, "<b>\""));
    CHECK(strstr(page, "&lt;script&gt;alert(&#39;x&#39;)"));
    free(page);
    free(d);
}

TESTS(a_daemon_that_just_started_shows_empty_panels, a_busy_day_is_shown_in_numbers,
      problems_are_shown, names_from_outside_never_become_markup)
