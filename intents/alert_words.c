/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alert_words.c -- one alert in spoken words: in a sentence, and in full. */
#include "intents/alert_words.h"

#include <stdbool.h>
#include <string.h>

#include "intents/speech/metric_text.h"
#include "intents/speech/normalize.h"
#include "intents/speech/phrase.h"
#include "server/base/civil.h"

enum { AREAS_NAMED_MAX = 3 }; /* of more, one or two are named, and the rest counted */

void alert_words_put_event(struct buf *out, const struct alert *a)
{
    size_t start = out->n;

    normalize_text(out, str_of(a->event));
    if (out->n == start)
        buf_putz(out, "An alert");
}

/* ---- where ---- */

/* "Boulder", also of "Boulder, CO". */
static struct str area_name(struct str area)
{
    return str_trim(str_sub(area, 0, str_index(area, ',')));
}

/* "Boulder", "Boulder, CO", "Boulder and Vicinity" */
static bool is_place(struct str area, const struct place *place)
{
    static const char *const around[] = { "", " and Vicinity", " Area", " County", " Metro Area" };
    struct str name = area_name(area), rest = str_sub(name, place->city.n, name.n);

    if (!str_ieq(str_sub(name, 0, place->city.n), place->city))
        return false;
    for (size_t i = 0; i < sizeof around / sizeof around[0]; i++)
        if (str_ieqz(rest, around[i]))
            return true;
    return false;
}

static size_t count_areas(struct str areas)
{
    struct str area;
    size_t count = 0;

    while (str_split(&areas, ';', &area))
        count += str_trim(area).n > 0;
    return count;
}

/* What separates the last two areas: an "and", unless the last one contains one. */
static const char *last_separator(struct str last)
{
    if (str_find(last, STR(" and ")) < last.n)
        return ", ";
    return str_index(last, ',') < last.n ? ", and " : " and ";
}

/* NWS separates areas by semicolons: "Boone; Clay", or "Boone, IA; Clay, IA". Puts the first `max`
 * of them. */
static void put_areas(struct buf *out, struct str areas, size_t max, bool and_more)
{
    size_t count = count_areas(areas), put = 0;
    struct str area;

    count = count < max ? count : max;
    while (put < count && str_split(&areas, ';', &area)) {
        struct buf name = BUF_INIT(NORMALIZE_MAX * 2);
        if (str_trim(area).n == 0)
            continue;
        normalize_text(&name, area);
        if (put > 0)
            buf_putz(out, put + 1 < count || and_more ? ", " : last_separator(buf_str(&name)));
        buf_put(out, buf_str(&name));
        out->failed = out->failed || name.failed;
        buf_free(&name);
        put++;
    }
}

/* Is it the place, its county or its forecast zone? `zone` is the id of the area, or "". */
static bool is_own_area(struct str area, const char *zone, const struct place *place)
{
    struct str name = area_name(area);

    if (*zone && (str_eqz(place->forecast_zone_id, zone) || str_eqz(place->county_zone_id, zone)))
        return true;
    return name.n > 0 &&
           (is_place(area, place) || str_ieq(name, area_name(place->county_zone_name)) ||
            str_ieq(name, area_name(place->forecast_zone_name)));
}

/* The first area that the place is in; STR_NONE when none is known to be. The zones belong to the
 * areas if there are as many of them. */
static struct str own_area(const struct alert *a, const struct place *place)
{
    struct str areas = str_of(a->area), area;
    bool zoned = count_areas(areas) == a->zone_count;
    const char *zone = zoned ? a->zones : "";

    while (str_split(&areas, ';', &area)) {
        if (str_trim(area).n == 0)
            continue;
        if (is_own_area(area, zone, place))
            return area;
        zone += zoned ? strlen(zone) + 1 : 0;
    }
    return STR_NONE;
}

