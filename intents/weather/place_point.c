/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_point.c -- see the header.
 *
 * /points first, then what it leads to, in parallel: stations, forecast zone, county zone. A place
 * can be answered for without its zones' names and even without its stations, so a failure there
 * fails nothing; it only makes the place incomplete, and the next question asks again. */
#include "intents/weather/place_point.h"

#include "intents/weather/nws_internal.h"
#include "intents/weather/place_cache.h"
#include "intents/weather/place_entry.h"
#include "intents/weather/place_zone.h"
#include "intents/weather/point.h"
#include "server/base/clock.h"
#include "server/base/zone.h"

enum {
    DAY_S = 86400,
    LEAST_FRESH_S = 600, /* max-age counts down: what the CDN held for long comes nearly stale */
    STATIONS_NAMED = 4,  /* put into StationCache at once; further ones when they are needed */
};

/* ---- what a point leads to ---- */

enum purpose { FOR_STATIONS, FOR_FORECAST_ZONE, FOR_COUNTY_ZONE };
/* One document of the second step: where it goes when it has come. */
struct errand {
    enum purpose purpose;
    struct document_request want;
};
enum { ERRANDS_MAX = 3 };

static void add_errand(struct errand *errands, size_t *count, enum purpose purpose, struct str url)
{
    struct errand *e = &errands[*count];

    if (url.n == 0)
        return;
    e->purpose = purpose;
    e->want = (struct document_request){
        .url = url.p,
        .label = purpose == FOR_STATIONS ? "stations" : "zone",
        .decode = purpose == FOR_STATIONS ? point_decode_stations : point_decode_zone,
        .max_fresh_s = DAY_S,
    };
    (*count)++;
}

/* The name of a zone, or an errand to fetch it. */
static enum status want_zone(struct nws *n, const struct call *call, struct str id,
                             const char *found_url, enum purpose purpose, struct str *ret_name,
                             struct errand *errands, size_t *count)
{
    enum status st;

    if (id.n == 0)
        return ST_OK;
    st = place_cache_name_get(n, call, "ZoneCache", id, ret_name);
    if (st == ST_MISS) {
        add_errand(errands, count, purpose, nws_url(n, call->arena, str_of(found_url)));
        st = ST_OK;
    }
    return st;
}

static void take_stations(struct nws *n, const struct call *call,
                          const struct point_station_list *list, struct place *place)
{
    place->station_count = 0;
    for (size_t i = 0; i < list->count && i < PLACE_STATIONS_MAX; i++) {
        struct str id = str_of(list->at[i].id), known;

        place->stations[place->station_count++] = id;
        if (i < STATIONS_NAMED && list->at[i].name[0] &&
            place_cache_name_get(n, call, "StationCache", id, &known) == ST_MISS)
            place_cache_name_put(n, call, "StationCache", id, str_of(list->at[i].name));
    }
}

/* Use what an errand brought. False when the place is less than it could be. */
static bool take_errand(struct nws *n, const struct call *call, const struct errand *errand,
                        const struct document *document, struct place *place)
{
    struct str name;

    if (document->status != ST_OK) /* a zone that is gone or huge will not be better next time */
        return errand->purpose != FOR_STATIONS &&
               (document->status == ST_NOT_FOUND || document->status == ST_TOO_LARGE);
    if (errand->purpose == FOR_STATIONS) {
        take_stations(n, call, document->object->data, place);
        return place->station_count > 0;
    }
    name = str_of(((const struct point_zone *)document->object->data)->name);
    if (errand->purpose == FOR_FORECAST_ZONE)
        place->forecast_zone_name = name;
    else
        place->county_zone_name = name;
    if (name.n > 0)
        place_cache_name_put(n, call, "ZoneCache",
                             errand->purpose == FOR_FORECAST_ZONE ? place->forecast_zone_id
                                                                  : place->county_zone_id,
                             name);
    return true;
}

/* Stations and names of zones. Half of the time left must do: the weather is still to come. */
static enum status ask_further(struct nws *n, const struct call *call, const struct point *point,
                               struct place *place, bool *complete)
{
    struct errand errands[ERRANDS_MAX];
    struct document_request wants[ERRANDS_MAX];
    struct document documents[ERRANDS_MAX];
    struct call hurried = *call;
    size_t count = 0;
    enum status st;

