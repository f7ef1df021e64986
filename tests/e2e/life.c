/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/life.c -- startup errors, reloads, draining, and surviving SIGKILL. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"

/* Starts the daemon with one more setting. It must exit with `status` and print `message`. */
static void expect_startup_error(struct world *w, const char *set, int status, const char *message)
{
    char command[3000], output[2000] = "";

    snprintf(
        command, sizeof command,
        "timeout 20 %s/climacastd --set server.listen=127.0.0.1:0 --set admin.listen=127.0.0.1:0 "
        "--set server.certificate=%s/localhost.pem --set server.private_key=%s/localhost.key "
        "--set alexa.skill_ids=%s --set alexa.trust_anchors=%s/root.pem "
        "--set persistence.backend=memory --set '%s' 2>&1",
        getenv("TEST_BUILD"), w->certs, w->certs, SKILL_ID, w->certs, set);
    FILE *p = popen(command, "r");
    size_t n = fread(output, 1, sizeof output - 1, p);
    output[n] = '\0';
    int ended = pclose(p);
    if (WEXITSTATUS(ended) != status || !strstr(output, message))
        fail_msg("%s: exit %d: %s", set, WEXITSTATUS(ended), output);
}

TEST(invalid_settings_are_rejected_at_startup)
{
    static const struct {
        const char *set, *message;
    } bad[] = {
        { "server.threads=lots",
          "--set: server.threads = \"lots\": must be a whole number from 0 to 64" },
        { "server.workers=0", "server.workers = \"0\": must be" },
        { "server.color=red", "unknown key server.color" },
        { "color.server=red", "unknown section [color]" },
        { "nonsense", "must be section.key=value" },
        { "alexa.skill_ids=", "must list the skill ids" },
        { "alexa.timestamp_tolerance=151", "from 1 to 150" },
        { "admin.listen=0.0.0.0:9180",
          "must be a loopback address unless admin.allow_remote = yes" },
        { "server.certificate=", "must name a PEM file" },
        { "server.path=alexa", "must be a path" },
        { "weather.base_url=ftp://x", "must be an http:// or https:// URL" },
        { "weather.now=yesterday", "ISO-8601" },
        { "geocoder.providers=google", "a comma-separated list of: gazetteer here" },
        { "geocoder.providers=here", "`here` needs geocoder.here_api_key" },
        { "log.level=loud", "one of: error warning info debug" },
    };
    struct world w = { .sim = 0 };
    world_start_sim(&w);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect_startup_error(&w, bad[i].set, 2, bad[i].message);
    expect_startup_error(&w, "alexa.verify=maybe", 2, "must be yes or no");
    expect_startup_error(&w, "server.certificate=/nonexistent.pem", 1,
                         "server.certificate, server.private_key: /nonexistent.pem");
    expect_startup_error(&w, "alexa.trust_anchors=/nonexistent.pem", 1, "/nonexistent.pem");
    expect_startup_error(&w, "persistence.backend=sqlite' --set 'sqlite.path=/nonexistent/x.db", 1,
                         "/nonexistent");
    world_stop(&w);
}

TEST(verification_cannot_be_turned_off_on_a_public_address)
{
    struct world w = { .sim = 0 };

    world_start_sim(&w);
    expect_startup_error(&w, "alexa.verify=no' --set 'server.listen=0.0.0.0:0", 2,
                         "must be yes unless every server.listen address is a loopback address");
    world_stop(&w);
}

TEST(a_port_in_use_is_reported)
{
    struct world w = { .sim = 0 };
    char set[100];

    world_start(&w);
    snprintf(set, sizeof set, "server.listen=127.0.0.1:%d", w.port);
    expect_startup_error(&w, set, 1, "another program uses the port");
    world_stop(&w);
}

