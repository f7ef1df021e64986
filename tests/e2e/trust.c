/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/trust.c -- floods of junk certificate URLs keep nobody from being verified, and two
 * daemons over one Redis serve no request twice. */
#define _XOPEN_SOURCE 700
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/e2e/harness.h"
#include "tests/test.h"
#include "tests/unit/cache/redis/redis_server.h"

enum { JUNK_URLS = 2000, JUNK_URLS_MAX = 100000, FLOODERS = 4 };

static void expect_answer(struct world *w, const struct client_options *options)
{
    json_t *e = envelope_launch("user-trust");
    struct client_response a = client_post(w, e, options);

    if (a.status != 200)
        fail_msg("%d %s %s", a.status, a.body, a.error);
    client_response_done(&a);
    json_decref(e);
}

static void expect_refusal(struct world *w, json_t *envelope, const struct client_options *options,
                           const char *reason)
{
    struct client_response a = client_post(w, envelope, options);

    CHECK_INT(a.status, 400);
    if (!strstr(a.body, reason))
        fail_msg("%s, want %s", a.body, reason);
    client_response_done(&a);
}

/* ---- floods ---- */

static void run_flooder(struct world *w, const char *source, int from, int to)
{
    bool refused = true;

    for (int i = from; i < to; i++) {
        char url[100];
        (void)snprintf(url, sizeof url, "https://s3.amazonaws.com/echo.api/junk-%d.pem", i);
        struct client_options junk = { .cert_url = url, .signature = "AAAA", .source = source };
        struct client_response a = client_post(w, NULL, &junk);
        refused = refused && (a.status == 400 || a.status == 503);
        client_response_done(&a);
    }
    _exit(refused ? 0 : 1);
}

struct flood {
    pid_t pids[FLOODERS];
};

/* Request one junk URL after the other from this address, until flood_stop(). */
static struct flood flood_start(struct world *w, const char *source)
{
    struct flood f;

    for (int i = 0; i < FLOODERS; i++) {
        f.pids[i] = fork();
        CHECK(f.pids[i] >= 0);
        if (f.pids[i] == 0)
            run_flooder(w, source, i * JUNK_URLS_MAX / FLOODERS,
                        (i + 1) * JUNK_URLS_MAX / FLOODERS);
    }
    return f;
}

/* End the flood, which must be going on still. */
static void flood_stop(const struct flood *f)
{
    for (int i = 0; i < FLOODERS; i++) {
        int status = 1;
        CHECK(kill(f->pids[i], SIGTERM) == 0);
        CHECK(waitpid(f->pids[i], &status, 0) == f->pids[i]);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    }
}

static void await_refusals(struct world *w, double count)
{
    int64_t end = clock_mono_ms() + 30000;

    while (client_metric(w, "climacast_refusals_total{reason=\"certificate_unavailable\"}") <
           count) {
        CHECK(clock_left_ms(end) > 0);
        clock_sleep_ms(5);
    }
}

TEST(a_flood_of_junk_urls_does_not_starve_the_real_one_after_a_restart_either)
{
    static const struct client_options real = { .source = "127.0.0.1", .fresh_connection = true };
    struct world w = { .sim = 0 };

    world_start(&w);
    expect_answer(&w, &real);
    world_kill_daemon(&w); /* saved at once */
    world_start_daemon(&w);
    sim_clear_log(&w);
    struct flood f = flood_start(&w, "127.0.0.1");
    await_refusals(&w, 200);
    expect_answer(&w, &real);
    await_refusals(&w, JUNK_URLS);
    expect_answer(&w, &real);
    flood_stop(&f);
    int fetched = sim_count_requests(&w, "junk-");
    print_message("    more than %d junk URLs requested, %d fetched\n", JUNK_URLS, fetched);
    CHECK(fetched >= 1 && fetched < JUNK_URLS / 4);
    world_restart_daemon(&w);
    expect_answer(&w, &real);
    world_stop(&w);
}

TEST(a_flood_from_one_address_does_not_keep_a_new_daemon_from_serving_another)
{
    static const struct client_options real = { .source = "127.0.0.1", .fresh_connection = true };
    struct world w = { .sim = 0 };

    world_start(&w);
    struct flood f = flood_start(&w, "127.0.0.9");
    await_refusals(&w, 200);
    expect_answer(&w, &real);
    flood_stop(&f);
    world_stop(&w);
}

TEST(blanks_around_a_header_are_not_part_of_its_value)
{
    static const struct client_options spaced = {
        .cert_url = " \t https://s3.amazonaws.com/echo.api/good.pem\t  "
    };
    static const char *const signature_missing[] = { "Signature-256: \t ", NULL };
    static const struct client_options blank = { .no_signature = true,
                                                 .headers = signature_missing };
    struct world w = { .sim = 0 };

    world_start(&w);
    expect_answer(&w, &spaced);
    expect_refusal(&w, NULL, &blank, "signature_missing");
    world_stop(&w);
}

/* ---- two daemons ---- */

static struct pair {
    struct redis_server redis;
    struct world at[2]; /* the first one has the simulator and the store */
    char url[400], path[300];
} pair;

