/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo_whole.c -- shared entries inside the one item SHARED_CACHE, layout `item`.
 *
 * A look-up reads the one entry by a projection.  A change reads the entry and the usage, and
 * writes both in one request (the small way): on the condition that the entry is as it was, that
 * the bytes still fit, and that the cache holds as many entries as the usage says.  So writers of
 * different entries do not meet, the item never grows past its bound however many write, and a
 * request that arrives twice is counted once.
 *
 * When it does not fit, when the usage is missing (another program has written the item), or when
 * the small way met a conflict twice, the whole item is read and everything is worked out anew (the
 * whole way): what goes, what comes, and the usage, all in one request, on the condition that
 * nobody has written meanwhile (`writes` counts our own, the number of members tells of others).
 * Room is made for more than the one entry, so that the whole way is gone seldom. */
#include <string.h>

#include "cache/dynamo_item.h"
#include "cache/dynamo_store.h"
#include "cache/dynamo_usage.h"
#include "cache/layout.h"
#include "server/base/clock.h"

enum { SLACK_TENTHS = 9 /* of the bound: so full is it after entries had to go */ };

static const struct str shared_id = { STORE_SHARED_ID, sizeof STORE_SHARED_ID - 1 };

static const char *const path_id[] = { "id", NULL };
static const char *const path_attributes[] = { DYNAMO_ATTRIBUTES, NULL };
static const char *const path_usage[] = { DYNAMO_USAGE, NULL };
static const char *const path_bytes[] = { DYNAMO_USAGE, "bytes", NULL };
static const char *const path_writes[] = { DYNAMO_USAGE, "writes", NULL };

/* One change of one entry, and how far it has come. */
struct job {
    struct dynamo_store *s;
    struct entry_name name;
    char key[STORE_KEY_MAX + 1];
    json_t *stored;    /* to be put; NULL: to be removed */
    int64_t expire_at; /* remove only if it has expired by then; 0: whatever its ttl */
    int64_t deadline;

    json_t *item; /* as read last; NULL: there is none */
    struct usage usage;
    json_t *old, *fresh; /* the entry in `item` (borrowed), and as it is to be (owned) */
    const char *path_cache[3], *path_entry[4], *path_count[4];
};

static void job_init(struct job *j, struct dynamo_store *s, struct entry_name name,
                     int64_t deadline)
{
    *j = (struct job){ .s = s, .name = name, .deadline = deadline };
    if (name.key.n > 0)
        memcpy(j->key, name.key.p, name.key.n);
    j->path_cache[0] = j->path_entry[0] = DYNAMO_ATTRIBUTES;
    j->path_cache[1] = j->path_entry[1] = j->path_count[2] = name.cache;
    j->path_entry[2] = j->key;
    j->path_count[0] = DYNAMO_USAGE;
    j->path_count[1] = "count";
}

static void job_forget(struct job *j)
{
    json_decref(j->item);
    json_decref(j->fresh);
    j->item = j->old = j->fresh = NULL;
}

static json_t *cache_of(const struct job *j)
{
    return dynamo_member(json_object_get(j->item, DYNAMO_ATTRIBUTES), j->name.cache);
}

/* Read what is needed of the item, and work out the entry. */
static enum status job_look(struct job *j, bool whole, struct err *err)
{
    struct expr e;
    enum status st;

    job_forget(j);
    expr_init(&e);
    if (!whole) {
        expr_project(&e, j->path_entry);
        expr_project(&e, path_usage);
    }
    st = dynamo_get(j->s->d, shared_id, &e, true, j->deadline, &j->item, err);
    if (st != ST_OK)
        return st;
    usage_read(j->item, &j->usage);
    j->old = dynamo_member(cache_of(j), j->key);
    if (j->stored)
        st = dynamo_merge(j->old, j->stored, &j->fresh, err);
    return st;
}

/* Is the entry as it is to be? */
static bool job_is_done(const struct job *j)
{
    json_t *plain = NULL;
    bool done;

    if (!j->old)
        return !j->stored;
    if (j->stored)
        return json_equal(j->old, j->fresh);
    if (j->expire_at == 0 || dynamo_to_json(j->old, &plain, NULL) != ST_OK)
        return false;
    done = !layout_expired(layout_ttl(plain), j->expire_at); /* somebody has renewed it */
    json_decref(plain);
    return done;
}

/* Bytes that the change adds to the item; fewer than none when it shrinks. */
static int64_t job_growth(const struct job *j)
{
    int64_t growth = 0;

    if (j->fresh)
        growth += (int64_t)dynamo_member_size(j->name.key, j->fresh);
    if (j->old)
        growth -= (int64_t)dynamo_member_size(j->name.key, j->old);
    return growth;
}

