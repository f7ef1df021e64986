/* SPDX-License-Identifier: Apache-2.0 */
/* intents/when.c -- places a day, a part of a day or a date on the calendar.
 *
 * A period is a date and hours, which civil_instant() turns into instants, so that days with a
 * clock change have the right length. Night and overnight hours belong to the date on which they
 * begin. */
#include "intents/when.h"

#include "intents/holidays.h"
#include "intents/speech/phrase.h"
#include "server/base/date_names.h"

struct calendar {
    const struct zone *zone;
    int64_t now;
    struct civil today;
    int64_t today_days;
};

static const struct {
    int from, to; /* hours since the date began; 24 and more are on the next date */
    bool daytime;
    const char *suffix;  /* after a day: "Monday night" */
    const char *prefix;  /* before a date: "the night of March 3rd" */
    const char *no_date; /* the name when it begins today */
} parts[] = {
    [PART_DAY] = { 6, 18, true, "", "", "today" },
    [PART_NIGHT] = { 18, 30, false, " night", "the night of ", "tonight" },
    [PART_MORNING] = { 6, 12, true, " morning", "the morning of ", "this morning" },
    [PART_AFTERNOON] = { 12, 18, true, " afternoon", "the afternoon of ", "this afternoon" },
    [PART_EVENING] = { 18, 24, false, " evening", "the evening of ", "this evening" },
    [PART_OVERNIGHT] = { 24, 30, false, " overnight", "overnight on ", "overnight" },
};

/* Fills in the period of `part` on the date `delta` days from today. */
static void place_on_calendar(const struct calendar *c, int delta, enum when_part part,
                              struct when *when)
{
    struct civil date = { .year = c->today.year, .month = c->today.month };

    date.day = c->today.day + delta;
    date.hour = parts[part].from;
    when->start = civil_instant(c->zone, date);
    date.hour = parts[part].to;
    when->end = civil_instant(c->zone, date);
    when->part = part;
    when->daytime = parts[part].daytime;
}

static bool is_past(const struct calendar *c, int delta, enum when_part part)
{
    struct when when;

    place_on_calendar(c, delta, part, &when);
    return when.end <= c->now;
}

/* Days from today to the next date with that number (and month) whose period is not past; false
 * when no year has it. */
static bool next_date(const struct calendar *c, const struct when_parsed *parsed, int *ret_delta)
{
    enum { YEARS = 9, MONTHS = 12 }; /* February 29th can be eight years away */
    int tries = parsed->month ? YEARS : MONTHS;

    for (int i = 0; i <= tries; i++) {
        int year = c->today.year, month = parsed->month;
        int64_t delta;
        if (parsed->month) {
            year += i;
        } else {
            month = (c->today.month - 1 + i) % 12 + 1;
            year += (c->today.month - 1 + i) / 12;
        }
        if (!civil_date_valid(year, month, parsed->number))
            continue;
        delta = civil_days(year, month, parsed->number) - c->today_days;
        if (delta < 0)
            continue;
        /* Once the day of today's date is past, resolve_date() makes it tonight. */
        if (delta == 0 && parsed->part != PART_DAY && is_past(c, 0, parsed->part))
            continue;
        *ret_delta = (int)delta;
        return true;
    }
    return false;
}

/* Days from today to the Saturday of the weekend, or to its Sunday when Saturday is past.  "Next
 * weekend", said on a workday, is the one after this week's. */
static int weekend_day(const struct calendar *c, const struct when_parsed *parsed,
                       bool *ret_saturday)
{
    enum { SUNDAY = 0, SATURDAY = 6, WEEK = 7 };
    int day = c->today.weekday, saturday = SATURDAY - day;

    *ret_saturday = true;
    if (parsed->next && day == SATURDAY)
        return WEEK;
    if (parsed->next)
        return day == SUNDAY ? saturday : saturday + WEEK;
    if ((day == SUNDAY && !is_past(c, 0, parsed->part)) ||
        (day == SATURDAY && is_past(c, 0, parsed->part))) {
        *ret_saturday = false;
        return day == SUNDAY ? 0 : 1;
    }
    return saturday;
}

