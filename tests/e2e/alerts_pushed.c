/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/alerts_pushed.c -- alerts that come by themselves, over real sockets: the daemon polls
 * the simulated weather service, and rings at the simulated Amazon. */
#define _XOPEN_SOURCE 700
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache/alerts/alert_log.h"
#include "cache/alerts/subscriptions.h"
#include "cache/user.h"
#include "server/base/clock.h"
#include "server/base/time_text.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"

#define NOON "2026-06-17T18:00:00Z" /* in Denver */
#define MIDNIGHT "2026-06-17T06:00:00Z"
#define COUNTY "COC013"

enum { PATIENCE_MS = 30000, HOUR = 3600 };

static struct store *store;
static int64_t began_s; /* weather.now */

static int64_t soon(void)
{
    return clock_mono_ms() + PATIENCE_MS;
}

static void write_secret(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "we");

    CHECK(f);
    fputs(text, f);
    fclose(f);
    CHECK_INT(chmod(path, mode), 0);
}

static void subscribe(struct str user)
{
    json_t *location = json_string("Boulder Colorado");
    struct user_key key = USER_ACCOUNT(user);

    CHECK_INT(user_set(store, key, "location", location, soon(), NULL), ST_OK);
    json_decref(location);
    CHECK_INT(subscription_permit(store, user, true, STR("api.eu.amazonalexa.com"), clock_wall_ms(),
                                  soon(), NULL),
              ST_OK);
}

