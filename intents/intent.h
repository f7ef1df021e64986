/* SPDX-License-Identifier: Apache-2.0 */
/* intents/intent.h -- what an intent is: a name, the slots it reads, and a function from turn to
 * reply. */
#ifndef CLIMACAST_INTENTS_INTENT_H
#define CLIMACAST_INTENTS_INTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/shared.h"
#include "cache/store.h"
#include "intents/alexa/envelope.h"
#include "intents/settings.h"
#include "intents/weather/nws.h"
#include "intents/weather/place.h"
#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/str.h"

/* The parts that an intent may use; one for the life of the process. */
struct skill {
    struct nws *nws;
    struct store *store;
    struct shared *shared;
};

struct turn_story; /* dispatch.h */

/* One request on its way to a response. Lives in one arena; used by one thread at a time. */
struct turn {
    const struct skill *skill;
    const struct envelope *envelope;
    const struct intent *intent; /* that answers; with the envelope's slots, the question */
    struct call call;            /* arena, deadline, now */
    struct settings settings;    /* the user's */
    bool settings_known;      /* false: the store could not be read; defaults stand in, and nothing
                                 may be confirmed from them */
    struct place place;       /* resolved when the intent needs one */
    struct str subject;       /* what an apology would speak of: "Atlantis", "tomorrow"; or "" */
    const char *example;      /* said behind a hint: how to ask for the same again; or NULL */
    struct turn_story *story; /* how it went, for the log */
};

/* What an intent fills; dispatch has put in the defaults. */
struct reply {
    struct buf speech;        /* plain text; escaped and wrapped later */
    struct str reprompt;      /* "" unless it asks something */
    struct str card_title;    /* "" = no card; the card's text is the speech */
    bool keep_open;           /* the session stays open; set where the answer asks something */
    bool close;               /* the session ends whatever was open */
    bool silent;              /* nothing at all: the empty response */
    struct settings settings; /* as they are after the turn */
    size_t enough;            /* bytes of speech past which nothing is heard this time */
    bool unfinished;          /* the speech was left off there: there is more */
    size_t from;              /* of a long answer: where in the speech this page begins */
    json_t *more;             /* what the session carries of it (paging.h); owned, or NULL */
};

/* Answer a turn.
 *   ST_OK          reply is filled
 *   ST_WOULD_WAIT  nothing was written or changed; dispatch starts the turn again where it may wait
 *   anything else  err says why; dispatch turns it into the apology or hint that fits err->reason,
 *                  and forgets what was put into the reply */
typedef enum status intent_answer_fn(struct turn *turn, struct reply *reply, struct err *err);

struct intent {
    const char *name;         /* as in the interaction model, or a request type */
    bool is_request;          /* a request type: no intent of this name is meant */
    const char *const *slots; /* the slots it reads, NULL at the end */
    bool needs_place;         /* dispatch resolves the place first, or asks for one */
    bool needs_nothing;       /* not even the user's settings: nothing is spoken */
    intent_answer_fn *answer;
};

extern const char *const no_slots[];

/* A slot of the turn, by name: lower case, trimmed, STR_NONE when absent. */
struct str turn_slot(const struct turn *turn, const char *name);

/* Resolve what slots `location` and `zipcode` name into turn->place.
 *   ST_OK
 *   ST_MISS  they name nothing
 *   anything else as place_words_parse() and place_resolve(); turn->subject is what was named */
enum status turn_place_named(struct turn *turn, struct err *err);
/* Resolve the user's default location into turn->place. ST_MISS: none is set. */
enum status turn_place_default(struct turn *turn, struct err *err);

/* Write one of the user's settings, durably. `value` is taken.
 *   ST_OK
 *   ST_WOULD_WAIT  nothing was written
 *   anything else, with reason "settings_unsaved": it is not known to be saved */
enum status turn_save(struct turn *turn, const char *setting, json_t *value, struct err *err);
/* ST_OK when the settings are the user's own; else reason "settings_away": what stands in for them
 * may be neither told nor changed. */
enum status turn_settings_needed(const struct turn *turn, struct err *err);

#define INTENT(noun) extern const struct intent intent_##noun;
#include "intents/intents.def"
#undef INTENT

#endif
