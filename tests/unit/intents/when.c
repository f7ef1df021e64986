/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/when.c -- dates, weekends, past periods, time zones, and words without a
 * period. */
#include "tests/unit/intents/when_rows.h"

TEST(without_words_it_is_today_or_from_6_pm_tonight)
{
    static const struct when_row rows[] = {
        { "2026-11-22 00:00", "", "2026-11-22 06..2026-11-22 18", "today" },
        { "2026-11-22 05:59", "", "2026-11-22 06..2026-11-22 18", "today" },
        { "2026-11-22 17:59", "", "2026-11-22 06..2026-11-22 18", "today" },
        { "2026-11-22 18:00", "", "2026-11-22 18..2026-11-23 06", "tonight" },
        { "2026-11-22 23:59", "", "2026-11-22 18..2026-11-23 06", "tonight" },
        { "2026-11-22 10:00", "any=right now", "2026-11-22 06..2026-11-22 18", "today" },
        { "2026-11-22 20:00", "any=the", "2026-11-22 18..2026-11-23 06", "tonight" },
    };

    WHEN_ROWS("America/New_York", rows);
}

TEST(past_periods_are_skipped)
{
    static const struct when_row rows[] = {
        { "2026-11-22 18:00", "any=today", "2026-11-22 18..2026-11-23 06", "tonight" },
        { "2026-11-22 19:00", "any=sunday", "2026-11-29 06..2026-11-29 18", "next Sunday" },
        { "2026-11-22 17:00", "any=sunday", "2026-11-22 06..2026-11-22 18", "Sunday" },
        { "2026-11-22 19:00", "any=sunday night", "2026-11-22 18..2026-11-23 06", "Sunday night" },
        { "2026-11-22 13:00", "any=sunday morning", "2026-11-29 06..2026-11-29 12",
          "next Sunday morning" },
        { "2026-11-22 12:00", "any=this morning", "2026-11-23 06..2026-11-23 12",
          "tomorrow morning" },
        { "2026-11-22 11:59", "any=this morning", "2026-11-22 06..2026-11-22 12", "this morning" },
        { "2026-11-22 18:30", "any=this afternoon", "2026-11-23 12..2026-11-23 18",
          "tomorrow afternoon" },
        { "2026-11-22 23:30", "any=this evening", "2026-11-22 18..2026-11-23 00", "this evening" },
        { "2026-11-22 19:00", "day=22", "2026-11-22 18..2026-11-23 06",
          "the night of November 22nd" },
        { "2026-11-22 19:00", "any=tomorrow", "2026-11-23 06..2026-11-23 18", "tomorrow" },
        { "2026-11-22 10:00", "any=next sunday", "2026-11-29 06..2026-11-29 18", "next Sunday" },
        { "2026-11-22 10:00", "any=next monday", "2026-11-23 06..2026-11-23 18", "Monday" },
    };

    WHEN_ROWS("America/New_York", rows);
}

TEST(before_6_am_tonight_is_the_current_night)
{
    static const struct when_row rows[] = {
        { "2026-11-22 02:00", "any=tonight", "2026-11-21 18..2026-11-22 06", "tonight" },
        { "2026-11-22 02:00", "any=overnight", "2026-11-22 00..2026-11-22 06", "overnight" },
        { "2026-11-22 02:00", "any=over night", "2026-11-22 00..2026-11-22 06", "overnight" },
        { "2026-11-22 05:59", "quarter=night", "2026-11-21 18..2026-11-22 06", "tonight" },
        { "2026-11-22 06:00", "any=tonight", "2026-11-22 18..2026-11-23 06", "tonight" },
        { "2026-11-22 06:00", "any=overnight", "2026-11-23 00..2026-11-23 06", "overnight" },
        { "2026-11-22 02:00", "any=today", "2026-11-22 06..2026-11-22 18", "today" },
        { "2026-11-22 02:00", "any=tomorrow", "2026-11-23 06..2026-11-23 18", "tomorrow" },
        { "2026-11-22 02:00", "any=this evening", "2026-11-22 18..2026-11-23 00", "this evening" },
        { "2026-11-22 02:00", "any=sunday night", "2026-11-22 18..2026-11-23 06", "Sunday night" },
        { "2026-11-22 02:00", "any=saturday night", "2026-11-28 18..2026-11-29 06",
          "Saturday night" },
    };

    WHEN_ROWS("America/New_York", rows);
}

