/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/alexa/envelope.c -- parsing the request envelope: required members, slots,
 * attributes. */
#include "intents/alexa/envelope.h"

#include "server/base/json.h"
#include "tests/test.h"

#include <stdlib.h>

/* A complete, valid request. Each test changes a member of it. */
static json_t *valid_request(void)
{
    json_t *root =
        json_pack("{s:s, s:{s:b, s:s, s:{s:s}, s:{}, s:{s:s}},"
                  " s:{s:{s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}}},"
                  " s:{s:s, s:s, s:s, s:s, s:{s:s, s:{s:{s:s, s:s}}}}}",
                  "version", "1.0", "session", "new", 1, "sessionId", "session-1", "application",
                  "applicationId", "skill-s", "attributes", "user", "userId", "user-s", "context",
                  "System", "application", "applicationId", "skill-c", "user", "userId", "user-c",
                  "device", "deviceId", "device-1", "person", "personId", "person-1", "request",
                  "type", "IntentRequest", "requestId", "request-1", "timestamp",
                  "2026-11-22T10:00:00Z", "locale", "en-US", "intent", "name", "MetricIntent",
                  "slots", "location", "name", "location", "value", "  Boulder   COLORADO ");

    CHECK(root);
    return root;
}

/* Holds the envelope that was parsed last. */
static struct arena *arena;

static enum status parse_text(struct str text, struct envelope *e, struct err *err)
{
    arena_free(arena);
    arena = arena_create(1 << 20);
    return envelope_parse(text, arena, e, err);
}

static enum status parse(const json_t *root, struct envelope *e, struct err *err)
{
    struct buf text = BUF_INIT(1 << 20);
    enum status st;

    json_put(&text, root);
    st = parse_text(buf_str(&text), e, err);
    buf_free(&text);
    return st;
}

/* Sets the member at a dotted path, or removes it when `value` is NULL. */
static void change(json_t *root, const char *path, json_t *value)
{
    char parent[100];
    const char *dot = strrchr(path, '.');
    json_t *at = root;

    if (dot) {
        (void)snprintf(parent, sizeof parent, "%.*s", (int)(dot - path), path);
        at = json_at(root, parent);
        path = dot + 1;
    }
    if (value)
        CHECK_INT(json_object_set_new(at, path, value), 0);
    else
        CHECK_INT(json_object_del(at, path), 0);
}

TEST(a_valid_envelope_is_parsed)
{
    json_t *root = valid_request();
    struct envelope e;
    struct err err = ERR_NONE;

    CHECK_INT(parse(root, &e, &err), ST_OK);
    CHECK_SLICE(e.application_id, "skill-c");
    CHECK_SLICE(e.user_id, "user-c");
    CHECK_SLICE(e.device_id, "device-1");
    CHECK_SLICE(e.person_id, "person-1");
    CHECK_SLICE(e.session_id, "session-1");
    CHECK(e.has_session && e.session_new);
    CHECK_SLICE(e.request_type, "IntentRequest");
    CHECK_SLICE(e.request_id, "request-1");
    CHECK_SLICE(e.timestamp, "2026-11-22T10:00:00Z");
    CHECK_SLICE(e.locale, "en-US");
    CHECK_SLICE(e.intent_name, "MetricIntent");
    json_decref(root);
}

TEST(a_missing_or_mistyped_required_member_is_rejected)
{
    static const char *const required[] = {
        "version",           "request",        "request.type",        "request.requestId",
        "request.timestamp", "request.intent", "request.intent.name",
    };

    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++) {
        for (int kind = 0; kind < 6; kind++) {
            json_t *root = valid_request();
            json_t *values[] = { NULL,         json_null(),     json_integer(7),
                                 json_array(), json_string(""), json_true() };
            struct envelope e;
            struct err err = ERR_NONE;
            for (int k = 0; k < 6; k++)
                if (k != kind)
                    json_decref(values[k]);
            change(root, required[i], values[kind]);
            CHECK_INT(parse(root, &e, &err), ST_INVALID);
            CHECK_STR(err.reason, "envelope_invalid");
            json_decref(root);
        }
    }
}