/* `users`, with blanks between them, have subscribed before the daemon starts. */
static void start(struct world *w, const char *now, const char *users)
{
    static char secret[500], path[400];
    static const char *const sets[] = { "alerts.enabled=yes", "alerts.client_id=the-client",
                                        "alerts.poll_seconds=1" };
    struct str rest = str_of(users), user;
    size_t n = 0;

    w->now = now;
    CHECK(time_parse_rfc3339(str_of(now), &began_s));
    world_start_sim(w);
    snprintf(path, sizeof path, "%s/secret", w->dir);
    write_secret(path, "the-secret\n", 0600);
    snprintf(secret, sizeof secret, "alerts.client_secret_file=%s", path);
    for (; n < sizeof sets / sizeof sets[0]; n++)
        w->sets[n] = sets[n];
    w->sets[n] = secret;
    sim_amazon_set(w, "{\"clientId\":\"the-client\",\"clientSecret\":\"the-secret\"}");
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

/* ---- the weather service ---- */

/* A feature; times in seconds from weather.now. `references` is the id of the alert that it
 * updates, or NULL. */
static json_t *alert(const char *id, const char *event, const char *vtec, const char *severity,
                     int ends, const char *references)
{
    char sent[TIME_TEXT_BYTES], end[TIME_TEXT_BYTES];
    json_t *list = json_array(), *f;

    time_format_rfc3339(began_s - 60, sent);
    time_format_rfc3339(began_s + ends, end);
    if (references)
        json_array_append_new(list, json_pack("{s:s,s:s}", "identifier", references, "sent", sent));
    f = json_pack(
        "{s:s,s:n,s:{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:{s:[s]},s:[],s:o,s:{s:[s]}}}",
        "type", "Feature", "geometry", "properties", "id", id, "event", event, "areaDesc",
        "Boulder", "status", "Actual", "messageType", references ? "Update" : "Alert", "severity",
        severity, "urgency", strcmp(severity, "Extreme") == 0 ? "Immediate" : "Expected", "sent",
        sent, "expires", end, "ends", end, "geocode", "UGC", COUNTY, "affectedZones", "references",
        list, "parameters", "VTEC", vtec);
    CHECK(f);
    return f;
}

/* From now on these are the alerts: takes over the features, up to a NULL. */
static void put_alerts(struct world *w, json_t *first, json_t *second)
{
    json_t *features = json_array(), *body;
    char *target, *text;

    if (first)
        json_array_append_new(features, first);
    if (second)
        json_array_append_new(features, second);
    body = json_pack("{s:s,s:o}", "type", "FeatureCollection", "features", features);
    text = json_dumps(body, 0);
    sim_await_request(w, "/alerts/active?status=actual&zone=");
    target = sim_find_request(w, "/alerts/active?status=actual&zone=");
    CHECK(target);
    sim_put_doc(w, target, text, 200);
    free(target);
    free(text);
    json_decref(body);
}

static void await_polls(struct world *w, int n)
{
    int before = sim_count_requests(w, "/alerts/active?status=actual");
    int64_t deadline = soon();

    while (sim_count_requests(w, "/alerts/active?status=actual") < before + n) {
        CHECK(clock_left_ms(deadline) > 0);
        clock_sleep_ms(50);
    }
}

/* ---- Amazon ---- */

static int rings(struct world *w, const char *user, const char *type)
{
    json_t *calls = sim_amazon_calls(w), *call;
    int n = 0;
    size_t i;

    json_array_foreach (calls, i, call) {
        const char *body = json_string_value(json_object_get(call, "body"));
        if (strcmp(json_string_value(json_object_get(call, "service")), "events") == 0 &&
            json_integer_value(json_object_get(call, "status")) == 202 && strstr(body, user) &&
            strstr(body, type))
            n++;
    }
    json_decref(calls);
    return n;
}

static void await_rings(struct world *w, const char *user, const char *type, int n)
{
    int64_t deadline = soon();

    while (rings(w, user, type) < n) {
        if (clock_left_ms(deadline) == 0) {
            char *log = world_log(w);
            fail_msg("%d rings of %s for %s; the log: %s", rings(w, user, type), type, user, log);
        }
        clock_sleep_ms(50);
    }
    CHECK_INT(rings(w, user, type), n);
}

#define TORNADO_VTEC "/O.NEW.KBOU.TO.W.0012.260617T1800Z-260617T1900Z/"
#define TORNADO_CON "/O.CON.KBOU.TO.W.0012.000000T0000Z-260617T1900Z/"
#define TORNADO_CAN "/O.CAN.KBOU.TO.W.0012.000000T0000Z-260617T1900Z/"
#define WATCH_VTEC "/O.NEW.KWNS.TO.A.0300.260617T1800Z-260617T2300Z/"
#define SQUALL_VTEC "/O.NEW.KBOU.SQ.W.0001.260617T1800Z-260617T1900Z/"
#define FLOOD_VTEC "/O.NEW.KBOU.FF.W.0004.260617T1800Z-260617T2100Z/"

TEST(each_event_rings_once_for_each_user)
{
    struct world w = { .sim = 0 };
    struct alert_log log = { .records = NULL };

    start(&w, NOON, "user-a user-b");
    put_alerts(&w, alert("urn:1", "Tornado Warning", TORNADO_VTEC, "Severe", HOUR, NULL),
               alert("urn:2", "Flash Flood Warning", FLOOD_VTEC, "Severe", HOUR, NULL));
    await_rings(&w, "user-a", "TORNADO", 1);
    await_rings(&w, "user-b", "TORNADO", 1);
    put_alerts(&w, alert("urn:3", "Tornado Warning", TORNADO_CON, "Severe", HOUR, "urn:1"),
               alert("urn:4", "Tornado Watch", WATCH_VTEC, "Severe", 5 * HOUR, NULL));
    await_polls(&w, 2);
    put_alerts(&w, alert("urn:5", "Tornado Warning", TORNADO_CAN, "Severe", HOUR, "urn:3"),
               alert("urn:6", "Snow Squall Warning", SQUALL_VTEC, "Severe", HOUR, NULL));
    await_rings(&w, "user-a", "SNOW_STORM", 1);
    await_rings(&w, "user-b", "SNOW_STORM", 1);
    CHECK_INT(rings(&w, "user-a", "TORNADO"), 1);
    CHECK_INT(rings(&w, "user-b", "TORNADO"), 1);
    CHECK(client_metric(&w, "climacast_alerts_sent_total") == 4);
    CHECK(client_metric(&w, "climacast_alerts_held_total{reason=\"kind\"}") == 2);
    CHECK(client_metric(&w, "climacast_alert_subscriptions") == 2);
    CHECK_INT(alert_log_get(store, STR("user-a"), soon(), &log, NULL), ST_OK);
    CHECK_INT(log.count, 3); /* tornado, flood, squall */
    alert_log_done(&log);
    stop(&w);
}

TEST(quiet_hours_hold_back_all_but_extreme_and_immediate)
{
    struct world w = { .sim = 0 };

    start(&w, MIDNIGHT, "user-a");
    put_alerts(&w,
               alert("urn:1", "Severe Thunderstorm Warning",
                     "/O.NEW.KBOU.SV.W.0012.260617T0600Z-260617T0700Z/", "Severe", HOUR, NULL),
               alert("urn:2", "Tornado Warning", TORNADO_VTEC, "Extreme", HOUR, NULL));
    await_rings(&w, "user-a", "TORNADO", 1);
    await_polls(&w, 2);
    CHECK_INT(rings(&w, "user-a", "THUNDER_STORM"), 0);
    CHECK(client_metric(&w, "climacast_alerts_held_total{reason=\"quiet\"}") == 1);
    CHECK_INT(subscription_quiet(store, STR("user-a"), 60, 60, soon(), NULL), ST_OK);
    await_rings(&w, "user-a", "THUNDER_STORM", 1); /* they are over */
    stop(&w);
}

TEST(a_restart_and_a_kill_neither_lose_nor_repeat)
{
    struct world w = { .sim = 0 };

    start(&w, NOON, "user-a");
    put_alerts(&w, alert("urn:1", "Tornado Warning", TORNADO_VTEC, "Severe", HOUR, NULL), NULL);
    await_rings(&w, "user-a", "TORNADO", 1);
    world_restart_daemon(&w);
    await_polls(&w, 2);
    CHECK_INT(rings(&w, "user-a", "TORNADO"), 1);
    sim_amazon_rule(&w, "{\"service\":\"events\",\"status\":500}");
    put_alerts(&w, alert("urn:1", "Tornado Warning", TORNADO_VTEC, "Severe", HOUR, NULL),
               alert("urn:6", "Snow Squall Warning", SQUALL_VTEC, "Severe", HOUR, NULL));
    await_polls(&w, 2);
    world_kill_daemon(&w);
    sim_amazon_reset(&w);
    sim_amazon_set(&w, "{\"clientId\":\"the-client\",\"clientSecret\":\"the-secret\"}");
    w.port = w.admin_port = 0;
    CHECK_INT(store_delete(store, STR("ALERT_LEASE"), soon(), NULL), ST_OK); /* or 26 s later */
    world_start_daemon(&w);
    await_rings(&w, "user-a", "SNOW_STORM", 1);
    CHECK_INT(rings(&w, "user-a", "TORNADO"), 0);
    stop(&w);
}

TEST(who_unsubscribes_is_rung_no_more)
{
    struct world w = { .sim = 0 };

    start(&w, NOON, "user-a user-b user-c");
    put_alerts(&w, NULL, NULL);
    await_polls(&w, 1);
    CHECK_INT(subscription_permit(store, STR("user-a"), false, STR_NONE, clock_wall_ms() + 1,
                                  soon(), NULL),
              ST_OK);
    CHECK_INT(user_delete(store, STR("user-b"), soon(), NULL), ST_OK);
    put_alerts(&w, alert("urn:1", "Tornado Warning", TORNADO_VTEC, "Severe", HOUR, NULL), NULL);
    await_rings(&w, "user-c", "TORNADO", 1);
    await_polls(&w, 2);
    CHECK_INT(rings(&w, "user-a", ""), 0);
    CHECK_INT(rings(&w, "user-b", ""), 0);
    stop(&w);
}

TEST(amazon_s_answers_are_obeyed)
{
    struct world w = { .sim = 0 };

    start(&w, NOON, "user-gone user-bad user-late user-much user-fine");
    sim_amazon_rule(&w, "{\"service\":\"events\",\"match\":\"user-gone\",\"status\":432}");
    sim_amazon_rule(&w, "{\"service\":\"events\",\"match\":\"user-bad\",\"status\":400}");
    sim_amazon_rule(&w, "{\"service\":\"events\",\"match\":\"user-late\",\"status\":503,"
                        "\"times\":2}");
    sim_amazon_rule(&w, "{\"service\":\"events\",\"match\":\"user-much\",\"status\":429,"
                        "\"retryAfter\":\"1\",\"times\":1}");
    put_alerts(&w, alert("urn:1", "Tornado Warning", TORNADO_VTEC, "Severe", HOUR, NULL), NULL);
    await_rings(&w, "user-fine", "TORNADO", 1);
    await_rings(&w, "user-late", "TORNADO", 1);
    await_rings(&w, "user-much", "TORNADO", 1);
    await_polls(&w, 2);
    CHECK_INT(rings(&w, "user-gone", ""), 0);
    CHECK_INT(rings(&w, "user-bad", ""), 0);
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

    start(&w, NOON, "user-a");
    sim_await_request(&w, "/alerts/active?status=actual&zone=" COUNTY ",COZ");
    both = sim_find_request(&w, "/alerts/active?status=actual&zone=" COUNTY ",COZ");
    sim_put_doc(&w, "/alerts/active?status=actual&zone=" COUNTY, problem, 400);
    sim_put_doc(&w, both, problem, 400);
    sim_await_request(&w, "/alerts/active?status=actual&zone=COZ");
    rest = sim_find_request(&w, "/alerts/active?status=actual&zone=COZ");
    sim_clear_log(&w);
    await_polls(&w, 2);
    CHECK_INT(sim_count_requests(&w, "zone=" COUNTY), 0); /* for an hour */
    sim_put_doc(&w, rest,
                "{\"features\":[{\"properties\":{\"id\":\"urn:1\",\"status\":\"Actual\","
                "\"messageType\":\"Alert\",\"event\":\"Tornado Warning\","
                "\"severity\":\"Severe\",\"geocode\":{\"UGC\":[\"" COUNTY "\"]}}}]}",
                200);
    await_rings(&w, "user-a", "TORNADO", 1);
    free(both);
    free(rest);
    stop(&w);
}

TESTS(each_event_rings_once_for_each_user, quiet_hours_hold_back_all_but_extreme_and_immediate,
      a_restart_and_a_kill_neither_lose_nor_repeat, who_unsubscribes_is_rung_no_more,
      amazon_s_answers_are_obeyed, a_zone_that_nws_does_not_know_is_left_out)
