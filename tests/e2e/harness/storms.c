/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/storms.c -- a month of alerts. */
#include "tests/e2e/harness/storms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/civil.h"
#include "server/base/time_text.h"
#include "server/base/zone.h"
#include "tests/test.h"

enum { DAY = 24 * 3600 };

static const struct {
    const char *event, *code, *severity, *urgency;
} kinds[] = {
    { "Tornado Warning", "TO.W", "Extreme", "Immediate" },
    { "Tornado Warning", "TO.W", "Severe", "Immediate" },
    { "Severe Thunderstorm Warning", "SV.W", "Severe", "Immediate" },
    { "Winter Storm Watch", "WS.A", "Severe", "Future" },
    { "Blizzard Warning", "BZ.W", "Extreme", "Expected" },
    { "Hurricane Warning", "HU.W", "Extreme", "Expected" },
    { "Flash Flood Warning", "FF.W", "Severe", "Immediate" },
    { "Wind Advisory", "WI.Y", "Moderate", "Expected" },
};

unsigned storms_draw(unsigned n)
{
    static uint64_t state = 20260617;

    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(state >> 33) % n;
}

static const char *type_of(const char *event)
{
    static const char *const types[][2] = { { "Tornado", "TORNADO" },
                                            { "Severe Thunderstorm", "THUNDER_STORM" },
                                            { "Winter Storm", "SNOW_STORM" },
                                            { "Blizzard", "SNOW_STORM" },
                                            { "Hurricane", "HURRICANE" } };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strstr(event, types[i][0]))
            return types[i][1];
    return NULL;
}

/* ---- messages ---- */

/* What the list has of a message, besides its times. */
struct words {
    const char *id, *action, *key, *event, *severity, *urgency;
    json_t *references; /* ids, borrowed */
    int64_t referred;   /* when they were sent */
};

static json_t *references_of(const struct words *w)
{
    json_t *list = json_array(), *id;
    char sent[TIME_TEXT_BYTES];
    size_t i;

    time_format_rfc3339(w->referred, sent);
    json_array_foreach (w->references, i, id)
        json_array_append_new(list, json_pack("{s:O, s:s}", "identifier", id, "sent", sent));
    return list;
}

static json_t *feature_of(const struct words *w, const struct message *m)
{
    char sent[TIME_TEXT_BYTES], ends[TIME_TEXT_BYTES];
    json_t *ugc = json_array(), *geometry = json_null(), *value;
    const char *zone;

    time_format_rfc3339(m->from, sent);
    time_format_rfc3339(m->ends, ends);
    json_object_foreach (m->zones, zone, value)
        json_array_append_new(ugc, json_string(zone));
    if (m->polygon)
        geometry = json_pack("{s:s, s:[O]}", "type", "Polygon", "coordinates", m->polygon);
    return json_pack("{s:o, s:{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:{s:o},s:{s:[o]}}}", "geometry",
                     geometry, "properties", "id", w->id, "event", w->event, "status", "Actual",
                     "messageType", json_array_size(w->references) > 0 ? "Update" : "Alert",
                     "severity", w->severity, "urgency", w->urgency, "sent", sent, "ends", ends,
                     "references", references_of(w), "geocode", "UGC", ugc, "parameters", "VTEC",
                     json_sprintf("/O.%s.%s.000000T0000Z-260630T0000Z/", w->action, w->key));
}

/* Takes over `m->zones` and `m->polygon`. */
static void add_message(struct storms *s, struct message m, const struct words *w)
{
    s->messages = realloc(s->messages, (size_t)(s->count + 1) * sizeof *s->messages);
    CHECK(s->messages);
    m.event = s->events;
    m.feature = feature_of(w, &m);
    m.name = json_string_value(
        json_object_get(json_object_get(m.feature, "properties"), "event")); /* kept there */
    m.type = type_of(m.name);
    m.extreme = strcmp(w->severity, "Extreme") == 0;
    m.immediate = strcmp(w->urgency, "Immediate") == 0;
    m.over = strcmp(w->action, "UPG") == 0 || strcmp(w->action, "CAN") == 0 ||
             strcmp(w->action, "EXP") == 0;
    s->messages[s->count++] = m;
}

