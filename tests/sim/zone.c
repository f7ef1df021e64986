/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/zone.c -- /zones/{forecast|county|fire}/{id}. */
#include <string.h>

#include "tests/sim/station.h"

enum { DAY = 86400, STATIONS_MAX = 12 };

/* A square around the zone's middle: nobody needs its true outline. */
static json_t *outline(const struct zone_info *zone)
{
    static const double north[] = { -0.3, -0.3, 0.3, 0.3, -0.3 };
    static const double east[] = { -0.3, 0.3, 0.3, -0.3, -0.3 };
    json_t *ring = json_array();

    for (int i = 0; i < 5; i++)
        json_array_append_new(ring, json_pack("[o, o]", coordinate(zone->lon + east[i]),
                                              coordinate(zone->lat + north[i])));
    return json_pack("{s:s, s:[o]}", "type", "Polygon", "coordinates", ring);
}

static json_t *properties(const struct ask *ask, const struct zone_info *zone, const char *type)
{
    const struct region *region = zone->region;
    json_t *p = json_object();

    set(p, "@id", api_url("zones/%s/%s", type, zone->id));
    set(p, "@type", json_string("wx:Zone"));
    set(p, "id", json_string(zone->id));
    set(p, "type", json_string(strcmp(type, "forecast") == 0 ? "public" : type));
    set(p, "name", json_string(zone->name));
    set(p, "effectiveDate", json_string("2025-03-18T18:00:00+00:00"));
    set(p, "expirationDate", json_string("2200-01-01T00:00:00+00:00"));
    set(p, "state", json_string(region->code));
    set(p, "forecastOffice", api_url("offices/%s", region->grid));
    set(p, "gridIdentifier", json_string(region->grid));
    set(p, "awipsLocationIdentifier", json_string(region->cwa));
    set(p, "cwa", json_pack("[s]", region->cwa));
    set(p, "forecastOffices", json_pack("[o]", api_url("offices/%s", region->grid)));
    set(p, "timeZone", json_pack("[s]", time_zone_at(region, zone->lat, zone->lon)));
    set(p, "observationStations",
        zone->kind == ZONE_COUNTY ? json_array()
                                  : station_urls(ask, zone->lat, zone->lon, STATIONS_MAX));
    set(p, "radarStation", region->radar[0] ? json_string(region->radar + 1) : json_null());
    return p;
}

void doc_zone(const struct ask *ask, struct answer *answer)
{
    const char *type = ask->parts[1], *id = ask->parts[2];
    bool county = strcmp(type, "county") == 0;
    bool known = county || strcmp(type, "forecast") == 0 || strcmp(type, "fire") == 0;
    struct zone_info zone;

    if (!ask_allows(ask, "effective", answer))
        return;
    if (!known || !zone_find(id, county ? ZONE_COUNTY : ZONE_FORECAST, &zone)) {
        answer_not_found(answer);
        return;
    }
    answer_json(answer,
                json_pack("{s:{s:s}, s:o, s:s, s:o, s:o}", "@context", "@version", "1.1", "id",
                          api_url("zones/%s/%s", type, id), "type", "Feature", "geometry",
                          outline(&zone), "properties", properties(ask, &zone, type)),
                DAY, 0);
}
