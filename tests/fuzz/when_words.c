/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/when_words.c -- arbitrary words in the time slots: a plausible period, or a reason.
 *
 * Input: six lines, the slots when_abs, when_any, when_pos, day, month, quarter; then, on a
 * seventh, four bytes for the instant, and one for the zone and the day of a weekend. */
#include <stdlib.h>
#include <string.h>

#include "intents/when.h"
#include "server/base/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static void check(const struct when *w, int64_t now, bool too_far)
{
    must(w->end > w->start && w->end - w->start <= 13 * 3600 && w->end - w->start >= 4 * 3600);
    must(w->from >= w->start && w->from < w->end);
    must(w->end > now); /* never a past period */
    must(w->name.n > 0 && str_is_utf8(w->name));
    must((w->start > now + WHEN_DAYS_AHEAD * (int64_t)86400) == too_far);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data, size }, slots[6] = { { NULL, 0 } };
    unsigned char tail[5] = { 0 };
    struct arena *arena = arena_create(1 << 14);
    struct err err = ERR_NONE;
    struct when_words words;
    struct when w;
    enum status st;
    int64_t now = 0;

    for (int i = 0; i < 6; i++)
        str_split(&rest, '\n', &slots[i]);
    if (rest.n > 0)
        memcpy(tail, rest.p, rest.n < sizeof tail ? rest.n : sizeof tail);
    for (int i = 0; i < 4; i++)
        now = now * 256 + tail[i];
    words = (struct when_words){
        slots[0], slots[1], slots[2], slots[3], slots[4], slots[5], .second = tail[4] >= 128
    };
    st = when_parse(&words, zone_by(tail[4]), now, arena, &w, &err);
    if (st == ST_OK || st == ST_NOT_FOUND)
        check(&w, now, st == ST_NOT_FOUND);
    else
        must(st == ST_INVALID && err.reason[0] != '\0');
    (void)when_words_given(&words);
    arena_free(arena);
    return 0;
}
