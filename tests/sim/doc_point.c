/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/doc_point.c -- /points/{latitude},{longitude}: the grid, zones and stations of a place.
 *
 * Redirects like the real service: coordinates with more than four decimals are rounded, then
 * trailing zeros are removed, each by a 301 with a relative Location. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/doc.h"

enum { DAY = 86400 };

static int decimals(const char *text)
{
    const char *dot = strchr(text, '.');

    return dot ? (int)strspn(dot + 1, "0123456789") : 0;
}

static bool redundant_zero(const char *text)
{
    size_t n = strlen(text);

    return strchr(text, '.') && n > 0 && (text[n - 1] == '0' || text[n - 1] == '.');
}

static void format_degrees(double value, char out[32])
{
    snprintf(out, 32, "%.4f", value);
    size_t n = strlen(out);
    while (n > 0 && out[n - 1] == '0')
        out[--n] = '\0';
    if (n > 0 && out[n - 1] == '.')
        out[n - 1] = '\0';
}

static void redirect(struct doc_response *response, double lat, double lon, bool precision)
{
    char a[32], b[32];

    format_degrees(lat, a);
    format_degrees(lon, b);
    if (precision)
        doc_respond_problem(
            response, 301, "AdjustPointPrecision", "Adjusting Precision Of Point Coordinate",
            "The precision of latitude/longitude points is limited to 4 decimal digits "
            "for efficiency. The location attribute contains your request mapped to the "
            "nearest supported point. If your client supports it, you will be "
            "redirected.");
    else
        doc_respond_problem(
            response, 301, "AdjustTrailingZeroRedundancy",
            "Adjusting Trailing Zeros Of Point Coordinate",
            "The coordinates cannot have trailing zeros in the decimal digit. The "
            "location attribute contains your request with the redundancy removed. If "
            "your client supports it, you will be redirected.");
    if (precision) /* only round; "45.4580" leads to another redirect */
        snprintf(response->location, sizeof response->location, "/points/%.4f,%.4f", lat, lon);
    else
        snprintf(response->location, sizeof response->location, "/points/%s,%s", a, b);
}

static json_t *relative_location(const struct place_region *region, double lat, double lon)
{
    const struct place_city *city = place_nearest_city(lat, lon, 60.0);
    double at_lat = city ? city->lat : lat, at_lon = city ? city->lon : lon;
    struct place_zone county;

    place_zone_at(region, lat, lon, PLACE_ZONE_COUNTY, &county);
    json_t *distance = doc_number(round(place_distance_km(at_lat, at_lon, lat, lon) * 1000.0));
    json_t *bearing = doc_number(place_bearing_degrees(at_lat, at_lon, lat, lon));
    return json_pack("{s:s, s:o, s:{s:s, s:s, s:o, s:o}}", "type", "Feature", "geometry",
                     doc_point_geometry(at_lat, at_lon), "properties", "city",
                     city ? city->name : county.name, "state", city ? city->state : region->code,
                     "distance", doc_quantity("wmoUnit:m", distance), "bearing",
                     doc_quantity("wmoUnit:degree_(angle)", bearing));
}

/* Accurate to a few minutes; null when the sun does not cross that height on that day. */
static json_t *sun_text(const char *time_zone, double lat, double lon, int64_t day, double height,
                        int side)
{
    static const double degree = 3.14159265358979323846 / 180.0;
    double declination =
        -23.44 * degree * cos(2.0 * 180.0 * degree * ((double)(day / DAY % 365) + 10) / 365.0);
    double cosine = (sin(height * degree) - sin(lat * degree) * sin(declination)) /
                    (cos(lat * degree) * cos(declination));

    if (side != 0 && fabs(cosine) > 1.0)
        return json_null();
    double half_day_s = side == 0 ? 0.0 : acos(cosine) / degree / 15.0 * 3600.0;
    int64_t noon = day + DAY / 2 - (int64_t)(lon / 15.0 * 3600.0);
    return doc_local_time(time_zone, noon + (int64_t)(side * half_day_s));
}

static json_t *astronomy(const struct doc_request *request, const char *zone, double lat,
                         double lon)
{
    static const struct {
        const char *name;
        double height;
        int side;
    } rows[] = {
        { "sunrise", -0.833, -1 },
        { "sunset", -0.833, 1 },
        { "transit", 0.0, 0 },
        { "civilTwilightBegin", -6.0, -1 },
        { "civilTwilightEnd", -6.0, 1 },
        { "nauticalTwilightBegin", -12.0, -1 },
        { "nauticalTwilightEnd", -12.0, 1 },
        { "astronomicalTwilightBegin", -18.0, -1 },
        { "astronomicalTwilightEnd", -18.0, 1 },
    };
    json_t *o = json_object();
    int64_t day = request->now - request->now % DAY;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        doc_set(o, rows[i].name, sun_text(zone, lat, lon, day, rows[i].height, rows[i].side));
    return o;
}

