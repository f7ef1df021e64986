/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/when.c -- words of time, laid over the calendar of a place. */
#include "intents/when.h"

#include "server/base/civil.h"
#include "server/base/zone.h"
#include "tests/test.h"

#include <stdlib.h>

/* A question: the local time at which it is asked, the slots as "any=monday;quarter=night", and
 * what is wanted: the local hours of the period and its name, or a reason. */
struct row {
    const char *now, *words, *want, *name;
};

static const struct zone *zone_called(const char *name)
{
    const struct zone *zone = zone_get(str_of(name));

    CHECK(zone);
    return zone;
}

static int64_t local(const struct zone *zone, const char *text)
{
    struct civil c = { 0 };

    CHECK_INT(sscanf(text, "%d-%d-%d %d:%d", &c.year, &c.month, &c.day, &c.hour, &c.minute), 5);
    return civil_instant(zone, c);
}

static struct when_words read_words(const char *text)
{
    struct when_words words = { .sunday = false };
    struct str rest = str_of(text), part;

    while (rest.n > 0 && str_split(&rest, ';', &part)) {
        size_t at = str_index(part, '=');
        struct str slot = str_sub(part, 0, at), value = str_sub(part, at + 1, part.n);
        if (str_eqz(slot, "sunday")) {
            words.sunday = true;
            continue;
        }
        struct str *to = str_eqz(slot, "abs")     ? &words.when_abs
                         : str_eqz(slot, "any")   ? &words.when_any
                         : str_eqz(slot, "pos")   ? &words.when_pos
                         : str_eqz(slot, "day")   ? &words.day
                         : str_eqz(slot, "month") ? &words.month
                                                  : &words.quarter;
        *to = value;
    }
    return words;
}

static void describe(const struct zone *zone, const struct when *w, char *out, size_t room)
{
    struct civil a = civil_of(zone, w->start), b = civil_of(zone, w->end);

    (void)snprintf(out, room, "%04d-%02d-%02d %02d..%04d-%02d-%02d %02d", a.year, a.month, a.day,
                   a.hour, b.year, b.month, b.day, b.hour);
}

static void check_row(const char *zone_text, const struct row *row)
{
    const struct zone *zone = zone_called(zone_text);
    struct arena *arena = arena_create(1 << 16);
    struct when_words words = read_words(row->words);
    int64_t now = local(zone, row->now);
    struct err err = ERR_NONE;
    struct when w;
    char got[64];
    enum status st = when_parse(&words, zone, now, arena, &w, &err);

    if (st == ST_INVALID) {
        (void)snprintf(got, sizeof got, "%s", err.reason);
    } else {
        describe(zone, &w, got, sizeof got);
        CHECK(w.end > w.start && w.from >= w.start && w.from < w.end);
        CHECK(w.from == w.start || w.from == now - now % 3600);
        CHECK(w.daytime ==
              (w.part == PART_DAY || w.part == PART_MORNING || w.part == PART_AFTERNOON));
        if (!str_eqz(w.name, row->name))
            fail_msg("%s at %s: called \"%.*s\", want \"%s\"", row->words, row->now,
                     STR_ARG(w.name), row->name);
    }
    if (strcmp(got, row->want) != 0)
        fail_msg("%s at %s: got %s, want %s", row->words, row->now, got, row->want);
    arena_free(arena);
}

static void check_rows(const char *zone, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_row(zone, &rows[i]);
}

#define ROWS(zone, rows) check_rows(zone, rows, sizeof(rows) / sizeof((rows)[0]))

