/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_writer.c -- what a migration writes, gathered into batches.
 *
 * A user's item that is there is newer than what comes, for whoever comes here was read from a
 * table that is being left: so only what it has not is added, and only if nobody has written it
 * meanwhile. A null is no setting: nobody can ask for one. */
#include <stdlib.h>
#include <string.h>

#include "cache/layout.h"
#include "server/base/backoff.h"
#include "server/base/json_same.h"
#include "server/tool/migrate.h"
#include "server/tool/store_session.h"

enum { TRIES = 20 };

static void drop_entries(struct migrate_writer *s)
{
    for (size_t i = 0; i < s->entry_count; i++) {
        json_decref(s->entries[i].stored);
        free((void *)(uintptr_t)s->entries[i].name.cache); /* holds the keys too */
    }
    s->entry_count = 0;
    s->entry_bytes = 0;
}

static void drop_users(struct migrate_writer *s)
{
    for (size_t i = 0; i < s->user_count; i++) {
        free((void *)(uintptr_t)s->users[i].id.p);
        json_decref(s->users[i].attributes);
    }
    s->user_count = 0;
}

void migrate_writer_done(struct migrate_writer *s)
{
    drop_entries(s);
    drop_users(s);
    free(s->entries);
    s->entries = NULL;
    s->entry_room = 0;
}

/* ---- entries ---- */

static enum status flush_entries(struct migrate_writer *s, struct err *err)
{
    enum status st = store_add_entries(s->store, s->entries, s->entry_count, s->look,
                                       store_session_deadline(), err);

    for (size_t i = 0; i < s->entry_count && st == ST_OK; i++) {
        struct migrate_row *row = migrate_counts_row(s->counts, s->entries[i].name.cache);
        bool done = s->entries[i].done;
        row->written += done && !s->look;
        row->absent += done && s->look;
        row->found += !done && s->look;
    }
    drop_entries(s);
    return st;
}

static bool is_gathered(const struct migrate_writer *s, const char *cache, struct str key)
{
    for (size_t i = 0; i < s->entry_count && key.n > 0; i++)
        if (str_eq(s->entries[i].name.key, key) && strcmp(s->entries[i].name.cache, cache) == 0)
            return true;
    return false;
}

static bool make_room(struct migrate_writer *s)
{
    size_t room = s->entry_room ? s->entry_room * 2 : MIGRATE_PAGE;
    struct store_entry *more;

    if (s->entry_count < s->entry_room)
        return true;
    more = realloc(s->entries, room * sizeof *more);
    if (!more)
        return false;
    s->entries = more;
    s->entry_room = room;
    return true;
}

/* Entries of one write are held in memory: no more of them than can possibly fit. */
static enum status judge_bytes(struct migrate_writer *s, json_t *stored, struct err *err)
{
    if (!s->whole)
        return ST_OK;
    s->entry_bytes += (int64_t)json_dumpb(stored, NULL, 0, JSON_COMPACT);
    if (s->entry_bytes <= s->most * 2)
        return ST_OK;
    return err_reason(
        err, ST_TOO_LARGE, "item_too_large",
        "the shared entries do not fit into the one item SHARED_CACHE, which may have "
        "%lld bytes (cache.item_max_bytes)",
        (long long)s->most);
}

enum status migrate_writer_entry(struct migrate_writer *s, const char *cache, struct str key,
                                 struct str from, json_t *stored, struct err *err)
{
    size_t n = strlen(cache);
    enum status st = judge_bytes(s, stored, err);
    struct store_entry *e;
    char *names;

    if (st == ST_OK && !s->whole && (s->entry_count == MIGRATE_PAGE || is_gathered(s, cache, key)))
        st = flush_entries(s, err);
    if (st != ST_OK)
        return st;
    if (!make_room(s))
        return err_no_memory(err);
    e = &s->entries[s->entry_count];
    *e = (struct store_entry){ .if_absent = s->if_absent };
    names = malloc(n + 1 + key.n + from.n + 1);
    if (!names)
        return err_no_memory(err);
    memcpy(names, cache, n + 1);
    if (key.n > 0)
        memcpy(names + n + 1, key.p, key.n);
    if (from.n > 0)
        memcpy(names + n + 1 + key.n, from.p, from.n);
    e->name.cache = names; /* owned: drop_entries() frees it */
    e->name.key = (struct str){ names + n + 1, key.n };
    e->old_key = (struct str){ names + n + 1 + key.n, from.n };
    e->stored = json_incref(stored);
    s->entry_count++;
    return ST_OK;
}

/* ---- users ---- */

/* Add to `there` what only `comes` has; the first levels are repaired when they are no objects. */
static bool fill(json_t *there, json_t *comes, int repaired)
{
    const char *name;
    json_t *value, *has;
    size_t n;

    json_object_keylen_foreach (comes, name, n, value) {
        has = json_object_getn(there, name, n);
        if (json_is_object(has) && json_is_object(value)) {
            if (!fill(has, value, repaired - 1))
                return false;
        } else if (!has || json_is_null(has) || (repaired > 0 && json_is_object(value))) {
            json_t *copy = json_deep_copy(value);
            if (!copy || json_object_setn_new(there, name, n, copy) != 0)
                return false;
        }
    }
    return true;
}

