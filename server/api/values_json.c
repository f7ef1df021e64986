/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/values_json.c -- writes what was told (intents/told.h), rounded as it is spoken. */
#include "server/api/values_json.h"

#include "intents/speech/phrase.h"
#include "intents/speech/units.h"

/* ---- figures in the listener's units ---- */

static void put_degrees(struct json_writer *w, const char *name, double c, enum units_system units)
{
    json_writer_figure(w, name, units_degrees(c, units), 0,
                       units == UNITS_METRIC ? "degC" : "degF");
}

static void put_speed(struct json_writer *w, const char *name, double mps, enum units_system units)
{
    json_writer_figure(w, name, units_speed(mps, units), 0, units == UNITS_METRIC ? "km/h" : "mph");
}

static void put_percent(struct json_writer *w, const char *name, double percent)
{
    json_writer_figure(w, name, units_round(percent), 0, "percent");
}

static void put_pressure(struct json_writer *w, double pascal, enum units_system units)
{
    if (units == UNITS_METRIC)
        json_writer_figure(w, "pressure", units_round(pascal / 100.0), 0, "hPa");
    else
        json_writer_figure(w, "pressure", units_hundredths_inhg(pascal) / 100.0, 2, "inHg");
}

/* Speed, gust and direction; a gust only above the speed, and no direction of a calm. */
struct wind {
    bool has_gust, has_direction;
    double speed, gust, direction;
};

static void put_wind(struct json_writer *w, const struct wind *wind, enum units_system units)
{
    put_speed(w, "windSpeed", wind->speed, units);
    if (wind->has_gust && units_speed(wind->gust, units) > units_speed(wind->speed, units))
        put_speed(w, "windGust", wind->gust, units);
    if (wind->has_direction && units_speed(wind->speed, units) > 0 &&
        units_compass_point(wind->direction)[0])
        json_writer_text(w, "windDirection", str_of(units_compass_point(wind->direction)));
}

/* ---- a station's report ---- */

static void put_description(struct json_writer *w, struct str description)
{
    struct buf text = BUF_INIT(1000);

    phrase_put_description(&text, description);
    json_writer_text(w, "sky", buf_str(&text));
    buf_free(&text);
}

static void put_now(struct json_writer *w, const struct observation *o, enum units_system units)
{
    const struct wind wind = { o->wind_gust.has, o->wind_direction.has, o->wind_speed.value,
                               o->wind_gust.value, o->wind_direction.value };

    if (o->temperature.has)
        put_degrees(w, "temperature", o->temperature.value, units);
    if (o->wind_chill.has || o->heat_index.has)
        put_degrees(w, "feelsLike", o->wind_chill.has ? o->wind_chill.value : o->heat_index.value,
                    units);
    if (o->dewpoint.has)
        put_degrees(w, "dewpoint", o->dewpoint.value, units);
    if (o->humidity.has)
        put_percent(w, "humidity", o->humidity.value);
    if (o->wind_speed.has)
        put_wind(w, &wind, units);
    if (o->pressure.has)
        put_pressure(w, o->pressure.value, units);
    if (o->description.n > 0)
        put_description(w, o->description);
}

void values_json_put(struct json_writer *w, const struct program_answer *a)
{
    if (a->told.now)
        put_now(w, &a->told.now->observation, a->units);
}
