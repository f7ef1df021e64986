/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/settings.c -- the valid parts of a stored item are used, the rest is
 * default. */
#include "intents/settings.h"

#include "server/base/json.h"
#include "tests/test.h"

/* Reads JSON text as settings and writes them back as text. */
static void check(const char *stored, const char *want)
{
    struct arena *arena = arena_create(1 << 16);
    json_t *object = json_loads(stored, JSON_DECODE_ANY, NULL), *back = NULL;
    struct buf out = BUF_INIT(2000);
    struct settings s;

    CHECK(object);
    settings_from_json(object, arena, &s);
    json_decref(object); /* the settings keep no reference to it */
    CHECK(s.metric_count > 0 && s.metric_count <= METRIC_DEFAULTS);
    settings_put(&out, &s);
    CHECK_INT(json_parse(buf_str(&out), true, &back, NULL), ST_OK);
    if (strcmp(buf_z(&out), want) != 0)
        fail_msg("%s: got %s, want %s", stored, buf_z(&out), want);
    json_decref(back);
    buf_free(&out);
    arena_free(arena);
}

#define DEFAULT_METRICS                                                             \
    "\"metrics\":[\"summary\",\"temperature\",\"precipitation\",\"skys\",\"wind\"," \
    "\"barometric pressure\",\"relative humidity\",\"dewpoint\"]}"
#define DEFAULTS "{\"location\":null,\"rate\":100,\"pitch\":100," DEFAULT_METRICS

TEST(complete_settings_survive)
{
    check("{\"location\":\"Boulder Colorado\",\"rate\":150,\"pitch\":70,\"metrics\":[\"wind\","
          "\"summary\"],\"userid\":\"u\"}",
          "{\"location\":\"Boulder Colorado\",\"rate\":150,\"pitch\":70,\"metrics\":[\"wind\","
          "\"summary\"]}");
    check("{\"rate\":99.6,\"location\":null}",
          "{\"location\":null,\"rate\":100,\"pitch\":100," DEFAULT_METRICS);
}

TEST(invalid_settings_become_the_defaults)
{
    check("{}", DEFAULTS);
    check("null", DEFAULTS);
    check("[1,2]", DEFAULTS);
    check("\"text\"", DEFAULTS);
    check("{\"location\":7,\"rate\":\"fast\",\"pitch\":[],\"metrics\":{}}", DEFAULTS);
    check("{\"location\":\"  \",\"rate\":49,\"pitch\":131,\"metrics\":[]}", DEFAULTS);
    check("{\"rate\":-5,\"pitch\":1e300,\"metrics\":[\"frogs\",7,null]}", DEFAULTS);
}

TEST(units_and_length_survive)
{
    check("{\"units\":\"metric\",\"length\":\"brief\"}",
          "{\"location\":null,\"rate\":100,\"pitch\":100,\"metrics\":[\"summary\",\"temperature\","
          "\"precipitation\",\"skys\",\"wind\",\"barometric pressure\",\"relative humidity\","
          "\"dewpoint\"],\"units\":\"metric\",\"length\":\"brief\"}");
    check("{\"units\":\"cubits\",\"length\":7}", DEFAULTS);
    check("{\"units\":[\"us\"],\"length\":\"normal\"}", DEFAULTS);
}

TEST(valid_settings_beside_invalid_ones_are_used)
{
    check("{\"rate\":80,\"pitch\":\"low\",\"metrics\":[\"frogs\",\"wind\",7,\"wind\"]}",
          "{\"location\":null,\"rate\":80,\"pitch\":100,\"metrics\":[\"wind\"]}");
    check("{\"location\":\" Boulder Colorado \",\"rate\":null}",
          "{\"location\":\"Boulder Colorado\",\"rate\":100,\"pitch\":100," DEFAULT_METRICS);
}

TEST(an_overlong_location_is_ignored)
{
    struct arena *arena = arena_create(1 << 16);
    char text[SETTINGS_LOCATION_MAX + 2];
    json_t *object;
    struct settings s;

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    object = json_pack("{s:s}", "location", text);
    settings_from_json(object, arena, &s);
    CHECK_INT(s.location.n, 0);
    settings_from_json(NULL, arena, &s);
    CHECK_INT(s.metric_count, METRIC_DEFAULTS);
    json_decref(object);
    arena_free(arena);
}

TESTS(complete_settings_survive, invalid_settings_become_the_defaults,
      valid_settings_beside_invalid_ones_are_used, an_overlong_location_is_ignored,
      units_and_length_survive)
