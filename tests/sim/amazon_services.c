/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/amazon_services.c -- Amazon's services for skills, as they answer when nothing goes
 * wrong. */
#include "tests/sim/amazon_services.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/percent_encoding.h"
#include "server/base/time_text.h"

enum { REFERENCE_MAX = 100, EXPIRY_MIN_S = 5 * 60, EXPIRY_MAX_S = 24 * 3600 };

const char *amazon_service_of(const struct amazon_call *call)
{
    static const char *const hosts[] = { "api.amazonalexa.com", "api.eu.amazonalexa.com",
                                         "api.fe.amazonalexa.com", NULL };
    struct str target = str_of(call->target);
    bool post = strcmp(call->method, "POST") == 0;

    if (strcmp(call->host, "api.amazon.com") == 0)
        return post && str_ieqz(target, "/auth/o2/token") ? "token" : NULL;
    if (!str_is_one_of(str_of(call->host), hosts))
        return NULL;
    if (str_eqz(target, "/v1/proactiveEvents") ||
        str_eqz(target, "/v1/proactiveEvents/stages/development"))
        return post ? "events" : NULL;
    if (post)
        return NULL;
    if (str_starts(target, STR("/v1/devices/")) &&
        str_ends(target, STR("/settings/address/countryAndPostalCode")))
        return "address";
    if (str_starts(target, STR("/v2/devices/")) &&
        str_ends(target, STR("/settings/System.temperatureUnit")))
        return "settings";
    return NULL;
}

static const char *header(const struct amazon_call *call, const char *name)
{
    const char *value = json_string_value(json_object_get(call->headers, name));

    return value ? value : "";
}

static void refuse(struct reply *reply, unsigned status, const char *why)
{
    char text[300];

    snprintf(text, sizeof text, "{\"type\":\"ERROR\",\"message\":\"%s\"}", why);
    reply_text(reply, status, "application/json", text);
}

/* ---- token ---- */

/* The value of a form's field, decoded; "" when it is missing. */
static void form_field(struct str form, const char *name, char *out, size_t size)
{
    struct str pair;

    out[0] = '\0';
    while (str_split(&form, '&', &pair)) {
        struct buf value = BUF_INIT(size - 1);
        size_t equals = str_index(pair, '=');
        if (str_eqz(str_sub(pair, 0, equals), name) &&
            percent_decode(&value, str_sub(pair, equals + 1, pair.n), true))
            snprintf(out, size, "%s", buf_z(&value));
        buf_free(&value);
    }
}

static void give_token(struct amazon_books *books, const struct amazon_call *call,
                       struct reply *reply)
{
    char grant[60], scope[100], id[200], secret[200], token[60], text[300];

    form_field(call->body, "grant_type", grant, sizeof grant);
    form_field(call->body, "scope", scope, sizeof scope);
    form_field(call->body, "client_id", id, sizeof id);
    form_field(call->body, "client_secret", secret, sizeof secret);
    if (strcmp(grant, "client_credentials") != 0 || strcmp(scope, "alexa::proactive_events") != 0) {
        reply_text(reply, 400, "application/json", "{\"error\":\"invalid_scope\"}");
        return;
    }
    if (!*id || !*secret || (books->client_id[0] && strcmp(id, books->client_id) != 0) ||
        (books->client_secret[0] && strcmp(secret, books->client_secret) != 0)) {
        reply_text(reply, 401, "application/json", "{\"error\":\"invalid_client\"}");
        return;
    }
    snprintf(token, sizeof token, "Atc|simulated-%lld", (long long)++books->token_count);
    json_object_set_new(books->tokens, token,
                        json_integer(clock_mono_ms() + books->token_s * 1000));
    snprintf(text, sizeof text,
             "{\"access_token\":\"%s\",\"scope\":\"alexa::proactive_events\","
             "\"token_type\":\"bearer\",\"expires_in\":%lld}",
             token, (long long)books->token_s);
    reply_text(reply, 200, "application/json", text);
}

/* ---- events ---- */

static bool is_reference(const char *text)
{
    size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789~");

    return n > 0 && n <= REFERENCE_MAX && !text[n];
}