TEST(dates_are_the_next_that_match_or_impossible)
{
    static const struct when_row rows[] = {
        { "2026-03-01 10:00", "month=march;day=third", "2026-03-03 06..2026-03-03 18",
          "March 3rd" },
        { "2026-03-01 10:00", "day=the 3rd", "2026-03-03 06..2026-03-03 18", "March 3rd" },
        { "2026-03-01 10:00", "day=3", "2026-03-03 06..2026-03-03 18", "March 3rd" },
        { "2026-03-30 10:00", "day=3", "2026-04-03 06..2026-04-03 18", "April 3rd" },
        { "2026-12-30 10:00", "month=january;day=2", "2027-01-02 06..2027-01-02 18",
          "January 2nd" },
        { "2026-12-30 10:00", "day=first", "2027-01-01 06..2027-01-01 18", "January 1st" },
        { "2026-11-25 10:00", "day=31", "2026-12-31 06..2026-12-31 18", "December 31st" },
        { "2027-01-31 19:00", "day=30", "2027-03-30 06..2027-03-30 18", "March 30th" },
        { "2028-02-25 10:00", "month=february;day=29", "2028-02-29 06..2028-02-29 18",
          "February 29th" },
        { "2026-02-25 10:00", "month=february;day=29", "2028-02-29 06..2028-02-29 18",
          "February 29th" },
        { "2026-02-25 10:00", "month=february;day=thirtieth", "date_impossible", "" },
        { "2026-02-25 10:00", "month=april;day=31", "date_impossible", "" },
        { "2026-02-25 10:00", "day=32", "date_impossible", "" },
        { "2026-02-25 10:00", "day=0", "date_impossible", "" },
        { "2026-02-25 10:00", "day=999", "date_impossible", "" },
        { "2026-02-25 10:00", "month=feb;day=26;quarter=overnight", "2026-02-27 00..2026-02-27 06",
          "overnight on February 26th" },
    };

    WHEN_ROWS("America/New_York", rows);
}

TEST(unknown_words_are_unclear_and_yesterday_is_past)
{
    static const struct when_row rows[] = {
        { "2026-11-22 10:00", "any=someday", "when_unclear", "" },
        { "2026-11-22 10:00", "any=?", "when_unclear", "" },
        { "2026-11-22 10:00", "any=this week", "when_unclear", "" },
        { "2026-11-22 10:00", "month=march", "when_unclear", "" },
        { "2026-11-22 10:00", "any=monday tuesday", "when_unclear", "" },
        { "2026-11-22 10:00", "any=today;abs=tomorrow", "when_unclear", "" },
        { "2026-11-22 10:00", "day=3 4", "when_unclear", "" },
        { "2026-11-22 10:00", "day=twenty eleven", "when_unclear", "" },
        { "2026-11-22 10:00", "day=99999999999999999999", "when_unclear", "" },
        { "2026-11-22 10:00", "day=-3", "2026-12-03 06..2026-12-03 18", "December 3rd" },
        { "2026-11-22 10:00", "any=yesterday", "when_past", "" },
        { "2026-11-22 10:00", "any=last night", "when_past", "" },
        { "2026-11-22 10:00", "any=day after tomorrow", "2026-11-24 06..2026-11-24 18", "Tuesday" },
        { "2026-11-22 10:00", "any=the day after tomorrow night", "2026-11-24 18..2026-11-25 06",
          "Tuesday night" },
    };

    WHEN_ROWS("America/New_York", rows);
}

TEST(periods_are_in_the_time_zone_of_the_place)
{
    static const struct when_row guam[] = {
        { "2026-05-15 02:35", "any=tonight", "2026-05-14 18..2026-05-15 06", "tonight" },
        { "2026-05-15 02:35", "any=friday", "2026-05-15 06..2026-05-15 18", "Friday" },
        { "2026-05-15 02:35", "any=thursday", "2026-05-21 06..2026-05-21 18", "Thursday" },
        { "2026-05-15 17:00", "", "2026-05-15 06..2026-05-15 18", "today" },
    };
    static const struct when_row honolulu[] = {
        { "2026-03-07 22:00", "any=tomorrow", "2026-03-08 06..2026-03-08 18", "tomorrow" },
        { "2026-03-07 22:00", "", "2026-03-07 18..2026-03-08 06", "tonight" },
        { "2026-03-07 22:00", "any=overnight", "2026-03-08 00..2026-03-08 06", "overnight" },
    };
    static const struct when_row phoenix[] = {
        { "2026-03-08 01:00", "any=overnight", "2026-03-08 00..2026-03-08 06", "overnight" },
    };

    WHEN_ROWS("Pacific/Guam", guam);
    WHEN_ROWS("Pacific/Honolulu", honolulu);
    WHEN_ROWS("America/Phoenix", phoenix);
}

