/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_entry.c -- writes and reads LocationCache entries.
 *
 * Entries store paths instead of URLs: the base URL of the settings may change, and stored paths go
 * through nws_url() like any URL from a document. A place without a grid is stored with an empty
 * path; a missing path means that the entry is older than paths. */
#include "intents/weather/place_entry.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "intents/weather/nws_internal.h"
#include "intents/weather/place_zone.h"
#include "intents/weather/point.h"
#include "intents/weather/us_state.h"
#include "server/base/json.h"
#include "server/base/zone.h"

enum { TEXT_MAX = POINT_URL_MAX }; /* the longest member is a path */

/* ---- coordinates ---- */

/* "%.4f" without trailing zeros. */
static size_t format_degrees(char *out, size_t size, double degrees)
{
    int n = snprintf(out, size, "%.4f", degrees);
    size_t length = n > 0 && (size_t)n < size ? (size_t)n : 0;

    while (length > 1 && out[length - 1] == '0')
        length--;
    if (length > 1 && out[length - 1] == '.')
        length--;
    out[length] = '\0';
    if (strcmp(out, "-0") == 0)
        memcpy(out, "0", 2);
    return strlen(out);
}

struct str place_entry_coords(double lat, double lon, char out[PLACE_ENTRY_COORDS_MAX])
{
    size_t n = format_degrees(out, PLACE_ENTRY_COORDS_MAX / 2, lat);

    out[n++] = ',';
    n += format_degrees(out + n, PLACE_ENTRY_COORDS_MAX / 2, lon);
    return (struct str){ out, n };
}

static bool read_number(const json_t *value, double *ret)
{
    if (json_is_string(value))
        return str_to_double(str_trim(str_of(json_string_value(value))), ret);
    if (!json_is_number(value))
        return false;
    *ret = json_number_value(value);
    return true;
}

static bool read_degrees(const json_t *coords, double *ret_lat, double *ret_lon)
{
    const json_t *lon;

    if (json_is_string(coords)) {
        struct str text = str_of(json_string_value(coords));
        size_t comma = str_index(text, ',');

        return comma < text.n && str_to_double(str_trim(str_sub(text, 0, comma)), ret_lat) &&
               str_to_double(str_trim(str_sub(text, comma + 1, text.n)), ret_lon);
    }
    if (json_is_array(coords))
        return json_array_size(coords) == 2 && read_number(json_array_get(coords, 0), ret_lat) &&
               read_number(json_array_get(coords, 1), ret_lon);
    lon = json_object_get(coords, "lng");
    return read_number(json_object_get(coords, "lat"), ret_lat) &&
           read_number(lon ? lon : json_object_get(coords, "lon"), ret_lon);
}

static bool read_coords(const json_t *entry, double *ret_lat, double *ret_lon)
{
    double lat, lon;

    if (!read_degrees(json_object_get(entry, "coords"), &lat, &lon) || !(fabs(lat) <= 90.0) ||
        !(fabs(lon) <= 180.0))
        return false;
    *ret_lat = lat;
    *ret_lon = lon;
    return true;
}

/* ---- writing ---- */

static bool put_text(json_t *entry, const char *member, struct str text)
{
    return json_object_set_new(entry, member, json_stringn(text.p ? text.p : "", text.n)) == 0;
}

/* The URL without the base URL. */
static struct str url_path(const struct nws *n, struct str url)
{
    return str_sub(url, strlen(nws_base(n)), url.n);
}

static bool put_stations(json_t *entry, const struct place *place)
{
    json_t *ids = json_array();
    bool good = ids;

    for (size_t i = 0; good && i < place->station_count; i++)
        good = json_array_append_new(ids,
                                     json_stringn(place->stations[i].p, place->stations[i].n)) == 0;
    return json_object_set_new(entry, "observationStations", ids) == 0 && good;
}

json_t *place_entry_make(const struct nws *n, const struct place *place)
{
    char coords[PLACE_ENTRY_COORDS_MAX];
    json_t *entry = json_object();
    bool good =
        put_text(entry, "city", place->city) && put_text(entry, "state", str_of(place->state)) &&
        put_text(entry, "coords", place_entry_coords(place->lat, place->lon, coords)) &&
        put_text(entry, "cwa", place->cwa) && put_text(entry, "gridPoint", place->grid_point) &&
        put_text(entry, "timeZone", str_of(zone_name(place->zone))) &&
        put_text(entry, "forecastZoneId", place->forecast_zone_id) &&
        put_text(entry, "forecastZoneName", place->forecast_zone_name) &&
        put_text(entry, "countyZoneId", place->county_zone_id) &&
        put_text(entry, "countyZoneName", place->county_zone_name) &&
        put_text(entry, "gridPath", url_path(n, place->grid_url)) &&
        put_text(entry, "forecastPath", url_path(n, place->forecast_url)) &&
        put_stations(entry, place);

    if (good && place->near)
        good = json_object_set_new(entry, "near", json_true()) == 0;
    if (good)
        return entry;
    json_decref(entry);
    return NULL;
}

/* ---- reading ---- */

