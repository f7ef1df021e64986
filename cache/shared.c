/* SPDX-License-Identifier: Apache-2.0 */
/* cache/shared.c -- shared entries: memory, then Redis, then the store.
 *
 * In memory the stamp of an entry is its expiry. That the store has no such entry is remembered for
 * a few seconds, as an object without data whose stamp is when to ask again.
 *
 * Memory and Redis are written at once, the store in the background (cache/shared_writer.h).
 *
 * An entry that was read from a lower tier is only added to a higher one and never replaces what is
 * there, because another thread or instance may have written the entry in the meantime. For the
 * same reason a removed entry leaves an empty value in Redis for a few seconds: nobody can read it,
 * and nobody adds to it.
 *
 * Callers hold the object around a JSON tree, never the tree itself: jansson's reference counts are
 * not thread-safe. */
#include "cache/shared.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/item_json.h"
#include "cache/layout.h"
#include "cache/redis/record.h"
#include "cache/shared_caches.h"
#include "cache/shared_writer.h"
#include "cache/tier_metrics.h"
#include "server/base/clock.h"
#include "server/base/json.h"

enum {
    ABSENT_S = 3,        /* how long a missing or removed entry is remembered */
    JUST_WRITTEN_S = 60, /* within this time the same entry is not written again */
    COUNT_WAIT_MS = 500, /* for entries that are being written, before they are counted */
    DAY_S = 86400,
    KEY_MAX = STORE_CACHE_MAX + STORE_KEY_MAX + 4,
    ENTRY_MAX = 512 * 1024,       /* bytes of an entry in Redis; DynamoDB's limit is 400 KB */
    REDIS_TTL_MAX_S = 35 * DAY_S, /* also of entries that never expire */
};

/* ---- metrics ---- */

/* The outcomes that each tier can have. */
static const struct {
    const char *tier;
    const char *outcomes[TIER_OUTCOMES];
} tiers[TIERS] = {
    [TIER_MEMORY] = { "memory", { [TIER_HIT] = "hit", [TIER_MISS] = "miss" } },
    [TIER_REDIS] = { "redis",
                     { [TIER_HIT] = "hit",
                       [TIER_MISS] = "miss",
                       [TIER_FAILED] = "failed",
                       [TIER_SKIPPED] = "skipped" } },
    [TIER_STORE] = { "store",
                     { [TIER_HIT] = "hit", [TIER_MISS] = "miss", [TIER_FAILED] = "failed" } },
};

struct shared {
    struct shared_settings settings;
    struct memory *memory;
    struct store *store;
    struct shared_writer *writer;
    pthread_mutex_t put_lock; /* held to find out whether an entry has just been written */
    struct metric *lookups[SHARED_CACHES + 1][TIERS][TIER_OUTCOMES]; /* the last: other caches */
    struct tier_metrics tiers;
};

static void declare_lookups(struct shared *s, struct metrics *metrics)
{
    struct metric_family *family =
        metrics_family(metrics, METRIC_COUNTER, "climacast_cache_requests_total",
                       "cache,tier,outcome", "Lookups of shared entries.");

    for (size_t i = 0; i <= SHARED_CACHES; i++) {
        const char *cache = i < SHARED_CACHES ? shared_caches[i] : "other";
        for (size_t t = 0; t < TIERS; t++)
            for (size_t o = 0; o < TIER_OUTCOMES; o++)
                if (tiers[t].outcomes[o] && (t != TIER_REDIS || s->settings.redis))
                    s->lookups[i][t][o] =
                        metric_get(family, cache, tiers[t].tier, tiers[t].outcomes[o]);
    }
}

static void count_lookup(struct shared *s, const char *cache, enum tier tier,
                         enum tier_outcome outcome)
{
    size_t i = 0;

    while (i < SHARED_CACHES && strcmp(shared_caches[i], cache) != 0)
        i++;
    metric_add(s->lookups[i][tier][outcome], 1);
    tier_metrics_count(&s->tiers, tier, outcome);
}

/* ---- creating and freeing ---- */

struct shared *shared_create(const struct shared_settings *settings, struct memory *memory,
                             struct store *store, struct metrics *metrics)
{
    struct shared *s = calloc(1, sizeof *s);

