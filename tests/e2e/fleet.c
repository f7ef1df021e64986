/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/fleet.c -- several daemons that share a store and Redis: they share what one has
 * fetched, a cold start sends each upstream request once, and no Redis failure leads to a wrong
 * response.
 *
 * FLEET_CLIENTS=200 sets the number of simultaneous clients per daemon in the cold start (default
 * 8). */
#define _XOPEN_SOURCE 700
#include <stdlib.h>

#include "tests/e2e/harness.h"
#include "tests/test.h"
#include "tests/unit/cache/dynamo/dynamo.h"
#include "tests/unit/cache/redis/redis_server.h"

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { REQUESTS = 48 }; /* per daemon in the cold start; TLS alone is ten times slower here */
#else
enum { REQUESTS = 200 };
#endif
enum { DAEMONS = 3, CLIENTS = 8, CLIENTS_MAX = REQUESTS };

static struct fleet {
    struct redis_server redis;
    struct world at[DAEMONS]; /* the first one has the simulator and the store */
    char url[400], path[300];
    char table[DYNAMO_TABLE_SIZE], table_set[100], endpoint_set[200];
} fleet;

/* The shared store: the first one's SQLite file, or a table that all create at startup. */
static void set_store(struct world *w, const char *layout)
{
    const char **set = &w->sets[4];

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

/* `login` is "" or like "user:password@". `layout` is like "persistence.shared_layout=item" for
 * DynamoDB, NULL for SQLite. */
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
            *w = (struct world){ .sim_port = first->sim_port,
                                 .s3_port = first->s3_port,
                                 .amazon_port = first->amazon_port };
            folder_make(folder);
            (void)snprintf(w->dir, sizeof w->dir, "%.*s", (int)sizeof w->dir - 1, folder);
            (void)snprintf(w->log, sizeof w->log, "%s/daemon.log", w->dir);
            (void)snprintf(w->certs, sizeof w->certs, "%s", first->certs);
        }
        w->sets[0] = fleet.url;
        w->sets[1] = timeout_ms;
        w->sets[2] = "server.max_connections=2000";
        w->sets[3] = "server.max_connections_per_ip=0";
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

static struct client_response ask_forecast(struct world *w, const char *location)
{
    return client_ask(w, "user-fleet", "MetricIntent", "metric", "temperature", "when_any",
                      "tomorrow", "location", location, NULL);
}

static void expect_forecast(int daemon, const char *location, const char *words)
{
    struct client_response a = ask_forecast(&fleet.at[daemon], location);

    speech_check_valid(&a);
    speech_check_says(&a, words);
    client_response_done(&a);
}

static int count_in_log(int daemon, const char *event)
{
    char *log = world_log(&fleet.at[daemon]);
    int n = 0;

    for (const char *at = log; (at = strstr(at, event)); at++)
        n++;
    free(log);
    return n;
}

static void wait_redis_up(double up)
{
    int64_t end = clock_mono_ms() + 20000;

    for (int i = 0; i < DAEMONS; i++)
        while (client_metric(&fleet.at[i], "climacast_redis_up") != up) {
            CHECK(clock_left_ms(end) > 0);
            clock_sleep_ms(20);
        }
}

/* ---- a cold start ---- */

/* A client process: sends `times` requests and reports how many were answered correctly through
 * pipe_fd. */
static void run_client(struct world *w, int times, int pipe_fd)
{
    int correct = 0;

    for (int i = 0; i < times; i++) {
        struct client_response a = ask_forecast(w, "boulder colorado");
        correct += a.status == 200 && a.speech && strstr(a.speech, "Boulder, Colorado") &&
                   strstr(a.speech, "degrees");
        client_response_done(&a);
    }
    _exit(write(pipe_fd, &correct, sizeof correct) == sizeof correct ? 0 : 1);
}

static int clients_per_daemon(void)
{
    const char *value = getenv("FLEET_CLIENTS");
    int n = value ? atoi(value) : CLIENTS;

    return n > 0 && n <= CLIENTS_MAX ? n : CLIENTS;
}

/* Sends REQUESTS requests to each daemon. Returns how many were answered correctly. */
static int ask_all(void)
{
    pid_t pids[DAEMONS * CLIENTS_MAX];
    int pipes[2], correct = 0, count = DAEMONS * clients_per_daemon();

    CHECK(pipe(pipes) == 0);
    for (int i = 0; i < count; i++) {
        pids[i] = fork();
        CHECK(pids[i] >= 0);
        if (pids[i] == 0)
            run_client(&fleet.at[i % DAEMONS], REQUESTS / clients_per_daemon(), pipes[1]);
    }
    (void)close(pipes[1]);
    for (int i = 0; i < count; i++) {
        int one = 0, status = 1;
        CHECK(read(pipes[0], &one, sizeof one) == sizeof one);
        CHECK(waitpid(pids[i], &status, 0) == pids[i] && status == 0);
        correct += one;
    }
    (void)close(pipes[0]);
    return correct;
}

/* Shared entries of one place: itself, a few stations, two zones. */
enum { ENTRIES_PER_PLACE = 8 };

