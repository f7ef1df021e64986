/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/phrase.c -- times, dates, lists, sky cover and weather codes as spoken phrases. */
#include "intents/speech/phrase.h"

#include "server/base/date_names.h"

#include <string.h>

void phrase_put_separator(struct buf *out, size_t i, size_t count)
{
    if (i > 0)
        buf_putz(out, i + 1 == count ? " and " : ", ");
}

void phrase_put_time(struct buf *out, struct civil c)
{
    int hour = c.hour % 12 == 0 ? 12 : c.hour % 12;

    if (c.minute == 0 && hour == 12)
        buf_putz(out, c.hour < 12 ? "midnight" : "noon");
    else if (c.minute == 0)
        buf_printf(out, "%d %s", hour, c.hour < 12 ? "A.M." : "P.M.");
    else
        buf_printf(out, "%d:%02d %s", hour, c.minute, c.hour < 12 ? "A.M." : "P.M.");
}

static void put_count(struct buf *out, int64_t n, const char *noun)
{
    buf_printf(out, "%lld %s%s", (long long)n, noun, n == 1 ? "" : "s");
}

void phrase_put_duration(struct buf *out, int64_t seconds)
{
    int64_t minutes = seconds < 60 ? 1 : seconds / 60;
    int64_t hours = minutes / 60;

    if (hours > 0)
        put_count(out, hours, "hour");
    if (hours > 0 && minutes % 60 > 0)
        buf_putz(out, " and ");
    if (hours == 0 || minutes % 60 > 0)
        put_count(out, minutes % 60, "minute");
}

void phrase_put_date(struct buf *out, int month, int day)
{
    static const char *const endings[] = { "th", "st", "nd", "rd" };
    bool teen = day / 10 == 1;

    buf_printf(out, "%s %d%s", month_name(month), day,
               !teen && day % 10 <= 3 ? endings[day % 10] : "th");
}

/* `days` is how far off the day is, counted from today. */
static void put_day(struct buf *out, int64_t days, struct civil day)
{
    if (days == 0)
        buf_putz(out, "today");
    else if (days == 1)
        buf_putz(out, "tomorrow");
    else if (days == -1)
        buf_putz(out, "yesterday");
    else if (days > 1 && days < 7)
        buf_putz(out, weekday_name(day.weekday));
    else
        phrase_put_date(out, day.month, day.day);
}

/* The night that follows the day. */
static void put_night(struct buf *out, int64_t days, struct civil day)
{
    if (days == 0) {
        buf_putz(out, "tonight");
    } else if (days == -1) {
        buf_putz(out, "last night");
    } else if (days > 0 && days < 7) {
        put_day(out, days, day);
        buf_putz(out, " night");
    } else {
        buf_putz(out, "the night of ");
        phrase_put_date(out, day.month, day.day);
    }
}

/* The day or night of `then`. Midnight belongs to the night before it. */
static void put_day_or_night(struct buf *out, struct civil then, struct civil now, bool evening)
{
    int64_t day = civil_days(then.year, then.month, then.day);
    int64_t days = day - civil_days(now.year, now.month, now.day);

    if (then.hour == 0 && then.minute == 0)
        /* UTC: calendar arithmetic only */
        put_night(out, days - 1, civil_of(zone_utc(), (day - 1) * 86400));
    else if (evening && days == 0 && then.hour >= 18)
        buf_putz(out, "tonight");
    else
        put_day(out, days, then);
}

void phrase_put_relative_day(struct buf *out, struct civil then, struct civil now)
{
    put_day_or_night(out, then, now, true);
}

void phrase_put_day_and_time(struct buf *out, struct civil then, struct civil now)
{
    put_day_or_night(out, then, now, false);
    buf_putz(out, " at ");
    phrase_put_time(out, then);
}

struct sky_step {
    double max_percent; /* the name applies up to and including this cover */
    const char *name;
};

const char *phrase_sky_cover(double percent, bool daytime)
{
    static const struct sky_step by_day[] = {
        { 25.0, "sunny" },         { 50.0, "mostly sunny" }, { 69.0, "partly sunny" },
        { 87.0, "mostly cloudy" }, { 1e9, "cloudy" },
    };
    static const struct sky_step by_night[] = {
        { 5.0, "clear" },          { 25.0, "mostly clear" }, { 50.0, "partly cloudy" },
        { 87.0, "mostly cloudy" }, { 1e9, "cloudy" },
    };
    const struct sky_step *step = daytime ? by_day : by_night;

    while (percent > step->max_percent)
        step++;
    return step->name;
}

