/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/doc.c -- what all documents share: answers, problems, times, numbers, contexts. */
#include "tests/sim/doc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/civil.h"
#include "server/base/zone.h"

enum { HOUR = 3600, DAY = 86400 };

const char *ask_param(const struct ask *ask, const char *name)
{
    for (int i = 0; i < ask->param_count; i++)
        if (strcmp(ask->params[i].name, name) == 0)
            return ask->params[i].value;
    return NULL;
}

static bool listed(const char *names, const char *name)
{
    size_t n = strlen(name);

    for (const char *p = names; n > 0 && *p; p += strcspn(p, ","), p += *p == ',')
        if (strcspn(p, ",") == n && memcmp(p, name, n) == 0)
            return true;
    return false;
}

bool ask_allows(const struct ask *ask, const char *names, struct answer *answer)
{
    for (int i = 0; i < ask->param_count; i++) {
        if (listed(names, ask->params[i].name))
            continue;
        answer_problem(answer, 400, "InvalidParameter", "Bad Request", "Bad Request");
        set(answer->json, "parameterErrors",
            json_pack("[{s:o, s:s}]", "parameter", json_sprintf("query.%s", ask->params[i].name),
                      "message", "Query parameter is not recognized"));
        return false;
    }
    return true;
}

bool pair_parse(const char *text, double *ret_a, double *ret_b)
{
    char *end;

    if (strspn(text, "+-.0123456789,") != strlen(text) || strlen(text) > 60)
        return false;
    double a = strtod(text, &end);
    if (end == text || *end != ',')
        return false;
    const char *second = end + 1;
    double b = strtod(second, &end);
    if (end == second || *end)
        return false;
    *ret_a = a;
    *ret_b = b;
    return true;
}

bool ask_cell(const struct ask *ask, struct cell *ret_cell, struct answer *answer)
{
    double x, y;
    bool found = pair_parse(ask->parts[2], &x, &y) && fabs(x) < 1e6 && fabs(y) < 1e6 &&
                 cell_find(ask->parts[1], (int)x, (int)y, ret_cell);

    if (!found)
        answer_not_found(answer);
    return found;
}

void answer_json(struct answer *answer, json_t *json, int period_s, int64_t last_modified)
{
    answer->status = 200;
    answer->json = json;
    answer->period_s = period_s;
    answer->last_modified = last_modified;
}

void answer_problem(struct answer *answer, int status, const char *kind, const char *title,
                    const char *detail)
{
    uint64_t id = air_hash((uint64_t)status, (uint64_t)strlen(detail), (uint64_t)strlen(title));
    char correlation[16];

    snprintf(correlation, sizeof correlation, "%08x", (unsigned)(id & 0xffffffffu));
    json_decref(answer->json);
    answer->status = status;
    answer->type = "application/problem+json";
    answer->period_s = DAY;
    answer->last_modified = 0;
    answer->json = json_pack("{s:s, s:s, s:o, s:i, s:s, s:o}", "correlationId", correlation,
                             "title", title, "type", api_url("problems/%s", kind), "status", status,
                             "detail", detail, "instance", api_url("requests/%s", correlation));
}

void answer_not_found(struct answer *answer)
{
    answer_problem(answer, 404, "NotFound", "Not Found", "Not Found");
}

struct site site_of(const struct ask *ask, const struct cell *cell)
{
    return (struct site){ cell->lat, cell->lon, elevation_at(cell->lat, cell->lon),
                          cell->region->wet, ask->seed };
}

int64_t issued_at(const struct ask *ask, const struct cell *cell)
{
    /* Every three hours, some minutes past the hour that differ from office to office. */
    int64_t late = (int64_t)(air_hash(ask->seed, (uint64_t)cell->region->grid[0],
                                      (uint64_t)cell->region->grid[1]) %
                             3000);
    int64_t t = ask->now - late;

    return t - t % (3 * HOUR) + late;
}

int64_t rendered_at(const struct ask *ask)
{
    return ask->now - ask->now % 600;
}

void grid_span(const struct ask *ask, const struct cell *cell, int64_t *ret_start, int *ret_hours)
{
    int64_t issued = issued_at(ask, cell);

    *ret_start = issued - issued % (6 * HOUR) - 6 * HOUR;
    *ret_hours = air_hash(ask->seed, (uint64_t)cell->region->fips, 7) % 2 == 0 ? 181 + 6 : 198;
}

/* ---- pieces ---- */

void set(json_t *object, const char *name, json_t *value)
{
    json_object_set_new(object, name, value);
}

json_t *api_url(const char *format, ...)
{
    char path[400];
    va_list args;

    va_start(args, format);
    vsnprintf(path, sizeof path, format, args);
    va_end(args);
    return json_sprintf("https://api.weather.gov/%s", path);
}

