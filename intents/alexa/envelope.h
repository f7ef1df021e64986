/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/envelope.h -- the request envelope, read once and checked.  SPEC section 3.2.
 *
 * Strings are borrowed from the parsed tree and live as long as the envelope.  Unknown members are
 * ignored; a missing or ill-typed required one is ST_INVALID with reason "envelope_invalid",
 * unreadable JSON is "body_not_json".  Required: version; request.type, requestId, timestamp
 * (strings, bounded); an application id in context or session; a user id for everything but what
 * has no session by nature; request.intent.name for an IntentRequest. */
#ifndef CLIMACAST_ALEXA_ENVELOPE_H
#define CLIMACAST_ALEXA_ENVELOPE_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum { ENVELOPE_SLOT_MAX = 500 }; /* bytes of a slot's meaning */

struct envelope {
    json_t *root;              /* owned */
    struct str application_id; /* context.System's, else session's */
    struct str user_id, device_id, person_id;
    struct str session_id;
    bool has_session, session_new;
    const json_t *attributes; /* session.attributes, an object, or NULL */
    struct str request_type, request_id, timestamp, locale;
    struct str intent_name;                           /* IntentRequest only */
    const json_t *slots;                              /* request.intent.slots, an object, or NULL */
    struct str end_reason, error_type, error_message; /* SessionEndedRequest */
};

/* `body` may be thrown away afterwards.  On ST_OK envelope_done() is the caller's. */
enum status envelope_parse(struct str body, struct envelope *ret_envelope, struct err *err);
void envelope_done(struct envelope *e);

/* A slot's meaning: the entity-resolution match when there is one, else the value, else STR_NONE;
 * trimmed, lower case, white space folded, at most ENVELOPE_SLOT_MAX bytes (a longer, ill-typed or
 * ill-formed one is STR_NONE).  In the arena. */
struct str envelope_slot(const struct envelope *e, struct arena *arena, const char *name);

#endif
