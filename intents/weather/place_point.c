/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_point.c -- fetches /points, then what it refers to, in parallel.
 *
 * Those are the stations, the forecast zone and the county zone. A place is usable without the
 * names of its zones and even without stations, so failures there are tolerated: they only make the
 * place incomplete, and the next request fetches it again. */
#include "intents/weather/place_point.h"

#include <string.h>

#include "intents/weather/foresight.h"
#include "intents/weather/nws_internal.h"
#include "intents/weather/place_cache.h"
#include "intents/weather/place_entry.h"
#include "intents/weather/place_zone.h"
#include "intents/weather/point.h"
#include "server/base/clock.h"
#include "server/base/zone.h"

enum {
    DAY_S = 86400,
    DETAILS_MS = 1000,  /* how much longer they are waited for than what the turn will ask for */
    GUESSED_MS = 300,   /* and what is only guessed */
    FRESH_S_MIN = 600,  /* the CDN may send a document whose max-age has nearly run out */
    STATIONS_NAMED = 4, /* names cached right away; those of further stations when needed */
};

/* ---- stations and zones ---- */

enum purpose { FOR_STATIONS, FOR_FORECAST_ZONE, FOR_COUNTY_ZONE };
/* One document of the second step, and what it is for. */
struct subrequest {
    enum purpose purpose;
    struct document_request request;
};
enum { SUBREQUESTS_MAX = 3 };

static void add_subrequest(struct subrequest *subrequests, size_t *count, enum purpose purpose,
                           struct str url)
{
    struct subrequest *s = &subrequests[*count];

    if (url.n == 0)
        return;
    s->purpose = purpose;
    s->request = (struct document_request){
        .url = url.p,
        .label = purpose == FOR_STATIONS ? "stations" : "zone",
        .decode = purpose == FOR_STATIONS ? point_decode_stations : point_decode_zone,
        .max_fresh_s = DAY_S,
    };
    (*count)++;
}

/* Gets the name of a zone from the cache, or adds a subrequest for it. */
static enum status get_zone_name(struct nws *n, const struct call *call, struct str id,
                                 const char *found_url, enum purpose purpose, struct str *ret_name,
                                 struct subrequest *subrequests, size_t *count)
{
    enum status st;

    if (id.n == 0)
        return ST_OK;
    st = place_cache_name_get(n, call, "ZoneCache", id, ret_name);
    if (st == ST_MISS) {
        add_subrequest(subrequests, count, purpose, nws_url(n, call->arena, str_of(found_url)));
        st = ST_OK;
    }
    return st;
}

static void set_stations(struct nws *n, const struct call *call,
                         const struct point_station_list *list, struct place *place)
{
    place->station_count = 0;
    place->stations_unread = list->unread;
    for (size_t i = 0; i < list->count && i < PLACE_STATIONS_MAX; i++) {
        struct str id = str_of(list->at[i].id), known;

        place->stations[place->station_count++] = id;
        if (i < STATIONS_NAMED && list->at[i].name[0] &&
            place_cache_name_get(n, call, "StationCache", id, &known) == ST_MISS)
            place_cache_name_put(n, call, "StationCache", id, str_of(list->at[i].name));
    }
}

/* NULL when the arena has failed, and with it the turn. */
static const struct err *stations_fault(const struct call *call, const struct document *document)
{
    struct err *fault = arena_alloc(call->arena, sizeof *fault);

    if (fault)
        (void)nws_document_error(document, "the stations", fault);
    if (fault && fault->status == ST_NOT_FOUND) /* that the list is gone does not mean none */
        fault->status = ST_UNAVAILABLE;
    return fault;
}

