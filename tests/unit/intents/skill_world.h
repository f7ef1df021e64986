/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/skill_world.h -- the whole skill over a fake upstream: ask, and check the
 * answer.
 *
 * The upstream knows Boulder, Colorado; it is Sunday, November 22nd 2026, ten in the morning there.
 * A test adds the weather it needs. */
#ifndef CLIMACAST_TESTS_SKILL_WORLD_H
#define CLIMACAST_TESTS_SKILL_WORLD_H

#include <stdlib.h>

#include "cache/user.h"
#include "intents/dispatch.h"
#include "intents/weather/place_entry.h"
#include "server/base/json.h"
#include "server/base/time_text.h"
#include "tests/unit/intents/weather/weather_world.h"

#define SKILL_NOW "2026-11-22T17:00:00Z"
#define SKILL_GRID "/gridpoints/BOU/54,74"
#define SKILL_LATEST "/stations/KBDU/observations/latest"
#define SKILL_API "https://api.weather.gov"

struct skill_world {
    struct world w;
    struct skill skill;
    int64_t now;
    bool may_wait;
    bool session_new;
    const char *user;
    json_t *person;                       /* context.System.person.personId, or NULL; owned */
    json_t *interfaces;                   /* of the device, or NULL; borrowed */
    const char *timestamp, *api_endpoint; /* of the request; NULL: SKILL_NOW, none */
    json_t *body;                         /* of a skill event, or NULL; borrowed */
    json_t *attributes; /* from the last answer, carried by the next request; owned */
    json_t *answer;     /* the last response; owned */
    struct turn_log log;
};

static const char skill_point[] =
    "{\"properties\":{\"cwa\":\"BOU\",\"gridId\":\"BOU\",\"gridX\":54,\"gridY\":74,"
    "\"forecast\":\"" SKILL_API SKILL_GRID "/forecast\","
    "\"forecastGridData\":\"" SKILL_API SKILL_GRID "\","
    "\"observationStations\":\"" SKILL_API SKILL_GRID "/stations\","
    "\"forecastZone\":\"" SKILL_API "/zones/forecast/COZ039\","
    "\"county\":\"" SKILL_API "/zones/county/COC013\",\"timeZone\":\"America/Denver\"}}";
static const char skill_stations[] =
    "{\"features\":[{\"properties\":{\"stationIdentifier\":\"KBDU\","
    "\"name\":\"Boulder Municipal Airport\"}}]}";
static const char skill_zone[] = "{\"properties\":{\"id\":\"COZ039\",\"name\":\"Boulder\"}}";
static const char skill_county[] = "{\"properties\":{\"id\":\"COC013\",\"name\":\"Boulder\"}}";

/* The path of Boulder's point, or of its alerts: `before` and its coordinates. */
static inline const char *skill_at_boulder(const char *before)
{
    static char path[128];
    char coords[PLACE_ENTRY_COORDS_MAX];
    struct gazetteer_query query = { .city = STR("boulder"), .state = "CO" };
    struct gazetteer_hit hit;

    CHECK(gazetteer_best(&query, NULL, &hit));
    (void)snprintf(path, sizeof path, "%s%.*s", before,
                   STR_ARG(place_entry_coords(hit.lat, hit.lon, coords)));
    return path;
}

/* Serves the point of a town, which has the grid and the stations of Boulder. */
static inline void skill_serve_point(struct skill_world *s, const char *city, const char *state)
{
    char path[128], coords[PLACE_ENTRY_COORDS_MAX];
    struct gazetteer_query query = { .city = str_of(city) };
    struct gazetteer_hit hit;

    memcpy(query.state, state, 3);
    CHECK(gazetteer_best(&query, NULL, &hit));
    (void)snprintf(path, sizeof path, "/points/%.*s",
                   STR_ARG(place_entry_coords(hit.lat, hit.lon, coords)));
    fake_set(&s->w.upstream, path, 200, skill_point);
}

static inline void skill_start(struct skill_world *s)
{
    memset(s, 0, sizeof *s);
    world_start(&s->w);
    fake_set(&s->w.upstream, skill_at_boulder("/points/"), 200, skill_point);
    fake_set(&s->w.upstream, SKILL_GRID "/stations", 200, skill_stations);
    fake_set(&s->w.upstream, "/zones/forecast/COZ039", 200, skill_zone);
    fake_set(&s->w.upstream, "/zones/county/COC013", 200, skill_county);
    s->skill = (struct skill){ .nws = s->w.nws, .store = s->w.store, .shared = s->w.shared };
    CHECK(time_parse_rfc3339(STR(SKILL_NOW), &s->now));
    s->may_wait = true;
    s->session_new = true;
    s->user = "user-1";
}

static inline void skill_stop(struct skill_world *s)
{
    json_decref(s->attributes);
    json_decref(s->answer);
    json_decref(s->person);
    world_stop(&s->w);
}

