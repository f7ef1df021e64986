/* SPDX-License-Identifier: Apache-2.0 */
/* cache/topk.c -- the most frequent names, counted in bounded memory and merged across
 * processes. */
#define HASH_NONFATAL_OOM 1
#include "cache/topk.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/json.h"

#include <uthash.h>

enum {
    TEXT_MAX = TOPK_SLOTS * (TOPK_NAME_MAX + 24),
    REDIS_NAMES_MAX = 1000,
};
static const int64_t redis_expiry_ms = INT64_C(90) * 86400 * 1000; /* unless it is merged again */

struct slot {
    struct topk_name counted; /* since the last merge; no name: out of memory, cannot be found */
    UT_hash_handle hh;
};

struct topk {
    pthread_mutex_t lock; /* guards all below */
    struct slot slots[TOPK_SLOTS];
    size_t used;
    int64_t lowest; /* no count in a slot is lower */
    size_t next;    /* where the search for a slot with that count goes on */
    struct slot *by_name;
    struct topk_name merged[TOPK_MERGED_MAX]; /* the totals of the last merge, highest first */
    size_t merged_count;
};

struct topk *topk_create(void)
{
    struct topk *t = calloc(1, sizeof *t);

    if (t && pthread_mutex_init(&t->lock, NULL) != 0) {
        free(t);
        t = NULL;
    }
    return t;
}

void topk_free(struct topk *t)
{
    if (!t)
        return;
    HASH_CLEAR(hh, t->by_name);
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}

/* ---- counting ---- */

static bool is_countable(struct str name)
{
    if (name.n == 0 || name.n > TOPK_NAME_MAX || !str_is_utf8(name))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] < ' ' || name.p[i] == 127)
            return false;
    return true;
}

/* A slot with the lowest count. As counts only rise, the search goes around once for each of them,
 * so that many new names in a row cost little each. */
static struct slot *find_lowest(struct topk *t)
{
    int64_t lowest = INT64_MAX;

    for (size_t i = 0; i < TOPK_SLOTS; i++) {
        size_t at = (t->next + i) % TOPK_SLOTS;
        int64_t count = t->slots[at].counted.count;
        if (count <= t->lowest) {
            t->next = at + 1;
            return &t->slots[at];
        }
        if (count < lowest)
            lowest = count;
    }
    t->lowest = lowest;
    while (t->slots[t->next % TOPK_SLOTS].counted.count > lowest)
        t->next++;
    return &t->slots[t->next++ % TOPK_SLOTS];
}

/* A slot for a new name: a free one, or that of the lowest count. NULL: out of memory. */
static struct slot *assign_slot(struct topk *t, struct str name)
{
    struct slot *s;

    if (t->used < TOPK_SLOTS) {
        s = &t->slots[t->used++];
        s->counted.count = 0;
    } else {
        s = find_lowest(t);
        if (s->counted.name[0])
            HASH_DEL(t->by_name, s);
    }
    memcpy(s->counted.name, name.p, name.n);
    s->counted.name[name.n] = '\0';
    HASH_ADD_KEYPTR(hh, t->by_name, s->counted.name, name.n, s);
    if (s->hh.tbl)
        return s;
    s->counted.name[0] = '\0';
    return NULL;
}

static void add_count(struct topk *t, struct str name, int64_t count)
{
    struct slot *s = NULL;

    HASH_FIND(hh, t->by_name, name.p, name.n, s);
    if (!s)
        s = assign_slot(t, name);
    if (s)
        s->counted.count += count;
}

void topk_count(struct topk *t, struct str name)
{
    if (!t || !is_countable(name))
        return;
    (void)pthread_mutex_lock(&t->lock);
    add_count(t, name, 1);
    (void)pthread_mutex_unlock(&t->lock);
}

static int by_count_descending(const void *a, const void *b)
{
    const struct topk_name *x = a, *y = b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp(x->name, y->name);
}

size_t topk_top(struct topk *t, struct topk_name *ret_names, size_t cap)
{
    struct topk_name *all = calloc(TOPK_SLOTS + TOPK_MERGED_MAX, sizeof *all);
    size_t count = 0;

    if (!all)
        return 0;
    (void)pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < t->used; i++) {
        all[count] = t->slots[i].counted;
        if (!all[count].name[0])
            all[count].count = 0; /* comes last */
        count++;
    }
    for (size_t i = 0; i < t->merged_count; i++) {
        struct slot *s = NULL;
        HASH_FIND_STR(t->by_name, t->merged[i].name, s);
        if (s)
            all[s - t->slots].count += t->merged[i].count;
        else
            all[count++] = t->merged[i];
    }
    (void)pthread_mutex_unlock(&t->lock);
    qsort(all, count, sizeof *all, by_count_descending);
    while (count > 0 && all[count - 1].count == 0)
        count--;
    count = count < cap ? count : cap;
    memcpy(ret_names, all, count * sizeof *all);
    free(all);
    return count;
}

