/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/session.c -- session attributes, settings, isolation of users, long answers.
 *
 * Whatever a scripted conversation can test is in tests/cases/skill. This file tests the rest: two
 * sessions at once, forged attributes, a locked database, paging through long answers. */
#include <sqlite3.h>
#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"

enum { ANSWER_MS = 7000 };

/* Sends `e` within the session of `a`, and replaces `a` by the response. */
static void continue_session(struct client_response *a, json_t *e)
{
    envelope_continue_session(e, a->json);
    client_response_done(a);
    *a = client_post(&world, e, NULL);
    json_decref(e);
    speech_check_valid(a);
}

static struct client_response launch(const char *user)
{
    json_t *e = envelope_launch(user);
    struct client_response a = client_post(&world, e, NULL);

    json_decref(e);
    speech_check_valid(&a);
    return a;
}

static void set_location(const char *user, const char *location)
{
    struct client_response a =
        client_ask(&world, user, "SetLocationIntent", "location", location, NULL);

    speech_check_says(&a, "Your location is now");
    client_response_done(&a);
}

static bool is_open(const struct client_response *a)
{
    return json_is_false(json_object_get(json_object_get(a->json, "response"), "shouldEndSession"));
}

/* ---- settings ---- */

/* Another device changes a setting during a session: the session keeps what it read first, and the
 * next session uses the new value. */
TEST(settings_are_read_once_per_session)
{
    set_location("user-once", "boulder colorado");
    struct client_response a = launch("user-once");
    speech_check_says(&a, "Boulder, Colorado");
    set_location("user-once", "seattle washington");
    for (int i = 0; i < 3; i++) {
        continue_session(
            &a, envelope_intent("user-once", "MetricIntent", "metric", "temperature", NULL));
        speech_check_says(&a, "Boulder, Colorado");
        CHECK(is_open(&a));
    }
    client_response_done(&a);
    a = launch("user-once");
    speech_check_says(&a, "Seattle, Washington");
    client_response_done(&a);
}

TEST(changes_from_two_devices_are_both_saved)
{
    set_location("user-both", "boulder colorado");
    struct client_response a = launch("user-both"), b = launch("user-both");
    continue_session(&a, envelope_intent("user-both", "SetRateIntent", "percent", "120", NULL));
    continue_session(&b, envelope_intent("user-both", "SetPitchIntent", "percent", "90", NULL));
    continue_session(
        &a, envelope_intent("user-both", "SetLocationIntent", "location", "miami florida", NULL));
    continue_session(&b,
                     envelope_intent("user-both", "RemCustomIntent", "metric", "summary", NULL));
    continue_session(&b, envelope_intent("user-both", "StoreDataIntent", NULL));
    client_response_done(&a);
    client_response_done(&b);
    a = client_ask(&world, "user-both", "GetSettingIntent", "setting", "settings", NULL);
    speech_check_says(&a, "Miami");
    speech_check_says(&a, "rate is 120 percent");
    speech_check_says(&a, "pitch is 90 percent");
    speech_check_omits(&a, "summary");
    client_response_done(&a);
}

TEST(users_never_get_each_others_settings)
{
    static const struct {
        const char *user, *location, *says;
    } users[] = {
        { "amzn1.ask.account.A", "boulder colorado", "Boulder, Colorado" },
        { "amzn1.ask.account.B", "seattle washington", "Seattle, Washington" },
        { "amzn1.ask.account.a", "miami florida", "Miami, Florida" },
        { "amzn1.ask.account.A ", "austin texas", "Austin, Texas" },
    };
    enum { USERS = sizeof users / sizeof users[0] };
    struct client_response a;
    for (size_t i = 0; i < USERS; i++)
        set_location(users[i].user, users[i].location);
    for (int round = 0; round < 10; round++)
        for (size_t i = 0; i < USERS; i++) {
            a = round % 2 ? launch(users[i].user)
                          : client_ask(&world, users[i].user, "MetricIntent", "metric",
                                       "temperature", "when_any", "tomorrow", NULL);
            speech_check_says(&a, users[i].says);
            for (size_t k = 0; k < USERS; k++)
                if (k != i)
                    speech_check_omits(&a, users[k].says);
            client_response_done(&a);
        }
}

/* ---- attributes ---- */