/* Sunday, November 22nd 2026, ten in the morning. */
TEST(days_and_parts_of_days_are_the_next_such)
{
    static const struct row rows[] = {
        { "2026-11-22 10:00", "any=sunday", "2026-11-22 06..2026-11-22 18", "Sunday" },
        { "2026-11-22 10:00", "any=sunday night", "2026-11-22 18..2026-11-23 06", "Sunday night" },
        { "2026-11-22 10:00", "any=sunday morning", "2026-11-22 06..2026-11-22 12",
          "Sunday morning" },
        { "2026-11-22 10:00", "any=sunday afternoon", "2026-11-22 12..2026-11-22 18",
          "Sunday afternoon" },
        { "2026-11-22 10:00", "any=sunday evening", "2026-11-22 18..2026-11-23 00",
          "Sunday evening" },
        { "2026-11-22 10:00", "any=sunday overnight", "2026-11-23 00..2026-11-23 06",
          "Sunday overnight" },
        { "2026-11-22 10:00", "any=monday", "2026-11-23 06..2026-11-23 18", "Monday" },
        { "2026-11-22 10:00", "any=monday night", "2026-11-23 18..2026-11-24 06", "Monday night" },
        { "2026-11-22 10:00", "any=monday morning", "2026-11-23 06..2026-11-23 12",
          "Monday morning" },
        { "2026-11-22 10:00", "any=monday afternoon", "2026-11-23 12..2026-11-23 18",
          "Monday afternoon" },
        { "2026-11-22 10:00", "any=monday evening", "2026-11-23 18..2026-11-24 00",
          "Monday evening" },
        { "2026-11-22 10:00", "any=monday overnight", "2026-11-24 00..2026-11-24 06",
          "Monday overnight" },
        { "2026-11-22 10:00", "any=tuesday", "2026-11-24 06..2026-11-24 18", "Tuesday" },
        { "2026-11-22 10:00", "any=tuesday night", "2026-11-24 18..2026-11-25 06",
          "Tuesday night" },
        { "2026-11-22 10:00", "any=tuesday morning", "2026-11-24 06..2026-11-24 12",
          "Tuesday morning" },
        { "2026-11-22 10:00", "any=tuesday afternoon", "2026-11-24 12..2026-11-24 18",
          "Tuesday afternoon" },
        { "2026-11-22 10:00", "any=tuesday evening", "2026-11-24 18..2026-11-25 00",
          "Tuesday evening" },
        { "2026-11-22 10:00", "any=tuesday overnight", "2026-11-25 00..2026-11-25 06",
          "Tuesday overnight" },
        { "2026-11-22 10:00", "any=wednesday", "2026-11-25 06..2026-11-25 18", "Wednesday" },
        { "2026-11-22 10:00", "any=wednesday night", "2026-11-25 18..2026-11-26 06",
          "Wednesday night" },
        { "2026-11-22 10:00", "any=wednesday morning", "2026-11-25 06..2026-11-25 12",
          "Wednesday morning" },
        { "2026-11-22 10:00", "any=wednesday afternoon", "2026-11-25 12..2026-11-25 18",
          "Wednesday afternoon" },
        { "2026-11-22 10:00", "any=wednesday evening", "2026-11-25 18..2026-11-26 00",
          "Wednesday evening" },
        { "2026-11-22 10:00", "any=wednesday overnight", "2026-11-26 00..2026-11-26 06",
          "Wednesday overnight" },
        { "2026-11-22 10:00", "any=thursday", "2026-11-26 06..2026-11-26 18", "Thursday" },
        { "2026-11-22 10:00", "any=thursday night", "2026-11-26 18..2026-11-27 06",
          "Thursday night" },
        { "2026-11-22 10:00", "any=thursday morning", "2026-11-26 06..2026-11-26 12",
          "Thursday morning" },
        { "2026-11-22 10:00", "any=thursday afternoon", "2026-11-26 12..2026-11-26 18",
          "Thursday afternoon" },
        { "2026-11-22 10:00", "any=thursday evening", "2026-11-26 18..2026-11-27 00",
          "Thursday evening" },
        { "2026-11-22 10:00", "any=thursday overnight", "2026-11-27 00..2026-11-27 06",
          "Thursday overnight" },
        { "2026-11-22 10:00", "any=friday", "2026-11-27 06..2026-11-27 18", "Friday" },
        { "2026-11-22 10:00", "any=friday night", "2026-11-27 18..2026-11-28 06", "Friday night" },
        { "2026-11-22 10:00", "any=friday morning", "2026-11-27 06..2026-11-27 12",
          "Friday morning" },
        { "2026-11-22 10:00", "any=friday afternoon", "2026-11-27 12..2026-11-27 18",
          "Friday afternoon" },
        { "2026-11-22 10:00", "any=friday evening", "2026-11-27 18..2026-11-28 00",
          "Friday evening" },
        { "2026-11-22 10:00", "any=friday overnight", "2026-11-28 00..2026-11-28 06",
          "Friday overnight" },
        { "2026-11-22 10:00", "any=saturday", "2026-11-28 06..2026-11-28 18", "Saturday" },
        { "2026-11-22 10:00", "any=saturday night", "2026-11-28 18..2026-11-29 06",
          "Saturday night" },
        { "2026-11-22 10:00", "any=saturday morning", "2026-11-28 06..2026-11-28 12",
          "Saturday morning" },
        { "2026-11-22 10:00", "any=saturday afternoon", "2026-11-28 12..2026-11-28 18",
          "Saturday afternoon" },
        { "2026-11-22 10:00", "any=saturday evening", "2026-11-28 18..2026-11-29 00",
          "Saturday evening" },
        { "2026-11-22 10:00", "any=saturday overnight", "2026-11-29 00..2026-11-29 06",
          "Saturday overnight" },
        { "2026-11-22 10:00", "pos=monday's", "2026-11-23 06..2026-11-23 18", "Monday" },
        { "2026-11-22 10:00", "any=mondays", "2026-11-23 06..2026-11-23 18", "Monday" },
        { "2026-11-22 10:00", "any=mon night", "2026-11-23 18..2026-11-24 06", "Monday night" },
        { "2026-11-22 10:00", "any=over night monday", "2026-11-24 00..2026-11-24 06",
          "Monday overnight" },
        { "2026-11-22 10:00", "any=monday;quarter=evening", "2026-11-23 18..2026-11-24 00",
          "Monday evening" },
        { "2026-11-22 10:00", "pos=tuesday's", "2026-11-24 06..2026-11-24 18", "Tuesday" },
        { "2026-11-22 10:00", "any=tuesdays", "2026-11-24 06..2026-11-24 18", "Tuesday" },
        { "2026-11-22 10:00", "any=tues night", "2026-11-24 18..2026-11-25 06", "Tuesday night" },
        { "2026-11-22 10:00", "any=over night tuesday", "2026-11-25 00..2026-11-25 06",
          "Tuesday overnight" },
        { "2026-11-22 10:00", "any=tuesday;quarter=evening", "2026-11-24 18..2026-11-25 00",
          "Tuesday evening" },
        { "2026-11-22 10:00", "pos=wednesday's", "2026-11-25 06..2026-11-25 18", "Wednesday" },
        { "2026-11-22 10:00", "any=wednesdays", "2026-11-25 06..2026-11-25 18", "Wednesday" },
        { "2026-11-22 10:00", "any=wed night", "2026-11-25 18..2026-11-26 06", "Wednesday night" },
        { "2026-11-22 10:00", "any=over night wednesday", "2026-11-26 00..2026-11-26 06",
          "Wednesday overnight" },
        { "2026-11-22 10:00", "any=wednesday;quarter=evening", "2026-11-25 18..2026-11-26 00",
          "Wednesday evening" },
        { "2026-11-22 10:00", "pos=thursday's", "2026-11-26 06..2026-11-26 18", "Thursday" },
        { "2026-11-22 10:00", "any=thursdays", "2026-11-26 06..2026-11-26 18", "Thursday" },
        { "2026-11-22 10:00", "any=thurs night", "2026-11-26 18..2026-11-27 06", "Thursday night" },
        { "2026-11-22 10:00", "any=over night thursday", "2026-11-27 00..2026-11-27 06",
          "Thursday overnight" },
        { "2026-11-22 10:00", "any=thursday;quarter=evening", "2026-11-26 18..2026-11-27 00",
          "Thursday evening" },
        { "2026-11-22 10:00", "pos=friday's", "2026-11-27 06..2026-11-27 18", "Friday" },
        { "2026-11-22 10:00", "any=fridays", "2026-11-27 06..2026-11-27 18", "Friday" },
        { "2026-11-22 10:00", "any=fri night", "2026-11-27 18..2026-11-28 06", "Friday night" },
        { "2026-11-22 10:00", "any=over night friday", "2026-11-28 00..2026-11-28 06",
          "Friday overnight" },
        { "2026-11-22 10:00", "any=friday;quarter=evening", "2026-11-27 18..2026-11-28 00",
          "Friday evening" },
        { "2026-11-22 10:00", "pos=saturday's", "2026-11-28 06..2026-11-28 18", "Saturday" },
        { "2026-11-22 10:00", "any=saturdays", "2026-11-28 06..2026-11-28 18", "Saturday" },
        { "2026-11-22 10:00", "any=sat night", "2026-11-28 18..2026-11-29 06", "Saturday night" },
        { "2026-11-22 10:00", "any=over night saturday", "2026-11-29 00..2026-11-29 06",
          "Saturday overnight" },
        { "2026-11-22 10:00", "any=saturday;quarter=evening", "2026-11-28 18..2026-11-29 00",
          "Saturday evening" },
        { "2026-11-22 10:00", "abs=today", "2026-11-22 06..2026-11-22 18", "today" },
        { "2026-11-22 10:00", "abs=today night", "2026-11-22 18..2026-11-23 06", "tonight" },
        { "2026-11-22 10:00", "any=today's;quarter=night", "2026-11-22 18..2026-11-23 06",
          "tonight" },
        { "2026-11-22 10:00", "abs=today morning", "2026-11-22 06..2026-11-22 12", "this morning" },
        { "2026-11-22 10:00", "any=today's;quarter=morning", "2026-11-22 06..2026-11-22 12",
          "this morning" },
        { "2026-11-22 10:00", "abs=today afternoon", "2026-11-22 12..2026-11-22 18",
          "this afternoon" },
        { "2026-11-22 10:00", "any=today's;quarter=afternoon", "2026-11-22 12..2026-11-22 18",
          "this afternoon" },
        { "2026-11-22 10:00", "abs=today evening", "2026-11-22 18..2026-11-23 00", "this evening" },
        { "2026-11-22 10:00", "any=today's;quarter=evening", "2026-11-22 18..2026-11-23 00",
          "this evening" },
        { "2026-11-22 10:00", "abs=today overnight", "2026-11-23 00..2026-11-23 06", "overnight" },
        { "2026-11-22 10:00", "any=today's;quarter=overnight", "2026-11-23 00..2026-11-23 06",
          "overnight" },
        { "2026-11-22 10:00", "abs=tomorrow", "2026-11-23 06..2026-11-23 18", "tomorrow" },
        { "2026-11-22 10:00", "abs=tomorrow night", "2026-11-23 18..2026-11-24 06",
          "tomorrow night" },
        { "2026-11-22 10:00", "any=tomorrow's;quarter=night", "2026-11-23 18..2026-11-24 06",
          "tomorrow night" },
        { "2026-11-22 10:00", "abs=tomorrow morning", "2026-11-23 06..2026-11-23 12",
          "tomorrow morning" },
        { "2026-11-22 10:00", "any=tomorrow's;quarter=morning", "2026-11-23 06..2026-11-23 12",
          "tomorrow morning" },
        { "2026-11-22 10:00", "abs=tomorrow afternoon", "2026-11-23 12..2026-11-23 18",
          "tomorrow afternoon" },
        { "2026-11-22 10:00", "any=tomorrow's;quarter=afternoon", "2026-11-23 12..2026-11-23 18",
          "tomorrow afternoon" },
        { "2026-11-22 10:00", "abs=tomorrow evening", "2026-11-23 18..2026-11-24 00",
          "tomorrow evening" },
        { "2026-11-22 10:00", "any=tomorrow's;quarter=evening", "2026-11-23 18..2026-11-24 00",
          "tomorrow evening" },
        { "2026-11-22 10:00", "abs=tomorrow overnight", "2026-11-24 00..2026-11-24 06",
          "tomorrow overnight" },
        { "2026-11-22 10:00", "any=tomorrow's;quarter=overnight", "2026-11-24 00..2026-11-24 06",
          "tomorrow overnight" },
        { "2026-11-22 10:00", "quarter=night", "2026-11-22 18..2026-11-23 06", "tonight" },
        { "2026-11-22 10:00", "any=this night", "2026-11-22 18..2026-11-23 06", "tonight" },
        { "2026-11-22 10:00", "quarter=morning", "2026-11-22 06..2026-11-22 12", "this morning" },
        { "2026-11-22 10:00", "any=this morning", "2026-11-22 06..2026-11-22 12", "this morning" },
        { "2026-11-22 10:00", "quarter=afternoon", "2026-11-22 12..2026-11-22 18",
          "this afternoon" },
        { "2026-11-22 10:00", "any=this afternoon", "2026-11-22 12..2026-11-22 18",
          "this afternoon" },
        { "2026-11-22 10:00", "quarter=evening", "2026-11-22 18..2026-11-23 00", "this evening" },
        { "2026-11-22 10:00", "any=this evening", "2026-11-22 18..2026-11-23 00", "this evening" },
        { "2026-11-22 10:00", "quarter=overnight", "2026-11-23 00..2026-11-23 06", "overnight" },
        { "2026-11-22 10:00", "any=this overnight", "2026-11-23 00..2026-11-23 06", "overnight" },
        { "2026-11-22 10:00", "day=24", "2026-11-24 06..2026-11-24 18", "November 24th" },
        { "2026-11-22 10:00", "day=24th", "2026-11-24 06..2026-11-24 18", "November 24th" },
        { "2026-11-22 10:00", "day=the 24th", "2026-11-24 06..2026-11-24 18", "November 24th" },
        { "2026-11-22 10:00", "day=twenty fourth", "2026-11-24 06..2026-11-24 18",
          "November 24th" },
        { "2026-11-22 10:00", "day=twenty-fourth", "2026-11-24 06..2026-11-24 18",
          "November 24th" },
        { "2026-11-22 10:00", "month=november;day=25", "2026-11-25 06..2026-11-25 18",
          "November 25th" },
        { "2026-11-22 10:00", "month=nov;day=twenty fifth", "2026-11-25 06..2026-11-25 18",
          "November 25th" },
        { "2026-11-22 10:00", "any=november twenty sixth", "2026-11-26 06..2026-11-26 18",
          "November 26th" },
        { "2026-11-22 10:00", "any=the twenty third of november", "2026-11-23 06..2026-11-23 18",
          "November 23rd" },
        { "2026-11-22 10:00", "day=27;month=11", "2026-11-27 06..2026-11-27 18", "November 27th" },
        { "2026-11-22 10:00", "any=nov 28", "2026-11-28 06..2026-11-28 18", "November 28th" },
        { "2026-11-22 10:00", "day=twenty second", "2026-11-22 06..2026-11-22 18",
          "November 22nd" },
        { "2026-11-22 10:00", "any=november 28th", "2026-11-28 06..2026-11-28 18",
          "November 28th" },
        { "2026-11-22 10:00", "day=24;quarter=night", "2026-11-24 18..2026-11-25 06",
          "November 24th night" },
        { "2026-11-22 10:00", "any=monday;day=24", "2026-11-24 06..2026-11-24 18",
          "November 24th" },
    };

    ROWS("America/New_York", rows);
}

