/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place.c -- resolves, refetches and renews places.
 *
 * The usual way is short: the gazetteer finds the town, and its entry is cached in memory. On a
 * miss, /points is fetched, and then, in parallel, what it refers to: stations, forecast zone,
 * county zone. A place is usable without the names of its zones and even without stations, so
 * failures there are tolerated; but such a place is not cached, and the next request completes it.
 * Nothing is written to the cache by a call that may not wait. */
#include "intents/weather/place.h"

#include <string.h>

#include "intents/weather/gazetteer.h"
#include "intents/weather/here.h"
#include "intents/weather/nws_internal.h"
#include "intents/weather/place_cache.h"
#include "intents/weather/place_entry.h"
#include "intents/weather/place_point.h"
#include "intents/weather/place_score.h"
#include "intents/weather/point.h"
#include "intents/weather/us_state.h"
#include "server/base/clock.h"

enum {
    RECENT_S = 60, /* a point that is younger is not fetched again when its grid is gone */
    STATION_FRESH_S = 86400,
    STATIONS_RENEWED = 4, /* as many as place_point.c caches the names of */
    SAME_TOWN_KM = 30,    /* a ZIP code farther than this from its town is saved as such */
    SAME_ENTRY_KM = 100,  /* an entry farther than this from the town belongs to another */
    HERE_BUDGET_MS = 1000 /* what a turn waits for HERE in all; it usually takes 0.2 s */
};

/* ---- resolving ---- */

/* Initializes a place from a query and, if it is not NULL, what a geocoder found for it. */
static enum status init_place(const struct gazetteer_query *query, const struct gazetteer_hit *hit,
                              const char *default_state, const struct call *call,
                              struct place *place, struct err *err)
{
    const char *state = hit ? hit->state : query->state[0] ? query->state : default_state;

    *place = (struct place){ .city = hit ? hit->city : query->city };
    memcpy(place->zip, query->zip, sizeof place->zip);
    memcpy(place->state, state, strnlen(state, 2));
    place->state_name = str_of(us_state_name(place->state));
    place->state_guessed = !query->zip[0] && !query->state[0];
    if (hit) {
        place->near = hit->near;
        place->landmark = hit->kind == GAZETTEER_LANDMARK;
        place->lat = hit->lat;
        place->lon = hit->lon;
    }
    if (place->zip[0])
        place->key = arena_str(call->arena, str_of(query->zip));
    else
        place->key = place_cache_key(call->arena, place->city, place->state);
    return arena_failed(call->arena) ? err_no_memory(err) : ST_OK;
}

static enum status place_unknown(const struct gazetteer_query *query, struct err *err)
{
    if (query->zip[0])
        return err_reason(err, ST_NOT_FOUND, "zip_unknown", "no such ZIP code");
    return err_reason(err, ST_NOT_FOUND, "place_unknown", "no such place");
}

static enum status place_abroad(struct err *err)
{
    return err_reason(err, ST_NOT_FOUND, "place_outside", "a place outside the United States");
}

/* HERE, within its budget. When too many turns wait for it, the next geocoder is asked rather than
 * the turn run again. */
static enum status geocode_by_here(struct nws *n, const struct gazetteer_query *query,
                                   const char *home_state, bool is_last, const struct call *call,
                                   struct gazetteer_hit *ret_hit, struct err *err)
{
    struct call limited = *call;
    bool last_try = call->pass && call->pass->last_try;
    int64_t latest = clock_mono_ms() + HERE_BUDGET_MS;
    enum status st;

    if (deadline_may_wait(call->deadline) && call->deadline > latest)
        limited.deadline = latest;
    if (call->pass)
        call->pass->last_try = last_try || !is_last;
    st = here_find(n, query, home_state, &limited, ret_hit, err);
    if (call->pass)
        call->pass->last_try = last_try;
    return st;
}

/* Queries the geocoders in order. An error is returned only when none of them finds the place. */
static enum status geocode(struct nws *n, const struct gazetteer_query *query,
                           const struct gazetteer_home *home, const struct call *call,
                           struct gazetteer_hit *ret_hit, struct err *err)
{
    struct err fault = ERR_NONE;
    enum status st = ST_MISS;

