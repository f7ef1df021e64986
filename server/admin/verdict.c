/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/verdict.c -- one finding for each thing that is not well. */
#include "server/admin/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "certs/renewal.h"

/* Shares from which a few failures are trouble. */
static const double APOLOGIES_BAD = 0.1, LATE_BAD = 0.1, UPSTREAM_BAD = 0.5;
/* Below this share, it is normal that questions are not understood. */
static const double NOT_UNDERSTOOD_WARN = 0.3;
enum { NOT_UNDERSTOOD_MIN = 3, REJECTED_MIN = 3, UPSTREAM_WARN_SHARE = 20 };

enum verdict_level verdict_of_share(int64_t failures, int64_t all, double bad)
{
    if (failures <= 0)
        return VERDICT_WELL;
    if (failures >= all || (failures >= 2 && (double)failures >= bad * (double)all))
        return VERDICT_BAD;
    return VERDICT_WARN;
}

__attribute__((format(printf, 3, 4))) static void
add_finding(struct verdict *v, enum verdict_level level, const char *format, ...)
{
    struct verdict_finding added = { .level = level };
    size_t i = 0;
    va_list args;

    if (level == VERDICT_WELL || v->count == VERDICT_FINDINGS_MAX)
        return;
    va_start(args, format);
    (void)vsnprintf(added.text, sizeof added.text, format, args);
    va_end(args);
    while (i < v->count && v->findings[i].level >= level)
        i++;
    memmove(&v->findings[i + 1], &v->findings[i], (v->count - i) * sizeof v->findings[0]);
    v->findings[i] = added;
    v->count++;
    v->level = v->findings[0].level;
}

static const char *plural(int64_t n)
{
    return n == 1 ? "" : "s";
}

/* ---- what the daemon depends on ---- */

/* One finding for each line, such as "store: the file is locked". */
static void judge_readiness(const struct dashboard_data *d, struct verdict *v)
{
    struct str rest = str_of(d->not_ready);

    while (!d->ready && rest.n > 0) {
        size_t end = str_index(rest, '\n');
        struct str line = str_trim(str_sub(rest, 0, end));
        if (line.n > 0)
            add_finding(v, VERDICT_BAD, "%c%.*s",
                        line.p[0] >= 'a' && line.p[0] <= 'z' ? line.p[0] - 'a' + 'A' : line.p[0],
                        (int)line.n - 1, line.p + 1);
        rest = str_sub(rest, end < rest.n ? end + 1 : rest.n, rest.n);
    }
}

static void judge_certificate(const struct dashboard_data *d, struct verdict *v)
{
    char left[RENEWAL_TEXT_BYTES];

    if (d->certificate_end <= d->now || /* reported by judge_readiness() */
        !renewal_is_overdue(d->certificate_start, d->certificate_end, d->now))
        return;
    renewal_format_left(d->certificate_end - d->now, left);
    add_finding(v, VERDICT_WARN, "The certificate expires in %s and has not been renewed.", left);
}

static void judge_redis(const struct dashboard_data *d, struct verdict *v)
{
    if (d->redis_configured && !d->redis_up)
        add_finding(v, VERDICT_WARN, "Redis is unavailable; answers are slower.");
    else if (d->redis_configured && d->redis_read_only)
        add_finding(v, VERDICT_WARN, "Redis accepts no writes.");
}

/* Redis has a finding of its own. */
static void judge_breakers(const struct dashboard_data *d, struct verdict *v)
{
    for (size_t i = 0; i < d->breaker_count; i++)
        if (!d->breakers[i].closed && strcmp(d->breakers[i].name, "redis") != 0)
            add_finding(v, VERDICT_WARN, "The circuit breaker %s is open.", d->breakers[i].name);
}

/* ---- the last five minutes ---- */

static void judge_weather(const struct dashboard_data *d, struct verdict *v)
{
    int64_t ok = d->recent.counts[HISTORY_UPSTREAM_OK];
    int64_t failed = d->recent.counts[HISTORY_UPSTREAM_FAILED];
    enum verdict_level level = verdict_of_share(failed, ok + failed, UPSTREAM_BAD);

    if (d->outage_s >= 60)
        add_finding(v, d->degraded ? VERDICT_BAD : VERDICT_WARN,
                    "No weather was available for %lld min.", (long long)(d->outage_s / 60));
    else if (d->outage_s > 0)
        add_finding(v, VERDICT_WARN, "No weather was available for %lld s.",
                    (long long)d->outage_s);
    /* One of many calls fails now and then, and is repeated. */
    if (level == VERDICT_BAD || failed * UPSTREAM_WARN_SHARE > ok + failed)
        add_finding(v, level, "%lld of %lld call%s to the weather service failed.",
                    (long long)failed, (long long)(ok + failed), plural(ok + failed));
}

static void judge_answers(const struct dashboard_data *d, struct verdict *v)
{
    const struct history_totals *t = &d->recent;
    int64_t requests = history_requests(t), apologies = t->counts[HISTORY_APOLOGIES];
    int64_t late = history_late(t), missed = t->counts[HISTORY_NOT_UNDERSTOOD];

    add_finding(v, verdict_of_share(apologies, requests, APOLOGIES_BAD),
                "%lld of %lld request%s got an apology.", (long long)apologies, (long long)requests,
                plural(requests));
    add_finding(v, verdict_of_share(late, t->timed, LATE_BAD),
                "%lld of %lld response%s took longer than %d s; Alexa waits 8.", (long long)late,
                (long long)t->timed, plural(t->timed), HISTORY_LATE_S);
    if (missed >= NOT_UNDERSTOOD_MIN && (double)missed >= NOT_UNDERSTOOD_WARN * (double)requests)
        add_finding(v, VERDICT_WARN, "%lld of %lld request%s were not understood.",
                    (long long)missed, (long long)requests, plural(requests));
}

static void judge_alexa(const struct dashboard_data *d, struct verdict *v)
{
    int64_t errors = d->recent.counts[HISTORY_ALEXA_ERRORS];
    int64_t ours = d->recent.counts[HISTORY_ALEXA_OURS];

    if (ours > 0)
        add_finding(v, VERDICT_BAD, "Alexa could not use %lld response%s of this skill.",
                    (long long)ours, plural(ours));
    else if (errors > 0)
        add_finding(v, VERDICT_WARN, "Alexa reported %lld error%s of its own.", (long long)errors,
                    plural(errors));
}

static void judge_rejections(const struct dashboard_data *d, struct verdict *v)
{
    int64_t turned_away = d->recent.counts[HISTORY_TURNED_AWAY];
    int64_t refused = d->recent.counts[HISTORY_REFUSED];

    if (turned_away > 0)
        add_finding(v, VERDICT_BAD,
                    "%lld request%s %s turned away: overloaded, or Alexa's certificate could not "
                    "be fetched.",
                    (long long)turned_away, plural(turned_away), turned_away == 1 ? "was" : "were");
    else if (refused >= REJECTED_MIN && history_requests(&d->recent) == 0)
        add_finding(v, VERDICT_WARN,
                    "All %lld requests were rejected; the reasons are listed below.",
                    (long long)refused);
}

void verdict_reach(const struct dashboard_data *d, struct verdict *ret_verdict)
{
    static void (*const judges[])(const struct dashboard_data *, struct verdict *) = {
        judge_readiness,  judge_weather,     judge_alexa, judge_answers,
        judge_rejections, judge_certificate, judge_redis, judge_breakers,
    };

    *ret_verdict = (struct verdict){ .level = VERDICT_WELL };
    for (size_t i = 0; i < sizeof judges / sizeof judges[0]; i++)
        judges[i](d, ret_verdict);
}