TEST(nothing_said_is_today_until_evening_and_tonight_after)
{
    static const struct row rows[] = {
        { "2026-11-22 00:00", "", "2026-11-22 06..2026-11-22 18", "today" },
        { "2026-11-22 05:59", "", "2026-11-22 06..2026-11-22 18", "today" },
        { "2026-11-22 17:59", "", "2026-11-22 06..2026-11-22 18", "today" },
        { "2026-11-22 18:00", "", "2026-11-22 18..2026-11-23 06", "tonight" },
        { "2026-11-22 23:59", "", "2026-11-22 18..2026-11-23 06", "tonight" },
        { "2026-11-22 10:00", "any=right now", "2026-11-22 06..2026-11-22 18", "today" },
        { "2026-11-22 20:00", "any=the", "2026-11-22 18..2026-11-23 06", "tonight" },
    };

    ROWS("America/New_York", rows);
}

TEST(a_period_that_is_over_is_not_meant)
{
    static const struct row rows[] = {
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
        { "2026-11-22 19:00", "day=22", "2026-11-22 18..2026-11-23 06", "November 22nd night" },
        { "2026-11-22 19:00", "any=tomorrow", "2026-11-23 06..2026-11-23 18", "tomorrow" },
        { "2026-11-22 10:00", "any=next sunday", "2026-11-29 06..2026-11-29 18", "next Sunday" },
        { "2026-11-22 10:00", "any=next monday", "2026-11-23 06..2026-11-23 18", "Monday" },
    };

    ROWS("America/New_York", rows);
}

