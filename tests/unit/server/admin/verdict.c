/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/admin/verdict.c: what counts as well, what needs attention, what is
 * trouble. */
#include "server/admin/verdict.h"

#include <stdlib.h>

#include "tests/test.h"

enum { NOW = 1795000000, DAY = 86400 };

/* A daemon with 40 requests in the last five minutes, all answered with weather. */
static struct dashboard_data *healthy(void)
{
    struct dashboard_data *d = calloc(1, sizeof *d);

    d->now = NOW;
    d->ready = true;
    d->certificate_start = NOW - 30 * DAY;
    d->certificate_end = NOW + 60 * DAY;
    d->recent.counts[HISTORY_WEATHER] = 40;
    d->recent.counts[HISTORY_UPSTREAM_OK] = 100;
    d->recent.timed = 40;
    d->recent.buckets[0] = 40;
    return d;
}

static const char *const level_names[] = { "well", "warn", "bad" };

/* Frees `d`. `finding` must be part of the worst one. */
static void check_verdict(struct dashboard_data *d, enum verdict_level level, const char *finding)
{
    struct verdict v;

    verdict_reach(d, &v);
    if (v.level != level || (finding && (v.count == 0 || !strstr(v.findings[0].text, finding))))
        fail_msg("%s, \"%s\"; want %s, \"%s\"", level_names[v.level],
                 v.count ? v.findings[0].text : "", level_names[level], finding ? finding : "");
    CHECK(level != VERDICT_WELL || v.count == 0);
    for (size_t i = 1; i < v.count; i++)
        CHECK(v.findings[i].level <= v.findings[i - 1].level);
    free(d);
}

TEST(a_daemon_that_answers_or_is_idle_is_well)
{
    struct dashboard_data *d = healthy();

    check_verdict(d, VERDICT_WELL, NULL);
    d = healthy();
    d->recent = (struct history_totals){ .timed = 0 };
    check_verdict(d, VERDICT_WELL, NULL);
}

TEST(what_happened_long_ago_does_not_count)
{
    struct dashboard_data *d = healthy();

    d->since_start.counts[HISTORY_APOLOGIES] = 5000;
    d->since_start.counts[HISTORY_ALEXA_ERRORS] = 500;
    d->since_start.counts[HISTORY_ALEXA_OURS] = 500;
    d->failed = 900;
    check_verdict(d, VERDICT_WELL, NULL);
}

