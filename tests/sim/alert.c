/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/alert.c -- /alerts/active with its filters, and /alerts/active/zone/{id}.
 *
 * Almost everywhere the list is empty; alerts.def has the few that there always are. As in the
 * service, what is over, cancelled or only a test stays listed: telling these apart is the client's
 * work. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/civil.h"
#include "server/base/zone.h"
#include "tests/sim/doc.h"

enum { HOUR = 3600, NEVER = 9999, TEXT_MAX = 8000 };

struct alert {
    const char *name, *city, *zones, *area;
    double polygon;
    const char *event, *status, *message, *severity, *certainty, *urgency, *response;
    int sent, onset, expires, ends; /* hours */
    const char *replaces, *headline, *nws_headline, *description, *instruction;
    int long_text; /* so many paragraphs more */
};

static const struct alert alerts[] = {
#define ALERT(...) { __VA_ARGS__ },
#include "tests/sim/alerts.def"
#undef ALERT
};
enum { ALERTS = sizeof alerts / sizeof alerts[0] };

static const struct city *city_of(const struct alert *alert)
{
    for (size_t i = 0; i < city_count; i++)
        if (strcmp(cities[i].name, alert->city) == 0)
            return &cities[i];
    return &cities[0];
}

static const char *time_zone_of(const struct alert *alert)
{
    const struct city *city = city_of(alert);

    return time_zone_at(region_by_code(city->state, 2), city->lat, city->lon);
}

static int64_t base_time(const struct ask *ask)
{
    return ask->now - ask->now % (6 * HOUR);
}

static json_t *alert_urn(const struct ask *ask, const struct alert *alert)
{
    uint64_t a = air_hash(ask->seed, (uint64_t)(alert - alerts), (uint64_t)base_time(ask));
    uint64_t b = air_hash(a, 1, 2);

    return json_sprintf("urn:oid:2.49.0.1.840.0.%016llx%016llx%08x.001.1", (unsigned long long)a,
                        (unsigned long long)b, (unsigned)(a ^ b));
}

static json_t *alert_time(const struct ask *ask, const struct alert *alert, int hours)
{
    return hours == NEVER ? json_null()
                          : local_text(time_zone_of(alert), base_time(ask) + (int64_t)hours * HOUR);
}

/* ---- pieces ---- */

static void put_clock(struct buf *b, const struct alert *alert, int64_t t)
{
    static const char *const months[] = { "January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December" };

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
    bool summer = c.offset_s > standard_offset_s(zone_name, t);
    buf_printf(b, "%s %d at %d:%02d%s %s%sT", months[c.month - 1], c.day,
               c.hour % 12 == 0 ? 12 : c.hour % 12, c.minute, c.hour < 12 ? "AM" : "PM", letter,
               summer ? "D" : "S");
}

static json_t *headline(const struct ask *ask, const struct alert *alert)
{
    if (alert->headline)
        return json_string(alert->headline);
    struct buf b = BUF_INIT(400);
    int64_t base = base_time(ask);
    int end = alert->ends == NEVER ? alert->expires : alert->ends;
    buf_printf(&b, "%s issued ", alert->event);
    put_clock(&b, alert, base + (int64_t)alert->sent * HOUR);
    buf_putz(&b, " until ");
    put_clock(&b, alert, base + (int64_t)end * HOUR);
    buf_printf(&b, " by NWS %s", region_by_code(city_of(alert)->state, 2)->office);
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
    const struct city *c = city_of(alert);
    double d = alert->polygon;

    if (d == 0.0)
        return json_null();
    const double lon[] = { -d, d, d, -d, -d }, lat[] = { -d, -d, d, d, -d };
    json_t *ring = json_array();
    for (int i = 0; i < 5; i++)
        json_array_append_new(
            ring, json_pack("[o, o]", coordinate(c->lon + lon[i]), coordinate(c->lat + lat[i])));
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
            urls, api_url("zones/%s/%.*s", county ? "county" : "forecast", STR_ARG(id)));
        if (county)
            json_array_append_new(
                same, json_sprintf("%03d%.3s", region_by_code(id.p, 2)->fips, id.p + 3));
    }
    set(p, "geocode", json_pack("{s:o, s:o}", "SAME", same, "UGC", codes));
    set(p, "affectedZones", urls);
}

