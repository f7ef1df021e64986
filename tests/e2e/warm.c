/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/warm.c -- warming of places, request counts, and `climacast stats` and `warm`. */
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "cache/layout.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/usage/analytics.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/tool.h"
#include "tests/test.h"

static char conf_path[300], warm_set[400];

static int64_t soon(void)
{
    return clock_mono_ms() + 10000;
}

static void write_conf(void)
{
    char text[2000];

    snprintf(text, sizeof text,
             "[weather]\nbase_url = http://127.0.0.1:%d\nnow = %s\n[admin]\n"
             "listen = 127.0.0.1:%d\n[persistence]\nbackend = sqlite\n[sqlite]\n"
             "path = %s/climacast.db\n",
             world.sim_port, WORLD_NOW, world.admin_port ? world.admin_port : 1, world.dir);
    scratch_write(&scratch, "conf", text);
    snprintf(conf_path, sizeof conf_path, "%s", scratch_path(&scratch, "conf"));
}

static int setup(void **state)
{
    (void)state;
    world = (struct world){ .port = 0 };
    scratch_create(&scratch);
    world_start_sim(&world);
    write_conf();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    world_stop(&world);
    scratch_remove(&scratch);
    return 0;
}

static struct store *open_store(void)
{
    struct store *store = NULL;
    struct err err = ERR_NONE;
    char path[300];

    snprintf(path, sizeof path, "%s/climacast.db", world.dir);
    if (store_sqlite_open(path, STORE_LAYOUT_ITEM, true, &store, &err) != ST_OK)
        fail_msg("%s", err.text);
    return store;
}

/* Epoch seconds; 0 when there is no such entry (or it never expires). */
static int64_t ttl_of(struct store *store, const char *cache, const char *key)
{
    struct entry_name name = { cache, str_of(key) };
    json_t *entry = NULL;
    int64_t ttl = 0;

    (void)store_get_entry(store, name, clock_wall_s(), soon(), &entry, &ttl, NULL);
    json_decref(entry);
    return ttl;
}

/* Make an entry expire in `left_s` seconds. */
static void age(struct store *store, const char *cache, const char *key, int64_t left_s)
{
    struct entry_name name = { cache, str_of(key) };
    json_t *entry = NULL;
    int64_t ttl;

    CHECK(store_get_entry(store, name, clock_wall_s(), soon(), &entry, &ttl, NULL) == ST_OK);
    CHECK(store_put_entry(store, name, entry, clock_wall_s() + left_s, soon(), NULL) == ST_OK);
    json_decref(entry);
}

static void tool(const char *arguments)
{
    char line[1000];

    snprintf(line, sizeof line, "--config conf %s", arguments);
    tool_run(&scratch, line);
}

static bool wait_for_metric(const char *text)
{
    bool found = false;

    for (int i = 0; i < 100 && !found; i++) {
        struct client_response a = client_admin_get(&world, "/metrics");
        found = strstr(a.body, text);
        client_response_done(&a);
        if (!found)
            clock_sleep_ms(100);
    }
    return found;
}

/* ---- climacast warm ---- */

TEST(warm_fetches_places_once)
{
    struct store *store = open_store();
    int64_t now = clock_wall_s();

    tool("warm --rate 20 'Boulder, Colorado' 98101 'seattle washington'");
    tool_expect(&scratch, 0, "3 places: 3 fresh, 0 renewed, 0 unknown, 0 failed\n", NULL);
    CHECK(ttl_of(store, "LocationCache", "boulder_colorado") > now + 34 * 86400);
    CHECK(ttl_of(store, "LocationCache", "98101") > now);
    CHECK(ttl_of(store, "StationCache", "KBDU") > now);
    sim_clear_log(&world);
    tool("warm --rate 20 'Boulder, Colorado' 98101");
    tool_expect(&scratch, 0, "2 places: 2 fresh", NULL);
    CHECK_INT(sim_count_requests(&world, "/"), 0);
    store_free(store);
}

