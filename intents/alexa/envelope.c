/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/envelope.c -- parses and validates Amazon's request envelope.
 *
 * Tables name the string members, their size limits, and which are required. */
#include "intents/alexa/envelope.h"

#include <math.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/json_scan.h"

/* A string member and where to store it. */
struct member {
    const char *name;
    struct str *to;
    size_t max; /* bytes; beyond it a required member is invalid, an optional one is ignored */
    bool required;
};

static enum status envelope_invalid(struct err *err, const char *what, const char *why)
{
    return err_reason(err, ST_INVALID, "envelope_invalid", "envelope: %s %s", what, why);
}

/* A request that needs more memory than a turn may use is rejected as malformed. */
static enum status envelope_no_memory(const struct arena *arena, struct err *err)
{
    if (arena_is_full(arena))
        return envelope_invalid(err, "the body", "has too many values");
    return err_reason(err, ST_SYSTEM, "overloaded", "no memory for an envelope");
}

static enum status read_members(const struct json_node *object, const char *where,
                                const struct member *m, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        struct str value = json_node_str(object, m[i].name);
        bool good = value.n > 0 && value.n <= m[i].max;
        if (good)
            *m[i].to = value;
        else if (m[i].required)
            return err_reason(err, ST_INVALID, "envelope_invalid",
                              "envelope: %s.%s is missing, not a string, or too long", where,
                              m[i].name);
    }
    return ST_OK;
}

/* Finds an object member; *ret_object is NULL when it is absent or null. Any other type is
 * invalid. */
static enum status read_object(const struct json_node *root, const char *name,
                               const struct json_node **ret_object, struct err *err)
{
    const struct json_node *at = json_node_at(root, name);

    if (at && !json_node_is(at, JSON_KIND_OBJECT))
        return envelope_invalid(err, name, "is not an object");
    *ret_object = at;
    return ST_OK;
}

enum { ID_MAX = 1000, WORD_MAX = 200, CREDENTIAL_MAX = 8 * 1024 };

/* The first entity-resolution match from any authority; STR_NONE without a match. */
static struct str resolved_name(const struct json_node *slot)
{
    const struct json_node *authorities = json_node_at(slot, "resolutions.resolutionsPerAuthority");
    const struct json_node *at =
        json_node_is(authorities, JSON_KIND_ARRAY) ? json_node_first(authorities) : NULL;

    for (; at; at = json_node_after(authorities, at)) {
        struct str name = json_node_str(at, "values.0.value.name");
        if (str_trim(name).n > 0)
            return name;
    }
    return STR_NONE;
}

/* Stores only the filled slots: most of the slots that a model declares come empty. */
static enum status read_slots(const struct json_node *slots, struct arena *arena,
                              struct envelope *e, struct err *err)
{
    struct envelope_slot *filled = NULL;
    size_t members = 0, n = 0;

    if (!json_node_is(slots, JSON_KIND_OBJECT))
        return ST_OK;
    for (const struct json_node *at = json_node_first(slots); at;
         at = json_node_after(slots, at + 1))
        members++;
    filled = arena_alloc(arena, members * sizeof *filled);
    if (!filled)
        return envelope_no_memory(arena, err);
    for (const struct json_node *at = json_node_first(slots); at;
         at = json_node_after(slots, at + 1)) {
        struct str value = resolved_name(at + 1);
        if (value.n == 0)
            value = json_node_str(at + 1, "value");
        if (value.n > 0)
            filled[n++] = (struct envelope_slot){ json_node_text(at), value };
    }
    e->slots = n > 0 ? filled : NULL;
    e->slot_count = n;
    return ST_OK;
}

/* Does the list name the event of weather alerts? Whatever else it holds doesn't count. */
static bool lists_weather_alerts(const struct json_node *list)
{
    const struct json_node *at = json_node_is(list, JSON_KIND_ARRAY) ? json_node_first(list) : NULL;

    for (; at; at = json_node_after(list, at))
        if (str_eqz(json_node_str(at, "eventName"), "AMAZON.WeatherAlert.Activated"))
            return true;
    return false;
}

static enum status read_request(const struct json_node *request, struct arena *arena,
                                struct envelope *e, struct err *err)
{
    const struct member members[] = {
        { "type", &e->request_type, WORD_MAX, true },
        { "requestId", &e->request_id, ID_MAX, true },
        { "timestamp", &e->timestamp, WORD_MAX, true },
        { "locale", &e->locale, WORD_MAX, false },
        { "reason", &e->end_reason, WORD_MAX, false },
        { "error.type", &e->error_type, WORD_MAX, false },
        { "error.message", &e->error_message, ID_MAX, false },
    };
    const struct member intent_members[] = { { "name", &e->intent_name, WORD_MAX, true } };
    const struct json_node *intent = NULL;
    enum status st;