static json_t *references(const struct ask *ask, const struct alert *alert)
{
    json_t *list = json_array();

    for (int i = 0; i < ALERTS && alert->replaces; i++) {
        if (strcmp(alerts[i].name, alert->replaces) != 0)
            continue;
        json_t *urn = alert_urn(ask, &alerts[i]);
        json_array_append_new(list,
                              json_pack("{s:o, s:o, s:s, s:o}", "@id",
                                        api_url("alerts/%s", json_string_value(urn)), "identifier",
                                        urn, "sender", "w-nws.webmaster@noaa.gov", "sent",
                                        alert_time(ask, &alerts[i], alerts[i].sent)));
    }
    return list;
}

static json_t *parameters(const struct alert *alert)
{
    json_t *o =
        json_pack("{s:[s], s:[s, s, s], s:[s]}", "AWIPSidentifier", "NPWSEW", "BLOCKCHANNEL", "EAS",
                  "NWEM", "CMAS", "VTEC", "/O.CON.KSEW.WI.Y.0004.000000T0000Z-000000T0000Z/");

    if (alert->nws_headline)
        set(o, "NWSheadline", json_pack("[s]", alert->nws_headline));
    return o;
}

static json_t *alert_json(const struct ask *ask, const struct alert *alert)
{
    const struct city *city = city_of(alert);
    json_t *p = json_object(), *urn = alert_urn(ask, alert);
    json_t *url = api_url("alerts/%s", json_string_value(urn));

    json_object_set(p, "@id", url);
    set(p, "@type", json_string("wx:Alert"));
    set(p, "id", urn);
    set(p, "areaDesc", json_string(alert->area ? alert->area : city->zone));
    put_zones(p, alert);
    set(p, "references", references(ask, alert));
    set(p, "sent", alert_time(ask, alert, alert->sent));
    set(p, "effective", alert_time(ask, alert, alert->sent));
    set(p, "onset", alert_time(ask, alert, alert->onset));
    set(p, "expires", alert_time(ask, alert, alert->expires));
    set(p, "ends", alert_time(ask, alert, alert->ends));
    set(p, "status", json_string(alert->status ? alert->status : "Actual"));
    set(p, "messageType", json_string(alert->message ? alert->message : "Alert"));
    set(p, "category", json_string("Met"));
    set(p, "severity", json_string(alert->severity));
    set(p, "certainty", json_string(alert->certainty));
    set(p, "urgency", json_string(alert->urgency));
    set(p, "event", json_string(alert->event));
    set(p, "sender", json_string("w-nws.webmaster@noaa.gov"));
    set(p, "senderName", json_sprintf("NWS %s", region_by_code(city->state, 2)->office));
    set(p, "headline", headline(ask, alert));
    set(p, "description", description(alert));
    set(p, "instruction", alert->instruction ? json_string(alert->instruction) : json_null());
    set(p, "response", json_string(alert->response));
    set(p, "note", json_null());
    set(p, "parameters", parameters(alert));
    set(p, "scope", json_string("Public"));
    set(p, "code", json_string("IPAWSv1.0"));
    set(p, "language", json_string("en-US"));
    set(p, "web", json_string("http://www.weather.gov"));
    set(p, "eventCode",
        json_pack("{s:[s], s:[s]}", "SAME", "NWS", "NationalWeatherService", "WIY"));
    return json_pack("{s:o, s:s, s:o, s:o}", "id", url, "type", "Feature", "geometry", box(alert),
                     "properties", p);
}

/* ---- which of them ---- */

