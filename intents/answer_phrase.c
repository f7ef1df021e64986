/* SPDX-License-Identifier: Apache-2.0 */
/* intents/answer_phrase.c -- phrases that the answers about the weather share. */
#include "intents/answer_phrase.h"

#include "intents/speech/phrase.h"

void answer_phrase_place(struct buf *out, const struct place *place)
{
    buf_put(out, place->city);
    if (place->state_name.n > 0 && !str_eq(place->state_name, place->city)) {
        buf_putz(out, ", ");
        buf_put(out, place->state_name);
    }
}

void answer_phrase_at_place(struct buf *out, const struct place *place)
{
    buf_putz(out, place->near ? "near " : place->landmark ? "at " : "in ");
    answer_phrase_place(out, place);
}

void answer_phrase_in_place(struct buf *out, const struct place *place)
{
    size_t start = out->n;

    answer_phrase_at_place(out, place);
    phrase_capitalize(out, start);
}

void answer_phrase_stale(struct buf *out, const char *what, int64_t age_s)
{
    buf_printf(out, " I can't reach the weather service right now, so %s is from ", what);
    phrase_put_duration(out, age_s);
    buf_putz(out, " ago.");
}

struct str answer_phrase_card_title(const struct turn *turn)
{
    const struct place *place = &turn->place;

    return arena_printf(turn->call.arena, "%.*s, %s", STR_ARG(place->city), place->state);
}
