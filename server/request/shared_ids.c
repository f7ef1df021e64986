/* SPDX-License-Identifier: Apache-2.0 */
/* server/request/shared_ids.c -- the keys "id:<hash of the request id>" in Redis.
 *
 * The value of a key is the token of the claim, and "served" once an id that may come again was
 * served. The token tells our own claim from another's: when a connection breaks, the Redis client
 * repeats the command, and the first attempt may have succeeded. */
#include "server/request/shared_ids.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/digest.h"
#include "server/base/random.h"

enum {
    KEY_SIZE = 36, /* "id:", 32 hex digits */
    TOKEN_SIZE = 17,
    VALUE_MAX = 32,
};

static const struct str served = { "served", 6 };

struct shared_ids {
    struct redis *redis;
    struct log *log;
    atomic_bool away;        /* and that was logged */
    _Atomic uint64_t tokens; /* the next one; the first is random, so daemons differ */
    struct metric *claimed, *replayed, *unavailable;
};

struct shared_ids *shared_ids_create(struct redis *redis, struct metrics *metrics, struct log *log)
{
    struct shared_ids *s = calloc(1, sizeof *s);
    struct metric_family *claims =
        metrics_family(metrics, METRIC_COUNTER, "climacast_shared_ids_total", "outcome",
                       "Request ids claimed among all daemons.");

    if (!s)
        return NULL;
    s->redis = redis;
    s->log = log;
    atomic_init(&s->tokens, random_u64());
    s->claimed = metric_get(claims, "claimed", NULL, NULL);
    s->replayed = metric_get(claims, "replayed", NULL, NULL);
    s->unavailable = metric_get(claims, "unavailable", NULL, NULL);
    return s;
}

void shared_ids_free(struct shared_ids *s)
{
    free(s);
}

/* ---- is Redis in use? ---- */

static void note_away(struct shared_ids *s, const char *why)
{
    if (!atomic_exchange(&s->away, true))
        log_line(s->log, LOG_WARNING, "request_ids_not_shared", LOG_TEXT("error", why),
                 LOG_TEXT("effect", "each daemon rejects only replays of what it served itself"));
}

static void note_back(struct shared_ids *s)
{
    if (atomic_load_explicit(&s->away, memory_order_relaxed) && atomic_exchange(&s->away, false))
        log_line(s->log, LOG_INFO, "request_ids_shared");
}

static bool is_redis_up(void *data)
{
    struct shared_ids *s = data;
    bool up = redis_up(s->redis);

    if (!up)
        note_away(s, "Redis is down");
    return up;
}

/* ---- keys ---- */

/* Out of memory, the key is "". */
static struct str key_of(struct str id, char out[KEY_SIZE])
{
    char hex[65];

    out[0] = '\0';
    if (digest_sha256_hex(id, hex))
        (void)snprintf(out, KEY_SIZE, "id:%.32s", hex);
    return str_of(out);
}

/* Run one job, whose reply goes to `reply` (may be NULL). */
static enum status run_job(struct shared_ids *s, struct redis_job job, int64_t deadline,
                           char reply[VALUE_MAX + 1], struct err *err)
{
    enum status st =
        job.key.n > 0 ? redis_do(s->redis, &job, 1, deadline, err) : err_no_memory(err);

    if (st == ST_OK)
        st = job.status;
    if (st == ST_OK && reply)
        (void)snprintf(reply, VALUE_MAX + 1, "%.*s", STR_ARG(buf_str(&job.reply)));
    redis_jobs_done(&job, 1);
    return st;
}

/* The key exists: find out who has claimed it. */
static enum status read_claim(struct shared_ids *s, struct str key, const char *token,
                              int64_t deadline, bool *ret_served)
{
    struct redis_job get = { .verb = REDIS_GET, .key = key, .reply_max = VALUE_MAX };
    char value[VALUE_MAX + 1] = "";
    enum status st = run_job(s, get, deadline, value, NULL);

    if (st == ST_OK && strcmp(value, token) == 0)
        return ST_OK; /* ourselves, in an attempt whose reply was lost */
    *ret_served = str_eqz(served, value);
    return ST_CONFLICT;
}

static enum status claim_id(void *data, struct str id, int64_t life_s, int64_t deadline,
                            bool *ret_served)
{
    struct shared_ids *s = data;
    char key[KEY_SIZE], token[TOKEN_SIZE];
    struct err err = ERR_NONE;

    (void)snprintf(token, sizeof token, "%016llx",
                   (unsigned long long)atomic_fetch_add(&s->tokens, 1));
    struct redis_job set = { .verb = REDIS_SET_NX,
                             .key = key_of(id, key),
                             .value = str_of(token),
                             .expiry_ms = life_s * 1000 };
    enum status st = run_job(s, set, deadline, NULL, &err);
    if (st == ST_CONFLICT)
        st = read_claim(s, set.key, token, deadline, ret_served);
    if (st == ST_OK || st == ST_CONFLICT)
        note_back(s);
    else
        note_away(s, err.text[0] ? err.text : "Redis takes no writes");
    metric_add(st == ST_OK ? s->claimed : st == ST_CONFLICT ? s->replayed : s->unavailable, 1);
    return st;
}

static void commit_id(void *data, struct str id, int64_t life_s, int64_t deadline)
{
    char key[KEY_SIZE];
    struct redis_job set = {
        .verb = REDIS_SET, .key = key_of(id, key), .value = served, .expiry_ms = life_s * 1000
    };

    (void)run_job(data, set, deadline, NULL, NULL);
}

static void release_id(void *data, struct str id, int64_t deadline)
{
    char key[KEY_SIZE];
    struct redis_job del = { .verb = REDIS_DEL, .key = key_of(id, key) };

    (void)run_job(data, del, deadline, NULL, NULL);
}

struct verify_shared_ids shared_ids_functions(struct shared_ids *s)
{
    if (!s)
        return (struct verify_shared_ids){ .data = NULL };
    return (struct verify_shared_ids){ is_redis_up, claim_id, commit_id, release_id, s };
}
