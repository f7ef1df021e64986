/* SPDX-License-Identifier: Apache-2.0 */
/* server/warm.c -- warms one place, and reads lists of places.
 *
 * When an entry expires is read from the store, the only tier that all instances share: the second
 * instance to come along finds that the first has refreshed the entry. */
#include "server/warm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intents/weather/place.h"
#include "intents/weather/place_words.h"
#include "server/base/arena.h"
#include "server/base/clock.h"

enum {
    ARENA_MAX = 4 * 1024 * 1024,
    DAY_S = 86400,
    REFRESH_AHEAD_MAX_S = 3 * DAY_S, /* an entry is refreshed this long before it expires, */
    REFRESH_AHEAD_PART = 7,          /* or a seventh of its lifetime, if that is less */
    STATION_NAMES = 2,               /* stations of a place whose names are cached, too */
};

const char *const warm_outcome_names[WARM_OUTCOMES] = { "fresh", "renewed", "unknown", "failed" };

static int64_t ttl_s(const struct warm_settings *s)
{
    return config_int(s->config, CONFIG_CACHE_TTL_DAYS) * DAY_S;
}

static int64_t refresh_ahead_s(const struct warm_settings *s)
{
    int64_t part = ttl_s(s) / REFRESH_AHEAD_PART;

    return part < REFRESH_AHEAD_MAX_S ? part : REFRESH_AHEAD_MAX_S;
}

static enum warm_outcome outcome_of(enum status st)
{
    return st == ST_OK                              ? WARM_FRESH
           : st == ST_NOT_FOUND || st == ST_INVALID ? WARM_UNKNOWN
                                                    : WARM_FAILED;
}

/* A place that has been resolved, and so has an entry: refresh it if it expires soon. */
static enum warm_outcome refresh_entry(const struct warm_settings *s, const struct call *call,
                                       struct place *place, int64_t *ret_again_at, struct err *err)
{
    struct entry_name name = { "LocationCache", place->key };
    int64_t now = clock_wall_s(), expires = 0;
    json_t *entry = NULL;
    enum status st;

    (void)shared_flush(s->shared, call->deadline); /* entries are written in the background */
    st = store_get_entry(s->store, name, now, call->deadline, &entry, &expires, err);

    json_decref(entry);
    if (st != ST_OK && st != ST_MISS)
        return WARM_FAILED;
    if (st == ST_OK && (expires == 0 || expires - now > refresh_ahead_s(s))) {
        *ret_again_at = expires == 0 ? now + DAY_S : expires - refresh_ahead_s(s);
        return WARM_FRESH;
    }
    st = place_renew(s->nws, call, place, err);
    if (st != ST_OK)
        return outcome_of(st);
    *ret_again_at = ttl_s(s) == 0 ? now + DAY_S : now + ttl_s(s) - refresh_ahead_s(s);
    return WARM_RENEWED;
}

enum warm_outcome warm_place(const struct warm_settings *s, struct str text, int64_t deadline,
                             int64_t *ret_again_at, struct err *err)
{
    struct call call = { .arena = arena_create(ARENA_MAX),
                         .deadline = deadline,
                         .now = config_weather_now(s->config) };
    struct gazetteer_query query;
    struct place place;
    enum warm_outcome outcome;
    enum status st;

    *ret_again_at = 0;
    if (!call.arena) {
        err_no_memory(err);
        return WARM_FAILED;
    }
    st = place_words_parse(call.arena, text, STR_NONE, &query, err);
    if (st == ST_MISS)
        st = err_set(err, ST_INVALID, "names no place");
    if (st == ST_OK)
        st = place_resolve(s->nws, &query, NULL, &call, &place, err);
    if (st == ST_OK)
        outcome = refresh_entry(s, &call, &place, ret_again_at, err);
    else
        outcome = outcome_of(st);
    for (size_t i = 0; st == ST_OK && i < place.station_count && i < STATION_NAMES; i++)
        (void)place_station_name(s->nws, place.stations[i], &call);
    arena_free(call.arena);
    return outcome;
}

/* ---- lists ---- */

void warm_list_free(struct warm_list *l)
{
    free(l->places);
    *l = (struct warm_list){ .places = NULL };
}

static bool list_has(const struct warm_list *l, struct str place)
{
    for (size_t i = 0; i < l->count; i++)
        if (str_ieqz(place, l->places[i]))
            return true;
    return false;
}

enum status warm_list_add(struct warm_list *l, struct str place, struct err *err)
{
    place = str_trim(place);
    if (place.n == 0 || list_has(l, place))
        return ST_OK;
    if (place.n > WARM_PLACE_BYTES_MAX)
        return err_set(err, ST_INVALID, "a place has more than %d bytes", WARM_PLACE_BYTES_MAX);
    if (l->count == WARM_PLACES_MAX + WARM_POPULAR_MAX)
        return err_set(err, ST_INVALID, "more than %d places", WARM_PLACES_MAX);
    if (l->count % 64 == 0) {
        void *more = realloc(l->places, (l->count + 64) * sizeof *l->places);
        if (!more)
            return err_no_memory(err);
        l->places = more;
    }
    (void)snprintf(l->places[l->count++], sizeof *l->places, "%.*s", STR_ARG(place));
    return ST_OK;
}

/* Stops at the first error. */
static enum status read_lines(struct warm_list *l, FILE *f, const char *path, struct err *err)
{
    char line[WARM_PLACE_BYTES_MAX + 100];
    enum status st = ST_OK;

    for (int number = 1; st == ST_OK && fgets(line, sizeof line, f); number++) {
        struct str place = { line, strcspn(line, "#\r\n") };
        if (strlen(line) + 1 == sizeof line)
            st = err_set(err, ST_INVALID, "the line is too long");
        else
            st = warm_list_add(l, place, err);
        if (st != ST_OK)
            err_context(err, "%s:%d", path, number);
    }
    if (st == ST_OK && ferror(f))
        st = err_set(err, ST_INVALID, "cannot read %s: %s", path, strerror(errno));
    return st;
}

enum status warm_list_read(struct warm_list *l, const char *path, struct err *err)
{
    size_t before = l->count;
    FILE *f = fopen(path, "re");
    enum status st;

    if (!f)
        return err_set(err, ST_INVALID, "cache.warm_file: cannot read %s: %s", path,
                       strerror(errno));
    st = read_lines(l, f, path, err);
    (void)fclose(f);
    if (st != ST_OK)
        l->count = before;
    return st;
}

/* The names are place keys, with underscores for spaces. */
enum status warm_list_add_popular(struct warm_list *l, const struct topk_name *names, size_t count,
                                  struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < count && i < WARM_POPULAR_MAX && st == ST_OK; i++) {
        char place[TOPK_NAME_MAX + 1];
        (void)snprintf(place, sizeof place, "%s", names[i].name);
        for (char *p = place; *p; p++)
            if (*p == '_')
                *p = ' ';
        st = warm_list_add(l, str_of(place), err);
    }
    return st;
}
