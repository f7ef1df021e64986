/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/doc_alerts.c -- /alerts/active with its filters, and /alerts/active/zone/{id}.
 *
 * The list is empty almost everywhere; alerts.def contains the alerts that are always active. As in
 * the real service, expired, canceled and test alerts stay listed: filtering is up to the
 * client. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/civil.h"
#include "server/base/date_names.h"
#include "server/base/zone.h"
#include "tests/sim/doc.h"

enum { HOUR = 3600, NEVER = 9999, TEXT_MAX = 8000 };

struct alert {
    const char *name, *city, *zones, *area;
    double polygon;
    const char *event, *status, *message, *severity, *certainty, *urgency, *response;
    int sent, onset, expires, ends; /* hours */
    const char *replaces, *headline, *nws_headline, *description, *instruction;
    int long_text; /* number of additional paragraphs */
};

static const struct alert alerts[] = {
#define ALERT(...) { __VA_ARGS__ },
#include "tests/sim/alerts.def"
#undef ALERT
};
enum { ALERTS = sizeof alerts / sizeof alerts[0] };

static const struct place_city *city_of(const struct alert *alert)
{
    for (size_t i = 0; i < place_city_count; i++)
        if (strcmp(place_cities[i].name, alert->city) == 0)
            return &place_cities[i];
    return &place_cities[0];
}

static const char *time_zone_of(const struct alert *alert)
{
    const struct place_city *city = city_of(alert);

    return place_time_zone(place_region_by_code(city->state, 2), city->lat, city->lon);
}

static int64_t base_time(const struct doc_request *request)
{
    return request->now - request->now % (6 * HOUR);
}

static json_t *alert_urn(const struct doc_request *request, const struct alert *alert)
{
    uint64_t a =
        weather_hash(request->seed, (uint64_t)(alert - alerts), (uint64_t)base_time(request));
    uint64_t b = weather_hash(a, 1, 2);

    return json_sprintf("urn:oid:2.49.0.1.840.0.%016llx%016llx%08x.001.1", (unsigned long long)a,
                        (unsigned long long)b, (unsigned)(a ^ b));
}

static json_t *alert_time(const struct doc_request *request, const struct alert *alert, int hours)
{
    return hours == NEVER
               ? json_null()
               : doc_local_time(time_zone_of(alert), base_time(request) + (int64_t)hours * HOUR);
}

/* ---- members of an alert ---- */

static void put_clock(struct buf *b, const struct alert *alert, int64_t t)
{
    static const struct {
        const char *zone, *letter;
    } letters[] = { { "America/New_York", "E" }, { "America/Chicago", "C" },
                    { "America/Denver", "M" },   { "America/Los_Angeles", "P" },
                    { "Pacific/Honolulu", "H" }, { "America/Anchorage", "AK" } };
    const char *zone_name = time_zone_of(alert), *letter = "E";
    const struct zone *zone = zone_get(str_of(zone_name));
    struct civil c = civil_of(zone ? zone : zone_utc(), t);
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (strcmp(letters[i].zone, zone_name) == 0)
            letter = letters[i].letter;
    bool summer = c.offset_s > doc_standard_offset_s(zone_name, t);
    buf_printf(b, "%s %d at %d:%02d%s %s%sT", month_name(c.month), c.day,
               c.hour % 12 == 0 ? 12 : c.hour % 12, c.minute, c.hour < 12 ? "AM" : "PM", letter,
               summer ? "D" : "S");
}

static json_t *headline(const struct doc_request *request, const struct alert *alert)
{
    if (alert->headline)
        return json_string(alert->headline);
    struct buf b = BUF_INIT(400);
    int64_t base = base_time(request);
    int end = alert->ends == NEVER ? alert->expires : alert->ends;
    buf_printf(&b, "%s issued ", alert->event);
    put_clock(&b, alert, base + (int64_t)alert->sent * HOUR);
    buf_putz(&b, " until ");
    put_clock(&b, alert, base + (int64_t)end * HOUR);
    buf_printf(&b, " by NWS %s", place_region_by_code(city_of(alert)->state, 2)->office);
    json_t *json = json_string(buf_z(&b));
    buf_free(&b);
    return json;
}

static json_t *description(const struct alert *alert)
{
    struct buf b = BUF_INIT(TEXT_MAX);

    buf_putz(&b, alert->description);
    for (int i = 1; i <= alert->long_text; i++)
        buf_printf(
            &b,
            "\n\n* ADDITIONAL DETAILS...Gauge %d rose to %d.%d feet. Streams may leave their\n"
            "banks, and low water crossings may become impassable.",
            i, 3 + i / 4, i % 10);
    json_t *json = json_string(buf_z(&b));
    buf_free(&b);
    return json;
}

