/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/envelope.c -- what Amazon sends, judged by a table of members before anyone reads
 * it. */
#include "intents/alexa/envelope.h"

#include "server/base/json.h"

#include <string.h>

/* A string member: where it goes, and whether the envelope stands without it. */
struct member {
    const char *name;
    struct str *to;
    size_t max; /* bytes; a longer required one is invalid, a longer other one is absent */
    bool required;
};

static enum status invalid(struct err *err, const char *what, const char *why)
{
    return err_reason(err, ST_INVALID, "envelope_invalid", "envelope: %s %s", what, why);
}

static enum status read_members(const json_t *object, const char *where, const struct member *m,
                                size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        struct str value = json_str(object, m[i].name);
        bool good = value.n > 0 && value.n <= m[i].max;
        if (good)
            *m[i].to = value;
        else if (m[i].required)
            return err_reason(err, ST_INVALID, "envelope_invalid",
                              "envelope: %s.%s is missing, no string or too long", where,
                              m[i].name);
    }
    return ST_OK;
}

/* A member that is there must be an object; *ret_object is NULL when it is absent or null. */
static enum status read_object(const json_t *root, const char *name, const json_t **ret_object,
                               struct err *err)
{
    const json_t *at = json_object_get(root, name);

    if (at && !json_is_object(at) && !json_is_null(at))
        return invalid(err, name, "is no object");
    *ret_object = json_is_object(at) ? at : NULL;
    return ST_OK;
}

enum { ID_MAX = 1000, WORD_MAX = 200 };

static enum status read_request(const json_t *request, struct envelope *e, struct err *err)
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
    const json_t *intent = NULL, *slots;
    enum status st;

    if (!request)
        return invalid(err, "request", "is missing");
    st = read_members(request, "request", members, sizeof members / sizeof members[0], err);
    if (st != ST_OK || !str_eqz(e->request_type, "IntentRequest"))
        return st;
    st = read_object(request, "intent", &intent, err);
    if (st == ST_OK)
        st = read_members(intent, "request.intent", intent_members, 1, err);
    slots = json_object_get(intent, "slots");
    e->slots = json_is_object(slots) ? slots : NULL;
    return st;
}

static enum status read_session(const json_t *session, struct envelope *e, struct err *err)
{
    const struct member members[] = {
        { "sessionId", &e->session_id, ID_MAX, false },
        { "user.userId", &e->user_id, ID_MAX, false },
        { "application.applicationId", &e->application_id, ID_MAX, false },
    };
    const json_t *is_new = json_object_get(session, "new");
    const json_t *attributes = json_object_get(session, "attributes");

    if (!session)
        return ST_OK;
    if (is_new && !json_is_boolean(is_new) && !json_is_null(is_new))
        return invalid(err, "session.new", "is no boolean");
    e->has_session = true;
    e->session_new = json_is_true(is_new);
    e->attributes = json_is_object(attributes) ? attributes : NULL;
    return read_members(session, "session", members, sizeof members / sizeof members[0], err);
}

/* The context is newer and stands for both: read after the session, it wins. */
static enum status read_context(const json_t *context, struct envelope *e, struct err *err)
{
    const struct member members[] = {
        { "application.applicationId", &e->application_id, ID_MAX, false },
        { "user.userId", &e->user_id, ID_MAX, false },
        { "device.deviceId", &e->device_id, ID_MAX, false },
        { "person.personId", &e->person_id, ID_MAX, false },
    };

    return read_members(json_at(context, "System"), "context.System", members,
                        sizeof members / sizeof members[0], err);
}

static enum status read_envelope(struct envelope *e, struct err *err)
{
    struct str version = STR_NONE;
    const struct member members[] = { { "version", &version, WORD_MAX, true } };
    const json_t *session, *context, *request;
    enum status st;

    if (!json_is_object(e->root))
        return invalid(err, "the body", "is no object");
    if ((st = read_members(e->root, "envelope", members, 1, err)) != ST_OK ||
        (st = read_object(e->root, "session", &session, err)) != ST_OK ||
        (st = read_object(e->root, "context", &context, err)) != ST_OK ||
        (st = read_object(e->root, "request", &request, err)) != ST_OK ||
        (st = read_request(request, e, err)) != ST_OK ||
        (st = read_session(session, e, err)) != ST_OK ||
        (st = read_context(context, e, err)) != ST_OK)
        return st;
    if (e->application_id.n == 0)
        return invalid(err, "the application id", "is missing");
    if (e->user_id.n == 0 && (e->has_session || str_eqz(e->request_type, "IntentRequest") ||
                              str_eqz(e->request_type, "LaunchRequest")))
        return invalid(err, "the user id", "is missing");
    return ST_OK;
}

enum status envelope_parse(struct str body, struct envelope *ret_envelope, struct err *err)
{
    struct envelope e = { 0 };
    struct err why = ERR_NONE;
    enum status st;

    st = json_parse(body, true, &e.root, &why);
    if (st != ST_OK)
        return err_reason(err, ST_INVALID, "body_not_json", "%s", why.text);
    st = read_envelope(&e, err);
    if (st != ST_OK) {
        json_decref(e.root);
        return st;
    }
    *ret_envelope = e;
    return ST_OK;
}

void envelope_done(struct envelope *e)
{
    json_decref(e->root);
    e->root = NULL;
}

/* The first match of any authority; absent when entity resolution knew nothing. */
static struct str resolved(const json_t *slot)
{
    const json_t *authorities = json_at(slot, "resolutions.resolutionsPerAuthority");
    struct str name;

    for (size_t i = 0; i < json_array_size(authorities); i++) {
        name = json_str(json_array_get(authorities, i), "values.0.value.name");
        if (str_trim(name).n > 0)
            return name;
    }
    return STR_NONE;
}

/* Lower case for ASCII and for the accented letters of Latin-1 (U+00C0 to U+00DE). */
static void lower(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i], before = i ? (unsigned char)p[i - 1] : 0;
        if (c >= 'A' && c <= 'Z')
            p[i] = (char)(c + ('a' - 'A'));
        else if (before == 0xC3 && c >= 0x80 && c <= 0x9E && c != 0x97)
            p[i] = (char)(c + 0x20);
    }
}

struct str envelope_slot(const struct envelope *e, struct arena *arena, const char *name)
{
    const json_t *slot = json_object_get(e->slots, name);
    struct str value = resolved(slot), rest, word;
    size_t n = 0;
    char *p;

    if (value.n == 0)
        value = json_str(slot, "value");
    value = str_trim(value);
    if (value.n == 0 || value.n > ENVELOPE_SLOT_MAX || !str_is_utf8(value))
        return STR_NONE;
    p = arena_alloc(arena, value.n + 1);
    if (!p)
        return STR_NONE;
    for (rest = value; str_word(&rest, &word); n += word.n) {
        if (n > 0)
            p[n++] = ' ';
        memcpy(p + n, word.p, word.n);
    }
    lower(p, n);
    return (struct str){ p, n };
}
