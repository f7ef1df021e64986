/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/doc.c -- what all documents share: responses, errors, times, numbers, JSON-LD
 * contexts. */
#include "tests/sim/doc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/civil.h"
#include "server/base/zone.h"

enum { HOUR = 3600, DAY = 86400 };

const char *doc_param(const struct doc_request *request, const char *name)
{
    for (int i = 0; i < request->param_count; i++)
        if (strcmp(request->params[i].name, name) == 0)
            return request->params[i].value;
    return NULL;
}

static bool list_contains(const char *names, const char *name)
{
    size_t n = strlen(name);

    for (const char *p = names; n > 0 && *p; p += strcspn(p, ","), p += *p == ',')
        if (strcspn(p, ",") == n && memcmp(p, name, n) == 0)
            return true;
    return false;
}

bool doc_allow_params(const struct doc_request *request, const char *names,
                      struct doc_response *response)
{
    for (int i = 0; i < request->param_count; i++) {
        if (list_contains(names, request->params[i].name))
            continue;
        doc_respond_problem(response, 400, "InvalidParameter", "Bad Request", "Bad Request");
        doc_set(response->json, "parameterErrors",
                json_pack("[{s:o, s:s}]", "parameter",
                          json_sprintf("query.%s", request->params[i].name), "message",
                          "Query parameter is not recognized"));
        return false;
    }
    return true;
}

bool doc_parse_pair(const char *text, double *ret_a, double *ret_b)
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

bool doc_find_cell(const struct doc_request *request, struct place_cell *ret_cell,
                   struct doc_response *response)
{
    double x, y;
    bool found = doc_parse_pair(request->parts[2], &x, &y) && fabs(x) < 1e6 && fabs(y) < 1e6 &&
                 place_find_cell(request->parts[1], (int)x, (int)y, ret_cell);

    if (!found)
        doc_respond_not_found(response);
    return found;
}

void doc_respond(struct doc_response *response, json_t *json, int period_s, int64_t last_modified)
{
    response->status = 200;
    response->json = json;
    response->period_s = period_s;
    response->last_modified = last_modified;
}

void doc_respond_problem(struct doc_response *response, int status, const char *kind,
                         const char *title, const char *detail)
{
    uint64_t id = weather_hash((uint64_t)status, (uint64_t)strlen(detail), (uint64_t)strlen(title));
    char correlation[16];

    snprintf(correlation, sizeof correlation, "%08x", (unsigned)(id & 0xffffffffu));
    json_decref(response->json);
    response->status = status;
    response->type = "application/problem+json";
    response->period_s = DAY;
    response->last_modified = 0;
    response->json =
        json_pack("{s:s, s:s, s:o, s:i, s:s, s:o}", "correlationId", correlation, "title", title,
                  "type", doc_url("problems/%s", kind), "status", status, "detail", detail,
                  "instance", doc_url("requests/%s", correlation));
}

void doc_respond_not_found(struct doc_response *response)
{
    doc_respond_problem(response, 404, "NotFound", "Not Found", "Not Found");
}

struct weather_site doc_site(const struct doc_request *request, const struct place_cell *cell)
{
    return (struct weather_site){ cell->lat, cell->lon, place_elevation_m(cell->lat, cell->lon),
                                  cell->region->wet, request->seed };
}

int64_t doc_issued_at(const struct doc_request *request, const struct place_cell *cell)
{
    /* Every three hours, at a minute past the hour that depends on the office. */
    int64_t late = (int64_t)(weather_hash(request->seed, (uint64_t)cell->region->grid[0],
                                          (uint64_t)cell->region->grid[1]) %
                             3000);
    int64_t t = request->now - late;

    return t - t % (3 * HOUR) + late;
}

int64_t doc_rendered_at(const struct doc_request *request)
{
    return request->now - request->now % 600;
}

void doc_grid_span(const struct doc_request *request, const struct place_cell *cell,
                   int64_t *ret_start, int *ret_hours)
{
    int64_t issued = doc_issued_at(request, cell);

    *ret_start = issued - issued % (6 * HOUR) - 6 * HOUR;
    *ret_hours =
        weather_hash(request->seed, (uint64_t)cell->region->fips, 7) % 2 == 0 ? 181 + 6 : 198;
}

