/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/alerts_taken_over.c -- from "turn on alerts" to the chime, with two daemons: the one
 * that polls is stopped while it sends a notification, the other one takes over, and when the first
 * one resumes, it notifies nobody twice.
 *
 * The lease of a stopped daemon ends after 18 to 26 seconds. The test ends it at once, unless
 * LEASE_PATIENCE is set, as `make alerts-month` does. */
#define _XOPEN_SOURCE 700 /* for tests/unit/cache/folder.h */
#include <signal.h>
#include <stdlib.h>

#include "cache/store.h"
#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/pushed.h"
#include "tests/test.h"
#include "tests/unit/cache/folder.h"

#define USER "amzn1.ask.account.LISTENER"
#define TORNADO                                                                                  \
    pushed_alert("urn:1", "Tornado Warning", "/O.NEW.KBOU.TO.W.0012.260617T1800Z-260617T1900Z/", \
                 "Severe", PUSHED_HOUR, NULL)
#define SQUALL                                   \
    pushed_alert("urn:2", "Snow Squall Warning", \
                 "/O.NEW.KBOU.SQ.W.0001.260617T1800Z-260617T1900Z/", "Severe", PUSHED_HOUR, NULL)

static struct world first, second;
static struct store *store;

/* ---- two daemons on one store ---- */

static void start_both(void)
{
    static char shared[300];
    char folder[FOLDER_SIZE];
    size_t n = 0;

    pushed_start_sim(&first, PUSHED_NOON);
    world_start_daemon(&first);
    (void)snprintf(shared, sizeof shared, "sqlite.path=%s/climacast.db", first.dir);
    second = (struct world){ .sim_port = first.sim_port,
                             .s3_port = first.s3_port,
                             .amazon_port = first.amazon_port,
                             .now = first.now };
    folder_make(folder);
    (void)snprintf(second.dir, sizeof second.dir, "%.*s", (int)sizeof second.dir - 1, folder);
    (void)snprintf(second.log, sizeof second.log, "%s/daemon.log", second.dir);
    (void)snprintf(second.certs, sizeof second.certs, "%s", first.certs);
    while (first.sets[n]) {
        second.sets[n] = first.sets[n];
        n++;
    }
    second.sets[n] = shared;
    CHECK_INT(store_sqlite_open(strchr(shared, '=') + 1, STORE_LAYOUT_ITEM, false, &store, NULL),
              ST_OK);
}

static bool logs(const struct world *w, const char *words)
{
    char *log = world_log(w);
    bool found = strstr(log, words);

    free(log);
    return found;
}

static void await_log(const struct world *w, const char *words)
{
    int64_t deadline = pushed_soon();

    while (!logs(w, words)) {
        if (clock_left_ms(deadline) == 0)
            fail_msg("not in %s: %s", w->log, words);
        clock_sleep_ms(50);
    }
}

static bool store_is_free(void)
{
    json_t *item = json_pack("{s:i}", "x", 1);
    enum status st = store_put(store, STR("a-test"), item, 0, clock_mono_ms() + 500, NULL);

    json_decref(item);
    if (st == ST_OK)
        CHECK_INT(store_delete(store, STR("a-test"), pushed_soon(), NULL), ST_OK);
    return st == ST_OK;
}

/* Not while it writes: SQLite's lock would be held, too, which DynamoDB has not. */
static void stand_still(const struct world *w)
{
    for (int tries = 0; tries < 20; tries++) {
        CHECK_INT(kill(w->daemon, SIGSTOP), 0);
        if (store_is_free())
            return;
        CHECK_INT(kill(w->daemon, SIGCONT), 0);
        clock_sleep_ms(20);
    }
    fail_msg("the store is always locked");
}

/* ---- the user ---- */

static void tell(struct world *w, json_t *envelope, const char *want)
{
    struct client_response r = client_post(w, envelope, NULL);

    json_decref(envelope);
    CHECK_INT(r.status, 200);
    if (want)
        speech_check_says(&r, want);
    client_response_done(&r);
}

/* By voice at one daemon, and in the Alexa app, of which Amazon tells the other one. */
static void turn_on_alerts(void)
{
    json_t *event = envelope_of_type(USER, "AlexaSkillEvent.ProactiveSubscriptionChanged");

    tell(&second, envelope_intent(USER, "SetLocationIntent", "location", "boulder colorado", NULL),
         "Your location is now");
    tell(&second, envelope_intent(USER, "SetAlertsIntent", "switch", "on", NULL),
         "once you allow notifications");
    CHECK_INT(sim_count_requests(&first, "/alerts/active"), 0); /* so far it is only a wish */
    envelope_set(
        event, "request.body",
        json_pack("{s:[{s:s}]}", "subscriptions", "eventName", "AMAZON.WeatherAlert.Activated"));
    tell(&first, event, NULL);
    tell(&second, envelope_intent(USER, "SetAlertsIntent", NULL),
         "Alerts are on: warnings for your location and saved places, but not from 10 P.M. to "
         "7 A.M.");
}

static void await_calls(int n)
{
    int64_t deadline = pushed_soon();

    while (pushed_calls(&first, USER, "TORNADO", 0) < n) {
        CHECK(clock_left_ms(deadline) > 0);
        clock_sleep_ms(20);
    }
}

/* All tries of one notification have the same body. */
static void check_one_body(void)
{
    json_t *calls = sim_amazon_calls(&first), *call;
    const char *one = NULL;
    size_t i;

    json_array_foreach (calls, i, call) {
        const char *body = json_string_value(json_object_get(call, "body"));
        if (!strstr(body, "TORNADO"))
            continue;
        if (one)
            CHECK_STR(body, one);
        one = body;
    }
    CHECK(one);
    json_decref(calls);
}

TEST(a_stopped_poller_is_replaced_and_notifies_nobody_twice)
{
    int64_t began;

    start_both();
    await_log(&first, "alerts_polling by=\"this daemon\"");
    world_start_daemon(&second);
    turn_on_alerts();
    sim_add_fault(&first,
                  "{\"match\":\"amazon:api.amazonalexa.com\",\"kind\":\"hang\",\"ms\":4000}");
    pushed_put_alerts(&first, TORNADO, NULL);
    await_calls(1);
    stand_still(&first);
    CHECK_INT(pushed_notifications(&first, USER, ""), 0);
    sim_clear_faults(&first);
    if (!getenv("LEASE_PATIENCE"))
        CHECK_INT(store_delete(store, STR("ALERT_LEASE"), pushed_soon(), NULL), ST_OK);
    began = clock_mono_ms();
    await_log(&second, "alerts_polling by=\"this daemon\"");
    pushed_await_notifications(&first, USER, "TORNADO", 1);
    print_message("    replaced, and sent, after %d ms\n", (int)(clock_mono_ms() - began));
    CHECK_INT(kill(first.daemon, SIGCONT), 0);
    await_log(&first, "alerts_polling by=\"another daemon\"");
    pushed_put_alerts(&first, TORNADO, SQUALL);
    pushed_await_notifications(&first, USER, "SNOW_STORM", 1);
    pushed_await_polls(&first, 3);
    CHECK_INT(pushed_notifications(&first, USER, "TORNADO"), 1);
    CHECK_INT(pushed_notifications(&first, USER, ""), 2);
    CHECK_INT(pushed_calls(&first, USER, "", 409), 0); /* nor was it tried */
    check_one_body();
    store_free(store);
    world_stop(&second);
    world_stop(&first);
}

TESTS(a_stopped_poller_is_replaced_and_notifies_nobody_twice)
