/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/observation.c -- chooses the station that has the current conditions of a place.
 *
 * Stations go silent, report late, or lack the measurement that is needed. So the nearest few are
 * queried in parallel, the next few only if none of those will do, and the choice is a pure
 * function of the results. A station that does not respond is waited for only a moment longer than
 * one that will do. The list for the pressure trend is requested along with the nearest station's
 * latest observation, since that station is nearly always chosen.
 *
 * When the stations of a place are not known yet, that of the nearest airport with a weather
 * station is guessed, and its report requested along with the list of stations. */
#include "intents/weather/observation.h"

#include <math.h>
#include <string.h>

#include "intents/weather/gazetteer.h"
#include "intents/weather/nws_internal.h"
#include "intents/weather/observation_internal.h"
#include "intents/weather/point.h"
#include "server/base/clock.h"

enum {
    AT_ONCE = 3,      /* stations queried in parallel */
    TREND_MS = 2000,  /* how long the list is waited for when that station is not chosen */
    NEARER_MS = 2000, /* how much longer a nearer station is waited for, or the trend */
    FARTHER_MS = 250, /* and the farther ones: giving them up costs connections */
    TREND_LIMIT = 20, /* observations: over an hour's worth at one every five minutes */
    TREND_AGO_S = 3600,
    TREND_S_MIN = 2400,
    TREND_S_MAX = 6000,
    FRESH_S_MIN = 60,
    FRESH_S_MAX = 300,
};

/* ---- choosing ---- */

bool observation_has(const struct observation *o, enum observation_need need)
{
    switch (need) {
    case NEED_ANY_TEMPERATURE:
    case NEED_TEMPERATURE:
        return o->temperature.has;
    case NEED_WIND:
        return o->wind_speed.has;
    case NEED_PRESSURE:
        return o->pressure.has;
    case NEED_HUMIDITY:
        return o->humidity.has;
    case NEED_DEWPOINT:
        return o->dewpoint.has;
    case NEED_DESCRIPTION:
        return o->description.n > 0;
    case NEED_WEATHER:
        return o->weather_known || o->weather_count > 0 || o->rain_last_hour.has;
    }
    return false;
}

bool observation_doubtful(const struct observation *o, enum observation_need need)
{
    switch (need) {
    case NEED_ANY_TEMPERATURE:
    case NEED_TEMPERATURE:
        return o->temperature.doubtful;
    case NEED_WIND:
        return o->wind_speed.doubtful;
    case NEED_PRESSURE:
        return o->pressure.doubtful;
    case NEED_HUMIDITY:
        return o->humidity.doubtful;
    case NEED_DEWPOINT:
        return o->dewpoint.doubtful;
    case NEED_DESCRIPTION:
        return o->description_doubtful;
    case NEED_WEATHER:
        return o->weather_doubtful || o->rain_last_hour.doubtful;
    }
    return false;
}

size_t observation_choose(const struct observation *const *newest, size_t count, int64_t now,
                          enum observation_need need, bool *ret_fresh)
{
    size_t old = count;

    for (size_t i = 0; i < count; i++) {
        const struct observation *o = newest[i];
        int64_t age;

        if (!o || !observation_has(o, need))
            continue;
        age = now - o->time;
        if (age < -OBSERVATION_FUTURE_S)
            continue;
        if (age < OBSERVATION_FRESH_S) {
            *ret_fresh = true;
            return i;
        }
        if (age <= OBSERVATION_OLD_S && old == count)
            old = i;
    }
    *ret_fresh = false;
    return old;
}

/* The newest of a list that is not from the future; NULL when there is none. */
static const struct observation *newest_of(const struct observation_list *list, int64_t now)
{
    const struct observation *newest = NULL;

    for (size_t i = 0; i < list->count; i++)
        if (list->at[i].time <= now + OBSERVATION_FUTURE_S &&
            (!newest || list->at[i].time > newest->time))
            newest = &list->at[i];
    return newest;
}

/* ---- trend ---- */

/* Hundredths of an inch of mercury, the precision that is spoken. */
static long pressure_hundredths(double pascal)
{
    return lround(pascal / 3386.389 * 100.0);
}