void phrase_put_sky(struct buf *out, double first, double last, bool daytime)
{
    const char *from = phrase_sky_cover(first, daytime), *to = phrase_sky_cover(last, daytime);

    buf_putz(out, from);
    if (strcmp(from, to) != 0)
        buf_printf(out, ", becoming %s", to);
}

/* A code and its spoken form. Codes without an entry are spoken as they are, underscores as
 * spaces. */
struct code {
    const char *code, *words;
};

/* "%" marks the place of the weather. */
static const struct code coverages[] = {
    { "areas", "areas of %" },
    { "brief", "brief %" },
    { "chance", "a chance of %" },
    { "definite", "%" },
    { "few", "a few %" },
    { "frequent", "frequent %" },
    { "intermittent", "intermittent %" },
    { "isolated", "isolated %" },
    { "likely", "% likely" },
    { "numerous", "numerous %" },
    { "occasional", "occasional %" },
    { "patchy", "patchy %" },
    { "periods", "periods of %" },
    { "scattered", "scattered %" },
    { "slight_chance", "a slight chance of %" },
    { "widespread", "widespread %" },
};
static const struct code attributes[] = {
    { "damaging_wind", "damaging winds" }, { "dry_thunderstorms", "little rain" },
    { "gusty_wind", "gusty winds" },       { "water_spouts", "waterspouts" },
    { "tornadoes", "possible tornadoes" },
};

static const char *code_words(const char *code, const struct code *table, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].code, code) == 0)
            return table[i].words;
    return NULL;
}

static void put_plain_code(struct buf *out, const char *code)
{
    for (; *code; code++)
        buf_putc(out, *code == '_' ? ' ' : *code);
}

static void put_weather(struct buf *out, struct phrase_condition c)
{
    /* Moderate is the normal intensity and is not mentioned. */
    if (c.intensity[0] && strcmp(c.intensity, "moderate") != 0) {
        put_plain_code(out, c.intensity);
        buf_putc(out, ' ');
    }
    put_plain_code(out, c.weather);
}

void phrase_put_condition(struct buf *out, struct phrase_condition c)
{
    const char *around = code_words(c.coverage, coverages, sizeof coverages / sizeof coverages[0]);
    size_t count = 0;

    if (!around) {
        put_plain_code(out, c.coverage);
        around = c.coverage[0] ? " %" : "%";
    }
    for (; *around; around++) {
        if (*around == '%')
            put_weather(out, c);
        else
            buf_putc(out, *around);
    }
    while (count < c.attribute_max && c.attributes[count])
        count++;
    for (size_t i = 0; i < count; i++) {
        const char *words =
            code_words(c.attributes[i], attributes, sizeof attributes / sizeof attributes[0]);
        buf_putz(out, i == 0 ? " with " : "");
        phrase_put_separator(out, i, count);
        if (words)
            buf_putz(out, words);
        else
            put_plain_code(out, c.attributes[i]);
    }
}

void phrase_put_description(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '/')
            buf_putz(out, " or ");
        else if (c >= 'A' && c <= 'Z')
            buf_putc(out, (char)(c + ('a' - 'A')));
        else
            buf_putc(out, c);
    }
}

void phrase_capitalize(struct buf *out, size_t from)
{
    if (from < out->n && out->p[from] >= 'a' && out->p[from] <= 'z')
        out->p[from] = (char)(out->p[from] - ('a' - 'A'));
}

void phrase_end_sentence(struct buf *out)
{
    if (out->n == 0 || !strchr(".!?", out->p[out->n - 1]))
        buf_putc(out, '.');
}

size_t phrase_count_words(struct str text)
{
    bool within = false;
    size_t count = 0;

    for (size_t i = 0; i < text.n; i++) {
        bool blank = text.p[i] == ' ' || (text.p[i] >= '\t' && text.p[i] <= '\r');
        count += !blank && !within;
        within = !blank;
    }
    return count;
}