/* Days from today to the holiday, unless that day, or the part of it, is past. */
static int holiday_day(const struct calendar *c, const struct when_parsed *parsed)
{
    int delta = (int)(holidays_date(parsed->holiday, c->today.year) - c->today_days);
    bool over =
        delta < 0 || (delta == 0 && parsed->part != PART_DAY && is_past(c, 0, parsed->part));

    if (over)
        delta = (int)(holidays_date(parsed->holiday, c->today.year + 1) - c->today_days);
    return delta;
}

/* Finds the date, in days from today, and settles the part: "today" in the evening is tonight. */
static enum status resolve_date(const struct calendar *c, struct when_parsed *parsed,
                                int *ret_delta, bool *ret_saturday, struct err *err)
{
    enum { MONTH_DAYS = 31 };
    bool running_night = c->today.hour < 6 && parsed->part_given &&
                         (parsed->part == PART_NIGHT || parsed->part == PART_OVERNIGHT);
    int delta = 0;

    switch (parsed->day) {
    case DAY_UNSPECIFIED:
    case DAY_TODAY:
        if (running_night)
            delta = -1;
        else if (is_past(c, 0, parsed->part)) {
            if (parsed->part == PART_DAY)
                parsed->part = PART_NIGHT;
            else
                delta = 1;
        }
        break;
    case DAY_TOMORROW:
        delta = 1;
        break;
    case DAY_AFTER_TOMORROW:
        delta = 2;
        break;
    case DAY_WEEKDAY:
        delta = (parsed->weekday - c->today.weekday + 7) % 7;
        if (delta == 0 && (parsed->next || is_past(c, 0, parsed->part)))
            delta = 7;
        break;
    case DAY_WEEKEND:
        delta = weekend_day(c, parsed, ret_saturday);
        break;
    case DAY_DATE:
        if (!next_date(c, parsed, &delta))
            return err_reason(err, ST_INVALID, "date_impossible", "time: no such date");
        break;
    case DAY_HOLIDAY:
        delta = holiday_day(c, parsed);
        break;
    case DAY_FAR_AHEAD:
        delta = MONTH_DAYS;
        break;
    }
    if ((parsed->day == DAY_DATE || parsed->day == DAY_HOLIDAY) && delta == 0 &&
        parsed->part == PART_DAY && is_past(c, 0, PART_DAY))
        parsed->part = PART_NIGHT;
    *ret_delta = delta;
    return ST_OK;
}

/* "The day after Friday", "a week from Tuesday": the whole day, called by its weekday or date. */
static void move_later(struct when_parsed *parsed, int *delta, bool *saturday)
{
    enum { WEEK = 7 };

    if (parsed->days_after > 0) {
        *delta += parsed->days_after + (*saturday ? 1 : 0); /* after a weekend */
        *saturday = false;
        parsed->part = PART_DAY;
        parsed->day = *delta == 0 ? DAY_TODAY : *delta == 1 ? DAY_TOMORROW : DAY_WEEKDAY;
    }
    if (parsed->weeks_after > 0) {
        *delta += WEEK * parsed->weeks_after;
        parsed->day = DAY_DATE;
    }
}

static enum status find_date(const struct calendar *c, const struct when_words *words,
                             struct when_parsed *parsed, int *ret_delta, bool *ret_saturday,
                             struct err *err)
{
    enum status st = when_words_parse(words, parsed, err);

    if (st == ST_OK)
        st = resolve_date(c, parsed, ret_delta, ret_saturday, err);
    if (st == ST_OK)
        move_later(parsed, ret_delta, ret_saturday);
    return st;
}

/* "Friday or Saturday": the first of them, or with words->second the other one, which must be the
 * next day, or another part of the same. */