static void put_entry_condition(const struct job *j, struct expr *e)
{
    if (j->old)
        expr_if_is(e, j->path_entry, j->old);
    else
        expr_if_absent(e, j->path_entry);
}

/* {key: fresh}, for a cache that is not there yet; NULL: no memory. */
static json_t *cache_with(const struct job *j)
{
    json_t *members = json_object();

    if (members && json_object_set(members, j->key, j->fresh) != 0) {
        json_decref(members);
        members = NULL;
    }
    return members ? dynamo_make_map(members) : NULL;
}

/* ---- the small way
 * -------------------------------------------------------------------------------------- */

/* Can it be gone with what has been read? */
static bool small_will_do(const struct job *j)
{
    if (!j->stored && !j->usage.known)
        return true;
    return j->usage.known && j->usage.bytes + job_growth(j) <= j->s->item_max;
}

/* The first entry of its cache. */
static void put_first(const struct job *j, struct expr *e, int64_t *growth)
{
    json_t *cache = cache_with(j), *one = dynamo_make_integer(1);

    expr_if_absent(e, j->path_cache);
    expr_set(e, j->path_cache, cache);
    expr_set(e, j->path_count, one);
    *growth += (int64_t)strlen(j->name.cache) + 4; /* the map itself */
    json_decref(cache);
    json_decref(one);
}

static enum status small_way(struct job *j, struct err *err)
{
    int64_t growth = job_growth(j), count = usage_count(&j->usage, j->name.cache);
    struct expr e;
    enum status st;

    expr_init(&e);
    if (j->stored && count < 0) {
        put_first(j, &e, &growth);
    } else {
        put_entry_condition(j, &e);
        if (j->fresh)
            expr_set(&e, j->path_entry, j->fresh);
        else
            expr_remove(&e, j->path_entry);
        if (count >= 0)
            expr_if_counted(&e, j->path_cache, j->path_count);
        if (count >= 0 && !j->fresh != !j->old)
            expr_increase(&e, j->path_count, j->fresh ? 1 : -1);
    }
    if (j->usage.known) {
        expr_increase(&e, path_bytes, growth);
        expr_increase(&e, path_writes, 1);
        if (growth > 0)
            expr_if_number(&e, path_bytes, "<=", j->s->item_max - growth);
    } else {
        expr_if_absent(&e, path_usage);
    }
    st = dynamo_update(j->s->d, shared_id, &e, j->deadline, NULL, NULL, err);
    if (st == ST_OK && j->usage.known)
        metric_set(j->s->bytes, (double)(j->usage.bytes + growth));
    return st;
}

/* ---- the whole way
 * ---------------------------------------------------------------------------------------- */

/* On the condition that nobody, of us or of others, has changed what entries there are. */
static void put_whole_conditions(const struct job *j, struct expr *e)
{
    json_t *attributes = json_object_get(j->item, DYNAMO_ATTRIBUTES), *cache;
    json_t *usage = json_object_get(j->item, DYNAMO_USAGE);
    const char *name;

    if (!j->item) {
        expr_if_absent(e, path_id);
        return;
    }
    if (j->usage.known)
        expr_if_number(e, path_writes, "=", j->usage.writes);
    else if (usage)
        expr_if_is(e, path_usage, usage);
    else
        expr_if_absent(e, path_usage);
    json_object_foreach(dynamo_members(attributes), name, cache)
    {
        const char *const path[] = { DYNAMO_ATTRIBUTES, name, NULL };
        if (dynamo_members(cache))
            expr_if_members(e, path, (int64_t)json_object_size(dynamo_members(cache)));
    }
}

/* Put the entry at the level down to which there are maps. */
static enum status put_at_level(const struct job *j, struct expr *e, struct err *err)
{
    json_t *attributes = json_object_get(j->item, DYNAMO_ATTRIBUTES), *cache = cache_of(j);
    json_t *made = NULL, *all = NULL;

    if (dynamo_members(cache)) {
        put_entry_condition(j, e);
        expr_set(e, j->path_entry, j->fresh);
        return ST_OK;
    }
    made = cache_with(j);
    if (dynamo_members(attributes)) {
        if (cache)
            expr_if_is(e, j->path_cache, cache);
        else
            expr_if_absent(e, j->path_cache);
        expr_set(e, j->path_cache, made);
    } else {
        if (attributes)
            expr_if_is(e, path_attributes, attributes);
        else
            expr_if_absent(e, path_attributes);
        all = json_pack("{s:o}", j->name.cache, json_incref(made));
        all = all ? dynamo_make_map(all) : NULL;
        expr_set(e, path_attributes, all);
    }
    json_decref(made);
    json_decref(all);
    return e->failed ? err_set(err, ST_SYSTEM, "no memory for an entry") : ST_OK;
}

