/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/ask/moment.c -- times of day on the calendar: which day is meant, and what the
 * clock changes do. */
#include "intents/ask/moment.h"

#include "tests/unit/intents/when_rows.h"

/* Asked at `now`, with words for the time and the day: the local time that is meant, or a
 * reason. */
struct moment_row {
    const char *now, *time, *words, *want;
};

static struct moment_frame frame_of(const struct zone *zone, const char *now,
                                    const struct when_words *words, struct arena *arena)
{
    return (struct moment_frame){ zone, when_local(zone, now), words, arena };
}

static struct clock_words clock_of(const char *text)
{
    struct clock_words clock;
    struct err err = ERR_NONE;

    CHECK_INT(clock_words_parse(str_of(text), &clock, &err), ST_OK);
    return clock;
}

static void put_local(const struct zone *zone, int64_t t, char *out, size_t cap)
{
    struct civil c = civil_of(zone, t);

    snprintf(out, cap, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

static void check_row(const struct zone *zone, const struct moment_row *row)
{
    struct arena *arena = arena_create(1 << 16);
    struct when_words words = when_slots(row->words);
    struct moment_frame frame = frame_of(zone, row->now, &words, arena);
    struct clock_words clock = clock_of(row->time);
    struct err err = ERR_NONE;
    char got[40];
    int64_t t;

    if (moment_find(&frame, &clock, &t, &err) == ST_OK)
        put_local(zone, t, got, sizeof got);
    else
        snprintf(got, sizeof got, "%s", err.reason);
    if (strcmp(got, row->want) != 0)
        fail_msg("at %s, \"%s\" %s: %s, not %s", row->now, row->time, row->words, got, row->want);
    arena_free(arena);
}

#define MOMENT_ROWS(zone, rows)                                   \
    for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++) \
    check_row(when_zone(zone), &(rows)[i])

TEST(without_a_day_it_is_today_until_half_an_hour_past)
{
    static const struct moment_row rows[] = {
        { "2026-11-22 10:00", "17:00", "", "2026-11-22 17:00" },
        { "2026-11-22 17:30", "17:00", "", "2026-11-22 17:00" },
        { "2026-11-22 17:31", "17:00", "", "2026-11-23 17:00" },
        { "2026-11-22 17:31", "17:15", "", "2026-11-22 17:15" },
        { "2026-11-22 23:50", "00:00", "", "2026-11-23 00:00" },
        { "2026-11-22 00:20", "00:00", "", "2026-11-22 00:00" },
        { "2026-11-22 10:00", "17:00", "any=right now", "2026-11-22 17:00" },
        /* In words that leave it open, the next of both. */
        { "2026-11-22 10:00", "six", "", "2026-11-22 18:00" },
        { "2026-11-22 05:00", "six", "", "2026-11-22 06:00" },
        { "2026-11-22 19:00", "six", "", "2026-11-23 06:00" },
        { "2026-11-22 10:00", "twelve", "", "2026-11-22 12:00" },
        { "2026-11-22 13:00", "twelve", "", "2026-11-23 00:00" },
        { "2026-11-22 10:00", "six", "any=today", "2026-11-22 18:00" },
    };

    MOMENT_ROWS("America/New_York", rows);
}

TEST(with_a_day_it_is_on_that_day)
{
    static const struct moment_row rows[] = {
        { "2026-11-22 10:00", "07:00", "any=tomorrow", "2026-11-23 07:00" },
        { "2026-11-22 10:00", "seven", "any=tomorrow", "2026-11-23 07:00" },
        { "2026-11-22 10:00", "twelve", "any=tomorrow", "2026-11-23 12:00" },
        { "2026-11-22 10:00", "15:00", "any=saturday", "2026-11-28 15:00" },
        { "2026-11-22 10:00", "15:00", "month=november;day=25", "2026-11-25 15:00" },
        { "2026-11-22 10:00", "12:00", "any=weekend", "2026-11-22 12:00" },
        { "2026-11-22 10:00", "07:00", "any=tomorrow morning", "2026-11-23 07:00" },
        { "2026-11-22 10:00", "03:00", "any=tomorrow afternoon", "2026-11-23 15:00" },
        { "2026-11-22 10:00", "15:00", "any=december 10th", "too_far" },
        { "2026-11-22 10:00", "15:00", "any=yesterday", "when_past" },
        { "2026-11-22 10:00", "15:00", "any=banana", "when_unclear" },
        { "2026-11-22 10:00", "15:00", "any=this week", "2026-11-22 15:00" },
    };

    MOMENT_ROWS("America/New_York", rows);
}

TEST(with_a_night_it_is_the_hour_within)
{
    static const struct moment_row rows[] = {
        { "2026-11-22 10:00", "02:00", "any=tonight", "2026-11-23 02:00" },
        { "2026-11-22 10:00", "20:00", "any=tonight", "2026-11-22 20:00" },
        { "2026-11-22 10:00", "07:00", "any=tonight", "2026-11-22 19:00" },
        { "2026-11-22 10:00", "00:00", "any=tonight", "2026-11-23 00:00" },
        { "2026-11-22 10:00", "02:00", "any=tuesday night", "2026-11-25 02:00" },
        { "2026-11-22 10:00", "02:00", "any=overnight", "2026-11-23 02:00" },
        { "2026-11-22 10:00", "23:00", "any=overnight", "2026-11-22 23:00" },
        { "2026-11-22 10:00", "07:00", "any=tomorrow evening", "2026-11-23 19:00" },
        { "2026-11-22 10:00", "00:00", "any=tomorrow evening", "2026-11-24 00:00" },
        { "2026-11-22 01:00", "02:00", "any=tonight", "2026-11-22 02:00" },
        { "2026-11-22 03:00", "20:00", "any=tonight", "2026-11-22 20:00" },
        { "2026-11-22 10:00", "15:00", "any=tonight", "2026-11-22 15:00" },
    };

    MOMENT_ROWS("America/New_York", rows);
}

TEST(what_is_over_is_over_or_a_week_later)
{
    static const struct moment_row rows[] = {
        { "2026-11-22 10:00", "09:00", "any=today", "time_past" },
        { "2026-11-22 09:59", "09:00", "any=today", "2026-11-22 09:00" },
        { "2026-11-22 19:00", "09:00", "any=today", "time_past" },
        { "2026-11-22 22:00", "20:00", "any=tonight", "time_past" },
        { "2026-11-22 10:00", "09:00", "any=sunday", "2026-11-29 09:00" },
        { "2026-11-22 10:00", "11:00", "any=sunday", "2026-11-22 11:00" },
        { "2026-11-22 10:00", "09:00", "month=november;day=22", "time_past" },
    };

    MOMENT_ROWS("America/New_York", rows);
}

TEST(the_clocks_repeat_and_skip_hours)
{
    static const struct moment_row rows[] = {
        /* Back on November 1st: the first 1:30 is in daylight time. */
        { "2026-10-31 20:00", "01:30", "any=tonight", "2026-11-01 01:30" },
        { "2026-11-01 00:30", "01:30", "", "2026-11-01 01:30" },
        { "2026-10-31 20:00", "03:00", "any=tonight", "2026-11-01 03:00" },
        /* Forward on March 8th: two o'clock is skipped. */
        { "2026-03-07 20:00", "02:00", "any=tonight", "2026-03-08 03:00" },
        { "2026-03-07 20:00", "02:30", "any=tonight", "2026-03-08 03:30" },
        { "2026-03-07 20:00", "04:00", "any=tonight", "2026-03-08 04:00" },
    };
    struct arena *arena = arena_create(1 << 16);
    struct when_words words = when_slots("any=tonight");
    struct moment_frame frame =
        frame_of(when_zone("America/New_York"), "2026-10-31 20:00", &words, arena);
    struct clock_words clock = clock_of("01:30");
    struct err err = ERR_NONE;
    int64_t t;

    MOMENT_ROWS("America/New_York", rows);
    CHECK_INT(moment_find(&frame, &clock, &t, &err), ST_OK);
    CHECK_INT(t, INT64_C(1793511000)); /* 05:30 UTC, not 06:30 */
    arena_free(arena);
}

/* Asked at `now`: from and to, the day in words; the period and its name, or a reason. */
struct range_row {
    const char *now, *from, *to, *words, *want, *name;
};

static void check_range(const struct zone *zone, const struct range_row *row)
{
    struct arena *arena = arena_create(1 << 16);
    struct when_words words = when_slots(row->words);
    struct moment_frame frame = frame_of(zone, row->now, &words, arena);
    struct clock_words from = clock_of(row->from), to = clock_of(row->to);
    struct err err = ERR_NONE;
    struct when w = { .name = STR_NONE };
    char got[80];

    if (moment_range(&frame, &from, &to, &w, &err) == ST_OK) {
        put_local(zone, w.start, got, sizeof got);
        snprintf(got + strlen(got), sizeof got - strlen(got), "..");
        put_local(zone, w.end, got + strlen(got), sizeof got - strlen(got));
    } else {
        snprintf(got, sizeof got, "%s", err.reason);
    }
    if (strcmp(got, row->want) != 0 || !str_eqz(w.name, row->name))
        fail_msg("at %s, %s to %s %s: %s \"%.*s\", not %s \"%s\"", row->now, row->from, row->to,
                 row->words, got, STR_ARG(w.name), row->want, row->name);
    CHECK_INT(w.from >= w.start || w.end == 0, true);
    arena_free(arena);
}

TEST(ranges_end_at_the_next_such_time)
{
    static const struct range_row rows[] = {
        { "2026-11-22 10:00", "14:00", "18:00", "", "2026-11-22 14:00..2026-11-22 18:00",
          "today from 2 P.M. to 6 P.M." },
        { "2026-11-22 16:00", "14:00", "18:00", "", "2026-11-22 14:00..2026-11-22 18:00",
          "today from 2 P.M. to 6 P.M." },
        { "2026-11-22 18:00", "14:00", "18:00", "", "2026-11-23 14:00..2026-11-23 18:00",
          "tomorrow from 2 P.M. to 6 P.M." },
        { "2026-11-22 18:00", "14:00", "18:00", "any=today", "time_past", "" },
        { "2026-11-22 18:00", "14:00", "18:00", "any=sunday", "2026-11-29 14:00..2026-11-29 18:00",
          "November 29th from 2 P.M. to 6 P.M." },
        { "2026-11-22 10:00", "22:00", "02:00", "any=tomorrow",
          "2026-11-23 22:00..2026-11-24 02:00", "tomorrow from 10 P.M. to 2 A.M." },
        { "2026-11-22 10:00", "09:00", "09:00", "any=tomorrow",
          "2026-11-23 09:00..2026-11-24 09:00", "tomorrow from 9 A.M. to 9 A.M. Tuesday" },
        { "2026-11-22 10:20", "", "18:00", "", "2026-11-22 10:00..2026-11-22 18:00",
          "until 6 P.M. tonight" },
        { "2026-11-22 10:20", "", "09:00", "", "2026-11-22 10:00..2026-11-23 09:00",
          "until 9 A.M. tomorrow" },
        { "2026-11-22 14:20", "", "14:00", "", "2026-11-22 14:00..2026-11-23 14:00",
          "until 2 P.M. tomorrow" },
        { "2026-11-22 14:20", "", "14:00", "any=today", "time_past", "" },
        { "2026-11-22 10:20", "nine", "eleven", "any=tomorrow",
          "2026-11-23 09:00..2026-11-23 11:00", "tomorrow from 9 A.M. to 11 A.M." },
        { "2026-11-22 10:20", "mo", "ev", "any=tomorrow", "2026-11-23 06:00..2026-11-23 18:00",
          "tomorrow from 6 A.M. to 6 P.M." },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_range(when_zone("America/New_York"), &rows[i]);
}

TEST(the_next_hours_begin_with_the_running_one)
{
    struct arena *arena = arena_create(1 << 16);
    struct when_words words = when_slots("");
    struct moment_frame frame =
        frame_of(when_zone("America/New_York"), "2026-11-22 10:20", &words, arena);
    struct when w = moment_next(&frame, 3 * 3600);

    CHECK_INT(w.from, when_local(frame.zone, "2026-11-22 10:00"));
    CHECK_INT(w.end, when_local(frame.zone, "2026-11-22 13:20"));
    CHECK_SLICE(w.name, "for the next 3 hours");
    CHECK_SLICE(moment_next(&frame, 3600).name, "for the next hour");
    CHECK_SLICE(moment_next(&frame, 5400).name, "for the next 1 hour and 30 minutes");
    CHECK_SLICE(moment_next(&frame, 3 * 86400).name, "for the next 3 days");
    arena_free(arena);
}

TESTS(without_a_day_it_is_today_until_half_an_hour_past, with_a_day_it_is_on_that_day,
      with_a_night_it_is_the_hour_within, what_is_over_is_over_or_a_week_later,
      the_clocks_repeat_and_skip_hours, ranges_end_at_the_next_such_time,
      the_next_hours_begin_with_the_running_one)
