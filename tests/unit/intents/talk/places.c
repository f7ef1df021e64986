/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/talk/places.c -- towns of one name, and places with a name of the user's
 * own. */
#include "intents/place_list.h"
#include "intents/weather/same_names.h"
#include "tests/unit/intents/skill_world.h"

/* There is no weather, but every answer names its place. */
static void start(struct skill_world *s)
{
    skill_start(s);
    skill_serve_point(s, "springfield", "MO");
    skill_serve_point(s, "springfield", "MA");
    skill_serve_point(s, "springfield", "IL");
    skill_serve_point(s, "springfield", "OR");
    skill_serve_point(s, "moab", "UT");
    fake_set(&s->w.upstream, SKILL_GRID, 200,
             "{\"properties\":{\"updateTime\":\"2026-11-22T15:00:00+00:00\",\"validTimes\":"
             "\"2026-11-22T10:00:00+00:00/P7D\",\"relativeHumidity\":{\"uom\":\"wmoUnit:percent\","
             "\"values\":[{\"validTime\":\"2026-11-22T10:00:00+00:00/P7D\",\"value\":50}]}}}");
}

#define HUMIDITY "metric=humidity;when_any=tonight;"

/* ---- towns of one name ---- */

static size_t find(const char *city, const char *state, const char *home,
                   struct gazetteer_hit hits[SAME_NAMES_MAX])
{
    struct gazetteer_query query = { .city = str_of(city) };
    struct gazetteer_home at = { .located = false };

    memcpy(query.state, state, strlen(state) + 1);
    memcpy(at.state, home, strlen(home) + 1);
    return same_names_find(&query, *home ? &at : NULL, hits);
}

TEST(only_towns_of_like_size_are_asked_about)
{
    struct gazetteer_hit hits[SAME_NAMES_MAX];

    CHECK_INT(find("springfield", "", "", hits), 3);
    CHECK_STR(hits[0].state, "MO");
    CHECK_STR(hits[1].state, "MA");
    CHECK_STR(hits[2].state, "IL");
    CHECK_INT(find("aurora", "", "", hits), 2);
    CHECK_STR(hits[0].state, "CO");
    CHECK_STR(hits[1].state, "IL");
    CHECK_INT(find("springfield", "OR", "", hits), 0); /* a state was said */
    CHECK_INT(find("springfield", "", "OH", hits), 0); /* the user's own state has one */
    CHECK_INT(find("springfield", "", "CA", hits), 3);
    CHECK_INT(find("boulder", "", "", hits), 0);
    CHECK_INT(find("portland", "", "", hits), 0); /* Maine's has a tenth of Oregon's people */
    CHECK_INT(find("paris", "", "", hits), 0);    /* abroad */
    CHECK_INT(find("no such town", "", "", hits), 0);
}

TEST(a_town_is_chosen_by_state_ordinal_or_full_name_and_asked_about_once)
{
    static const struct {
        const char *name, *slots, *says;
    } rows[] = {
        { "ChooseIntent", "state=illinois", "Springfield, Illinois" },
        { "ChooseIntent", "ordinal=second", "Springfield, Massachusetts" },
        { "ChooseIntent", "ordinal=3rd", "Springfield, Illinois" },
        { "ChooseIntent", "ordinal=1", "Springfield, Missouri" },
        { "ChooseIntent", "state=oregon", "Springfield, Oregon" },
        { "FollowIntent", "location=illinois", "Springfield, Illinois" },
        { "FollowIntent", "location=springfield massachusetts", "Springfield, Massachusetts" },
    };
    struct skill_world s;

    start(&s);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char user[20];
        json_t *stored = NULL;
        (void)snprintf(user, sizeof user, "chooser-%zu", i);
        s.user = user;
        s.session_new = true;
        skill_says(&s, "MetricIntent", HUMIDITY "location=springfield",
                   "<speak>Do you mean Springfield, Missouri, Massachusetts, or Illinois?</speak>");
        CHECK_ROW(i, !skill_ended(&s));
        s.session_new = false;
        skill_says(&s, rows[i].name, rows[i].slots, rows[i].says);
        skill_says(&s, "MetricIntent", HUMIDITY "location=springfield", rows[i].says);
        s.session_new = true;
        skill_says(&s, "MetricIntent", HUMIDITY "location=springfield", rows[i].says);
        CHECK_INT(
            user_get(s.w.store, USER_ACCOUNT(str_of(user)), clock_mono_ms() + 1000, &stored, NULL),
            ST_OK);
        CHECK_ROW(i, json_str(stored, "choices.springfield").n > 0);
        json_decref(stored);
    }
    skill_stop(&s);
}

