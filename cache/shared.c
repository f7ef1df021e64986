/* SPDX-License-Identifier: Apache-2.0 */
/* cache/shared.c -- shared entries: memory in front of Redis in front of the store.
 *
 * In memory an entry's stamp is its expiry. "Not in the store" is kept too, for a few seconds, as
 * an object without data whose stamp is when to ask again. What was read from the store is only
 * added to memory and never replaces: somebody may have written the entry while it was being read.
 * In Redis the same holds: what was read is added, what is written is put, and a removed entry
 * leaves an empty value behind for those seconds, which nobody can read and nobody adds to. Readers
 * hold the object around a tree, never the tree: jansson looks at its count without care for other
 * threads. */
#include "cache/shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/layout.h"
#include "cache/redis/record.h"
#include "cache/shared_caches.h"
#include "cache/tier_metrics.h"
#include "server/base/clock.h"
#include "server/base/deadline.h"
#include "server/base/flight.h"
#include "server/base/json.h"

enum {
    ABSENT_S = 3,
    JUST_S = 60, /* the same entry again within these: it has been put just now */
    DAY_S = 86400,
    KEY_MAX = STORE_CACHE_MAX + STORE_KEY_MAX + 4,
    ENTRY_MAX = 512 * 1024,    /* bytes of one in Redis; DynamoDB holds 400 KB */
    REDIS_MOST_S = 35 * DAY_S, /* kept there, also what never expires */
    UNHURRIED_MS = 60 * 1000,  /* Redis's own time-out is shorter */
};

/* The outcomes there can be. */
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
    struct flight *puts; /* by the entry's key in memory */
    struct metric *counts[SHARED_CACHES + 1][TIERS][TIER_OUTCOMES]; /* the last: of other caches */
    struct tier_metrics tiers;
};

struct shared *shared_create(const struct shared_settings *settings, struct memory *memory,
                             struct store *store, struct metrics *metrics)
{
    struct shared *s = calloc(1, sizeof *s);
    struct metric_family *family;

    if (s)
        s->puts = flight_create();
    if (!s || !s->puts) {
        free(s);
        return NULL;
    }
    s->settings = *settings;
    s->memory = memory;
    s->store = store;
    family = metrics_family(metrics, METRIC_COUNTER, "climacast_cache_requests_total",
                            "cache,tier,outcome", "Look-ups of shared entries.");
    for (size_t i = 0; i <= SHARED_CACHES; i++)
        for (size_t t = 0; t < TIERS; t++)
            for (size_t o = 0; o < TIER_OUTCOMES; o++)
                if (tiers[t].outcomes[o] && (t != TIER_REDIS || settings->redis))
                    s->counts[i][t][o] =
                        metric_get(family, i < SHARED_CACHES ? shared_caches[i] : "other",
                                   tiers[t].tier, tiers[t].outcomes[o]);
    tier_metrics_init(&s->tiers, metrics);
    return s;
}

void shared_free(struct shared *s)
{
    if (s)
        flight_free(s->puts);
    free(s);
}

static void count(struct shared *s, const char *cache, enum tier tier, enum tier_outcome outcome)
{
    size_t i = 0;

    while (i < SHARED_CACHES && strcmp(shared_caches[i], cache) != 0)
        i++;
    metric_add(s->counts[i][tier][outcome], 1);
    tier_metrics_count(&s->tiers, tier, outcome);
}

/* ---- objects in memory ---- */

static enum status memory_key(struct entry_name name, char out[KEY_MAX], struct str *ret_key,
                              struct err *err)
{
    int n;

    if (!layout_cache_valid(str_of(name.cache)) || !layout_key_valid(name.key))
        return err_set(err, ST_INVALID, "not the name of a shared entry");
    n = snprintf(out, KEY_MAX, "e:%s#%.*s", name.cache, STR_ARG(name.key));
    *ret_key = (struct str){ out, (size_t)n };
    return ST_OK;
}

/* About what jansson takes for a tree. */
static size_t cost(json_t *value)
{
    size_t bytes = 48, i, n;
    const char *name;
    json_t *member;

    if (json_is_string(value))
        return bytes + json_string_length(value);
    json_array_foreach (value, i, member) {
        bytes += sizeof member + cost(member);
    }
    if (json_is_object(value))
        bytes += 192; /* its table */
    json_object_keylen_foreach (value, name, n, member) {
        bytes += 72 + n + cost(member);
    }
    return bytes;
}

static void entry_free(void *data)
{
    json_decref(data);
}

/* Takes `entry` over; NULL: the mark of an absent one. What was made of it, the caller's to
 * release; NULL: no memory. */
static struct object *keep(struct shared *s, struct str key, json_t *entry, int64_t stamp,
                           bool replace)
{
    struct object *o = object_create(entry, entry ? cost(entry) : 0, entry_free);

    if (o && replace)
        memory_put(s->memory, key, o, stamp);
    else if (o)
        memory_add(s->memory, key, o, stamp);
    return o;
}

