/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/clock_text.c -- converts the times in a text to the clock of the place.
 *
 * Zones are compared by their offset, not by their name: in summer, "PDT" is the time of
 * Phoenix. */
#include "intents/speech/clock_text.h"

#include <stdbool.h>
#include <string.h>

#include "intents/speech/letter.h"
#include "intents/speech/marks.h"
#include "intents/speech/phrase.h"
#include "server/base/civil.h"
#include "server/base/date_names.h"

enum { HOUR_S = 3600, MINUTE_S = 60, HOUR_MINUTES = 60, DAY_MINUTES = 24 * 60, WEEK = 7 };

static const struct abbreviation {
    struct str written;
    int hours;          /* local minus UTC */
    const char *region; /* for those that have both standard and daylight time: a zone with it */
    const char *spoken; /* NULL: as written; normalize.def has its words */
} abbreviations[] = {
    { STR("AKDT"), -8, NULL, NULL },
    { STR("AKST"), -9, NULL, NULL },
    { STR("ADT"), -3, NULL, NULL },
    { STR("AST"), -4, NULL, NULL },
    { STR("CDT"), -5, NULL, NULL },
    { STR("CST"), -6, NULL, NULL },
    { STR("CHST"), 10, NULL, NULL },
    { STR("ChST"), 10, NULL, NULL },
    { STR("EDT"), -4, NULL, NULL },
    { STR("EST"), -5, NULL, NULL },
    { STR("HDT"), -9, NULL, NULL },
    { STR("HST"), -10, NULL, NULL },
    { STR("MDT"), -6, NULL, NULL },
    { STR("MST"), -7, NULL, NULL },
    { STR("PDT"), -7, NULL, NULL },
    { STR("PST"), -8, NULL, NULL },
    { STR("SST"), -11, NULL, NULL },
    { STR("ET"), 0, "America/New_York", "Eastern time" },
    { STR("CT"), 0, "America/Chicago", "Central time" },
    { STR("MT"), 0, "America/Denver", "Mountain time" },
    { STR("PT"), 0, "America/Los_Angeles", "Pacific time" },
};
static const struct abbreviation universal[] = { { STR("UTC"), 0, NULL, NULL },
                                                 { STR("GMT"), 0, NULL, NULL } };

/* The names of the zones by their standard time. */
static const struct {
    int hours;
    const char *name;
} zone_names[] = {
    { -4, "Atlantic" }, { -5, "Eastern" }, { -6, "Central" }, { -7, "Mountain" }, { -8, "Pacific" },
    { -9, "Alaska" },   { -10, "Hawaii" }, { -11, "Samoa" },  { 10, "Chamorro" },
};

/* A time of day in the text. */
struct hour {
    size_t end;                      /* of the words of the time, without the zone */
    size_t zone_end;                 /* of the zone */
    const struct abbreviation *zone; /* NULL when none is named */
    int minute_of_day;
};

/* ---- reading ---- */

static bool has_at(struct str text, size_t at, const char *word)
{
    size_t n = strlen(word);

    return at + n <= text.n && str_ieq(str_sub(text, at, at + n), str_of(word));
}

static bool word_ends(struct str text, size_t at)
{
    return at >= text.n || !(letter_is(text.p[at]) || letter_is_digit(text.p[at]));
}

static size_t skip_spaces(struct str text, size_t at)
{
    while (at < text.n && text.p[at] == ' ')
        at++;
    return at;
}

/* Reads up to `max` digits; returns where they end. */
static size_t read_digits(struct str text, size_t at, size_t max, int *ret_number)
{
    size_t i = at;

    *ret_number = 0;
    for (; i < text.n && i < at + max && letter_is_digit(text.p[i]); i++)
        *ret_number = *ret_number * 10 + (text.p[i] - '0');
    return i;
}

static const struct abbreviation *find_abbreviation(struct str text, size_t at,
                                                    const struct abbreviation *list, size_t count,
                                                    size_t *ret_end)
{
    for (size_t i = 0; i < count; i++) {
        size_t end = at + list[i].written.n;
        if (end <= text.n && str_eq(str_sub(text, at, end), list[i].written) &&
            word_ends(text, end)) {
            *ret_end = end;
            return &list[i];
        }
    }
    return NULL;
}