    st = want_zone(n, call, place->forecast_zone_id, point->forecast_zone_url, FOR_FORECAST_ZONE,
                   &place->forecast_zone_name, errands, &count);
    if (st == ST_OK)
        st = want_zone(n, call, place->county_zone_id, point->county_zone_url, FOR_COUNTY_ZONE,
                       &place->county_zone_name, errands, &count);
    if (st != ST_OK)
        return st;
    add_errand(errands, &count, FOR_STATIONS, nws_url(n, call->arena, str_of(point->stations_url)));
    for (size_t i = 0; i < count; i++)
        wants[i] = errands[i].want;
    hurried.deadline -= clock_left_ms(call->deadline) / 2;
    if (count > 0 && nws_fetch(n, &hurried, wants, count, documents) == ST_WOULD_WAIT)
        return ST_WOULD_WAIT;
    for (size_t i = 0; i < count; i++)
        if (!take_errand(n, call, &errands[i], &documents[i], place))
            *complete = false;
    if (place->station_count == 0)
        *complete = false;
    return ST_OK;
}

/* ---- points ---- */

struct document_request place_point_request(const struct nws *n, const struct call *call,
                                            const struct place *place)
{
    char coords[PLACE_ENTRY_COORDS_MAX];
    struct str at = place_entry_coords(place->lat, place->lon, coords);

    return (struct document_request){
        .url = arena_printf(call->arena, "%s/points/%.*s", nws_base(n), STR_ARG(at)).p,
        .label = "point",
        .decode = point_decode,
        .min_fresh_s = LEAST_FRESH_S,
        .max_fresh_s = DAY_S,
    };
}

/* A zone on a foreign host is none. */
static struct str zone_id(const struct nws *n, const struct call *call, const char *found_url,
                          const char *id)
{
    return nws_url(n, call->arena, str_of(found_url)).n > 0 ? str_of(id) : STR_NONE;
}

static void take_point(struct nws *n, const struct call *call, const struct point *point,
                       struct place *place)
{
    struct str time_zone = str_of(point->time_zone);

    place->cwa = str_of(point->cwa);
    place->grid_url = nws_url(n, call->arena, str_of(point->grid_url));
    place->grid_point = place->grid_url.n > 0 ? str_of(point->grid_point) : STR_NONE;
    place->forecast_url = nws_url(n, call->arena, str_of(point->forecast_url));
    place->zone = time_zone.n > 0 ? zone_get(time_zone) : NULL;
    if (!place->zone)
        place->zone = place_zone_guess(place->state, place->lat, place->lon);
    place->forecast_zone_id = zone_id(n, call, point->forecast_zone_url, point->forecast_zone_id);
    place->county_zone_id = zone_id(n, call, point->county_zone_url, point->county_zone_id);
    place->forecast_zone_name = place->county_zone_name = STR_NONE;
    place->station_count = 0;
}

enum status place_point_fetch(struct nws *n, const struct call *call, struct place *place,
                              bool *ret_complete, struct err *err)
{
    struct document_request want = place_point_request(n, call, place);
    struct document document;
    bool complete = true;
    enum status st;

    if (!want.url)
        return err_set(err, ST_SYSTEM, "the turn's memory is used up");
    st = nws_fetch(n, call, &want, 1, &document);
    if (st == ST_WOULD_WAIT)
        return st;
    if (document.status == ST_NOT_FOUND)
        return err_reason(err, ST_NOT_FOUND, "place_outside", "NWS does not serve this place");
    if (document.status != ST_OK)
        return nws_document_error(&document, "the point", err);
    take_point(n, call, document.object->data, place);
    st = ask_further(n, call, document.object->data, place, &complete);
    if (st == ST_OK && arena_failed(call->arena))
        st = err_set(err, ST_SYSTEM, "the turn's memory is used up");
    if (st == ST_OK)
        *ret_complete = complete && !document.stale && place->grid_url.n > 0;
    return st;
}
