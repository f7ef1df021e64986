/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/observation.c -- what a station saw: /observations, newest first, and
 * /observations/latest.
 *
 * A full report comes at seven minutes to the hour, with the METAR; three stations of four also
 * send short ones at :00, :20 and :40 without it, in whole degrees. Each reports the weather of the
 * hour it lies in. Arrives eight minutes after its time. The station's mood takes away from
 * that. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/civil.h"
#include "server/base/time_text.h"
#include "server/base/zone.h"
#include "tests/sim/station.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, DELAY = 8 * MINUTE, LIST_MAX = 500 };

struct report {
    const struct station *station;
    int64_t t;
    bool full; /* with METAR */
    struct air air;
};

/* Is there a report at that minute of the hour? */
static bool sends_at(const struct station *s, int minute, bool *ret_full)
{
    *ret_full = minute == 53;
    return *ret_full || (s->trait % 4 != 0 && (minute == 0 || minute == 20 || minute == 40));
}

/* The newest report at or before t; false when the station is silent. */
static bool newest(const struct ask *ask, const struct station *s, int64_t t,
                   struct report *ret_report)
{
    struct cell cell;
    int64_t last = ask->now - DELAY - (s->mood == MOOD_STALE ? 4 * HOUR : 0);

    t = t > last ? last : t;
    t -= t % MINUTE;
    if (s->mood == MOOD_SILENT || !cell_at(s->lat, s->lon, &cell))
        return false;
    struct report r = { .station = s };
    while (!sends_at(s, (int)(t % HOUR / MINUTE), &r.full))
        t -= MINUTE;
    r.t = t;
    struct site site = site_of(ask, &cell);
    air_at(&site, t, &r.air);
    *ret_report = r;
    return true;
}

static bool wet_now(const struct report *r)
{
    return r->air.pop >= 55;
}

static bool nothing_known(const struct report *r)
{
    return r->station->mood == MOOD_EMPTY;
}

/* ---- words ---- */

struct present {
    const char *weather, *forecast, *words, *code;
};
static const struct present presents[] = {
    { "rain", "rain", "Rain", "RA" },
    { "rain", "rain_showers", "Rain", "RA" },
    { "snow", "snow", "Snow", "SN" },
    { "snow", "snow_showers", "Snow", "SN" },
    { "freezing_rain", "freezing_rain", "Freezing Rain", "FZRA" },
    { "thunderstorms", "thunderstorms", "Thunderstorms", "TS" },
    { "fog_mist", "fog", "Fog/Mist", "BR" },
    { "haze", "haze", "Haze", "HZ" },
};

static const struct present *present_of(const struct condition *c)
{
    for (size_t i = 0; i < sizeof presents / sizeof presents[0]; i++)
        if (strcmp(presents[i].forecast, c->weather) == 0)
            return &presents[i];
    return NULL;
}

static bool seen(const struct report *r, int i)
{
    const char *weather = r->air.condition[i].weather;

    return wet_now(r) || strcmp(weather, "fog") == 0 || strcmp(weather, "haze") == 0;
}

static const char *sky_amount(int sky)
{
    return sky <= 5 ? "CLR" : sky <= 25 ? "FEW" : sky <= 50 ? "SCT" : sky <= 87 ? "BKN" : "OVC";
}

static json_t *description(const struct report *r)
{
    static const char *const words[] = { "Clear", "Mostly Clear", "Partly Cloudy", "Mostly Cloudy",
                                         "Cloudy" };
    char text[120] = "";

    if (!r->full && r->station->trait % 3 == 0)
        return json_string("");
    for (int i = 0; i < r->air.conditions; i++) {
        const struct condition *c = &r->air.condition[i];
        const struct present *p = present_of(c);
        if (!p || !seen(r, i))
            continue;
        size_t n = strlen(text);
        const char *strength = !c->intensity                        ? ""
                               : strcmp(c->intensity, "light") == 0 ? "Light "
                               : strcmp(c->intensity, "heavy") == 0 ? "Heavy "
                                                                    : "";
        snprintf(text + n, sizeof text - n, "%s%s%s", n ? " and " : "", strength, p->words);
    }
    int sky = r->air.sky;
    int word = sky <= 5 ? 0 : sky <= 25 ? 1 : sky <= 50 ? 2 : sky <= 87 ? 3 : 4;
    return json_string(text[0] ? text : words[word]);
}