static void read_zone(struct str text, struct hour *h)
{
    enum { COUNT = sizeof abbreviations / sizeof abbreviations[0] };

    h->zone_end = h->end;
    h->zone =
        find_abbreviation(text, skip_spaces(text, h->end), abbreviations, COUNT, &h->zone_end);
}

/* "noon", "12 noon", "midnight" */
static bool read_named_hour(struct str text, size_t at, struct hour *h)
{
    if (has_at(text, at, "12 "))
        at += strlen("12 ");
    if (has_at(text, at, "noon"))
        *h = (struct hour){ .end = at + strlen("noon"), .minute_of_day = 12 * HOUR_MINUTES };
    else if (has_at(text, at, "midnight"))
        *h = (struct hour){ .end = at + strlen("midnight") };
    else
        return false;
    return word_ends(text, h->end);
}

/* "9 P.M.", "9:30 A.M." */
static bool read_clock_hour(struct str text, size_t at, struct hour *h)
{
    int hour, minute = 0;
    size_t end = read_digits(text, at, 2, &hour);
    bool morning;

    if (end == at || hour < 1 || hour > 12)
        return false;
    if (end < text.n && text.p[end] == ':')
        end = read_digits(text, end + 1, 2, &minute);
    morning = has_at(text, end, " A.M.");
    if (minute > 59 || (!morning && !has_at(text, end, " P.M.")))
        return false;
    *h = (struct hour){ .end = end + strlen(" A.M."),
                        .minute_of_day = (hour % 12 + (morning ? 0 : 12)) * HOUR_MINUTES + minute };
    return true;
}

/* Reads the time of day at `at`, with its zone. */
static bool read_hour(struct str text, size_t at, struct hour *h)
{
    if (!read_named_hour(text, at, h) && !read_clock_hour(text, at, h))
        return false;
    read_zone(text, h);
    return true;
}

/* Reads "00 UTC", "1200 GMT" or "12:00 UTC". */
static bool read_universal(struct str text, size_t at, struct hour *h)
{
    enum { COUNT = sizeof universal / sizeof universal[0] };
    int hour, minute = 0;
    size_t end = read_digits(text, at, 2, &hour);

    if (end != at + 2 || hour > 23)
        return false;
    if (end < text.n && text.p[end] == ':')
        end++;
    end = read_digits(text, end, 2, &minute);
    *h = (struct hour){ .end = end, .minute_of_day = hour * HOUR_MINUTES + minute };
    h->zone = find_abbreviation(text, skip_spaces(text, end), universal, COUNT, &h->zone_end);
    return h->zone && minute < 60;
}

/* ---- hours in one or two zones ---- */

static int offset_minutes(const struct abbreviation *a, const struct clock_text *clock)
{
    const struct zone *region = a->region ? zone_get(str_of(a->region)) : NULL;

    return region ? zone_offset_s(region, clock->at) / MINUTE_S : a->hours * HOUR_MINUTES;
}

static bool is_local(const struct abbreviation *a, const struct clock_text *clock)
{
    return zone_offset_s(clock->place, clock->at) / MINUTE_S == offset_minutes(a, clock);
}

/* Must the zone of the place be named? */
static bool names_zone(const struct clock_text *clock)
{
    return !clock->listener ||
           zone_offset_s(clock->listener, clock->at) != zone_offset_s(clock->place, clock->at);
}

/* The same moment in two zones? */
static bool same_instant(const struct hour *a, const struct hour *b, const struct clock_text *clock)
{
    int zone_a = offset_minutes(a->zone, clock), zone_b = offset_minutes(b->zone, clock);

    return zone_a != zone_b &&
           (a->minute_of_day - zone_a - (b->minute_of_day - zone_b)) % DAY_MINUTES == 0;
}

static void put_abbreviation(struct buf *out, const struct abbreviation *a)
{
    buf_putc(out, ' ');
    buf_putz(out, a->spoken ? a->spoken : a->written.p);
}

