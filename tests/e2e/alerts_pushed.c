/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/alerts_pushed.c -- pushed alerts, over real sockets: the daemon polls the simulated
 * weather service, and notifications at the simulated Amazon. */
#include <stdlib.h>

#include "cache/alerts/alert_log.h"
#include "cache/alerts/subscriptions.h"
#include "cache/user.h"
#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/pushed.h"
#include "tests/test.h"

static struct store *store;

static void subscribe(struct str user)
{
    json_t *location = json_string("Boulder Colorado");
    struct user_key key = USER_ACCOUNT(user);

    CHECK_INT(user_set(store, key, "location", location, pushed_soon(), NULL), ST_OK);
    json_decref(location);
    CHECK_INT(subscription_permit(store, user, true, STR("api.eu.amazonalexa.com"), clock_wall_ms(),
                                  pushed_soon(), NULL),
              ST_OK);
}

/* `users`, with blanks between them, have subscribed before the daemon starts. */
static void start(struct world *w, const char *now, const char *users)
{
    struct str rest = str_of(users), user;
    char path[400];

    pushed_start_sim(w, now);
    snprintf(path, sizeof path, "%s/climacast.db", w->dir);
    CHECK_INT(store_sqlite_open(path, STORE_LAYOUT_ITEM, true, &store, NULL), ST_OK);
    while (str_split(&rest, ' ', &user))
        subscribe(user);
    world_start_daemon(w);
}

static void stop(struct world *w)
{
    store_free(store);
    world_stop(w);
}

#define TORNADO_VTEC "/O.NEW.KBOU.TO.W.0012.260617T1800Z-260617T1900Z/"
#define TORNADO_CON "/O.CON.KBOU.TO.W.0012.000000T0000Z-260617T1900Z/"
#define TORNADO_CAN "/O.CAN.KBOU.TO.W.0012.000000T0000Z-260617T1900Z/"
#define WATCH_VTEC "/O.NEW.KWNS.TO.A.0300.260617T1800Z-260617T2300Z/"
#define SQUALL_VTEC "/O.NEW.KBOU.SQ.W.0001.260617T1800Z-260617T1900Z/"
#define FLOOD_VTEC "/O.NEW.KBOU.FF.W.0004.260617T1800Z-260617T2100Z/"

TEST(each_event_is_sent_once_to_each_user)
{
    struct world w = { .sim = 0 };
    struct alert_log log = { .records = NULL };

    start(&w, PUSHED_NOON, "user-a user-b");
    pushed_put_alerts(
        &w, pushed_alert("urn:1", "Tornado Warning", TORNADO_VTEC, "Severe", PUSHED_HOUR, NULL),
        pushed_alert("urn:2", "Flash Flood Warning", FLOOD_VTEC, "Severe", PUSHED_HOUR, NULL));
    pushed_await_notifications(&w, "user-a", "TORNADO", 1);
    pushed_await_notifications(&w, "user-b", "TORNADO", 1);
    pushed_put_alerts(
        &w, pushed_alert("urn:3", "Tornado Warning", TORNADO_CON, "Severe", PUSHED_HOUR, "urn:1"),
        pushed_alert("urn:4", "Tornado Watch", WATCH_VTEC, "Severe", 5 * PUSHED_HOUR, NULL));
    pushed_await_polls(&w, 2);
    pushed_put_alerts(
        &w, pushed_alert("urn:5", "Tornado Warning", TORNADO_CAN, "Severe", PUSHED_HOUR, "urn:3"),
        pushed_alert("urn:6", "Snow Squall Warning", SQUALL_VTEC, "Severe", PUSHED_HOUR, NULL));
    pushed_await_notifications(&w, "user-a", "SNOW_STORM", 1);
    pushed_await_notifications(&w, "user-b", "SNOW_STORM", 1);
    CHECK_INT(pushed_notifications(&w, "user-a", "TORNADO"), 1);
    CHECK_INT(pushed_notifications(&w, "user-b", "TORNADO"), 1);
    CHECK(client_metric(&w, "climacast_alerts_sent_total") == 4);
    CHECK(client_metric(&w, "climacast_alerts_held_total{reason=\"kind\"}") == 2);
    CHECK(client_metric(&w, "climacast_alert_subscriptions") == 2);
    CHECK_INT(alert_log_get(store, STR("user-a"), pushed_soon(), &log, NULL), ST_OK);
    CHECK_INT(log.count, 3); /* tornado, flood, squall */
    alert_log_done(&log);
    stop(&w);
}

