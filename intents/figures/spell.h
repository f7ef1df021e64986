/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/spell.h -- when it rains, snows or storms: the wet spells of a forecast.  Pure.
 *
 * An hour is wet for an event when its chance of precipitation is at least 30 percent and its
 * weather names a kind of the event; any hour with such a chance is wet for EVENT_PRECIPITATION.
 * Wet hours with fewer than three dry ones between them are one spell. */
#ifndef CLIMACAST_INTENTS_FIGURES_SPELL_H
#define CLIMACAST_INTENTS_FIGURES_SPELL_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/figures/days.h"
#include "intents/figures/event.h"
#include "intents/weather/grid.h"

enum { SPELL_CHANCE_MIN = 30 }; /* percent */

struct spell {
    int64_t start, end; /* of its first and its last wet hour */
    bool open_end;      /* whether the next hour is wet is not forecast */
    double chance;      /* percent: the highest of its hours from the running one on */
    bool turns;         /* rain turns to snow within it or at its end, or snow to rain */
    bool to_snow;
    int64_t turns_at;
};

struct spells {
    bool has_chance;     /* some hour asked about has a chance of precipitation */
    bool found;          /* there is a spell: */
    struct spell spell;  /* the first that ends after now and overlaps the period */
    bool named;          /* some hour asked about names a kind of the event: */
    double highest;      /* the highest chance of those hours, */
    int64_t highest_at;  /* and the first of them that has it */
    bool open;           /* some hour asked about is as likely as a spell, but names no kind: */
    double open_chance;  /* the highest chance of those hours */
    int64_t known_until; /* each hour from the running one until then has a chance */
};

/* Reads the spells.  The hours asked about are those of `period`, from the current hour on unless
 * all of it is over; NULL: all hours from then on. */
struct spells spells_read(const struct grid *g, enum event_id event, int64_t now,
                          const struct span *period);

#endif
