/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/points.c -- /points/{latitude},{longitude}: which grid, zones and stations serve a
 * place.
 *
 * Redirects like the service: more than four decimals are rounded, trailing zeros are taken off,
 * each by a 301 of its own with a relative Location. */
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

static void plain_number(double value, char out[32])
{
    snprintf(out, 32, "%.4f", value);
    size_t n = strlen(out);
    while (n > 0 && out[n - 1] == '0')
        out[--n] = '\0';
    if (n > 0 && out[n - 1] == '.')
        out[n - 1] = '\0';
}

static void redirect(struct answer *answer, double lat, double lon, bool precision)
{
    char a[32], b[32];

    plain_number(lat, a);
    plain_number(lon, b);
    if (precision)
        answer_problem(answer, 301, "AdjustPointPrecision",
                       "Adjusting Precision Of Point Coordinate",
                       "The precision of latitude/longitude points is limited to 4 decimal digits "
                       "for efficiency. The location attribute contains your request mapped to the "
                       "nearest supported point. If your client supports it, you will be "
                       "redirected.");
    else
        answer_problem(answer, 301, "AdjustTrailingZeroRedundancy",
                       "Adjusting Trailing Zeros Of Point Coordinate",
                       "The coordinates cannot have trailing zeros in the decimal digit. The "
                       "location attribute contains your request with the redundancy removed. If "
                       "your client supports it, you will be redirected.");
    if (precision) /* rounds only: "45.4580" is the next redirect's business */
        snprintf(answer->location, sizeof answer->location, "/points/%.4f,%.4f", lat, lon);
    else
        snprintf(answer->location, sizeof answer->location, "/points/%s,%s", a, b);
}

static json_t *relative_location(const struct region *region, double lat, double lon)
{
    const struct city *city = city_near(lat, lon, 60.0);
    double at_lat = city ? city->lat : lat, at_lon = city ? city->lon : lon;
    struct zone_info county;

    zone_at(region, lat, lon, ZONE_COUNTY, &county);
    json_t *distance = number(round(distance_km(at_lat, at_lon, lat, lon) * 1000.0));
    json_t *bearing = number(bearing_degrees(at_lat, at_lon, lat, lon));
    return json_pack("{s:s, s:o, s:{s:s, s:s, s:o, s:o}}", "type", "Feature", "geometry",
                     point_geometry(at_lat, at_lon), "properties", "city",
                     city ? city->name : county.name, "state", city ? city->state : region->code,
                     "distance", quantity("wmoUnit:m", distance), "bearing",
                     quantity("wmoUnit:degree_(angle)", bearing));
}

/* Good to a few minutes; null where the sun does not cross that height on that day. */
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
    return local_text(time_zone, noon + (int64_t)(side * half_day_s));
}

static json_t *astronomy(const struct ask *ask, const char *zone, double lat, double lon)
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
    int64_t day = ask->now - ask->now % DAY;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        set(o, rows[i].name, sun_text(zone, lat, lon, day, rows[i].height, rows[i].side));
    return o;
}

static json_t *properties(const struct ask *ask, const struct cell *cell, double lat, double lon,
                          const char *point)
{
    const struct region *region = cell->region;
    const char *zone = time_zone_at(region, lat, lon);
    struct zone_info forecast, county;

    zone_at(region, lat, lon, ZONE_FORECAST, &forecast);
    zone_at(region, lat, lon, ZONE_COUNTY, &county);
    char grid[64];
    snprintf(grid, sizeof grid, "gridpoints/%s/%d,%d", region->grid, cell->x, cell->y);
    json_t *p = json_object();
    set(p, "@id", api_url("points/%s", point));
    set(p, "@type", json_string("wx:Point"));
    set(p, "cwa", json_string(region->cwa));
    set(p, "type", json_string("land"));
    set(p, "forecastOffice", api_url("offices/%s", region->grid));
    set(p, "gridId", json_string(region->grid));
    set(p, "gridX", json_integer(cell->x));
    set(p, "gridY", json_integer(cell->y));
    set(p, "forecast", api_url("%s/forecast", grid));
    set(p, "forecastHourly", api_url("%s/forecast/hourly", grid));
    set(p, "forecastGridData", api_url("%s", grid));
    set(p, "observationStations", api_url("%s/stations", grid));
    set(p, "relativeLocation", relative_location(region, lat, lon));
    set(p, "forecastZone", api_url("zones/forecast/%s", forecast.id));
    set(p, "county", api_url("zones/county/%s", county.id));
    set(p, "fireWeatherZone", api_url("zones/fire/%s", forecast.id));
    set(p, "timeZone", json_string(zone));
    set(p, "radarStation", region->radar[0] ? json_string(region->radar) : json_null());
    set(p, "astronomicalData", astronomy(ask, zone, lat, lon));
    set(p, "nwr",
        json_pack("{s:s, s:o, s:o, s:o}", "transmitter", "KHB35", "sameCode",
                  json_sprintf("%03d%s", region->fips, county.id + 3), "areaBroadcast",
                  api_url("radio/KHB35/broadcast"), "pointBroadcast",
                  api_url("points/%s/radio", point)));
    return p;
}

void doc_point(const struct ask *ask, struct answer *answer)
{
    double lat, lon;
    char lat_text[64], lon_text[64], point[80], a[32], b[32];

    if (!ask_allows(ask, "", answer))
        return;
    if (!pair_parse(ask->parts[1], &lat, &lon) || fabs(lat) > 90.0 || fabs(lon) > 180.0) {
        answer_problem(answer, 404, "InvalidParameter", "Bad Request", "Bad Request");
        return;
    }
    size_t comma = strcspn(ask->parts[1], ",");
    snprintf(lat_text, sizeof lat_text, "%.*s", (int)comma, ask->parts[1]);
    snprintf(lon_text, sizeof lon_text, "%s", ask->parts[1] + comma + 1);
    if (decimals(lat_text) > 4 || decimals(lon_text) > 4) {
        redirect(answer, lat, lon, true);
        return;
    }
    if (redundant_zero(lat_text) || redundant_zero(lon_text)) {
        redirect(answer, lat, lon, false);
        return;
    }
    plain_number(lat, a);
    plain_number(lon, b);
    snprintf(point, sizeof point, "%s,%s", a, b);
    struct cell cell;
    if (!cell_at(lat, lon, &cell)) {
        char detail[160];
        snprintf(detail, sizeof detail, "Unable to provide data for requested point %s", point);
        answer_problem(answer, 404, "InvalidPoint", "Data Unavailable For Requested Point", detail);
        return;
    }
    answer_json(answer,
                json_pack("{s:o, s:o, s:s, s:o, s:o}", "@context", api_context(API_CONTEXT_POINT),
                          "id", api_url("points/%s", point), "type", "Feature", "geometry",
                          point_geometry(lat, lon), "properties",
                          properties(ask, &cell, lat, lon, point)),
                DAY, 0);
}
