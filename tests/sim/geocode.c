/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/geocode.c -- a geocoder in the shape of HERE Geocoding v7: knows the cities of the
 * table.
 *
 * The key "bad" is refused; anything not in the table gives an empty list, as the real one does. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/doc.h"

/* Lower case, commas and runs of blanks made one blank. */
static void plain(const char *text, char out[128])
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

static bool means(const char *query, const struct city *city, const struct region *region)
{
    char by_code[128], by_name[128], alone[128], text[256];

    snprintf(text, sizeof text, "%s %s", city->name, city->state);
    plain(text, by_code);
    snprintf(text, sizeof text, "%s %s", city->name, region->name);
    plain(text, by_name);
    plain(city->name, alone);
    return strcmp(query, by_code) == 0 || strcmp(query, by_name) == 0 ||
           strcmp(query, alone) == 0 || strcmp(query, city->zip) == 0;
}

static json_t *item(const struct city *city, const struct region *region)
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

void doc_geocode(const struct ask *ask, struct answer *answer)
{
    const char *key = ask_param(ask, "apiKey"), *q = ask_param(ask, "q");
    char query[128] = "";

    answer->type = "application/json";
    if (!key || strcmp(key, "bad") == 0) {
        answer->status = 401;
        answer->json = json_pack("{s:s, s:s}", "error", "Unauthorized", "error_description",
                                 "apiKey invalid. apiKey not found.");
        return;
    }
    if (!q) {
        answer->status = 400;
        answer->json = json_pack("{s:i, s:s}", "status", 400, "title", "Missing parameter 'q'");
        return;
    }
    plain(q, query);
    drop_country(query);
    json_t *items = json_array();
    for (size_t i = 0; i < city_count; i++) {
        const struct region *region = region_by_code(cities[i].state, 2);
        if (means(query, &cities[i], region))
            json_array_append_new(items, item(&cities[i], region));
    }
    answer->status = 200;
    answer->json = json_pack("{s:o}", "items", items);
}