enum pressure_trend observation_pressure_trend(const struct observation *o,
                                               const struct observation_list *list)
{
    const struct observation *then = NULL;
    int64_t nearest = 0;
    long change;

    if (!o->pressure.has)
        return TREND_UNKNOWN;
    for (size_t i = 0; i < list->count; i++) {
        int64_t ago = o->time - list->at[i].time;
        int64_t off = ago > TREND_AGO_S ? ago - TREND_AGO_S : TREND_AGO_S - ago;

        if (!list->at[i].pressure.has || ago < TREND_S_MIN || ago > TREND_S_MAX)
            continue;
        if (!then || off < nearest) {
            then = &list->at[i];
            nearest = off;
        }
    }
    if (!then)
        return TREND_UNKNOWN;
    change = pressure_hundredths(o->pressure.value) - pressure_hundredths(then->pressure.value);
    if (change > 1)
        return TREND_RISING;
    return change < -1 ? TREND_FALLING : TREND_STEADY;
}

/* ---- querying ---- */

static enum status decode_observations(struct str body, void *data, struct object **ret_object,
                                       struct err *err)
{
    return observation_decode(body, data, ret_object, err);
}

static struct document_request latest_request(struct nws *n, const struct call *call, struct str id)
{
    const struct str parts[] = { str_of(nws_base(n)), STR("/stations/"), id,
                                 STR("/observations/latest") };
    struct str url = arena_join(call->arena, parts, sizeof parts / sizeof parts[0]);

    return (struct document_request){ .url = url.p,
                                      .label = "observation",
                                      .decode = decode_observations,
                                      .data = n,
                                      .min_fresh_s = FRESH_S_MIN,
                                      .max_fresh_s = FRESH_S_MAX };
}

static struct document_request list_request(struct nws *n, const struct call *call, struct str id)
{
    struct document_request request = latest_request(n, call, id);
    struct str url = arena_printf(call->arena, "%s/stations/%.*s/observations?limit=%d",
                                  nws_base(n), STR_ARG(id), TREND_LIMIT);

    request.url = url.p;
    request.label = "observations";
    return request;
}

static bool needs_trend(enum observation_need need)
{
    return need == NEED_PRESSURE || need == NEED_ANY_TEMPERATURE;
}

/* ---- guessing ---- */

static size_t guess(struct nws *n, const struct call *call, const struct place *place,
                    bool with_list, struct document_request ret_requests[FORESIGHT_MAX])
{
    char id[GAZETTEER_STATION_MAX];
    size_t count = 0;

    if (!gazetteer_station_near(place->lat, place->lon, id))
        return 0;
    struct str station = arena_str(call->arena, str_of(id));
    ret_requests[count++] = latest_request(n, call, station);
    if (with_list)
        ret_requests[count++] = list_request(n, call, station);
    return arena_failed(call->arena) ? 0 : count;
}

static size_t guess_latest(struct nws *n, const struct call *call, const struct place *place,
                           struct document_request ret_requests[FORESIGHT_MAX])
{
    return guess(n, call, place, false, ret_requests);
}

static size_t guess_with_list(struct nws *n, const struct call *call, const struct place *place,
                              struct document_request ret_requests[FORESIGHT_MAX])
{
    return guess(n, call, place, true, ret_requests);
}

foresight_fn *observation_guess(enum observation_need need)
{
    return needs_trend(need) ? guess_with_list : guess_latest;
}

/* ---- searching ---- */

/* The state of a search through the stations of a place. */
struct station_search {
    struct nws *n;
    const struct call *call;
    enum observation_need need;
    struct str ids[PLACE_STATIONS_MAX];
    const struct observation *newest[PLACE_STATIONS_MAX]; /* NULL: none, or not queried yet */
    bool waits[PLACE_STATIONS_MAX]; /* not cached, and the call may not wait */
    size_t count, asked;
    struct document list; /* of the nearest station, for the trend; set when has_list */
    bool with_list, has_list;
    int64_t found_ms; /* when the first that will do was known; 0: not yet */
    struct err fault; /* the first error: what could not be read may exist */
};

/* A station answers with its observations, or says that it has none. Anything else, an older answer
 * included, tells nothing about what it reports now. */
static bool has_answered(const struct document *d)
{
    if (d->status == ST_NOT_FOUND)
        return strcmp(d->problem, "NotFound") == 0;
    return d->status == ST_OK && !d->stale;
}

static void note_fault(struct station_search *s, const struct document *d)
{
    struct document fault = *d;

    if (d->status == ST_OK || d->status == ST_NOT_FOUND)
        fault.status = ST_UNAVAILABLE;
    (void)nws_document_error(&fault, "an observation", &s->fault);
}

