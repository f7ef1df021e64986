/* SPDX-License-Identifier: Apache-2.0 */
/* cache/tiers.c -- tiers counted, and records written and read. */
#include "cache/tiers.h"

#include <stdatomic.h>
#include <stdlib.h>

/* ---- counting ---- */

static const char *const tier_names[TIERS] = { "memory", "redis", "store" };
static const char *const outcome_names[TIER_OUTCOMES] = { "hit", "miss", "failed", "skipped" };

void tier_metrics_init(struct tier_metrics *c, struct metrics *metrics)
{
    struct metric_family *requests =
        metrics_family(metrics, METRIC_COUNTER, "climacast_tier_requests_total", "tier,outcome",
                       "Look-ups of entries and documents in each tier.");
    struct metric_family *seconds =
        metrics_family(metrics, METRIC_HISTOGRAM, "climacast_tier_seconds", "tier",
                       "Time that one call to a tier took.");
    struct metric_family *evictions =
        metrics_family(metrics, METRIC_COUNTER, "climacast_tier_evictions_total", "tier",
                       "Entries and documents that had to make room.");

    for (size_t t = 0; t < TIERS; t++) {
        for (size_t o = 0; o < TIER_OUTCOMES; o++)
            c->requests[t][o] = metric_get(requests, tier_names[t], outcome_names[o], NULL);
        /* Memory takes less than any bucket; the store counts its own evictions. */
        c->seconds[t] = t == TIER_MEMORY ? NULL : metric_get(seconds, tier_names[t], NULL, NULL);
        c->evictions[t] = t == TIER_STORE ? NULL : metric_get(evictions, tier_names[t], NULL, NULL);
    }
}

void tier_metrics_count(const struct tier_metrics *c, enum tier tier, enum tier_outcome outcome)
{
    metric_add(c->requests[tier][outcome], 1);
}

enum tier_outcome tier_metrics_outcome(enum status status)
{
    if (status == ST_OK)
        return TIER_HIT;
    if (status == ST_MISS)
        return TIER_MISS;
    return status == ST_UNAVAILABLE ? TIER_SKIPPED : TIER_FAILED;
}

struct tier_metrics_watch {
    struct memory *memory;
    struct tier_metrics counts;
    _Atomic uint64_t told;
};

static void update(void *data)
{
    struct tier_metrics_watch *w = data;
    uint64_t now = memory_stats(w->memory).evictions, before = atomic_load(&w->told);

    /* Of two writers at once, one counts. */
    if (now > before && atomic_compare_exchange_strong(&w->told, &before, now))
        metric_add(w->counts.evictions[TIER_MEMORY], (int64_t)(now - before));
}

struct tier_metrics_watch *tier_metrics_watch_create(struct memory *memory, struct metrics *metrics)
{
    struct tier_metrics_watch *w = calloc(1, sizeof *w);

    if (!w)
        return NULL;
    w->memory = memory;
    tier_metrics_init(&w->counts, metrics);
    metrics_on_write(metrics, update, w);
    return w;
}

void tier_metrics_watch_free(struct tier_metrics_watch *w)
{
    free(w);
}

/* ---- records ---- */

enum { FETCHED_DIGITS = 13, LIFETIME_DIGITS = 6 };
static const char version = '1';

/* Take "line\n" off the front. */
static bool take_line(struct str *rest, struct str *ret_line)
{
    size_t end = str_index(*rest, '\n');

    if (end == rest->n)
        return false;
    *ret_line = str_sub(*rest, 0, end);
    *rest = str_sub(*rest, end + 1, rest->n);
    return true;
}

static bool take_version(struct str *rest)
{
    if (rest->n == 0 || rest->p[0] != version)
        return false;
    *rest = str_sub(*rest, 1, rest->n);
    return true;
}

static bool number(struct str digits, int64_t *ret_value)
{
    for (size_t i = 0; i < digits.n; i++)
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
    return digits.n > 0 && str_to_i64(digits, ret_value);
}

void redis_record_put_entry(struct buf *b, int64_t ttl, struct str json)
{
    buf_printf(b, "%c%lld\n", version, (long long)(ttl > 0 ? ttl : 0));
    buf_put(b, json);
}

bool redis_record_parse_entry(struct str s, int64_t *ret_ttl, struct str *ret_json)
{
    struct str line;

    if (!take_version(&s) || !take_line(&s, &line) || !number(line, ret_ttl))
        return false;
    *ret_json = s;
    return true;
}

void redis_record_put_front(struct buf *b, const struct redis_record_document *r)
{
    buf_printf(b, "%c%0*lld %0*lld\n", version, FETCHED_DIGITS, (long long)r->fetched_ms,
               LIFETIME_DIGITS, (long long)r->lifetime_s);
}

static void put_line(struct buf *b, struct str line)
{
    if (str_index(line, '\n') == line.n)
        buf_put(b, line);
    buf_putc(b, '\n');
}

void redis_record_put_validators(struct buf *b, const struct redis_record_document *r)
{
    put_line(b, r->etag);
    put_line(b, r->last_modified);
}

void redis_record_put_document(struct buf *b, const struct redis_record_document *r)
{
    redis_record_put_front(b, r);
    redis_record_put_validators(b, r);
    buf_put(b, r->body);
}

bool redis_record_parse_document(struct str s, struct redis_record_document *ret_record)
{
    struct redis_record_document r;
    struct str line;

    if (!take_version(&s) || !take_line(&s, &line) || line.n + 2 != REDIS_RECORD_FRONT_BYTES ||
        line.p[FETCHED_DIGITS] != ' ' || !number(str_sub(line, 0, FETCHED_DIGITS), &r.fetched_ms) ||
        !number(str_sub(line, FETCHED_DIGITS + 1, line.n), &r.lifetime_s) ||
        !take_line(&s, &r.etag) || !take_line(&s, &r.last_modified))
        return false;
    r.body = s;
    *ret_record = r;
    return true;
}