    if (!request)
        return envelope_invalid(err, "request", "is missing");
    e->alerts_subscribed = lists_weather_alerts(json_node_at(request, "body.subscriptions"));
    e->permissions = json_node_text(json_node_at(request, "body.acceptedPermissions"));
    e->arguments = json_node_at(request, "arguments");
    st = read_members(request, "request", members, sizeof members / sizeof members[0], err);
    if (st != ST_OK || !str_eqz(e->request_type, "IntentRequest"))
        return st;
    st = read_object(request, "intent", &intent, err);
    if (st == ST_OK)
        st = read_members(intent, "request.intent", intent_members, 1, err);
    return st == ST_OK ? read_slots(json_node_at(intent, "slots"), arena, e, err) : st;
}

static void release_tree(void *data)
{
    json_decref(data);
}

/* The session attributes are our own data coming back, arbitrarily nested: the one part of the
 * envelope that is parsed into a tree. */
static enum status read_attributes(const struct json_node *attributes, struct arena *arena,
                                   struct envelope *e, struct err *err)
{
    json_t *tree = NULL;

    if (!json_node_is(attributes, JSON_KIND_OBJECT) || !json_node_first(attributes))
        return ST_OK;
    if (json_parse(json_node_text(attributes), true, &tree, NULL) != ST_OK ||
        !arena_on_free(arena, release_tree, tree))
        return envelope_no_memory(arena, err); /* the scan has already accepted this text */
    e->attributes = tree;
    return ST_OK;
}

static enum status read_session(const struct json_node *session, struct arena *arena,
                                struct envelope *e, struct err *err)
{
    const struct member members[] = {
        { "sessionId", &e->session_id, ID_MAX, false },
        { "user.userId", &e->user_id, ID_MAX, false },
        { "application.applicationId", &e->application_id, ID_MAX, false },
    };
    const struct json_node *is_new = json_node_at(session, "new");
    enum status st;

    if (!session)
        return ST_OK;
    if (is_new && is_new->kind != JSON_KIND_TRUE && is_new->kind != JSON_KIND_FALSE)
        return envelope_invalid(err, "session.new", "is not a boolean");
    e->has_session = true;
    e->session_new = json_node_is(is_new, JSON_KIND_TRUE);
    st = read_members(session, "session", members, sizeof members / sizeof members[0], err);
    if (st != ST_OK)
        return st;
    return read_attributes(json_node_at(session, "attributes"), arena, e, err);
}

static bool read_degrees(const struct json_node *object, const char *path, double max,
                         double *ret_value)
{
    const struct json_node *at = json_node_at(object, path);

    return json_node_is(at, JSON_KIND_NUMBER) && str_to_double(json_node_text(at), ret_value) &&
           fabs(*ret_value) <= max;
}

/* A user who has switched location services off may still send an old position. */
static void read_geolocation(const struct json_node *object, struct envelope_geolocation *g)
{
    struct str access = json_node_str(object, "locationServices.access");
    struct str status = json_node_str(object, "locationServices.status");

    g->timestamp = json_node_str(object, "timestamp");
    g->known = g->timestamp.n > 0 && g->timestamp.n <= WORD_MAX &&
               (access.n == 0 || str_eqz(access, "ENABLED")) &&
               (status.n == 0 || str_eqz(status, "RUNNING")) &&
               read_degrees(object, "coordinate.latitudeInDegrees", 90, &g->lat) &&
               read_degrees(object, "coordinate.longitudeInDegrees", 180, &g->lon) &&
               read_degrees(object, "coordinate.accuracyInMeters", 1e7, &g->accuracy_m) &&
               g->accuracy_m >= 0;
}

/* Read after the session: where both have a member, the context wins. */
static enum status read_context(const struct json_node *context, struct envelope *e,
                                struct err *err)
{
    const struct member members[] = {
        { "application.applicationId", &e->application_id, ID_MAX, false },
        { "user.userId", &e->user_id, ID_MAX, false },
        { "device.deviceId", &e->device_id, CREDENTIAL_MAX, false },
        { "person.personId", &e->person_id, ID_MAX, false },
        { "apiEndpoint", &e->api_endpoint, WORD_MAX, false },
        { "apiAccessToken", &e->api_token, CREDENTIAL_MAX, false },
    };

