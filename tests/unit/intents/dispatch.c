/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/dispatch.c -- from an envelope to a response: sessions, settings, places,
 * apologies, and turns that may not wait. */
#include "tests/unit/intents/skill_world.h"

/* ---- requests and sessions ---- */

TEST(a_launch_without_a_location_says_how_to_begin)
{
    struct skill_world s;

    skill_start(&s);
    skill_says(&s, "LaunchRequest", "", "Welcome to Clima Cast");
    skill_says(&s, "LaunchRequest", "", "set location to");
    CHECK(!skill_ended(&s));
    CHECK(json_str(s.answer, "response.reprompt.outputSpeech.ssml").n > 0);
    CHECK_STR(s.log.intent, "LaunchRequest");
    CHECK_STR(s.log.outcome, "answered");
    skill_stop(&s);
}

TEST(help_and_fallback_keep_the_session_open)
{
    static const struct {
        const char *name, *asks;
    } rows[] = { { "AMAZON.HelpIntent", "What's your question?" },
                 { "AMAZON.FallbackIntent", "What would you like to know?" },
                 { "NoSuchIntent", "What would you like to know?" } };
    struct skill_world s;

    skill_start(&s);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        skill_says(&s, rows[i].name, "", rows[i].asks);
        CHECK_ROW(i, !skill_ended(&s));
    }
    CHECK_STR(s.log.intent, "unknown");
    skill_stop(&s);
}

TEST(stop_and_cancel_say_goodbye_and_home_is_silent)
{
    struct skill_world s;

    skill_start(&s);
    s.session_new = false;
    skill_says(&s, "AMAZON.StopIntent", "", "Goodbye");
    CHECK(skill_ended(&s));
    skill_says(&s, "AMAZON.CancelIntent", "", "Goodbye");
    CHECK(skill_ended(&s));
    CHECK_STR(skill_ask(&s, "AMAZON.NavigateHomeIntent", ""), "");
    CHECK(skill_ended(&s));
    skill_stop(&s);
}

TEST(requests_without_speech_get_the_empty_response)
{
    static const char *const names[] = { "SessionEndedRequest", "AlexaSkillEvent.SkillEnabled",
                                         "AlexaSkillEvent.SkillDisabled", "System.UnknownRequest" };
    struct skill_world s;

    skill_start(&s);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        CHECK_INT(skill_try(&s, names[i], ""), ST_OK);
        CHECK_ROW(i, json_object_size(json_at(s.answer, "response")) == 0);
        CHECK_STR(s.log.outcome, "empty");
    }
    skill_stop(&s);
}

TEST(one_shot_answers_end_the_session_and_open_sessions_stay_open)
{
    struct skill_world s;

    skill_start(&s);
    skill_says(&s, "SetLocationIntent", "location=boulder colorado", "Boulder, Colorado");
    CHECK(skill_ended(&s));
    CHECK(!json_at(s.answer, "response.reprompt"));
    s.session_new = false;
    skill_says(&s, "SetLocationIntent", "location=boulder colorado", "Boulder, Colorado");
    CHECK(!skill_ended(&s));
    CHECK(json_str(s.answer, "response.reprompt.outputSpeech.ssml").n > 0);
    s.session_new = true;
    skill_says(&s, "MetricIntent", "location=colorado", "Which city in Colorado");
    CHECK(!skill_ended(&s)); /* it asks something */
    CHECK_STR(s.log.outcome, "hint");
    skill_stop(&s);
}

/* ---- settings ---- */

TEST(a_location_is_saved_confirmed_and_used)
{
    struct skill_world s;
    json_t *stored = NULL;

    skill_start(&s);
    skill_says(&s, "MetricIntent", "metric=weather", "You haven't set a location yet");
    CHECK_STR(s.log.err.reason, "no_location");
    skill_says(&s, "SetLocationIntent", "location=boulder colorado",
               "Your location is now Boulder, Colorado.");
    CHECK_INT(
        user_get(s.w.store, USER_ACCOUNT(STR("user-1")), clock_mono_ms() + 1000, &stored, NULL),
        ST_OK);
    CHECK_SLICE(json_str(stored, "location"), "Boulder Colorado");
    json_decref(stored);
    CHECK_SLICE(json_str(s.attributes, "settings.location"), "Boulder Colorado");
    fake_set(&s.w.upstream, SKILL_GRID, 404, "{}");
    (void)skill_ask(&s, "MetricIntent", "metric=forecast");
    CHECK_STR(s.log.place, "boulder_colorado");
    skill_stop(&s);
}

