/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/envelope.h -- the request envelope, parsed once and validated.
 *
 * Everything in it lives in the arena it was parsed into. Unknown members are ignored. Required are
 *   - version
 *   - request.type, request.requestId and request.timestamp: strings of bounded size
 *   - an application id, in the context or the session
 *   - a user id, except in requests that carry no session (such as skill events)
 *   - request.intent.name, in an IntentRequest
 *
 * An envelope belongs to one thread at a time. */
#ifndef CLIMACAST_INTENTS_ALEXA_ENVELOPE_H
#define CLIMACAST_INTENTS_ALEXA_ENVELOPE_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/json_node.h"
#include "server/base/str.h"

enum { ENVELOPE_SLOT_MAX = 500 }; /* bytes of a slot's value */

/* A filled slot. */
struct envelope_slot {
    struct str name;
    struct str value; /* the entity-resolution match if there is one, otherwise what was heard */
};

/* Where the device is, as it reported with the request. */
struct envelope_geolocation {
    bool known; /* coordinates, accuracy and time are there and in range */
    double lat, lon, accuracy_m;
    struct str timestamp;
};

struct envelope {
    struct str application_id; /* from context.System, otherwise from session */
    struct str user_id, device_id, person_id;
    /* Of Amazon's services for this user; the token is secret, and good for this request only. */
    struct str api_endpoint, api_token;
    struct envelope_geolocation geolocation;
    struct str session_id;
    bool has_session, session_new;
    const json_t *attributes; /* session.attributes, a non-empty object, or NULL */
    struct str request_type, request_id, timestamp, locale;
    struct str intent_name;            /* IntentRequest only */
    const struct envelope_slot *slots; /* the filled ones of request.intent.slots */
    size_t slot_count;
    struct str permissions; /* of a skill event: the JSON text of body.acceptedPermissions, or "" */
    bool alerts_subscribed; /* of a skill event: body.subscriptions lists weather alerts */
    struct str end_reason, error_type, error_message; /* SessionEndedRequest */
    /* Not looked into: of any kind, or NULL. */
    const struct json_node *interfaces;           /* context.System.device.supportedInterfaces */
    const struct json_node *viewport, *viewports; /* context.Viewport, .Viewports */
    const struct json_node *arguments;            /* request.arguments, of a touch */
};

/* Parses `body`, which need not outlive the call.
 *   ST_OK
 *   ST_INVALID  reason "body_not_json": not JSON; reason "envelope_invalid": a required member is
 *               missing, has the wrong type or is too long
 *   ST_SYSTEM   reason "overloaded": out of memory
 * *ret_envelope is set only on ST_OK. */
enum status envelope_parse(struct str body, struct arena *arena, struct envelope *ret_envelope,
                           struct err *err);

/* Replaces the slots by those of `object`, {"<name>": {"value": "..."}, ...}, whose strings must
 * outlive the envelope. */
void envelope_slots_replace(struct envelope *e, struct arena *arena, const json_t *object);

/* The value of a slot, in the arena: trimmed, lower case, with single spaces, and cut off at
 * ENVELOPE_SLOT_MAX bytes. That is longer than anything the skill knows, so a longer value is
 * simply not understood. STR_NONE when the slot was not filled or is not valid UTF-8. */
struct str envelope_slot(const struct envelope *e, struct arena *arena, const char *name);

#endif
