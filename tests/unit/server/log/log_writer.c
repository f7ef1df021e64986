/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/log/log_writer.c: order, and readers that stall, go away or come back. */
#define _GNU_SOURCE /* F_SETPIPE_SZ, posix_openpt */
#include "server/log/log_writer.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/test.h"

/* One test abandons a writer whose thread hangs in write(2), as the daemon does when it exits: that
 * is a leak on purpose. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

enum { LINE_BYTES = 100, TEXT_MAX = 8 * 1024 * 1024, STOP_MS = 300, PATIENCE_MS = 20000 };

struct writer_case {
    int fds[2]; /* of a pipe */
    struct log_writer *writer;
    char *text; /* what has been read */
    size_t n;
};

static void put_dropped(void *data, struct buf *out, uint64_t count)
{
    (void)data;
    buf_printf(out, "dropped %llu\n", (unsigned long long)count);
}

static void start_writer(struct writer_case *c, int fd)
{
    const struct log_writer_settings settings = { .fd = fd, .put_dropped = put_dropped };

    c->writer = log_writer_create(&settings);
    assert_non_null(c->writer);
}

static struct writer_case open_pipe(void)
{
    struct writer_case c = { .n = 0 };

    signal(SIGPIPE, SIG_IGN);
    CHECK_INT(pipe(c.fds), 0);
    CHECK(fcntl(c.fds[1], F_SETPIPE_SZ, 64 * 1024) > 0);
    c.text = malloc(TEXT_MAX);
    start_writer(&c, c.fds[1]);
    return c;
}

static void close_pipe(struct writer_case *c)
{
    close(c->fds[0]);
    close(c->fds[1]);
    free(c->text);
}

/* Adds "THREAD INDEX ....\n", LINE_BYTES long. */
static void add_line(struct log_writer *w, int thread, int index)
{
    char line[LINE_BYTES + 1];

    snprintf(line, sizeof line, "%d %-*d\n", thread, LINE_BYTES - 3, index);
    log_writer_add(w, str_of(line));
}

/* Reads until all writers have closed the pipe. */
static void read_text(struct writer_case *c)
{
    ssize_t n = 1;

    while (n > 0 && c->n < TEXT_MAX - 1) {
        n = read(c->fds[0], c->text + c->n, TEXT_MAX - 1 - c->n);
        c->n += n > 0 ? (size_t)n : 0;
    }
    c->text[c->n] = '\0';
}

/* What a log consists of. */
struct tally {
    int lines, last, out_of_order;
    long long dropped;
    int reports;
};

/* Tallies the lines of one thread and all reports. */
static struct tally tally_lines(const char *text, int thread)
{
    struct tally t = { .last = -1 };
    struct str rest = str_of(text), line;

    while (rest.n > 0 && str_split(&rest, '\n', &line)) {
        char copy[LINE_BYTES + 1]; /* sscanf would measure the whole rest of the text */
        int from, index;
        long long count;
        snprintf(copy, sizeof copy, "%.*s", (int)line.n, line.p);
        if (sscanf(copy, "dropped %lld", &count) == 1) {
            t.dropped += count;
            t.reports++;
        } else if (sscanf(copy, "%d %d", &from, &index) == 2 && from == thread) {
            t.out_of_order += index <= t.last;
            t.last = index;
            t.lines++;
        }
    }
    return t;
}

TEST(lines_are_written_in_order_and_before_the_writer_ends)
{
    struct writer_case c = open_pipe();

    for (int i = 0; i < 300; i++)
        add_line(c.writer, 0, i);
    CHECK(log_writer_free(c.writer, PATIENCE_MS));
    close(c.fds[1]);
    read_text(&c);
    struct tally t = tally_lines(c.text, 0);
    CHECK_INT(t.lines, 300);
    CHECK_INT(t.out_of_order, 0);
    CHECK_INT(t.reports, 0);
    close_pipe(&c);
}

