/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/doc_zone.c -- /zones/{forecast|county|fire}/{id}. */
#include <string.h>

#include "tests/sim/station.h"

enum { DAY = 86400, STATIONS_MAX = 12 };

/* A square around the zone's center instead of its real outline. */
static json_t *outline(const struct place_zone *zone)
{
    static const double north[] = { -0.3, -0.3, 0.3, 0.3, -0.3 };
    static const double east[] = { -0.3, 0.3, 0.3, -0.3, -0.3 };
    json_t *ring = json_array();

    for (int i = 0; i < 5; i++)
        json_array_append_new(ring, json_pack("[o, o]", doc_coordinate(zone->lon + east[i]),
                                              doc_coordinate(zone->lat + north[i])));
    return json_pack("{s:s, s:[o]}", "type", "Polygon", "coordinates", ring);
}

static json_t *properties(const struct doc_request *request, const struct place_zone *zone,
                          const char *type)
{
    const struct place_region *region = zone->region;
    json_t *p = json_object();

    doc_set(p, "@id", doc_url("zones/%s/%s", type, zone->id));
    doc_set(p, "@type", json_string("wx:Zone"));
    doc_set(p, "id", json_string(zone->id));
    doc_set(p, "type", json_string(strcmp(type, "forecast") == 0 ? "public" : type));
    doc_set(p, "name", json_string(zone->name));
    doc_set(p, "effectiveDate", json_string("2025-03-18T18:00:00+00:00"));
    doc_set(p, "expirationDate", json_string("2200-01-01T00:00:00+00:00"));
    doc_set(p, "state", json_string(region->code));
    doc_set(p, "forecastOffice", doc_url("offices/%s", region->grid));
    doc_set(p, "gridIdentifier", json_string(region->grid));
    doc_set(p, "awipsLocationIdentifier", json_string(region->cwa));
    doc_set(p, "cwa", json_pack("[s]", region->cwa));
    doc_set(p, "forecastOffices", json_pack("[o]", doc_url("offices/%s", region->grid)));
    doc_set(p, "timeZone", json_pack("[s]", place_time_zone(region, zone->lat, zone->lon)));
    doc_set(p, "observationStations",
            zone->kind == PLACE_ZONE_COUNTY
                ? json_array()
                : station_urls(request, zone->lat, zone->lon, STATIONS_MAX));
    doc_set(p, "radarStation", region->radar[0] ? json_string(region->radar + 1) : json_null());
    return p;
}

void doc_zone(const struct doc_request *request, struct doc_response *response)
{
    const char *type = request->parts[1], *id = request->parts[2];
    bool county = strcmp(type, "county") == 0;
    bool known = county || strcmp(type, "forecast") == 0 || strcmp(type, "fire") == 0;
    struct place_zone zone;

    if (!doc_allow_params(request, "effective", response))
        return;
    if (!known || !place_find_zone(id, county ? PLACE_ZONE_COUNTY : PLACE_ZONE_FORECAST, &zone)) {
        doc_respond_not_found(response);
        return;
    }
    doc_respond(response,
                json_pack("{s:{s:s}, s:o, s:s, s:o, s:o}", "@context", "@version", "1.1", "id",
                          doc_url("zones/%s/%s", type, id), "type", "Feature", "geometry",
                          outline(&zone), "properties", properties(request, &zone, type)),
                DAY, 0);
}
