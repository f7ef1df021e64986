/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/envelope.h -- the request envelope, read once and checked. SPEC section 3.2.
 *
 * Everything in it lives in the arena it was read into. Unknown members are ignored; a missing or
 * ill-typed required one is ST_INVALID with reason "envelope_invalid", unreadable JSON is
 * "body_not_json". Required: version; request.type, requestId, timestamp (strings, bounded); an
 * application id in context or session; a user id for everything but what has no session by nature;
 * request.intent.name for an IntentRequest. */
#ifndef CLIMACAST_INTENTS_ALEXA_ENVELOPE_H
#define CLIMACAST_INTENTS_ALEXA_ENVELOPE_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum { ENVELOPE_SLOT_MAX = 500 }; /* bytes of a slot's meaning */

/* A slot that was filled: the entity-resolution match when there is one, else the value. */
struct slot {
    struct str name, said;
};

struct envelope {
    struct str application_id; /* context.System's, else session's */
    struct str user_id, device_id, person_id;
    struct str session_id;
    bool has_session, session_new;
    const json_t *attributes; /* session.attributes, an object that is not empty, or NULL */
    struct str request_type, request_id, timestamp, locale;
    struct str intent_name;   /* IntentRequest only */
    const struct slot *slots; /* of request.intent.slots those that were filled */
    size_t slot_count;
    struct str end_reason, error_type, error_message; /* SessionEndedRequest */
};

/* `body` may be thrown away afterwards. ST_SYSTEM with reason "overloaded": no memory. */
enum status envelope_parse(struct str body, struct arena *arena, struct envelope *ret_envelope,
                           struct err *err);

/* Put other slots in the place of these: those of `object`, {"<name>": {"value": "..."}, ...},
 * whose strings are borrowed. */
void envelope_slots_replace(struct envelope *e, struct arena *arena, const json_t *object);

/* A slot's meaning, STR_NONE when it was not filled; trimmed, lower case, white space folded, cut
 * at ENVELOPE_SLOT_MAX bytes: more than any word we know, so that a longer one is told as not
 * understood. An ill-typed one is STR_NONE. In the arena. */
struct str envelope_slot(const struct envelope *e, struct arena *arena, const char *name);

#endif
