/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/period.c -- the time that a question about the days ahead names. */
#include "intents/ask/period.h"

#include "intents/speech/phrase.h"

enum status period_read(struct turn *turn, struct period *ret_period, struct err *err)
{
    struct when_words words = turn_when_words(turn);
    struct period p = { .count = 0 };
    struct err ignored = ERR_NONE; /* a second day beyond the forecast is left out */
    enum status st = ST_OK;

    if (when_words_given(&words) && !when_words_mean_days_ahead(&words)) {
        st =
            when_parse(&words, turn->place.zone, turn->call.now, turn->call.arena, &p.part[0], err);
        if (st == ST_OK || st == ST_NOT_FOUND)
            turn->subject = p.part[0].name;
        p.count = 1;
    }
    if (st != ST_OK)
        return st;
    words.second = true;
    if (p.count > 0 && p.part[0].two_days &&
        when_parse(&words, turn->place.zone, turn->call.now, turn->call.arena, &p.part[1],
                   &ignored) == ST_OK)
        p.count = 2;
    *ret_period = p;
    return ST_OK;
}

struct span period_span(const struct period *p)
{
    return (struct span){ p->part[0].start, p->part[p->count - 1].end };
}

void period_put_name(struct buf *out, const struct period *p)
{
    for (size_t i = 0; i < p->count; i++) {
        phrase_put_separator(out, i, p->count);
        buf_put(out, p->part[i].name);
    }
}
