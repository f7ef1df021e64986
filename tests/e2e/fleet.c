/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/fleet.c -- several daemons with one store and one Redis: what one learns the others
 * know, a cold start asks the weather service once, and nothing Redis does makes an answer wrong.
 *
 * FLEET_CLIENTS=200 has so many ask each daemon at the same moment in a cold start (8). */
#define _XOPEN_SOURCE 700
#include <stdlib.h>

#include "tests/e2e/harness.h"
#include "tests/test.h"
#include "tests/unit/cache/dynamo/dynamo.h"
#include "tests/unit/cache/redis/redis_server.h"

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { REQUESTS = 48 }; /* of each daemon in a cold start: TLS alone takes ten times as long here */
#else
enum { REQUESTS = 200 };
#endif
enum { DAEMONS = 3, CLIENTS = 8, CLIENTS_MAX = REQUESTS };

static struct fleet {
    struct redis_server redis;
    struct world at[DAEMONS]; /* the first has the simulator and the store */
    char url[400], path[300];
    char table[DYNAMO_TABLE_SIZE], table_set[100], endpoint_set[200];
} fleet;

/* Their store: a SQLite file of the first, or a table that they make at the start, all at once. */
static void set_store(struct world *w, const char *layout)
{
    const char **set = &w->sets[3];

    if (!layout) {
        *set = fleet.path;
        return;
    }
    *set++ = "persistence.backend=dynamodb";
    *set++ = "persistence.create_table=yes";
    *set++ = layout;
    *set++ = fleet.table_set;
    *set++ = fleet.endpoint_set;
}

/* `login` such as "user:password@"; `layout` such as "persistence.shared_layout=item" for DynamoDB,
 * NULL for SQLite. */
static void fleet_start(const char *login, const char *acl, const char *timeout_ms,
                        const char *layout)
{
    struct world *first = &fleet.at[0];
    char folder[FOLDER_SIZE];

    redis_server_start(&fleet.redis, acl);
    (void)snprintf(fleet.url, sizeof fleet.url, "redis.url=redis://%s127.0.0.1:%d", login,
                   fleet.redis.port);
    redis_server_await(fleet.url + strlen("redis.url="));
    *first = (struct world){ .sim = 0 };
    world_start_sim(first);
    (void)snprintf(fleet.path, sizeof fleet.path, "sqlite.path=%s/climacast.db", first->dir);
    dynamo_table_name(fleet.table);
    (void)snprintf(fleet.table_set, sizeof fleet.table_set, "persistence.table=%s", fleet.table);
    (void)snprintf(fleet.endpoint_set, sizeof fleet.endpoint_set, "dynamodb.endpoint=%s",
                   dynamo_variable("DYNAMO_ENDPOINT"));
    for (int i = 0; i < DAEMONS; i++) {
        struct world *w = &fleet.at[i];
        if (i > 0) {
            *w = (struct world){ .sim_port = first->sim_port, .s3_port = first->s3_port };
            folder_make(folder);
            (void)snprintf(w->dir, sizeof w->dir, "%.*s", (int)sizeof w->dir - 1, folder);
            (void)snprintf(w->log, sizeof w->log, "%s/daemon.log", w->dir);
            (void)snprintf(w->certs, sizeof w->certs, "%s", first->certs);
        }
        w->sets[0] = fleet.url;
        w->sets[1] = timeout_ms;
        w->sets[2] = "server.max_connections=2000";
        set_store(w, layout);
        world_start_daemon(w);
    }
}

static void fleet_stop(void)
{
    for (int i = DAEMONS - 1; i >= 0; i--)
        world_stop(&fleet.at[i]);
    redis_server_stop(&fleet.redis);
}

static struct client_response weather_in(struct world *w, const char *location)
{
    return client_ask(w, "user-fleet", "MetricIntent", "metric", "temperature", "when_any",
                      "tomorrow", "location", location, NULL);
}

static void expect(int daemon, const char *location, const char *words)
{
    struct client_response a = weather_in(&fleet.at[daemon], location);

    speech_check_valid(&a);
    speech_check_says(&a, words);
    client_response_done(&a);
}

/* The value of a metric's line that begins so; -1: there is none. */
static double metric(int daemon, const char *line)
{
    struct client_response a = client_admin_get(&fleet.at[daemon], "/metrics");
    const char *at = strstr(a.body, line);
    double value = at ? strtod(at + strlen(line), NULL) : -1;

    client_response_done(&a);
    return value;
}