/* Fills in the result of a subrequest. False when the place stays incomplete. */
static bool use_result(struct nws *n, const struct call *call, const struct subrequest *subrequest,
                       const struct document *document, struct place *place)
{
    struct str name;

    if (document->status != ST_OK && subrequest->purpose == FOR_STATIONS)
        place->stations_fault = stations_fault(call, document);
    if (document->status != ST_OK) /* no use in retrying a zone that is gone or too large */
        return subrequest->purpose != FOR_STATIONS &&
               (document->status == ST_NOT_FOUND || document->status == ST_TOO_LARGE);
    if (subrequest->purpose == FOR_STATIONS) {
        set_stations(n, call, document->object->data, place);
        return place->station_count > 0;
    }
    name = str_of(((const struct point_zone *)document->object->data)->name);
    if (subrequest->purpose == FOR_FORECAST_ZONE)
        place->forecast_zone_name = name;
    else
        place->county_zone_name = name;
    if (name.n > 0)
        place_cache_name_put(n, call, "ZoneCache",
                             subrequest->purpose == FOR_FORECAST_ZONE ? place->forecast_zone_id
                                                                      : place->county_zone_id,
                             name);
    return true;
}

/* The documents of the second step: what the turn will ask for, or is guessed to, then the details,
 * the stations last. */
struct second_step {
    struct document_request requests[FORESIGHT_MAX + SUBREQUESTS_MAX];
    struct document documents[FORESIGHT_MAX + SUBREQUESTS_MAX];
    size_t foreseen, ahead, count; /* `ahead`: of the details, with those that are only guessed */
    int64_t deadline, half;        /* of the turn; when half of the time that was left is over */
    bool in_background;            /* nobody waits for it: the details are what it is for */
    int64_t came_ms;               /* when the last of what is needed came; 0: not yet */
};

static void foresee(struct nws *n, const struct call *call, const struct place *place,
                    struct second_step *s)
{
    const struct foresight *f = call->foresight;
    foresight_fn *requests = f ? f->choose(f->data) : NULL;
    foresight_fn *guessed = f && !requests ? f->guess(f->data) : NULL;

    s->in_background = !f;
    s->foreseen = requests ? requests(n, call, place, s->requests) : 0;
    s->ahead = guessed ? guessed(n, call, place, s->requests) : s->foreseen;
    s->count = s->ahead;
}

/* Is what the turn cannot do without still missing? */
static bool lacks_the_needed(const struct second_step *s, const struct document *documents)
{
    for (size_t i = 0; i < s->foreseen; i++)
        if (documents[i].status == ST_WOULD_WAIT)
            return true;
    return s->foreseen == 0 && documents[s->count - 1].status == ST_WOULD_WAIT;
}

static bool lacks_details(const struct second_step *s, const struct document *documents)
{
    for (size_t i = s->ahead; i < s->count; i++)
        if (documents[i].status == ST_WOULD_WAIT)
            return true;
    return false;
}

/* The turn needs what it foresees, else the stations, which leave half of the time for their
 * reports. When that has come, the rest gets a moment more. */
static int64_t second_step_until(void *data, const struct document *documents)
{
    struct second_step *s = data;
    int64_t enough;

    if (s->in_background)
        return s->half;
    if (lacks_the_needed(s, documents))
        return s->foreseen > 0 ? s->deadline : s->half;
    if (s->came_ms == 0)
        s->came_ms = clock_mono_ms();
    enough = s->came_ms + (lacks_details(s, documents) ? DETAILS_MS : GUESSED_MS);
    return enough < s->half ? enough : s->half;
}

/* Fetches stations and zone names, and what is foreseen. */
static enum status fetch_details(struct nws *n, const struct call *call, const struct point *point,
                                 struct place *place, bool *complete)
{
    struct subrequest subrequests[SUBREQUESTS_MAX];
    struct second_step s = { .deadline = call->deadline };
    size_t count = 0;
    enum status st;

    st = get_zone_name(n, call, place->forecast_zone_id, point->forecast_zone_url,
                       FOR_FORECAST_ZONE, &place->forecast_zone_name, subrequests, &count);
    if (st == ST_OK)
        st = get_zone_name(n, call, place->county_zone_id, point->county_zone_url, FOR_COUNTY_ZONE,
                           &place->county_zone_name, subrequests, &count);
    if (st != ST_OK)
        return st;
    add_subrequest(subrequests, &count, FOR_STATIONS,
                   nws_url(n, call->arena, str_of(point->stations_url)));
    foresee(n, call, place, &s);
    for (size_t i = 0; i < count; i++)
        s.requests[s.count++] = subrequests[i].request;
    s.half = call->deadline - clock_left_ms(call->deadline) / 2;
    if (nws_fetch_until(n, call, s.requests, s.count, second_step_until, &s, s.documents) ==
        ST_WOULD_WAIT)
        return ST_WOULD_WAIT;
    for (size_t i = 0; i < count; i++)
        if (!use_result(n, call, &subrequests[i], &s.documents[s.ahead + i], place))
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
        .min_fresh_s = FRESH_S_MIN,
        .max_fresh_s = DAY_S,
    };
}