/* ---- made-up storms ---- */

static json_t *counties(int first, int last)
{
    json_t *zones = json_object();
    char name[12];

    for (int k = first; k <= last; k++) {
        (void)snprintf(name, sizeof name, "COC%03d", k);
        json_object_set_new(zones, name, json_true());
    }
    return zones;
}

/* It is announced, and told again with the same words halfway through. */
static void make_up(struct storms *s)
{
    size_t kind = storms_draw(sizeof kinds / sizeof kinds[0]);
    int first = (int)storms_draw(STORMS_COUNTIES), last = first + (int)storms_draw(12);
    int64_t from = STORMS_BEGIN + (int64_t)storms_draw(STORMS_DAYS * 24 * 60) * 60;
    int64_t ends = from + 20 * 60 + (int64_t)storms_draw(14 * 60) * 60;
    int64_t changes = (from + ends) / 120 * 60;
    char key[40], ids[2][40];
    struct words w = { .id = ids[0],
                       .action = "NEW",
                       .key = key,
                       .event = kinds[kind].event,
                       .severity = kinds[kind].severity,
                       .urgency = kinds[kind].urgency,
                       .referred = from };

    (void)snprintf(key, sizeof key, "KBOU.%s.%04d", kinds[kind].code, s->events + 1);
    for (int i = 0; i < 2; i++)
        (void)snprintf(ids[i], sizeof ids[i], "urn:%d.%d", s->events, i);
    add_message(s,
                (struct message){
                    .from = from, .to = changes, .ends = ends, .zones = counties(first, last) },
                &w);
    w.references = json_pack("[s]", ids[0]);
    w.id = ids[1];
    w.action = "CON";
    add_message(s,
                (struct message){
                    .from = changes, .to = ends, .ends = ends, .zones = counties(first, last) },
                &w);
    json_decref(w.references);
    s->events++;
}

/* ---- recorded histories ---- */

static const char *text_of(const json_t *o, const char *name)
{
    const char *text = json_string_value(json_object_get(o, name));

    CHECK(text);
    return text;
}

static int64_t instant_of(const json_t *o, const char *name)
{
    int64_t t;

    CHECK(time_parse_rfc3339(str_of(text_of(o, name)), &t));
    return t;
}

/* From its month into ours. */
static int64_t shift_of(const json_t *first)
{
    int64_t sent = instant_of(first, "sent");
    int day = civil_of(zone_utc(), sent).day;

    return STORMS_BEGIN + (int64_t)(day - 1) * DAY - sent / DAY * DAY;
}

static bool refers_to(const json_t *message, const char *id)
{
    json_t *reference;
    size_t i;

    json_array_foreach (json_object_get(message, "references"), i, reference)
        if (strcmp(json_string_value(reference), id) == 0)
            return true;
    return false;
}

/* Until the first message that refers to it, or its end. */
static int64_t replaced_at(const json_t *messages, const char *id, int64_t ends)
{
    int64_t at = ends;
    json_t *other;
    size_t i;

    json_array_foreach (messages, i, other)
        if (refers_to(other, id) && instant_of(other, "sent") < at)
            at = instant_of(other, "sent");
    return at;
}

static void add_recorded(struct storms *s, const json_t *messages, const json_t *m, const char *key,
                         int64_t shift)
{
    const json_t *first = json_array_get(messages, 0);
    struct words w = { text_of(m, "id"),
                       text_of(m, "action"),
                       key,
                       text_of(m, "event"),
                       text_of(m, "severity"),
                       text_of(m, "urgency"),
                       json_object_get(m, "references"),
                       instant_of(first, "sent") + shift };
    json_t *zones = json_object(), *zone;
    int64_t ends = instant_of(m, "ends");
    size_t i;

    json_array_foreach (json_object_get(m, "zones"), i, zone)
        json_object_set_new(zones, json_string_value(zone), json_true());
    add_message(s,
                (struct message){ .from = instant_of(m, "sent") + shift,
                                  .to = replaced_at(messages, w.id, ends) + shift,
                                  .ends = ends + shift,
                                  .zones = zones,
                                  .polygon = json_incref(json_object_get(m, "polygon")) },
                &w);
    s->as_recorded += json_is_true(json_object_get(m, "recorded"));
}