TEST(configuration_errors_are_reported_with_their_line)
{
    struct world w = { .sim = 0 };
    char path[400], command[1000], output[1000] = "";

    world_start_sim(&w);
    snprintf(path, sizeof path, "%s/bad.conf", w.dir);
    FILE *f = fopen(path, "we");
    fputs("# comment\n[server]\nthreads = 2\n\n[alexa]\nverify = perhaps\n", f);
    fclose(f);
    snprintf(command, sizeof command, "%s/climacastd --config %s 2>&1", getenv("TEST_BUILD"), path);
    FILE *p = popen(command, "r");
    output[fread(output, 1, sizeof output - 1, p)] = '\0';
    CHECK_INT(WEXITSTATUS(pclose(p)), 2);
    CHECK(strstr(output, "bad.conf:6: alexa.verify = \"perhaps\": must be yes or no"));
    world_stop(&w);
}

static void copy_file(const char *from, const char *to)
{
    char command[1000];

    snprintf(command, sizeof command, "cp '%s' '%s.new' && mv '%s.new' '%s'", from, to, to, to);
    CHECK_INT(system(command), 0);
}

static bool log_has(struct world *w, const char *text, int64_t timeout_ms)
{
    int64_t deadline = clock_mono_ms() + timeout_ms;

    do {
        char *log = world_log(w);
        bool found = strstr(log, text);
        free(log);
        if (found)
            return true;
        clock_sleep_ms(20);
    } while (clock_left_ms(deadline) > 0);
    return false;
}

static void expect_launch(struct world *w, bool fresh)
{
    json_t *e = envelope_launch("user-life");
    struct client_response a =
        client_post(w, e, &(struct client_options){ .fresh_connection = fresh });

    speech_check_valid(&a);
    client_response_done(&a);
    json_decref(e);
}

TEST(a_new_certificate_is_loaded_and_a_bad_one_is_not)
{
    struct world w = { .sim = 0 };
    char certificate[400], key[400], other[400], set1[500], set2[500];

    world_start_sim(&w);
    snprintf(certificate, sizeof certificate, "%s/server.pem", w.dir);
    snprintf(key, sizeof key, "%s/server.key", w.dir);
    snprintf(other, sizeof other, "%s/localhost.pem", w.certs);
    copy_file(other, certificate);
    snprintf(other, sizeof other, "%s/localhost.key", w.certs);
    copy_file(other, key);
    snprintf(set1, sizeof set1, "server.certificate=%s", certificate);
    snprintf(set2, sizeof set2, "server.private_key=%s", key);
    w.sets[0] = set1;
    w.sets[1] = set2;
    world_start_daemon(&w);
    expect_launch(&w, true);

    /* The same pair again: nothing changes. */
    kill(w.daemon, SIGHUP);
    CHECK(log_has(&w, " reloaded ", 10000));

    /* A key that does not match: the old pair stays in use, and after a while this is logged. */
    snprintf(other, sizeof other, "%s/s3.key", w.certs);
    copy_file(other, key);
    expect_launch(&w, true);
    CHECK(log_has(&w, "certificate_reload_failed", 20000));
    expect_launch(&w, true);

    /* The matching certificate follows: the new pair is loaded. */
    snprintf(other, sizeof other, "%s/s3.pem", w.certs);
    copy_file(other, certificate);
    CHECK(log_has(&w, "certificate_reloaded", 10000));
    CHECK(log_has(&w, "s3.amazonaws.com", 1000));
    world_stop(&w);
}