/* " for Larimer and Weld". Appends nothing and returns false when the area is the place. */
static bool put_where(struct buf *out, const struct alert *a, const struct place *place)
{
    struct str areas = str_of(a->area), own = own_area(a, place);
    size_t count = count_areas(areas), named;

    if (count == 0 || (count == 1 && is_place(areas, place)))
        return false;
    buf_putz(out, " for ");
    if (count <= AREAS_NAMED_MAX) {
        put_areas(out, areas, count, false);
        return true;
    }
    named = own.n > 0 ? 1 : 2;
    put_areas(out, own.n > 0 ? own : areas, named, true);
    buf_printf(out, " and %zu other areas", count - named);
    return true;
}

/* ---- when ---- */

static void put_moment(struct buf *out, int64_t t, const struct alert_listener *listener)
{
    struct civil then = civil_of(listener->place->zone, t);

    phrase_put_time(out, then);
    clock_text_put_zone(out, &listener->clock, t);
    buf_putc(out, ' ');
    phrase_put_relative_day(out, then, civil_of(listener->place->zone, listener->now));
}

void alert_words_put_summary(struct buf *out, const struct alert *a,
                             const struct alert_listener *listener)
{
    bool comma;

    alert_words_put_event(out, a);
    comma = put_where(out, a, listener->place);
    if (a->onset > listener->now) {
        buf_putz(out, comma ? ", from " : " from ");
        put_moment(out, a->onset, listener);
        comma = false;
    }
    if (a->until != 0) {
        buf_putz(out, comma ? ", until " : " until ");
        put_moment(out, a->until, listener);
    }
    phrase_end_sentence(out);
}

/* ---- details ---- */

/* Case doesn't matter. Few letters of a long text can begin the words. */
static bool mentions(struct str text, struct str words)
{
    for (size_t i = 0; words.n > 0 && i + words.n <= text.n; i++)
        if (((text.p[i] ^ words.p[0]) & ~0x20) == 0 &&
            str_ieq(str_sub(text, i, i + words.n), words))
            return true;
    return false;
}

/* "Wind Advisory issued June 17 at 8:00AM MDT until June 17 at 9:00PM MDT by NWS Denver CO", or
 * what the description says too. */
static bool repeats(struct str headline, const struct alert *a)
{
    struct str event = str_of(a->event);

    return headline.n == 0 || str_ieq(headline, event) || mentions(headline, STR(" by NWS ")) ||
           (mentions(headline, event) && mentions(headline, STR(" issued "))) ||
           mentions(str_of(a->description), headline);
}

/* The end of the first paragraph. */
static size_t paragraph_end(struct str text)
{
    for (size_t i = 0; i + 1 < text.n; i++)
        if (text.p[i] == '\n' && (text.p[i + 1] == '\n' || text.p[i + 1] == '\r'))
            return i;
    return text.n;
}

/* Drops headlines in front of a description, "...WIND ADVISORY IN EFFECT UNTIL 9 PM...", if
 * anything follows them. */
static struct str drop_headlines(struct str text, struct str event)
{
    struct str rest = str_trim(text);

    while (str_starts(rest, STR("..."))) {
        size_t end = paragraph_end(rest);
        struct str headline = str_sub(rest, 0, end);
        if (!mentions(headline, event) && !mentions(headline, STR(" in effect")))
            return rest;
        rest = str_trim(str_sub(rest, end, rest.n));
    }
    return rest.n > 0 ? rest : text;
}

/* A text of NWS as one or more sentences. */
static void put_text(struct buf *out, struct str text, const struct clock_text *clock)
{
    size_t start = out->n;

    buf_putc(out, ' ');
    normalize_text_by_clock(out, text, clock);
    if (out->n == start + 1)
        buf_truncate(out, start);
    else
        phrase_end_sentence(out);
}

void alert_words_put_details(struct buf *out, const struct alert *a,
                             const struct alert_listener *listener)
{
    struct clock_text clock = listener->clock;
    size_t start = out->n;

    clock.at = a->onset > listener->now ? a->onset : listener->now;
    if (!repeats(str_of(a->headline), a))
        put_text(out, str_of(a->headline), &clock);
    put_text(out, drop_headlines(str_of(a->description), str_of(a->event)), &clock);
    put_text(out, str_of(a->instruction), &clock);
    metric_text_convert(out, start, listener->units);
}