TEST(ids_may_come_from_session_or_context)
{
    json_t *root = valid_request();
    struct envelope e;
    struct err err = ERR_NONE;

    change(root, "context", NULL);
    CHECK_INT(parse(root, &e, &err), ST_OK);
    CHECK_SLICE(e.application_id, "skill-s");
    CHECK_SLICE(e.user_id, "user-s");
    change(root, "session.application", json_null());
    CHECK_INT(parse(root, &e, &err), ST_INVALID);
    CHECK_STR(err.reason, "envelope_invalid");
    json_decref(root);
}

TEST(a_user_id_is_required_unless_there_is_no_session)
{
    json_t *root = valid_request();
    struct envelope e;
    struct err err = ERR_NONE;

    change(root, "session.user", NULL);
    change(root, "context.System.user", NULL);
    CHECK_INT(parse(root, &e, &err), ST_INVALID);
    change(root, "session", NULL);
    CHECK_INT(parse(root, &e, NULL), ST_INVALID);
    change(root, "request.type", json_string("AlexaSkillEvent.SkillEnabled"));
    CHECK_INT(parse(root, &e, NULL), ST_OK);
    CHECK(!e.has_session && e.user_id.n == 0 && !e.slots);
    json_decref(root);
}

TEST(unknown_members_and_mistyped_optional_ones_are_ignored)
{
    json_t *root = valid_request();
    struct envelope e;
    struct err err = ERR_NONE;

    change(root, "surprise", json_pack("[i,{s:n}]", 1, "x"));
    change(root, "session.attributes", json_array());
    change(root, "request.intent.slots", json_array());
    change(root, "request.locale", json_integer(1));
    change(root, "context.System.device", json_string("none"));
    CHECK_INT(parse(root, &e, &err), ST_OK);
    CHECK(!e.attributes && !e.slots && e.locale.n == 0 && e.device_id.n == 0);
    json_decref(root);
}

TEST(members_of_the_wrong_type_are_rejected)
{
    static const struct {
        const char *path, *value;
    } cases[] = {
        { "session", "[]" },        { "session", "\"x\"" }, { "context", "7" },
        { "request", "[]" },        { "session.new", "1" }, { "session.new", "\"true\"" },
        { "request.intent", "[]" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *root = valid_request();
        struct envelope e;
        struct err err = ERR_NONE;
        change(root, cases[i].path, json_loads(cases[i].value, JSON_DECODE_ANY, NULL));
        CHECK_ROW(i, parse(root, &e, &err) == ST_INVALID);
        CHECK_STR(err.reason, "envelope_invalid");
        json_decref(root);
    }
}

TEST(a_body_that_is_not_json_is_reported_as_such)
{
    static const char *const bodies[] = {
        "",
        "x",
        "{",
        "{\"version\":\"1.0\",\"version\":\"1.0\"}",
        "{\"a\":1e999}",
        "{} {}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\xFF\"}",
    };

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct envelope e;
        struct err err = ERR_NONE;
        CHECK_ROW(i, parse_text(str_of(bodies[i]), &e, &err) == ST_INVALID);
        CHECK_STR(err.reason, "body_not_json");
    }
    for (size_t i = 0; i < 2; i++) {
        struct envelope e;
        struct err err = ERR_NONE;
        CHECK_INT(parse_text(str_of(i ? "[]" : "{}"), &e, &err), ST_INVALID);
        CHECK_STR(err.reason, "envelope_invalid");
    }
}

static void check_slot(const char *slot_json, const char *want)
{
    json_t *root = valid_request();
    json_t *slot = json_loads(slot_json, JSON_DECODE_ANY, NULL);
    struct envelope e;
    struct err err = ERR_NONE;

    CHECK(slot);
    change(root, "request.intent.slots.location", slot);
    CHECK_INT(parse(root, &e, &err), ST_OK);
    CHECK_SLICE(envelope_slot(&e, arena, "location"), want);
    CHECK_INT(envelope_slot(&e, arena, "absent").n, 0);
    json_decref(root);
}

#define RESOLVED(code, values)                                                                 \
    "{\"value\":\"said\",\"resolutions\":{\"resolutionsPerAuthority\":[{\"status\":{\"code\":" \
    "\"" code "\"},\"values\":" values "}]}}"

