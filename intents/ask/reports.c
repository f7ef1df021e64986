/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/reports.c -- what the stations of a place report of now and of yesterday.
 *
 * If the nearest station was silent, the next one is asked, for both times. */
#include "intents/ask/reports.h"

#include <stdio.h>

#include "intents/figures/past_figures.h"

enum { STATIONS_MAX = 3, DAY_S = 86400 };

static enum observation_need need_of(enum measure m)
{
    switch (m) {
    case MEASURE_WIND:
    case MEASURE_GUST:
        return NEED_WIND;
    case MEASURE_HUMIDITY:
        return NEED_HUMIDITY;
    case MEASURE_DEWPOINT:
        return NEED_DEWPOINT;
    case MEASURE_TEMPERATURE:
    case MEASURE_FELT:
    case MEASURE_CHANCE:
    case MEASURE_SKY:
    case MEASURE_COUNT:
        break;
    }
    return NEED_TEMPERATURE;
}

enum status reports_now(struct turn *turn, enum measure m, struct current_observation *ret_report,
                        double *ret_value, struct err *err)
{
    struct past_report report;
    enum status st = observation_get_current(turn->skill->nws, &turn->call, &turn->place,
                                             need_of(m), ret_report, err);

    turn->subject = arena_printf(turn->call.arena, "the %s in %.*s", measure_name(m),
                                 STR_ARG(turn->place.city));
    if (st != ST_OK)
        return st;
    report = past_report_of(&ret_report->observation);
    if (!past_value(&report, m, ret_value))
        return err_reason(err, ST_NOT_FOUND, "no_observation", "no value in the report");
    (void)snprintf(turn->log->station, sizeof turn->log->station, "%.*s",
                   STR_ARG(ret_report->observation.station_id));
    return ST_OK;
}

/* Drops the stations up to and including this one, to look at the next. */
static void drop_stations(struct place *place, struct str id)
{
    size_t used = 0, count = 0;

    while (used < place->station_count && !str_eq(place->stations[used], id))
        used++;
    for (size_t i = used + 1; i < place->station_count; i++)
        place->stations[count++] = place->stations[i];
    place->station_count = count;
}

enum status reports_now_and_then(struct turn *turn, enum measure m,
                                 struct reports_now_and_then *ret, struct err *err)
{
    const struct place all = turn->place;
    int64_t then = turn->call.now - DAY_S;
    struct err fault = ERR_NONE, why = ERR_NONE;
    enum status st = ST_OK;
    int asked = 0;

    *ret = (struct reports_now_and_then){ .found = false };
    while (asked < STATIONS_MAX && !ret->found && turn->place.station_count > 0) {
        const struct past *past;
        why = ERR_NONE;
        st = reports_now(turn, m, &ret->report, &ret->now, &why);
        if (st != ST_OK)
            break;
        asked++;
        st = past_get(turn->skill->nws, &turn->call, ret->report.observation.station_id,
                      then - PAST_NEAR_S, then + PAST_NEAR_S, &past, &why);
        if (st == ST_WOULD_WAIT || st == ST_SYSTEM)
            break;
        if (st == ST_OK)
            ret->found = past_value_at(past, m, then, &ret->then);
        else if (fault.status == ST_OK)
            fault = why;
        drop_stations(&turn->place, ret->report.observation.station_id);
        st = ST_OK;
    }
    turn->place = all;
    if (st == ST_NOT_FOUND && asked > 0) /* the others have no report of now */
        st = ST_OK;
    if (st == ST_OK && !ret->found && fault.status != ST_OK) {
        why = fault; /* what could not be read may exist */
        st = fault.status;
    }
    if (st != ST_OK)
        *err = why;
    return st;
}

enum status reports_extreme(struct turn *turn, enum measure m, enum compare_by by, struct span span,
                            struct reports_extreme *ret, struct err *err)
{
    const struct place *place = &turn->place;
    struct past_extremes extremes;
    struct err fault = ERR_NONE;

    *ret = (struct reports_extreme){ .found = false };
    if (place->station_count == 0 && place->stations_fault) {
        *err = *place->stations_fault;
        return err->status;
    }
    if (place->station_count == 0)
        return err_reason(err, ST_UNAVAILABLE, "weather_unavailable", "no station is known");
    for (size_t i = 0; i < place->station_count && i < STATIONS_MAX && !ret->found; i++) {
        struct err why = ERR_NONE;
        const struct past *past;
        enum status st = past_get(turn->skill->nws, &turn->call, place->stations[i], span.from,
                                  span.to, &past, &why);
        if (st == ST_WOULD_WAIT || st == ST_SYSTEM) {
            *err = why;
            return st;
        }
        if (st != ST_OK && fault.status == ST_OK)
            fault = why;
        if (st != ST_OK || !past_extremes(past, m, &span, &extremes) || !past_is_covered(&extremes))
            continue;
        ret->found = true;
        ret->value = by == COMPARE_LOW ? extremes.low : extremes.high;
        ret->source = (struct source){
            .kind = SOURCE_REPORT,
            .station_id = place->stations[i],
            .station_name = place_station_name(turn->skill->nws, place->stations[i], &turn->call),
            .time = span.to,
        };
        if (ret->source.station_name.n == 0)
            return ST_WOULD_WAIT;
    }
    if (!ret->found && fault.status != ST_OK)
        *err = fault;
    return ret->found ? ST_OK : fault.status;
}
