/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/doc_geocode.c -- a geocoder with the API of HERE Geocoding v7, which knows the cities
 * of cities.def.
 *
 * The key "bad" is rejected. Unknown places give an empty list, as in the real service. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/doc.h"

/* Convert to lower case, and commas and runs of blanks to a single blank. */
static void normalize_query(const char *text, char out[128])
{
    size_t n = 0;

    for (; *text && n < 126; text++) {
        bool blank = *text == ',' || isspace((unsigned char)*text);
        if (!blank)
            out[n++] = (char)tolower((unsigned char)*text);
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
}

static void drop_country(char *text)
{
    static const char *const countries[] = { " usa", " us", " united states" };

    for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++) {
        size_t n = strlen(text), m = strlen(countries[i]);
        if (n > m && strcmp(text + n - m, countries[i]) == 0)
            text[n - m] = '\0';
    }
}

static bool matches_city(const char *query, const struct place_city *city,
                         const struct place_region *region)
{
    char by_code[128], by_name[128], alone[128], text[256];

    snprintf(text, sizeof text, "%s %s", city->name, city->state);
    normalize_query(text, by_code);
    snprintf(text, sizeof text, "%s %s", city->name, region->name);
    normalize_query(text, by_name);
    normalize_query(city->name, alone);
    return strcmp(query, by_code) == 0 || strcmp(query, by_name) == 0 ||
           strcmp(query, alone) == 0 || strcmp(query, city->zip) == 0;
}

static json_t *city_item(const struct place_city *city, const struct place_region *region)
{
    json_t *address =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "countryCode", "USA", "countryName",
                  "United States", "stateCode", city->state, "state", region->name, "county",
                  city->county, "city", city->name, "postalCode", city->zip, "label",
                  json_sprintf("%s, %s, United States", city->name, city->state));

    return json_pack("{s:o, s:o, s:s, s:s, s:o, s:{s:f, s:f}, s:{s:f}}", "title",
                     json_sprintf("%s, %s, United States", city->name, city->state), "id",
                     json_sprintf("here:cm:namedplace:%s", city->zip), "resultType", "locality",
                     "localityType", "city", "address", address, "position", "lat", city->lat,
                     "lng", city->lon, "scoring", "queryScore", 1.0);
}

void doc_geocode(const struct doc_request *request, struct doc_response *response)
{
    const char *key = doc_param(request, "apiKey"), *q = doc_param(request, "q");
    char query[128] = "";

    response->type = "application/json";
    if (!key || strcmp(key, "bad") == 0) {
        response->status = 401;
        response->json = json_pack("{s:s, s:s}", "error", "Unauthorized", "error_description",
                                   "apiKey invalid. apiKey not found.");
        return;
    }
    if (!q) {
        response->status = 400;
        response->json = json_pack("{s:i, s:s}", "status", 400, "title", "Missing parameter 'q'");
        return;
    }
    normalize_query(q, query);
    drop_country(query);
    json_t *items = json_array();
    for (size_t i = 0; i < place_city_count; i++) {
        const struct place_region *region = place_region_by_code(place_cities[i].state, 2);
        if (matches_city(query, &place_cities[i], region))
            json_array_append_new(items, city_item(&place_cities[i], region));
    }
    response->status = 200;
    response->json = json_pack("{s:o}", "items", items);
}
