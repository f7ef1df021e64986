/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/stored_settings.c -- arbitrary JSON as a user's item in the store: its valid parts are
 * used, no request fails, and unknown members stay as they are.
 *
 * Input: a byte that selects the requests, then the user's item or, depending on the byte, only the
 * settings in it.  The upstream knows Boulder but has no weather. */
#include <math.h>

#include "intents/alexa/response.h"
#include "tests/unit/intents/skill_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
    const char *intent, *slots;
} requests[] = {
    { "GetSettingIntent", "setting=settings" },
    { "LaunchRequest", "" },
    { "GetCustomIntent", "" },
    { "AddCustomIntent", "metric=wind" },
    { "RemCustomIntent", "metric=wind" },
    { "SetRateIntent", "percent=120" },
    { "SetPitchIntent", "percent=80" },
    { "MetricIntent", "metric=weather" },
    { "StoreDataIntent", "" },
    { "RstCustomIntent", "" },
};
enum { REQUESTS = sizeof requests / sizeof requests[0], INSIDE = 128 };

static void must(bool condition)
{
    if (!condition)
        abort();
}

static struct skill_world *world(void)
{
    static struct skill_world w;
    static bool started;

    if (!started)
        skill_start(&w);
    started = true;
    w.session_new = true;
    json_decref(w.attributes);
    w.attributes = NULL;
    return &w;
}

/* Stores the item; false when no store accepts it. */
static bool store_item(struct skill_world *w, json_t *item)
{
    struct err err = ERR_NONE;
    int64_t deadline = clock_mono_ms() + 1000;

    must(store_delete(w->w.store, str_of(w->user), deadline, &err) == ST_OK);
    return store_put(w->w.store, str_of(w->user), item, 0, deadline, &err) == ST_OK;
}

/* The settings in the session are valid, whatever the item was. */
static void check_carried(const struct skill_world *w)
{
    const json_t *settings = json_at(w->attributes, "settings");
    const json_t *metrics = json_at(settings, "metrics");
    double rate, pitch;

    must(json_num(settings, "rate", &rate) && rate >= RATE_MIN && rate <= RATE_MAX);
    must(json_num(settings, "pitch", &pitch) && pitch >= PITCH_MIN && pitch <= PITCH_MAX);
    must(json_array_size(metrics) >= 1 && json_array_size(metrics) <= METRIC_DEFAULTS);
    must(json_str(settings, "location").n <= SETTINGS_LOCATION_MAX);
}

/* A member that a request may have written. */
static bool is_setting(const char *name)
{
    static const char *const names[] = { "userid", "location", "rate", "pitch", "metrics" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void check_unknown_members(struct skill_world *w, json_t *before)
{
    struct err err = ERR_NONE;
    json_t *after = NULL, *old, *now, *value;
    const char *name;

    must(store_get(w->w.store, str_of(w->user), clock_mono_ms() + 1000, &after, NULL, &err) ==
         ST_OK);
    json_object_foreach (before, name, value)
        must(strcmp(name, "UserCache") == 0 || json_equal(value, json_object_get(after, name)));
    old = json_object_get(json_object_get(before, "UserCache"), w->user);
    now = json_object_get(json_object_get(after, "UserCache"), w->user);
    json_object_foreach (old, name, value)
        must(is_setting(name) || json_equal(value, json_object_get(now, name)));
    json_decref(after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct skill_world *w = world();
    struct err err = ERR_NONE;
    json_t *item = NULL;

    if (size == 0 ||
        json_parse((struct str){ (const char *)data + 1, size - 1 }, true, &item, &err) != ST_OK)
        return 0;
    if (data[0] >= INSIDE)
        item = json_pack("{s:{s:o}}", "UserCache", w->user, item);
    if (json_is_object(item) && store_item(w, item)) {
        for (unsigned i = 0; i < 3; i++) {
            unsigned k = (data[0] + i * 3) % REQUESTS;
            struct str ssml;
            must(skill_try(w, requests[k].intent, requests[k].slots) == ST_OK);
            ssml = json_str(w->answer, "response.outputSpeech.ssml");
            must(ssml.n > 0 && str_is_utf8(ssml) && str_utf8_length(ssml) <= RESPONSE_SPEECH_MAX);
            check_carried(w);
            w->session_new = i % 2 == 0;
        }
        check_unknown_members(w, item);
    }
    json_decref(item);
    return 0;
}