/* ---- JSON ---- */

void doc_set(json_t *object, const char *name, json_t *value)
{
    json_object_set_new(object, name, value);
}

json_t *doc_url(const char *format, ...)
{
    char path[400];
    va_list args;

    va_start(args, format);
    vsnprintf(path, sizeof path, format, args);
    va_end(args);
    return json_sprintf("https://api.weather.gov/%s", path);
}

json_t *doc_context(int which)
{
    static const char *const texts[] = {
        [DOC_CONTEXT_POINT] =
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
        [DOC_CONTEXT_GRID] =
            "[\"https://geojson.org/geojson-ld/geojson-context.jsonld\",{\"@version\":\"1.1\","
            "\"wmoUnit\":\"https://codes.wmo.int/common/unit/\","
            "\"nwsUnit\":\"https://api.weather.gov/ontology/unit/\"}]",
        [DOC_CONTEXT_FORECAST] =
            "[\"https://geojson.org/geojson-ld/geojson-context.jsonld\",{\"@version\":\"1.1\","
            "\"wx\":\"https://api.weather.gov/ontology#\","
            "\"geo\":\"http://www.opengis.net/ont/geosparql#\","
            "\"unit\":\"http://codes.wmo.int/common/unit/\","
            "\"@vocab\":\"https://api.weather.gov/ontology#\"}]",
        [DOC_CONTEXT_ALERT] =
            "[\"https://geojson.org/geojson-ld/geojson-context.jsonld\",{\"@version\":\"1.1\","
            "\"wx\":\"https://api.weather.gov/ontology#\","
            "\"@vocab\":\"https://api.weather.gov/ontology#\"}]",
    };

    return json_loads(texts[which], 0, NULL);
}

json_t *doc_number(double value)
{
    return value == floor(value) && fabs(value) < 1e15 ? json_integer((json_int_t)value)
                                                       : json_real(value);
}

json_t *doc_quantity(const char *unit, json_t *value)
{
    return json_pack("{s:s, s:o}", "unitCode", unit, "value", value);
}

json_t *doc_coordinate(double degrees)
{
    return doc_number(round(degrees * 1e4) / 1e4);
}

json_t *doc_point_geometry(double lat, double lon)
{
    return json_pack("{s:s, s:[o, o]}", "type", "Point", "coordinates", doc_coordinate(lon),
                     doc_coordinate(lat));
}

json_t *doc_cell_geometry(const struct place_cell *cell)
{
    double lat[4], lon[4];
    json_t *ring = json_array();

    place_cell_corners(cell, lat, lon);
    for (int i = 0; i <= 4; i++)
        json_array_append_new(
            ring, json_pack("[o, o]", doc_coordinate(lon[i % 4]), doc_coordinate(lat[i % 4])));
    return json_pack("{s:s, s:[o]}", "type", "Polygon", "coordinates", ring);
}

static json_t *time_text(const struct civil *c)
{
    int minutes = abs(c->offset_s) / 60;

    return json_sprintf("%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", c->year, c->month, c->day,
                        c->hour, c->minute, c->second, c->offset_s < 0 ? '-' : '+', minutes / 60,
                        minutes % 60);
}

json_t *doc_utc_time(int64_t t)
{
    struct civil c = civil_of(zone_utc(), t);

    return time_text(&c);
}

json_t *doc_local_time(const char *time_zone, int64_t t)
{
    const struct zone *zone = zone_get(str_of(time_zone));
    struct civil c = civil_of(zone ? zone : zone_utc(), t);

    return time_text(&c);
}

json_t *doc_interval(int64_t start, int64_t seconds)
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

int doc_standard_offset_s(const char *time_zone, int64_t t)
{
    const struct zone *zone = zone_get(str_of(time_zone));

    if (!zone)
        return 0;
    int min = civil_of(zone, t).offset_s;
    for (int quarter = 1; quarter < 4; quarter++) { /* one of these four times is in winter */
        int offset = civil_of(zone, t + quarter * 91 * DAY).offset_s;
        min = offset < min ? offset : min;
    }
    return min;
}