/* ST_OK, ST_MISS: known to be absent, or ST_WOULD_WAIT: memory cannot tell. */
static enum status recall(struct shared *s, struct str key, int64_t now, struct object **ret_entry)
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
        memory_remove(s->memory, key); /* makes room for what the store says */
    object_release(o);
    return st;
}

/* ---- entries in Redis ---- */

/* For how long Redis keeps an entry that expires at `ttl`; 0: not at all. */
static int64_t redis_ms(int64_t ttl, int64_t now)
{
    int64_t seconds = ttl > 0 ? ttl - now : REDIS_MOST_S;

    if (seconds > REDIS_MOST_S)
        seconds = REDIS_MOST_S;
    return seconds > 0 ? seconds * 1000 : 0;
}

/* REDIS_SET or REDIS_SET_NX. */
static void redis_write(struct shared *s, enum redis_verb verb, struct str key, json_t *entry,
                        int64_t ttl)
{
    struct buf text = BUF_INIT(ENTRY_MAX), record = BUF_INIT(ENTRY_MAX);
    struct redis_job job = { .verb = verb, .key = key };

    if (!s->settings.redis || !redis_up(s->settings.redis))
        return;
    job.expiry_ms = redis_ms(ttl, clock_wall_s());
    layout_put_json(&text, entry);
    redis_record_put_entry(&record, ttl, buf_str(&text));
    job.value = buf_str(&record);
    if (job.expiry_ms > 0 && !text.failed && !record.failed) {
        (void)redis_do(s->settings.redis, &job, 1, clock_mono_ms() + UNHURRIED_MS, NULL);
        redis_jobs_done(&job, 1);
    }
    buf_free(&text);
    buf_free(&record);
}

/* Keep out for a while what somebody has read and not yet added. */
static void redis_bar(struct shared *s, struct str key)
{
    struct redis_job job = { .verb = REDIS_SET, .key = key, .expiry_ms = ABSENT_S * 1000 };

    if (!s->settings.redis)
        return;
    (void)redis_do(s->settings.redis, &job, 1, clock_mono_ms() + UNHURRIED_MS, NULL);
    redis_jobs_done(&job, 1);
}

/* What another version wrote, or nobody knows who, is a miss. */
static enum status record_read(struct str record, int64_t now, json_t **ret_entry, int64_t *ret_ttl)
{
    json_t *entry = NULL;
    struct str text;
    int64_t ttl;

    if (!redis_record_parse_entry(record, &ttl, &text) || layout_expired(ttl, now) ||
        json_parse(text, true, &entry, NULL) != ST_OK)
        return ST_MISS;
    if (!json_is_object(entry) || !layout_value_valid(entry)) {
        json_decref(entry);
        return ST_MISS;
    }
    *ret_entry = entry;
    *ret_ttl = ttl;
    return ST_OK;
}

static enum status redis_read(struct shared *s, struct str key, int64_t now, int64_t deadline,
                              json_t **ret_entry, int64_t *ret_ttl)
{
    struct redis_job job = { .verb = REDIS_GET, .key = key, .reply_max = ENTRY_MAX };
    enum status st = redis_do(s->settings.redis, &job, 1, deadline, NULL);

    if (st == ST_OK)
        st = job.status;
    if (st == ST_OK)
        st = record_read(buf_str(&job.reply), now, ret_entry, ret_ttl);
    redis_jobs_done(&job, 1);
    return st;
}

/* ---- calls ---- */

static enum status store_read(struct shared *s, struct entry_name name, int64_t now,
                              int64_t deadline, json_t **ret_entry, int64_t *ret_ttl,
                              struct err *err)
{
    int64_t began = clock_mono_us();
    enum status st = store_get_entry(s->store, name, now, deadline, ret_entry, ret_ttl, err);

    if (st != ST_WOULD_WAIT)
        metric_observe(s->tiers.seconds[TIER_STORE], (double)(clock_mono_us() - began) / 1e6);
    return st;
}

/* Further down than memory: Redis, then the store. */
static enum status read_below(struct shared *s, struct entry_name name, struct str key, int64_t now,
                              int64_t deadline, json_t **ret_entry, int64_t *ret_ttl,
                              struct err *err)
{
    bool in_redis = s->settings.redis && deadline != NO_WAIT;
    enum status st;

    if (in_redis) {
        st = redis_read(s, key, now, deadline, ret_entry, ret_ttl);
        count(s, name.cache, TIER_REDIS, tier_metrics_outcome(st));
        if (st == ST_OK)
            return ST_OK;
    }
    st = store_read(s, name, now, deadline, ret_entry, ret_ttl, err);
    if (st == ST_WOULD_WAIT)
        return st;
    count(s, name.cache, TIER_STORE,
          st == ST_OK     ? TIER_HIT
          : st == ST_MISS ? TIER_MISS
                          : TIER_FAILED);
    if (st == ST_OK && in_redis)
        redis_write(s, REDIS_SET_NX, key, *ret_entry, *ret_ttl);
    return st;
}