TEST(before_six_tonight_and_overnight_are_the_night_that_is_running)
{
    static const struct row rows[] = {
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

    ROWS("America/New_York", rows);
}

TEST(dates_are_the_next_such_or_impossible)
{
    static const struct row rows[] = {
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
          "February 26th overnight" },
    };

    ROWS("America/New_York", rows);
}

TEST(words_it_does_not_know_are_unclear_and_the_past_is_past)
{
    static const struct row rows[] = {
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
    };

    ROWS("America/New_York", rows);
}

TEST(the_time_is_that_of_the_place)
{
    static const struct row guam[] = {
        { "2026-05-15 02:35", "any=tonight", "2026-05-14 18..2026-05-15 06", "tonight" },
        { "2026-05-15 02:35", "any=friday", "2026-05-15 06..2026-05-15 18", "Friday" },
        { "2026-05-15 02:35", "any=thursday", "2026-05-21 06..2026-05-21 18", "Thursday" },
        { "2026-05-15 17:00", "", "2026-05-15 06..2026-05-15 18", "today" },
    };
    static const struct row honolulu[] = {
        { "2026-03-07 22:00", "any=tomorrow", "2026-03-08 06..2026-03-08 18", "tomorrow" },
        { "2026-03-07 22:00", "", "2026-03-07 18..2026-03-08 06", "tonight" },
        { "2026-03-07 22:00", "any=overnight", "2026-03-08 00..2026-03-08 06", "overnight" },
    };
    static const struct row phoenix[] = {
        { "2026-03-08 01:00", "any=overnight", "2026-03-08 00..2026-03-08 06", "overnight" },
    };

    ROWS("Pacific/Guam", guam);
    ROWS("Pacific/Honolulu", honolulu);
    ROWS("America/Phoenix", phoenix);
}