static json_t *present_weather(const struct report *r)
{
    json_t *list = json_array();

    for (int i = 0; i < r->air.conditions && !nothing_known(r); i++) {
        const struct condition *c = &r->air.condition[i];
        const struct present *p = present_of(c);
        if (!p || !seen(r, i))
            continue;
        bool light = c->intensity && strcmp(c->intensity, "light") == 0;
        bool heavy = c->intensity && strcmp(c->intensity, "heavy") == 0;
        json_t *intensity = light   ? json_string("light")
                            : heavy ? json_string("heavy")
                                    : json_null();
        json_array_append_new(list, json_pack("{s:o, s:n, s:s, s:o}", "intensity", intensity,
                                              "modifier", "weather", p->weather, "rawString",
                                              json_sprintf("%s%s",
                                                           light   ? "-"
                                                           : heavy ? "+"
                                                                   : "",
                                                           p->code)));
    }
    return list;
}

static json_t *metar(const struct report *r)
{
    if (!r->full)
        return json_string("");
    struct civil c = civil_of(zone_utc(), r->t);
    double temp = celsius(r->air.temp_f), dew = celsius(r->air.dew_f);
    char wind[24];
    if (r->air.wind_kt == 0)
        snprintf(wind, sizeof wind, "00000KT");
    else
        snprintf(wind, sizeof wind, "%03d%02dKT", r->air.direction % 1000, r->air.wind_kt % 100);
    return json_sprintf(
        "%s %02d%02d%02dZ AUTO %s %dSM %s%s %s%02d/%s%02d A%04d RMK AO2", r->station->id, c.day,
        c.hour, c.minute, wind, (int)lround(r->air.visibility_m / 1609.344), sky_amount(r->air.sky),
        r->air.sky <= 5 ? "" : "048", temp < -0.5 ? "M" : "", (int)lround(fabs(temp)),
        dew < -0.5 ? "M" : "", (int)lround(fabs(dew)), (int)lround(r->air.pressure_pa / 33.8639));
}

/* ---- numbers ---- */

static json_t *measured(const char *unit, bool known, double value)
{
    return json_pack("{s:s, s:o, s:s}", "unitCode", unit, "value",
                     known ? number(value) : json_null(), "qualityControl", known ? "V" : "Z");
}

static double degrees_seen(const struct report *r, double fahrenheit)
{
    double c = celsius(fahrenheit);

    return r->full ? round(c * 10.0) / 10.0 : round(c);
}

static void put_wind(json_t *p, const struct report *r)
{
    bool known = r->station->mood != MOOD_PARTIAL && !nothing_known(r);
    bool variable = r->air.wind_kt > 0 && r->air.wind_kt <= 3 && r->station->trait % 5 == 0;
    bool gusting = r->air.wind_kt >= 8 && r->air.gust_kt >= r->air.wind_kt + 7;

    set(p, "windDirection",
        measured("wmoUnit:degree_(angle)", known && !variable,
                 r->air.wind_kt == 0 ? 0 : r->air.direction));
    set(p, "windSpeed", measured("wmoUnit:km_h-1", known, r->air.wind_kt * 1.852));
    set(p, "windGust", measured("wmoUnit:km_h-1", known && gusting, r->air.gust_kt * 1.852));
}

static void put_pressure(json_t *p, const struct report *r)
{
    bool known = !nothing_known(r);
    double pascal = round(r->air.pressure_pa / 10.0) * 10.0;

    set(p, "barometricPressure", measured("wmoUnit:Pa", known, pascal));
    set(p, "seaLevelPressure", measured("wmoUnit:Pa", known && r->full, pascal + 40.0));
    set(p, "visibility", measured("wmoUnit:m", known, r->air.visibility_m));
    set(p, "maxTemperatureLast24Hours", quantity("wmoUnit:degC", json_null()));
    set(p, "minTemperatureLast24Hours", quantity("wmoUnit:degC", json_null()));
}

static void put_rain(json_t *p, const struct report *r)
{
    bool known = r->full && wet_now(r) && !nothing_known(r);
    double hour_mm = round(r->air.rain_mm / 3.0 * 10.0) / 10.0;

    if (r->full)
        set(p, "precipitationLastHour", measured("wmoUnit:mm", known, hour_mm));
    set(p, "precipitationLast3Hours", measured("wmoUnit:mm", false, 0.0));
    if (r->full)
        set(p, "precipitationLast6Hours", measured("wmoUnit:mm", false, 0.0));
}