static int log_count(int daemon, const char *event)
{
    char *log = world_log(&fleet.at[daemon]);
    int n = 0;

    for (const char *at = log; (at = strstr(at, event)); at++)
        n++;
    free(log);
    return n;
}

static void await_up(double up)
{
    int64_t end = clock_mono_ms() + 20000;

    for (int i = 0; i < DAEMONS; i++)
        while (metric(i, "\nclimacast_redis_up ") != up) {
            CHECK(clock_left_ms(end) > 0);
            clock_sleep_ms(20);
        }
}

/* ---- a cold start ---- */

/* A client asks one daemon, one question after the other, and tells how many were answered well. */
static void client(struct world *w, int times, int say)
{
    int right = 0;

    for (int i = 0; i < times; i++) {
        struct client_response a = weather_in(w, "boulder colorado");
        right += a.status == 200 && a.speech && strstr(a.speech, "Boulder, Colorado") &&
                 strstr(a.speech, "degrees");
        client_response_done(&a);
    }
    _exit(write(say, &right, sizeof right) == sizeof right ? 0 : 1);
}

static int clients(void)
{
    const char *wish = getenv("FLEET_CLIENTS");
    int n = wish ? atoi(wish) : CLIENTS;

    return n > 0 && n <= CLIENTS_MAX ? n : CLIENTS;
}

/* REQUESTS to each daemon. */
static int ask_all(void)
{
    pid_t pids[DAEMONS * CLIENTS_MAX];
    int pipes[2], right = 0, count = DAEMONS * clients();

    CHECK(pipe(pipes) == 0);
    for (int i = 0; i < count; i++) {
        pids[i] = fork();
        CHECK(pids[i] >= 0);
        if (pids[i] == 0)
            client(&fleet.at[i % DAEMONS], REQUESTS / clients(), pipes[1]);
    }
    (void)close(pipes[1]);
    for (int i = 0; i < count; i++) {
        int one = 0, status = 1;
        CHECK(read(pipes[0], &one, sizeof one) == sizeof one);
        CHECK(waitpid(pids[i], &status, 0) == pids[i] && status == 0);
        right += one;
    }
    (void)close(pipes[0]);
    return right;
}

/* What a place is kept in: itself, a few stations, two zones. */
enum { ENTRIES_OF_A_PLACE = 8 };

TEST(a_cold_start_of_three_daemons_asks_upstream_once)
{
    static const char *const kinds[] = { "/points/", "/zones/county/", "/zones/forecast/",
                                         "/stations", "/gridpoints/" };
    double writes;

    fleet_start("", NULL, "redis.timeout_ms=1000", "persistence.shared_layout=entries");
    sim_add_fault(&fleet.at[0], "{\"match\":\"/\",\"kind\":\"delay\",\"ms\":150}");
    CHECK_INT(ask_all(), DAEMONS * REQUESTS);
    sim_clear_faults(&fleet.at[0]);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        int seen = sim_count_requests(&fleet.at[0], kinds[i]);
        print_message("    %s: asked %d time(s) for %d requests\n", kinds[i], seen,
                      DAEMONS * REQUESTS);
        /* Once; twice when a lock ran out. Of a grid point there are two documents. */
        CHECK_ROW(i, seen >= 1 && seen <= (strstr(kinds[i], "gridpoints") ? 4 : 2));
    }
    /* An entry is put twice when it is there already, and counted besides. */
    writes = dynamo_figure(fleet.table, "UpdateItem", "calls");
    print_message("    DynamoDB: %.0f writes, %.0f reads\n", writes,
                  dynamo_figure(fleet.table, "GetItem", "calls"));
    CHECK(writes >= 3 && writes <= DAEMONS * ENTRIES_OF_A_PLACE * 3);
    for (int i = 0; i < DAEMONS; i++)
        CHECK_INT(log_count(i, "redis_down"), 0);
    fleet_stop();
}

/* ---- what one knows ---- */

