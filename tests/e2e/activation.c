/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/activation.c -- the daemon under systemd: socket activation, notifications, the
 * watchdog; and reloads, restarts and stops under load. */
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/frozen_thread.h"
#include "tests/e2e/harness/load_client.h"
#include "tests/e2e/harness/systemd.h"
#include "tests/test.h"

enum { RELOAD_MS = 60 * 1000 };
#if defined __SANITIZE_THREAD__ || defined __SANITIZE_ADDRESS__
enum { RELOADS = 200, RESTARTS = 5 }; /* everything is slower; the plain run has the thousand */
#else
enum { RELOADS = 1000, RESTARTS = 5 };
#endif

static void expect_launch(struct world *w, int port)
{
    struct world at = *w;

    at.port = port;
    json_t *e = envelope_launch("user-activation");
    struct client_response a =
        client_post(&at, e, &(struct client_options){ .fresh_connection = true });
    speech_check_valid(&a);
    client_response_done(&a);
    json_decref(e);
}

static void expect_no_failure(struct load_client *l, long min_answered)
{
    struct load_client_counts c = load_client_stop(l);

    print_message("%ld answered, %ld failed\n", c.answered, c.failed);
    if (c.failed > 0)
        fail_msg("%ld of %ld failed, the first: %s", c.failed, c.answered + c.failed,
                 c.first_failure);
    if (c.answered < min_answered)
        fail_msg("only %ld answered", c.answered);
}

/* Waits until `more` further requests have been answered. */
static void wait_answered(struct load_client *l, long more)
{
    long want = load_client_answered(l) + more;
    int64_t deadline = clock_mono_ms() + SYSTEMD_TIMEOUT_MS;

    while (load_client_answered(l) < want) {
        if (clock_left_ms(deadline) == 0)
            fail_msg("no more responses: %s", load_client_stop(l).first_failure);
        clock_sleep_ms(2);
    }
}

/* ---- socket activation ---- */

TEST(inherited_sockets_are_used_and_stay_open)
{
    struct world w = { .before_exec = systemd_before_exec };
    int port, second_port;

    port = systemd_pass_socket("127.0.0.1:0");
    second_port = systemd_pass_socket("127.0.0.1:0");
    world_start(&w);
    CHECK_INT(w.port, port);
    expect_launch(&w, port);
    expect_launch(&w, second_port);
    CHECK_INT(world_stop_daemon(&w), 0);

    /* The socket still accepts connections, into the kernel's queue. */
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int caller = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_INT(connect(caller, (struct sockaddr *)&to, sizeof to), 0);
    close(caller);
    world_stop(&w);
    systemd_reset();
}

TEST(sockets_meant_for_another_process_are_not_used)
{
    struct world w = { .sim = 0 };

    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_PID", "1", 1);
    world_start(&w);
    expect_launch(&w, w.port);
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_PID");
    world_stop(&w);
}

/* Starts the daemon with descriptor 3 set up by `shell` and the right LISTEN_PID. It must exit with
 * status 1 and print `message`. */
static void expect_descriptor_error(struct world *w, const char *shell, const char *message)
{
    char command[2500], output[2000] = "";

    snprintf(command, sizeof command,
             "exec 2>&1; %s LISTEN_PID=$$ exec %s/climacastd --set admin.listen= "
             "--set server.certificate=%s/localhost.pem --set server.private_key=%s/localhost.key "
             "--set alexa.skill_ids=%s --set alexa.trust_anchors=%s/root.pem "
             "--set persistence.backend=memory",
             shell, getenv("TEST_BUILD"), w->certs, w->certs, SKILL_ID, w->certs);
    FILE *p = popen(command, "r");
    output[fread(output, 1, sizeof output - 1, p)] = '\0';
    int ended = pclose(p);
    if (WEXITSTATUS(ended) != 1 || !strstr(output, message))
        fail_msg("%s: exit %d: %s", shell, WEXITSTATUS(ended), output);
}