/* Spring forward on March 8th 2026, fall back on November 1st 2026, both at two in the morning. */
TEST(a_clock_change_makes_a_night_shorter_or_longer)
{
    static const struct {
        const char *zone, *now, *words;
        int hours;
    } cases[] = {
        { "America/New_York", "2026-03-07 10:00", "any=tonight", 11 },
        { "America/New_York", "2026-03-07 10:00", "any=overnight", 5 },
        { "America/New_York", "2026-03-07 10:00", "any=tomorrow", 12 },
        { "America/New_York", "2026-03-08 10:00", "any=tonight", 12 },
        { "America/New_York", "2026-10-31 10:00", "any=tonight", 13 },
        { "America/New_York", "2026-10-31 10:00", "any=overnight", 7 },
        { "America/New_York", "2026-10-31 10:00", "any=saturday overnight", 7 },
        { "America/New_York", "2026-10-31 10:00", "any=sunday", 12 },
        { "America/Anchorage", "2026-10-31 10:00", "any=tonight", 13 },
        { "America/Phoenix", "2026-10-31 10:00", "any=tonight", 12 },
        { "Pacific/Guam", "2026-10-31 10:00", "any=tonight", 12 },
    };
    struct arena *arena = arena_create(1 << 16);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct zone *zone = when_zone(cases[i].zone);
        struct when_words words = when_slots(cases[i].words);
        struct when w;
        CHECK_INT(when_parse(&words, zone, when_local(zone, cases[i].now), arena, &w, NULL), ST_OK);
        CHECK_ROW(i, w.end - w.start == cases[i].hours * 3600);
    }
    arena_free(arena);
}

TEST(more_than_seven_days_ahead_is_too_far_but_has_a_name)
{
    static const struct {
        const char *words, *name;
        enum status want;
    } cases[] = {
        { "day=29", "November 29th", ST_OK },
        { "day=30", "November 30th", ST_NOT_FOUND },
        { "month=march;day=third", "March 3rd", ST_NOT_FOUND },
        { "any=saturday overnight", "Saturday overnight", ST_OK },
    };
    const struct zone *zone = when_zone("America/New_York");
    struct arena *arena = arena_create(1 << 16);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct when_words words = when_slots(cases[i].words);
        struct err err = ERR_NONE;
        struct when w;
        CHECK_INT(when_parse(&words, zone, when_local(zone, "2026-11-22 10:00"), arena, &w, &err),
                  cases[i].want);
        CHECK_SLICE(w.name, cases[i].name);
        CHECK_STR(err.reason, cases[i].want == ST_OK ? "" : "too_far");
    }
    arena_free(arena);
}

TEST(a_current_period_counts_from_the_current_hour)
{
    const struct zone *zone = when_zone("America/New_York");
    struct arena *arena = arena_create(1 << 16);
    struct when_words words = when_slots("any=today");
    struct when w;

    CHECK_INT(when_parse(&words, zone, when_local(zone, "2026-11-22 13:45"), arena, &w, NULL),
              ST_OK);
    CHECK_INT(w.start, when_local(zone, "2026-11-22 06:00"));
    CHECK_INT(w.from, when_local(zone, "2026-11-22 13:00"));
    CHECK_INT(when_parse(&words, zone, when_local(zone, "2026-11-22 03:45"), arena, &w, NULL),
              ST_OK);
    CHECK_INT(w.from, w.start);
    arena_free(arena);
}

