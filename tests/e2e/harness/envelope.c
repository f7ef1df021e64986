/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/envelope.c -- builds request envelopes like the ones Alexa sends. */
#include "tests/e2e/harness/envelope.h"

#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness/world.h"
#include "tests/test.h"

static void format_timestamp(char out[32], time_t t)
{
    struct tm tm;

    gmtime_r(&t, &tm);
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static json_t *build_envelope(const char *user, const char *type)
{
    static atomic_ulong counter; /* several threads build envelopes */
    char id[100], now[32];

    format_timestamp(now, time(NULL));
    snprintf(id, sizeof id, "amzn1.echo-api.request.%ld.%lld.%lu", (long)getpid(),
             (long long)clock_mono_us(), atomic_fetch_add(&counter, 1));
    return json_pack("{s:s, s:{s:b, s:s, s:{s:s}, s:{}, s:{s:s}},"
                     " s:{s:{s:{s:s}, s:{s:s}, s:{s:s, s:{}}, s:s, s:s}},"
                     " s:{s:s, s:s, s:s, s:s}}",
                     "version", "1.0", "session", "new", 1, "sessionId", "amzn1.echo-api.session.1",
                     "application", "applicationId", SKILL_ID, "attributes", "user", "userId", user,
                     "context", "System", "application", "applicationId", SKILL_ID, "user",
                     "userId", user, "device", "deviceId", "amzn1.ask.device.1",
                     "supportedInterfaces", "apiEndpoint", "https://api.amazonalexa.com",
                     "apiAccessToken", "token", "request", "type", type, "requestId", id,
                     "timestamp", now, "locale", "en-US");
}

json_t *envelope_of_type(const char *user, const char *type)
{
    json_t *e = build_envelope(user, type);

    assert_non_null(e);
    return e;
}

json_t *envelope_launch(const char *user)
{
    return envelope_of_type(user, "LaunchRequest");
}

json_t *envelope_intent_va(const char *user, const char *intent, va_list slots)
{
    json_t *e = envelope_of_type(user, "IntentRequest"), *all = json_object();

    for (const char *name; (name = va_arg(slots, const char *));) {
        const char *value = va_arg(slots, const char *);
        json_object_set_new(all, name,
                            json_pack("{s:s, s:s, s:s}", "name", name, "value", value,
                                      "confirmationStatus", "NONE"));
    }
    envelope_set(
        e, "request.intent",
        json_pack("{s:s, s:s, s:o}", "name", intent, "confirmationStatus", "NONE", "slots", all));
    return e;
}

json_t *envelope_intent(const char *user, const char *intent, ...)
{
    va_list slots;

    va_start(slots, intent);
    json_t *e = envelope_intent_va(user, intent, slots);
    va_end(slots);
    return e;
}

void envelope_set(json_t *e, const char *path, json_t *value)
{
    char name[100];

    for (;;) {
        size_t n = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)n, path);
        if (path[n] == '\0')
            break;
        json_t *next = json_object_get(e, name);
        if (!next) {
            next = json_object();
            json_object_set_new(e, name, next);
        }
        e = next;
        path += n + 1;
    }
    if (value)
        json_object_set_new(e, name, value);
    else
        json_object_del(e, name);
}

void envelope_shift_timestamp(json_t *e, int seconds)
{
    char text[32];

    format_timestamp(text, time(NULL) + seconds);
    envelope_set(e, "request.timestamp", json_string(text));
}

void envelope_continue_session(json_t *e, const json_t *previous_response)
{
    json_t *attributes = json_object_get(previous_response, "sessionAttributes");

    envelope_set(e, "session.new", json_false());
    envelope_set(e, "session.attributes", attributes ? json_incref(attributes) : json_object());
}