    if (!s || pthread_mutex_init(&s->put_lock, NULL) != 0) {
        free(s);
        return NULL;
    }
    s->settings = *settings;
    s->memory = memory;
    s->store = store;
    s->writer = shared_writer_create(store, settings->report, settings->report_data, metrics);
    if (!s->writer) {
        shared_free(s);
        return NULL;
    }
    declare_lookups(s, metrics);
    tier_metrics_init(&s->tiers, metrics);
    return s;
}

void shared_free(struct shared *s)
{
    if (!s)
        return;
    shared_writer_free(s->writer);
    (void)pthread_mutex_destroy(&s->put_lock);
    free(s);
}

/* ---- memory ---- */

static char *put_bytes(char *at, struct str s)
{
    memcpy(at, s.p, s.n);
    return at + s.n;
}

static enum status memory_key(struct entry_name name, char out[KEY_MAX], struct str *ret_key,
                              struct err *err)
{
    struct str cache = str_of(name.cache);
    char *end = out;

    if (!layout_cache_valid(cache) || !layout_key_valid(name.key))
        return err_set(err, ST_INVALID, "invalid name of a shared entry");
    *end++ = 'e';
    *end++ = ':';
    end = put_bytes(end, cache);
    *end++ = '#';
    end = put_bytes(end, name.key);
    *ret_key = (struct str){ out, (size_t)(end - out) };
    return ST_OK;
}

/* Take over `entry` (NULL marks it as absent) and store it in memory. Returns the object around it,
 * which the caller releases; NULL when out of memory. */
static struct object *memory_store(struct shared *s, struct str key, json_t *entry, int64_t stamp,
                                   bool replace)
{
    struct object *o = item_json_share(entry);

    if (o && replace)
        memory_put(s->memory, key, o, stamp);
    else if (o)
        memory_add(s->memory, key, o, stamp);
    return o;
}

/* ST_OK, ST_MISS (known to be absent), or ST_WOULD_WAIT (not in memory). */
static enum status memory_lookup(struct shared *s, struct str key, int64_t now,
                                 struct object **ret_entry)
{
    enum status st = ST_WOULD_WAIT;
    int64_t stamp = 0;
    struct object *o = memory_get(s->memory, key, &stamp);

    if (!o)
        return st;
    if (o->data && !layout_expired(stamp, now)) {
        *ret_entry = o;
        return ST_OK;
    }
    if (!o->data && now < stamp && stamp <= now + ABSENT_S)
        st = ST_MISS;
    else
        memory_remove(s->memory, key); /* outdated: make room for what the store has */
    object_release(o);
    return st;
}

/* ---- Redis ---- */

/* For how long Redis keeps an entry that expires at `ttl`; 0: not at all. */
static int64_t redis_expiry_ms(int64_t ttl, int64_t now)
{
    int64_t seconds = ttl > 0 ? ttl - now : REDIS_TTL_MAX_S;

    if (seconds > REDIS_TTL_MAX_S)
        seconds = REDIS_TTL_MAX_S;
    return seconds > 0 ? seconds * 1000 : 0;
}

/* `verb` is REDIS_SET or REDIS_SET_NX. */
static void redis_write(struct shared *s, enum redis_verb verb, struct str key, json_t *entry,
                        int64_t ttl, int64_t deadline)
{
    struct buf text = BUF_INIT(ENTRY_MAX), record = BUF_INIT(ENTRY_MAX);
    struct redis_job job = { .verb = verb, .key = key };

    if (!s->settings.redis || !redis_up(s->settings.redis))
        return;
    job.expiry_ms = redis_expiry_ms(ttl, clock_wall_s());
    item_json_put(&text, entry);
    redis_record_put_entry(&record, ttl, buf_str(&text));
    job.value = buf_str(&record);
    if (job.expiry_ms > 0 && !text.failed && !record.failed) {
        (void)redis_do(s->settings.redis, &job, 1, deadline, NULL);
        redis_jobs_done(&job, 1);
    }
    buf_free(&text);
    buf_free(&record);
}

