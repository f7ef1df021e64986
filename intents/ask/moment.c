/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/moment.c -- places a time of day on the calendar. */
#include "intents/ask/moment.h"

#include "intents/figures/hour.h"
#include "intents/speech/phrase.h"

enum { HOUR = 3600, DAY = 24 * HOUR, HALF_DAY_HOURS = 12, GRACE_S = 30 * 60, WEEK_DAYS = 7 };
enum { MORNING = 6, NOON = 12, EVENING = 18 }; /* o'clock */

/* The day that was named. */
struct named_day {
    struct when_parsed words;
    struct when when;
    struct civil date; /* of its first hour; that of "overnight" is the day before */
    bool given;
};

static enum status read_day(const struct moment_frame *f, struct named_day *ret_day,
                            struct err *err)
{
    struct named_day d = { .given =
                               when_words_given(f->when) && !when_words_mean_days_ahead(f->when) };
    enum status st = ST_OK;

    d.date = civil_of(f->zone, f->now);
    if (d.given) {
        st = when_words_parse(f->when, &d.words, err);
        if (st == ST_OK)
            st = when_parse(f->when, f->zone, f->now, f->arena, &d.when, err);
        if (st == ST_OK)
            d.date = civil_of(f->zone, d.when.start);
        if (st == ST_OK && d.when.part == PART_OVERNIGHT)
            d.date.day--;
    }
    *ret_day = d;
    return st;
}

/* `days` and `hours` are counted from the date's midnight and may be any number. */
static int64_t instant(const struct moment_frame *f, const struct named_day *d, int days, int hour,
                       int minute)
{
    struct civil c = { .year = d->date.year,
                       .month = d->date.month,
                       .day = d->date.day + days,
                       .hour = hour,
                       .minute = minute };

    return civil_instant(f->zone, c);
}

/* Until when a time of day counts as today's when no day was named. */
static bool is_past(const struct moment_frame *f, int64_t t)
{
    return f->now - t > GRACE_S;
}

/* Without a day: today, else tomorrow. */
static int64_t next_to_come(const struct moment_frame *f, const struct named_day *d,
                            const struct clock_words *clock)
{
    int step = clock->kind == CLOCK_TWELVE ? HALF_DAY_HOURS : 2 * HALF_DAY_HOURS;

    for (int hour = clock->hour; hour < 2 * DAY / HOUR; hour += step) {
        int64_t t = instant(f, d, 0, hour, clock->minute);
        if (!is_past(f, t))
            return t;
    }
    return instant(f, d, 1, clock->hour, clock->minute);
}

/* Within a part of a day: the hour as said, else in the afternoon ("tonight at seven" is never 7
 * A.M.), else the end of the part, which may be midnight. False when it has none. */
static bool find_within(const struct moment_frame *f, const struct named_day *d,
                        const struct clock_words *clock, int64_t *ret_t)
{
    const struct when *w = &d->when;

    for (int hour = clock->hour; hour < 2 * HALF_DAY_HOURS; hour += HALF_DAY_HOURS) {
        for (int day = 0; day <= 1; day++) {
            int64_t t = instant(f, d, day, hour, clock->minute);
            if (t >= w->start && t < w->end) {
                *ret_t = t;
                return true;
            }
        }
    }
    if (instant(f, d, 1, clock->hour, clock->minute) != w->end)
        return false;
    *ret_t = w->end;
    return true;
}

/* "Seven" of a whole day is in the morning, "twelve" is noon. */
static int hour_of_day(const struct clock_words *clock)
{
    return clock->kind == CLOCK_TWELVE && clock->hour == 0 ? NOON : clock->hour;
}

static bool day_is_today(const struct named_day *d)
{
    return d->words.day == DAY_UNSPECIFIED || d->words.day == DAY_TODAY;
}

static int64_t find_on_day(const struct moment_frame *f, const struct named_day *d,
                           const struct clock_words *clock)
{
    int64_t t;

    if (!d->given || (clock->kind == CLOCK_TWELVE && !d->words.part_given && day_is_today(d)))
        return next_to_come(f, d, clock);
    if (d->words.part_given && find_within(f, d, clock, &t))
        return t;
    return instant(f, d, 0, hour_of_day(clock), clock->minute);
}

/* Days to add to what is over: last night is over, but another one comes tonight; a weekday comes
 * again. 0: it stays over. */
static int days_until_next(const struct moment_frame *f, const struct named_day *d)
{
    if (!d->given)
        return 1;
    if (d->words.day == DAY_WEEKDAY)
        return WEEK_DAYS;
    return day_is_today(d) && d->words.part_given && civil_of(f->zone, f->now).hour < MORNING &&
           d->when.start < f->now;
}

static int64_t move_days(const struct moment_frame *f, int64_t t, int days)
{
    struct civil c = civil_of(f->zone, t);

    c.day += days;
    return civil_instant(f->zone, c);
}

static enum status err_past(struct err *err)
{
    return err_reason(err, ST_INVALID, "time_past", "that time of today is over");
}

/* A part of the day as the time at which it begins. */
static struct clock_words beginning(const struct clock_words *clock)
{
    struct clock_words begin = *clock;

    if (clock->kind != CLOCK_PART)
        return begin;
    begin.kind = CLOCK_TIME;
    begin.minute = 0;
    begin.hour = clock->part == PART_MORNING     ? MORNING
                 : clock->part == PART_AFTERNOON ? NOON
                                                 : EVENING;
    return begin;
}