TEST(flushing_waits_until_the_lines_are_written)
{
    struct writer_case c = open_pipe();

    CHECK(log_writer_flush(c.writer, PATIENCE_MS));
    add_line(c.writer, 0, 7);
    CHECK(log_writer_flush(c.writer, PATIENCE_MS));
    CHECK_INT(read(c.fds[0], c.text, TEXT_MAX), LINE_BYTES);
    CHECK(log_writer_free(c.writer, PATIENCE_MS));
    close_pipe(&c);
}

static void *read_all(void *data)
{
    read_text(data);
    return NULL;
}

/* More lines than the pipe and both buffers hold. */
enum { FLOOD = 20000 };

TEST(a_stalled_reader_costs_lines_but_no_time_and_is_told_how_many)
{
    struct writer_case c = open_pipe();
    int64_t start = clock_mono_ms();
    pthread_t reader;

    for (int i = 0; i < FLOOD; i++)
        add_line(c.writer, 0, i);
    CHECK(clock_mono_ms() - start < PATIENCE_MS / 2);
    CHECK(!log_writer_flush(c.writer, 50));
    uint64_t dropped = log_writer_dropped(c.writer);
    CHECK(dropped > 0 && dropped < FLOOD);
    CHECK_INT(pthread_create(&reader, NULL, read_all, &c), 0);
    CHECK(log_writer_flush(c.writer, PATIENCE_MS));
    add_line(c.writer, 0, FLOOD);
    CHECK(log_writer_free(c.writer, PATIENCE_MS));
    close(c.fds[1]);
    pthread_join(reader, NULL);
    struct tally t = tally_lines(c.text, 0);
    CHECK(t.reports >= 1);
    CHECK_INT(t.dropped, dropped);
    CHECK_INT(t.lines + t.dropped, FLOOD + 1);
    CHECK_INT(t.out_of_order, 0);
    CHECK_INT(t.last, FLOOD);
    /* The report is where the lines are missing: before the first one that fit again. */
    CHECK(strstr(c.text, "dropped ") < strstr(c.text, "0 20000 "));
    close_pipe(&c);
}

struct adder {
    struct log_writer *writer;
    int thread, count;
};

static void *add_many(void *data)
{
    const struct adder *a = data;

    for (int i = 0; i < a->count; i++)
        add_line(a->writer, a->thread, i);
    return NULL;
}