/* Replace an entry with an empty value, which blocks SET_NX for a while. */
static void redis_write_tombstone(struct shared *s, struct str key, int64_t deadline)
{
    struct redis_job job = { .verb = REDIS_SET, .key = key, .expiry_ms = ABSENT_S * 1000 };

    if (!s->settings.redis)
        return;
    (void)redis_do(s->settings.redis, &job, 1, deadline, NULL);
    redis_jobs_done(&job, 1);
}

/* A record in an unknown format is a miss. */
static enum status parse_record(struct str record, int64_t now, json_t **ret_entry,
                                int64_t *ret_ttl)
{
    json_t *entry = NULL;
    struct str text;
    int64_t ttl;

    if (!redis_record_parse_entry(record, &ttl, &text) || layout_expired(ttl, now) ||
        json_parse(text, true, &entry, NULL) != ST_OK)
        return ST_MISS;
    if (!json_is_object(entry) || !item_json_valid(entry)) {
        json_decref(entry);
        return ST_MISS;
    }
    *ret_entry = entry;
    *ret_ttl = ttl;
    return ST_OK;
}

static enum status redis_lookup(struct shared *s, struct str key, int64_t now, int64_t deadline,
                                json_t **ret_entry, int64_t *ret_ttl)
{
    struct redis_job job = { .verb = REDIS_GET, .key = key, .reply_max = ENTRY_MAX };
    enum status st = redis_do(s->settings.redis, &job, 1, deadline, NULL);

    if (st == ST_OK)
        st = job.status;
    if (st == ST_OK)
        st = parse_record(buf_str(&job.reply), now, ret_entry, ret_ttl);
    redis_jobs_done(&job, 1);
    return st;
}

/* ---- reading ---- */

static enum status store_lookup(struct shared *s, struct entry_name name, int64_t now,
                                int64_t deadline, json_t **ret_entry, int64_t *ret_ttl,
                                struct err *err)
{
    int64_t began = clock_mono_us();
    enum status st = store_get_entry(s->store, name, now, deadline, ret_entry, ret_ttl, err);

    if (st != ST_WOULD_WAIT)
        metric_observe(s->tiers.seconds[TIER_STORE], (double)(clock_mono_us() - began) / 1e6);
    return st;
}

static enum tier_outcome store_outcome(enum status st)
{
    if (st == ST_OK)
        return TIER_HIT;
    return st == ST_MISS ? TIER_MISS : TIER_FAILED;
}

/* In Redis, then in the store. */
static enum status lookup_below_memory(struct shared *s, struct entry_name name, struct str key,
                                       int64_t now, int64_t deadline, json_t **ret_entry,
                                       int64_t *ret_ttl, struct err *err)
{
    bool in_redis = s->settings.redis && deadline_may_wait(deadline);
    enum status st;

    if (in_redis) {
        st = redis_lookup(s, key, now, deadline, ret_entry, ret_ttl);
        count_lookup(s, name.cache, TIER_REDIS, tier_metrics_outcome(st));
        if (st == ST_OK)
            return ST_OK;
    }
    st = store_lookup(s, name, now, deadline, ret_entry, ret_ttl, err);
    if (st == ST_WOULD_WAIT)
        return st;
    count_lookup(s, name.cache, TIER_STORE, store_outcome(st));
    if (st == ST_OK && in_redis)
        redis_write(s, REDIS_SET_NX, key, *ret_entry, *ret_ttl, deadline);
    return st;
}

enum status shared_acquire(struct shared *s, struct entry_name name, int64_t deadline,
                           struct object **ret_entry, struct err *err)
{
    char key_text[KEY_MAX];
    struct str key;
    int64_t now = clock_wall_s(), ttl = 0;
    json_t *entry = NULL;
    enum status st;

    if (memory_key(name, key_text, &key, err) != ST_OK)
        return ST_MISS;
    st = memory_lookup(s, key, now, ret_entry);
    if (st != ST_WOULD_WAIT) {
        count_lookup(s, name.cache, TIER_MEMORY, TIER_HIT);
        return st;
    }
    st = lookup_below_memory(s, name, key, now, deadline, &entry, &ttl, err);
    if (st == ST_WOULD_WAIT)
        return st;
    count_lookup(s, name.cache, TIER_MEMORY, TIER_MISS);
    if (st == ST_OK) {
        *ret_entry = memory_store(s, key, entry, ttl, false);
        if (*ret_entry)
            return ST_OK;
        st = err_no_memory(err);
    }
    if (st == ST_MISS)
        object_release(memory_store(s, key, NULL, now + ABSENT_S, false));
    return ST_MISS;
}