/* What a station's document has; NULL when it is not there, or of no use. */
static const struct observation *newest_in(const struct station_search *s, const struct document *d)
{
    return d->status == ST_OK ? newest_of(d->object->data, s->call->now) : NULL;
}

static void note_station(struct station_search *s, size_t i, const struct document *d)
{
    const struct observation_list *list = d->status == ST_OK ? d->object->data : NULL;

    if (d->status == ST_WOULD_WAIT)
        s->waits[i] = true;
    else if (!has_answered(d))
        note_fault(s, d);
    if (!list)
        return;
    s->newest[i] = newest_of(list, s->call->now);
    if (list->unread && !s->newest[i])
        (void)err_reason(&s->fault, ST_UNAVAILABLE, "document_odd",
                         "an observation has no valid time");
}

/* Until when to wait for the stations that are being queried, and the list. */
static int64_t query_until(void *data, const struct document *documents)
{
    struct station_search *s = data;
    const struct observation *newest[AT_ONCE];
    size_t stations = s->count - s->asked < AT_ONCE ? s->count - s->asked : AT_ONCE;
    size_t chosen;
    bool fresh;

    for (size_t i = 0; i < stations; i++)
        newest[i] = newest_in(s, &documents[i]);
    chosen = observation_choose(newest, stations, s->call->now, s->need, &fresh);
    if (!fresh)
        return s->call->deadline;
    if (s->found_ms == 0)
        s->found_ms = clock_mono_ms();
    for (size_t i = 0; i < chosen; i++)
        if (documents[i].status == ST_WOULD_WAIT)
            return s->found_ms + NEARER_MS;
    return s->found_ms +
           (s->with_list && documents[stations].status == ST_WOULD_WAIT ? NEARER_MS : FARTHER_MS);
}

/* Queries the next few stations. */
static enum status query_more(struct station_search *s, struct err *err)
{
    struct document_request requests[AT_ONCE + 1];
    struct document documents[AT_ONCE + 1];
    size_t stations = s->count - s->asked < AT_ONCE ? s->count - s->asked : AT_ONCE;
    size_t count = stations;

    s->with_list = s->asked == 0 && needs_trend(s->need);

    for (size_t i = 0; i < stations; i++)
        requests[i] = latest_request(s->n, s->call, s->ids[s->asked + i]);
    if (s->with_list)
        requests[count++] = list_request(s->n, s->call, s->ids[0]);
    if (arena_failed(s->call->arena) ||
        nws_fetch_until(s->n, s->call, requests, count, query_until, s, documents) == ST_SYSTEM)
        return err_no_memory(err);
    for (size_t i = 0; i < stations; i++)
        note_station(s, s->asked + i, &documents[i]);
    if (s->with_list) {
        s->list = documents[stations];
        s->has_list = true;
    }
    s->asked += stations;
    return ST_OK;
}

/* Does memory have a report of the nearest station that will do? Then the others are not asked. */
static bool nearest_will_do(struct station_search *s, bool *ret_fresh)
{
    struct document_request requests[2];
    struct document documents[2];
    size_t count = 1 + (size_t)needs_trend(s->need);
    const struct call peek = { .arena = s->call->arena, .deadline = NO_WAIT, .now = s->call->now };
    bool come = s->count > 0;

    if (!come)
        return false;
    requests[0] = latest_request(s->n, s->call, s->ids[0]);
    requests[1] = list_request(s->n, s->call, s->ids[0]);
    if (arena_failed(s->call->arena) ||
        nws_fetch(s->n, &peek, requests, count, documents) == ST_SYSTEM)
        return false;
    for (size_t i = 0; i < count; i++)
        come = come && documents[i].status == ST_OK && !documents[i].stale;
    if (!come)
        return false;
    s->newest[0] = newest_in(s, &documents[0]);
    if (observation_choose(s->newest, 1, s->call->now, s->need, ret_fresh) > 0 || !*ret_fresh) {
        s->newest[0] = NULL;
        return false;
    }
    s->asked = 1;
    s->has_list = count > 1;
    s->list = documents[count - 1];
    return true;
}

/* Is a station nearer than `chosen` unknown because the call may not wait? */
static bool nearer_waits(const struct station_search *s, size_t chosen)
{
    for (size_t i = 0; i < chosen && i < s->asked; i++)
        if (s->waits[i])
            return true;
    return false;
}