TEST(quiet_hours_hold_back_all_but_extreme_and_immediate)
{
    struct world w = { .sim = 0 };

    start(&w, PUSHED_MIDNIGHT, "user-a");
    pushed_put_alerts(
        &w,
        pushed_alert("urn:1", "Severe Thunderstorm Warning",
                     "/O.NEW.KBOU.SV.W.0012.260617T0600Z-260617T0700Z/", "Severe", PUSHED_HOUR,
                     NULL),
        pushed_alert("urn:2", "Tornado Warning", TORNADO_VTEC, "Extreme", PUSHED_HOUR, NULL));
    pushed_await_notifications(&w, "user-a", "TORNADO", 1);
    pushed_await_polls(&w, 2);
    CHECK_INT(pushed_notifications(&w, "user-a", "THUNDER_STORM"), 0);
    CHECK(client_metric(&w, "climacast_alerts_held_total{reason=\"quiet\"}") == 1);
    CHECK_INT(subscription_quiet(store, STR("user-a"), 60, 60, pushed_soon(), NULL), ST_OK);
    pushed_await_notifications(&w, "user-a", "THUNDER_STORM", 1); /* they are over */
    stop(&w);
}

TEST(a_restart_and_a_kill_neither_lose_nor_repeat)
{
    struct world w = { .sim = 0 };

    start(&w, PUSHED_NOON, "user-a");
    pushed_put_alerts(
        &w, pushed_alert("urn:1", "Tornado Warning", TORNADO_VTEC, "Severe", PUSHED_HOUR, NULL),
        NULL);
    pushed_await_notifications(&w, "user-a", "TORNADO", 1);
    world_restart_daemon(&w);
    pushed_await_polls(&w, 2);
    CHECK_INT(pushed_notifications(&w, "user-a", "TORNADO"), 1);
    sim_amazon_rule(&w, "{\"service\":\"events\",\"status\":500}");
    pushed_put_alerts(
        &w, pushed_alert("urn:1", "Tornado Warning", TORNADO_VTEC, "Severe", PUSHED_HOUR, NULL),
        pushed_alert("urn:6", "Snow Squall Warning", SQUALL_VTEC, "Severe", PUSHED_HOUR, NULL));
    pushed_await_polls(&w, 2);
    world_kill_daemon(&w);
    sim_amazon_reset(&w);
    sim_amazon_set(&w, PUSHED_AMAZON);
    w.port = w.admin_port = 0;
    CHECK_INT(store_delete(store, STR("ALERT_LEASE"), pushed_soon(), NULL),
              ST_OK); /* or 26 s later */
    world_start_daemon(&w);
    pushed_await_notifications(&w, "user-a", "SNOW_STORM", 1);
    CHECK_INT(pushed_notifications(&w, "user-a", "TORNADO"), 0);
    stop(&w);
}

TEST(who_unsubscribes_is_rung_no_more)
{
    struct world w = { .sim = 0 };

    start(&w, PUSHED_NOON, "user-a user-b user-c");
    pushed_put_alerts(&w, NULL, NULL);
    pushed_await_polls(&w, 1);
    CHECK_INT(subscription_permit(store, STR("user-a"), false, STR_NONE, clock_wall_ms() + 1,
                                  pushed_soon(), NULL),
              ST_OK);
    CHECK_INT(user_delete(store, STR("user-b"), pushed_soon(), NULL), ST_OK);
    pushed_put_alerts(
        &w, pushed_alert("urn:1", "Tornado Warning", TORNADO_VTEC, "Severe", PUSHED_HOUR, NULL),
        NULL);
    pushed_await_notifications(&w, "user-c", "TORNADO", 1);
    pushed_await_polls(&w, 2);
    CHECK_INT(pushed_notifications(&w, "user-a", ""), 0);
    CHECK_INT(pushed_notifications(&w, "user-b", ""), 0);
    stop(&w);
}

