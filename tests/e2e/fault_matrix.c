/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/fault_matrix.c -- each neighbor of the daemon fails in each way: what is heard, how
 * long that takes, and when it is over.
 *
 * In each case two requests are sent: one that needs the failing neighbor, and one that does not.
 * Both must be answered within Alexa's patience, the second at once, and neither may claim an
 * absence or blame another neighbor. Afterwards the daemon must recover by itself. Prints a table.
 * FAULT_MATRIX=all runs every fault (make faults); by default only those that take no or all
 * time. */
#define _GNU_SOURCE /* accept4, in the harness; struct timeval, in redis_server.h */
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/fault_proxy.h"
#include "tests/e2e/harness/towns.h"
#include "tests/test.h"
#include "tests/unit/cache/dynamo/dynamo.h"
#include "tests/unit/cache/redis/redis_server.h"

enum {
    NEEDED_MS = 7000,     /* Alexa waits 8 seconds */
    NOT_NEEDED_MS = 1000, /* a tenth of it on an idle machine; the table has the real times */
    RECOVERY_MS = 60000,
    WARM_TOWN = 1,
};

static struct fault_proxy *proxy;
static char proxy_set[5][200];
static size_t next_town = 10;
static struct redis_server redis;
static char table[DYNAMO_TABLE_SIZE];

/* ---- requests ---- */

static struct client_response ask_new_town(void)
{
    return client_ask(&world, "user-matrix", "MetricIntent", "metric", "temperature", "when_any",
                      "tomorrow", "location", towns_name(next_town++), NULL);
}

static struct client_response ask_warm_town(void)
{
    return client_ask(&world, "user-matrix", "MetricIntent", "metric", "temperature", "when_any",
                      "tomorrow", "location", towns_name(WARM_TOWN), NULL);
}

static struct client_response ask_alerts_of_new_town(void)
{
    return client_ask(&world, "user-matrix", "MetricIntent", "metric", "alerts", "location",
                      towns_name(next_town++), NULL);
}

/* Each by a user of its own, whose settings are not in memory yet. */
static struct client_response ask_own_place(void)
{
    char user[40];

    snprintf(user, sizeof user, "user-matrix-%zu", next_town++);
    return client_ask(&world, user, "MetricIntent", "metric", "temperature", NULL);
}

static struct client_response set_rate(void)
{
    char user[40];

    snprintf(user, sizeof user, "user-matrix-%zu", next_town++);
    return client_ask(&world, user, "SetRateIntent", "percent", "120", NULL);
}

/* ---- the neighbors ---- */

__attribute__((format(printf, 1, 2))) static void add_set(const char *format, ...)
{
    size_t i = 0;
    va_list args;

    while (world.sets[i])
        i++;
    CHECK(i < sizeof proxy_set / sizeof proxy_set[0]);
    va_start(args, format);
    vsnprintf(proxy_set[i], sizeof proxy_set[i], format, args);
    va_end(args);
    world.sets[i] = proxy_set[i];
}

static void start_weather(void)
{
    proxy = fault_proxy_start(world.sim_port, NULL);
    add_set("weather.base_url=http://127.0.0.1:%d", fault_proxy_port(proxy));
}

static void start_geocoder(void)
{
    proxy = fault_proxy_start(world.sim_port, NULL);
    add_set("geocoder.here_base_url=http://127.0.0.1:%d/geocode/v1", fault_proxy_port(proxy));
    add_set("geocoder.providers=here,gazetteer");
    add_set("geocoder.here_api_key=secret-key-0123456789");
}

static void start_certificate_host(void)
{
    proxy = fault_proxy_start(world.s3_port, NULL);
    add_set("alexa.certificate_connect_to=127.0.0.1:%d", fault_proxy_port(proxy));
}

static void start_redis(void)
{
    redis_server_start(&redis, NULL);
    proxy = fault_proxy_start(0, redis.socket);
    add_set("redis.url=redis://127.0.0.1:%d", fault_proxy_port(proxy));
}

static void start_dynamo(void)
{
    const char *endpoint = dynamo_variable("DYNAMO_ENDPOINT");

    dynamo_table_name(table);
    proxy = fault_proxy_start(atoi(strrchr(endpoint, ':') + 1), NULL);
    add_set("dynamodb.endpoint=http://127.0.0.1:%d", fault_proxy_port(proxy));
    add_set("persistence.backend=dynamodb");
    add_set("persistence.create_table=yes");
    add_set("persistence.table=%s", table);
}

typedef struct client_response request_fn(void);

static const struct neighbor {
    const char *name;
    void (*start)(void);
    request_fn *needs, *does_not_need;
    const char *right;      /* heard from `needs` when all is well */
    const char *not_blamed; /* never heard while it fails */
    bool fresh_daemon;      /* the daemon is restarted for each fault, with an empty memory */
} neighbors[] = {
    { "weather service", start_weather, ask_new_town, ask_warm_town, "degrees", "settings", false },
    { "weather (alerts)", start_weather, ask_alerts_of_new_town, ask_warm_town, "alert",
      "no alerts", false },
    { "geocoder", start_geocoder, ask_new_town, ask_warm_town, "degrees", "weather service",
      false },
    { "certificate host", start_certificate_host, ask_warm_town, NULL, "degrees", "weather service",
      true },
    { "Redis", start_redis, ask_new_town, ask_warm_town, "degrees", "sorry", false },
    { "DynamoDB (read)", start_dynamo, ask_own_place, ask_warm_town, "location", "weather service",
      false },
    { "DynamoDB (write)", start_dynamo, set_rate, ask_warm_town, "rate", "weather service", false },
};

