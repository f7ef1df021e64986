/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/envelope_build.c -- the members that Alexa sends, in Alexa's format.
 *
 * A name that ends in "Request", or has a dot and is not Amazon's intent
 * (AlexaSkillEvent.SkillEnabled), is a request type; any other is an intent. */
#include "server/utterance/envelope_build.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/hex.h"
#include "server/base/json.h"
#include "server/base/random.h"
#include "server/base/time_text.h"
#include "server/utterance/device.h"

enum { ID_BYTES = 16, BODY_MAX = 16 * 1024 * 1024 };

static const char default_user[] = "amzn1.ask.account.CLIMACASTTOOL";
static const char default_skill[] = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000";
static const char default_device[] = "amzn1.ask.device.CLIMACASTTOOL";

static const char *value_or(const char *value, const char *fallback)
{
    return value && *value ? value : fallback;
}

bool envelope_is_request_type(const char *name)
{
    struct str s = str_of(name);
    bool dotted = str_index(s, '.') < s.n && !str_starts(s, STR("AMAZON."));

    return str_ends(s, STR("Request")) || (dotted && !str_ends(s, STR("Intent")));
}

static void random_id(const char *kind, char out[100])
{
    uint8_t raw[ID_BYTES];
    struct buf hex = BUF_INIT(2 * ID_BYTES);

    random_bytes(raw, sizeof raw);
    hex_encode(&hex, raw, sizeof raw);
    (void)snprintf(out, 100, "amzn1.echo-api.%s.%s", kind, buf_z(&hex));
    buf_free(&hex);
}

/* "-200" is 200 seconds ago. Anything but a number is sent as it is. */
static void put_timestamp(const char *text, char out[64])
{
    int64_t offset = 0;
    struct str s = str_of(text);

    if (s.n > 1 && s.p[0] == '+')
        s = str_sub(s, 1, s.n);
    if (s.n > 0 && !str_to_i64(s, &offset))
        (void)snprintf(out, 64, "%s", text);
    else
        time_format_rfc3339(clock_wall_s() + offset, out);
}

/* An empty slot has no value. */
static json_t *build_slot(const char *name, const char *value)
{
    json_t *slot = json_pack("{s:s, s:s}", "name", name, "confirmationStatus", "NONE");

    if (slot && *value && json_object_set_new(slot, "value", json_string(value)) != 0) {
        json_decref(slot);
        return NULL;
    }
    return slot;
}

/* The arguments of a touch are a list; everything else is a text. */
static json_t *build_member(const char *name, const char *value)
{
    json_t *list = NULL;

    if (strcmp(name, "arguments") == 0 && json_parse(str_of(value), false, &list, NULL) == ST_OK)
        return list;
    return json_string(value);
}

static enum status put_words(const struct request_spec *spec, json_t *to, bool slots,
                             struct err *err)
{
    for (size_t i = 0; i < spec->word_count; i++) {
        const char *word = spec->words[i], *value = strchr(word, '=') + 1;
        char name[200];
        (void)snprintf(name, sizeof name, "%.*s", (int)(value - word - 1), word);
        json_t *member = slots ? build_slot(name, value) : build_member(name, value);
        if (json_object_set_new(to, name, member) != 0)
            return err_set(err, ST_INVALID, "%s: not UTF-8", word);
    }
    return ST_OK;
}

static enum status build_request(const struct request_spec *spec, json_t **ret_request,
                                 struct err *err)
{
    char id[100], when[64];
    bool is_type = envelope_is_request_type(spec->name);
    json_t *slots = json_object();
    enum status st;

    random_id("request", id);
    put_timestamp(spec->timestamp, when);
    json_t *request =
        json_pack("{s:s, s:s, s:s, s:s}", "type", is_type ? spec->name : "IntentRequest",
                  "requestId", value_or(spec->request_id, id), "timestamp", when, "locale",
                  value_or(spec->locale, "en-US"));
    st = request ? put_words(spec, is_type ? request : slots, !is_type, err)
                 : err_set(err, ST_INVALID, "a value is not UTF-8");
    if (st == ST_OK && strcmp(spec->name, "SessionEndedRequest") == 0 &&
        !json_object_get(request, "reason"))
        json_object_set_new(request, "reason", json_string("USER_INITIATED"));
    if (st == ST_OK && !is_type) {
        json_t *intent = json_pack("{s:s, s:s, s:O}", "name", spec->name, "confirmationStatus",
                                   "NONE", "slots", slots);
        if (json_object_set_new(request, "intent", intent) != 0)
            st = err_set(err, ST_INVALID, "%s: not UTF-8", spec->name);
    }
    json_decref(slots);
    if (st == ST_OK)
        *ret_request = request;
    else
        json_decref(request);
    return st;
}

