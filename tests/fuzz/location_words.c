/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/location_words.c -- any bytes in the location and zipcode slots: a valid query, or an
 * error with a reason.
 *
 * Input: the location slot, a line feed, the zipcode slot. */
#include <stdlib.h>
#include <string.h>

#include "intents/weather/place_cache.h"
#include "intents/weather/place_words.h"
#include "intents/weather/us_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

static bool is_zip(const char *zip)
{
    return strlen(zip) == 5 && strspn(zip, "0123456789") == 5;
}

static void check_query(struct arena *arena, const struct gazetteer_query *query)
{
    static const struct gazetteer_home home = { "CO", true, 40.0, -105.3 };
    struct gazetteer_hit hit;

    must(query->city.n > 0 || is_zip(query->zip));
    must(query->zip[0] == '\0' || is_zip(query->zip));
    must(query->state[0] == '\0' || us_state_name(query->state));
    must(query->city.n <= PLACE_WORDS_MAX && str_is_utf8(query->city));
    (void)gazetteer_is_abroad(query, &home);
    if (gazetteer_best(query, &home, &hit)) {
        must(hit.city.n > 0 && us_state_name(hit.state));
        must(place_cache_key(arena, hit.city, hit.state).n > 0);
    }
    place_cache_key(arena, query->city, query->state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_create(1 << 16);
    struct str zipcode = { (const char *)data, size }, location = STR_NONE;
    struct gazetteer_query query;
    struct err err = ERR_NONE;

    str_split(&zipcode, '\n', &location);
    enum status st = place_words_parse(arena, location, zipcode, &query, &err);
    if (st == ST_OK)
        check_query(arena, &query);
    else if (st == ST_INVALID)
        must(err.reason[0] != '\0' && query.city.n == 0 && query.zip[0] == '\0');
    else
        must(st == ST_MISS);
    arena_free(arena);
    return 0;
}