TEST(entries_about_to_expire_are_renewed)
{
    struct store *store = open_store();
    int64_t now = clock_wall_s();

    tool("warm boulder,co");
    age(store, "LocationCache", "boulder_colorado", 86400);
    age(store, "StationCache", "KBDU", 86400);
    tool("warm 'boulder colorado'");
    tool_expect(&scratch, 0, "1 renewed", NULL);
    CHECK(ttl_of(store, "LocationCache", "boulder_colorado") > now + 34 * 86400);
    CHECK(ttl_of(store, "StationCache", "KBDU") > now + 34 * 86400);
    /* while NWS is down, the cached entry stays */
    age(store, "LocationCache", "boulder_colorado", 86400);
    sim_add_fault(&world, "{\"match\":\"/\",\"kind\":\"status\",\"status\":500}");
    tool("warm 'boulder colorado'");
    tool_expect(&scratch, 1, "1 failed", "boulder colorado: failed: ");
    CHECK(ttl_of(store, "LocationCache", "boulder_colorado") < now + 2 * 86400);
    CHECK(ttl_of(store, "LocationCache", "boulder_colorado") > now);
    store_free(store);
}

TEST(unknown_places_are_reported)
{
    tool("warm --rate 20 Xyzzyville 00000 colorado");
    tool_expect(&scratch, 1, "3 unknown", "Xyzzyville: unknown: no such place");
    tool("warm");
    tool_expect(&scratch, 1, "", "no places to warm");
    tool("warm --rate 0 80301");
    tool_expect(&scratch, 2, "", "--rate 0: expected");
    tool("--set persistence.backend=memory warm 80301");
    tool_expect(&scratch, 1, "", "no effect outside the daemon");
    scratch_write(&scratch, "places", "# mine\n\nBoulder, Colorado  # home\n80302\r\n");
    tool("--set cache.warm_file=places warm --rate 20");
    tool_expect(&scratch, 0, "2 places: 2 fresh", NULL);
    tool("--set cache.warm_file=nowhere warm");
    tool_expect(&scratch, 1, "", "cannot read nowhere");
}

/* ---- the daemon ---- */

TEST(the_daemon_warms_the_places_in_its_file)
{
    struct store *store;
    int64_t now = clock_wall_s();

    scratch_write(&scratch, "places", "Boulder, Colorado\nXyzzyville\n98101\n");
    snprintf(warm_set, sizeof warm_set, "cache.warm_file=%s", scratch_path(&scratch, "places"));
    world.sets[0] = warm_set;
    world_start_daemon(&world);
    CHECK(wait_for_metric("climacast_warmed_total{outcome=\"fresh\"} 2"));
    CHECK(wait_for_metric("climacast_warmed_total{outcome=\"unknown\"} 1"));
    CHECK(wait_for_metric("climacast_warm_places 3"));
    store = open_store();
    CHECK(ttl_of(store, "LocationCache", "boulder_colorado") > now);
    CHECK(ttl_of(store, "LocationCache", "98101") > now);
    store_free(store);
    /* now a request fetches only the weather */
    sim_clear_log(&world);
    struct client_response a = client_ask(&world, "u", "MetricIntent", "metric", "temperature",
                                          "location", "boulder colorado", NULL);
    speech_check_says(&a, "degrees");
    client_response_done(&a);
    CHECK_INT(sim_count_requests(&world, "/points/"), 0);
    char *log = world_log(&world);
    CHECK(strstr(log, "Xyzzyville: no such place"));
    CHECK(!strstr(strstr(log, "warm_failed") + 5, "warm_failed")); /* once */
    free(log);
}

