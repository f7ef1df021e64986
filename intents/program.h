/* SPDX-License-Identifier: Apache-2.0 */
/* intents/program.h -- a question asked by a program, and its answer as words and figures: there is
 * no user, no session, and nobody to ask. */
#ifndef CLIMACAST_INTENTS_PROGRAM_H
#define CLIMACAST_INTENTS_PROGRAM_H

#include <stdbool.h>

#include "intents/intent.h"

struct program_answer {
    struct buf speech; /* plain text; of a failure, the apology */
    /* Valid as long as the arena of the call: */
    struct place place;
    enum units_system units;
    struct source source;
    struct answer_figures figures;
};
void program_answer_done(struct program_answer *a); /* a zeroed one is allowed */

/* Questions that nobody asks by voice: the high and low of each day ahead; the sun and the moon of
 * a date, in the slot `date` ("2026-11-30"); the hours from one local time to another, in the slots
 * `from` and `to` ("2026-11-30T14:00"), of which one may be absent: then it is now, or twelve hours
 * later. */
extern const struct intent intent_days_ahead, intent_sun_moon, intent_hours_between;

/* Answers the question that `intent` and the envelope's slots are, at normal length and with the
 * defaults instead of a user's settings. `home` is what "here" and "at home" mean; STR_NONE: they
 * mean nothing.
 *   ST_OK
 *   ST_WOULD_WAIT  as dispatch()
 *   anything else  err says why, with a reason of apologies.def; no place means "no_location" */
enum status program_ask(const struct skill *skill, const struct intent *intent,
                        const struct envelope *envelope, struct str home, const struct call *call,
                        struct program_answer *ret_answer, struct turn_log *ret_log,
                        struct err *err);

#endif