/* ---- writing ---- */

/* Has this process written or read the same entry a moment ago? */
static bool just_written(struct shared *s, struct str key, json_t *entry, int64_t ttl)
{
    int64_t stamp = 0;
    struct object *o = memory_get(s->memory, key, &stamp);
    bool same = o && o->data && stamp <= ttl && (ttl == 0 || stamp > ttl - JUST_WRITTEN_S) &&
                json_equal(o->data, entry);

    object_release(o);
    return same;
}

/* Have it written to the store. */
static enum status queue_write(struct shared *s, struct entry_name name, json_t *entry, int64_t ttl,
                               struct err *err)
{
    json_t *copy = json_deep_copy(entry); /* reference counts are not thread-safe */

    return copy ? shared_writer_put(s->writer, name, copy, ttl, err) : err_no_memory(err);
}

/* Put it into memory and have it written to the store, unless that was done a moment ago: when many
 * turns ask for one new place, they all write the same entry at about the same time. Takes over
 * `entry`. *ret_entry is a reference to the object in memory, or NULL. */
static enum status put_once(struct shared *s, struct entry_name name, struct str key, json_t *entry,
                            int64_t ttl, struct object **ret_entry, struct err *err)
{
    enum status st = ST_OK;

    *ret_entry = NULL;
    (void)pthread_mutex_lock(&s->put_lock);
    if (just_written(s, key, entry, ttl)) {
        json_decref(entry);
    } else {
        st = queue_write(s, name, entry, ttl, err);
        if (st != ST_OK) /* an older stamp, so that the next caller with this entry tries again */
            ttl = ttl > 0 ? ttl - JUST_WRITTEN_S : clock_wall_s() + JUST_WRITTEN_S;
        *ret_entry = memory_store(s, key, entry, ttl, true);
    }
    (void)pthread_mutex_unlock(&s->put_lock);
    return st;
}

enum status shared_put(struct shared *s, struct entry_name name, json_t *entry, int64_t deadline,
                       struct err *err)
{
    int64_t ttl = 0;
    char key_text[KEY_MAX];
    struct str key;
    struct object *o;
    json_t *copy; /* readers share what is in memory, so it must never change */
    enum status st = memory_key(name, key_text, &key, err);

    if (st == ST_OK && !json_is_object(entry))
        st = err_set(err, ST_INVALID, "%s: an entry must be an object", name.cache);
    if (st != ST_OK)
        return st;
    if (s->settings.ttl_days > 0)
        ttl = clock_wall_s() + (int64_t)s->settings.ttl_days * DAY_S;
    copy = json_deep_copy(entry);
    if (!copy)
        return err_no_memory(err);
    (void)json_object_del(copy, "ttl");
    st = put_once(s, name, key, copy, ttl, &o, err);
    if (o)
        redis_write(s, REDIS_SET, key, o->data, ttl, deadline);
    object_release(o);
    return st;
}

enum status shared_remove(struct shared *s, struct entry_name name, int64_t deadline,
                          struct err *err)
{
    char key_text[KEY_MAX];
    struct str key;
    enum status st = memory_key(name, key_text, &key, err);

    if (st != ST_OK)
        return st;
    /* The tombstones first: they keep out what other readers have read and not yet added. */
    object_release(memory_store(s, key, NULL, clock_wall_s() + ABSENT_S, true));
    redis_write_tombstone(s, key, deadline);
    return shared_writer_put(s->writer, name, NULL, 0, err);
}

bool shared_flush(struct shared *s, int64_t deadline)
{
    return shared_writer_flush(s->writer, deadline);
}

enum status shared_count(struct shared *s, const char *cache, int64_t deadline, int64_t *ret_count,
                         struct err *err)
{
    int64_t patience = clock_mono_ms() + COUNT_WAIT_MS;

    if (!shared_writer_flush(s->writer, patience < deadline ? patience : deadline) &&
        !deadline_may_wait(deadline))
        return ST_WOULD_WAIT;
    return store_count_entries(s->store, cache, deadline, ret_count, err);
}
