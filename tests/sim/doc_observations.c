/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/doc_observations.c -- /stations/{id}/observations, latest first, and
 * /observations/latest.
 *
 * A full report with a METAR comes at seven minutes before the hour. Three out of four stations
 * also send short reports without one at :00, :20 and :40, in whole degrees. Each gives the weather
 * of the hour it is in, and becomes available eight minutes later. The station's reporting habit,
 * such as stale or partial reports, is applied to that. */
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
    bool full; /* with a METAR */
    struct weather w;
};

/* Does the station report at that minute of the hour? */
static bool sends_at(const struct station *s, int minute, bool *ret_full)
{
    *ret_full = minute == 53;
    return *ret_full || (s->traits % 4 != 0 && (minute == 0 || minute == 20 || minute == 40));
}

/* The latest report at or before t. False when the station never reports. */
static bool latest_report(const struct doc_request *request, const struct station *s, int64_t t,
                          struct report *ret_report)
{
    struct place_cell cell;
    int64_t last = request->now - DELAY - (s->reporting == PLACE_REPORTS_STALE ? 4 * HOUR : 0);

    t = t > last ? last : t;
    t -= t % MINUTE;
    if (s->reporting == PLACE_REPORTS_SILENT || !place_cell_at(s->lat, s->lon, &cell))
        return false;
    struct report r = { .station = s };
    while (!sends_at(s, (int)(t % HOUR / MINUTE), &r.full))
        t -= MINUTE;
    r.t = t;
    struct weather_site site = doc_site(request, &cell);
    weather_at(&site, t, &r.w);
    *ret_report = r;
    return true;
}

static bool is_wet(const struct report *r)
{
    return r->w.pop >= 55;
}

static bool all_null(const struct report *r)
{
    return r->station->reporting == PLACE_REPORTS_EMPTY;
}

/* ---- descriptions ---- */

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

static const struct present *present_of(const struct weather_condition *c)
{
    for (size_t i = 0; i < sizeof presents / sizeof presents[0]; i++)
        if (strcmp(presents[i].forecast, c->weather) == 0)
            return &presents[i];
    return NULL;
}

static bool is_observed(const struct report *r, int i)
{
    const char *weather = r->w.condition[i].weather;

    return is_wet(r) || strcmp(weather, "fog") == 0 || strcmp(weather, "haze") == 0;
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

    if (!r->full && r->station->traits % 3 == 0)
        return json_string("");
    for (int i = 0; i < r->w.conditions; i++) {
        const struct weather_condition *c = &r->w.condition[i];
        const struct present *p = present_of(c);
        if (!p || !is_observed(r, i))
            continue;
        size_t n = strlen(text);
        const char *strength = !c->intensity                        ? ""
                               : strcmp(c->intensity, "light") == 0 ? "Light "
                               : strcmp(c->intensity, "heavy") == 0 ? "Heavy "
                                                                    : "";
        snprintf(text + n, sizeof text - n, "%s%s%s", n ? " and " : "", strength, p->words);
    }
    int sky = r->w.sky;
    int word = sky <= 5 ? 0 : sky <= 25 ? 1 : sky <= 50 ? 2 : sky <= 87 ? 3 : 4;
    return json_string(text[0] ? text : words[word]);
}