TEST(amazon_s_answers_are_obeyed)
{
    struct world w = { .sim = 0 };

    start(&w, PUSHED_NOON, "user-gone user-bad user-late user-much user-fine");
    sim_amazon_rule(&w, "{\"service\":\"events\",\"match\":\"user-gone\",\"status\":432}");
    sim_amazon_rule(&w, "{\"service\":\"events\",\"match\":\"user-bad\",\"status\":400}");
    sim_amazon_rule(&w, "{\"service\":\"events\",\"match\":\"user-late\",\"status\":503,"
                        "\"times\":2}");
    sim_amazon_rule(&w, "{\"service\":\"events\",\"match\":\"user-much\",\"status\":429,"
                        "\"retryAfter\":\"1\",\"times\":1}");
    pushed_put_alerts(
        &w, pushed_alert("urn:1", "Tornado Warning", TORNADO_VTEC, "Severe", PUSHED_HOUR, NULL),
        NULL);
    pushed_await_notifications(&w, "user-fine", "TORNADO", 1);
    pushed_await_notifications(&w, "user-late", "TORNADO", 1);
    pushed_await_notifications(&w, "user-much", "TORNADO", 1);
    pushed_await_polls(&w, 2);
    CHECK_INT(pushed_notifications(&w, "user-gone", ""), 0);
    CHECK_INT(pushed_notifications(&w, "user-bad", ""), 0);
    CHECK(client_metric(&w, "climacast_alerts_dropped_total{reason=\"432\"}") == 1);
    CHECK(client_metric(&w, "climacast_alerts_dropped_total{reason=\"400\"}") == 1);
    CHECK_INT(sim_amazon_count(&w, "token"), 1);
    stop(&w);
}

/* NWS refuses the whole list then: the others must not miss their alerts. */
TEST(a_zone_that_nws_does_not_know_is_left_out)
{
    static const char problem[] = "{\"title\":\"Bad Request\"}"; /* it is found by halving */
    struct world w = { .sim = 0 };
    char *both, *rest;

    start(&w, PUSHED_NOON, "user-a");
    sim_await_request(&w, "/alerts/active?status=actual&zone=" PUSHED_COUNTY ",COZ");
    both = sim_find_request(&w, "/alerts/active?status=actual&zone=" PUSHED_COUNTY ",COZ");
    sim_put_doc(&w, "/alerts/active?status=actual&zone=" PUSHED_COUNTY, problem, 400);
    sim_put_doc(&w, both, problem, 400);
    sim_await_request(&w, "/alerts/active?status=actual&zone=COZ");
    rest = sim_find_request(&w, "/alerts/active?status=actual&zone=COZ");
    sim_clear_log(&w);
    pushed_await_polls(&w, 2);
    CHECK_INT(sim_count_requests(&w, "zone=" PUSHED_COUNTY), 0); /* for an hour */
    sim_put_doc(&w, rest,
                "{\"features\":[{\"properties\":{\"id\":\"urn:1\",\"status\":\"Actual\","
                "\"messageType\":\"Alert\",\"event\":\"Tornado Warning\","
                "\"severity\":\"Severe\",\"geocode\":{\"UGC\":[\"" PUSHED_COUNTY "\"]}}}]}",
                200);
    pushed_await_notifications(&w, "user-a", "TORNADO", 1);
    free(both);
    free(rest);
    stop(&w);
}

TESTS(each_event_is_sent_once_to_each_user, quiet_hours_hold_back_all_but_extreme_and_immediate,
      a_restart_and_a_kill_neither_lose_nor_repeat, who_unsubscribes_is_rung_no_more,
      amazon_s_answers_are_obeyed, a_zone_that_nws_does_not_know_is_left_out)
