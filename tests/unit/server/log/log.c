/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/log/log.c: the two formats, escaping, limits, and the systemd journal. */
#include "server/log/log.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

struct pipe_log {
    int fds[2];
    struct log *log;
    char text[3 * LOG_LINE_MAX];
};

static struct pipe_log open_log(enum log_level level, bool json)
{
    struct pipe_log p;

    unsetenv("JOURNAL_STREAM");
    CHECK_INT(pipe(p.fds), 0);
    p.log = log_create(p.fds[1], level, json);
    assert_non_null(p.log);
    return p;
}

/* Close the log and return what was written. */
static const char *close_log(struct pipe_log *p)
{
    close(p->fds[1]);
    ssize_t n = read(p->fds[0], p->text, sizeof p->text - 1);
    close(p->fds[0]);
    log_free(p->log);
    p->text[n > 0 ? n : 0] = '\0';
    return p->text;
}

static size_t count_lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

TEST(a_text_line_has_time_level_event_and_fields)
{
    struct pipe_log p = open_log(LOG_INFO, false);

    log_line(p.log, LOG_INFO, "request", LOG_TEXT("id", "abc"), LOG_INT("us", 12),
             LOG_TEXT("error", "two words"), LOG_STR("none", STR_NONE));
    const char *text = close_log(&p);
    CHECK_INT(count_lines(text), 1);
    CHECK_INT(text[10], 'T');
    CHECK_STR(text + 23, "Z info request id=abc us=12 error=\"two words\" none=\"\"\n");
}

TEST(a_json_line_is_one_object)
{
    struct pipe_log p = open_log(LOG_INFO, true);

    log_line(p.log, LOG_WARNING, "request", LOG_TEXT("id", "a\"b\nc\x01"), LOG_INT("us", -12));
    const char *text = close_log(&p);
    json_t *root = json_loads(text, 0, NULL);
    CHECK_INT(count_lines(text), 1);
    CHECK_STR(json_string_value(json_object_get(root, "level")), "warning");
    CHECK_STR(json_string_value(json_object_get(root, "event")), "request");
    CHECK_STR(json_string_value(json_object_get(root, "id")), "a\"b\nc\x01");
    CHECK_INT(json_integer_value(json_object_get(root, "us")), -12);
    json_decref(root);
}

TEST(values_cannot_break_the_line)
{
    static const char *const evil[] = { "a\nb",     "a\r\nb",   "x=y", "\"", "\\",
                                        "\x1b[31m", "\xff\xfe", "a b", "\t", "\x7f" };

    for (size_t i = 0; i < sizeof evil / sizeof evil[0]; i++) {
        struct pipe_log p = open_log(LOG_INFO, false);
        log_line(p.log, LOG_INFO, "e", LOG_TEXT("k", evil[i]), LOG_TEXT("last", "z"));
        const char *text = close_log(&p);
        CHECK_ROW(i, count_lines(text) == 1 && strstr(text, " last=z\n") && strstr(text, " k=\""));
        CHECK_ROW(i, !strpbrk(text, "\r\t\x1b") && str_is_utf8(str_of(text)));
    }
}

/* What a terminal would act on, or what would change how the line looks, is shown as its code. */
TEST(characters_without_a_glyph_are_escaped_in_both_formats)
{
    static const struct {
        const char *value, *shown;
    } cases[] = {
        { "a\xc2\x80z", "a\\u0080z" },
        { "a\xc2\x9b"
          "31mz",
          "a\\u009b31mz" },
        { "a\xc2\x9fz", "a\\u009fz" },
        { "a\x7fz", "a\\u007fz" },
        { "a\xe2\x80\xa8z", "a\\u2028z" },
        { "a\xe2\x80\xaez", "a\\u202ez" },
        { "a\xe2\x81\xa6z", "a\\u2066z" },
        { "a\xef\xbb\xbfz", "a\\ufeffz" },
        { "Ca\xc3\xb1"
          "on",
          "Ca\xc3\xb1on" },
        { "a\xc2\xa0z", "a\xc2\xa0z" },
    };

    for (size_t i = 0; i < 2 * (sizeof cases / sizeof cases[0]); i++) {
        struct pipe_log p = open_log(LOG_INFO, i % 2);
        char want[64];
        log_line(p.log, LOG_INFO, "e", LOG_TEXT("k", cases[i / 2].value));
        snprintf(want, sizeof want, i % 2 ? "\"k\":\"%s\"}\n" : " k=\"%s\"\n", cases[i / 2].shown);
        CHECK_ROW(i, str_ends(str_of(close_log(&p)), str_of(want)));
    }
}