static bool is_foreign_zone(const char *id, struct str used)
{
    return id[0] != '\0' && used.n == 0;
}

/* A zone on a foreign host is ignored. */
static struct str zone_id(const struct nws *n, const struct call *call, const char *found_url,
                          const char *id)
{
    return nws_url(n, call->arena, str_of(found_url)).n > 0 ? str_of(id) : STR_NONE;
}

static enum status set_point(struct nws *n, const struct call *call, const struct point *point,
                             struct place *place, struct err *err)
{
    place->cwa = str_of(point->cwa);
    place->grid_url = nws_url(n, call->arena, str_of(point->grid_url));
    place->grid_point = place->grid_url.n > 0 ? str_of(point->grid_point) : STR_NONE;
    place->forecast_url = nws_url(n, call->arena, str_of(point->forecast_url));
    place->forecast_zone_id = zone_id(n, call, point->forecast_zone_url, point->forecast_zone_id);
    place->county_zone_id = zone_id(n, call, point->county_zone_url, point->county_zone_id);
    place->forecast_zone_name = place->county_zone_name = STR_NONE;
    place->urls_unread = point->urls_unread;
    place->zones_unread = point->zones_unread ||
                          is_foreign_zone(point->forecast_zone_id, place->forecast_zone_id) ||
                          is_foreign_zone(point->county_zone_id, place->county_zone_id);
    place->station_count = 0;
    place->stations_unread = true; /* until the list is read */
    place->stations_fault = NULL;
    if (place_zone_of(str_of(point->time_zone), place->state, place->lat, place->lon,
                      &place->zone) != ST_OK)
        return err_set(err, ST_SYSTEM, "cannot load the time zone %s", point->time_zone);
    return ST_OK;
}

/* Fetches the point. One 404 proves nothing: the service loses points for a moment, so it is asked
 * again. Only if it then says that it knows no such point, it doesn't cover it. */
static enum status fetch_point(struct nws *n, const struct call *call, const struct place *place,
                               struct document *ret_document, struct err *err)
{
    struct document_request request = place_point_request(n, call, place);
    enum status st;

    if (!request.url)
        return err_no_memory(err);
    st = nws_fetch(n, call, &request, 1, ret_document);
    if (st == ST_OK && ret_document->status == ST_NOT_FOUND) {
        request.must_be_fresh = true;
        st = nws_fetch(n, call, &request, 1, ret_document);
    }
    if (st != ST_OK)
        return st == ST_SYSTEM ? err_no_memory(err) : st;
    if (ret_document->status != ST_NOT_FOUND)
        return nws_document_error(ret_document, "the point", err);
    if (strcmp(ret_document->problem, "InvalidPoint") == 0)
        return err_reason(err, ST_NOT_FOUND, "place_outside", "NWS does not serve this place");
    return err_reason(err, ST_UNAVAILABLE, "weather_unavailable",
                      "NWS cannot find the point right now");
}

enum status place_point_fetch(struct nws *n, const struct call *call, struct place *place,
                              bool *ret_complete, struct err *err)
{
    struct document document;
    bool complete = true;
    enum status st = fetch_point(n, call, place, &document, err);

    if (st != ST_OK)
        return st;
    st = set_point(n, call, document.object->data, place, err);
    if (st == ST_OK)
        st = fetch_details(n, call, document.object->data, place, &complete);
    if (st == ST_OK && arena_failed(call->arena))
        st = err_no_memory(err);
    if (st == ST_OK)
        *ret_complete =
            complete && !document.stale && place->grid_url.n > 0 && !place->zones_unread;
    return st;
}