/* One count of the last five minutes, out of the 40 requests of healthy() and those. */
TEST(counts_of_the_last_five_minutes_are_judged)
{
    static const struct {
        enum history_count count;
        int64_t n;
        enum verdict_level level;
        const char *finding;
    } rows[] = {
        { HISTORY_APOLOGIES, 1, VERDICT_WARN, "1 of 41 requests got an apology." },
        { HISTORY_APOLOGIES, 5, VERDICT_BAD, "5 of 45 requests got an apology." },
        { HISTORY_NOT_UNDERSTOOD, 5, VERDICT_WELL, NULL },
        { HISTORY_NOT_UNDERSTOOD, 20, VERDICT_WARN, "20 of 60 requests were not understood." },
        { HISTORY_HINTS, 30, VERDICT_WELL, NULL },
        { HISTORY_ALEXA_ERRORS, 1, VERDICT_WARN, "Alexa reported 1 error of its own." },
        { HISTORY_ALEXA_OURS, 1, VERDICT_BAD, "Alexa could not use 1 response of this skill." },
        { HISTORY_REFUSED, 900, VERDICT_WELL, NULL },
        { HISTORY_TURNED_AWAY, 1, VERDICT_BAD, "1 request was turned away" },
        { HISTORY_UPSTREAM_FAILED, 3, VERDICT_WELL, NULL },
        { HISTORY_UPSTREAM_FAILED, 30, VERDICT_WARN, "30 of 130 calls to the weather service" },
        { HISTORY_UPSTREAM_FAILED, 100, VERDICT_BAD, "100 of 200 calls to the weather service" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dashboard_data *d = healthy();
        d->recent.counts[rows[i].count] = rows[i].n;
        check_verdict(d, rows[i].level, rows[i].finding);
    }
}

TEST(late_responses_are_judged)
{
    struct dashboard_data *d = healthy();

    d->recent.timed = 41; /* one took longer than any bucket */
    check_verdict(d, VERDICT_WARN, "1 of 41 responses took longer than 5 s");
    d = healthy();
    d->recent.timed = 50;
    check_verdict(d, VERDICT_BAD, "10 of 50 responses");
}

TEST(one_failure_is_trouble_when_nothing_else_was_asked)
{
    struct dashboard_data *d = healthy();

    d->recent = (struct history_totals){ .timed = 1 };
    d->recent.counts[HISTORY_APOLOGIES] = 1;
    d->recent.buckets[0] = 1;
    check_verdict(d, VERDICT_BAD, "1 of 1 request got an apology.");
    d = healthy();
    d->recent = (struct history_totals){ .timed = 0 };
    d->recent.counts[HISTORY_REFUSED] = 3;
    check_verdict(d, VERDICT_WARN, "All 3 requests were rejected");
}

TEST(what_the_daemon_depends_on_is_judged)
{
    struct dashboard_data *d = healthy();
    struct verdict v;

    d->ready = false;
    (void)snprintf(d->not_ready, sizeof d->not_ready, "store: disk full\ncertificate: expired\n");
    verdict_reach(d, &v);
    CHECK_INT(v.count, 2);
    CHECK_STR(v.findings[0].text, "Store: disk full");
    CHECK_STR(v.findings[1].text, "Certificate: expired");
    check_verdict(d, VERDICT_BAD, "Store: disk full");
    d = healthy();
    d->outage_s = 45;
    check_verdict(d, VERDICT_WARN, "No weather was available for 45 s.");
    d = healthy();
    d->outage_s = 420;
    d->degraded = true;
    check_verdict(d, VERDICT_BAD, "No weather was available for 7 min.");
    d = healthy();
    d->certificate_end = NOW + 9 * DAY;
    check_verdict(d, VERDICT_WARN, "expires in 9 days");
    d = healthy();
    d->certificate_start = NOW; /* one that lives six days */
    d->certificate_end = NOW + 6 * DAY;
    check_verdict(d, VERDICT_WELL, NULL);
    d = healthy();
    d->redis_configured = true;
    check_verdict(d, VERDICT_WARN, "Redis is unavailable");
    d = healthy();
    d->breakers[0] = (struct dashboard_breaker){ "point", true, 1, 5 };
    d->breaker_count = 1;
    check_verdict(d, VERDICT_WELL, NULL);
    d = healthy();
    d->breakers[0] = (struct dashboard_breaker){ "point", false, 1, 5 };
    d->breaker_count = 1;
    check_verdict(d, VERDICT_WARN, "The circuit breaker point is open.");
}

TEST(many_findings_are_bounded)
{
    struct dashboard_data *d = healthy();
    struct verdict v;

    d->ready = false;
    for (size_t i = 0; i + 3 < sizeof d->not_ready; i += 3)
        memcpy(d->not_ready + i, "x:\n", 3);
    d->recent.counts[HISTORY_APOLOGIES] = 9;
    verdict_reach(d, &v);
    CHECK_INT(v.count, VERDICT_FINDINGS_MAX);
    memset(d->not_ready, 'y', sizeof d->not_ready - 1); /* one long line */
    verdict_reach(d, &v);
    CHECK(strlen(v.findings[0].text) < VERDICT_TEXT_BYTES);
    free(d);
}

TESTS(a_daemon_that_answers_or_is_idle_is_well, what_happened_long_ago_does_not_count,
      counts_of_the_last_five_minutes_are_judged, late_responses_are_judged,
      one_failure_is_trouble_when_nothing_else_was_asked, what_the_daemon_depends_on_is_judged,
      many_findings_are_bounded)