TEST(a_writer_changes_nothing_about_the_lines)
{
    struct pipe_log p = open_log(LOG_INFO, false);
    struct err err = ERR_NONE;

    CHECK_INT(log_start_writer(p.log, &err), ST_OK);
    log_line(p.log, LOG_INFO, "one", LOG_INT("n", 1));
    log_line(p.log, LOG_INFO, "two", LOG_INT("n", 2));
    log_flush(p.log);
    CHECK_INT(log_dropped(p.log), 0);
    const char *text = close_log(&p);
    CHECK_INT(count_lines(text), 2);
    CHECK(strstr(text, " one n=1\n") && strstr(text, " two n=2\n"));
}

TEST(dropped_lines_are_reported_in_the_format_of_the_log)
{
    struct pipe_log p = open_log(LOG_ERROR, true);
    struct err err = ERR_NONE;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC), kept = dup(p.fds[1]);

    CHECK(full >= 0 && kept >= 0 && dup2(full, p.fds[1]) >= 0);
    CHECK_INT(log_start_writer(p.log, &err), ST_OK);
    log_line(p.log, LOG_ERROR, "lost", LOG_INT("n", 1));
    log_flush(p.log);
    CHECK_INT(log_dropped(p.log), 1);
    CHECK(dup2(kept, p.fds[1]) >= 0);
    log_line(p.log, LOG_ERROR, "back", LOG_INT("n", 2));
    log_flush(p.log);
    close(kept);
    close(full);
    const char *text = close_log(&p);
    CHECK(strstr(text, "\"level\":\"warning\",\"event\":\"log_lines_dropped\",\"count\":1}\n{"));
    CHECK(!strstr(text, "lost") && strstr(text, "\"back\",\"n\":2}\n"));
}

TEST(a_line_is_limited_and_keeps_the_fields_that_fit)
{
    char value[1000];
    struct pipe_log p = open_log(LOG_INFO, true);

    memset(value, 'v', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    log_line(p.log, LOG_INFO, "e", LOG_TEXT("a", value), LOG_TEXT("b", value), LOG_TEXT("c", value),
             LOG_TEXT("d", value), LOG_TEXT("last", "z"));
    const char *text = close_log(&p);
    json_t *root = json_loads(text, 0, NULL);
    CHECK(strlen(text) <= LOG_LINE_MAX + 2);
    CHECK_INT(count_lines(text), 1);
    assert_non_null(root);
    CHECK_STR(json_string_value(json_object_get(root, "last")), "z");
    CHECK_INT(strlen(json_string_value(json_object_get(root, "a"))), 600);
    json_decref(root);
}

TEST(lines_below_the_level_are_not_written)
{
    struct pipe_log p = open_log(LOG_WARNING, false);

    CHECK(log_enabled(p.log, LOG_ERROR) && !log_enabled(p.log, LOG_INFO));
    log_line(p.log, LOG_INFO, "minor", LOG_INT("n", 1));
    log_line(p.log, LOG_ERROR, "major", LOG_INT("n", 2));
    log_set_level(p.log, LOG_DEBUG);
    log_line(p.log, LOG_DEBUG, "now", LOG_INT("n", 3));
    const char *text = close_log(&p);
    CHECK_INT(count_lines(text), 2);
    CHECK(!strstr(text, "minor") && strstr(text, "major") && strstr(text, "now"));
}

TEST(a_null_log_writes_nothing)
{
    log_line(NULL, LOG_ERROR, "e", LOG_INT("n", 1));
    CHECK(!log_enabled(NULL, LOG_ERROR));
    log_free(NULL);
}

TEST(an_error_is_logged_with_its_reason)
{
    struct pipe_log p = open_log(LOG_INFO, false);
    struct err with = ERR_NONE, without = ERR_NONE;

    err_reason(&with, ST_DENIED, "replayed", "seen before");
    err_set(&without, ST_SYSTEM, "disk full");
    log_err(p.log, LOG_INFO, "one", &with);
    log_err(p.log, LOG_INFO, "two", &without);
    const char *text = close_log(&p);
    CHECK(strstr(text, " one reason=replayed error=\"seen before\"\n"));
    CHECK(strstr(text, " two error=\"disk full\"\n"));
}

/* A log whose pipe looks like the journal. */
static struct pipe_log open_journal_log(bool json)
{
    struct pipe_log p;
    struct stat is;
    char stream[64];

    CHECK_INT(pipe(p.fds), 0);
    CHECK_INT(fstat(p.fds[1], &is), 0);
    snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)is.st_dev,
             (unsigned long long)is.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    p.log = log_create(p.fds[1], LOG_INFO, json);
    assert_non_null(p.log);
    unsetenv("JOURNAL_STREAM");
    return p;
}