static json_t *box(const struct alert *alert)
{
    const struct place_city *c = city_of(alert);
    double d = alert->polygon;

    if (d == 0.0)
        return json_null();
    const double lon[] = { -d, d, d, -d, -d }, lat[] = { -d, -d, d, d, -d };
    json_t *ring = json_array();
    for (int i = 0; i < 5; i++)
        json_array_append_new(ring, json_pack("[o, o]", doc_coordinate(c->lon + lon[i]),
                                              doc_coordinate(c->lat + lat[i])));
    return json_pack("{s:s, s:[o]}", "type", "Polygon", "coordinates", ring);
}

static void put_zones(json_t *p, const struct alert *alert)
{
    json_t *codes = json_array(), *same = json_array(), *urls = json_array();
    struct str rest = str_of(alert->zones), id;

    while (rest.n > 0 && str_split(&rest, ',', &id)) {
        bool county = id.n == 6 && id.p[2] == 'C';
        json_array_append_new(codes, json_stringn(id.p, id.n));
        json_array_append_new(
            urls, doc_url("zones/%s/%.*s", county ? "county" : "forecast", STR_ARG(id)));
        if (county)
            json_array_append_new(
                same, json_sprintf("%03d%.3s", place_region_by_code(id.p, 2)->fips, id.p + 3));
    }
    doc_set(p, "geocode", json_pack("{s:o, s:o}", "SAME", same, "UGC", codes));
    doc_set(p, "affectedZones", urls);
}

static json_t *references(const struct doc_request *request, const struct alert *alert)
{
    json_t *list = json_array();

    for (int i = 0; i < ALERTS && alert->replaces; i++) {
        if (strcmp(alerts[i].name, alert->replaces) != 0)
            continue;
        json_t *urn = alert_urn(request, &alerts[i]);
        json_array_append_new(list,
                              json_pack("{s:o, s:o, s:s, s:o}", "@id",
                                        doc_url("alerts/%s", json_string_value(urn)), "identifier",
                                        urn, "sender", "w-nws.webmaster@noaa.gov", "sent",
                                        alert_time(request, &alerts[i], alerts[i].sent)));
    }
    return list;
}

static json_t *parameters(const struct alert *alert)
{
    json_t *o =
        json_pack("{s:[s], s:[s, s, s], s:[s]}", "AWIPSidentifier", "NPWSEW", "BLOCKCHANNEL", "EAS",
                  "NWEM", "CMAS", "VTEC", "/O.CON.KSEW.WI.Y.0004.000000T0000Z-000000T0000Z/");

    if (alert->nws_headline)
        doc_set(o, "NWSheadline", json_pack("[s]", alert->nws_headline));
    return o;
}

static json_t *alert_json(const struct doc_request *request, const struct alert *alert)
{
    const struct place_city *city = city_of(alert);
    json_t *p = json_object(), *urn = alert_urn(request, alert);
    json_t *url = doc_url("alerts/%s", json_string_value(urn));

    json_object_set(p, "@id", url);
    doc_set(p, "@type", json_string("wx:Alert"));
    doc_set(p, "id", urn);
    doc_set(p, "areaDesc", json_string(alert->area ? alert->area : city->zone));
    put_zones(p, alert);
    doc_set(p, "references", references(request, alert));
    doc_set(p, "sent", alert_time(request, alert, alert->sent));
    doc_set(p, "effective", alert_time(request, alert, alert->sent));
    doc_set(p, "onset", alert_time(request, alert, alert->onset));
    doc_set(p, "expires", alert_time(request, alert, alert->expires));
    doc_set(p, "ends", alert_time(request, alert, alert->ends));
    doc_set(p, "status", json_string(alert->status ? alert->status : "Actual"));
    doc_set(p, "messageType", json_string(alert->message ? alert->message : "Alert"));
    doc_set(p, "category", json_string("Met"));
    doc_set(p, "severity", json_string(alert->severity));
    doc_set(p, "certainty", json_string(alert->certainty));
    doc_set(p, "urgency", json_string(alert->urgency));
    doc_set(p, "event", json_string(alert->event));
    doc_set(p, "sender", json_string("w-nws.webmaster@noaa.gov"));
    doc_set(p, "senderName", json_sprintf("NWS %s", place_region_by_code(city->state, 2)->office));
    doc_set(p, "headline", headline(request, alert));
    doc_set(p, "description", description(alert));
    doc_set(p, "instruction", alert->instruction ? json_string(alert->instruction) : json_null());
    doc_set(p, "response", json_string(alert->response));
    doc_set(p, "note", json_null());
    doc_set(p, "parameters", parameters(alert));
    doc_set(p, "scope", json_string("Public"));
    doc_set(p, "code", json_string("IPAWSv1.0"));
    doc_set(p, "language", json_string("en-US"));
    doc_set(p, "web", json_string("http://www.weather.gov"));
    doc_set(p, "eventCode",
            json_pack("{s:[s], s:[s]}", "SAME", "NWS", "NationalWeatherService", "WIY"));
    return json_pack("{s:o, s:s, s:o, s:o}", "id", url, "type", "Feature", "geometry", box(alert),
                     "properties", p);
}