TEST(unknown_places_are_not_saved)
{
    struct skill_world s;
    json_t *stored = NULL;

    skill_start(&s);
    skill_says(&s, "SetLocationIntent", "location=atlantis georgia",
               "I couldn't find atlantis georgia");
    skill_says(&s, "SetLocationIntent", "", "I'm not sure which place");
    CHECK_INT(
        user_get(s.w.store, USER_ACCOUNT(STR("user-1")), clock_mono_ms() + 1000, &stored, NULL),
        ST_MISS);
    fake_set(&s.w.upstream, skill_at_boulder("/points/"), 500, "{}");
    (void)skill_ask(&s, "SetLocationIntent", "location=boulder colorado");
    CHECK_STR(s.log.outcome, "apology");
    skill_never_says(&s, "Your location is now");
    CHECK_INT(
        user_get(s.w.store, USER_ACCOUNT(STR("user-1")), clock_mono_ms() + 1000, &stored, NULL),
        ST_MISS);
    skill_stop(&s);
}

TEST(settings_are_read_once_per_session_and_then_carried)
{
    struct skill_world s;
    json_t *rate = json_integer(150);

    skill_start(&s);
    CHECK_INT(user_set(s.w.store, USER_ACCOUNT(STR("user-1")), "rate", rate, clock_mono_ms() + 1000,
                       NULL),
              ST_OK);
    skill_says(&s, "AMAZON.HelpIntent", "", "<prosody rate=\"150%\">");
    /* Within the session the carried settings are used, even if the store has changed. */
    CHECK_INT(user_delete(s.w.store, STR("user-1"), clock_mono_ms() + 1000, NULL), ST_OK);
    s.session_new = false;
    skill_says(&s, "AMAZON.HelpIntent", "", "<prosody rate=\"150%\">");
    s.session_new = true;
    (void)skill_ask(&s, "AMAZON.HelpIntent", "");
    skill_never_says(&s, "prosody");
    json_decref(rate);
    skill_stop(&s);
}

TEST(invalid_carried_settings_become_the_defaults)
{
    struct skill_world s;

    skill_start(&s);
    s.session_new = false;
    s.attributes = json_pack("{s:{s:s,s:i,s:[s]}}", "settings", "rate", "fast", "location", 7,
                             "metrics", "frogs");
    skill_says(&s, "AMAZON.HelpIntent", "", "<speak>For current");
    skill_stop(&s);
}

TEST(disabling_the_skill_deletes_the_user)
{
    struct skill_world s;
    json_t *stored = NULL;

    skill_start(&s);
    skill_says(&s, "SetLocationIntent", "location=boulder colorado", "Boulder");
    CHECK_INT(skill_try(&s, "AlexaSkillEvent.SkillDisabled", ""), ST_OK);
    CHECK_INT(
        user_get(s.w.store, USER_ACCOUNT(STR("user-1")), clock_mono_ms() + 1000, &stored, NULL),
        ST_MISS);
    skill_stop(&s);
}

