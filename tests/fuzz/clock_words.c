/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/clock_words.c -- arbitrary words in the slots for a time of day: an instant to come,
 * or a reason.
 *
 * Input: four lines, the slots time, time_to, span and when_any; then, on a fifth, four bytes for
 * the instant, and one for the zone. */
#include <stdlib.h>
#include <string.h>

#include "intents/ask/moment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HOUR = 3600, DAY = 24 * HOUR, AHEAD_MAX = 16 * DAY };

static void must(bool condition)
{
    if (!condition)
        abort();
}

static const struct zone *zone_by(unsigned char c)
{
    static const char *const names[] = { "America/New_York", "Pacific/Guam", "Pacific/Honolulu",
                                         "America/Anchorage", "America/Phoenix" };

    return zone_get(str_of(names[c % (sizeof names / sizeof names[0])]));
}

static bool is_time(const struct clock_words *c)
{
    return c->kind == CLOCK_TIME || c->kind == CLOCK_TWELVE;
}

static void check_moment(const struct moment_frame *f, const struct clock_words *time)
{
    struct err err = ERR_NONE;
    int64_t t;

    must(time->hour >= 0 && time->hour <= 23 && time->minute >= 0 && time->minute <= 59);
    if (moment_find(f, time, &t, &err) == ST_OK)
        must(t > f->now - HOUR && t < f->now + AHEAD_MAX);
    else
        must(err.reason[0] != '\0');
}

static void check_range(const struct moment_frame *f, const struct clock_words *from,
                        const struct clock_words *to)
{
    struct err err = ERR_NONE;
    struct when w;

    if (moment_range(f, from, to, &w, &err) != ST_OK)
        return;
    must(w.end > f->now - HOUR && w.start < w.end && w.from >= w.start);
    must(w.end - w.start < AHEAD_MAX && w.name.n > 0 && str_is_utf8(w.name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data, size }, slots[4] = { { NULL, 0 } };
    unsigned char tail[5] = { 0 };
    struct arena *arena = arena_create(1 << 14);
    struct err err = ERR_NONE;
    struct when_words when = { .second = false };
    struct clock_words time, time_to;
    int64_t now = 0, span = 0;

    for (int i = 0; i < 4; i++)
        str_split(&rest, '\n', &slots[i]);
    if (rest.n > 0)
        memcpy(tail, rest.p, rest.n < sizeof tail ? rest.n : sizeof tail);
    for (int i = 0; i < 4; i++)
        now = now * 256 + tail[i];
    when.when_any = slots[3];
    const struct moment_frame frame = { zone_by(tail[4]), now, &when, arena };
    bool has_time = clock_words_parse(slots[0], &time, &err) == ST_OK;
    bool has_to = clock_words_parse(slots[1], &time_to, &err) == ST_OK;
    if (has_time && is_time(&time))
        check_moment(&frame, &time);
    if (has_time && has_to && time_to.kind != CLOCK_ABSENT)
        check_range(&frame, &time, &time_to);
    if (clock_span_parse(slots[2], &span, &err) == ST_OK)
        must(span >= 0 && span <= CLOCK_SPAN_DAYS_MAX * (int64_t)DAY);
    if (span > 0)
        must(moment_next(&frame, span).name.n > 0);
    arena_free(arena);
    return 0;
}
