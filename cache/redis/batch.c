/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/batch.c -- the commands of a list of jobs, and what their replies mean. */
#include "cache/redis/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_MAX = 4096, ERROR_TEXT_MAX = 200 };

/* ---- verbs ---- */

/* The first two are safe to run twice. */
#define SCRIPT_DEL_IF \
    "if redis.call('GET',KEYS[1])==ARGV[1] then return redis.call('DEL',KEYS[1]) end return 0"
#define SCRIPT_PATCH_IF                                                       \
    "local n=string.len(ARGV[1]) "                                            \
    "if redis.call('GETRANGE',KEYS[1],0,0)~=string.sub(ARGV[1],1,1) or "      \
    "redis.call('GETRANGE',KEYS[1],n,n+string.len(ARGV[2])-1)~=ARGV[2] then " \
    "return 0 end "                                                           \
    "redis.call('SETRANGE',KEYS[1],0,ARGV[1]) "                               \
    "return redis.call('PEXPIRE',KEYS[1],ARGV[3])"
#define SCRIPT_TOPK_ADD                                                     \
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

/* An argument: a literal word, or a field of the job. */
enum arg_source {
    ARG_NONE,
    ARG_LITERAL,
    ARG_KEY,
    ARG_VALUE,
    ARG_GUARD,
    ARG_EXPIRY,
    ARG_KEEP,
    ARG_REPLY
};
struct arg {
    enum arg_source source;
    struct str literal;
};
#define WORD(text)                 \
    {                              \
        ARG_LITERAL,               \
        {                          \
            text, sizeof(text) - 1 \
        }                          \
    }
#define JOB(field)            \
    {                         \
        .source = ARG_##field \
    }

static const struct verb {
    struct arg args[REDIS_ARGS_MAX];
    bool needs_expiry;
    bool is_script;                /* a Redis that denies scripts still serves everything else */
    bool returns_text;             /* the reply goes to the caller */
    enum redis_reply_kind success; /* an integer only when positive */
    enum status otherwise;         /* the status of any other reply but an error */
} verbs[REDIS_VERBS] = {
    [REDIS_GET] = { { WORD("GET"), JOB(KEY) },
                    .returns_text = true,
                    .success = REPLY_TEXT,
                    .otherwise = ST_MISS },
    [REDIS_SET] = { { WORD("SET"), JOB(KEY), JOB(VALUE), WORD("PX"), JOB(EXPIRY) },
                    .needs_expiry = true,
                    .success = REPLY_TEXT,
                    .otherwise = ST_CONFLICT },
    [REDIS_SET_NX] = { { WORD("SET"), JOB(KEY), JOB(VALUE), WORD("PX"), JOB(EXPIRY), WORD("NX") },
                       .needs_expiry = true,
                       .success = REPLY_TEXT,
                       .otherwise = ST_CONFLICT },
    [REDIS_DEL] = { { WORD("DEL"), JOB(KEY) }, .success = REPLY_INTEGER, .otherwise = ST_OK },
    [REDIS_DEL_IF] = { { WORD("EVAL"), WORD(SCRIPT_DEL_IF), WORD("1"), JOB(KEY), JOB(VALUE) },
                       .is_script = true,
                       .success = REPLY_INTEGER,
                       .otherwise = ST_CONFLICT },
    [REDIS_PATCH_IF] = { { WORD("EVAL"), WORD(SCRIPT_PATCH_IF), WORD("1"), JOB(KEY), JOB(VALUE),
                           JOB(GUARD), JOB(EXPIRY) },
                         .needs_expiry = true,
                         .is_script = true,
                         .success = REPLY_INTEGER,
                         .otherwise = ST_MISS },
    [REDIS_TOPK_ADD] = { { WORD("EVAL"), WORD(SCRIPT_TOPK_ADD), WORD("1"), JOB(KEY), JOB(VALUE),
                           JOB(EXPIRY), JOB(KEEP), JOB(REPLY) },
                         .needs_expiry = true,
                         .is_script = true,
                         .returns_text = true,
                         .success = REPLY_TEXT,
                         .otherwise = ST_MISS },
};

/* ---- commands ---- */

struct redis_batch_args {
    struct buf key;
    char expiry[24], topk_keep[12], topk_reply[12];
};

static struct str arg_text(const struct arg *arg, const struct redis_job *job,
                           const struct redis_batch_args *args)
{
    switch (arg->source) {
    case ARG_LITERAL:
        return arg->literal;
    case ARG_KEY:
        return buf_str(&args->key);
    case ARG_VALUE:
        return job->value;
    case ARG_GUARD:
        return job->guard;
    case ARG_EXPIRY:
        return str_of(args->expiry);
    case ARG_KEEP:
        return str_of(args->topk_keep);
    case ARG_REPLY:
        return str_of(args->topk_reply);
    case ARG_NONE:
    default:
        return STR_NONE;
    }
}