TEST(a_cold_start_of_three_daemons_fetches_everything_once)
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
        /* Once, or twice if a lock expired. There are two documents per grid point. */
        CHECK_ROW(i, seen >= 1 && seen <= (strstr(kinds[i], "gridpoints") ? 4 : 2));
    }
    /* Storing an entry that exists already takes two writes, plus one for the counter. */
    writes = dynamo_statistic(fleet.table, "UpdateItem", "calls");
    print_message("    DynamoDB: %.0f writes, %.0f reads\n", writes,
                  dynamo_statistic(fleet.table, "GetItem", "calls"));
    CHECK(writes >= 3 && writes <= DAEMONS * ENTRIES_PER_PLACE * 3);
    for (int i = 0; i < DAEMONS; i++)
        CHECK_INT(count_in_log(i, "redis_down"), 0);
    fleet_stop();
}

/* ---- sharing ---- */

TEST(daemons_share_what_one_has_fetched)
{
    fleet_start("ann:s%40cret@",
                "user default off\nuser ann on >s@cret ~climacast:* +@all -@dangerous",
                "redis.timeout_ms=1000", "persistence.shared_layout=item");
    expect_forecast(0, "boulder colorado", "Boulder, Colorado");
    sim_clear_log(&fleet.at[0]);
    expect_forecast(1, "boulder colorado", "Boulder, Colorado");
    expect_forecast(2, "boulder colorado", "Boulder, Colorado");
    CHECK_INT(sim_count_requests(&fleet.at[0], "/points/"), 0);
    CHECK_INT(sim_count_requests(&fleet.at[0], "/zones/"), 0);
    CHECK_INT(sim_count_requests(&fleet.at[0], "/gridpoints/"), 0);
    CHECK(client_metric(&fleet.at[1],
                        "climacast_tier_requests_total{tier=\"redis\",outcome=\"hit\"}") > 0);
    CHECK(client_metric(&fleet.at[1],
                        "climacast_document_requests_total{label=\"grid\",outcome=\"shared\"}") >
          0);
    CHECK(client_metric(&fleet.at[1],
                        "climacast_cache_requests_total{cache=\"LocationCache\",tier=\"redis\","
                        "outcome=\"hit\"}") > 0);
    CHECK(client_metric(&fleet.at[1], "climacast_tier_seconds_count{tier=\"redis\"}") > 0);
    for (int i = 0; i < DAEMONS; i++) {
        CHECK_INT(count_in_log(i, "redis_up"), 1);
        CHECK_INT(count_in_log(i, "cret"), 0);
    }
    fleet_stop();
}

TEST(redis_keys_have_our_prefix_and_expire)
{
    char out[200];

    fleet_start("", NULL, "redis.timeout_ms=1000", NULL);
    expect_forecast(0, "boulder colorado", "Boulder, Colorado");
    /* Every key starts with "climacast:" and has a TTL. */
    CHECK_STR(REDIS_RUN(fleet.redis.unix_url, out, "EVAL",
                        "local bad='' for _,k in ipairs(redis.call('KEYS','*')) do "
                        "if string.sub(k,1,10)~='climacast:' or redis.call('PTTL',k)<=0 then "
                        "bad=bad..k..' ' end end return bad",
                        "0"),
              "");
    CHECK(strtol(REDIS_RUN(fleet.redis.unix_url, out, "DBSIZE"), NULL, 10) >= 4);
    fleet_stop();
}

/* ---- Redis failures ---- */

TEST(responses_are_correct_whatever_happens_to_redis)
{
    static const char *const cities[][2] = {
        { "boulder colorado", "Boulder" },    { "seattle washington", "Seattle" },
        { "miami florida", "Miami" },         { "austin texas", "Austin" },
        { "boston massachusetts", "Boston" }, { "denver colorado", "Denver" },
        { "portland oregon", "Portland" },    { "chicago illinois", "Chicago" },
    };
    char out[200];
    size_t city = 0;

    fleet_start("", NULL, "redis.timeout_ms=1000", NULL);
#define ROUND()                                                   \
    do {                                                          \
        for (int i = 0; i < DAEMONS; i++)                         \
            expect_forecast(i, cities[city][0], cities[city][1]); \
        for (int i = 0; i < DAEMONS; i++)                         \
            expect_forecast(i, cities[0][0], cities[0][1]);       \
        city++;                                                   \
    } while (0)
    ROUND();
    redis_server_kill(&fleet.redis);
    ROUND();
    wait_redis_up(0);
    ROUND();
    redis_server_run(&fleet.redis);
    wait_redis_up(1);
    ROUND();
    redis_server_signal(&fleet.redis, SIGSTOP);
    ROUND();
    wait_redis_up(0);
    redis_server_signal(&fleet.redis, SIGCONT);
    wait_redis_up(1);
    REDIS_RUN(fleet.redis.unix_url, out, "CONFIG", "SET", "maxmemory", "1");
    ROUND();
    REDIS_RUN(fleet.redis.unix_url, out, "CONFIG", "SET", "maxmemory", "0");
    REDIS_RUN(fleet.redis.unix_url, out, "FLUSHALL");
    ROUND();
#undef ROUND
    for (int i = 0; i < DAEMONS; i++) {
        CHECK_INT(count_in_log(i, "redis_down"), 2); /* once killed, once paused */
        CHECK(count_in_log(i, "redis_read_only") <= 1);
    }
    fleet_stop();
}

TESTS(a_cold_start_of_three_daemons_fetches_everything_once, daemons_share_what_one_has_fetched,
      redis_keys_have_our_prefix_and_expire, responses_are_correct_whatever_happens_to_redis)