/* Queries stations until one is chosen; *ret_chosen is s->count when none has the measurement. */
static enum status find_station(struct station_search *s, size_t *ret_chosen, bool *ret_fresh,
                                struct err *err)
{
    if (nearest_will_do(s, ret_fresh)) {
        *ret_chosen = 0;
        return ST_OK;
    }
    while (s->asked < s->count && (s->asked == 0 || !deadline_passed(s->call->deadline))) {
        enum status st = query_more(s, err);
        size_t chosen;

        if (st != ST_OK)
            return st;
        chosen = observation_choose(s->newest, s->asked, s->call->now, s->need, ret_fresh);
        if (!*ret_fresh)
            chosen = s->asked;
        if (nearer_waits(s, chosen))
            return ST_WOULD_WAIT;
        if (*ret_fresh) {
            *ret_chosen = chosen;
            return ST_OK;
        }
    }
    *ret_chosen = observation_choose(s->newest, s->count, s->call->now, s->need, ret_fresh);
    return ST_OK;
}

static int64_t trend_until(void *data, const struct document *documents)
{
    (void)documents;
    return *(const int64_t *)data;
}

/* ST_OK or ST_WOULD_WAIT. Without a list the trend stays unknown. */
static enum status find_trend(struct station_search *s, size_t chosen,
                              struct current_observation *c)
{
    struct document list = s->list;

    if (!needs_trend(s->need) || !c->observation.pressure.has)
        return ST_OK;
    if (!s->has_list || chosen != 0) {
        struct document_request request = list_request(s->n, s->call, s->ids[chosen]);
        int64_t until = clock_mono_ms() + TREND_MS;
        if (arena_failed(s->call->arena) ||
            nws_fetch_until(s->n, s->call, &request, 1, trend_until, &until, &list) == ST_SYSTEM)
            return ST_OK;
    }
    if (list.status == ST_OK)
        c->pressure_trend = observation_pressure_trend(&c->observation, list.object->data);
    return list.status == ST_WOULD_WAIT ? ST_WOULD_WAIT : ST_OK;
}

/* Does a recent report have the measurement in a form that can't be trusted? */
static bool any_doubtful(const struct station_search *s)
{
    for (size_t i = 0; i < s->asked; i++)
        if (s->newest[i] && s->call->now - s->newest[i]->time <= OBSERVATION_OLD_S &&
            observation_doubtful(s->newest[i], s->need))
            return true;
    return false;
}

/* Says why no station was chosen. That none has it is said only when each of them answered so. */
static enum status none_found(const struct station_search *s, const struct place *place,
                              struct err *err)
{
    if (s->fault.status != ST_OK) {
        if (err && err->status == ST_OK)
            *err = s->fault;
        return s->fault.status;
    }
    if (s->asked < s->count)
        return err_reason(err, ST_TIMEOUT, "weather_slow",
                          "only %zu of %zu stations were asked in time", s->asked, s->count);
    if (place->stations_unread)
        return err_reason(err, ST_UNAVAILABLE, "weather_unavailable",
                          "the list of stations could not be read");
    if (any_doubtful(s))
        return err_reason(err, ST_NOT_FOUND, "observation_doubtful",
                          "stations nearby report it, but in a way that can't be trusted");
    return err_reason(err, ST_NOT_FOUND, "no_observation", "no station nearby reports it");
}

enum status observation_get_current(struct nws *n, const struct call *call,
                                    const struct place *place, enum observation_need need,
                                    struct current_observation *ret_current, struct err *err)
{
    struct station_search s = { .n = n,
                                .call = call,
                                .need = need,
                                .fault =
                                    place->stations_fault ? *place->stations_fault : ERR_NONE };
    struct current_observation c = { 0 };
    size_t chosen;
    enum status st;

    for (size_t i = 0; i < place->station_count && s.count < PLACE_STATIONS_MAX; i++)
        if (point_id_valid(place->stations[i])) /* the id goes into a URL */
            s.ids[s.count++] = place->stations[i];
    st = find_station(&s, &chosen, &c.fresh, err);
    if (st != ST_OK)
        return st;
    if (chosen == s.count)
        return none_found(&s, place, err);
    c.observation = *s.newest[chosen];
    c.observation.station_id = s.ids[chosen];
    c.age_s = call->now > c.observation.time ? call->now - c.observation.time : 0;
    st = find_trend(&s, chosen, &c);
    if (st != ST_OK)
        return st;
    c.station_name = place_station_name(n, c.observation.station_id, call);
    if (c.station_name.n == 0)
        return ST_WOULD_WAIT;
    *ret_current = c;
    return ST_OK;
}