/* ---- filters ---- */

struct filter {
    bool point;
    double lat, lon;
    struct place_zone forecast, county; /* zones of the point */
    const char *zones;                  /* comma-separated, or NULL */
};

static bool has_zone(const struct alert *alert, struct str wanted)
{
    struct str rest = str_of(alert->zones), id;

    while (rest.n > 0 && str_split(&rest, ',', &id))
        if (str_ieq(id, wanted))
            return true;
    return false;
}

static bool affects(const struct alert *alert, const struct filter *f)
{
    if (f->point) {
        const struct place_city *c = city_of(alert);
        bool inside = alert->polygon > 0.0 && fabs(f->lat - c->lat) <= alert->polygon &&
                      fabs(f->lon - c->lon) <= alert->polygon;
        return inside || has_zone(alert, str_of(f->forecast.id)) ||
               has_zone(alert, str_of(f->county.id));
    }
    struct str rest = str_of(f->zones), id;
    if (!f->zones)
        return true;
    while (rest.n > 0 && str_split(&rest, ',', &id))
        if (has_zone(alert, id))
            return true;
    return false;
}

/* Is the value in the comma-separated list of the parameter, or is there no such parameter? */
static bool param_allows(const struct doc_request *request, const char *name, const char *value)
{
    const char *text = doc_param(request, name);

    if (!text)
        return true;
    struct str rest = str_of(text), word;
    while (rest.n > 0 && str_split(&rest, ',', &word))
        if (str_ieqz(word, value))
            return true;
    return false;
}

static bool matches_filter(const struct doc_request *request, const struct alert *alert,
                           const struct filter *f)
{
    return affects(alert, f) &&
           param_allows(request, "status", alert->status ? alert->status : "Actual") &&
           param_allows(request, "message_type", alert->message ? alert->message : "Alert") &&
           param_allows(request, "event", alert->event) &&
           param_allows(request, "severity", alert->severity) &&
           param_allows(request, "urgency", alert->urgency) &&
           param_allows(request, "certainty", alert->certainty) &&
           param_allows(request, "area", city_of(alert)->state);
}

static void respond_with_list(const struct doc_request *request, const struct filter *f,
                              struct doc_response *response)
{
    json_t *features = json_array();

    for (int i = 0; i < ALERTS; i++)
        if (matches_filter(request, &alerts[i], f))
            json_array_append_new(features, alert_json(request, &alerts[i]));
    json_t *context = json_array_size(features) > 0 ? doc_context(DOC_CONTEXT_ALERT)
                                                    : json_pack("{s:s}", "@version", "1.1");
    json_t *title = f->point
                        ? json_sprintf("Current watches, warnings, and advisories for %g %c, %g %c",
                                       fabs(f->lat), f->lat < 0 ? 'S' : 'N', fabs(f->lon),
                                       f->lon < 0 ? 'W' : 'E')
                        : json_string("Current watches, warnings, and advisories");
    doc_respond(response,
                json_pack("{s:o, s:s, s:o, s:o, s:o}", "@context", context, "type",
                          "FeatureCollection", "features", features, "title", title, "updated",
                          doc_utc_time(doc_rendered_at(request))),
                30, 0);
}

void doc_alerts(const struct doc_request *request, struct doc_response *response)
{
    struct filter f = { .zones = doc_param(request, "zone") };
    const char *point = doc_param(request, "point");

    if (!doc_allow_params(
            request,
            "status,message_type,event,code,area,point,region,region_type,zone,urgency,"
            "severity,certainty",
            response))
        return;
    if (point) {
        const struct place_region *region;
        f.point = doc_parse_pair(point, &f.lat, &f.lon);
        region = f.point ? place_region_at(f.lat, f.lon) : NULL;
        if (!f.point || f.zones) {
            doc_respond_problem(response, 400, "BadRequest", "Bad Request", "Bad Request");
            return;
        }
        if (region) {
            place_zone_at(region, f.lat, f.lon, PLACE_ZONE_FORECAST, &f.forecast);
            place_zone_at(region, f.lat, f.lon, PLACE_ZONE_COUNTY, &f.county);
        }
    }
    respond_with_list(request, &f, response);
}

void doc_zone_alerts(const struct doc_request *request, struct doc_response *response)
{
    const char *id = request->parts[3];
    struct filter f = { .zones = id };
    bool valid = strlen(id) == 6 && isalpha((unsigned char)id[0]) &&
                 isalpha((unsigned char)id[1]) && (id[2] == 'C' || id[2] == 'Z') &&
                 strspn(id + 3, "0123456789") == 3;

    if (!doc_allow_params(request, "", response))
        return;
    if (!valid) {
        doc_respond_not_found(response);
        return;
    }
    respond_with_list(request, &f, response);
}