/* Skips "7 to " or "7 P.M. to " at `at`; returns `at` when there is none. */
static size_t skip_range(struct str text, size_t at)
{
    int hour;
    size_t end = read_digits(text, at, 2, &hour);

    if (end == at)
        return at;
    if (end < text.n && text.p[end] == ':')
        end = read_digits(text, end + 1, 2, &hour);
    if (has_at(text, end, " A.M.") || has_at(text, end, " P.M."))
        end += strlen(" A.M.");
    return has_at(text, end, " to ") ? end + strlen(" to ") : at;
}

/* Reads the same hour in another zone after `first`: "/10 P.M. CDT/", "(10 P.M. CDT)", "and noon
 * MDT". *ret_at is where it begins; in "/7 to 10 P.M. CDT/" that is before its range. */
static bool read_second(struct str text, const struct hour *first, const struct clock_text *clock,
                        size_t *ret_at, bool *ret_range, struct hour *second)
{
    size_t at = skip_spaces(text, first->zone_end), end;
    bool bracket = at < text.n && (text.p[at] == '/' || text.p[at] == '(');

    if (bracket || (at < text.n && text.p[at] == ','))
        at = skip_spaces(text, at + 1);
    else if (has_at(text, at, "and ") || has_at(text, at, "or "))
        at = skip_spaces(text, at + str_index(str_sub(text, at, text.n), ' '));
    else
        return false;
    *ret_range = bracket && skip_range(text, at) > at;
    if (!read_hour(text, skip_range(text, at), second) || !second->zone ||
        !same_instant(first, second, clock))
        return false;
    end = skip_spaces(text, second->zone_end);
    if (bracket && end < text.n && (text.p[end] == '/' || text.p[end] == ')'))
        second->zone_end = end + 1;
    *ret_at = at;
    return true;
}

/* Appends the hour from `at` on, with its zone if it must be named. */
static void put_hour(struct buf *out, struct str text, size_t at, const struct hour *h,
                     const struct clock_text *clock)
{
    buf_put(out, str_sub(text, at, h->end));
    if (!is_local(h->zone, clock) || names_zone(clock))
        put_abbreviation(out, h->zone);
}

/* `range`: the second one is the end of a range, which the beginning of the first one's was put
 * before. */
static void put_pair(struct buf *out, struct str text, size_t at, const struct hour *first,
                     size_t second_at, bool range, const struct hour *second,
                     const struct clock_text *clock)
{
    bool first_is_local = is_local(first->zone, clock);
    bool second_is_local = is_local(second->zone, clock) && !range;
    bool goes_on = second->zone_end + 1 < text.n && text.p[second->zone_end] == ' ' &&
                   letter_is(text.p[second->zone_end + 1]);

    if (clock->listener && (first_is_local || second_is_local)) {
        put_hour(out, text, first_is_local ? at : second_at, first_is_local ? first : second,
                 clock);
        return;
    }
    buf_put(out, str_sub(text, at, first->end));
    put_abbreviation(out, first->zone);
    buf_putz(out, ", ");
    buf_put(out, str_sub(text, second_at, second->end));
    put_abbreviation(out, second->zone);
    buf_putz(out, goes_on ? "," : "");
}

/* Rewrites the hour at `at` if it has a zone. Returns where the text goes on, or `at`. */
static size_t put_zoned_hour(struct buf *out, struct str text, size_t at,
                             const struct clock_text *clock)
{
    struct hour first, second;
    size_t second_at;
    bool range;

    if (!read_hour(text, at, &first) || !first.zone)
        return at;
    if (read_second(text, &first, clock, &second_at, &range, &second)) {
        put_pair(out, text, at, &first, second_at, range, &second, clock);
        return second.zone_end;
    }
    put_hour(out, text, at, &first, clock);
    return first.zone_end;
}

/* ---- universal time ---- */

/* The weekday at `at`, by its long or its short name; -1 when there is none. */
static int read_weekday(struct str text, size_t at, size_t *ret_end)
{
    for (int day = 0; day < WEEK; day++) {
        const char *names[] = { weekday_name(day), weekday_short_name(day) };
        for (size_t i = 0; i < 2; i++) {
            size_t end = at + strlen(names[i]);
            if (has_at(text, at, names[i]) && word_ends(text, end)) {
                *ret_end = end;
                return day;
            }
        }
    }
    return -1;
}

