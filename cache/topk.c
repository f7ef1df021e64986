/* SPDX-License-Identifier: Apache-2.0 */
/* cache/topk.c -- see the header. */
#include "cache/topk.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/json.h"

/* uthash's macros, with our warnings */
#include <uthash.h>

enum {
    TEXT_MAX = TOPK_SLOTS * (TOPK_NAME_MAX + 24),
    KEPT_IN_REDIS = 1000,
};
static const int64_t redis_expiry_ms = INT64_C(90) * 86400 * 1000; /* of a set nobody adds to */

struct slot {
    struct topk_name is; /* count: since the last meeting */
    UT_hash_handle hh;
};

struct topk {
    pthread_mutex_t lock; /* guards all below */
    struct slot slots[TOPK_SLOTS];
    size_t used;
    struct slot *by_name;
    struct topk_name learnt[TOPK_MERGED_MAX]; /* as of the last meeting, most first */
    size_t learnt_count;
};

struct topk *topk_create(void)
{
    struct topk *p = calloc(1, sizeof *p);

    if (p && pthread_mutex_init(&p->lock, NULL) != 0) {
        free(p);
        p = NULL;
    }
    return p;
}

void topk_free(struct topk *p)
{
    if (!p)
        return;
    HASH_CLEAR(hh, p->by_name);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}

/* ---- counting ---- */

static bool countable(struct str name)
{
    if (name.n == 0 || name.n > TOPK_NAME_MAX || !str_is_utf8(name))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] < ' ' || name.p[i] == 127)
            return false;
    return true;
}

/* A slot for a name that has none: a free one, or that of the least counted. */
static struct slot *make_slot(struct topk *p, struct str name)
{
    struct slot *s = &p->slots[0];

    if (p->used < TOPK_SLOTS) {
        s = &p->slots[p->used++];
        s->is.count = 0;
    } else {
        for (size_t i = 1; i < TOPK_SLOTS; i++)
            if (p->slots[i].is.count < s->is.count)
                s = &p->slots[i];
        HASH_DEL(p->by_name, s);
    }
    memcpy(s->is.name, name.p, name.n);
    s->is.name[name.n] = '\0';
    HASH_ADD_KEYPTR(hh, p->by_name, s->is.name, name.n, s);
    return s;
}

static void add(struct topk *p, struct str name, int64_t count)
{
    struct slot *s = NULL;

    HASH_FIND(hh, p->by_name, name.p, name.n, s);
    if (!s)
        s = make_slot(p, name);
    s->is.count += count;
}

void topk_count(struct topk *p, struct str name)
{
    if (!p || !countable(name))
        return;
    (void)pthread_mutex_lock(&p->lock);
    add(p, name, 1);
    (void)pthread_mutex_unlock(&p->lock);
}

static int most_first(const void *a, const void *b)
{
    const struct topk_name *x = a, *y = b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp(x->name, y->name);
}

size_t topk_top(struct topk *p, struct topk_name *ret_names, size_t room)
{
    struct topk_name *all = calloc(TOPK_SLOTS + TOPK_MERGED_MAX, sizeof *all);
    size_t count = 0;

    if (!all)
        return 0;
    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->used; i++)
        all[count++] = p->slots[i].is;
    for (size_t i = 0; i < p->learnt_count; i++) {
        struct slot *s = NULL;
        HASH_FIND_STR(p->by_name, p->learnt[i].name, s);
        if (s)
            all[s - p->slots].count += p->learnt[i].count;
        else
            all[count++] = p->learnt[i];
    }
    (void)pthread_mutex_unlock(&p->lock);
    qsort(all, count, sizeof *all, most_first);
    count = count < room ? count : room;
    memcpy(ret_names, all, count * sizeof *all);
    free(all);
    return count;
}

/* ---- meetings ---- */

size_t topk_drain(struct topk *p, struct topk_name *ret_names)
{
    size_t count;

    (void)pthread_mutex_lock(&p->lock);
    count = p->used;
    for (size_t i = 0; i < count; i++)
        ret_names[i] = p->slots[i].is;
    HASH_CLEAR(hh, p->by_name);
    p->used = 0;
    (void)pthread_mutex_unlock(&p->lock);
    return count;
}

void topk_restore(struct topk *p, const struct topk_name *names, size_t count)
{
    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < count; i++)
        add(p, str_of(names[i].name), names[i].count);
    (void)pthread_mutex_unlock(&p->lock);
}

