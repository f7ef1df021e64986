/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/clock_words.c -- times of day and lengths of time, as Alexa sends them and as
 * people type them. */
#include "intents/clock_words.h"

#include <stdio.h>

#include "tests/test.h"

static void check_time(const char *slot, const char *want)
{
    static const char *const parts[] = { [PART_MORNING] = "morning",
                                         [PART_AFTERNOON] = "afternoon",
                                         [PART_EVENING] = "evening",
                                         [PART_NIGHT] = "night" };
    struct clock_words c;
    struct err err = ERR_NONE;
    char got[40];

    if (clock_words_parse(str_of(slot), &c, &err) != ST_OK)
        snprintf(got, sizeof got, "%s", err.reason);
    else if (c.kind == CLOCK_ABSENT)
        snprintf(got, sizeof got, "absent");
    else if (c.kind == CLOCK_PART)
        snprintf(got, sizeof got, "%s", parts[c.part]);
    else
        snprintf(got, sizeof got, "%02d:%02d%s", c.hour, c.minute,
                 c.kind == CLOCK_TWELVE ? "?" : "");
    if (strcmp(got, want) != 0)
        fail_msg("\"%s\": %s, not %s", slot, got, want);
}

TEST(times_of_day_are_read_in_alexas_form_and_in_words)
{
    static const char *const rows[][2] = {
        { "", "absent" },
        { "17:00", "17:00" },
        { "05:00", "05:00" },
        { "00:00", "00:00" },
        { "23:59", "23:59" },
        { "12:30", "12:30" },
        { "17:00:00", "17:00" },
        { "17", "17:00" },
        { "05", "05:00" },
        { "mo", "morning" },
        { "af", "afternoon" },
        { "ev", "evening" },
        { "ni", "night" },
        { "the evening", "evening" },
        { "noon", "12:00" },
        { "midnight", "00:00" },
        { "5 pm", "17:00" },
        { "5pm", "17:00" },
        { "5 p.m.", "17:00" },
        { "5 p m", "17:00" },
        { "five a.m.", "05:00" },
        { "5:30 pm", "17:30" },
        { "5:30pm", "17:30" },
        { "five thirty", "17:30" },
        { "ten forty five a m", "10:45" },
        { "12 am", "00:00" },
        { "twelve p.m.", "12:00" },
        { "5", "17:00" },
        { "one", "13:00" },
        { "six", "06:00?" },
        { "eleven o'clock", "11:00?" },
        { "twelve", "00:00?" },
        { "seven in the morning", "07:00" },
        { "seven in the evening", "19:00" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_time(rows[i][0], rows[i][1]);
}

TEST(what_is_not_a_time_is_refused)
{
    static const char *const bad[] = { "25:00",
                                       "24:00",
                                       "17:60",
                                       "17:",
                                       ":30",
                                       "-1:00",
                                       "13 pm",
                                       "0 am",
                                       "5 pm am",
                                       "five five five",
                                       "?",
                                       " ",
                                       "noonish",
                                       "99999999999999999999",
                                       "5:30:99",
                                       "pm",
                                       "five hundred",
                                       "17:00pm",
                                       "fifth" };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        check_time(bad[i], "time_unclear");
}

static void check_span(const char *slot, int64_t seconds, const char *reason)
{
    struct err err = ERR_NONE;
    int64_t got = -1;
    enum status st = clock_span_parse(str_of(slot), &got, &err);

    if ((st == ST_OK) != !reason || (reason && strcmp(err.reason, reason) != 0))
        fail_msg("\"%s\": %s", slot, st == ST_OK ? "accepted" : err.reason);
    if (st == ST_OK && got != seconds)
        fail_msg("\"%s\": %lld s, not %lld", slot, (long long)got, (long long)seconds);
}

TEST(lengths_of_time_are_read_in_alexas_form_and_in_words)
{
    static const struct {
        const char *slot;
        int64_t seconds;
    } rows[] = {
        { "", 0 },
        { "pt2h", 7200 },
        { "pt30m", 1800 },
        { "pt2h30m", 9000 },
        { "p1d", 86400 },
        { "p1dt1h", 90000 },
        { "p1w", 604800 },
        { "pt90s", 90 },
        { "pt168h", 604800 },
        { "two hours", 7200 },
        { "2 hours", 7200 },
        { "an hour", 3600 },
        { "half an hour", 1800 },
        { "an hour and a half", 5400 },
        { "two and a half hours", 9000 },
        { "1 hour 30 minutes", 5400 },
        { "forty five minutes", 2700 },
        { "a couple of hours", 7200 },
        { "few hours", 10800 },
        { "three days", 259200 },
        { "a week", 604800 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_span(rows[i].slot, rows[i].seconds, NULL);
}

TEST(spans_of_more_than_seven_days_are_too_long)
{
    static const char *const spans[] = { "p8d",        "pt169h",    "p7dt1s",
                                         "p1m",        "p1y",       "p9999y9999m",
                                         "eight days", "two weeks", "pt9999h9999h9999h" };

    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
        check_span(spans[i], 0, "span_too_long");
}

TEST(what_is_not_a_span_is_refused)
{
    static const char *const bad[] = { "p",   "pt",   "pt0s",   "2h", "pt2", "pt-2h",  "ph",
                                       "p2h", "half", "banana", "?",  "two", "pt2h30", "0 hours" };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        check_span(bad[i], 0, "time_unclear");
}

TESTS(times_of_day_are_read_in_alexas_form_and_in_words, what_is_not_a_time_is_refused,
      lengths_of_time_are_read_in_alexas_form_and_in_words,
      spans_of_more_than_seven_days_are_too_long, what_is_not_a_span_is_refused)