struct filter {
    bool point;
    double lat, lon;
    struct zone_info forecast, county; /* of the point */
    const char *zones;                 /* a comma list, or NULL */
};

static bool has_zone(const struct alert *alert, struct str wanted)
{
    struct str rest = str_of(alert->zones), id;

    while (rest.n > 0 && str_split(&rest, ',', &id))
        if (str_ieq(id, wanted))
            return true;
    return false;
}

static bool reaches(const struct alert *alert, const struct filter *f)
{
    if (f->point) {
        const struct city *c = city_of(alert);
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

/* The parameter names one of a comma list of values, or is not there. */
static bool passes(const struct ask *ask, const char *name, const char *value)
{
    const char *text = ask_param(ask, name);

    if (!text)
        return true;
    struct str rest = str_of(text), word;
    while (rest.n > 0 && str_split(&rest, ',', &word))
        if (str_ieqz(word, value))
            return true;
    return false;
}

static bool wanted(const struct ask *ask, const struct alert *alert, const struct filter *f)
{
    return reaches(alert, f) && passes(ask, "status", alert->status ? alert->status : "Actual") &&
           passes(ask, "message_type", alert->message ? alert->message : "Alert") &&
           passes(ask, "event", alert->event) && passes(ask, "severity", alert->severity) &&
           passes(ask, "urgency", alert->urgency) && passes(ask, "certainty", alert->certainty) &&
           passes(ask, "area", city_of(alert)->state);
}

static void answer_list(const struct ask *ask, const struct filter *f, struct answer *answer)
{
    json_t *features = json_array();

    for (int i = 0; i < ALERTS; i++)
        if (wanted(ask, &alerts[i], f))
            json_array_append_new(features, alert_json(ask, &alerts[i]));
    json_t *context = json_array_size(features) > 0 ? api_context(API_CONTEXT_ALERT)
                                                    : json_pack("{s:s}", "@version", "1.1");
    json_t *title = f->point
                        ? json_sprintf("Current watches, warnings, and advisories for %g %c, %g %c",
                                       fabs(f->lat), f->lat < 0 ? 'S' : 'N', fabs(f->lon),
                                       f->lon < 0 ? 'W' : 'E')
                        : json_string("Current watches, warnings, and advisories");
    answer_json(answer,
                json_pack("{s:o, s:s, s:o, s:o, s:o}", "@context", context, "type",
                          "FeatureCollection", "features", features, "title", title, "updated",
                          utc_text(rendered_at(ask))),
                30, 0);
}

void doc_alerts(const struct ask *ask, struct answer *answer)
{
    struct filter f = { .zones = ask_param(ask, "zone") };
    const char *point = ask_param(ask, "point");

    if (!ask_allows(ask,
                    "status,message_type,event,code,area,point,region,region_type,zone,urgency,"
                    "severity,certainty",
                    answer))
        return;
    if (point) {
        const struct region *region;
        f.point = pair_parse(point, &f.lat, &f.lon);
        region = f.point ? region_at(f.lat, f.lon) : NULL;
        if (!f.point || f.zones) {
            answer_problem(answer, 400, "BadRequest", "Bad Request", "Bad Request");
            return;
        }
        if (region) {
            zone_at(region, f.lat, f.lon, ZONE_FORECAST, &f.forecast);
            zone_at(region, f.lat, f.lon, ZONE_COUNTY, &f.county);
        }
    }
    answer_list(ask, &f, answer);
}

void doc_zone_alerts(const struct ask *ask, struct answer *answer)
{
    const char *id = ask->parts[3];
    struct filter f = { .zones = id };
    bool shaped = strlen(id) == 6 && isalpha((unsigned char)id[0]) &&
                  isalpha((unsigned char)id[1]) && (id[2] == 'C' || id[2] == 'Z') &&
                  strspn(id + 3, "0123456789") == 3;

    if (!ask_allows(ask, "", answer))
        return;
    if (!shaped) {
        answer_not_found(answer);
        return;
    }
    answer_list(ask, &f, answer);
}
