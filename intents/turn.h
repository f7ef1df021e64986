/* SPDX-License-Identifier: Apache-2.0 */
/* intents/turn.h -- one request on its way to a response: what an intent reads, and what it may ask
 * for. */
#ifndef CLIMACAST_INTENTS_TURN_H
#define CLIMACAST_INTENTS_TURN_H

#include <jansson.h>
#include <stdbool.h>

#include "cache/shared.h"
#include "cache/store.h"
#include "cache/user.h"
#include "intents/alexa/envelope.h"
#include "intents/settings.h"
#include "intents/slots.h"
#include "intents/speech/units.h"
#include "intents/weather/nws.h"
#include "intents/weather/place.h"
#include "intents/when_words.h"
#include "server/base/call.h"
#include "server/base/err.h"
#include "server/base/str.h"

struct amazon_addresses;    /* intents/amazon/address.h */
struct asked;               /* topic.h */
struct device_units_memory; /* intents/amazon/device_units.h */
struct intent;              /* intent.h */
struct reply;               /* intent.h */
struct topic;               /* topic.h */

/* What an intent may use; one for the life of the process. */
struct skill {
    struct nws *nws;
    struct store *store;
    struct shared *shared;
    /* Of devices; NULL: the owner has not switched that on. */
    struct amazon_addresses *addresses;
    struct device_units_memory *device_units;
    bool alerts; /* the owner has switched on pushed alerts */
};

/* How a turn went, for the log line and the counters. */
struct turn_log {
    const char *intent;  /* the table's name, or "unknown" */
    const char *outcome; /* "answered", "not_understood", "apology", "hint", "empty" */
    bool weather;        /* it is about the weather */
    char metric[24];     /* the metric that was asked for, or "" */
    char place[64];      /* the place's key, or ""; no user data */
    char station[16];    /* the station whose report was read out, or "" */
    struct err err;      /* why it was an apology or a hint, or a failure that did not prevent the
                            answer */
};

/* Lives in one arena; used by one thread at a time. */
struct turn {
    const struct skill *skill;
    const struct envelope *envelope;
    const struct intent *intent;                          /* the one that answers */
    const struct intent *(*find_intent)(struct str name); /* dispatch_find(), for paging */
    struct call call;                                     /* arena, deadline, now */
    struct settings settings;                             /* the user's */
    bool settings_known;     /* false: the store could not be read; `settings` are the defaults, and
                             must not be reported as the user's or written back */
    enum units_system units; /* of this answer: slot `units`, else the user's, the device's, US */
    enum answer_length length; /* of this answer: the user's, unless this turn asks for another */
    bool length_given;         /* this turn asks for it: the user's does not count */
    const struct topic *topic; /* what was talked about before; its intent may be NULL */
    const struct asked *asked; /* what the skill asked last */
    int misses;                /* how many turns before were not understood, in a row */
    struct place place;        /* resolved when the intent needs one */
    bool own_place;            /* it is the user's default */
    const char *hazard;   /* the place's slot named a hazard ("Tornado"), whose alerts are meant */
    struct str states;    /* of towns of one name that the apology offers: "MO MA IL"; or "" */
    struct str offer;     /* a place that is meant if the user says yes to the apology, or "" */
    struct str question;  /* the question that follows the apology, which offers places; or "" */
    struct str subject;   /* what an apology names: "Atlantis", "tomorrow"; or "" */
    const char *example;  /* how to ask for the same again, spoken after a hint; or NULL */
    struct turn_log *log; /* how it went */
};

/* Answers the turn as `intent`: resolves the place if the intent needs one, then runs the intent.
 * Returns what the intent does (intent.h), or the reason why there is no place. */
enum status turn_answer(struct turn *turn, const struct intent *intent, struct reply *reply,
                        struct err *err);

/* The same for a question with other slots than those of the request, which are read from then
 * on. */
enum status turn_answer_with(struct turn *turn, const struct intent *intent,
                             const struct slots *slots, struct reply *reply, struct err *err);
/* Replaces the turn's slots. */
enum status turn_set_slots(struct turn *turn, const struct slots *slots, struct err *err);
/* Does the intent read that slot? */
bool turn_intent_reads(const struct intent *intent, const char *slot);

/* Whose settings this turn reads and changes. */
struct user_key turn_user(const struct turn *turn);

/* A slot by name: lower case, trimmed, STR_NONE when absent. */
struct str turn_slot(const struct turn *turn, const char *name);
/* Sets all slots of those names, which end in NULL, in `slots`. NULL: none. */
void turn_add_slots(const struct turn *turn, const char *const *names, struct slots *slots);

/* The six slots that name a time: when_abs, when_any, when_pos, day, month, quarter. */
struct when_words turn_when_words(const struct turn *turn);

/* Resolves the place in slots `favorite`, `location` and `zipcode` into turn->place. A name that
 * the user has saved comes before a town of that name.
 *   ST_OK
 *   ST_MISS        both slots are empty, or mean the user's own place ("home"), or a hazard
 *                  (turn->hazard)
 *   anything else  as place_words_parse() and place_resolve(); turn->subject is the place named */
enum status turn_place_named(struct turn *turn, struct err *err);
/* The same for a place that other slots name: "boulder colorado", and a ZIP code or STR_NONE. */
enum status turn_place_words(struct turn *turn, struct str location, struct str zipcode,
                             struct err *err);
/* The same for these words; asks which town is meant when several of that name are about the same
 * size: reason "place_ambiguous", with turn->states. */
enum status turn_place_asked(struct turn *turn, struct str location, struct str zipcode,
                             struct err *err);
/* Resolves the user's default location into turn->place.  ST_MISS: none is set. */
enum status turn_place_default(struct turn *turn, struct err *err);
/* Resolves where the device is, as it has just reported, into turn->place. Nothing of it is kept
 * or logged.
 *   ST_MISS       it has reported no position, or an old or a vague one
 *   ST_NOT_FOUND  reason "here_outside": no place of the United States is near
 *   anything else as place_resolve() */
enum status turn_place_here(struct turn *turn, struct err *err);
/* The time zone of the user's own place; NULL when it is unknown. */
const struct zone *turn_listener_zone(const struct turn *turn);

/* Writes one of the user's settings, durably.  Takes ownership of `value`; NULL means that it could
 * not be allocated.
 *   ST_OK
 *   ST_WOULD_WAIT  nothing was written
 *   anything else  reason "settings_unsaved": nothing was written; "settings_doubtful": it is
 *                  unknown whether it was, and turn->settings are not known any more */
enum status turn_save(struct turn *turn, const char *setting, json_t *value, struct err *err);
/* The same for what the skill notes by itself; see user_note(). */
enum status turn_note(struct turn *turn, const char *setting, json_t *value, struct err *err);
/* The same for "location"; `from_address`: it came from the address of the device. */
enum status turn_save_location(struct turn *turn, struct str location, bool from_address,
                               struct err *err);
/* The same for one member of "places" or "choices"; an empty value removes it. */
enum status turn_save_member(struct turn *turn, const char *setting, struct str member,
                             struct str value, struct err *err);
/* ST_OK when turn->settings are the user's own; else reason "settings_away". */
enum status turn_settings_needed(const struct turn *turn, struct err *err);

#endif