static json_t *present_weather(const struct report *r)
{
    json_t *list = json_array();

    for (int i = 0; i < r->w.conditions && !all_null(r); i++) {
        const struct weather_condition *c = &r->w.condition[i];
        const struct present *p = present_of(c);
        if (!p || !is_observed(r, i))
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
    double temp = weather_celsius(r->w.temp_f), dew = weather_celsius(r->w.dew_f);
    char wind[24];
    if (r->w.wind_kt == 0)
        snprintf(wind, sizeof wind, "00000KT");
    else
        snprintf(wind, sizeof wind, "%03d%02dKT", r->w.direction % 1000, r->w.wind_kt % 100);
    return json_sprintf(
        "%s %02d%02d%02dZ AUTO %s %dSM %s%s %s%02d/%s%02d A%04d RMK AO2", r->station->id, c.day,
        c.hour, c.minute, wind, (int)lround(r->w.visibility_m / 1609.344), sky_amount(r->w.sky),
        r->w.sky <= 5 ? "" : "048", temp < -0.5 ? "M" : "", (int)lround(fabs(temp)),
        dew < -0.5 ? "M" : "", (int)lround(fabs(dew)), (int)lround(r->w.pressure_pa / 33.8639));
}

/* ---- measurements ---- */

static json_t *measured(const char *unit, bool known, double value)
{
    return json_pack("{s:s, s:o, s:s}", "unitCode", unit, "value",
                     known ? doc_number(value) : json_null(), "qualityControl", known ? "V" : "Z");
}

static double degrees_measured(const struct report *r, double fahrenheit)
{
    double c = weather_celsius(fahrenheit);

    return r->full ? round(c * 10.0) / 10.0 : round(c);
}

static void put_wind(json_t *p, const struct report *r)
{
    bool known = r->station->reporting != PLACE_REPORTS_PARTIAL && !all_null(r);
    bool variable = r->w.wind_kt > 0 && r->w.wind_kt <= 3 && r->station->traits % 5 == 0;
    bool gusting = r->w.wind_kt >= 8 && r->w.gust_kt >= r->w.wind_kt + 7;

    doc_set(p, "windDirection",
            measured("wmoUnit:degree_(angle)", known && !variable,
                     r->w.wind_kt == 0 ? 0 : r->w.direction));
    doc_set(p, "windSpeed", measured("wmoUnit:km_h-1", known, r->w.wind_kt * 1.852));
    doc_set(p, "windGust", measured("wmoUnit:km_h-1", known && gusting, r->w.gust_kt * 1.852));
}

static void put_pressure(json_t *p, const struct report *r)
{
    bool known = !all_null(r);
    double pascal = round(r->w.pressure_pa / 10.0) * 10.0;

    doc_set(p, "barometricPressure", measured("wmoUnit:Pa", known, pascal));
    doc_set(p, "seaLevelPressure", measured("wmoUnit:Pa", known && r->full, pascal + 40.0));
    doc_set(p, "visibility", measured("wmoUnit:m", known, r->w.visibility_m));
    doc_set(p, "maxTemperatureLast24Hours", doc_quantity("wmoUnit:degC", json_null()));
    doc_set(p, "minTemperatureLast24Hours", doc_quantity("wmoUnit:degC", json_null()));
}

static void put_rain(json_t *p, const struct report *r)
{
    bool known = r->full && is_wet(r) && !all_null(r);
    double hour_mm = round(r->w.rain_mm / 3.0 * 10.0) / 10.0;

    if (r->full)
        doc_set(p, "precipitationLastHour", measured("wmoUnit:mm", known, hour_mm));
    doc_set(p, "precipitationLast3Hours", measured("wmoUnit:mm", false, 0.0));
    if (r->full)
        doc_set(p, "precipitationLast6Hours", measured("wmoUnit:mm", false, 0.0));
}

static void put_apparent(json_t *p, const struct report *r)
{
    bool known = r->station->reporting == PLACE_REPORTS_GOOD && r->station->traits % 2 == 0;
    double chill = 0.0, heat = 0.0;
    bool cold = known && weather_wind_chill_f(r->w.temp_f, r->w.wind_kt, &chill);
    bool hot = known && weather_heat_index_f(r->w.temp_f, r->w.humidity, &heat);

    doc_set(
        p, "relativeHumidity",
        measured("wmoUnit:percent", r->station->reporting < PLACE_REPORTS_PARTIAL, r->w.humidity));
    doc_set(p, "windChill", measured("wmoUnit:degC", cold, weather_celsius(chill)));
    doc_set(p, "heatIndex", measured("wmoUnit:degC", hot, weather_celsius(heat)));
    if (all_null(r)) {
        doc_set(p, "cloudLayers", json_null());
        return;
    }
    json_t *base = r->w.sky <= 5 ? json_null() : doc_number(1463.04);
    doc_set(p, "cloudLayers",
            json_pack("[{s:o, s:s}]", "base", doc_quantity("wmoUnit:m", base), "amount",
                      sky_amount(r->w.sky)));
}

static json_t *report_json(const struct report *r)
{
    const struct station *s = r->station;
    json_t *p = json_object(), *when = doc_utc_time(r->t), *text = description(r);
    bool felt = s->reporting < PLACE_REPORTS_PARTIAL;
    json_t *id = doc_url("stations/%s/observations/%s", s->id, json_string_value(when));

    json_object_set(p, "@id", id);
    doc_set(p, "@type", json_string("wx:ObservationStation"));
    doc_set(p, "elevation", doc_quantity("wmoUnit:m", doc_number(s->elevation_m)));
    doc_set(p, "station", doc_url("stations/%s", s->id));
    doc_set(p, "stationId", json_string(s->id));
    doc_set(p, "stationName", json_string(s->name));
    doc_set(p, "timestamp", when);
    doc_set(p, "rawMessage", metar(r));
    bool said = json_string_length(text) > 0 && !all_null(r);
    doc_set(p, "icon",
            said ? json_string("https://api.weather.gov/icons/land/day/sct?size=medium")
                 : json_null());
    doc_set(p, "textDescription", all_null(r) ? json_string("") : json_incref(text));
    json_decref(text);
    doc_set(p, "presentWeather", present_weather(r));
    doc_set(p, "temperature", measured("wmoUnit:degC", felt, degrees_measured(r, r->w.temp_f)));
    doc_set(p, "dewpoint", measured("wmoUnit:degC", felt, degrees_measured(r, r->w.dew_f)));
    put_wind(p, r);
    put_pressure(p, r);
    put_rain(p, r);
    put_apparent(p, r);
    return json_pack("{s:o, s:s, s:o, s:o}", "id", id, "type", "Feature", "geometry",
                     doc_point_geometry(s->lat, s->lon), "properties", p);
}

void doc_latest(const struct doc_request *request, struct doc_response *response)
{
    struct station s;
    struct report r;

    if (!doc_allow_params(request, "require_qc", response))
        return;
    if (!station_find(request, request->parts[1], &s) ||
        !latest_report(request, &s, request->now, &r)) {
        doc_respond_not_found(response);
        return;
    }
    json_t *document = report_json(&r);
    doc_set(document, "@context", doc_context(DOC_CONTEXT_POINT));
    doc_respond(response, document, 5 * MINUTE, r.t);
}

static int64_t time_param(const struct doc_request *request, const char *name, int64_t otherwise)
{
    int64_t t;
    const char *text = doc_param(request, name);

    return text && time_parse_rfc3339(str_of(text), &t) ? t : otherwise;
}

void doc_observations(const struct doc_request *request, struct doc_response *response)
{
    struct station s;
    struct report r;

    if (!doc_allow_params(request, "limit,start,end,cursor", response))
        return;
    if (!station_find(request, request->parts[1], &s)) {
        doc_respond_not_found(response);
        return;
    }
    const char *limit_text = doc_param(request, "limit");
    long limit = limit_text ? strtol(limit_text, NULL, 10) : LIST_MAX;
    if (limit < 1 || limit > LIST_MAX) {
        doc_respond_problem(response, 400, "InvalidParameter", "Bad Request", "Bad Request");
        return;
    }
    int64_t first = time_param(request, "start", request->now - 2 * DAY);
    int64_t t = time_param(request, "end", request->now);
    if (first < request->now - 30 * DAY) /* older ones are not available */
        first = request->now - 30 * DAY;
    if (t < first)
        t = first;
    json_t *features = json_array();
    for (long i = 0; i < limit && latest_report(request, &s, t, &r) && r.t >= first;
         i++, t = r.t - MINUTE)
        json_array_append_new(features, report_json(&r));
    doc_respond(response,
                json_pack("{s:o, s:s, s:o, s:{s:o}}", "@context", doc_context(DOC_CONTEXT_POINT),
                          "type", "FeatureCollection", "features", features, "pagination", "next",
                          doc_url("stations/%s/observations?cursor=eyJzIjo1MDB9", s.id)),
                5 * MINUTE, 0);
}