static enum status read_attributes(const struct request_spec *spec, json_t **ret_attributes,
                                   struct err *err)
{
    enum status st =
        json_parse(str_of(value_or(spec->attributes, "{}")), true, ret_attributes, err);

    if (st != ST_OK) {
        err_context(err, "--attributes");
        return st;
    }
    if (json_is_object(*ret_attributes))
        return ST_OK;
    json_decref(*ret_attributes);
    return err_set(err, ST_INVALID, "--attributes: must be a JSON object");
}

static enum status build_session(const struct request_spec *spec, const char *skill,
                                 const char *user, json_t **ret_session, struct err *err)
{
    const char *word = value_or(spec->session, "new");
    bool open = strcmp(word, "open") == 0;
    json_t *attributes;
    char id[100];
    enum status st;

    if (!open && strcmp(word, "new") != 0)
        return err_set(err, ST_INVALID, "--session %s: must be new or open", word);
    st = read_attributes(spec, &attributes, err);
    if (st != ST_OK)
        return st;
    random_id("session", id);
    *ret_session =
        json_pack("{s:b, s:s, s:{s:s}, s:o, s:{s:s}}", "new", !open, "sessionId", id, "application",
                  "applicationId", skill, "attributes", attributes, "user", "userId", user);
    return *ret_session ? ST_OK : err_set(err, ST_INVALID, "a value is not UTF-8");
}

/* The token for Amazon's services, and the device's screen, if they are named. */
static enum status put_device(const struct request_spec *spec, json_t *envelope, struct err *err)
{
    const char *name = value_or(spec->device, ""), *token = value_or(spec->api_token, "");
    const struct device *device = device_find(name);

    if (*token && envelope &&
        json_object_set_new(json_object_get(json_object_get(envelope, "context"), "System"),
                            "apiAccessToken", json_string(token)) != 0)
        return err_set(err, ST_INVALID, "--api-token: not UTF-8");
    if (!*name || !envelope)
        return ST_OK;
    if (!device)
        return err_set(err, ST_INVALID, "--device %s: no such device", name);
    return device_put(device, json_object_get(envelope, "context")) ? ST_OK : err_no_memory(err);
}

enum status envelope_build(const struct request_spec *spec, const struct config *config,
                           struct buf *out, struct err *err)
{
    const char *user = value_or(spec->user, default_user);
    const char *configured = config_list(config, CONFIG_ALEXA_SKILL_IDS)[0];
    const char *skill = value_or(spec->skill_id, value_or(configured, default_skill));
    json_t *session = NULL, *request = NULL, *envelope;
    enum status st = build_session(spec, skill, user, &session, err);

    if (st == ST_OK)
        st = build_request(spec, &request, err);
    if (st != ST_OK) {
        json_decref(session);
        return st;
    }
    envelope = json_pack("{s:s, s:o, s:{s:{s:{s:s}, s:{s:s}, s:{s:s, s:{}}, s:s}}, s:o}", "version",
                         "1.0", "session", session, "context", "System", "application",
                         "applicationId", skill, "user", "userId", user, "device", "deviceId",
                         default_device, "supportedInterfaces", "apiEndpoint",
                         "https://api.amazonalexa.com", "request", request);
    if (envelope && strncmp(spec->name, "AlexaSkillEvent.", 16) == 0)
        json_object_del(envelope, "session"); /* events come without one */
    st = put_device(spec, envelope, err);
    if (out->max == 0)
        out->max = BODY_MAX;
    json_put(out, envelope);
    json_decref(envelope);
    if (st != ST_OK)
        return st;
    return envelope && !out->failed ? ST_OK : err_no_memory(err);
}
