/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/batch.c -- the words of each verb, and what its reply means. */
#include "cache/redis/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_MAX = 4096, SAID_MAX = 200 };

struct redis_order {
    struct buf key;
    char expiry[24], keep[12], tell[12];
};

/* Both are safe to run twice. */
#define SCRIPT_REMOVE_IF \
    "if redis.call('GET',KEYS[1])==ARGV[1] then return redis.call('DEL',KEYS[1]) end return 0"
#define SCRIPT_AMEND                                                          \
    "local n=string.len(ARGV[1]) "                                            \
    "if redis.call('GETRANGE',KEYS[1],0,0)~=string.sub(ARGV[1],1,1) or "      \
    "redis.call('GETRANGE',KEYS[1],n,n+string.len(ARGV[2])-1)~=ARGV[2] then " \
    "return 0 end "                                                           \
    "redis.call('SETRANGE',KEYS[1],0,ARGV[1]) "                               \
    "return redis.call('PEXPIRE',KEYS[1],ARGV[3])"

#define SCRIPT_TALLY                                                        \
    "local k,keep=KEYS[1],tonumber(ARGV[3]) "                               \
    "for name,n in string.gmatch(ARGV[1],'([^\\t\\n]+)\\t(%d+)\\n') do "    \
    "redis.call('ZINCRBY',k,n,name) end "                                   \
    "if redis.call('ZCARD',k)>keep then "                                   \
    "redis.call('ZREMRANGEBYRANK',k,0,-keep-1) end "                        \
    "redis.call('PEXPIRE',k,ARGV[2]) "                                      \
    "local t=redis.call('ZREVRANGE',k,0,tonumber(ARGV[4])-1,'WITHSCORES') " \
    "local o={} "                                                           \
    "for i=1,#t,2 do o[#o+1]=t[i]..'\\t'..t[i+1] end "                      \
    "return table.concat(o,'\\n')"

/* ---- words ---- */

static void add_word(struct redis_command *c, struct str word)
{
    c->args[c->arg_count++] = word;
}

static void write_command(struct redis_command *c, const struct redis_order *o,
                          const struct redis_job *job)
{
    struct str key = buf_str(&o->key), expiry = str_of(o->expiry);

    c->arg_count = 0;
    switch (job->verb) {
    case REDIS_GET:
        add_word(c, STR("GET"));
        add_word(c, key);
        break;
    case REDIS_SET:
    case REDIS_SET_NX:
        add_word(c, STR("SET"));
        add_word(c, key);
        add_word(c, job->value);
        add_word(c, STR("PX"));
        add_word(c, expiry);
        if (job->verb == REDIS_SET_NX)
            add_word(c, STR("NX"));
        break;
    case REDIS_DEL:
        add_word(c, STR("DEL"));
        add_word(c, key);
        break;
    case REDIS_DEL_IF:
    case REDIS_PATCH_IF:
        add_word(c, STR("EVAL"));
        add_word(c, job->verb == REDIS_PATCH_IF ? STR(SCRIPT_AMEND) : STR(SCRIPT_REMOVE_IF));
        add_word(c, STR("1"));
        add_word(c, key);
        add_word(c, job->value);
        if (job->verb == REDIS_PATCH_IF) {
            add_word(c, job->guard);
            add_word(c, expiry);
        }
        break;
    case REDIS_TOPK_ADD:
        add_word(c, STR("EVAL"));
        add_word(c, STR(SCRIPT_TALLY));
        add_word(c, STR("1"));
        add_word(c, key);
        add_word(c, job->value);
        add_word(c, expiry);
        add_word(c, str_of(o->keep));
        add_word(c, str_of(o->tell));
        break;
    case REDIS_VERBS:
    default:
        break;
    }
}

static bool expires(enum redis_verb verb)
{
    return verb == REDIS_SET || verb == REDIS_SET_NX || verb == REDIS_PATCH_IF ||
           verb == REDIS_TOPK_ADD;
}

static bool is_script(enum redis_verb verb)
{
    return verb == REDIS_DEL_IF || verb == REDIS_PATCH_IF || verb == REDIS_TOPK_ADD;
}

static bool has_text(enum redis_verb verb)
{
    return verb == REDIS_GET || verb == REDIS_TOPK_ADD;
}