TEST(the_journal_gets_severities_and_no_time)
{
    struct pipe_log p = open_journal_log(false);

    log_line(p.log, LOG_WARNING, "e", LOG_INT("n", 1));
    CHECK_STR(close_log(&p), "<4>e n=1\n");
}

TEST(the_journal_gets_severities_of_json_lines_too)
{
    struct pipe_log p = open_journal_log(true);

    log_line(p.log, LOG_ERROR, "e", LOG_INT("n", 1));
    const char *text = close_log(&p);
    CHECK(str_starts(str_of(text), STR("<3>{\"time\":")));
    CHECK(strstr(text, "\"n\":1}\n"));
}

TEST(a_journal_on_another_stream_changes_nothing)
{
    struct pipe_log p;

    CHECK_INT(pipe(p.fds), 0);
    setenv("JOURNAL_STREAM", "8:1", 1);
    p.log = log_create(p.fds[1], LOG_INFO, false);
    unsetenv("JOURNAL_STREAM");
    log_line(p.log, LOG_WARNING, "e", LOG_INT("n", 1));
    CHECK(strstr(close_log(&p), "Z warning e n=1\n"));
}

TEST(levels_are_parsed_by_name)
{
    static const char *const names[] = { "error", "warning", "info", "debug" };
    enum log_level level;

    for (size_t i = 0; i < 4; i++)
        CHECK_ROW(i, log_level_parse(names[i], &level) && (size_t)level == i);
    CHECK(!log_level_parse("loud", &level) && !log_level_parse("", &level));
}

/* The clock may step to the next second between two calls, so the count is a range. */
TEST(a_gate_limits_the_rate_and_counts_what_it_suppressed)
{
    struct log_gate gate = { 0 };
    int64_t suppressed, passed = 0, reported = 0;

    for (int i = 0; i < 1000; i++) {
        passed += log_gate_open(&gate, 3, &suppressed);
        reported += suppressed;
    }
    CHECK(passed >= 3 && passed <= 9);
    CHECK_INT(passed + reported + gate.suppressed, 1000);
}

TESTS(a_text_line_has_time_level_event_and_fields, a_json_line_is_one_object,
      values_cannot_break_the_line, characters_without_a_glyph_are_escaped_in_both_formats,
      a_writer_changes_nothing_about_the_lines, dropped_lines_are_reported_in_the_format_of_the_log,
      a_line_is_limited_and_keeps_the_fields_that_fit, lines_below_the_level_are_not_written,
      a_null_log_writes_nothing, an_error_is_logged_with_its_reason,
      the_journal_gets_severities_and_no_time, the_journal_gets_severities_of_json_lines_too,
      a_journal_on_another_stream_changes_nothing, levels_are_parsed_by_name,
      a_gate_limits_the_rate_and_counts_what_it_suppressed)
