/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/fix_keys.c -- derives lookup keys by the skill's own rules.
 *
 * A key that the skill would look up stays, whatever the entry says, because the skill itself
 * checks the entry's distance. For any other key the entry's city and state come first, since they
 * are what was looked up, then the words of the key. */
#include "server/tool/fix_keys.h"

#include <string.h>

#include "intents/weather/gazetteer.h"
#include "intents/weather/place_cache.h"
#include "intents/weather/place_words.h"
#include "intents/weather/point.h"
#include "intents/weather/us_state.h"
#include "server/base/json.h"

/* The key of a city, under its name in the gazetteer if it has one. */
static struct str city_key(struct arena *arena, struct str city, const char *state)
{
    struct gazetteer_query query = { .city = city };
    struct gazetteer_hit hit;

    (void)strncpy(query.state, state, sizeof query.state - 1);
    if (gazetteer_best(&query, NULL, &hit))
        return place_cache_key(arena, hit.city, hit.state);
    return place_cache_key(arena, city, state);
}

/* The key that the words of `key` stand for, or STR_NONE. *ret_whole: they name a state or ZIP
 * code. */
static struct str key_by_words(struct arena *arena, struct str key, bool *ret_whole)
{
    char words[PLACE_WORDS_MAX + 1];
    struct gazetteer_query query;

    if (key.n > PLACE_WORDS_MAX)
        return STR_NONE;
    for (size_t i = 0; i < key.n; i++)
        words[i] = key.p[i] == '_' ? ' ' : key.p[i];
    if (place_words_parse(arena, (struct str){ words, key.n }, STR_NONE, &query, NULL) != ST_OK)
        return STR_NONE;
    *ret_whole = query.zip[0] || query.state[0];
    if (query.zip[0])
        return arena_str(arena, str_of(query.zip));
    return query.state[0] ? city_key(arena, query.city, query.state)
                          : place_cache_key(arena, query.city, "");
}

/* The key from the entry's own city and state, or STR_NONE. */
static struct str key_by_entry(struct arena *arena, const json_t *entry)
{
    struct str city = str_trim(json_str(entry, "city")), text = json_str(entry, "state");
    const char *state = text.n == 2 && us_state_name(text.p) ? text.p : us_state_find(text);

    if (city.n == 0 || city.n > PLACE_WORDS_MAX || text.n == 0 || !state)
        return STR_NONE;
    char code[3] = { (char)(state[0] & ~0x20), (char)(state[1] & ~0x20), '\0' };
    return city_key(arena, city, code);
}

static struct str fix_place_key(struct arena *arena, struct str key, const json_t *entry)
{
    bool whole = false;
    struct str by_words = key_by_words(arena, key, &whole), by_entry;

    if (whole && (str_eq(by_words, key) || (by_words.n == 5 && by_words.p[0] <= '9')))
        return by_words;
    by_entry = key_by_entry(arena, entry);
    return by_entry.n > 0 ? by_entry : by_words;
}

/* The last segment of a URL, in uppercase. */
static struct str id_from_url(struct arena *arena, struct str text)
{
    struct str id = str_trim(text);
    char *out;

    while (str_ends(id, STR("/")))
        id.n--;
    for (size_t slash; (slash = str_index(id, '/')) < id.n;)
        id = str_sub(id, slash + 1, id.n);
    out = point_id_valid(id) ? arena_strz(arena, id) : NULL;
    for (char *p = out; p && *p; p++)
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    return str_of(out);
}

static struct str fix_id_key(struct arena *arena, struct str key, const json_t *entry)
{
    struct str id = id_from_url(arena, key);

    return id.n > 0 ? id : id_from_url(arena, json_str(entry, "id"));
}

struct str fix_keys_lookup_key(struct arena *arena, const char *cache, struct str key,
                               const json_t *entry)
{
    struct str right = STR_NONE;

    if (strcmp(cache, "LocationCache") == 0)
        right = fix_place_key(arena, key, entry);
    else if (strcmp(cache, "StationCache") == 0 || strcmp(cache, "ZoneCache") == 0)
        right = fix_id_key(arena, key, entry);
    return right.n > 0 && !str_eq(right, key) ? right : key;
}