TEST(malformed_session_attributes_are_tolerated)
{
    static const char *const shapes[] = {
        "{}",
        "{\"settings\":null}",
        "{\"settings\":\"x\"}",
        "{\"settings\":[]}",
        "{\"settings\":{}}",
        "{\"settings\":{\"location\":5,\"rate\":\"fast\",\"pitch\":[1],\"metrics\":{}}}",
        "{\"settings\":{\"location\":\"\",\"rate\":1e300,\"pitch\":-1,\"metrics\":[]}}",
        "{\"settings\":{\"location\":\"<&>\",\"rate\":0,\"metrics\":[\"bogus\",1,null]}}",
        "{\"settings\":{\"metrics\":[\"wind\",\"wind\",\"wind\",\"wind\",\"wind\",\"wind\","
        "\"wind\",\"wind\",\"wind\",\"skys\"]}}",
        "{\"more\":null}",
        "{\"more\":{\"intent\":\"AMAZON.YesIntent\",\"slots\":{}}}",
        "{\"more\":{\"intent\":\"MetricIntent\",\"slots\":{\"metric\":{\"value\":\"alerts\"},"
        "\"location\":{\"value\":\"boulder colorado\"}},\"from\":-5,\"to\":99999999999,\"crc\":"
        "1,\"tail\":\"\"}}",
        "{\"more\":{\"intent\":\"SetLocationIntent\",\"slots\":{\"location\":{\"value\":"
        "\"nome alaska\"}},\"from\":0,\"to\":0,\"crc\":0,\"tail\":\"x\"}}",
        "{\"more\":{\"intent\":\"MetricIntent\",\"slots\":7,\"from\":\"a\",\"to\":[],\"tail\":9}}",
    };
    static const char *const intents[] = { "MetricIntent",           "AMAZON.YesIntent",
                                           "AMAZON.NoIntent",        "AMAZON.RepeatIntent",
                                           "AMAZON.StartOverIntent", "GetSettingIntent" };

    set_location("user-forged", "boulder colorado");
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++)
        for (size_t i = 0; i < sizeof intents / sizeof intents[0]; i++) {
            json_t *e = envelope_intent("user-forged", intents[i], NULL);
            envelope_set(e, "session.new", json_false());
            envelope_set(e, "session.attributes", json_loads(shapes[s], 0, NULL));
            struct client_response a = client_post(&world, e, NULL);
            speech_check_valid(&a);
            speech_check_omits(&a, "something went wrong");
            CHECK(*a.speech);
            client_response_done(&a);
            json_decref(e);
        }
    struct client_response a = launch("user-forged");
    speech_check_says(&a, "Boulder, Colorado"); /* none of that was saved */
    client_response_done(&a);
}

TEST(a_missing_or_malformed_session_is_tolerated)
{
    static const char *const odd[] = { "{\"new\":true}", "{\"new\":\"yes\"}", "{}",
                                       "{\"new\":false,\"attributes\":[]}",
                                       "{\"new\":false,\"attributes\":null}" };
    json_t *e = envelope_intent("user-odd", "MetricIntent", "metric", "temperature", "location",
                                "boulder colorado", NULL);

    envelope_set(e, "session", NULL);
    struct client_response a = client_post(&world, e, NULL);
    CHECK(a.status == 200 || a.status == 400);
    client_response_done(&a);
    json_decref(e);
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        e = envelope_intent("user-odd", "MetricIntent", "metric", "temperature", "location",
                            "boulder colorado", NULL);
        envelope_set(e, "session", json_loads(odd[i], 0, NULL));
        a = client_post(&world, e, NULL);
        if (a.status == 200)
            speech_check_says(&a, "Boulder, Colorado");
        else
            CHECK_STR(json_string_value(json_object_get(a.json, "error")), "envelope_invalid");
        client_response_done(&a);
        json_decref(e);
    }
}

/* ---- the store ---- */