static enum status write_command(struct redis_command *c, struct redis_batch_args *args,
                                 const char *prefix, const struct redis_job *job, struct err *err)
{
    const struct verb *verb = &verbs[job->verb];

    args->key = BUF_INIT(KEY_MAX);
    buf_putz(&args->key, prefix);
    buf_put(&args->key, job->key);
    if (args->key.failed || (verb->needs_expiry && job->expiry_ms <= 0))
        return err_set(err, ST_INVALID, "a Redis job has too long a key or no expiry");
    (void)snprintf(args->expiry, sizeof args->expiry, "%lld", (long long)job->expiry_ms);
    (void)snprintf(args->topk_keep, sizeof args->topk_keep, "%d", job->topk_keep);
    (void)snprintf(args->topk_reply, sizeof args->topk_reply, "%d", job->topk_reply);
    c->text = BUF_INIT(verb->returns_text ? job->reply_max : ERROR_TEXT_MAX);
    for (c->arg_count = 0; c->arg_count < REDIS_ARGS_MAX; c->arg_count++) {
        const struct arg *arg = &verb->args[c->arg_count];
        if (arg->source == ARG_NONE)
            break;
        c->args[c->arg_count] = arg_text(arg, job, args);
    }
    return ST_OK;
}

enum status redis_batch_init(struct redis_batch *b, const char *prefix, struct redis_job *jobs,
                             size_t count, struct err *err)
{
    size_t n = count ? count : 1;
    enum status st = ST_OK;

    *b = (struct redis_batch){ .jobs = jobs, .count = count };
    b->commands = calloc(n, sizeof *b->commands);
    b->args = calloc(n, sizeof *b->args);
    if (!b->commands || !b->args)
        return err_no_memory(err);
    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = write_command(&b->commands[i], &b->args[i], prefix, &jobs[i], err);
    return st;
}

void redis_batch_reset(struct redis_batch *b)
{
    for (size_t i = 0; i < b->count; i++) {
        buf_reset(&b->commands[i].text);
        b->commands[i].kind = REPLY_NIL;
    }
}

void redis_batch_done(struct redis_batch *b)
{
    for (size_t i = 0; i < b->count; i++) {
        if (b->commands)
            buf_free(&b->commands[i].text);
        if (b->args)
            buf_free(&b->args[i].key);
    }
    free(b->commands);
    free(b->args);
}

/* ---- replies ---- */

static bool starts_with_any(struct str text, const char *words)
{
    struct str rest = str_of(words), word;

    while (str_word(&rest, &word))
        if (str_starts(text, word))
            return true;
    return false;
}

static enum status take_error(const struct verb *verb, struct str text, struct redis_health *health)
{
    enum status why = ST_OK;

    if (starts_with_any(text, "NOAUTH"))
        why = ST_DENIED;
    else if (starts_with_any(text, "LOADING BUSY MASTERDOWN"))
        why = ST_UNAVAILABLE;
    else if (!verb->is_script && starts_with_any(text, "OOM READONLY MISCONF NOREPLICAS NOPERM"))
        why = ST_TOO_LARGE;
    health->unusable = health->unusable || why == ST_DENIED || why == ST_UNAVAILABLE;
    health->write_refused = health->write_refused || why == ST_TOO_LARGE;
    if (why != ST_OK)
        (void)err_set(&health->why, why, "Redis returned an error: %.*s", STR_ARG(text));
    return ST_DENIED;
}

static enum status take_reply(struct redis_job *job, struct redis_command *c,
                              struct redis_health *health)
{
    const struct verb *verb = &verbs[job->verb];

    if (c->kind == REPLY_ERROR)
        return take_error(verb, buf_str(&c->text), health);
    if (c->kind != verb->success || (c->kind == REPLY_INTEGER && c->integer <= 0))
        return verb->returns_text && c->kind != REPLY_NIL ? ST_INVALID : verb->otherwise;
    if (verb->returns_text) {
        job->reply = c->text;
        c->text = BUF_INIT(0);
    } else if (verb->success == REPLY_TEXT) {
        health->wrote = true;
    }
    return ST_OK;
}

void redis_batch_take_replies(struct redis_batch *b, struct redis_health *health)
{
    for (size_t i = 0; i < b->count; i++)
        b->jobs[i].status = take_reply(&b->jobs[i], &b->commands[i], health);
}