TEST(a_slot_has_its_resolved_value_otherwise_the_spoken_one)
{
    check_slot("{\"value\":\"  Boulder \\t COLORADO \"}", "boulder colorado");
    check_slot(RESOLVED("ER_SUCCESS_MATCH", "[{\"value\":{\"name\":\"Meant\",\"id\":\"1\"}}]"),
               "meant");
    check_slot(RESOLVED("ER_SUCCESS_NO_MATCH", "[]"), "said");
    check_slot(RESOLVED("ER_SUCCESS_MATCH", "[{\"value\":{\"name\":7}}]"), "said");
    check_slot(RESOLVED("ER_SUCCESS_MATCH", "{}"), "said");
    check_slot("{\"value\":\"CA\xC3\x91ON\"}", "ca\xC3\xB1on");
}

TEST(attributes_come_back_as_sent)
{
    json_t *root = valid_request();
    struct envelope e;

    CHECK_INT(parse(root, &e, NULL), ST_OK);
    CHECK(!e.attributes);
    change(root, "session.attributes",
           json_pack("{s:{s:s,s:i}}", "settings", "location", "Ca\xC3\xB1on \"City\"", "rate", 90));
    CHECK_INT(parse(root, &e, NULL), ST_OK);
    CHECK(json_equal(e.attributes, json_at(root, "session.attributes")));
    json_decref(root);
}

TEST(slots_can_be_replaced)
{
    json_t *root = valid_request();
    json_t *carried = json_pack("{s:{s:s},s:{s:i},s:s}", "metric", "value", "Wind Chill", "day",
                                "value", 7, "odd", "x");
    struct envelope e;

    CHECK_INT(parse(root, &e, NULL), ST_OK);
    envelope_slots_replace(&e, arena, carried);
    CHECK_SLICE(envelope_slot(&e, arena, "metric"), "wind chill");
    CHECK_INT(envelope_slot(&e, arena, "location").n, 0);
    CHECK_INT(envelope_slot(&e, arena, "day").n, 0);
    envelope_slots_replace(&e, arena, NULL);
    CHECK_INT(envelope_slot(&e, arena, "metric").n, 0);
    json_decref(carried);
    json_decref(root);
}

TEST(a_request_with_too_many_values_is_invalid)
{
    struct buf text = BUF_INIT(1 << 20);
    json_t *root = valid_request();
    enum status st = ST_SYSTEM;

    json_put(&text, root);
    for (size_t max = 1; st != ST_OK && max < (1 << 20); max += max / 2 + 1) {
        struct arena *small = arena_create(max);
        struct err err = ERR_NONE;
        struct envelope e;
        st = envelope_parse(buf_str(&text), small, &e, &err);
        if (st != ST_OK) {
            CHECK_INT(st, ST_INVALID);
            CHECK_STR(err.reason, "envelope_invalid");
        }
        arena_free(small);
    }
    CHECK_INT(st, ST_OK);
    buf_free(&text);
    json_decref(root);
}

TEST(a_malformed_slot_is_absent)
{
    check_slot("{}", "");
    check_slot("null", "");
    check_slot("7", "");
    check_slot("[]", "");
    check_slot("{\"value\":null}", "");
    check_slot("{\"value\":7}", "");
    check_slot("{\"value\":[\"boulder\"]}", "");
    check_slot("{\"value\":{\"name\":\"boulder\"}}", "");
    check_slot("{\"value\":\"   \"}", "");
    check_slot("{\"resolutions\":[]}", "");
}

TEST(a_long_slot_is_cut_between_characters)
{
    char text[2000], want[ENVELOPE_SLOT_MAX + 1];

    (void)snprintf(text, sizeof text, "{\"value\":\"%01000d\"}", 1);
    memset(want, '0', sizeof want - 1);
    want[sizeof want - 1] = '\0';
    check_slot(text, want);
    memcpy(text + 10 + ENVELOPE_SLOT_MAX - 1, "\xC3\xA9", 2);
    want[ENVELOPE_SLOT_MAX - 1] = '\0';
    check_slot(text, want);
}

TESTS(a_valid_envelope_is_parsed, a_missing_or_mistyped_required_member_is_rejected,
      ids_may_come_from_session_or_context, a_user_id_is_required_unless_there_is_no_session,
      unknown_members_and_mistyped_optional_ones_are_ignored,
      members_of_the_wrong_type_are_rejected, a_body_that_is_not_json_is_reported_as_such,
      attributes_come_back_as_sent, slots_can_be_replaced,
      a_request_with_too_many_values_is_invalid,
      a_slot_has_its_resolved_value_otherwise_the_spoken_one, a_malformed_slot_is_absent,
      a_long_slot_is_cut_between_characters)