json_t *api_context(int which)
{
    static const char *const texts[] = {
        [API_CONTEXT_POINT] =
            "[\"https://geojson.org/geojson-ld/geojson-context.jsonld\",{\"@version\":\"1.1\","
            "\"wx\":\"https://api.weather.gov/ontology#\",\"s\":\"https://schema.org/\","
            "\"geo\":\"http://www.opengis.net/ont/geosparql#\","
            "\"unit\":\"http://codes.wmo.int/common/unit/\","
            "\"@vocab\":\"https://api.weather.gov/ontology#\","
            "\"geometry\":{\"@id\":\"s:GeoCoordinates\",\"@type\":\"geo:wktLiteral\"},"
            "\"city\":\"s:addressLocality\",\"state\":\"s:addressRegion\","
            "\"distance\":{\"@id\":\"s:Distance\",\"@type\":\"s:QuantitativeValue\"},"
            "\"bearing\":{\"@type\":\"s:QuantitativeValue\"},\"value\":{\"@id\":\"s:value\"},"
            "\"unitCode\":{\"@id\":\"s:unitCode\",\"@type\":\"@id\"},"
            "\"forecastOffice\":{\"@type\":\"@id\"},\"forecastGridData\":{\"@type\":\"@id\"},"
            "\"publicZone\":{\"@type\":\"@id\"},\"county\":{\"@type\":\"@id\"}}]",
        [API_CONTEXT_GRID] =
            "[\"https://geojson.org/geojson-ld/geojson-context.jsonld\",{\"@version\":\"1.1\","
            "\"wmoUnit\":\"https://codes.wmo.int/common/unit/\","
            "\"nwsUnit\":\"https://api.weather.gov/ontology/unit/\"}]",
        [API_CONTEXT_FORECAST] =
            "[\"https://geojson.org/geojson-ld/geojson-context.jsonld\",{\"@version\":\"1.1\","
            "\"wx\":\"https://api.weather.gov/ontology#\","
            "\"geo\":\"http://www.opengis.net/ont/geosparql#\","
            "\"unit\":\"http://codes.wmo.int/common/unit/\","
            "\"@vocab\":\"https://api.weather.gov/ontology#\"}]",
        [API_CONTEXT_ALERT] =
            "[\"https://geojson.org/geojson-ld/geojson-context.jsonld\",{\"@version\":\"1.1\","
            "\"wx\":\"https://api.weather.gov/ontology#\","
            "\"@vocab\":\"https://api.weather.gov/ontology#\"}]",
    };

    return json_loads(texts[which], 0, NULL);
}

json_t *number(double value)
{
    return value == floor(value) && fabs(value) < 1e15 ? json_integer((json_int_t)value)
                                                       : json_real(value);
}

json_t *quantity(const char *unit, json_t *value)
{
    return json_pack("{s:s, s:o}", "unitCode", unit, "value", value);
}

json_t *coordinate(double degrees)
{
    return number(round(degrees * 1e4) / 1e4);
}

json_t *point_geometry(double lat, double lon)
{
    return json_pack("{s:s, s:[o, o]}", "type", "Point", "coordinates", coordinate(lon),
                     coordinate(lat));
}

json_t *cell_geometry(const struct cell *cell)
{
    double lat[4], lon[4];
    json_t *ring = json_array();

    cell_corners(cell, lat, lon);
    for (int i = 0; i <= 4; i++)
        json_array_append_new(ring,
                              json_pack("[o, o]", coordinate(lon[i % 4]), coordinate(lat[i % 4])));
    return json_pack("{s:s, s:[o]}", "type", "Polygon", "coordinates", ring);
}

static json_t *time_text(const struct civil *c)
{
    int minutes = abs(c->offset_s) / 60;

    return json_sprintf("%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", c->year, c->month, c->day,
                        c->hour, c->minute, c->second, c->offset_s < 0 ? '-' : '+', minutes / 60,
                        minutes % 60);
}

json_t *utc_text(int64_t t)
{
    struct civil c = civil_of(zone_utc(), t);

    return time_text(&c);
}

json_t *local_text(const char *time_zone, int64_t t)
{
    const struct zone *zone = zone_get(str_of(time_zone));
    struct civil c = civil_of(zone ? zone : zone_utc(), t);

    return time_text(&c);
}

json_t *interval_text(int64_t start, int64_t seconds)
{
    struct civil c = civil_of(zone_utc(), start);
    int days = (int)(seconds / DAY), hours = (int)(seconds % DAY / HOUR);
    char day_text[16] = "", hour_text[16] = "";

    if (days > 0)
        snprintf(day_text, sizeof day_text, "%dD", days);
    if (hours > 0)
        snprintf(hour_text, sizeof hour_text, "T%dH", hours);
    return json_sprintf("%04d-%02d-%02dT%02d:%02d:%02d+00:00/P%s%s", c.year, c.month, c.day, c.hour,
                        c.minute, c.second, day_text, hour_text);
}

int standard_offset_s(const char *time_zone, int64_t t)
{
    const struct zone *zone = zone_get(str_of(time_zone));

    if (!zone)
        return 0;
    int least = civil_of(zone, t).offset_s;
    for (int quarter = 1; quarter < 4; quarter++) { /* one of four quarters is in winter */
        int offset = civil_of(zone, t + quarter * 91 * DAY).offset_s;
        least = offset < least ? offset : least;
    }
    return least;
}