static const char *text_at(const json_t *o, const char *a, const char *b, const char *c)
{
    const char *value;

    o = json_object_get(o, a);
    if (b)
        o = json_object_get(o, b);
    if (c)
        o = json_object_get(o, c);
    value = json_string_value(o);
    return value ? value : "";
}

static bool is_alert(const json_t *event)
{
    static const char *const types[] = { "TORNADO", "HURRICANE", "SNOW_STORM", "THUNDER_STORM",
                                         NULL };
    const json_t *alert = json_object_get(json_object_get(event, "payload"), "weatherAlert");

    return strcmp(text_at(event, "name", NULL, NULL), "AMAZON.WeatherAlert.Activated") == 0 &&
           strcmp(text_at(alert, "source", NULL, NULL), "localizedattribute:source") == 0 &&
           str_is_one_of(str_of(text_at(alert, "alertType", NULL, NULL)), types);
}

/* What Amazon would refuse it for; NULL: nothing. */
static const char *fault_of(const json_t *body)
{
    const json_t *locale = json_array_get(json_object_get(body, "localizedAttributes"), 0);
    int64_t timestamp, expiry;

    if (!is_reference(text_at(body, "referenceId", NULL, NULL)))
        return "referenceId";
    if (!time_parse_rfc3339(str_of(text_at(body, "timestamp", NULL, NULL)), &timestamp))
        return "timestamp";
    if (!time_parse_rfc3339(str_of(text_at(body, "expiryTime", NULL, NULL)), &expiry) ||
        expiry < timestamp + EXPIRY_MIN_S || expiry > timestamp + EXPIRY_MAX_S)
        return "expiryTime";
    if (!is_alert(json_object_get(body, "event")))
        return "event";
    if (!*text_at(locale, "locale", NULL, NULL) || !*text_at(locale, "source", NULL, NULL))
        return "localizedAttributes";
    if (strcmp(text_at(body, "relevantAudience", "type", NULL), "Unicast") != 0 ||
        !*text_at(body, "relevantAudience", "payload", "user"))
        return "relevantAudience";
    return NULL;
}

static bool is_authorized(const struct amazon_books *books, const struct amazon_call *call)
{
    const char *bearer = header(call, "authorization");
    const json_t *expires;

    if (strncmp(bearer, "Bearer ", 7) != 0)
        return false;
    expires = json_object_get(books->tokens, bearer + 7);
    return expires && json_integer_value(expires) > clock_mono_ms();
}

static void take_event(struct amazon_books *books, const struct amazon_call *call,
                       struct reply *reply)
{
    json_t *body = json_loadb(call->body.p ? call->body.p : "", call->body.n, 0, NULL);
    const char *fault = fault_of(body);
    char key[700];

    snprintf(key, sizeof key, "%s %s", text_at(body, "relevantAudience", "payload", "user"),
             text_at(body, "referenceId", NULL, NULL));
    if (!is_authorized(books, call))
        refuse(reply, 403, "the token is unknown or has expired");
    else if (fault)
        refuse(reply, 400, fault);
    else if (json_object_get(books->references, key))
        refuse(reply, 409, "duplicate referenceId");
    else {
        json_object_set_new(books->references, key, json_true());
        reply_text(reply, 202, "application/json", "");
    }
    json_decref(body);
}

void amazon_service_respond(struct amazon_books *books, const char *service,
                            const struct amazon_call *call, struct reply *reply)
{
    if (!service)
        refuse(reply, 404, "no such resource");
    else if (strcmp(service, "token") == 0)
        give_token(books, call, reply);
    else if (strcmp(service, "events") == 0)
        take_event(books, call, reply);
    else if (strncmp(header(call, "authorization"), "Bearer ", 7) != 0)
        refuse(reply, 401, "no token");
    else if (strcmp(service, "address") == 0)
        reply_text(reply, 200, "application/json",
                   "{\"countryCode\":\"US\",\"postalCode\":\"80301\"}");
    else
        reply_text(reply, 200, "application/json", "\"FAHRENHEIT\"");
}