TEST(a_locked_database_leads_to_an_apology_in_time)
{
    char path[400];
    sqlite3 *db;

    set_location("user-locked", "boulder colorado");
    snprintf(path, sizeof path, "%.300s/climacast.db", world.dir);
    CHECK_INT(sqlite3_open(path, &db), SQLITE_OK);
    CHECK_INT(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    struct client_response a =
        client_ask(&world, "user-locked", "SetLocationIntent", "location", "miami florida", NULL);
    speech_check_valid(&a);
    speech_check_says(&a, "couldn't save");
    if (a.ms > ANSWER_MS)
        fail_msg("%.0f ms", a.ms);
    client_response_done(&a);
    a = client_ask(&world, "user-locked", "MetricIntent", "metric", "temperature", "location",
                   "boulder colorado", NULL);
    speech_check_says(&a, "degrees");
    client_response_done(&a);
    CHECK_INT(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    a = launch("user-locked");
    speech_check_says(&a, "Boulder, Colorado");
    client_response_done(&a);
    set_location("user-locked", "miami florida");
}

/* ---- long answers ---- */

enum { ALERTS = 6, SENTENCES = 60, PAGES_MAX = 20 };

/* "number 203" is the third sentence of the second alert, so a missing one can be identified. */
static void put_long_alerts(const char *target)
{
    json_t *features = json_array();

    for (int i = 1; i <= ALERTS; i++) {
        struct buf text = BUF_INIT(20000);
        char id[40];
        for (int k = 1; k <= SENTENCES; k++)
            buf_printf(&text, "Snow & ice <here> is sentence number %d of them. ", i * 100 + k);
        snprintf(id, sizeof id, "urn:oid:%d", i);
        json_array_append_new(
            features, json_pack("{s:s, s:{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}}", "id", id,
                                "properties", "id", id, "status", "Actual", "messageType", "Alert",
                                "event", "Winter Storm Warning", "severity", "Severe", "areaDesc",
                                "Somewhere", "sent", "2026-06-17T12:00:00Z", "expires",
                                "2026-06-18T12:00:00Z", "description", buf_z(&text)));
        buf_free(&text);
    }
    json_t *list = json_pack("{s:s, s:o}", "type", "FeatureCollection", "features", features);
    char *dump = json_dumps(list, JSON_COMPACT);
    sim_put_doc(&world, target, dump, 200);
    free(dump);
    json_decref(list);
}

static void count_sentences(const struct client_response *a, int seen[ALERTS * 100 + 100],
                            int *last)
{
    for (const char *at = a->speech; (at = strstr(at, "number ")); at++) {
        int n = atoi(at + 7);
        CHECK(n > 100 && n <= ALERTS * 100 + SENTENCES);
        seen[n]++;
        CHECK(n > *last || *last - n > SENTENCES); /* in order within an alert */
        *last = n;
    }
}

/* The target of the request for the alerts of the town's zone. */
static char *zone_target(const char *town)
{
    sim_clear_log(&world);
    struct client_response a =
        client_ask(&world, "user-long", "MetricIntent", "metric", "alerts", "location", town, NULL);
    speech_check_valid(&a);
    client_response_done(&a);
    char *target = sim_find_request(&world, "/alerts/active/zone/");
    CHECK(target);
    return target;
}

TEST(a_long_answer_is_paged_without_gaps)
{
    static int seen[ALERTS * 100 + 100];
    int last = 0, pages = 1;
    char *target = zone_target("greeley colorado");

    put_long_alerts(target);
    world_restart_daemon(&world); /* empties the cache */
    struct client_response a = client_ask(&world, "user-long", "MetricIntent", "metric", "alerts",
                                          "location", "greeley colorado", NULL);
    speech_check_valid(&a);
    CHECK(is_open(&a));
    speech_check_says(&a, "Winter Storm Warning for Somewhere, until 6 A.M. tomorrow.");
    speech_check_says(&a, "Do you want the details?");
    speech_check_omits(&a, "number");
    struct client_response first = client_ask(&world, "user-long", "MetricIntent", "metric",
                                              "alerts", "location", "greeley colorado", NULL);
    for (; is_open(&a) && strstr(a.speech, "Do you want") && pages < PAGES_MAX; pages++) {
        if (pages == 2)
            world_restart_daemon(&world); /* paging must survive this */
        continue_session(&a, envelope_intent("user-long",
                                             pages % 2 ? "AMAZON.YesIntent" : "AMAZON.NextIntent",
                                             NULL));
        count_sentences(&a, seen, &last);
    }
    CHECK(pages >= 3);
    for (int i = 1; i <= ALERTS; i++)
        for (int k = 1; k <= SENTENCES; k++)
            if (seen[i * 100 + k] != 1)
                fail_msg("sentence %d was spoken %d times", i * 100 + k, seen[i * 100 + k]);
    continue_session(&a, envelope_intent("user-long", "AMAZON.StartOverIntent", NULL));
    CHECK_STR(a.speech, first.speech);
    continue_session(&a, envelope_intent("user-long", "AMAZON.RepeatIntent", NULL));
    CHECK_STR(a.speech, first.speech);
    continue_session(&a, envelope_intent("user-long", "AMAZON.NoIntent", NULL));
    speech_check_omits(&a, "number");
    speech_check_omits(&a, "didn't understand");
    continue_session(&a, envelope_intent("user-long", "AMAZON.YesIntent", NULL));
    speech_check_omits(&a, "number");
    client_response_done(&a);
    client_response_done(&first);
    free(target);
    sim_clear_docs(&world);
}

TEST(without_a_long_answer_there_is_nothing_to_continue)
{
    static const char *const intents[] = { "AMAZON.YesIntent", "AMAZON.NextIntent",
                                           "AMAZON.NoIntent", "AMAZON.RepeatIntent",
                                           "AMAZON.StartOverIntent" };

    for (size_t i = 0; i < sizeof intents / sizeof intents[0]; i++) {
        struct client_response a = client_ask(&world, "user-short", intents[i], NULL);
        speech_check_valid(&a);
        CHECK(is_open(&a) && *a.reprompt);
        speech_check_says(&a, "you can ask");
        client_response_done(&a);
    }
}

TESTS_WITH(world_setup, world_teardown, settings_are_read_once_per_session,
           changes_from_two_devices_are_both_saved, users_never_get_each_others_settings,
           malformed_session_attributes_are_tolerated, a_missing_or_malformed_session_is_tolerated,
           a_locked_database_leads_to_an_apology_in_time, a_long_answer_is_paged_without_gaps,
           without_a_long_answer_there_is_nothing_to_continue)