/* ---- merging ---- */

size_t topk_drain(struct topk *t, struct topk_name *ret_names)
{
    size_t count = 0;

    (void)pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < t->used; i++)
        if (t->slots[i].counted.name[0])
            ret_names[count++] = t->slots[i].counted;
    HASH_CLEAR(hh, t->by_name);
    t->used = 0;
    t->lowest = 0;
    (void)pthread_mutex_unlock(&t->lock);
    return count;
}

void topk_restore(struct topk *t, const struct topk_name *names, size_t count)
{
    (void)pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < count; i++)
        add_count(t, str_of(names[i].name), names[i].count);
    (void)pthread_mutex_unlock(&t->lock);
}

void topk_set_merged(struct topk *t, const struct topk_name *names, size_t count)
{
    (void)pthread_mutex_lock(&t->lock);
    t->merged_count = count < TOPK_MERGED_MAX ? count : TOPK_MERGED_MAX;
    memcpy(t->merged, names, t->merged_count * sizeof *names);
    (void)pthread_mutex_unlock(&t->lock);
}

/* ---- in a JSON object ---- */

/* The valid members, highest first. NULL: none, or out of memory. */
static struct topk_name *sorted_members(json_t *object, size_t *ret_count)
{
    size_t cap = json_object_size(object), count = 0, n;
    struct topk_name *all = cap ? calloc(cap, sizeof *all) : NULL;
    const char *name;
    json_t *value;

    if (!all)
        return NULL;
    json_object_keylen_foreach (object, name, n, value) {
        int64_t times = json_integer_value(value); /* 0 if it is not a number */
        if (times > 0 && is_countable((struct str){ name, n })) {
            memcpy(all[count].name, name, n + 1);
            all[count++].count = times;
        }
    }
    *ret_count = count;
    qsort(all, count, sizeof *all, by_count_descending);
    return all;
}

size_t topk_json_read(json_t *object, struct topk_name ret_names[TOPK_MERGED_MAX])
{
    size_t count = 0;
    struct topk_name *all = sorted_members(object, &count);

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
    enum status st = ST_OK;

    for (size_t i = 0; i < count; i++) {
        int64_t before = json_integer_value(json_object_get(object, names[i].name));
        json_t *now = json_integer((before > 0 ? before : 0) + names[i].count);
        if (json_object_set_new(object, names[i].name, now) != 0)
            return err_no_memory(err);
    }
    if (json_object_size(object) <= TOPK_MERGED_MAX)
        return ST_OK;
    all = sorted_members(object, &all_count);
    if (!all)
        return err_no_memory(err);
    (void)json_object_clear(object);
    for (size_t i = 0; i < all_count && i < TOPK_MERGED_MAX && st == ST_OK; i++)
        if (json_object_set_new(object, all[i].name, json_integer(all[i].count)) != 0)
            st = err_no_memory(err);
    free(all);
    return st;
}

/* ---- in Redis ---- */

/* Lines "name TAB count", as REDIS_TOPK_ADD returns them. */
static size_t parse_counts(struct str text, struct topk_name *names, size_t cap)
{
    struct str line, name;
    size_t count = 0;

    while (count < cap && str_split(&text, '\n', &line)) {
        int64_t times;
        if (!str_split(&line, '\t', &name) || !is_countable(name) || !str_to_i64(line, &times))
            continue;
        memcpy(names[count].name, name.p, name.n);
        names[count].name[name.n] = '\0';
        names[count++].count = times;
    }
    return count;
}

enum status topk_redis_merge(struct topk *t, struct redis *redis, struct str key, int64_t deadline,
                             struct err *err)
{
    struct topk_name *names = calloc(TOPK_SLOTS, sizeof *names);
    struct buf added = BUF_INIT(TEXT_MAX);
    struct redis_job job = { .verb = REDIS_TOPK_ADD,
                             .key = key,
                             .expiry_ms = redis_expiry_ms,
                             .topk_keep = REDIS_NAMES_MAX,
                             .topk_reply = TOPK_MERGED_MAX,
                             .reply_max = TEXT_MAX };
    size_t count;
    enum status st;

    if (!names)
        return err_no_memory(err);
    count = topk_drain(t, names);
    for (size_t i = 0; i < count; i++)
        buf_printf(&added, "%s\t%lld\n", names[i].name, (long long)names[i].count);
    job.value = buf_str(&added);
    st = added.failed ? err_no_memory(err) : redis_do(redis, &job, 1, deadline, err);
    if (st == ST_OK && job.status != ST_OK)
        st = err_set(err, job.status, "Redis refused to merge counts");
    if (st == ST_OK)
        topk_set_merged(t, names, parse_counts(buf_str(&job.reply), names, TOPK_MERGED_MAX));
    else
        topk_restore(t, names, count);
    redis_jobs_done(&job, 1);
    buf_free(&added);
    free(names);
    return st;
}