    for (const char *const *name = nws_settings(n)->geocoders; *name; name++) {
        if (strcmp(*name, "gazetteer") == 0)
            st = gazetteer_best(query, home, ret_hit) ? ST_OK : ST_MISS;
        else
            st = geocode_by_here(n, query, home->state, !name[1], call, ret_hit, &fault);
        if (st == ST_OK || st == ST_WOULD_WAIT)
            return st;
    }
    if (fault.status != ST_OK)
        return err_reason(err, fault.status, fault.reason, "%s", fault.text);
    return place_unknown(query, err);
}

/* Fills a place from its entry in LocationCache. A place that was located keeps its own names. */
static enum status get_cached(struct nws *n, const struct call *call, bool located,
                              struct place *place)
{
    struct place cached = *place;
    enum status st = place_cache_get(n, call, &cached);

    if (st != ST_OK)
        return st;
    if (located) {
        if (place_score_distance_km(cached.lat, cached.lon, place->lat, place->lon) > SAME_ENTRY_KM)
            return ST_MISS; /* older releases stored entries under wrong keys */
        cached.city = place->city;
        memcpy(cached.state, place->state, sizeof cached.state);
        cached.state_name = place->state_name;
        cached.near = place->near;
        cached.landmark = place->landmark;
    }
    *place = cached;
    return ST_OK;
}

/* When the gazetteer is the first geocoder, it names the place without a request, so that "philly"
 * and "philadelphia" share an entry. Otherwise the words themselves are the key. */
enum status place_resolve(struct nws *n, const struct gazetteer_query *query,
                          const struct gazetteer_home *home, const struct call *call,
                          struct place *ret_place, struct err *err)
{
    static const struct gazetteer_home unknown;
    struct gazetteer_hit hit;
    struct place place;
    bool complete;
    bool located = strcmp(nws_settings(n)->geocoders[0], "gazetteer") == 0 &&
                   gazetteer_best(query, home, &hit);
    enum status st;

    if (!home)
        home = &unknown;
    if (gazetteer_is_abroad(query, home))
        return place_abroad(err);
    st = init_place(query, located ? &hit : NULL, home->state, call, &place, err);
    if (st != ST_OK)
        return st;
    st = get_cached(n, call, located, &place);
    if (st == ST_MISS && !located) {
        st = geocode(n, query, home, call, &hit, err);
        if (st != ST_OK)
            return st;
        st = init_place(query, &hit, home->state, call, &place, err);
        if (st != ST_OK)
            return st;
        st = get_cached(n, call, true, &place);
    }
    if (st == ST_MISS) {
        st = place_point_fetch(n, call, &place, &complete, err);
        if (st == ST_OK && complete)
            place_cache_put_take(n, call, "LocationCache", place.key, place_entry_make(n, &place));
    }
    if (st == ST_OK && arena_failed(call->arena))
        st = err_no_memory(err);
    if (st == ST_OK)
        *ret_place = place;
    return st;
}

enum status place_refetch_grid(struct nws *n, const struct call *call, struct place *place,
                               struct err *err)
{
    struct place fresh = *place;
    struct document_request request = place_point_request(n, call, place);
    struct document known;
    bool complete, recent;
    enum status st;

    if (!deadline_may_wait(call->deadline))
        return ST_WOULD_WAIT;
    if (!request.url)
        return err_no_memory(err);
    documents_get(nws_documents(n), &request, 1, NO_WAIT, &known);
    recent = known.status == ST_OK && known.age_s < RECENT_S;
    documents_release(&known, 1);
    if (!recent)
        documents_forget(nws_documents(n), request.url, call->deadline);
    st = place_point_fetch(n, call, &fresh, &complete, err);
    if (st != ST_OK)
        return st;
    if (str_eq(fresh.grid_url, place->grid_url))
        return err_reason(err, ST_NOT_FOUND, "grid_gone", "the grid that NWS names does not exist");
    if (complete)
        place_cache_put_take(n, call, "LocationCache", fresh.key, place_entry_make(n, &fresh));
    else
        place_cache_remove(n, call, "LocationCache", fresh.key);
    *place = fresh;
    return ST_OK;
}