TEST(a_descriptor_that_is_not_a_listening_socket_is_rejected)
{
    struct world w = { .sim = 0 };

    world_start_sim(&w);
    expect_descriptor_error(&w, "exec 3</dev/null; LISTEN_FDS=1",
                            "descriptor 3, passed by LISTEN_FDS, is not a listening TCP or unix "
                            "socket");
    expect_descriptor_error(&w, "LISTEN_FDS=9", "LISTEN_FDS passes 9 sockets; at most 8");
    world_stop(&w);
}

/* Becomes the daemon, with verification off, on the inherited socket. */
static void exec_unverified_daemon(const struct world *w)
{
    char program[500], certificate[500], key[500];

    snprintf(program, sizeof program, "%s/climacastd", getenv("TEST_BUILD"));
    snprintf(certificate, sizeof certificate, "server.certificate=%s/localhost.pem", w->certs);
    snprintf(key, sizeof key, "server.private_key=%s/localhost.key", w->certs);
    systemd_before_exec(w);
    execl(program, program, "--set", certificate, "--set", key, "--set", "alexa.verify=no", "--set",
          "admin.listen=", "--set", "persistence.backend=memory", (char *)NULL);
    _exit(127);
}

TEST(verification_cannot_be_turned_off_on_an_inherited_public_socket)
{
    struct world w = { .sim = 0 };
    char output[2000] = "";
    int pipes[2], status;

    world_start_sim(&w);
    systemd_pass_socket("0.0.0.0:0");
    CHECK_INT(pipe(pipes), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(pipes[1], STDERR_FILENO);
        exec_unverified_daemon(&w);
    }
    close(pipes[1]);
    for (size_t n = 0; n < sizeof output - 1;) {
        ssize_t got = read(pipes[0], output + n, sizeof output - 1 - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    close(pipes[0]);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 1 ||
        !strstr(output, "must be yes unless every inherited socket is bound to a "
                        "loopback address"))
        fail_msg("status %d: %s", status, output);
    systemd_reset();
    world_stop(&w);
}

/* ---- notifications ---- */

TEST(systemd_is_notified_of_every_state_change)
{
    struct world w = { .before_exec = systemd_before_exec,
                       .sets = { "server.drain_timeout=33", NULL } };
    char text[200];

    systemd_receive_notifications("500000");
    world_start(&w);
    systemd_expect_notification("READY=1\nSTATUS=", text);
    systemd_expect_notification("WATCHDOG=1", text);
    systemd_expect_notification("WATCHDOG=1", text);
    kill(w.daemon, SIGHUP);
    systemd_expect_notification("RELOADING=1\nMONOTONIC_USEC=", text);
    systemd_expect_notification("READY=1", text);
    CHECK_INT(world_stop_daemon(&w), 0);
    systemd_expect_notification("STOPPING=1\n", text);
    CHECK(strstr(text, "EXTEND_TIMEOUT_USEC=43000000"));
    world_stop(&w);
    systemd_reset();
}

static atomic_bool slow_done;

static void *slow_call(void *data)
{
    struct world *w = data;
    struct client_response a = client_ask(w, "user-slow", "MetricIntent", "metric", "temperature",
                                          "location", "boulder colorado", NULL);
    int status = a.status;

    client_response_done(&a);
    client_thread_done();
    atomic_store(&slow_done, true);
    return status == 200 ? data : NULL;
}

TEST(the_watchdog_is_not_fed_while_the_workers_are_stuck)
{
    struct world w = { .before_exec = systemd_before_exec, .sets = { "server.workers=1", NULL } };
    struct world control;
    char text[200];
    pthread_t thread;
    void *answered;

    systemd_receive_notifications("400000");
    world_start(&w);
    control = w; /* `w` belongs to the thread now */
    sim_add_fault(&control, "{\"match\":\"/points\",\"kind\":\"delay\",\"ms\":2500}");
    atomic_store(&slow_done, false);
    pthread_create(&thread, NULL, slow_call, &w);
    sim_await_request(&control, "/points"); /* the only worker is busy; discard what came before */
    clock_sleep_ms(800);
    (void)systemd_drain_notifications("WATCHDOG=1");
    clock_sleep_ms(1200);
    int fed = systemd_drain_notifications("WATCHDOG=1");
    bool done = atomic_load(&slow_done);
    pthread_join(thread, &answered);
    CHECK(answered);
    if (!done) /* otherwise this machine was too slow to tell */
        CHECK_INT(fed, 0);
    systemd_expect_notification("WATCHDOG=1", text); /* working again */
    world_stop(&w);
    systemd_reset();
}

static const struct {
    const char *name;
    int index;
} serving_threads[] = {
    { "acceptor", 0 }, { "known callers", 0 }, { "known callers", 1 }, { "new callers", 0 }
};

TEST(the_watchdog_is_not_fed_while_a_serving_thread_hangs)
{
    struct world w = { .before_exec = systemd_before_exec, .sets = { "server.threads=2", NULL } };
    char text[200];

    systemd_receive_notifications("2000000");
    world_start(&w);
    for (size_t i = 0; i < sizeof serving_threads / sizeof serving_threads[0]; i++) {
        systemd_expect_notification("WATCHDOG=1", text);
        pid_t thread =
            frozen_thread_stop(w.daemon, serving_threads[i].name, serving_threads[i].index);
        clock_sleep_ms(2700); /* until the probe has been on its way for a second */
        (void)systemd_drain_notifications("WATCHDOG=1");
        int fed = 1; /* a busy machine may take longer until it is noticed */
        for (int round = 0; round < 3 && fed > 0; round++) {
            clock_sleep_ms(1500);
            fed = systemd_drain_notifications("WATCHDOG=1");
        }
        CHECK_INT(fed, 0);
        frozen_thread_continue(thread);
        systemd_expect_notification("WATCHDOG=1", text);
    }
    char *log = world_log(&w);
    CHECK(strstr(log, " stalled error=\"the thread serving known callers has not responded for"));
    CHECK(strstr(log, " stalled error=\"the thread serving new callers has not responded for"));
    free(log);
    world_stop(&w);
    systemd_reset();
}

/* ---- under load ---- */

static void replace_file(const char *from, const char *to)
{
    char data[20000], temp[500];
    FILE *in = fopen(from, "re");
    size_t n = in ? fread(data, 1, sizeof data, in) : 0;

    if (in)
        fclose(in);
    snprintf(temp, sizeof temp, "%s.new", to);
    FILE *out = fopen(temp, "we");
    if (n == 0 || !out || fwrite(data, 1, n, out) != n || fclose(out) != 0 || rename(temp, to))
        fail_msg("cannot copy %s to %s", from, to);
}

/* Install a certificate and its key one after the other, as some renewal tools do. */
static void install_certificate(struct world *w, const char *name)
{
    static const char *const kinds[] = { "pem", "key" };
    char from[500], to[500];

    for (size_t i = 0; i < 2; i++) {
        snprintf(from, sizeof from, "%s/%s.%s", w->certs, name, kinds[i]);
        snprintf(to, sizeof to, "%s/server.%s", w->dir, kinds[i]);
        replace_file(from, to);
    }
}

/* Counts occurrences of a text in a growing log file. */
struct tail {
    int fd;
    long count;
    char rest[64];
};

static long tail_count(struct tail *t, const char *mark)
{
    char text[20000];
    size_t kept = strlen(t->rest), max = strlen(mark) - 1;

    for (;;) {
        memcpy(text, t->rest, kept);
        ssize_t n = read(t->fd, text + kept, sizeof text - kept - 1);
        if (n <= 0)
            return t->count;
        size_t all = kept + (size_t)n;
        text[all] = '\0';
        for (const char *at = text; (at = strstr(at, mark)); at++)
            t->count++;
        kept = all < max ? all : max;
        memcpy(t->rest, text + all - kept, kept);
        t->rest[kept] = '\0';
    }
}

TEST(no_request_fails_during_a_thousand_certificate_reloads)
{
    struct world w = { .sim = 0 };
    char set1[400], set2[400];

    world_start_sim(&w);
    snprintf(set1, sizeof set1, "server.certificate=%s/server.pem", w.dir);
    snprintf(set2, sizeof set2, "server.private_key=%s/server.key", w.dir);
    w.sets[0] = set1;
    w.sets[1] = set2;
    install_certificate(&w, "localhost");
    world_start_daemon(&w);
    struct tail log = { .fd = open(w.log, O_RDONLY | O_CLOEXEC) };
    struct load_client *l = load_client_start(
        &(struct load_client_settings){ .world = &w, .persistent = 2, .fresh = 2 });
    for (int i = 0; i < RELOADS; i++) {
        int64_t deadline = clock_mono_ms() + RELOAD_MS;
        install_certificate(&w, i % 2 ? "localhost" : "s3");
        kill(w.daemon, SIGHUP);
        while (tail_count(&log, " certificate_reloaded ") <= i) {
            if (clock_left_ms(deadline) == 0) {
                char *text = world_log(&w);
                size_t n = strlen(text);
                double dropped = client_metric(&w, "climacast_log_lines_dropped_total");
                fail_msg("reload %d did not happen: %s; %g log lines dropped; the log's end:\n%s",
                         i, load_client_stop(l).first_failure, dropped,
                         text + (n > 2000 ? n - 2000 : 0));
            }
            clock_sleep_ms(1);
        }
    }
    wait_answered(l, 10);
    expect_no_failure(l, 100);
    close(log.fd);
    world_stop(&w);
}

TEST(no_request_fails_during_restarts_on_an_inherited_socket)
{
    struct world w = { .before_exec = systemd_before_exec };

    systemd_pass_socket("127.0.0.1:0");
    world_start(&w);
    struct load_client *l = load_client_start(
        &(struct load_client_settings){ .world = &w, .persistent = 3, .fresh = 3 });
    for (int i = 0; i < RESTARTS; i++) {
        wait_answered(l, 60);
        CHECK_INT(world_stop_daemon(&w), 0);
        clock_sleep_ms(50); /* connections queue up meanwhile */
        world_start_daemon(&w);
    }
    wait_answered(l, 60);
    expect_no_failure(l, 60 * (RESTARTS + 1));
    world_stop(&w);
    systemd_reset();
}

TEST(stopping_under_load_finishes_every_accepted_request)
{
    for (int round = 0; round < 3; round++) {
        struct world w = { .sim = 0 };
        world_start(&w);
        sim_add_fault(&w, "{\"match\":\"/observations\",\"kind\":\"delay\",\"ms\":150}");
        struct load_client *l = load_client_start(&(struct load_client_settings){
            .world = &w, .persistent = 8, .fresh = 2, .ends_when_refused = true });
        wait_answered(l, 100);
        CHECK_INT(world_stop_daemon(&w), 0);
        expect_no_failure(l, 100);
        world_stop(&w);
    }
}

TESTS(inherited_sockets_are_used_and_stay_open, sockets_meant_for_another_process_are_not_used,
      a_descriptor_that_is_not_a_listening_socket_is_rejected,
      verification_cannot_be_turned_off_on_an_inherited_public_socket,
      systemd_is_notified_of_every_state_change,
      the_watchdog_is_not_fed_while_the_workers_are_stuck,
      the_watchdog_is_not_fed_while_a_serving_thread_hangs,
      no_request_fails_during_a_thousand_certificate_reloads,
      no_request_fails_during_restarts_on_an_inherited_socket,
      stopping_under_load_finishes_every_accepted_request)