static struct str entry_text(const json_t *entry, const char *member)
{
    const json_t *value = json_object_get(entry, member);
    struct str text = { json_string_value(value), json_string_length(value) };

    if (text.n > TEXT_MAX)
        return STR_NONE;
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
            return STR_NONE;
    return text;
}

static struct str entry_id(const json_t *entry, const char *member)
{
    struct str id = entry_text(entry, member);

    return point_id_valid(id) ? id : STR_NONE;
}

/* "CO"; "Colorado" in old entries. */
static const char *entry_state(const json_t *entry)
{
    struct str text = entry_text(entry, "state");
    const char *code = text.n == 2 && us_state_name(text.p) ? text.p : NULL;

    return code || text.n == 0 ? code : us_state_find(text);
}

/* "BOU/54,74"; in old entries "54,74", the office being in `cwa`. */
static struct str grid_point_of(const json_t *entry, struct str cwa, struct arena *arena)
{
    struct str text = entry_text(entry, "gridPoint");

    if (text.n > 0 && str_index(text, '/') == text.n && cwa.n > 0)
        text = arena_printf(arena, "%.*s/%.*s", STR_ARG(cwa), STR_ARG(text));
    return point_grid_valid(text) ? text : STR_NONE;
}

/* The URL of a path member, or `fallback` when the entry has no such member. */
static struct str entry_url(const struct nws *n, const json_t *entry, const char *member,
                            struct arena *arena, struct str fallback)
{
    if (!json_is_string(json_object_get(entry, member)))
        return fallback;
    return nws_url(n, arena, entry_text(entry, member));
}

static void read_urls(const struct nws *n, const json_t *entry, struct arena *arena,
                      struct place *place)
{
    struct str grid = STR_NONE, forecast = STR_NONE;

    place->grid_point = grid_point_of(entry, place->cwa, arena);
    if (place->grid_point.n > 0 && !json_object_get(entry, "gridPath"))
        grid = arena_printf(arena, "%s/gridpoints/%.*s", nws_base(n), STR_ARG(place->grid_point));
    place->grid_url = entry_url(n, entry, "gridPath", arena, grid);
    if (place->grid_url.n > 0 && !json_object_get(entry, "forecastPath"))
        forecast = arena_printf(arena, "%.*s/forecast", STR_ARG(place->grid_url));
    place->forecast_url = entry_url(n, entry, "forecastPath", arena, forecast);
}

/* An id of "" or null means that there is no such zone; but every place has one. */
static bool zones_are_unread(const json_t *entry, const struct place *place)
{
    static const char *const members[] = { "forecastZoneId", "countyZoneId" };

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const json_t *id = json_object_get(entry, members[i]);
        bool none = json_is_null(id) || (json_is_string(id) && json_string_length(id) == 0);
        if (!none && entry_id(entry, members[i]).n == 0)
            return true;
    }
    return place->forecast_zone_id.n == 0 && place->county_zone_id.n == 0;
}

static void read_stations(const json_t *entry, struct place *place)
{
    const json_t *list = json_object_get(entry, "observationStations"), *each;
    size_t i;

    place->station_count = 0;
    json_array_foreach (list, i, each) {
        struct str id = str_of(json_string_value(each));

        id = str_after_last(id, '/'); /* old entries may have URLs */
        if (place->station_count < PLACE_STATIONS_MAX && point_id_valid(id))
            place->stations[place->station_count++] = id;
    }
}

bool place_entry_read(const struct nws *n, const json_t *entry, struct arena *arena,
                      struct place *place)
{
    struct str city = entry_text(entry, "city"), time_zone = entry_text(entry, "timeZone");
    const char *state = entry_state(entry);
    double lat, lon;

    if (city.n == 0 || !state || !read_coords(entry, &lat, &lon))
        return false;
    place->city = city;
    place->state[0] = (char)toupper((unsigned char)state[0]);
    place->state[1] = (char)toupper((unsigned char)state[1]);
    place->state[2] = '\0';
    place->state_name = str_of(us_state_name(place->state));
    place->near = json_bool(entry, "near", false);
    place->lat = lat;
    place->lon = lon;
    place->cwa = entry_id(entry, "cwa");
    read_urls(n, entry, arena, place);
    if (place_zone_of(time_zone, place->state, lat, lon, &place->zone) != ST_OK)
        return false;
    place->forecast_zone_id = entry_id(entry, "forecastZoneId");
    place->forecast_zone_name = entry_text(entry, "forecastZoneName");
    place->county_zone_id = entry_id(entry, "countyZoneId");
    place->county_zone_name = entry_text(entry, "countyZoneName");
    place->zones_unread = zones_are_unread(entry, place);
    read_stations(entry, place);
    place->stations_unread = place->station_count == 0;
    return true;
}

void place_entry_take(struct place *place, const struct place *read)
{
    const struct place asked = *place;

    *place = *read;
    place->key = asked.key;
    memcpy(place->zip, asked.zip, sizeof place->zip);
    place->state_guessed = asked.state_guessed;
    place->landmark = asked.landmark;
    place->stations_fault = asked.stations_fault;
    place->urls_unread = asked.urls_unread;
}