/* Would another day make what follows wrong? "June 18", "tomorrow", "18 June". */
static bool date_follows(struct str text, size_t at)
{
    at = skip_spaces(text, at);
    if (has_at(text, at, "on "))
        at += strlen("on ");
    if (at < text.n && letter_is_digit(text.p[at]))
        return true;
    for (int month = 1; month <= 12; month++)
        if (has_at(text, at, month_short_name(month)))
            return true;
    return has_at(text, at, "tomorrow") || has_at(text, at, "the ");
}

/* The universal time as the place's clock shows it; *ret_days is how the date differs. */
static struct civil to_local(const struct hour *h, const struct clock_text *clock, int *ret_days)
{
    int minutes = h->minute_of_day + zone_offset_s(clock->place, clock->at) / MINUTE_S;

    *ret_days = minutes < 0 ? -1 : minutes >= DAY_MINUTES ? 1 : 0;
    minutes -= *ret_days * DAY_MINUTES;
    return (struct civil){ .hour = minutes / HOUR_MINUTES, .minute = minutes % HOUR_MINUTES };
}

static void put_local(struct buf *out, struct civil local, const struct clock_text *clock)
{
    phrase_put_time(out, local);
    if (clock->listener)
        clock_text_put_zone(out, clock, clock->at);
}

static const char *shifted_weekday(int day, int days)
{
    return weekday_name((day + days + WEEK) % WEEK);
}

/* Rewrites the universal time at `at`, or the weekday with such a time there. Returns where the
 * text goes on, or `at`. */
static size_t put_universal(struct buf *out, struct str text, size_t at,
                            const struct clock_text *clock)
{
    size_t day_end = at, end;
    int before = read_weekday(text, at, &day_end), after, days;
    size_t time_at = before >= 0 ? skip_spaces(text, day_end) : at;
    struct civil local;
    struct hour h;

    if (has_at(text, time_at, "at ") && before >= 0)
        time_at += strlen("at ");
    if (!read_universal(text, time_at, &h))
        return at;
    local = to_local(&h, clock, &days);
    end = h.zone_end;
    after = before >= 0 ? -1 : read_weekday(text, skip_spaces(text, end), &end);
    if (days != 0 && before < 0 && after < 0 && date_follows(text, end))
        return at;
    if (before >= 0)
        buf_printf(out, "%s at ", shifted_weekday(before, days));
    put_local(out, local, clock);
    if (after >= 0)
        buf_printf(out, " %s", shifted_weekday(after, days));
    return end;
}

/* ---- the text ---- */

void clock_text_put(struct buf *out, struct str text, const struct clock_text *clock)
{
    size_t copied = 0;

    for (size_t i = 0; i < text.n; i++) {
        bool begins = i == 0 || !(letter_is(text.p[i - 1]) || letter_is_digit(text.p[i - 1]) ||
                                  strchr(":.-/", text.p[i - 1]));
        size_t end;
        if (!begins || !(letter_is(text.p[i]) || letter_is_digit(text.p[i])))
            continue;
        buf_put(out, str_sub(text, copied, i));
        copied = i;
        end = put_zoned_hour(out, text, i, clock);
        if (end == i)
            end = put_universal(out, text, i, clock);
        if (end == i)
            continue;
        if (end < text.n && text.p[end] == '.' && out->p[out->n - 1] == '.') {
            buf_putc(out, MARK_SENTENCE); /* "P.M." ends the sentence by its own period */
            end++;
        }
        copied = end;
        i = end - 1;
    }
    buf_put(out, str_sub(text, copied, text.n));
}

void clock_text_put_zone(struct buf *out, const struct clock_text *clock, int64_t t)
{
    enum { HALF_YEAR_S = 182 * 86400 };
    int32_t now, later, standard;

    if (!clock->listener || zone_offset_s(clock->listener, t) == zone_offset_s(clock->place, t))
        return;
    now = zone_offset_s(clock->place, t);
    later = zone_offset_s(clock->place, t + HALF_YEAR_S);
    standard = now < later ? now : later;
    for (size_t i = 0; i < sizeof zone_names / sizeof zone_names[0]; i++)
        if (standard == zone_names[i].hours * HOUR_S)
            buf_printf(out, " %s time", zone_names[i].name);
}