TEST(yes_or_no_does_not_choose_and_is_asked_again_once)
{
    struct skill_world s;

    start(&s);
    skill_says(&s, "SetLocationIntent", "location=springfield", "Do you mean Springfield");
    s.session_new = false;
    skill_says(&s, "AMAZON.YesIntent", "", "Please say the state. Do you mean the one in Missouri");
    skill_says(&s, "AMAZON.NoIntent", "", "Which place would you like?");
    skill_says(&s, "FollowIntent", "location=moab utah", "Your location is now Moab, Utah.");
    skill_says(&s, "ChooseIntent", "ordinal=second", "Sorry, I didn't understand that.");
    skill_stop(&s);
}

TEST(more_does_not_choose_either)
{
    struct skill_world s;

    start(&s);
    skill_says(&s, "SetLocationIntent", "location=springfield", "Do you mean Springfield");
    s.session_new = false;
    skill_says(&s, "AMAZON.NextIntent", "",
               "Please say the state. Do you mean the one in Missouri");
    skill_says(&s, "ChooseIntent", "state=illinois", "Your location is now Springfield, Illinois.");
    skill_stop(&s);
}

/* ---- favorites ---- */

TEST(a_saved_place_works_wherever_a_place_does)
{
    struct skill_world s;
    json_t *stored = NULL;

    start(&s);
    skill_says(&s, "SavePlaceIntent", "favorite=the cabin;location=moab utah",
               "I've saved Moab, Utah, as cabin.");
    skill_says(&s, "MetricIntent", HUMIDITY "favorite=the cabin", "Moab, Utah");
    skill_says(&s, "MetricIntent", HUMIDITY "location=my cabin", "Moab, Utah");
    s.session_new = false;
    skill_says(&s, "FollowIntent", "favorite=cabin;when_any=tonight", "Moab, Utah");
    skill_says(&s, "ListPlacesIntent", "", "You have saved 1 place: cabin is Moab Utah.");
    CHECK_INT(
        user_get(s.w.store, USER_ACCOUNT(STR("user-1")), clock_mono_ms() + 1000, &stored, NULL),
        ST_OK);
    CHECK_SLICE(json_str(stored, "places.cabin"), "Moab Utah");
    json_decref(stored);
    skill_says(&s, "SavePlaceIntent", "favorite=lake house;location=the cabin",
               "I've saved Moab, Utah, as lake house.");
    skill_says(&s, "ForgetPlaceIntent", "favorite=the cabin", "I've forgotten cabin.");
    skill_says(&s, "ForgetPlaceIntent", "favorite=the cabin", "You haven't saved");
    skill_says(&s, "MetricIntent", HUMIDITY "favorite=the cabin",
               "You haven't saved a place as the cabin yet. Which place do you mean?");
    skill_stop(&s);
}

TEST(what_is_missing_is_asked_for)
{
    struct skill_world s;

    start(&s);
    skill_says(&s, "SavePlaceIntent", "favorite=the cabin", "Which place should I save as cabin?");
    s.session_new = false;
    skill_says(&s, "FollowIntent", "location=moab utah", "I've saved Moab, Utah, as cabin.");
    skill_says(&s, "SavePlaceIntent", "location=moab utah", "What should I call it?");
    skill_says(&s, "FollowIntent", "location=the lake house",
               "I've saved Moab, Utah, as lake house.");
    skill_says(&s, "ForgetPlaceIntent", "", "Which of your places should I forget?");
    skill_says(&s, "FollowIntent", "favorite=the lake house", "I've forgotten lake house.");
    skill_says(&s, "SavePlaceIntent", "favorite=school;location=springfield", "Do you mean");
    skill_says(&s, "ChooseIntent", "state=illinois",
               "I've saved Springfield, Illinois, as school.");
    skill_stop(&s);
}