enum status moment_find(const struct moment_frame *f, const struct clock_words *clock,
                        int64_t *ret_t, struct err *err)
{
    const struct clock_words at = beginning(clock);
    struct named_day d;
    enum status st = read_day(f, &d, err);
    int days;

    if (st != ST_OK)
        return st;
    *ret_t = find_on_day(f, &d, &at);
    if (!d.given || hour_of(*ret_t) + HOUR > f->now)
        return ST_OK;
    days = days_until_next(f, &d);
    *ret_t = move_days(f, *ret_t, days);
    return days > 0 && hour_of(*ret_t) + HOUR > f->now ? ST_OK : err_past(err);
}

/* The first such time after `from`. */
static int64_t next_after(const struct moment_frame *f, int64_t from,
                          const struct clock_words *clock)
{
    struct named_day d = { .date = civil_of(f->zone, from) };
    int step = clock->kind == CLOCK_TWELVE ? HALF_DAY_HOURS : 2 * HALF_DAY_HOURS;

    for (int hour = clock->hour; hour < 2 * DAY / HOUR; hour += step)
        if (instant(f, &d, 0, hour, clock->minute) > from)
            return instant(f, &d, 0, hour, clock->minute);
    return from + DAY; /* cannot happen: the next date has that time */
}

/* "tomorrow from 2 P.M. to 6 P.M.", "until 6 P.M. tomorrow". */
static struct str range_name(const struct moment_frame *f, const struct when *w, bool from_now)
{
    struct civil now = civil_of(f->zone, f->now), start = civil_of(f->zone, w->start);
    struct civil end = civil_of(f->zone, w->end);
    struct buf text = BUF_INIT(120);
    struct str name;

    if (from_now) {
        buf_putz(&text, "until ");
        phrase_put_time(&text, end);
        buf_putc(&text, ' ');
        phrase_put_relative_day(&text, end, now);
    } else {
        phrase_put_relative_day(&text, start, now);
        buf_putz(&text, " from ");
        phrase_put_time(&text, start);
        buf_putz(&text, " to ");
        phrase_put_time(&text, end);
        if (w->end - w->start >= DAY) {
            buf_putc(&text, ' ');
            phrase_put_relative_day(&text, end, now);
        }
    }
    name = arena_str(f->arena, buf_str(&text));
    buf_free(&text);
    return name;
}

/* Completes a period of hours: its first hour decides whether the high or the low is told. */
static void settle_range(const struct moment_frame *f, struct when *w)
{
    int64_t running = hour_of(f->now);
    int hour;

    w->from = w->start > running ? w->start : running;
    hour = civil_of(f->zone, w->from).hour;
    w->daytime = hour >= MORNING && hour < EVENING;
    w->part = w->daytime ? PART_AFTERNOON : PART_EVENING;
    w->two_days = false;
}

/* When a period on the named day begins.  One that has begun is still meant until it ends. */
static enum status range_start(const struct moment_frame *f, const struct clock_words *from,
                               const struct clock_words *to, int64_t *ret_start, struct err *err)
{
    struct named_day d;
    enum status st = read_day(f, &d, err);
    int days;

    if (st != ST_OK)
        return st;
    *ret_start =
        d.given ? find_on_day(f, &d, from) : instant(f, &d, 0, hour_of_day(from), from->minute);
    if (next_after(f, *ret_start, to) > f->now)
        return ST_OK;
    days = days_until_next(f, &d);
    *ret_start = move_days(f, *ret_start, days);
    return days > 0 ? ST_OK : err_past(err);
}

/* When a period that begins now ends: at the next such time, or at that of the day named. */
static enum status range_end(const struct moment_frame *f, const struct clock_words *to,
                             int64_t *ret_end, struct err *err)
{
    struct named_day d;
    enum status st = read_day(f, &d, err);

    if (st == ST_OK && d.given)
        st = moment_find(f, to, ret_end, err);
    else if (st == ST_OK)
        *ret_end = next_after(f, f->now, to);
    return st == ST_OK && *ret_end <= f->now ? err_past(err) : st;
}

enum status moment_range(const struct moment_frame *f, const struct clock_words *from,
                         const struct clock_words *to, struct when *ret_when, struct err *err)
{
    struct clock_words begin = beginning(from), end = beginning(to);
    struct when w = { .start = hour_of(f->now) };
    bool from_now = from->kind == CLOCK_ABSENT;
    enum status st =
        from_now ? range_end(f, &end, &w.end, err) : range_start(f, &begin, &end, &w.start, err);

    if (st != ST_OK)
        return st;
    if (!from_now)
        w.end = next_after(f, w.start, &end);
    settle_range(f, &w);
    w.name = range_name(f, &w, from_now);
    *ret_when = w;
    return w.name.n > 0 ? ST_OK : err_set(err, ST_SYSTEM, "the arena is full");
}

struct when moment_next(const struct moment_frame *f, int64_t seconds)
{
    struct when w = { .start = hour_of(f->now), .end = f->now + seconds };
    struct buf text = BUF_INIT(60);

    settle_range(f, &w);
    buf_putz(&text, "for the next ");
    if (seconds % DAY == 0 && seconds > DAY) {
        buf_printf(&text, "%lld days", (long long)(seconds / DAY));
    } else if (seconds == HOUR) {
        buf_putz(&text, "hour");
    } else {
        phrase_put_duration(&text, seconds);
    }
    w.name = arena_str(f->arena, buf_str(&text));
    buf_free(&text);
    return w;
}