TEST(an_intent_with_the_name_of_a_request_type_is_unknown)
{
    struct skill_world s;
    json_t *stored = NULL, *root;

    skill_start(&s);
    skill_says(&s, "SetLocationIntent", "location=boulder colorado", "Boulder");
    root = skill_envelope(&s, "NoIntent", "");
    json_object_set_new(json_at(root, "request.intent"), "name",
                        json_string("AlexaSkillEvent.SkillDisabled"));
    {
        struct call call = world_call(&s.w);
        struct buf text = BUF_INIT(1 << 16), out = BUF_INIT(1 << 16);
        struct envelope e;
        json_put(&text, root);
        CHECK_INT(envelope_parse(buf_str(&text), call.arena, &e, NULL), ST_OK);
        CHECK_INT(dispatch(&s.skill, &e, &call, &out, &s.log), ST_OK);
        CHECK_STR(s.log.intent, "unknown");
        buf_free(&text);
        buf_free(&out);
    }
    json_decref(root);
    CHECK_INT(
        user_get(s.w.store, USER_ACCOUNT(STR("user-1")), clock_mono_ms() + 1000, &stored, NULL),
        ST_OK);
    json_decref(stored);
    skill_stop(&s);
}

/* ---- a store that blocks or fails ---- */

struct failing_store {
    struct store *inner;
    bool reads, writes; /* succeed */
};

static enum status failing_get(void *self, struct str id, int64_t deadline, json_t **ret,
                               uint64_t *ret_version, struct err *err)
{
    struct failing_store *failing = self;

    if (!failing->reads)
        return err_set(err, ST_UNAVAILABLE, "the store is down");
    return store_get(failing->inner, id, deadline, ret, ret_version, err);
}

static enum status failing_update(void *self, struct str id, const struct store_change *changes,
                                  size_t count, int64_t deadline, struct err *err)
{
    struct failing_store *failing = self;

    if (!failing->writes)
        return err_set(err, ST_UNAVAILABLE, "the disk is full");
    return store_update(failing->inner, id, changes, count, deadline, err);
}

static enum status failing_put(void *self, struct str id, json_t *attributes, uint64_t version,
                               int64_t deadline, struct err *err)
{
    struct failing_store *failing = self;

    if (!failing->writes)
        return err_set(err, ST_UNAVAILABLE, "the disk is full");
    return store_put(failing->inner, id, attributes, version, deadline, err);
}

static enum status failing_remove(void *self, struct str id, int64_t deadline, struct err *err)
{
    struct failing_store *failing = self;

    return failing->writes ? store_delete(failing->inner, id, deadline, err)
                           : err_set(err, ST_UNAVAILABLE, "the disk is full");
}

static void failing_free(void *self)
{
    (void)self;
}

static const struct store_ops failing_ops = {
    .name = "failing",
    .reads_wait = true,
    .writes_wait = true,
    .get = failing_get,
    .put = failing_put,
    .update = failing_update,
    .remove = failing_remove,
    .free = failing_free,
};

/* Only user items go through this store; places are stored as before. */
static void use_failing_store(struct skill_world *s, struct failing_store *failing)
{
    *failing = (struct failing_store){ s->w.store, true, true };
    s->skill.store = store_wrap(&failing_ops, failing);
    CHECK(s->skill.store);
}

TEST(a_turn_that_may_not_wait_does_not_call_the_store)
{
    struct skill_world s;
    struct failing_store failing;

    skill_start(&s);
    use_failing_store(&s, &failing);
    s.may_wait = false;
    CHECK_INT(skill_try(&s, "LaunchRequest", ""), ST_WOULD_WAIT);
    CHECK_INT(skill_try(&s, "AlexaSkillEvent.SkillDisabled", ""), ST_WOULD_WAIT);
    CHECK_INT(skill_try(&s, "SessionEndedRequest", ""), ST_OK);
    s.session_new = false;
    s.attributes = json_pack("{s:{}}", "settings");
    CHECK_INT(skill_try(&s, "AMAZON.HelpIntent", ""), ST_OK); /* settings are carried: no read */
    CHECK_INT(skill_try(&s, "SetLocationIntent", "location=boulder colorado"), ST_WOULD_WAIT);
    CHECK_INT(fake_asked(&s.w.upstream, NULL), 0);
    s.may_wait = true;
    CHECK_INT(skill_try(&s, "SetLocationIntent", "location=boulder colorado"), ST_OK);
    s.may_wait = false; /* the place is cached now, but the write would block */
    CHECK_INT(skill_try(&s, "SetLocationIntent", "location=boulder colorado"), ST_WOULD_WAIT);
    store_free(s.skill.store);
    skill_stop(&s);
}