/* A saved home wins over the default location; without one, both words mean that. */
TEST(home_is_the_saved_one_or_else_the_default)
{
    struct skill_world s;

    start(&s);
    skill_says(&s, "SetLocationIntent", "location=boulder colorado", "Boulder");
    skill_says(&s, "MetricIntent", HUMIDITY "favorite=home", "Boulder, Colorado");
    skill_says(&s, "SavePlaceIntent", "favorite=home;location=moab utah", "Moab, Utah");
    skill_says(&s, "MetricIntent", HUMIDITY "favorite=home", "Moab, Utah");
    skill_says(&s, "MetricIntent", HUMIDITY "location=home", "Moab, Utah");
    skill_says(&s, "MetricIntent", HUMIDITY "location=here", "Boulder, Colorado");
    s.session_new = false;
    skill_says(&s, "MetricIntent", HUMIDITY "location=springfield illinois", "Springfield");
    skill_says(&s, "FollowIntent", "location=home", "Moab, Utah");
    skill_says(&s, "FollowIntent", "location=here", "Boulder, Colorado");
    skill_says(&s, "MetricIntent", HUMIDITY, "Boulder, Colorado");
    skill_stop(&s);
}

TEST(two_devices_may_save_at_once_and_what_is_unknown_stays)
{
    struct skill_world s;
    json_t *stored = NULL,
           *other = json_pack("{s:i,s:s}", "seven", 7, "school", "Boulder Colorado");

    start(&s);
    CHECK_INT(user_set(s.w.store, USER_ACCOUNT(STR("user-1")), "places", other,
                       clock_mono_ms() + 1000, NULL),
              ST_OK);
    s.attributes = json_pack("{s:{s:i}}", "settings", "rate", 100); /* a session without them */
    s.session_new = false;
    skill_says(&s, "SavePlaceIntent", "favorite=cabin;location=moab utah", "I've saved");
    CHECK_INT(
        user_get(s.w.store, USER_ACCOUNT(STR("user-1")), clock_mono_ms() + 1000, &stored, NULL),
        ST_OK);
    CHECK_SLICE(json_str(stored, "places.cabin"), "Moab Utah");
    CHECK_SLICE(json_str(stored, "places.school"), "Boulder Colorado");
    CHECK(json_at(stored, "places.seven"));
    json_decref(stored);
    json_decref(other);
    skill_stop(&s);
}

TEST(no_more_than_twenty_are_kept_whatever_the_item_holds)
{
    struct skill_world s;
    json_t *many = json_object();
    char name[20];

    start(&s);
    for (int i = 0; i < 3000; i++) {
        (void)snprintf(name, sizeof name, "place %d", i);
        json_object_set_new(many, name, json_string(i % 2 ? "Moab Utah" : "\001"));
    }
    CHECK_INT(user_set(s.w.store, USER_ACCOUNT(STR("user-1")), "places", many,
                       clock_mono_ms() + 1000, NULL),
              ST_OK);
    skill_says(&s, "ListPlacesIntent", "", "You have saved 20 places");
    skill_says(&s, "SavePlaceIntent", "favorite=cabin;location=moab utah", "already saved 20");
    CHECK(json_object_size(json_at(s.attributes, "settings.places")) == PLACE_LIST_MAX);
    s.user = "user-2";
    s.session_new = true;
    skill_says(
        &s, "SavePlaceIntent",
        "favorite=a name that is much longer than anybody would ever say aloud;location=moab "
        "utah",
        "name is too long");
    json_decref(many);
    skill_stop(&s);
}

TESTS(only_towns_of_like_size_are_asked_about, more_does_not_choose_either,
      a_town_is_chosen_by_state_ordinal_or_full_name_and_asked_about_once,
      yes_or_no_does_not_choose_and_is_asked_again_once, a_saved_place_works_wherever_a_place_does,
      what_is_missing_is_asked_for, home_is_the_saved_one_or_else_the_default,
      two_devices_may_save_at_once_and_what_is_unknown_stays,
      no_more_than_twenty_are_kept_whatever_the_item_holds)
