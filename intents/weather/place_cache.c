/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_cache.c -- reads and writes the shared cache entries of places.
 *
 * An entry in memory is read once; the place that it describes is kept along with it. */
#include "intents/weather/place_cache.h"

#include <stdlib.h>

#include "cache/shared.h"
#include "intents/weather/nws_internal.h"
#include "intents/weather/place_entry.h"
#include "intents/weather/place_name.h"
#include "intents/weather/us_state.h"
#include "server/base/json.h"
#include "server/base/memo.h"

enum {
    NAME_MAX_BYTES = 128,
    READ_BYTES_MAX = 1024, /* of what is read from an entry: its URLs */
};

static void release_entry(void *entry)
{
    object_release(entry);
}

/* An entry; the arena holds it. */
static enum status get_entry(struct nws *n, const struct call *call, const char *cache,
                             struct str key, struct object **ret_entry)
{
    struct err fault = ERR_NONE;
    struct object *entry = NULL;
    enum status st;

    st = shared_acquire(nws_shared(n), (struct entry_name){ cache, key }, call->deadline, &entry,
                        &fault);
    if (fault.status != ST_OK)
        nws_report(n, &fault);
    if (st == ST_WOULD_WAIT)
        return ST_WOULD_WAIT;
    if (st != ST_OK || !arena_on_free(call->arena, release_entry, entry))
        return ST_MISS;
    *ret_entry = entry;
    return ST_OK;
}

/* ---- places ---- */

/* What an entry says, read once. */
struct place_read {
    struct place place;
    struct arena *arena; /* of what is not in the entry itself */
};

static void free_place_read(void *data)
{
    struct place_read *read = data;

    arena_free(read->arena);
    free(read);
}

/* Borrowed from the entry. NULL when it cannot be read, or not now. */
static const struct place_read *read_once(struct nws *n, struct object *entry)
{
    struct object *made = object_made(entry);
    struct place_read *read;

    if (made)
        return made->data;
    read = calloc(1, sizeof *read);
    if (!read)
        return NULL;
    read->arena = arena_create(READ_BYTES_MAX);
    if (!read->arena || !place_entry_read(n, entry->data, read->arena, &read->place) ||
        arena_failed(read->arena)) {
        free_place_read(read);
        return NULL;
    }
    made = object_create(read, sizeof *read + READ_BYTES_MAX, free_place_read);
    return made ? object_keep_made(entry, made)->data : NULL;
}

enum status place_cache_get(struct nws *n, const struct call *call, struct place *place)
{
    struct object *entry;
    const struct place_read *read;
    enum status st;

    if (place->key.n == 0)
        return ST_MISS;
    st = get_entry(n, call, "LocationCache", place->key, &entry);
    if (st != ST_OK)
        return st;
    read = read_once(n, entry);
    if (!read)
        return place_entry_read(n, entry->data, call->arena, place) ? ST_OK : ST_MISS;
    place_entry_take(place, &read->place);
    return ST_OK;
}

/* ---- entries ---- */

void place_cache_put_take(struct nws *n, const struct call *call, const char *cache, struct str key,
                          json_t *entry)
{
    struct err fault = ERR_NONE;

    if (entry && deadline_may_wait(call->deadline) && key.n > 0 &&
        shared_put(nws_shared(n), (struct entry_name){ cache, key }, entry, call->deadline,
                   &fault) != ST_OK)
        nws_report(n, &fault);
    json_decref(entry);
}

void place_cache_remove(struct nws *n, const struct call *call, const char *cache, struct str key)
{
    struct err fault = ERR_NONE;

    if (deadline_may_wait(call->deadline) && key.n > 0 &&
        shared_remove(nws_shared(n), (struct entry_name){ cache, key }, call->deadline, &fault) !=
            ST_OK)
        nws_report(n, &fault);
}

void place_cache_name_put(struct nws *n, const struct call *call, const char *cache, struct str id,
                          struct str name)
{
    place_cache_put_take(
        n, call, cache, id,
        json_pack("{s:s%, s:s%}", "id", id.p, id.n, "name", name.p ? name.p : "", name.n));
}

enum status place_cache_name_get(struct nws *n, const struct call *call, const char *cache,
                                 struct str id, struct str *ret_name)
{
    struct object *entry;
    struct str name;
    enum status st = get_entry(n, call, cache, id, &entry);

    if (st != ST_OK)
        return st;
    name = json_str(entry->data, "name");
    if (!name.p || name.n >= NAME_MAX_BYTES)
        return ST_MISS;
    *ret_name = name;
    return ST_OK;
}

static struct str make_key(struct arena *arena, struct str city, const char *state)
{
    char key[2 * PLACE_NAME_MAX + 2];
    const char *name = us_state_name(state);
    size_t n = place_name_fold(city, key);

    if (n == 0)
        return STR_NONE;
    if (name) {
        key[n++] = '_';
        n += place_name_fold(str_of(name), key + n);
    }
    for (size_t i = 0; i < n; i++)
        if (key[i] == ' ')
            key[i] = '_';
    return arena_str(arena, (struct str){ key, n });
}

struct str place_cache_key(struct arena *arena, struct str city, const char *state)
{
    static _Thread_local struct memo memo;
    const struct str parts[] = { str_of(state), STR("\n"), city };
    struct str words = arena_join(arena, parts, 3), key;

    if (memo_find(&memo, words, &key))
        return arena_str(arena, key);
    key = make_key(arena, city, state);
    if (key.n > 0)
        memo_put(&memo, words, key);
    return key;
}
