/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/log_reader.c -- a log reader that stalls, stops no answer and no SIGTERM, and learns
 * how many lines it missed.
 *
 * The daemon's stderr is a pipe. A relay copies it to the log file until the daemon is ready, and
 * then ends: from there on nobody reads the pipe, which the test holds open. */
#define _GNU_SOURCE /* pipe2 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/load_client.h"
#include "tests/test.h"

enum { DROPPED = 500, LOAD_MS = 300 * 1000, STOP_MS = 10 * 1000, TEXT_MAX = 16 * 1024 * 1024 };

static int log_pipe[2];

static void use_pipe_as_stderr(const struct world *w)
{
    (void)w;
    dup2(log_pipe[1], STDERR_FILENO);
}

/* In a child process: copies the pipe to the log file up to the line that says "ready". */
static pid_t start_relay(const struct world *w)
{
    char text[64 * 1024];
    size_t n = 0;
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    int fd = open(w->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    for (ssize_t got; (got = read(log_pipe[0], text + n, sizeof text - 1 - n)) > 0;) {
        (void)!write(fd, text + n, (size_t)got);
        n += (size_t)got;
        text[n] = '\0';
        if (strstr(text, " ready "))
            break;
    }
    _exit(0);
}

static void start_unread(struct world *w)
{
    w->before_exec = use_pipe_as_stderr;
    CHECK_INT(pipe2(log_pipe, O_CLOEXEC), 0);
    world_start_sim(w);
    pid_t relay = start_relay(w);
    world_start_daemon(w);
    CHECK_INT(waitpid(relay, NULL, 0), relay);
}

/* Until lines are dropped, because the pipe and the buffers behind it are full. */
static long answer_requests(struct world *w)
{
    int64_t deadline = clock_mono_ms() + LOAD_MS;
    struct load_client *load =
        load_client_start(&(struct load_client_settings){ .world = w, .persistent = 4 });

    while (client_metric(w, "climacast_log_lines_dropped_total") < DROPPED &&
           clock_left_ms(deadline) > 0)
        clock_sleep_ms(50);
    struct load_client_counts counts = load_client_stop(load);
    if (counts.failed > 0 || counts.answered == 0)
        fail_msg("%ld answered, %ld failed: %s", counts.answered, counts.failed,
                 counts.first_failure);
    return counts.answered;
}

/* What has been read from the pipe so far. */
static struct buf read_so_far = BUF_INIT(TEXT_MAX);

/* Reads on until `mark` has been read. */
static void read_until(const char *mark)
{
    char *room;

    CHECK_INT(fcntl(log_pipe[0], F_SETFL, O_NONBLOCK), 0);
    for (int64_t deadline = clock_mono_ms() + STOP_MS; clock_left_ms(deadline) > 0;) {
        if (!(room = buf_reserve(&read_so_far, 4096)))
            break;
        ssize_t n = read(log_pipe[0], room, 4096);
        buf_grew(&read_so_far, n > 0 ? (size_t)n : 0);
        if (n < 4096 && strstr(buf_z(&read_so_far), mark))
            return;
        if (n <= 0)
            clock_sleep_ms(10);
    }
    fail_msg("the log does not contain %s", mark);
}

/* The sum of the numbers after the marks, or how many marks there are. */
static long sum_after(const char *mark, bool numbers)
{
    long sum = 0;

    for (const char *at = buf_z(&read_so_far); (at = strstr(at, mark)); at += strlen(mark))
        sum += numbers ? atol(at + strlen(mark)) : 1;
    return sum;
}

TEST(a_log_that_nobody_reads_stops_no_answer_and_tells_what_was_lost)
{
    struct world w = { .sim = 0 };

    start_unread(&w);
    long answered = answer_requests(&w);
    double dropped = client_metric(&w, "climacast_log_lines_dropped_total");
    CHECK(dropped > 0 && dropped < (double)answered);

    read_until(" log_lines_dropped count=");
    /* The reader is back, so the next request is logged. */
    struct client_response a = client_ask(&w, "user-log", "AMAZON.HelpIntent", NULL);
    CHECK_INT(a.status, 200);
    client_response_done(&a);
    read_until("intent=AMAZON.HelpIntent");
    CHECK_INT(sum_after(" log_lines_dropped count=", true), (long)dropped);
    CHECK(sum_after(" request ", false) + (long)dropped >= answered);
    CHECK_INT(client_metric(&w, "climacast_log_lines_dropped_total"), (long)dropped);
    buf_free(&read_so_far);
    close(log_pipe[0]);
    close(log_pipe[1]);
    world_stop(&w);
}

TEST(a_log_that_nobody_reads_does_not_keep_the_daemon_from_stopping)
{
    struct world w = { .sim = 0 };

    start_unread(&w);
    (void)answer_requests(&w);
    int64_t start = clock_mono_ms();
    CHECK_INT(world_stop_daemon(&w), 0);
    CHECK(clock_mono_ms() - start < STOP_MS);
    close(log_pipe[0]);
    close(log_pipe[1]);
    world_stop(&w);
}

TESTS(a_log_that_nobody_reads_stops_no_answer_and_tells_what_was_lost,
      a_log_that_nobody_reads_does_not_keep_the_daemon_from_stopping)
