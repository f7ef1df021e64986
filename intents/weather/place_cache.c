/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_cache.c -- reads and writes the shared cache entries of places. */
#include "intents/weather/place_cache.h"

#include "cache/shared.h"
#include "intents/weather/nws_internal.h"
#include "intents/weather/place_name.h"
#include "intents/weather/us_state.h"
#include "server/base/json.h"

enum { NAME_MAX_BYTES = 128 };

static void release_entry(void *entry)
{
    object_release(entry);
}

enum status place_cache_get(struct nws *n, const struct call *call, const char *cache,
                            struct str key, const json_t **ret_entry)
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
    *ret_entry = entry->data;
    return ST_OK;
}

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
    const json_t *entry;
    struct str name;
    enum status st = place_cache_get(n, call, cache, id, &entry);

    if (st != ST_OK)
        return st;
    name = json_str(entry, "name");
    if (!name.p || name.n >= NAME_MAX_BYTES)
        return ST_MISS;
    *ret_name = name;
    return ST_OK;
}

struct str place_cache_key(struct arena *arena, struct str city, const char *state)
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