/* Spring forward on March 8th 2026, fall back on November 1st 2026, both at two in the morning. */
TEST(a_night_with_a_clock_change_has_the_hours_it_has)
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
        const struct zone *zone = zone_called(cases[i].zone);
        struct when_words words = read_words(cases[i].words);
        struct when w;
        CHECK_INT(when_parse(&words, zone, local(zone, cases[i].now), arena, &w, NULL), ST_OK);
        CHECK_ROW(i, w.end - w.start == cases[i].hours * 3600);
    }
    arena_free(arena);
}

TEST(past_seven_days_is_too_far_but_has_a_name)
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
    const struct zone *zone = zone_called("America/New_York");
    struct arena *arena = arena_create(1 << 16);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct when_words words = read_words(cases[i].words);
        struct err err = ERR_NONE;
        struct when w;
        CHECK_INT(when_parse(&words, zone, local(zone, "2026-11-22 10:00"), arena, &w, &err),
                  cases[i].want);
        CHECK_SLICE(w.name, cases[i].name);
        CHECK_STR(err.reason, cases[i].want == ST_OK ? "" : "too_far");
    }
    arena_free(arena);
}

TEST(a_running_period_counts_from_the_running_hour)
{
    const struct zone *zone = zone_called("America/New_York");
    struct arena *arena = arena_create(1 << 16);
    struct when_words words = read_words("any=today");
    struct when w;

    CHECK_INT(when_parse(&words, zone, local(zone, "2026-11-22 13:45"), arena, &w, NULL), ST_OK);
    CHECK_INT(w.start, local(zone, "2026-11-22 06:00"));
    CHECK_INT(w.from, local(zone, "2026-11-22 13:00"));
    CHECK_INT(when_parse(&words, zone, local(zone, "2026-11-22 03:45"), arena, &w, NULL), ST_OK);
    CHECK_INT(w.from, w.start);
    arena_free(arena);
}