/* "metric=wind;location=boulder colorado" as slots. */
static inline json_t *skill_slots(const char *text)
{
    json_t *slots = json_object();
    struct str rest = str_of(text), part;

    while (rest.n > 0 && str_split(&rest, ';', &part)) {
        size_t at = str_index(part, '=');
        struct str value = str_sub(part, at + 1, part.n);
        CHECK(json_object_setn_new(slots, part.p, at,
                                   json_pack("{s:s%}", "value", value.p, value.n)) == 0);
    }
    return slots;
}

static inline json_t *skill_envelope(const struct skill_world *s, const char *name,
                                     const char *slots)
{
    bool is_request = strstr(name, "Request") || strstr(name, "AlexaSkillEvent");
    json_t *request = json_pack("{s:s,s:s,s:s,s:O*}", "type", is_request ? name : "IntentRequest",
                                "requestId", "request-1", "timestamp",
                                s->timestamp ? s->timestamp : SKILL_NOW, "body", s->body);

    if (!is_request)
        json_object_set_new(request, "intent",
                            json_pack("{s:s,s:o}", "name", name, "slots", skill_slots(slots)));
    return json_pack("{s:s,s:{s:b,s:s,s:O*,s:{s:s}},s:{s:{s:{s:s},s:{s:O*},s:{s:O*},s:s*}},s:o}",
                     "version", "1.0", "session", "new", s->session_new, "sessionId", "session-1",
                     "attributes", s->attributes, "user", "userId", s->user, "context", "System",
                     "application", "applicationId", "skill-1", "person", "personId", s->person,
                     "device", "supportedInterfaces", s->interfaces, "apiEndpoint", s->api_endpoint,
                     "request", request);
}

/* Asks and keeps the answer. */
static inline enum status skill_try(struct skill_world *s, const char *name, const char *slots)
{
    json_t *root = skill_envelope(s, name, slots);
    struct call call = world_call(&s->w);
    struct buf text = BUF_INIT(1 << 20), out = BUF_INIT(1 << 20);
    struct arena *arena = arena_create(1 << 20); /* for the envelope; the turn uses the world's */
    struct envelope e;
    struct err err = ERR_NONE;
    enum status st;

    CHECK(root);
    json_put(&text, root);
    CHECK_INT(envelope_parse(buf_str(&text), arena, &e, &err), ST_OK);
    call.now = s->now;
    if (!s->may_wait)
        call.deadline = NO_WAIT;
    st = dispatch(&s->skill, &e, &call, &out, &s->log);
    arena_free(arena);
    json_decref(root);
    buf_free(&text);
    if (st == ST_OK) {
        json_decref(s->answer);
        s->answer = NULL;
        CHECK_INT(json_parse(buf_str(&out), true, &s->answer, &err), ST_OK);
        json_decref(s->attributes);
        s->attributes = json_incref(json_at(s->answer, "sessionAttributes"));
    } else {
        CHECK_INT(out.n, 0);
    }
    buf_free(&out);
    arena_reset(s->w.arena);
    return st;
}

/* Asks, and returns the speech as Alexa gets it, or "". */
static inline const char *skill_ask(struct skill_world *s, const char *name, const char *slots)
{
    struct str speech;

    CHECK_INT(skill_try(s, name, slots), ST_OK);
    speech = json_str(s->answer, "response.outputSpeech.ssml");
    return speech.p ? speech.p : "";
}

static inline bool skill_ended(const struct skill_world *s)
{
    return json_bool(s->answer, "response.shouldEndSession", false);
}

/* Asks, and checks that the speech contains `want`. */
static inline void skill_says(struct skill_world *s, const char *name, const char *slots,
                              const char *want)
{
    const char *got = skill_ask(s, name, slots);

    if (!strstr(got, want))
        fail_msg("%s %s: \"%s\" lacks \"%s\"", name, slots, got, want);
}

/* Asks, and checks that the card, which has all the facts, contains `want`; its text is compared as
 * if it were spoken: "<speak>...</speak>". An answer without a card is compared itself. */
static inline void skill_shows(struct skill_world *s, const char *name, const char *slots,
                               const char *want)
{
    const char *spoken = skill_ask(s, name, slots);
    struct str text = json_str(s->answer, "response.card.content");
    struct buf shown = BUF_INIT(1 << 16);

    if (text.n > 0)
        buf_printf(&shown, "<speak>%.*s</speak>", STR_ARG(text));
    else
        buf_putz(&shown, spoken);
    if (!strstr(buf_z(&shown), want))
        fail_msg("%s %s: \"%s\" lacks \"%s\"", name, slots, buf_z(&shown), want);
    buf_free(&shown);
}

/* Checks that the speech of the last answer lacks `unwanted`. */
static inline void skill_never_says(struct skill_world *s, const char *unwanted)
{
    struct str speech = json_str(s->answer, "response.outputSpeech.ssml");

    if (str_find(speech, str_of(unwanted)) < speech.n)
        fail_msg("\"%.*s\" contains \"%s\"", STR_ARG(speech), unwanted);
}

#endif