    read_geolocation(json_node_at(context, "Geolocation"), &e->geolocation);
    e->interfaces = json_node_at(context, "System.device.supportedInterfaces");
    e->viewport = json_node_at(context, "Viewport");
    e->viewports = json_node_at(context, "Viewports");
    return read_members(json_node_at(context, "System"), "context.System", members,
                        sizeof members / sizeof members[0], err);
}

static enum status read_envelope(const struct json_node *root, struct arena *arena,
                                 struct envelope *e, struct err *err)
{
    struct str version = STR_NONE;
    const struct member members[] = { { "version", &version, WORD_MAX, true } };
    const struct json_node *session = NULL, *context = NULL, *request = NULL;
    enum status st;

    if (!json_node_is(root, JSON_KIND_OBJECT))
        return envelope_invalid(err, "the body", "is not an object");
    if ((st = read_members(root, "envelope", members, 1, err)) != ST_OK ||
        (st = read_object(root, "session", &session, err)) != ST_OK ||
        (st = read_object(root, "context", &context, err)) != ST_OK ||
        (st = read_object(root, "request", &request, err)) != ST_OK ||
        (st = read_request(request, arena, e, err)) != ST_OK ||
        (st = read_session(session, arena, e, err)) != ST_OK ||
        (st = read_context(context, e, err)) != ST_OK)
        return st;
    if (e->application_id.n == 0)
        return envelope_invalid(err, "the application id", "is missing");
    if (e->user_id.n == 0 && (e->has_session || str_eqz(e->request_type, "IntentRequest") ||
                              str_eqz(e->request_type, "LaunchRequest")))
        return envelope_invalid(err, "the user id", "is missing");
    return ST_OK;
}

enum status envelope_parse(struct str body, struct arena *arena, struct envelope *ret_envelope,
                           struct err *err)
{
    struct envelope e = { 0 };
    struct err why = ERR_NONE;
    const struct json_node *root = NULL;
    struct str copy = arena_str(arena, body);
    enum status st;

    if (!copy.p)
        return envelope_no_memory(arena, err);
    st = json_scan(copy, arena, &root, &why);
    if (st == ST_SYSTEM)
        return envelope_no_memory(arena, err);
    if (st != ST_OK)
        return err_reason(err, ST_INVALID, "body_not_json", "%s", why.text);
    st = read_envelope(root, arena, &e, err);
    if (st == ST_OK)
        *ret_envelope = e;
    return st;
}

void envelope_slots_replace(struct envelope *e, struct arena *arena, const json_t *object)
{
    struct envelope_slot *filled = arena_alloc(arena, json_object_size(object) * sizeof *filled);
    /* jansson's macro does not take a const tree. */
    json_t *from = (json_t *)(uintptr_t)object, *slot;
    const char *name;
    size_t n, count = 0;

    e->slots = filled;
    e->slot_count = 0;
    if (!filled)
        return; /* the arena has recorded the failure, and the turn ends in an apology */
    json_object_keylen_foreach (from, name, n, slot) {
        struct str value = json_str(slot, "value");
        if (value.n > 0)
            filled[count++] = (struct envelope_slot){ { name, n }, value };
    }
    e->slot_count = count;
}

/* Lower-cases ASCII and the accented letters of Latin-1 (U+00C0 to U+00DE). */
static void lower_latin1(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i], before = i ? (unsigned char)p[i - 1] : 0;
        if (c >= 'A' && c <= 'Z')
            p[i] = (char)(c + ('a' - 'A'));
        else if (before == 0xC3 && c >= 0x80 && c <= 0x9E && c != 0x97)
            p[i] = (char)(c + 0x20);
    }
}

/* The first ENVELOPE_SLOT_MAX bytes, never splitting a character. */
static struct str cut_slot(struct str s)
{
    size_t n = s.n < ENVELOPE_SLOT_MAX ? s.n : ENVELOPE_SLOT_MAX;

    while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    return str_sub(s, 0, n);
}

struct str envelope_slot(const struct envelope *e, struct arena *arena, const char *name)
{
    struct str value = STR_NONE, rest, word;
    size_t n = 0;
    char *p;

    for (size_t i = 0; i < e->slot_count; i++)
        if (str_eqz(e->slots[i].name, name))
            value = e->slots[i].value;
    value = cut_slot(str_trim(value));
    if (value.n == 0 || !str_is_utf8(value))
        return STR_NONE;
    p = arena_alloc(arena, value.n + 1);
    if (!p)
        return STR_NONE;
    for (rest = value; str_word(&rest, &word); n += word.n) {
        if (n > 0)
            p[n++] = ' ';
        memcpy(p + n, word.p, word.n);
    }
    lower_latin1(p, n);
    return (struct str){ p, n };
}