enum status redis_orders_make(struct redis_orders *o, const char *prefix, struct redis_job *jobs,
                              size_t count, struct err *err)
{
    size_t n = count ? count : 1;

    *o = (struct redis_orders){ .jobs = jobs, .count = count };
    o->commands = calloc(n, sizeof *o->commands);
    o->orders = calloc(n, sizeof *o->orders);
    if (!o->commands || !o->orders)
        return err_no_memory(err);
    for (size_t i = 0; i < count; i++) {
        struct redis_order *order = &o->orders[i];
        order->key = BUF_INIT(KEY_MAX);
        buf_putz(&order->key, prefix);
        buf_put(&order->key, jobs[i].key);
        if (order->key.failed || (expires(jobs[i].verb) && jobs[i].expiry_ms <= 0))
            return err_set(err, ST_INVALID, "not a job for Redis");
        (void)snprintf(order->expiry, sizeof order->expiry, "%lld", (long long)jobs[i].expiry_ms);
        (void)snprintf(order->keep, sizeof order->keep, "%d", jobs[i].keep);
        (void)snprintf(order->tell, sizeof order->tell, "%d", jobs[i].tell);
        o->commands[i].text = BUF_INIT(has_text(jobs[i].verb) ? jobs[i].most : SAID_MAX);
        write_command(&o->commands[i], order, &jobs[i]);
    }
    return ST_OK;
}

void redis_orders_reset(struct redis_orders *o)
{
    for (size_t i = 0; i < o->count; i++) {
        buf_reset(&o->commands[i].text);
        o->commands[i].kind = REDIS_NOTHING;
    }
}

void redis_orders_done(struct redis_orders *o)
{
    for (size_t i = 0; i < o->count; i++) {
        if (o->commands)
            buf_free(&o->commands[i].text);
        if (o->orders)
            buf_free(&o->orders[i].key);
    }
    free(o->commands);
    free(o->orders);
}

/* ---- replies ---- */

static bool begins_with_any(struct str said, const char *words)
{
    struct str rest = str_of(words), word;

    while (str_word(&rest, &word))
        if (str_starts(said, word))
            return true;
    return false;
}

static enum status refused(const struct redis_job *job, struct str said, struct redis_verdict *v)
{
    bool script = is_script(job->verb);
    enum status why = ST_OK;

    if (begins_with_any(said, "NOAUTH"))
        why = ST_DENIED;
    else if (begins_with_any(said, "LOADING BUSY MASTERDOWN"))
        why = ST_UNAVAILABLE;
    else if (!script && begins_with_any(said, "OOM READONLY MISCONF NOREPLICAS NOPERM"))
        why = ST_TOO_LARGE; /* who may run no scripts can live without */
    v->unfit = v->unfit || why == ST_DENIED || why == ST_UNAVAILABLE;
    v->refused_write = v->refused_write || why == ST_TOO_LARGE;
    if (why != ST_OK)
        (void)err_set(&v->why, why, "Redis says: %.*s", STR_ARG(said));
    return ST_DENIED;
}

static enum status judge(struct redis_job *job, struct redis_command *c, struct redis_verdict *v)
{
    if (c->kind == REDIS_REFUSAL)
        return refused(job, buf_str(&c->text), v);
    switch (job->verb) {
    case REDIS_GET:
    case REDIS_TOPK_ADD:
        if (c->kind == REDIS_NOTHING)
            return ST_MISS;
        if (c->kind != REDIS_TEXT)
            return ST_INVALID;
        job->reply = c->text;
        c->text = BUF_INIT(0);
        return ST_OK;
    case REDIS_SET:
    case REDIS_SET_NX:
        v->wrote = v->wrote || c->kind == REDIS_TEXT;
        return c->kind == REDIS_TEXT ? ST_OK : ST_CONFLICT;
    case REDIS_DEL:
        return ST_OK;
    case REDIS_DEL_IF:
        return c->kind == REDIS_NUMBER && c->number > 0 ? ST_OK : ST_CONFLICT;
    case REDIS_PATCH_IF:
        return c->kind == REDIS_NUMBER && c->number > 0 ? ST_OK : ST_MISS;
    case REDIS_VERBS:
    default:
        return ST_INVALID;
    }
}

void redis_orders_judge(struct redis_orders *o, struct redis_verdict *verdict)
{
    for (size_t i = 0; i < o->count; i++)
        o->jobs[i].status = judge(&o->jobs[i], &o->commands[i], verdict);
}