static json_t *properties(const struct doc_request *request, const struct place_cell *cell,
                          double lat, double lon, const char *point)
{
    const struct place_region *region = cell->region;
    const char *zone = place_time_zone(region, lat, lon);
    struct place_zone forecast, county;

    place_zone_at(region, lat, lon, PLACE_ZONE_FORECAST, &forecast);
    place_zone_at(region, lat, lon, PLACE_ZONE_COUNTY, &county);
    char grid[64];
    snprintf(grid, sizeof grid, "gridpoints/%s/%d,%d", region->grid, cell->x, cell->y);
    json_t *p = json_object();
    doc_set(p, "@id", doc_url("points/%s", point));
    doc_set(p, "@type", json_string("wx:Point"));
    doc_set(p, "cwa", json_string(region->cwa));
    doc_set(p, "type", json_string("land"));
    doc_set(p, "forecastOffice", doc_url("offices/%s", region->grid));
    doc_set(p, "gridId", json_string(region->grid));
    doc_set(p, "gridX", json_integer(cell->x));
    doc_set(p, "gridY", json_integer(cell->y));
    doc_set(p, "forecast", doc_url("%s/forecast", grid));
    doc_set(p, "forecastHourly", doc_url("%s/forecast/hourly", grid));
    doc_set(p, "forecastGridData", doc_url("%s", grid));
    doc_set(p, "observationStations", doc_url("%s/stations", grid));
    doc_set(p, "relativeLocation", relative_location(region, lat, lon));
    doc_set(p, "forecastZone", doc_url("zones/forecast/%s", forecast.id));
    doc_set(p, "county", doc_url("zones/county/%s", county.id));
    doc_set(p, "fireWeatherZone", doc_url("zones/fire/%s", forecast.id));
    doc_set(p, "timeZone", json_string(zone));
    doc_set(p, "radarStation", region->radar[0] ? json_string(region->radar) : json_null());
    doc_set(p, "astronomicalData", astronomy(request, zone, lat, lon));
    doc_set(p, "nwr",
            json_pack("{s:s, s:o, s:o, s:o}", "transmitter", "KHB35", "sameCode",
                      json_sprintf("%03d%s", region->fips, county.id + 3), "areaBroadcast",
                      doc_url("radio/KHB35/broadcast"), "pointBroadcast",
                      doc_url("points/%s/radio", point)));
    return p;
}

void doc_point(const struct doc_request *request, struct doc_response *response)
{
    double lat, lon;
    char lat_text[64], lon_text[64], point[80], a[32], b[32];

    if (!doc_allow_params(request, "", response))
        return;
    if (!doc_parse_pair(request->parts[1], &lat, &lon) || fabs(lat) > 90.0 || fabs(lon) > 180.0) {
        doc_respond_problem(response, 404, "InvalidParameter", "Bad Request", "Bad Request");
        return;
    }
    size_t comma = strcspn(request->parts[1], ",");
    snprintf(lat_text, sizeof lat_text, "%.*s", (int)comma, request->parts[1]);
    snprintf(lon_text, sizeof lon_text, "%s", request->parts[1] + comma + 1);
    if (decimals(lat_text) > 4 || decimals(lon_text) > 4) {
        redirect(response, lat, lon, true);
        return;
    }
    if (redundant_zero(lat_text) || redundant_zero(lon_text)) {
        redirect(response, lat, lon, false);
        return;
    }
    format_degrees(lat, a);
    format_degrees(lon, b);
    snprintf(point, sizeof point, "%s,%s", a, b);
    struct place_cell cell;
    if (!place_cell_at(lat, lon, &cell)) {
        char detail[160];
        snprintf(detail, sizeof detail, "Unable to provide data for requested point %s", point);
        doc_respond_problem(response, 404, "InvalidPoint", "Data Unavailable For Requested Point",
                            detail);
        return;
    }
    doc_respond(response,
                json_pack("{s:o, s:o, s:s, s:o, s:o}", "@context", doc_context(DOC_CONTEXT_POINT),
                          "id", doc_url("points/%s", point), "type", "Feature", "geometry",
                          doc_point_geometry(lat, lon), "properties",
                          properties(request, &cell, lat, lon, point)),
                DAY, 0);
}