void topk_set_merged(struct topk *p, const struct topk_name *names, size_t count)
{
    (void)pthread_mutex_lock(&p->lock);
    p->learnt_count = count < TOPK_MERGED_MAX ? count : TOPK_MERGED_MAX;
    memcpy(p->learnt, names, p->learnt_count * sizeof *names);
    (void)pthread_mutex_unlock(&p->lock);
}

/* ---- in an object ---- */

/* All sound members, unsorted. NULL: none, or no memory. */
static struct topk_name *members(json_t *object, size_t *ret_count)
{
    size_t room = json_object_size(object), count = 0, n;
    struct topk_name *all = room ? calloc(room, sizeof *all) : NULL;
    const char *name;
    json_t *value;

    if (!all)
        return NULL;
    json_object_keylen_foreach (object, name, n, value) {
        int64_t times = json_integer_value(value); /* 0 for what is no number */
        if (times > 0 && countable((struct str){ name, n })) {
            memcpy(all[count].name, name, n + 1);
            all[count++].count = times;
        }
    }
    *ret_count = count;
    qsort(all, count, sizeof *all, most_first);
    return all;
}

size_t topk_json_read(json_t *object, struct topk_name ret_names[TOPK_MERGED_MAX])
{
    size_t count = 0;
    struct topk_name *all = members(object, &count);

    count = count < TOPK_MERGED_MAX ? count : TOPK_MERGED_MAX;
    for (size_t i = 0; i < count; i++)
        ret_names[i] = all[i];
    free(all);
    return count;
}

enum status topk_json_merge(json_t *object, const struct topk_name *names, size_t count,
                            struct err *err)
{
    size_t all_count = 0;
    struct topk_name *all;

    for (size_t i = 0; i < count; i++) {
        int64_t before = json_integer_value(json_object_get(object, names[i].name));
        json_t *now = json_integer((before > 0 ? before : 0) + names[i].count);
        if (json_object_set_new(object, names[i].name, now) != 0)
            return err_no_memory(err);
    }
    if (json_object_size(object) <= TOPK_MERGED_MAX)
        return ST_OK;
    all = members(object, &all_count);
    if (!all)
        return err_no_memory(err);
    (void)json_object_clear(object);
    for (size_t i = 0; i < all_count && i < TOPK_MERGED_MAX; i++)
        (void)json_object_set_new(object, all[i].name, json_integer(all[i].count));
    free(all);
    return ST_OK;
}

/* ---- in Redis ---- */

/* "name TAB count NEWLINE", as REDIS_TOPK_ADD takes it and gives it. */
static size_t parse(struct str text, struct topk_name *names, size_t room)
{
    struct str line, name;
    size_t count = 0;

    while (count < room && str_split(&text, '\n', &line)) {
        int64_t times;
        if (!str_split(&line, '\t', &name) || !countable(name) || !str_to_i64(line, &times))
            continue;
        memcpy(names[count].name, name.p, name.n);
        names[count].name[name.n] = '\0';
        names[count++].count = times;
    }
    return count;
}

enum status topk_redis_merge(struct topk *p, struct redis *redis, struct str key, int64_t deadline,
                             struct err *err)
{
    struct topk_name *names = calloc(TOPK_SLOTS, sizeof *names);
    struct buf added = BUF_INIT(TEXT_MAX);
    struct redis_job job = { .verb = REDIS_TOPK_ADD,
                             .key = key,
                             .expiry_ms = redis_expiry_ms,
                             .topk_keep = KEPT_IN_REDIS,
                             .topk_reply = TOPK_MERGED_MAX,
                             .reply_max = TEXT_MAX };
    size_t count;
    enum status st;

    if (!names)
        return err_no_memory(err);
    count = topk_drain(p, names);
    for (size_t i = 0; i < count; i++)
        buf_printf(&added, "%s\t%lld\n", names[i].name, (long long)names[i].count);
    job.value = buf_str(&added);
    st = added.failed ? err_no_memory(err) : redis_do(redis, &job, 1, deadline, err);
    if (st == ST_OK && job.status != ST_OK)
        st = err_set(err, job.status, "Redis does not count for us");
    if (st == ST_OK)
        topk_set_merged(p, names, parse(buf_str(&job.reply), names, TOPK_MERGED_MAX));
    else
        topk_restore(p, names, count);
    redis_jobs_done(&job, 1);
    buf_free(&added);
    free(names);
    return st;
}