static int pair_start(void **state)
{
    struct world *first = &pair.at[0];
    char folder[FOLDER_SIZE];

    (void)state;
    redis_server_start(&pair.redis, NULL);
    (void)snprintf(pair.url, sizeof pair.url, "redis.url=redis://127.0.0.1:%d", pair.redis.port);
    redis_server_await(pair.url + strlen("redis.url="));
    *first = (struct world){ .sim = 0 };
    world_start_sim(first);
    (void)snprintf(pair.path, sizeof pair.path, "sqlite.path=%s/climacast.db", first->dir);
    for (int i = 0; i < 2; i++) {
        struct world *w = &pair.at[i];
        if (i > 0) {
            *w = (struct world){ .sim_port = first->sim_port,
                                 .s3_port = first->s3_port,
                                 .amazon_port = first->amazon_port };
            folder_make(folder);
            (void)snprintf(w->dir, sizeof w->dir, "%.*s", (int)sizeof w->dir - 1, folder);
            (void)snprintf(w->log, sizeof w->log, "%.250s/daemon.log", w->dir);
            (void)snprintf(w->certs, sizeof w->certs, "%s", first->certs);
        }
        w->sets[0] = pair.url;
        w->sets[1] = pair.path;
        w->sets[2] = "redis.timeout_ms=1000";
        world_start_daemon(w);
    }
    return 0;
}

static int pair_stop(void **state)
{
    (void)state;
    for (int i = 1; i >= 0; i--)
        world_stop(&pair.at[i]);
    redis_server_stop(&pair.redis);
    return 0;
}

static void await_redis(double up)
{
    int64_t end = clock_mono_ms() + 20000;

    for (int i = 0; i < 2; i++)
        while (client_metric(&pair.at[i], "climacast_redis_up") != up) {
            CHECK(clock_left_ms(end) > 0);
            clock_sleep_ms(20);
        }
}

static void expect_status(int daemon, json_t *e, int status)
{
    struct client_response a = client_post(&pair.at[daemon], e, NULL);

    if (a.status != status)
        fail_msg("%d %s, want %d", a.status, a.body, status);
    client_response_done(&a);
}

static int count_in_log(int daemon, const char *event)
{
    char *log = world_log(&pair.at[daemon]);
    int n = 0;

    for (const char *at = log; (at = strstr(at, event)); at++)
        n++;
    free(log);
    return n;
}

/* The event is logged once. A thread of its own writes the log, so it may take a moment. */
static void expect_logged_once(int daemon, const char *event)
{
    int64_t end = clock_mono_ms() + 10000;

    while (count_in_log(daemon, event) == 0) {
        CHECK(clock_left_ms(end) > 0);
        clock_sleep_ms(20);
    }
    CHECK_INT(count_in_log(daemon, event), 1);
}

TEST(a_replay_to_the_other_daemon_is_refused)
{
    for (int i = 0; i < 20; i++) {
        json_t *e = envelope_launch("user-replay");
        expect_status(i % 2, e, 200);
        expect_refusal(&pair.at[1 - i % 2], e, NULL, "replayed");
        expect_refusal(&pair.at[1 - i % 2], e, NULL, "replayed");
        expect_refusal(&pair.at[i % 2], e, NULL, "replayed");
        json_decref(e);
    }
    CHECK(client_metric(&pair.at[0], "climacast_shared_ids_total{outcome=\"claimed\"}") == 10);
    CHECK(client_metric(&pair.at[1], "climacast_shared_ids_total{outcome=\"replayed\"}") == 10);
}

TEST(a_redelivered_event_is_acknowledged_by_the_other_daemon)
{
    json_t *e = envelope_of_type("user-event", "AlexaSkillEvent.SkillDisabled");

    json_object_del(e, "session");
    envelope_shift_timestamp(e, -1800);
    for (int i = 0; i < 4; i++)
        expect_status(i % 2, e, 200);
    CHECK(client_metric(&pair.at[0], "climacast_shared_ids_total{outcome=\"claimed\"}") == 1);
    json_decref(e);
}

TEST(without_redis_each_daemon_rejects_its_own_replays_and_says_so_once)
{
    json_t *one = envelope_launch("user-replay"), *other = envelope_launch("user-replay");

    redis_server_kill(&pair.redis);
    for (int i = 0; i < 2; i++) {
        expect_status(i, one, 200);
        expect_refusal(&pair.at[i], one, NULL, "replayed");
        for (int k = 0; k < 5; k++)
            expect_answer(&pair.at[i], NULL);
        expect_logged_once(i, "request_ids_not_shared");
    }
    redis_server_run(&pair.redis);
    await_redis(1);
    expect_status(0, other, 200);
    expect_refusal(&pair.at[1], other, NULL, "replayed");
    for (int i = 0; i < 2; i++)
        expect_logged_once(i, "request_ids_shared");
    json_decref(one);
    json_decref(other);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_flood_of_junk_urls_does_not_starve_the_real_one_after_a_restart_either),
    cmocka_unit_test(a_flood_from_one_address_does_not_keep_a_new_daemon_from_serving_another),
    cmocka_unit_test(blanks_around_a_header_are_not_part_of_its_value),
    cmocka_unit_test_setup_teardown(a_replay_to_the_other_daemon_is_refused, pair_start, pair_stop),
    cmocka_unit_test_setup_teardown(a_redelivered_event_is_acknowledged_by_the_other_daemon,
                                    pair_start, pair_stop),
    cmocka_unit_test_setup_teardown(
        without_redis_each_daemon_rejects_its_own_replays_and_says_so_once, pair_start, pair_stop),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
