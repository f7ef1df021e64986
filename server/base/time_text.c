/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/time_text.c -- instants and durations to and from text.
 *
 * A cursor walks the text. The first mismatch makes it fail, and a failed cursor matches nothing
 * more, so each parser below reads like the grammar it follows and checks once at the end. */
#include "server/base/time_text.h"

#include <stdio.h>
#include <string.h>

#include "server/base/civil.h"
#include "server/base/clock.h"
#include "server/base/date_names.h"
#include "server/base/zone.h"

struct cursor {
    struct str rest;
    bool ok;
};

static bool has_more(const struct cursor *c)
{
    return c->ok && c->rest.n > 0;
}

static char peek(const struct cursor *c)
{
    return has_more(c) ? c->rest.p[0] : '\0';
}

/* No more than there are. */
static void skip_bytes(struct cursor *c, size_t n)
{
    c->rest.p += n;
    c->rest.n -= n;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Match one of these characters. */
static char match_one_of(struct cursor *c, const char *set)
{
    char got = peek(c);

    if (got == '\0' || !strchr(set, got)) {
        c->ok = false;
        return '\0';
    }
    skip_bytes(c, 1);
    return got;
}

/* The number of the `count` digits at `from`, which there are bytes for. */
static inline int digits_at(struct cursor *c, size_t from, size_t count)
{
    int value = 0;

    for (size_t i = from; i < from + count; i++) {
        if (!is_digit(c->rest.p[i]))
            c->ok = false;
        value = value * 10 + (c->rest.p[i] - '0');
    }
    return value;
}

/* Match exactly `count` digits with a value from min to max. */
static int match_number(struct cursor *c, size_t count, int min, int max)
{
    int value;

    if (!c->ok || c->rest.n < count) {
        c->ok = false;
        return 0;
    }
    value = digits_at(c, 0, count);
    if (value < min || value > max)
        c->ok = false;
    skip_bytes(c, count);
    return value;
}

static void match_char(struct cursor *c, char wanted)
{
    if (peek(c) == wanted)
        skip_bytes(c, 1);
    else
        c->ok = false;
}

static void match_literal(struct cursor *c, struct str text)
{
    if (!c->ok || !str_starts(c->rest, text))
        c->ok = false;
    else
        skip_bytes(c, text.n);
}

/* Match the name of a number from `first` to `last`; returns that number, or `first` on failure. */
static int match_name(struct cursor *c, const char *(*name)(int), int first, int last)
{
    for (int i = first; c->ok && i <= last; i++) {
        if (str_starts(c->rest, str_of(name(i)))) {
            skip_bytes(c, strlen(name(i)));
            return i;
        }
    }
    c->ok = false;
    return first;
}

/* The instant of a date and time in UTC. */
static int64_t utc_instant(struct cursor *c, const struct civil *at)
{
    if (c->ok && !civil_date_valid(at->year, at->month, at->day))
        c->ok = false;
    if (!c->ok)
        return 0;
    return civil_days(at->year, at->month, at->day) * 86400 + at->hour * 3600 + at->minute * 60 +
           at->second;
}

/* "hh:mm:ss" */
static void match_clock_time(struct cursor *c, struct civil *at)
{
    const char *p = c->rest.p;

    if (!c->ok || c->rest.n < 8 || p[2] != ':' || p[5] != ':') {
        c->ok = false;
        return;
    }
    at->hour = digits_at(c, 0, 2);
    at->minute = digits_at(c, 3, 2);
    at->second = digits_at(c, 6, 2); /* a leap second counts as the first of the next minute */
    if (at->hour > 23 || at->minute > 59 || at->second > 60)
        c->ok = false;
    skip_bytes(c, 8);
}

/* "yyyy-mm-dd" */
static void match_date(struct cursor *c, struct civil *at)
{
    const char *p = c->rest.p;

    if (!c->ok || c->rest.n < 10 || p[4] != '-' || p[7] != '-') {
        c->ok = false;
        return;
    }
    at->year = digits_at(c, 0, 4);
    at->month = digits_at(c, 5, 2);
    at->day = digits_at(c, 8, 2);
    skip_bytes(c, 10);
}

/* Match an offset, local minus UTC. RFC 3339 requires "+hh:mm"; when `loose`, as in intervals,
 * "+hhmm" and "+hh" match too. */
static int64_t match_offset(struct cursor *c, bool loose)
{
    char sign = match_one_of(c, "Zz+-");
    int hours, minutes = 0;

    if (sign != '+' && sign != '-')
        return 0;
    hours = match_number(c, 2, 0, 23);
    if (!loose || peek(c) == ':')
        match_char(c, ':');
    if (!loose || is_digit(peek(c)))
        minutes = match_number(c, 2, 0, 59);
    return (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

static int64_t match_date_time(struct cursor *c, bool loose)
{
    struct civil at = { 0 };
    int64_t t;

    match_date(c, &at); /* utc_instant() says whether there is that day */
    (void)match_one_of(c, "Tt ");
    match_clock_time(c, &at);
    if (peek(c) == '.') {
        skip_bytes(c, 1);
        (void)match_number(c, 1, 0, 9);
        while (is_digit(peek(c)))
            skip_bytes(c, 1);
    }
    t = utc_instant(c, &at);
    return t - match_offset(c, loose);
}

static bool is_done(const struct cursor *c)
{
    return c->ok && c->rest.n == 0;
}

bool time_parse_rfc3339(struct str s, int64_t *ret_t)
{
    struct cursor c = { s, true };
    int64_t t = match_date_time(&c, false);

    if (!is_done(&c))
        return false;
    *ret_t = t;
    return true;
}

static void put_digits(char *out, int count, int value)
{
    for (unsigned rest = value < 0 ? 0 : (unsigned)value; count > 0; rest /= 10)
        out[--count] = (char)('0' + rest % 10);
}

void time_format_rfc3339(int64_t t, char out[32])
{
    struct civil c = civil_of(zone_utc(), t);

    memcpy(out, "0000-00-00T00:00:00Z", sizeof "0000-00-00T00:00:00Z");
    put_digits(out, 4, c.year % 10000);
    put_digits(out + 5, 2, c.month);
    put_digits(out + 8, 2, c.day);
    put_digits(out + 11, 2, c.hour);
    put_digits(out + 14, 2, c.minute);
    put_digits(out + 17, 2, c.second);
}

/* ---- HTTP-date ---- */

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
static int64_t match_imf_fixdate(struct cursor *c)
{
    struct civil at = { 0 };

    (void)match_name(c, weekday_short_name, 0, 6);
    match_literal(c, STR(", "));
    at.day = match_number(c, 2, 1, 31);
    match_char(c, ' ');
    at.month = match_name(c, month_short_name, 1, 12);
    match_char(c, ' ');
    at.year = match_number(c, 4, 0, 9999);
    match_char(c, ' ');
    match_clock_time(c, &at);
    match_literal(c, STR(" GMT"));
    return utc_instant(c, &at);
}

/* "Sunday, 06-Nov-94 08:49:37 GMT": a date over 50 years ahead is in the last century. */
static int64_t match_rfc850_date(struct cursor *c)
{
    const int64_t fifty_years = INT64_C(50) * 31556952, now = clock_wall_s();
    struct civil at = { 0 };

    (void)match_name(c, weekday_name, 0, 6);
    match_literal(c, STR(", "));
    at.day = match_number(c, 2, 1, 31);
    match_char(c, '-');
    at.month = match_name(c, month_short_name, 1, 12);
    match_char(c, '-');
    at.year = match_number(c, 2, 0, 99) + civil_of(zone_utc(), now).year / 100 * 100;
    match_char(c, ' ');
    match_clock_time(c, &at);
    match_literal(c, STR(" GMT"));
    if (civil_days(at.year, at.month, at.day) * 86400 > now + fifty_years)
        at.year -= 100;
    return utc_instant(c, &at);
}

/* "Sun Nov 6 08:49:37 1994" */
static int64_t match_asctime_date(struct cursor *c)
{
    struct civil at = { 0 };

    (void)match_name(c, weekday_short_name, 0, 6);
    match_char(c, ' ');
    at.month = match_name(c, month_short_name, 1, 12);
    match_char(c, ' ');
    if (peek(c) == ' ') {
        skip_bytes(c, 1);
        at.day = match_number(c, 1, 1, 9);
    } else {
        at.day = match_number(c, 2, 10, 31);
    }
    match_char(c, ' ');
    match_clock_time(c, &at);
    match_char(c, ' ');
    at.year = match_number(c, 4, 0, 9999);
    return utc_instant(c, &at);
}

bool time_parse_http(struct str s, int64_t *ret_t)
{
    static int64_t (*const forms[])(struct cursor *) = { match_imf_fixdate, match_rfc850_date,
                                                         match_asctime_date };

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct cursor c = { s, true };
        int64_t t = forms[i](&c);
        if (is_done(&c)) {
            *ret_t = t;
            return true;
        }
    }
    return false;
}

void time_format_http(int64_t t, char out[32])
{
    struct civil c = civil_of(zone_utc(), t);

    (void)snprintf(out, 32, "%s, %02d %s %04d %02d:%02d:%02d GMT", weekday_short_name(c.weekday),
                   c.day, month_short_name(c.month), c.year % 10000, c.hour, c.minute, c.second);
}

/* ---- ISO 8601 durations and intervals ---- */

/* Components come in this order, each at most once; the first DATE_PARTS come before the T. */
static int64_t match_duration(struct cursor *c)
{
    static const struct {
        char letter;
        int64_t seconds;
    } parts[] = { { 'Y', 365 * 86400 }, { 'M', 30 * 86400 }, { 'W', 7 * 86400 }, { 'D', 86400 },
                  { 'H', 3600 },        { 'M', 60 },         { 'S', 1 } };
    enum { DATE_PARTS = 4, PARTS = 7, DIGITS_MAX = 6 };
    size_t at = 0;
    bool any = false, timed = false;
    int64_t total = 0;

    match_char(c, 'P');
    while (c->ok && (is_digit(peek(c)) || (peek(c) == 'T' && !timed))) {
        if (peek(c) == 'T') {
            skip_bytes(c, 1);
            timed = true;
            at = DATE_PARTS;
            any = false; /* a T with nothing after it is malformed */
        }
        int64_t value = match_number(c, 1, 0, 9);
        for (int digits = 1; is_digit(peek(c)); digits++) {
            if (digits == DIGITS_MAX)
                c->ok = false;
            value = value * 10 + match_number(c, 1, 0, 9);
        }
        size_t end = timed ? PARTS : DATE_PARTS;
        char letter = match_one_of(c, "YMWDHS");
        while (at < end && parts[at].letter != letter)
            at++;
        if (at == end) {
            c->ok = false;
            break;
        }
        total += value * parts[at++].seconds;
        any = true;
    }
    if (!any)
        c->ok = false;
    return total;
}

static int64_t match_interval_end(struct cursor *c, int64_t now)
{
    if (str_starts(c->rest, STR("NOW"))) {
        skip_bytes(c, 3);
        return now;
    }
    return match_date_time(c, true);
}

bool time_parse_interval(struct str s, int64_t now, int64_t *ret_start, int64_t *ret_end)
{
    struct cursor c = { s, true };
    int64_t start, end;

    if (peek(&c) == 'P') {
        int64_t span = match_duration(&c);
        match_char(&c, '/');
        end = match_interval_end(&c, now);
        start = end - span;
    } else {
        start = match_interval_end(&c, now);
        match_char(&c, '/');
        end = peek(&c) == 'P' ? start + match_duration(&c) : match_interval_end(&c, now);
    }
    if (!is_done(&c) || end < start)
        return false;
    *ret_start = start;
    *ret_end = end;
    return true;
}