/* ---- one case ---- */

static bool is_right(const struct client_response *r, const struct neighbor *n)
{
    return r->status == 200 && strstr(r->speech, n->right) && !strstr(r->speech, "orry");
}

static void check_needed(const struct client_response *r, const struct neighbor *n,
                         enum fault fault)
{
    bool refused = r->status == 400 && strstr(r->body, "certificate_unavailable");

    if (r->ms > NEEDED_MS || (r->status != 200 && !refused))
        fail_msg("%s, %s: status %d after %.0f ms: %s %s", n->name, fault_names[fault], r->status,
                 r->ms, r->body, r->error);
    if (refused)
        return;
    speech_check_valid(r);
    if (!is_right(r, n))
        speech_check_omits(r, n->not_blamed);
}

static void check_not_needed(const struct client_response *r, const struct neighbor *n,
                             enum fault fault)
{
    if (r->status != 200 || r->ms > NOT_NEEDED_MS || !strstr(r->speech, "degrees"))
        fail_msg("%s, %s: what does not need it is answered with %d after %.0f ms: %s", n->name,
                 fault_names[fault], r->status, r->ms, r->speech);
}

/* Milliseconds until the request is answered as it should be. */
static double recover(const struct neighbor *n)
{
    int64_t began = clock_mono_ms();

    for (;;) {
        struct client_response r = n->needs();
        bool right = is_right(&r, n);
        if (!right && clock_mono_ms() - began > RECOVERY_MS)
            fail_msg("%s: not recovered: %d %s", n->name, r.status, r.speech);
        client_response_done(&r);
        if (right)
            return (double)(clock_mono_ms() - began);
        clock_sleep_ms(100);
    }
}

static void run_case(const struct neighbor *n, enum fault fault)
{
    double other_ms = 0;

    fault_proxy_set(proxy, fault);
    if (n->fresh_daemon)
        world_restart_daemon(&world);
    struct client_response needed = n->needs();
    check_needed(&needed, n, fault);
    for (int i = 0; i < 3 && n->does_not_need; i++) {
        struct client_response other = n->does_not_need();
        check_not_needed(&other, n, fault);
        other_ms = other.ms > other_ms ? other.ms : other_ms;
        client_response_done(&other);
    }
    fault_proxy_set(proxy, FAULT_NONE);
    print_message("| %-16s | %-9s | %6.0f | %6.0f | %6.0f | %.60s |\n", n->name, fault_names[fault],
                  needed.ms, other_ms, recover(n),
                  needed.status == 200 ? needed.speech : needed.body);
    client_response_done(&needed);
}

static bool is_selected(enum fault fault)
{
    const char *which = getenv("FAULT_MATRIX");

    return (which && strcmp(which, "all") == 0) || fault == FAULT_REFUSED || fault == FAULT_HANG;
}

static void run_neighbor(const struct neighbor *n)
{
    world = (struct world){ .sim = 0 };
    world_start_sim(&world);
    n->start();
    world_start_daemon(&world);
    (void)recover(n);
    for (int i = 0; i < 2; i++) {
        struct client_response warm = ask_warm_town();
        speech_check_says(&warm, "degrees");
        client_response_done(&warm);
    }
    for (int fault = FAULT_NONE + 1; fault < FAULTS; fault++)
        if (is_selected((enum fault)fault))
            run_case(n, (enum fault)fault);
    world_stop(&world);
    fault_proxy_stop(proxy);
    if (n->start == start_redis)
        redis_server_stop(&redis);
}

TEST(each_fault_of_each_neighbor_is_survived_and_told_rightly)
{
    print_message(
        "| neighbor         | fault     | needs it, ms | does not | recovered | heard |\n");
    for (size_t i = 0; i < sizeof neighbors / sizeof neighbors[0]; i++)
        run_neighbor(&neighbors[i]);
}

/* ---- the SQLite file ---- */

static sqlite3 *lock_file(void)
{
    char path[300];
    sqlite3 *db;

    snprintf(path, sizeof path, "%s/climacast.db", world.dir);
    CHECK_INT(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    CHECK_INT(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

TEST(a_locked_store_is_told_and_holds_up_nothing_else)
{
    static const struct neighbor store = { "SQLite (locked)", NULL, set_rate, ask_warm_town, "rate",
                                           "weather service", false };

    world = (struct world){ .sim = 0 };
    world_start(&world);
    struct client_response warm = ask_warm_town();
    speech_check_says(&warm, "degrees");
    client_response_done(&warm);
    sqlite3 *db = lock_file();
    struct client_response needed = set_rate(), other = ask_warm_town();
    sqlite3_close(db);
    check_needed(&needed, &store, FAULT_HANG);
    speech_check_omits(&needed, "now 120");
    check_not_needed(&other, &store, FAULT_HANG);
    print_message("| %-16s | %-9s | %6.0f | %6.0f | %6.0f | %.60s |\n", store.name, "locked",
                  needed.ms, other.ms, recover(&store), needed.speech);
    client_response_done(&needed);
    client_response_done(&other);
    world_stop(&world);
}

TESTS(each_fault_of_each_neighbor_is_survived_and_told_rightly,
      a_locked_store_is_told_and_holds_up_nothing_else)