static void read_histories(struct storms *s, int max)
{
    const char *top = getenv("TEST_TOP");
    char path[500];
    json_t *all, *event, *message;
    size_t i, k;

    (void)snprintf(path, sizeof path, "%s/tests/cases/alert_histories.json", top ? top : ".");
    all = json_load_file(path, 0, NULL);
    CHECK(all);
    json_array_foreach (all, i, event) {
        const json_t *messages = json_object_get(event, "messages");
        int64_t shift = shift_of(json_array_get(messages, 0));
        if (s->recorded == max)
            break;
        json_array_foreach (messages, k, message)
            add_recorded(s, messages, message, text_of(event, "key"), shift);
        s->events++;
        s->recorded++;
    }
    json_decref(all);
}

void storms_create(struct storms *s, int made_up, int histories)
{
    *s = (struct storms){ .count = 0 };
    for (int i = 0; i < made_up; i++)
        make_up(s);
    read_histories(s, histories);
}

void storms_free(struct storms *s)
{
    for (int i = 0; i < s->count; i++) {
        json_decref(s->messages[i].zones);
        json_decref(s->messages[i].polygon);
        json_decref(s->messages[i].feature);
    }
    free(s->messages);
    *s = (struct storms){ .count = 0 };
}

/* ---- asking ---- */

bool message_is_listed(const struct message *m, int64_t now)
{
    return m->from <= now && now < m->to;
}

static double number_at(const json_t *point, size_t i)
{
    return json_number_value(json_array_get(point, i));
}

/* Does a ray to the east cross the ring an odd number of times? */
static bool encloses(const json_t *ring, double lat, double lon)
{
    size_t n = json_array_size(ring);
    bool inside = false;

    for (size_t i = 0, j = n - 1; i < n; j = i++) {
        const json_t *a = json_array_get(ring, i), *b = json_array_get(ring, j);
        double ay = number_at(a, 1), by = number_at(b, 1), ax = number_at(a, 0);
        if ((ay > lat) != (by > lat) && lon < ax + (lat - ay) / (by - ay) * (number_at(b, 0) - ax))
            inside = !inside;
    }
    return inside;
}

bool message_concerns(const struct message *m, const struct subscription_place *place)
{
    if (m->polygon)
        return encloses(m->polygon, place->lat, place->lon);
    return json_object_get(m->zones, place->county) || json_object_get(m->zones, place->zone);
}

char *storms_list(const struct storms *s, int64_t now)
{
    json_t *features = json_array(), *body;
    char *text;

    for (int i = 0; i < s->count; i++)
        if (message_is_listed(&s->messages[i], now))
            json_array_append(features, s->messages[i].feature);
    body = json_pack("{s:o}", "features", features);
    text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    CHECK(text);
    return text;
}

/* One of the messages of histories, or NULL. */
static const struct message *draw_recorded(const struct storms *s)
{
    int first = 0;

    while (first < s->count && s->messages[first].event < s->events - s->recorded)
        first++;
    return first < s->count ? &s->messages[first + (int)storms_draw((unsigned)(s->count - first))]
                            : NULL;
}

const char *storms_draw_zone(const struct storms *s)
{
    const struct message *m = draw_recorded(s);
    unsigned n = m ? storms_draw((unsigned)json_object_size(m->zones)) : 0;
    const char *zone;
    json_t *value;

    if (!m)
        return "";
    json_object_foreach (m->zones, zone, value)
        if (n-- == 0)
            return zone;
    return "";
}

/* The mean of the corners, which lies inside of the polygons of warnings. */
bool storms_draw_point(const struct storms *s, double *ret_lat, double *ret_lon)
{
    const struct message *m = draw_recorded(s);
    size_t n = m && m->polygon ? json_array_size(m->polygon) - 1 : 0;
    double lat = 0, lon = 0;

    if (n == 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        lat += number_at(json_array_get(m->polygon, i), 1);
        lon += number_at(json_array_get(m->polygon, i), 0);
    }
    *ret_lat = lat / (double)n;
    *ret_lon = lon / (double)n;
    return true;
}