/* What the item becomes; a new reference, NULL: no memory. */
static json_t *merged(const struct migrate_writer *s, json_t *there, json_t *comes)
{
    json_t *all;

    if (!there || s->overwrite)
        return json_incref(comes);
    all = json_deep_copy(there);
    if (all && !fill(all, comes, 2)) {
        json_decref(all);
        all = NULL;
    }
    return all;
}

/* Those of `users` that still have to be written, with what they become; *ret_count of them. */
static enum status judge_users(struct migrate_writer *s, struct store_item *seen, size_t *ret_count,
                               size_t index[MIGRATE_PAGE], struct err *err)
{
    struct migrate_row *row = migrate_counts_row(s->counts, MIGRATE_USERS);
    size_t count = 0, all = *ret_count;
    enum status st = store_get_items(s->store, seen, all, store_session_deadline(), err);

    for (size_t i = 0; i < all && st == ST_OK; i++) {
        json_t *now = merged(s, seen[i].attributes, s->users[index[i]].attributes);
        bool same = now && seen[i].attributes && json_same(now, seen[i].attributes);
        row->found += same && s->look;
        row->absent += !same && s->look;
        json_decref(seen[i].attributes);
        seen[i].attributes = NULL;
        if (!now)
            st = err_no_memory(err);
        if (same || s->look) {
            json_decref(now);
            continue;
        }
        seen[count] = seen[i];
        index[count] = index[i];
        seen[count++].attributes = now;
    }
    if (st != ST_OK)
        for (size_t i = 0; i < all; i++) {
            json_decref(i < count ? seen[i].attributes : NULL);
            seen[i].attributes = NULL;
        }
    *ret_count = st == ST_OK ? count : 0;
    return st;
}

/* Write those in `seen`; those that somebody else was faster with stay in it. */
static enum status put_users(struct migrate_writer *s, struct store_item *seen, size_t *ret_count,
                             size_t index[MIGRATE_PAGE], struct err *err)
{
    struct migrate_row *row = migrate_counts_row(s->counts, MIGRATE_USERS);
    size_t count = 0, all = *ret_count;
    enum status st = store_put_items(s->store, seen, all, store_session_deadline(), err);

    for (size_t i = 0; i < all; i++) {
        bool done = seen[i].done;
        json_decref(seen[i].attributes);
        row->written += done && st == ST_OK;
        if (!done) {
            index[count] = index[i];
            seen[count++] = (struct store_item){ .id = seen[i].id };
        }
    }
    *ret_count = count;
    return st;
}

static enum status flush_users(struct migrate_writer *s, struct err *err)
{
    struct store_item seen[MIGRATE_PAGE];
    size_t index[MIGRATE_PAGE], count = s->user_count;
    struct backoff backoff = { .first_ms = 20, .max_ms = 400, .waits_max = TRIES - 1 };
    enum status st = ST_OK;

    for (size_t i = 0; i < count; i++) {
        seen[i] = (struct store_item){ .id = s->users[i].id };
        index[i] = i;
    }
    while (st == ST_OK && count > 0) {
        st = judge_users(s, seen, &count, index, err);
        if (st == ST_OK && count > 0)
            st = put_users(s, seen, &count, index, err);
        if (st == ST_OK && count > 0 && !backoff_sleep(&backoff, INT64_MAX))
            break;
    }
    if (st == ST_OK && count > 0)
        st =
            err_reason(err, ST_CONFLICT, "contended", "others keep changing the same users' items");
    drop_users(s);
    return st;
}

enum status migrate_writer_user(struct migrate_writer *s, struct str id, json_t *attributes,
                                struct err *err)
{
    enum status st = s->user_count == MIGRATE_PAGE ? flush_users(s, err) : ST_OK;
    char *copy;

    for (size_t i = 0; i < s->user_count && st == ST_OK; i++)
        if (str_eq(s->users[i].id, id)) {
            st = flush_users(s, err);
            break;
        }
    if (st != ST_OK)
        return st;
    copy = malloc(id.n + 1);
    if (!copy)
        return err_no_memory(err);
    memcpy(copy, id.p, id.n);
    copy[id.n] = '\0';
    s->users[s->user_count++] =
        (struct store_item){ .id = { copy, id.n }, .attributes = json_incref(attributes) };
    return ST_OK;
}

enum status migrate_writer_flush(struct migrate_writer *s, bool all, struct err *err)
{
    enum status st = ST_OK;

    if (s->entry_count > 0 && (all || !s->whole))
        st = flush_entries(s, err);
    if (st == ST_OK && s->user_count > 0)
        st = flush_users(s, err);
    return st;
}
