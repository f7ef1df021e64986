/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_writer.c -- writes what a migration reads, in batches.
 *
 * A user's existing item is newer than the one from the source, which is being abandoned. So only
 * missing settings are added, on the condition that the item has not changed meanwhile. A null
 * counts as missing: users cannot set one. */
#include <stdlib.h>
#include <string.h>

#include "server/base/backoff.h"
#include "server/base/json_same.h"
#include "server/tool/migrate.h"
#include "server/tool/store_session.h"

enum { TRIES = 20 };

static void drop_entries(struct migrate_writer *w)
{
    for (size_t i = 0; i < w->entry_count; i++) {
        json_decref(w->entries[i].stored);
        free((void *)(uintptr_t)w->entries[i].name.cache); /* holds the keys too */
    }
    w->entry_count = 0;
    w->entry_bytes = 0;
}

static void drop_users(struct migrate_writer *w)
{
    for (size_t i = 0; i < w->user_count; i++) {
        free((void *)(uintptr_t)w->users[i].id.p);
        json_decref(w->users[i].attributes);
    }
    w->user_count = 0;
}

void migrate_writer_done(struct migrate_writer *w)
{
    drop_entries(w);
    drop_users(w);
    free(w->entries);
    w->entries = NULL;
    w->entry_cap = 0;
}

/* ---- entries ---- */

static enum status flush_entries(struct migrate_writer *w, struct err *err)
{
    enum status st = store_add_entries(w->store, w->entries, w->entry_count, w->dry_run,
                                       store_session_deadline(), err);

    for (size_t i = 0; i < w->entry_count && st == ST_OK; i++) {
        struct migrate_row *row = migrate_counts_row(w->counts, w->entries[i].name.cache);
        bool done = w->entries[i].done;
        row->written += done && !w->dry_run;
        row->missing += done && w->dry_run;
        row->verified += !done && w->dry_run;
    }
    drop_entries(w);
    return st;
}

static bool is_batched(const struct migrate_writer *w, const char *cache, struct str key)
{
    for (size_t i = 0; i < w->entry_count && key.n > 0; i++)
        if (str_eq(w->entries[i].name.key, key) && strcmp(w->entries[i].name.cache, cache) == 0)
            return true;
    return false;
}

static bool grow_entries(struct migrate_writer *w)
{
    size_t room = w->entry_cap ? w->entry_cap * 2 : MIGRATE_PAGE;
    struct store_entry *more;

    if (w->entry_count < w->entry_cap)
        return true;
    more = realloc(w->entries, room * sizeof *more);
    if (!more)
        return false;
    w->entries = more;
    w->entry_cap = room;
    return true;
}

/* Entries for one write are held in memory, so refuse more than could ever fit. */
static enum status check_bytes(struct migrate_writer *w, json_t *stored, struct err *err)
{
    if (!w->one_write)
        return ST_OK;
    w->entry_bytes += (int64_t)json_dumpb(stored, NULL, 0, JSON_COMPACT);
    if (w->entry_bytes <= w->max_bytes * 2)
        return ST_OK;
    return err_reason(err, ST_TOO_LARGE, "item_too_large",
                      "the shared entries do not fit in the item SHARED_CACHE, which is limited to "
                      "%lld bytes (cache.item_max_bytes)",
                      (long long)w->max_bytes);
}

enum status migrate_writer_entry(struct migrate_writer *w, const char *cache, struct str key,
                                 struct str from, json_t *stored, struct err *err)
{
    size_t n = strlen(cache);
    enum status st = check_bytes(w, stored, err);
    struct store_entry *e;
    char *names;

    if (st == ST_OK && !w->one_write &&
        (w->entry_count == MIGRATE_PAGE || is_batched(w, cache, key)))
        st = flush_entries(w, err);
    if (st != ST_OK)
        return st;
    if (!grow_entries(w))
        return err_no_memory(err);
    e = &w->entries[w->entry_count];
    *e = (struct store_entry){ .if_absent = w->if_absent };
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
    w->entry_count++;
    return ST_OK;
}

/* ---- users ---- */

/* Add to `there` what only `comes` has. In the first `repaired` levels, replace values that should
 * be objects but are not. */