/* OpenSSL, which reads the files first, knows this curve; GnuTLS, which serves them, does not. */
TEST(a_certificate_that_cannot_be_served_is_told_and_not_used)
{
    struct world w = { .sim = 0 };
    char set1[500], set2[500], command[1500];

    world_start_sim(&w);
    snprintf(command, sizeof command,
             "cd '%s' && cp '%s/localhost.pem' server.pem && cp '%s/localhost.key' server.key && "
             "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp256k1 -nodes -days 2 "
             "-subj /CN=odd.example -addext subjectAltName=DNS:odd.example -keyout odd.key "
             "-out odd.pem 2>/dev/null",
             w.dir, w.certs, w.certs);
    CHECK_INT(system(command), 0);
    snprintf(set1, sizeof set1, "server.certificate=%s/server.pem", w.dir);
    snprintf(set2, sizeof set2, "server.private_key=%s/server.key", w.dir);
    w.sets[0] = set1;
    w.sets[1] = set2;
    world_start_daemon(&w);
    snprintf(command, sizeof command, "cd '%s' && mv odd.pem server.pem && mv odd.key server.key",
             w.dir);
    CHECK_INT(system(command), 0);
    kill(w.daemon, SIGHUP);
    CHECK(log_has(&w, "certificate_reload_failed error=\"GnuTLS cannot read", 20000));
    expect_launch(&w, true);
    world_stop(&w);
}

TEST(sighup_changes_the_log_level)
{
    struct world w = { .sim = 0 };

    world_start(&w);
    kill(w.daemon, SIGHUP);
    CHECK(log_has(&w, " reloaded ", 10000));
    expect_launch(&w, true);
    world_stop(&w);
}

/* A request that waits for a slow upstream while the daemon is stopped. */
static void *slow_request(void *data)
{
    struct world *w = data;
    struct client_response a = client_ask(w, "user-drain", "MetricIntent", "metric", "temperature",
                                          "location", "boulder colorado", NULL);
    char *outcome = malloc(200);

    snprintf(outcome, 200, "%d %.150s", a.status, a.speech);
    client_response_done(&a);
    client_thread_done();
    return outcome;
}

TEST(sigterm_lets_running_requests_finish)
{
    struct world w = { .sim = 0 };
    pthread_t thread;
    void *outcome;

    world_start(&w);
    sim_add_fault(&w, "{\"match\":\"/points\",\"kind\":\"delay\",\"ms\":1200}");
    pthread_create(&thread, NULL, slow_request, &w);
    sim_await_request(&w, "/points");
    CHECK_INT(world_stop_daemon(&w), 0);
    pthread_join(thread, &outcome);
    if (strncmp(outcome, "200 ", 4) != 0)
        fail_msg("the response was: %s", (char *)outcome);
    free(outcome);
    world_stop(&w);
}

TEST(confirmed_settings_survive_sigkill)
{
    static const char *const cities[] = { "Boulder Colorado", "Seattle Washington",
                                          "Miami Florida" };
    struct world w = { .sim = 0 };

    world_start(&w);
    for (int round = 0; round < 9; round++) {
        const char *city = cities[round % 3];
        struct client_response a =
            client_ask(&w, "user-kill", "SetLocationIntent", "location", city, NULL);
        speech_check_valid(&a);
        speech_check_says(&a, str_starts(str_of(city), STR("Boulder"))   ? "Boulder"
                              : str_starts(str_of(city), STR("Seattle")) ? "Seattle"
                                                                         : "Miami");
        client_response_done(&a);
        world_kill_daemon(&w);
        w.port = w.admin_port = 0;
        world_start_daemon(&w);
        json_t *e = envelope_launch("user-kill");
        a = client_post(&w, e, NULL);
        speech_check_valid(&a);
        speech_check_says(&a, round % 3 == 0 ? "Boulder" : round % 3 == 1 ? "Seattle" : "Miami");
        client_response_done(&a);
        json_decref(e);
    }
    world_stop(&w);
}

TESTS(invalid_settings_are_rejected_at_startup,
      verification_cannot_be_turned_off_on_a_public_address, a_port_in_use_is_reported,
      configuration_errors_are_reported_with_their_line,
      a_new_certificate_is_loaded_and_a_bad_one_is_not,
      a_certificate_that_cannot_be_served_is_told_and_not_used, sighup_changes_the_log_level,
      sigterm_lets_running_requests_finish, confirmed_settings_survive_sigkill)