TEST(several_threads_keep_their_order_and_every_line_is_written_or_counted)
{
    enum { THREADS = 4, EACH = 10000 };
    struct writer_case c = open_pipe();
    struct adder adders[THREADS];
    pthread_t threads[THREADS], reader;
    long long lines = 0, dropped = 0;

    CHECK_INT(pthread_create(&reader, NULL, read_all, &c), 0);
    for (int i = 0; i < THREADS; i++) {
        adders[i] = (struct adder){ c.writer, i, EACH };
        CHECK_INT(pthread_create(&threads[i], NULL, add_many, &adders[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    dropped = (long long)log_writer_dropped(c.writer);
    CHECK(log_writer_free(c.writer, PATIENCE_MS));
    close(c.fds[1]);
    pthread_join(reader, NULL);
    for (int i = 0; i < THREADS; i++) {
        struct tally t = tally_lines(c.text, i);
        CHECK_INT(t.out_of_order, 0);
        CHECK_INT(t.dropped, dropped);
        lines += t.lines;
    }
    CHECK_INT(lines + dropped, THREADS * EACH);
    close_pipe(&c);
}

TEST(a_pipe_that_nobody_reads_does_not_keep_the_writer_from_ending)
{
    struct writer_case c = open_pipe();
    int64_t start = clock_mono_ms();

    for (int i = 0; i < FLOOD; i++)
        add_line(c.writer, 0, i);
    CHECK(log_writer_free(c.writer, STOP_MS));
    CHECK(clock_mono_ms() - start < PATIENCE_MS / 2);
    close_pipe(&c);
}

/* A terminal is ready while it has any space, but a write waits until all of it fits. */
TEST(a_write_that_never_returns_does_not_keep_the_owner_from_going_on)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), terminal;
    struct writer_case c = { .n = 0 };

    CHECK(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    terminal = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    CHECK(terminal >= 0);
    start_writer(&c, terminal);
    for (int i = 0; i < FLOOD; i++)
        add_line(c.writer, 0, i);
    int64_t start = clock_mono_ms();
    bool ended = log_writer_free(c.writer, STOP_MS);
    CHECK(clock_mono_ms() - start < PATIENCE_MS / 2);
    if (!ended)
        print_message("write(2) to the terminal hung\n");
    close(master); /* the write fails now, and the thread ends; it may still use the terminal */
}

TEST(lines_that_cannot_be_written_are_counted_and_reported_later)
{
    struct writer_case c = open_pipe();
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC), kept = dup(c.fds[1]);

    CHECK(full >= 0 && kept >= 0);
    CHECK(dup2(full, c.fds[1]) >= 0);
    for (int i = 0; i < 5; i++) {
        add_line(c.writer, 0, i);
        CHECK(log_writer_flush(c.writer, PATIENCE_MS));
    }
    CHECK_INT(log_writer_dropped(c.writer), 5);
    CHECK(dup2(kept, c.fds[1]) >= 0);
    add_line(c.writer, 0, 5);
    CHECK(log_writer_free(c.writer, PATIENCE_MS));
    close(kept);
    close(full);
    close(c.fds[1]);
    read_text(&c);
    CHECK(str_starts(str_of(c.text), STR("dropped 5\n0 5 ")));
    close_pipe(&c);
}

TEST(a_reader_that_has_gone_is_an_error_and_no_signal)
{
    struct writer_case c = open_pipe();

    close(c.fds[0]);
    add_line(c.writer, 0, 0);
    CHECK(log_writer_flush(c.writer, PATIENCE_MS));
    CHECK_INT(log_writer_dropped(c.writer), 1);
    CHECK(log_writer_free(c.writer, PATIENCE_MS));
    close_pipe(&c);
}

/* Every write is at most PIPE_BUF and ends with a line, so that writers can share a pipe. */
TEST(a_write_holds_whole_lines)
{
    struct writer_case c = open_pipe();
    char packet[64 * 1024];
    ssize_t n;
    size_t lines = 0;

    CHECK(log_writer_free(c.writer, PATIENCE_MS));
    close(c.fds[0]);
    close(c.fds[1]);
    CHECK_INT(pipe2(c.fds, O_DIRECT | O_CLOEXEC), 0); /* keeps writes apart */
    start_writer(&c, c.fds[1]);
    for (int i = 0; i < 400; i++)
        add_line(c.writer, 0, i);
    CHECK(log_writer_flush(c.writer, PATIENCE_MS));
    CHECK(log_writer_free(c.writer, PATIENCE_MS));
    close(c.fds[1]);
    while ((n = read(c.fds[0], packet, sizeof packet)) > 0) {
        CHECK(n <= 4096 && packet[n - 1] == '\n' && n % LINE_BYTES == 0);
        lines += (size_t)n / LINE_BYTES;
    }
    CHECK_INT(lines, 400);
    close(c.fds[0]);
    free(c.text);
}

TEST(freeing_nothing_is_allowed)
{
    CHECK(log_writer_free(NULL, 0));
}

TESTS(lines_are_written_in_order_and_before_the_writer_ends,
      flushing_waits_until_the_lines_are_written,
      a_stalled_reader_costs_lines_but_no_time_and_is_told_how_many,
      several_threads_keep_their_order_and_every_line_is_written_or_counted,
      a_pipe_that_nobody_reads_does_not_keep_the_writer_from_ending,
      a_write_that_never_returns_does_not_keep_the_owner_from_going_on,
      lines_that_cannot_be_written_are_counted_and_reported_later,
      a_reader_that_has_gone_is_an_error_and_no_signal, a_write_holds_whole_lines,
      freeing_nothing_is_allowed)