static bool add_missing(json_t *there, json_t *comes, int repaired)
{
    const char *name;
    json_t *value, *has;
    size_t n;

    json_object_keylen_foreach (comes, name, n, value) {
        has = json_object_getn(there, name, n);
        if (json_is_object(has) && json_is_object(value)) {
            if (!add_missing(has, value, repaired - 1))
                return false;
        } else if (!has || json_is_null(has) || (repaired > 0 && json_is_object(value))) {
            json_t *copy = json_deep_copy(value);
            if (!copy || json_object_setn_new(there, name, n, copy) != 0)
                return false;
        }
    }
    return true;
}

/* The merged item: a new reference, or NULL when out of memory. */
static json_t *merge_user(const struct migrate_writer *w, json_t *there, json_t *comes)
{
    json_t *all;

    if (!there || w->overwrite)
        return json_incref(comes);
    all = json_deep_copy(there);
    if (all && !add_missing(all, comes, 2)) {
        json_decref(all);
        all = NULL;
    }
    return all;
}

/* Read the users in `seen` and keep those that must be written, with their merged attributes. */
static enum status merge_users(struct migrate_writer *w, struct store_item *seen, size_t *ret_count,
                               size_t index[MIGRATE_PAGE], struct err *err)
{
    struct migrate_row *row = migrate_counts_row(w->counts, MIGRATE_USERS);
    size_t count = 0, all = *ret_count;
    enum status st = store_get_items(w->store, seen, all, store_session_deadline(), err);

    for (size_t i = 0; i < all && st == ST_OK; i++) {
        json_t *now = merge_user(w, seen[i].attributes, w->users[index[i]].attributes);
        bool same = now && seen[i].attributes && json_same(now, seen[i].attributes);
        row->verified += same && w->dry_run;
        row->missing += !same && w->dry_run;
        json_decref(seen[i].attributes);
        seen[i].attributes = NULL;
        if (!now)
            st = err_no_memory(err);
        if (same || w->dry_run) {
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

/* Write the users in `seen`; those that were modified meanwhile stay in it. */
static enum status put_users(struct migrate_writer *w, struct store_item *seen, size_t *ret_count,
                             size_t index[MIGRATE_PAGE], struct err *err)
{
    struct migrate_row *row = migrate_counts_row(w->counts, MIGRATE_USERS);
    size_t count = 0, all = *ret_count;
    enum status st = store_put_items(w->store, seen, all, store_session_deadline(), err);

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

static enum status flush_users(struct migrate_writer *w, struct err *err)
{
    struct store_item seen[MIGRATE_PAGE];
    size_t index[MIGRATE_PAGE], count = w->user_count;
    struct backoff backoff = { .first_ms = 20, .max_ms = 400, .waits_max = TRIES - 1 };
    enum status st = ST_OK;

    for (size_t i = 0; i < count; i++) {
        seen[i] = (struct store_item){ .id = w->users[i].id };
        index[i] = i;
    }
    while (st == ST_OK && count > 0) {
        st = merge_users(w, seen, &count, index, err);
        if (st == ST_OK && count > 0)
            st = put_users(w, seen, &count, index, err);
        if (st == ST_OK && count > 0 && !backoff_sleep(&backoff, INT64_MAX))
            break;
    }
    if (st == ST_OK && count > 0)
        st = err_reason(err, ST_CONFLICT, "contended", "the same users' items keep changing");
    drop_users(w);
    return st;
}

enum status migrate_writer_user(struct migrate_writer *w, struct str id, json_t *attributes,
                                struct err *err)
{
    enum status st = w->user_count == MIGRATE_PAGE ? flush_users(w, err) : ST_OK;
    char *copy;

    for (size_t i = 0; i < w->user_count && st == ST_OK; i++)
        if (str_eq(w->users[i].id, id)) {
            st = flush_users(w, err);
            break;
        }
    if (st != ST_OK)
        return st;
    copy = malloc(id.n + 1);
    if (!copy)
        return err_no_memory(err);
    memcpy(copy, id.p, id.n);
    copy[id.n] = '\0';
    w->users[w->user_count++] =
        (struct store_item){ .id = { copy, id.n }, .attributes = json_incref(attributes) };
    return ST_OK;
}

enum status migrate_writer_flush(struct migrate_writer *w, bool all, struct err *err)
{
    enum status st = ST_OK;

    if (w->entry_count > 0 && (all || !w->one_write))
        st = flush_entries(w, err);
    if (st == ST_OK && w->user_count > 0)
        st = flush_users(w, err);
    return st;
}