TEST(the_most_requested_places_are_counted_shown_and_kept_warm)
{
    world_start_daemon(&world);
    write_conf();
    for (int i = 0; i < 3; i++) {
        struct client_response a = client_ask(&world, "u", "MetricIntent", "metric", "temperature",
                                              "location", "boulder colorado", NULL);
        client_response_done(&a);
    }
    struct client_response b =
        client_ask(&world, "u", "MetricIntent", "metric", "forecast", "location", "seattle", NULL);
    client_response_done(&b);
    struct client_response c =
        client_ask(&world, "u", "MetricIntent", "metric", "wind", "location", "xyzzyville", NULL);
    client_response_done(&c);
    CHECK(wait_for_metric("climacast_most_asked{kind=\"places\",name=\"boulder_colorado\"} 3"));
    CHECK(wait_for_metric("climacast_most_asked{kind=\"stations\",name=\"KBDU\"} 3"));
    tool("stats");
    tool_expect(&scratch, 0, "daemon: answers on 127.0.0.1:", NULL);
    tool_expect(&scratch, 0, "requests: answered 4", NULL);
    CHECK_INT(world_stop_daemon(&world), 0);

    /* counts survive the restart, and the tool reads them without a daemon */
    tool("stats --json");
    tool_expect(&scratch, 0, NULL, NULL);
    json_t *all = json_loads(scratch.out, 0, NULL);
    CHECK(json_is_false(json_at(all, "daemon.answers")));
    CHECK_SLICE(json_str(all, "asked.places.0.name"), "boulder_colorado");
    CHECK_INT(json_integer_value(json_at(all, "asked.places.0.count")), 3);
    CHECK_INT(json_array_size(json_at(all, "asked.places")), 2);
    CHECK_SLICE(json_str(all, "asked.stations.0.name"), "KBDU");
    CHECK(json_integer_value(json_at(all, "entries.LocationCache")) == 2);
    json_decref(all);
    tool("stats");
    tool_expect(&scratch, 0, "         3  boulder_colorado\n", NULL);
    tool_expect(&scratch, 0, "does not answer", NULL);
    tool("warm --rate 20");
    tool_expect(&scratch, 0, "2 places: 2 fresh", NULL);
    world.port = world.admin_port = 0;
    world_start_daemon(&world);
    CHECK(wait_for_metric("climacast_warm_places 2"));
    CHECK(wait_for_metric("climacast_most_asked{kind=\"places\",name=\"boulder_colorado\"} 3"));
}

TEST(growth_has_one_row_per_day_and_a_limit)
{
    struct store *store = open_store();
    struct analytics *a = analytics_create(store, NULL, NULL);
    json_t *item = json_pack("{s:{}, s:s}", "growth", "odd", "kept"), *rows;
    struct err err = ERR_NONE;

    for (int i = 0; i < 300; i++) {
        char day[20];
        snprintf(day, sizeof day, "20%02d-%02d-%02d", 10 + i / 144, 1 + i / 12 % 12, 1 + i % 12);
        json_object_set_new(json_object_get(item, "growth"), day,
                            json_pack("{s:i}", "LocationCache", i));
    }
    CHECK(store_put(store, STR(ANALYTICS_ID), item, 0, soon(), NULL) == ST_OK);
    json_decref(item);
    analytics_count(a, STR("boulder_colorado"), STR("KBDU"));
    CHECK(analytics_sync(a, soon(), &err) == ST_OK);
    CHECK(analytics_sync(a, soon(), &err) == ST_OK);
    rows = analytics_growth(a);
    CHECK_INT(json_array_size(rows), ANALYTICS_DAYS_MAX);
    CHECK_SLICE(json_str(rows, "118.day"), "2012-01-12"); /* the last of these days, before today */
    CHECK(json_integer_value(json_at(rows, "119.bytes")) > 0);
    json_decref(rows);
    item = NULL;
    CHECK(store_get(store, STR(ANALYTICS_ID), soon(), &item, NULL, NULL) == ST_OK);
    CHECK_SLICE(json_str(item, "odd"), "kept");
    CHECK_INT(json_integer_value(json_at(item, "asked.places.boulder_colorado")), 1);
    json_decref(item);
    analytics_free(a);
    store_free(store);
    tool("stats");
    tool_expect(&scratch, 0, "growth ", NULL);
}

TEST(counts_of_two_daemons_are_added_in_the_store)
{
    struct store *store = open_store();
    struct analytics *one = analytics_create(store, NULL, NULL),
                     *two = analytics_create(store, NULL, NULL);
    struct topk_name top[3];
    struct err err = ERR_NONE;

    for (int i = 0; i < 10; i++) {
        analytics_count(one, STR("boulder_colorado"), STR_NONE);
        analytics_count(two, STR("boulder_colorado"), STR_NONE);
        CHECK(analytics_flush(one, soon(), &err) == ST_OK);
        CHECK(analytics_flush(two, soon(), &err) == ST_OK);
    }
    CHECK_INT(analytics_top(two, ANALYTICS_PLACES, top, 3), 1);
    CHECK_INT(top[0].count, 20);
    analytics_free(one);
    analytics_free(two);
    store_free(store);
}

TESTS_EACH_WITH(setup, teardown, warm_fetches_places_once, entries_about_to_expire_are_renewed,
                unknown_places_are_reported, the_daemon_warms_the_places_in_its_file,
                the_most_requested_places_are_counted_shown_and_kept_warm,
                growth_has_one_row_per_day_and_a_limit,
                counts_of_two_daemons_are_added_in_the_store)