static enum status find_one_of_two(const struct calendar *c, const struct when_words *words,
                                   struct when_parsed *parsed, int *ret_delta, bool *ret_two,
                                   struct err *err)
{
    enum { WEEK = 7 };
    struct when_words one = *words, other = *words;
    struct when_parsed second;
    bool saturday = false;
    int first_day = 0, second_day = 0;
    enum status st;

    one.second = false;
    other.second = true;
    (void)when_words_take_one(&one);
    (void)when_words_take_one(&other);
    st = find_date(c, &one, parsed, &first_day, &saturday, err);
    if (st == ST_OK)
        st = find_date(c, &other, &second, &second_day, &saturday, err);
    if (st != ST_OK)
        return st;
    if (second_day < first_day)
        second_day += WEEK; /* "Saturday and Sunday", said on Sunday */
    if (saturday || second_day > first_day + 1)
        return err_reason(err, ST_INVALID, "when_unclear", "time: two days that are apart");
    *ret_two = !words->second && (second_day > first_day || second.part != parsed->part);
    if (words->second)
        *parsed = second;
    *ret_delta = words->second ? second_day : first_day;
    return ST_OK;
}

static struct str date_name(struct civil date, enum when_part part, struct arena *arena)
{
    struct buf text = BUF_INIT(64);
    struct str name;

    buf_putz(&text, parts[part].prefix);
    phrase_put_date(&text, date.month, date.day);
    name = arena_str(arena, buf_str(&text));
    buf_free(&text);
    return name;
}

static struct str period_name(const struct calendar *c, const struct when_parsed *parsed, int delta,
                              bool next_week, struct arena *arena)
{
    int64_t noon = (c->today_days + delta) * 86400 + 43200; /* of the date, read in UTC */
    struct civil date = civil_of(zone_utc(), noon);
    const char *suffix = parts[parsed->part].suffix;

    if (parsed->day == DAY_DATE)
        return date_name(date, parsed->part, arena);
    if (parsed->day == DAY_FAR_AHEAD)
        return str_of(parsed->far_ahead);
    if (parsed->day == DAY_HOLIDAY)
        return arena_printf(arena, "%s%s", holidays_name(parsed->holiday), suffix);
    if (parsed->day == DAY_WEEKDAY || parsed->day == DAY_WEEKEND ||
        parsed->day == DAY_AFTER_TOMORROW)
        return arena_printf(arena, "%s%s%s", next_week ? "next " : "", weekday_name(date.weekday),
                            suffix);
    if (delta == 1)
        return arena_printf(arena, "tomorrow%s", suffix);
    return str_of(parts[parsed->part].no_date);
}

enum status when_parse(const struct when_words *words, const struct zone *zone, int64_t now,
                       struct arena *arena, struct when *ret_when, struct err *err)
{
    struct calendar c = { .zone = zone, .now = now, .today = civil_of(zone, now) };
    struct when_parsed parsed;
    int64_t hour_start = now - now % 3600;
    struct when_words one = *words;
    struct when when;
    bool saturday = false, two = false, next_week;
    enum status st;
    int delta = 0;

    c.today_days = civil_days(c.today.year, c.today.month, c.today.day);
    st = when_words_take_one(&one) ? find_one_of_two(&c, words, &parsed, &delta, &two, err)
                                   : find_date(&c, words, &parsed, &delta, &saturday, err);
    if (st != ST_OK)
        return st;
    next_week = delta >= 7; /* before the Sunday is added: both days of a weekend are named alike */
    when.two_days = two || (saturday && !words->second);
    delta += saturday && words->second ? 1 : 0;
    place_on_calendar(&c, delta, parsed.part, &when);
    when.from = when.start > hour_start ? when.start : hour_start;
    when.name = period_name(&c, &parsed, delta, next_week, arena);
    if (when.name.n == 0)
        return err_set(err, ST_SYSTEM, "time: the arena is full");
    *ret_when = when;
    if (when.start > now + WHEN_DAYS_AHEAD * (int64_t)86400)
        return err_reason(err, ST_NOT_FOUND, "too_far", "time: more than %d days ahead",
                          WHEN_DAYS_AHEAD);
    return ST_OK;
}
