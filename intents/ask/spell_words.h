/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/spell_words.h -- the wet spells of a forecast in sentences. */
#ifndef CLIMACAST_INTENTS_ASK_SPELL_WORDS_H
#define CLIMACAST_INTENTS_ASK_SPELL_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/ask/period.h"
#include "intents/figures/event.h"
#include "intents/figures/spell.h"
#include "intents/turn.h"

/* What the sentences are about. Whichever comes first names the place. */
struct spell_talk {
    const struct turn *turn;
    enum event_id event;
    struct days days;
    bool placed;  /* the place has been named */
    bool is_more; /* an answer has been told already: few words are left */
    int64_t said; /* the time that was told last, or 0: its day is not repeated */
};

enum spell_form {
    SPELL_WHOLE,            /* "Rain is likely, up to 70 percent, from around 4 P.M. today ..." */
    SPELL_WHOLE_SHORT,      /* "Rain, up to 70 percent, from ...": after another answer */
    SPELL_UNTIL,            /* "Rain is likely, up to 70 percent, until about 2 A.M. tomorrow" */
    SPELL_LENGTH_AND_UNTIL, /* "Rain is likely, ..., for about 6 more hours, until about 2 A.M." */
    SPELL_NEXT,             /* "The next rain is likely, up to 70 percent, from ..." */
    SPELL_NEXT_SHORT,       /* "Next rain, up to 70 percent, from ..." */
    SPELL_NEXT_WITH_LENGTH, /* "Next rain: 10 hours, up to 70 percent, from ..." */
};

/* Appends the sentence on a spell, with its highest chance. */
void spell_words_put(struct buf *out, struct spell_talk *talk, const struct spell *s,
                     enum spell_form form);
/* Appends the sentence that there is none: in the period, or through the last day whose noon is
 * forecast. */
void spell_words_put_none(struct buf *out, struct spell_talk *talk, const struct spells *s,
                          const struct period *period);
/* Appends "It's raining in Boulder, Colorado, now"; or, if not, that it is dry, or, if anything
 * else falls, that it's not raining. */
void spell_words_put_now(struct buf *out, struct spell_talk *talk, bool falling, bool dry);
/* Appends that something falls whose kind the station can't tell. */
void spell_words_put_unknown_now(struct buf *out, struct spell_talk *talk);
/* Appends "Yes, at 6 P.M. today", which a sentence follows. `wet`: that hour is within a spell;
 * `asked_dry`: it was asked whether it is over by then. */
void spell_words_put_at(struct buf *out, struct spell_talk *talk, int64_t t, bool wet,
                        bool asked_dry);

#endif