TEST(unreadable_settings_are_not_reported_as_missing)
{
    struct skill_world s;
    struct failing_store failing;

    skill_start(&s);
    use_failing_store(&s, &failing);
    failing.reads = false;
    (void)skill_ask(&s, "LaunchRequest", "");
    skill_never_says(&s, "set location to"); /* there may be one */
    CHECK(!json_at(s.answer, "sessionAttributes.settings"));
    skill_says(&s, "MetricIntent", "metric=wind", "can't look up your settings");
    CHECK_STR(s.log.err.reason, "settings_unreadable");
    skill_says(&s, "MetricIntent", "location=colorado", "Which city in Colorado");
    store_free(s.skill.store);
    skill_stop(&s);
}

TEST(unsaved_settings_are_not_confirmed)
{
    struct skill_world s;
    struct failing_store failing;

    skill_start(&s);
    use_failing_store(&s, &failing);
    failing.writes = false;
    skill_says(&s, "SetLocationIntent", "location=boulder colorado", "couldn't save that");
    CHECK_STR(s.log.err.reason, "settings_unsaved");
    CHECK(json_str(s.attributes, "settings.location").n == 0);
    store_free(s.skill.store);
    skill_stop(&s);
}

TEST(an_event_that_could_not_be_handled_is_not_acknowledged)
{
    struct skill_world s;
    struct failing_store failing;

    skill_start(&s);
    use_failing_store(&s, &failing);
    failing.writes = false;
    CHECK_INT(skill_try(&s, "AlexaSkillEvent.SkillDisabled", ""), ST_UNAVAILABLE);
    CHECK_STR(s.log.err.reason, "user_not_deleted");
    failing.writes = true;
    CHECK_INT(skill_try(&s, "AlexaSkillEvent.SkillDisabled", ""), ST_OK);
    s.user = "SHARED_CACHE"; /* nothing of a user is there */
    failing.writes = false;
    CHECK_INT(skill_try(&s, "AlexaSkillEvent.SkillDisabled", ""), ST_OK);
    store_free(s.skill.store);
    skill_stop(&s);
}

/* ---- the table ---- */

TEST(every_intent_has_a_unique_name_and_an_answer)
{
    const struct intent *a, *b;

    for (size_t i = 0; (a = dispatch_intent_at(i)); i++) {
        CHECK(a->name && a->name[0] && a->answer);
        for (size_t k = 0; k < i && (b = dispatch_intent_at(k)); k++)
            CHECK(strcmp(a->name, b->name) != 0);
    }
}

TEST(a_full_arena_becomes_an_apology)
{
    struct skill_world s;

    skill_start(&s);
    arena_free(s.w.arena);
    s.w.arena = arena_create(64);
    CHECK_INT(skill_try(&s, "SetLocationIntent", "location=boulder colorado"), ST_OK);
    CHECK_STR(s.log.outcome, "apology");
    CHECK(json_str(s.answer, "response.outputSpeech.ssml").n > 0);
    skill_stop(&s);
}

TESTS(a_launch_without_a_location_says_how_to_begin, help_and_fallback_keep_the_session_open,
      stop_and_cancel_say_goodbye_and_home_is_silent,
      requests_without_speech_get_the_empty_response,
      one_shot_answers_end_the_session_and_open_sessions_stay_open,
      a_location_is_saved_confirmed_and_used, unknown_places_are_not_saved,
      settings_are_read_once_per_session_and_then_carried,
      invalid_carried_settings_become_the_defaults, disabling_the_skill_deletes_the_user,
      an_intent_with_the_name_of_a_request_type_is_unknown,
      a_turn_that_may_not_wait_does_not_call_the_store,
      unreadable_settings_are_not_reported_as_missing, unsaved_settings_are_not_confirmed,
      an_event_that_could_not_be_handled_is_not_acknowledged,
      every_intent_has_a_unique_name_and_an_answer, a_full_arena_becomes_an_apology)