/* The item as it will be, so far as the usage needs it: done to j->item itself, which is ours. */
static void carry_out(struct job *j, const struct victim *victims, size_t count)
{
    json_t *attributes = json_object_get(j->item, DYNAMO_ATTRIBUTES);

    for (size_t i = 0; i < count; i++) {
        char key[STORE_ID_MAX + 1]; /* the victim's own lies in what is removed */
        size_t n = strlen(victims[i].key);
        if (n > STORE_ID_MAX)
            continue;
        memcpy(key, victims[i].key, n + 1);
        (void)json_object_del(dynamo_members(dynamo_member(attributes, victims[i].cache)), key);
    }
    if (!j->fresh) {
        if (j->old)
            (void)json_object_del(dynamo_members(cache_of(j)), j->key);
        return;
    }
    if (dynamo_members(cache_of(j)))
        (void)json_object_set(dynamo_members(cache_of(j)), j->key, j->fresh);
    else if (dynamo_members(attributes))
        (void)json_object_set_new(dynamo_members(attributes), j->name.cache, cache_with(j));
    else if (j->item || (j->item = json_object()) != NULL)
        (void)json_object_set_new(
            j->item, DYNAMO_ATTRIBUTES,
            dynamo_make_map(json_pack("{s:o}", j->name.cache, cache_with(j))));
}

/* Who has to go.  ST_TOO_LARGE: that would not be enough. *ret_only: this request makes room and no
 * more, the entry comes with a later one. */
static enum status choose(const struct job *j, struct victim victims[USAGE_VICTIMS_MAX],
                          size_t *ret_count, bool *ret_only, struct err *err)
{
    int64_t bytes = usage_measure(j->item) + job_growth(j) + STORE_CACHE_MAX;
    int64_t wanted = j->s->item_max / 10 * SLACK_TENTHS, freed = 0, most = 0;

    *ret_count = 0;
    *ret_only = false;
    if (bytes <= j->s->item_max || !j->fresh)
        return ST_OK;
    *ret_count =
        usage_victims(j->item, j->name, clock_wall_s(), bytes - wanted, victims, &freed, &most);
    if (bytes - most > j->s->item_max)
        return err_reason(err, ST_TOO_LARGE, "item_too_large",
                          "DynamoDB: %s: an entry that does not fit into %lld bytes "
                          "(cache.item_max_bytes) beside what is there and never goes",
                          j->name.cache, (long long)j->s->item_max);
    *ret_only = bytes - freed > j->s->item_max;
    return ST_OK;
}

/* The entry itself, and who goes, into the expression. */
static enum status put_changes(const struct job *j, struct expr *e, const struct victim *victims,
                               size_t count, struct err *err)
{
    put_whole_conditions(j, e);
    for (size_t i = 0; i < count; i++) {
        const char *const path[] = { DYNAMO_ATTRIBUTES, victims[i].cache, victims[i].key, NULL };
        expr_remove(e, path);
    }
    if (j->fresh)
        return put_at_level(j, e, err);
    if (j->old) {
        put_entry_condition(j, e);
        expr_remove(e, j->path_entry);
    }
    return ST_OK;
}

/* *ret_done: the entry is in, not only room made for it. */
static enum status whole_way(struct job *j, bool *ret_done, struct err *err)
{
    struct victim victims[USAGE_VICTIMS_MAX];
    size_t count = 0;
    bool only = false;
    int64_t bytes;
    json_t *usage;
    struct expr e;
    enum status st = choose(j, victims, &count, &only, err);

    if (st != ST_OK)
        return st;
    if (only) {
        json_decref(j->fresh);
        j->fresh = j->old = NULL;
    }
    expr_init(&e);
    st = put_changes(j, &e, victims, count, err);
    carry_out(j, victims, count); /* the names in `victims` are gone with it */
    bytes = usage_measure(j->item);
    usage = usage_make(j->item, bytes, j->usage.writes + 1);
    expr_set(&e, path_usage, usage);
    json_decref(usage);
    if (st == ST_OK)
        st = dynamo_update(j->s->d, shared_id, &e, j->deadline, NULL, NULL, err);
    else
        expr_done(&e);
    for (size_t i = 0; i < count && st == ST_OK; i++)
        metric_add(victims[i].expired ? j->s->expired : j->s->evicted, 1);
    if (st == ST_OK)
        metric_set(j->s->bytes, (double)bytes);
    *ret_done = !only;
    return st;
}