TEST(words_for_now_are_not_a_time)
{
    static const struct {
        const char *words;
        bool want;
    } cases[] = {
        { "", false },
        { "any=now", false },
        { "any=right now", false },
        { "abs=current", false },
        { "any=at the moment", false },
        { "any=today", true },
        { "day=3", true },
        { "quarter=night", true },
        { "pos=monday's", true },
        { "month=march", true },
        { "any=gibberish", true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct when_words words = when_slots(cases[i].words);
        CHECK_ROW(i, when_words_given(&words) == cases[i].want);
    }
}

/* November 25th 2026 is a Wednesday. */
TEST(a_weekend_is_saturday_and_sunday_or_what_is_left_of_it)
{
    static const struct when_row rows[] = {
        { "2026-11-25 10:00", "any=weekend", "2026-11-28 06..2026-11-28 18", "Saturday" },
        { "2026-11-25 10:00", "any=this weekend;second=", "2026-11-29 06..2026-11-29 18",
          "Sunday" },
        { "2026-11-25 10:00", "pos=this weekend's", "2026-11-28 06..2026-11-28 18", "Saturday" },
        { "2026-11-25 10:00", "any=weekend;quarter=night", "2026-11-28 18..2026-11-29 06",
          "Saturday night" },
        { "2026-11-25 10:00", "any=weekend;quarter=night;second=", "2026-11-29 18..2026-11-30 06",
          "Sunday night" },
        { "2026-11-28 10:00", "any=weekend", "2026-11-28 06..2026-11-28 18", "Saturday" },
        { "2026-11-28 19:00", "any=weekend", "2026-11-29 06..2026-11-29 18", "Sunday" },
        { "2026-11-29 10:00", "any=weekend", "2026-11-29 06..2026-11-29 18", "Sunday" },
        { "2026-11-29 19:00", "any=weekend", "2026-12-05 06..2026-12-05 18", "Saturday" },
        { "2026-11-25 10:00", "any=next weekend", "2026-12-05 06..2026-12-05 18", "next Saturday" },
        { "2026-11-28 10:00", "any=next weekend", "2026-12-05 06..2026-12-05 18", "next Saturday" },
        { "2026-11-29 10:00", "any=next weekend", "2026-12-05 06..2026-12-05 18", "Saturday" },
        { "2026-11-29 10:00", "any=next weekend;second=", "2026-12-06 06..2026-12-06 18",
          "Sunday" },
        { "2026-11-25 10:00", "any=weekend monday", "when_unclear", "" },
        { "2026-11-25 10:00", "any=last weekend", "when_past", "" },
    };

    WHEN_ROWS("America/Denver", rows);
}

TEST(of_two_days_both_are_told)
{
    static const struct when_row rows[] = {
        { "2026-11-25 10:00", "any=friday or saturday", "2026-11-27 06..2026-11-27 18", "Friday" },
        { "2026-11-25 10:00", "any=friday or saturday;second=", "2026-11-28 06..2026-11-28 18",
          "Saturday" },
        { "2026-11-25 10:00", "abs=today and tomorrow", "2026-11-25 06..2026-11-25 18", "today" },
        { "2026-11-25 10:00", "abs=today and tomorrow;second=", "2026-11-26 06..2026-11-26 18",
          "tomorrow" },
        { "2026-11-25 10:00", "abs=today and tonight;second=", "2026-11-25 18..2026-11-26 06",
          "tonight" },
        { "2026-11-29 10:00", "any=saturday and sunday;second=", "2026-12-06 06..2026-12-06 18",
          "next Sunday" },
        { "2026-11-25 10:00", "any=friday or sunday", "when_unclear", "" },
        { "2026-11-25 10:00", "any=friday or", "when_unclear", "" },
        { "2026-11-25 10:00", "any=weekend or monday", "when_unclear", "" },
        { "2026-11-25 10:00", "any=friday or frogs", "when_unclear", "" },
    };

    WHEN_ROWS("America/Denver", rows);
}

TEST(the_day_after_and_a_week_from_a_day_are_counted)
{
    static const struct when_row rows[] = {
        { "2026-11-25 10:00", "abs=next day", "2026-11-26 06..2026-11-26 18", "tomorrow" },
        { "2026-11-25 10:00", "abs=day after friday", "2026-11-28 06..2026-11-28 18", "Saturday" },
        { "2026-11-25 10:00", "abs=the day after friday night", "2026-11-28 06..2026-11-28 18",
          "Saturday" },
        { "2026-11-25 10:00", "abs=day after day after tomorrow", "2026-11-28 06..2026-11-28 18",
          "Saturday" },
        { "2026-11-25 10:00", "abs=day after tonight", "2026-11-26 06..2026-11-26 18", "tomorrow" },
        { "2026-11-25 10:00", "abs=day after this weekend", "2026-11-30 06..2026-11-30 18",
          "Monday" },
        { "2026-11-25 10:00", "abs=day after 28 november", "2026-11-29 06..2026-11-29 18",
          "Sunday" },
        { "2026-11-25 10:00", "abs=day after this week", "when_unclear", "" },
        { "2026-11-25 10:00", "any=a week from tuesday", "2026-12-08 06..2026-12-08 18",
          "December 8th" },
        { "2026-11-25 10:00", "any=a week from today", "2026-12-02 06..2026-12-02 18",
          "December 2nd" },
        { "2026-11-25 10:00", "abs=next month", "2026-12-26 06..2026-12-26 18", "next month" },
    };

    WHEN_ROWS("America/Denver", rows);
}

/* November 26th 2026 is Thanksgiving; Easter 2027 is March 28th. */
TEST(a_holiday_is_its_next_date)
{
    static const struct when_row rows[] = {
        { "2026-11-25 10:00", "any=thanksgiving", "2026-11-26 06..2026-11-26 18", "Thanksgiving" },
        { "2026-11-25 10:00", "any=thanksgiving;quarter=morning", "2026-11-26 06..2026-11-26 12",
          "Thanksgiving morning" },
        { "2026-11-26 19:00", "any=thanksgiving", "2026-11-26 18..2026-11-27 06",
          "Thanksgiving night" },
        { "2026-11-27 10:00", "any=thanksgiving", "2027-11-25 06..2027-11-25 18", "Thanksgiving" },
        { "2026-12-20 10:00", "any=christmas", "2026-12-25 06..2026-12-25 18", "Christmas Day" },
        { "2026-12-20 10:00", "any=christmas eve", "2026-12-24 06..2026-12-24 18",
          "Christmas Eve" },
        { "2026-12-20 10:00", "any=christmas eve night", "2026-12-24 18..2026-12-25 06",
          "Christmas Eve night" },
        { "2026-12-29 10:00", "any=new year's day", "2027-01-01 06..2027-01-01 18",
          "New Year's Day" },
        { "2027-03-22 10:00", "any=easter", "2027-03-28 06..2027-03-28 18", "Easter" },
        { "2027-03-22 10:00", "any=good friday", "2027-03-26 06..2027-03-26 18", "Good Friday" },
        { "2027-05-25 10:00", "any=memorial day", "2027-05-31 06..2027-05-31 18", "Memorial Day" },
        { "2026-06-17 10:00", "any=father's day", "2026-06-21 06..2026-06-21 18", "Father's Day" },
        { "2026-09-01 10:00", "any=labor day", "2026-09-07 06..2026-09-07 18", "Labor Day" },
        { "2026-11-25 10:00", "any=thanksgivings", "when_unclear", "" },
        { "2026-11-25 10:00", "any=thanksgiving friday", "when_unclear", "" },
    };

    WHEN_ROWS("America/Denver", rows);
}

TEST(the_days_ahead_in_general_are_recognized)
{
    static const struct {
        const char *words;
        bool want;
    } cases[] = {
        { "abs=this week", true },
        { "abs=in the forecast", true },
        { "any=over the next few days", true },
        { "abs=in the coming days", true },
        { "pos=this week's", true },
        { "abs=", false },
        { "abs=today", false },
        { "any=monday;abs=this week", false },
        { "abs=last week", false },
        { "abs=in the", false },
        { "abs=week of frogs", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct when_words words = when_slots(cases[i].words);
        CHECK_ROW(i, when_words_mean_days_ahead(&words) == cases[i].want);
    }
}

TESTS(of_two_days_both_are_told, the_day_after_and_a_week_from_a_day_are_counted,
      a_holiday_is_its_next_date, the_days_ahead_in_general_are_recognized,
      a_weekend_is_saturday_and_sunday_or_what_is_left_of_it,
      without_words_it_is_today_or_from_6_pm_tonight, past_periods_are_skipped,
      before_6_am_tonight_is_the_current_night, dates_are_the_next_that_match_or_impossible,
      unknown_words_are_unclear_and_yesterday_is_past, periods_are_in_the_time_zone_of_the_place,
      a_clock_change_makes_a_night_shorter_or_longer,
      more_than_seven_days_ahead_is_too_far_but_has_a_name,
      a_current_period_counts_from_the_current_hour, words_for_now_are_not_a_time)