static void put_feel(json_t *p, const struct report *r)
{
    bool known = r->station->mood == MOOD_GOOD && r->station->trait % 2 == 0;
    double chill = 0.0, heat = 0.0;
    bool cold = known && air_wind_chill_f(r->air.temp_f, r->air.wind_kt, &chill);
    bool hot = known && air_heat_index_f(r->air.temp_f, r->air.humidity, &heat);

    set(p, "relativeHumidity",
        measured("wmoUnit:percent", r->station->mood < MOOD_PARTIAL, r->air.humidity));
    set(p, "windChill", measured("wmoUnit:degC", cold, celsius(chill)));
    set(p, "heatIndex", measured("wmoUnit:degC", hot, celsius(heat)));
    if (nothing_known(r)) {
        set(p, "cloudLayers", json_null());
        return;
    }
    json_t *base = r->air.sky <= 5 ? json_null() : number(1463.04);
    set(p, "cloudLayers",
        json_pack("[{s:o, s:s}]", "base", quantity("wmoUnit:m", base), "amount",
                  sky_amount(r->air.sky)));
}

static json_t *report_json(const struct report *r)
{
    const struct station *s = r->station;
    json_t *p = json_object(), *when = utc_text(r->t), *text = description(r);
    bool felt = s->mood < MOOD_PARTIAL;
    json_t *id = api_url("stations/%s/observations/%s", s->id, json_string_value(when));

    json_object_set(p, "@id", id);
    set(p, "@type", json_string("wx:ObservationStation"));
    set(p, "elevation", quantity("wmoUnit:m", number(s->elevation_m)));
    set(p, "station", api_url("stations/%s", s->id));
    set(p, "stationId", json_string(s->id));
    set(p, "stationName", json_string(s->name));
    set(p, "timestamp", when);
    set(p, "rawMessage", metar(r));
    bool said = json_string_length(text) > 0 && !nothing_known(r);
    set(p, "icon",
        said ? json_string("https://api.weather.gov/icons/land/day/sct?size=medium") : json_null());
    set(p, "textDescription", nothing_known(r) ? json_string("") : json_incref(text));
    json_decref(text);
    set(p, "presentWeather", present_weather(r));
    set(p, "temperature", measured("wmoUnit:degC", felt, degrees_seen(r, r->air.temp_f)));
    set(p, "dewpoint", measured("wmoUnit:degC", felt, degrees_seen(r, r->air.dew_f)));
    put_wind(p, r);
    put_pressure(p, r);
    put_rain(p, r);
    put_feel(p, r);
    return json_pack("{s:o, s:s, s:o, s:o}", "id", id, "type", "Feature", "geometry",
                     point_geometry(s->lat, s->lon), "properties", p);
}

void doc_latest(const struct ask *ask, struct answer *answer)
{
    struct station s;
    struct report r;

    if (!ask_allows(ask, "require_qc", answer))
        return;
    if (!station_find(ask, ask->parts[1], &s) || !newest(ask, &s, ask->now, &r)) {
        answer_not_found(answer);
        return;
    }
    json_t *document = report_json(&r);
    set(document, "@context", api_context(API_CONTEXT_POINT));
    answer_json(answer, document, 5 * MINUTE, r.t);
}

static int64_t time_param(const struct ask *ask, const char *name, int64_t otherwise)
{
    int64_t t;
    const char *text = ask_param(ask, name);

    return text && time_parse_rfc3339(str_of(text), &t) ? t : otherwise;
}

void doc_observations(const struct ask *ask, struct answer *answer)
{
    struct station s;
    struct report r;

    if (!ask_allows(ask, "limit,start,end,cursor", answer))
        return;
    if (!station_find(ask, ask->parts[1], &s)) {
        answer_not_found(answer);
        return;
    }
    const char *limit_text = ask_param(ask, "limit");
    long limit = limit_text ? strtol(limit_text, NULL, 10) : LIST_MAX;
    if (limit < 1 || limit > LIST_MAX) {
        answer_problem(answer, 400, "InvalidParameter", "Bad Request", "Bad Request");
        return;
    }
    int64_t first = time_param(ask, "start", ask->now - 2 * DAY);
    int64_t t = time_param(ask, "end", ask->now);
    if (first < ask->now - 30 * DAY) /* kept no longer */
        first = ask->now - 30 * DAY;
    if (t < first)
        t = first;
    json_t *features = json_array();
    for (long i = 0; i < limit && newest(ask, &s, t, &r) && r.t >= first; i++, t = r.t - MINUTE)
        json_array_append_new(features, report_json(&r));
    answer_json(answer,
                json_pack("{s:o, s:s, s:o, s:{s:o}}", "@context", api_context(API_CONTEXT_POINT),
                          "type", "FeatureCollection", "features", features, "pagination", "next",
                          api_url("stations/%s/observations?cursor=eyJzIjo1MDB9", s.id)),
                5 * MINUTE, 0);
}