/* A cached name is never fetched again, so drop the names that are to be renewed. */
static void forget_names(struct nws *n, const struct call *call, const struct place *place)
{
    place_cache_remove(n, call, "ZoneCache", place->forecast_zone_id);
    place_cache_remove(n, call, "ZoneCache", place->county_zone_id);
    for (size_t i = 0; i < place->station_count && i < STATIONS_RENEWED; i++)
        place_cache_remove(n, call, "StationCache", place->stations[i]);
}

enum status place_renew(struct nws *n, const struct call *call, struct place *place,
                        struct err *err)
{
    struct place fresh = *place;
    struct document_request request = place_point_request(n, call, place);
    struct document point;
    bool complete = false;
    enum status st;

    if (!deadline_may_wait(call->deadline))
        return ST_WOULD_WAIT;
    if (!request.url)
        return err_no_memory(err);
    documents_get(nws_documents(n), &request, 1, call->deadline, &point);
    if (point.status == ST_OK && !point.stale)
        forget_names(n, call, place);
    documents_release(&point, 1);
    st = place_point_fetch(n, call, &fresh, &complete, err);
    if (st != ST_OK)
        return st;
    if (!complete)
        return err_reason(err, ST_UNAVAILABLE, "weather_unavailable",
                          "NWS did not give everything about the place");
    place_cache_put_take(n, call, "LocationCache", fresh.key, place_entry_make(n, &fresh));
    *place = fresh;
    return ST_OK;
}

/* ---- stations and settings ---- */

struct str place_station_name(struct nws *n, struct str station_id, const struct call *call)
{
    struct document_request request = { .label = "station", .decode = point_decode_stations };
    struct call half = *call;
    struct document document;
    const struct point_station_list *list;
    struct str name;
    enum status st;

    if (!point_id_valid(station_id))
        return station_id;
    st = place_cache_name_get(n, call, "StationCache", station_id, &name);
    if (st == ST_WOULD_WAIT)
        return STR_NONE;
    if (st == ST_OK && name.n > 0)
        return name;
    request.url = arena_printf(call->arena, "%s/stations/%.*s", nws_base(n), STR_ARG(station_id)).p;
    request.max_fresh_s = STATION_FRESH_S;
    half.deadline -= clock_left_ms(call->deadline) / 2;
    if (!request.url)
        return station_id;
    if (nws_fetch(n, &half, &request, 1, &document) == ST_WOULD_WAIT)
        return STR_NONE;
    if (document.status != ST_OK)
        return station_id;
    list = document.object->data;
    if (list->count == 0 || !list->at[0].name[0])
        return station_id;
    name = str_of(list->at[0].name);
    place_cache_name_put(n, call, "StationCache", station_id, name);
    return name;
}

/* Do the words resolve to a place near this one? */
static bool words_resolve_to(struct arena *arena, struct str words, const struct place *place)
{
    struct gazetteer_query query;
    struct gazetteer_hit hit;

    return place_words_parse(arena, words, STR_NONE, &query, NULL) == ST_OK &&
           gazetteer_best(&query, NULL, &hit) &&
           place_score_distance_km(hit.lat, hit.lon, place->lat, place->lon) < SAME_TOWN_KM;
}

struct str place_setting(struct arena *arena, const struct place *place)
{
    struct str words =
        arena_printf(arena, "%.*s %.*s", STR_ARG(place->city), STR_ARG(place->state_name));

    if (!place->near && words_resolve_to(arena, words, place))
        return words;
    if (place->zip[0])
        return arena_str(arena, str_of(place->zip));
    return arena_printf(arena, "%.*s, %.*s", STR_ARG(place->city), STR_ARG(place->state_name));
}

void place_home(struct arena *arena, struct str setting, struct gazetteer_home *ret_home)
{
    struct gazetteer_query query;
    struct gazetteer_hit hit;

    *ret_home = (struct gazetteer_home){ .located = false };
    if (place_words_parse(arena, setting, STR_NONE, &query, NULL) == ST_OK) {
        ret_home->located = gazetteer_best(&query, NULL, &hit);
        if (ret_home->located) {
            memcpy(ret_home->state, hit.state, sizeof hit.state);
            ret_home->lat = hit.lat;
            ret_home->lon = hit.lon;
        } else if (!query.zip[0]) {
            memcpy(ret_home->state, query.state, sizeof query.state);
        }
    }
}