TEST(what_one_daemon_learnt_the_others_know)
{
    fleet_start("ann:s%40cret@",
                "user default off\nuser ann on >s@cret ~climacast:* +@all -@dangerous",
                "redis.timeout_ms=1000", "persistence.shared_layout=item");
    expect(0, "boulder colorado", "Boulder, Colorado");
    sim_clear_log(&fleet.at[0]);
    expect(1, "boulder colorado", "Boulder, Colorado");
    expect(2, "boulder colorado", "Boulder, Colorado");
    CHECK_INT(sim_count_requests(&fleet.at[0], "/points/"), 0);
    CHECK_INT(sim_count_requests(&fleet.at[0], "/zones/"), 0);
    CHECK_INT(sim_count_requests(&fleet.at[0], "/gridpoints/"), 0);
    CHECK(metric(1, "climacast_tier_requests_total{tier=\"redis\",outcome=\"hit\"} ") > 0);
    CHECK(metric(1, "climacast_document_requests_total{label=\"grid\",outcome=\"shared\"} ") > 0);
    CHECK(metric(1, "climacast_cache_requests_total{cache=\"LocationCache\",tier=\"redis\","
                    "outcome=\"hit\"} ") > 0);
    CHECK(metric(1, "climacast_tier_seconds_count{tier=\"redis\"} ") > 0);
    for (int i = 0; i < DAEMONS; i++) {
        CHECK_INT(log_count(i, "redis_up"), 1);
        CHECK_INT(log_count(i, "cret"), 0);
    }
    fleet_stop();
}

TEST(a_key_of_ours_is_never_in_redis)
{
    char out[200];

    fleet_start("", NULL, "redis.timeout_ms=1000", NULL);
    expect(0, "boulder colorado", "Boulder, Colorado");
    /* Everything in it has our prefix and an end. */
    CHECK_STR(REDIS_SAY(fleet.redis.unix_url, out, "EVAL",
                        "local bad='' for _,k in ipairs(redis.call('KEYS','*')) do "
                        "if string.sub(k,1,10)~='climacast:' or redis.call('PTTL',k)<=0 then "
                        "bad=bad..k..' ' end end return bad",
                        "0"),
              "");
    CHECK(strtol(REDIS_SAY(fleet.redis.unix_url, out, "DBSIZE"), NULL, 10) >= 4);
    fleet_stop();
}

/* ---- Redis in trouble ---- */

TEST(every_answer_is_right_whatever_happens_to_redis)
{
    static const char *const cities[][2] = {
        { "boulder colorado", "Boulder" },    { "seattle washington", "Seattle" },
        { "miami florida", "Miami" },         { "austin texas", "Austin" },
        { "boston massachusetts", "Boston" }, { "denver colorado", "Denver" },
        { "portland oregon", "Portland" },    { "chicago illinois", "Chicago" },
    };
    char out[200];
    size_t city = 0;

    fleet_start("", NULL, "redis.timeout_ms=300", NULL);
#define ROUND()                                          \
    do {                                                 \
        for (int i = 0; i < DAEMONS; i++)                \
            expect(i, cities[city][0], cities[city][1]); \
        for (int i = 0; i < DAEMONS; i++)                \
            expect(i, cities[0][0], cities[0][1]);       \
        city++;                                          \
    } while (0)
    ROUND();
    redis_server_kill(&fleet.redis);
    ROUND();
    await_up(0);
    ROUND();
    redis_server_run(&fleet.redis);
    await_up(1);
    ROUND();
    redis_server_signal(&fleet.redis, SIGSTOP);
    ROUND();
    await_up(0);
    redis_server_signal(&fleet.redis, SIGCONT);
    await_up(1);
    REDIS_SAY(fleet.redis.unix_url, out, "CONFIG", "SET", "maxmemory", "1");
    ROUND();
    REDIS_SAY(fleet.redis.unix_url, out, "CONFIG", "SET", "maxmemory", "0");
    REDIS_SAY(fleet.redis.unix_url, out, "FLUSHALL");
    ROUND();
#undef ROUND
    for (int i = 0; i < DAEMONS; i++) {
        CHECK_INT(log_count(i, "redis_down"), 2); /* killed, paused */
        CHECK(log_count(i, "redis_read_only") <= 1);
    }
    fleet_stop();
}

TESTS(a_cold_start_of_three_daemons_asks_upstream_once, what_one_daemon_learnt_the_others_know,
      a_key_of_ours_is_never_in_redis, every_answer_is_right_whatever_happens_to_redis)
