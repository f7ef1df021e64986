/* SPDX-License-Identifier: Apache-2.0 */
/* intents/intent.h -- what an intent is: a name, the slots it reads, and a function from turn to
 * reply. */
#ifndef CLIMACAST_INTENTS_INTENT_H
#define CLIMACAST_INTENTS_INTENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "intents/answer_figures.h"
#include "intents/settings.h"
#include "intents/source.h"
#include "intents/turn.h"
#include "intents/weather/foresight.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum { REPLY_PARTS_MAX = 20 };

/* What an intent fills; dispatch has put in the defaults. */
struct reply {
    struct buf speech;         /* plain text; escaped and wrapped in SSML later */
    bool markup;               /* the speech is markup instead (alexa/markup.h); with a card_text */
    struct str reprompt;       /* "" unless it asks something */
    struct str card_title;     /* "" = no card */
    struct str card_text;      /* "" = the speech */
    const char *permission;    /* what a consent card asks for, instead of the card; or NULL */
    bool keep_open;            /* keep the session open: the answer asks something */
    bool close;                /* end the session even if it was open */
    bool silent;               /* send the empty response */
    struct settings settings;  /* as they are after the turn */
    size_t page_limit;         /* bytes of speech that are enough for this page; the intent may stop
                                 there */
    bool truncated;            /* the intent stopped at page_limit and has more to say */
    size_t first_part_end;     /* where the first page ends, even if more would fit; 0: nowhere */
    struct str first_part_ask; /* what is then asked, for yes or no */
    size_t page_words;         /* maximum of words of a page; 0: as many as fit */
    size_t parts[REPLY_PARTS_MAX + 1]; /* where the details of each thing that the first page lists
                                          begin, and where the last ones end */
    size_t part_count;                 /* of those; 0 when nothing is listed */
    size_t page_start;                 /* where in the speech this page begins */
    bool shortened;                    /* the intent has told it in brief itself */
    struct source source;              /* where the figures come from */
    struct answer_figures figures;     /* those that are told */
    const struct asked *asked; /* the question that the next turn may answer in bare words, or NULL;
                                  valid as long as the turn's arena */
    int misses;                /* how many turns were not understood in a row, with this one */
    json_t *more; /* the paging state that the session carries (paging.h), or NULL; owned */
};

/* Answers a turn.
 *   ST_OK          the reply is filled
 *   ST_WOULD_WAIT  nothing was written or changed; dispatch runs the turn again where it may wait
 *   anything else  err says why; dispatch discards the reply and speaks the apology or hint for
 *                  err->reason */
typedef enum status intent_answer_fn(struct turn *turn, struct reply *reply, struct err *err);

struct intent {
    const char *name;         /* as in the interaction model, or a request type */
    bool is_request;          /* the name is a request type, never an intent's name */
    const char *const *slots; /* the slots it reads, NULL at the end; NULL when it reads none */
    bool needs_place;         /* the place is resolved before `answer` runs */
    bool keeps_topic;         /* its answer becomes what follow-ups are about */
    /* What `answer` will ask the weather service for (foresight.h), whatever the slots; or as far
     * as they tell, NULL: nothing. The place is not known yet. */
    foresight_fn *foresees;
    foresight_fn *(*foresee)(struct turn *turn);
    foresight_fn *(*guess)(struct turn *turn); /* the same, of what can only be guessed */
    bool needs_nothing;                        /* not even the user's settings: nothing is spoken */
    intent_answer_fn *answer;
};

#define INTENT(noun) extern const struct intent intent_##noun;
#include "intents/intents.def"
#undef INTENT

#endif