TEST(now_is_nothing_said_and_all_else_is_something)
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
        struct when_words words = read_words(cases[i].words);
        CHECK_ROW(i, when_is_given(&words) == cases[i].want);
    }
}

/* November 25th 2026 is a Wednesday. */
TEST(a_weekend_is_its_saturday_and_then_its_sunday_or_what_is_left_of_it)
{
    static const struct row rows[] = {
        { "2026-11-25 10:00", "any=weekend", "2026-11-28 06..2026-11-28 18", "Saturday" },
        { "2026-11-25 10:00", "any=this weekend;sunday=", "2026-11-29 06..2026-11-29 18",
          "Sunday" },
        { "2026-11-25 10:00", "pos=this weekend's", "2026-11-28 06..2026-11-28 18", "Saturday" },
        { "2026-11-25 10:00", "any=weekend;quarter=night", "2026-11-28 18..2026-11-29 06",
          "Saturday night" },
        { "2026-11-25 10:00", "any=weekend;quarter=night;sunday=", "2026-11-29 18..2026-11-30 06",
          "Sunday night" },
        { "2026-11-28 10:00", "any=weekend", "2026-11-28 06..2026-11-28 18", "Saturday" },
        { "2026-11-28 19:00", "any=weekend", "2026-11-29 06..2026-11-29 18", "Sunday" },
        { "2026-11-29 10:00", "any=weekend", "2026-11-29 06..2026-11-29 18", "Sunday" },
        { "2026-11-29 19:00", "any=weekend", "2026-12-05 06..2026-12-05 18", "Saturday" },
        { "2026-11-25 10:00", "any=next weekend", "2026-12-05 06..2026-12-05 18", "next Saturday" },
        { "2026-11-28 10:00", "any=next weekend", "2026-12-05 06..2026-12-05 18", "next Saturday" },
        { "2026-11-29 10:00", "any=next weekend", "2026-12-05 06..2026-12-05 18", "Saturday" },
        { "2026-11-29 10:00", "any=next weekend;sunday=", "2026-12-06 06..2026-12-06 18",
          "Sunday" },
        { "2026-11-25 10:00", "any=weekend monday", "when_unclear", "" },
        { "2026-11-25 10:00", "any=last weekend", "when_past", "" },
    };

    ROWS("America/Denver", rows);
}

TEST(the_days_ahead_are_no_period)
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
        struct when_words words = read_words(cases[i].words);
        CHECK_ROW(i, when_is_days_ahead(&words) == cases[i].want);
    }
}

TESTS(the_days_ahead_are_no_period, days_and_parts_of_days_are_the_next_such,
      a_weekend_is_its_saturday_and_then_its_sunday_or_what_is_left_of_it,
      nothing_said_is_today_until_evening_and_tonight_after, a_period_that_is_over_is_not_meant,
      before_six_tonight_and_overnight_are_the_night_that_is_running,
      dates_are_the_next_such_or_impossible,
      words_it_does_not_know_are_unclear_and_the_past_is_past, the_time_is_that_of_the_place,
      a_night_with_a_clock_change_has_the_hours_it_has, past_seven_days_is_too_far_but_has_a_name,
      a_running_period_counts_from_the_running_hour, now_is_nothing_said_and_all_else_is_something)
