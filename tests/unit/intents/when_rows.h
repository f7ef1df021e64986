/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/when_rows.h -- checks of when_parse() as rows of a table. */
#ifndef CLIMACAST_TESTS_WHEN_ROWS_H
#define CLIMACAST_TESTS_WHEN_ROWS_H

#include <stdio.h>
#include <string.h>

#include "intents/when.h"
#include "server/base/civil.h"
#include "tests/test.h"

/* A question: the local time at which it is asked, the slots as "any=monday;quarter=night", and the
 * expected answer: the local hours of the period and its name, or a reason. */
struct when_row {
    const char *now, *words, *want, *name;
};

static inline const struct zone *when_zone(const char *name)
{
    const struct zone *zone = zone_get(str_of(name));

    CHECK(zone);
    return zone;
}

static inline int64_t when_local(const struct zone *zone, const char *text)
{
    struct civil c = { 0 };

    CHECK_INT(sscanf(text, "%d-%d-%d %d:%d", &c.year, &c.month, &c.day, &c.hour, &c.minute), 5);
    return civil_instant(zone, c);
}

static inline struct when_words when_slots(const char *text)
{
    struct when_words words = { .second = false };
    struct str rest = str_of(text), part;

    while (rest.n > 0 && str_split(&rest, ';', &part)) {
        size_t at = str_index(part, '=');
        struct str slot = str_sub(part, 0, at), value = str_sub(part, at + 1, part.n);
        if (str_eqz(slot, "second")) {
            words.second = true;
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

static inline void when_describe(const struct zone *zone, const struct when *w, char *out,
                                 size_t cap)
{
    struct civil a = civil_of(zone, w->start), b = civil_of(zone, w->end);

    (void)snprintf(out, cap, "%04d-%02d-%02d %02d..%04d-%02d-%02d %02d", a.year, a.month, a.day,
                   a.hour, b.year, b.month, b.day, b.hour);
}

static inline void when_check_row(const char *zone_text, const struct when_row *row)
{
    const struct zone *zone = when_zone(zone_text);
    struct arena *arena = arena_create(1 << 16);
    struct when_words words = when_slots(row->words);
    int64_t now = when_local(zone, row->now);
    struct err err = ERR_NONE;
    struct when w;
    char got[64];
    enum status st = when_parse(&words, zone, now, arena, &w, &err);

    if (st == ST_INVALID) {
        (void)snprintf(got, sizeof got, "%s", err.reason);
    } else {
        when_describe(zone, &w, got, sizeof got);
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

static inline void when_check_rows(const char *zone, const struct when_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        when_check_row(zone, &rows[i]);
}

#define WHEN_ROWS(zone, rows) when_check_rows(zone, rows, sizeof(rows) / sizeof((rows)[0]))

#endif
