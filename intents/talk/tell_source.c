/* SPDX-License-Identifier: Apache-2.0 */
/* intents/talk/tell_source.c -- "how do you know that", "how old is that", "which station is that":
 * where the figures of the last answer come from.
 *
 * The topic is asked again, and of the answer only its source is told. */
#include <math.h>

#include "intents/answer_phrase.h"
#include "intents/intent.h"
#include "intents/speech/phrase.h"
#include "intents/speech/station_name.h"
#include "intents/speech/units.h"
#include "intents/topic.h"
#include "intents/weather/office.h"
#include "server/base/civil.h"

static const double degree = 3.14159265358979323846 / 180;

/* ---- the station ---- */

/* By the haversine formula, on a sphere of the earth's mean radius. */
static double distance_m(double lat_a, double lon_a, double lat_b, double lon_b)
{
    static const double diameter_m = 2 * 6371000.0;
    double dlat = sin((lat_b - lat_a) * degree / 2), dlon = sin((lon_b - lon_a) * degree / 2);

    return diameter_m *
           asin(sqrt(dlat * dlat + cos(lat_a * degree) * cos(lat_b * degree) * dlon * dlon));
}

/* Degrees from north, at the start of the great circle from a to b. */
static double bearing(double lat_a, double lon_a, double lat_b, double lon_b)
{
    double dlon = (lon_b - lon_a) * degree;
    double y = sin(dlon) * cos(lat_b * degree);
    double x = cos(lat_a * degree) * sin(lat_b * degree) -
               sin(lat_a * degree) * cos(lat_b * degree) * cos(dlon);

    return fmod(atan2(y, x) / degree + 360.0, 360.0);
}

/* ", 14 miles west of Boulder" */
static void put_distance(struct buf *out, const struct turn *turn, const struct source *s)
{
    static const double m_per_mile = 1609.344;
    const struct place *p = &turn->place;
    bool metric = turn->units == UNITS_METRIC;
    double m = distance_m(p->lat, p->lon, s->lat, s->lon);
    int n = units_round(m / (metric ? 1000.0 : m_per_mile));

    if (!s->located)
        return;
    if (n == 0)
        buf_printf(out, ", less than a %s from the center of ", metric ? "kilometer" : "mile");
    else
        buf_printf(out, ", %d %s%s %s of ", n, metric ? "kilometer" : "mile", n == 1 ? "" : "s",
                   units_compass_point(bearing(p->lat, p->lon, s->lat, s->lon)));
    buf_put(out, p->city);
}

/* "at 3:53 P.M., 7 minutes ago" */
static void put_instant(struct buf *out, const struct turn *turn, int64_t t)
{
    const struct zone *zone = turn->place.zone;
    int64_t age = turn->call.now - t;

    phrase_put_day_and_time(out, civil_of(zone, t), civil_of(zone, turn->call.now));
    if (age < 60)
        return;
    buf_putz(out, ", ");
    phrase_put_duration(out, age);
    buf_putz(out, " ago");
}

static void put_report(struct buf *out, const struct turn *turn, const struct source *s)
{
    buf_putz(out, "That's from the station at ");
    station_name_put(out, s->station_name);
    put_distance(out, turn, s);
    buf_putz(out, ". It reported ");
    put_instant(out, turn, s->time);
    buf_putc(out, '.');
}

static void put_forecast_source(struct buf *out, const struct turn *turn, int64_t issued)
{
    const char *city = office_city(turn->place.cwa);

    buf_putz(out, "That's the forecast of the National Weather Service");
    if (city)
        buf_printf(out, " office in %s", city);
    if (issued > 0) {
        buf_putz(out, ", issued ");
        put_instant(out, turn, issued);
    }
    buf_putc(out, '.');
}

/* ---- the intent ---- */

/* The forecaster's text and the raw forecast are issued together. */
static enum status find_issued(struct turn *turn, int64_t *ret_issued)
{
    struct grid_answer answer;
    struct err ignored = ERR_NONE;
    enum status st = grid_get(turn->skill->nws, &turn->call, &turn->place, &answer, &ignored);

    if (st == ST_OK)
        *ret_issued = grid_issued(answer.grid);
    return st;
}

static enum status put_source(struct turn *turn, struct reply *reply)
{
    struct buf *out = &reply->speech;
    struct source s = reply->source;

    if (s.kind == SOURCE_FORECAST && s.time == 0 && find_issued(turn, &s.time) == ST_WOULD_WAIT)
        return ST_WOULD_WAIT;
    switch (s.kind) {
    case SOURCE_REPORT:
        put_report(out, turn, &s);
        break;
    case SOURCE_FORECAST:
        put_forecast_source(out, turn, s.time);
        break;
    case SOURCE_ALERTS:
        buf_putz(out, "That's the National Weather Service's list of alerts for ");
        answer_phrase_place(out, &turn->place);
        buf_putz(out, ", which I have just checked.");
        break;
    case SOURCE_COMPUTED:
        buf_putz(out, "I computed that from the positions of the sun and the moon over ");
        answer_phrase_place(out, &turn->place);
        buf_putc(out, '.');
        break;
    case SOURCE_NONE:
        buf_putz(out, "My weather comes from the National Weather Service.");
        break;
    }
    return ST_OK;
}

static void discard_answer(struct reply *reply)
{
    buf_reset(&reply->speech);
    reply->card_title = STR_NONE;
    reply->card_text = STR_NONE;
    reply->truncated = false;
    reply->first_part_end = 0;
}

static enum status source_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct topic *topic = turn->topic;
    enum status st;

    if (!topic->intent)
        return put_source(turn, reply);
    st = turn_answer_with(turn, topic->intent, &topic->slots, reply, err);
    if (st != ST_OK)
        return st;
    discard_answer(reply);
    return put_source(turn, reply);
}

const struct intent intent_source = {
    .name = "SourceIntent",
    .answer = source_answer,
};