enum status shared_acquire(struct shared *s, struct entry_name name, int64_t deadline,
                           struct object **ret_entry, struct err *err)
{
    char room[KEY_MAX];
    struct str key;
    int64_t now = clock_wall_s(), ttl = 0;
    json_t *entry = NULL;
    enum status st;

    if (memory_key(name, room, &key, err) != ST_OK)
        return ST_MISS;
    st = recall(s, key, now, ret_entry);
    if (st != ST_WOULD_WAIT) {
        count(s, name.cache, TIER_MEMORY, TIER_HIT);
        return st;
    }
    st = read_below(s, name, key, now, deadline, &entry, &ttl, err);
    if (st == ST_WOULD_WAIT)
        return st;
    count(s, name.cache, TIER_MEMORY, TIER_MISS);
    if (st == ST_OK) {
        *ret_entry = keep(s, key, entry, ttl, false);
        if (*ret_entry)
            return ST_OK;
        st = err_no_memory(err);
    }
    if (st == ST_MISS)
        object_release(keep(s, key, NULL, now + ABSENT_S, false));
    return ST_MISS;
}

enum status shared_get(struct shared *s, struct entry_name name, int64_t deadline,
                       json_t **ret_entry, struct err *err)
{
    struct object *held = NULL;
    json_t *copy;
    enum status st = shared_acquire(s, name, deadline, &held, err);

    if (st != ST_OK)
        return st;
    copy = json_deep_copy(held->data);
    object_release(held);
    if (!copy) {
        err_no_memory(err);
        return ST_MISS;
    }
    *ret_entry = copy;
    return ST_OK;
}

/* Has this process put or read the very same a moment ago? */
static bool just_put(struct shared *s, struct str key, json_t *entry, int64_t ttl)
{
    int64_t stamp = 0;
    struct object *o = memory_get(s->memory, key, &stamp);
    bool same = o && o->data && stamp <= ttl && (ttl == 0 || stamp > ttl - JUST_S) &&
                json_equal(o->data, entry);

    object_release(o);
    return same;
}

/* Down through all tiers. Takes `copy`, which is `entry` without a ttl, over. */
static enum status put_down(struct shared *s, struct entry_name name, struct str key, json_t *entry,
                            json_t *copy, int64_t ttl, int64_t deadline, struct err *err)
{
    struct object *kept;
    enum status st;

    redis_write(s, REDIS_SET, key, copy, ttl);
    kept = keep(s, key, copy, ttl, true);
    st = store_put_entry(s->store, name, entry, ttl, deadline, err);
    if (st != ST_OK && kept) /* the next who brings it tries again: it was not put just now */
        memory_put(s->memory, key, kept, ttl > 0 ? ttl - JUST_S : clock_wall_s() + JUST_S);
    object_release(kept);
    return st;
}

/* Many who asked for one new place bring the same entry at about the same moment: it is written
 * once. */
enum status shared_put(struct shared *s, struct entry_name name, json_t *entry, int64_t deadline,
                       struct err *err)
{
    int64_t ttl = 0;
    char room[KEY_MAX];
    struct str key;
    json_t *copy; /* what lies in memory must not change under its readers */
    enum status st = memory_key(name, room, &key, err);
    enum flight_role role;

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
    do
        role = flight_join(s->puts, key, deadline);
    while (role == FLIGHT_DONE && !just_put(s, key, copy, ttl));
    if (role == FLIGHT_LEADER && just_put(s, key, copy, ttl)) {
        flight_finish(s->puts, key, true);
    } else if (role == FLIGHT_LEADER) {
        st = put_down(s, name, key, entry, copy, ttl, deadline, err);
        flight_finish(s->puts, key, st == ST_OK);
        return st;
    }
    json_decref(copy);
    if (role == FLIGHT_TIMEOUT)
        return err_set(err, ST_TIMEOUT, "no time left to put an entry");
    return role == FLIGHT_FAILED
               ? err_set(err, ST_UNAVAILABLE, "an entry that others could not put either")
               : ST_OK;
}

enum status shared_remove(struct shared *s, struct entry_name name, int64_t deadline,
                          struct err *err)
{
    char room[KEY_MAX];
    struct str key;
    enum status st = memory_key(name, room, &key, err);

    if (st != ST_OK)
        return st;
    /* The mark first: it keeps out what somebody has read and not yet added. */
    object_release(keep(s, key, NULL, clock_wall_s() + ABSENT_S, true));
    redis_bar(s, key);
    return store_remove_entry(s->store, name, deadline, err);
}

enum status shared_count(struct shared *s, const char *cache, int64_t deadline, int64_t *ret_count,
                         struct err *err)
{
    return store_count_entries(s->store, cache, deadline, ret_count, err);
}