/* ---- the calls
 * -------------------------------------------------------------------------------------------- */

static enum status job_run(struct job *j, struct err *err)
{
    bool whole = false;
    int conflicts = 0;

    for (;;) {
        bool done = true;
        enum status st = job_look(j, whole, err);
        if (st != ST_OK || job_is_done(j))
            return st;
        if (!whole && !small_will_do(j)) {
            whole = true;
            continue;
        }
        st = whole ? whole_way(j, &done, err) : small_way(j, err);
        if (st == ST_OK && !done)
            continue;
        if (st != ST_CONFLICT)
            return st;
        if (!dynamo_conflict_wait(&conflicts, j->deadline))
            return dynamo_conflict_give_up(j->deadline, err);
        whole = conflicts % 3 == 2;
    }
}

enum status dynamo_whole_put(struct dynamo_store *s, struct entry_name name, json_t *stored,
                             int64_t deadline, struct err *err)
{
    struct job j;
    enum status st;

    job_init(&j, s, name, deadline);
    j.stored = stored;
    st = job_run(&j, err);
    job_forget(&j);
    return st;
}

/* Gone, unless somebody has renewed it; what goes wrong is tried again by the next who asks. */
static void expire(struct dynamo_store *s, struct entry_name name, int64_t now, int64_t deadline)
{
    struct job j;

    job_init(&j, s, name, deadline);
    j.expire_at = now;
    (void)job_run(&j, NULL);
    job_forget(&j);
}

enum status dynamo_whole_get(struct dynamo_store *s, struct entry_name name, int64_t now,
                             int64_t deadline, json_t **ret_entry, int64_t *ret_ttl,
                             struct err *err)
{
    struct job j;
    struct expr e;
    json_t *value, *plain = NULL, *entry;
    enum status st;

    job_init(&j, s, name, deadline);
    expr_init(&e);
    expr_project(&e, j.path_entry);
    st = dynamo_get(s->d, shared_id, &e, false, deadline, &j.item, err);
    if (st != ST_OK)
        return st;
    value = dynamo_member(cache_of(&j), j.key);
    if (!dynamo_members(value) || dynamo_to_json(value, &plain, NULL) != ST_OK) {
        st = ST_MISS;
    } else if (layout_expired(layout_ttl(plain), now)) {
        expire(s, name, now, deadline);
        st = ST_MISS;
    } else {
        entry = layout_entry_bare(plain, ret_ttl);
        if (entry)
            *ret_entry = entry;
        else
            st = err_set(err, ST_SYSTEM, "no memory for an entry");
    }
    json_decref(plain);
    job_forget(&j);
    return st;
}

/* The usage is missing: count, and write down what was counted, for the next who asks. */
static enum status count_anew(struct job *j, int64_t *ret_count, struct err *err)
{
    struct expr e;
    json_t *usage;
    enum status st = job_look(j, true, err);

    if (st != ST_OK)
        return st;
    *ret_count = (int64_t)json_object_size(dynamo_members(cache_of(j)));
    if (!j->item || j->usage.known)
        return ST_OK;
    expr_init(&e);
    usage = usage_make(j->item, usage_measure(j->item), 0);
    expr_set(&e, path_usage, usage);
    put_whole_conditions(j, &e);
    json_decref(usage);
    (void)dynamo_update(j->s->d, shared_id, &e, j->deadline, NULL, NULL, NULL);
    return ST_OK;
}

enum status dynamo_whole_count(struct dynamo_store *s, const char *cache, int64_t deadline,
                               int64_t *ret_count, struct err *err)
{
    struct entry_name name = { cache, STR_NONE };
    int64_t count = 0;
    struct job j;
    struct expr e;
    enum status st;

    job_init(&j, s, name, deadline);
    expr_init(&e);
    expr_project(&e, path_usage);
    st = dynamo_get(s->d, shared_id, &e, true, deadline, &j.item, err);
    if (st == ST_OK) {
        usage_read(j.item, &j.usage);
        if (j.usage.known)
            count = usage_count(&j.usage, cache);
        else if (j.item)
            st = count_anew(&j, &count, err);
    }
    if (st == ST_OK)
        *ret_count = count > 0 ? count : 0;
    job_forget(&j);
    return st;
}
