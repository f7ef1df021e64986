/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/alerts/places.c -- where a user's alerts are for: the default place and every
 * favorite, of the account and of each person. */
#include "server/alerts/places.h"

#include "tests/unit/intents/skill_world.h"

static void put_settings(struct skill_world *s, const char *cache)
{
    json_t *value = json_loads(cache, 0, NULL), *item = json_pack("{s:o}", "UserCache", value);

    CHECK(value);
    CHECK_INT(store_put(s->w.store, STR("user-1"), item, 0, clock_mono_ms() + 1000, NULL), ST_OK);
    json_decref(item);
}

static void begin(struct skill_world *s, const char *cache)
{
    skill_start(s);
    skill_serve_point(s, "moab", "UT");
    skill_serve_point(s, "hilo", "HI");
    put_settings(s, cache);
}

/* `want`: the names, with a blank after each; "-" is the default place. */
static void check_places(struct skill_world *s, const char *want)
{
    struct subscription_place places[SUBSCRIPTION_PLACES_MAX];
    struct buf got = BUF_INIT(1000);
    struct err err = ERR_NONE;
    size_t count = 0;

    if (places_resolve(s->w.store, s->w.nws, STR("user-1"), NULL, NULL, s->now,
                       clock_mono_ms() + 5000, places, &count, &err) != ST_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < count; i++) {
        CHECK_STR(places[i].county, "COC013");
        buf_printf(&got, "%s ", places[i].name[0] ? places[i].name : "-");
    }
    CHECK_STR(count > 0 ? buf_z(&got) : "", want);
    buf_free(&got);
}

TEST(the_default_place_and_every_favorite)
{
    struct skill_world s;

    begin(&s, "{\"user-1\":{\"location\":\"Boulder Colorado\",\"places\":{\"cabin\":\"Moab Utah\","
              "\"home\":\"Boulder Colorado\",\"nowhere\":\"Nowheretown Utah\",\"odd\":7}}}");
    check_places(&s, "- cabin "); /* a place of two names is one place */
    skill_stop(&s);
}

TEST(those_of_each_person_too_because_the_devices_are_the_account_s)
{
    struct skill_world s;

    begin(&s,
          "{\"ann\":{\"location\":\"Boulder Colorado\",\"places\":{\"cabin\":\"Moab Utah\","
          "\"mom's house\":\"Hilo Hawaii\"}},"
          "\"user-1\":{\"location\":\"Boulder Colorado\",\"places\":{\"cabin\":\"Moab Utah\"}}}");
    check_places(&s, "- cabin mom's house ");
    skill_stop(&s);
}

TEST(the_account_s_default_place_comes_first)
{
    struct skill_world s;
    struct subscription_place places[SUBSCRIPTION_PLACES_MAX];
    size_t count;

    begin(&s, "{\"ann\":{\"location\":\"Hilo Hawaii\"},\"user-1\":{\"location\":\"Moab Utah\"}}");
    CHECK_INT(places_resolve(s.w.store, s.w.nws, STR("user-1"), NULL, NULL, s.now,
                             clock_mono_ms() + 5000, places, &count, NULL),
              ST_OK);
    CHECK_INT(count, 2);
    CHECK(places[0].lon > -120 && places[1].lon < -120); /* the quiet hours are Moab's */
    skill_stop(&s);
}

TEST(a_user_without_places_has_none)
{
    struct skill_world s;

    begin(&s, "{\"user-1\":{\"rate\":80},\"ann\":[],\"bob\":{\"places\":\"cabin\"}}");
    check_places(&s, "");
    skill_stop(&s);
}

TESTS(the_default_place_and_every_favorite,
      those_of_each_person_too_because_the_devices_are_the_account_s,
      the_account_s_default_place_comes_first, a_user_without_places_has_none)
