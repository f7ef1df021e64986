/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/turn.c -- any request envelope through the whole skill: a valid response within
 * Alexa's limits, well-formed speech, and settings in the session that are valid and that the next
 * request can carry.
 *
 * The upstream knows Boulder but has no weather; the store is in memory and forgets between
 * inputs. */
#include "intents/alexa/response.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/laws.h"
#include "tests/unit/intents/skill_world.h"

static struct skill_world *world(void)
{
    static struct skill_world w;

    if (!w.w.http)
        skill_start(&w);
    return &w;
}

static void check_settings(const json_t *attributes)
{
    const json_t *settings = json_at(attributes, "settings");
    double rate, pitch;

    if (!settings)
        return;
    LAW(json_num(settings, "rate", &rate) && rate >= RATE_MIN && rate <= RATE_MAX);
    LAW(json_num(settings, "pitch", &pitch) && pitch >= PITCH_MIN && pitch <= PITCH_MAX);
    LAW(json_array_size(json_at(settings, "metrics")) >= 1);
    LAW(json_str(settings, "location").n <= SETTINGS_LOCATION_MAX);
}

static void check_response(struct str text, json_t **ret_attributes)
{
    static const char *const speeches[] = { "response.outputSpeech.ssml",
                                            "response.reprompt.outputSpeech.ssml" };
    json_t *root = NULL;

    LAW(text.n <= 100 * 1024); /* with a document for a screen */
    LAW(json_parse(text, true, &root, NULL) == ST_OK && json_at(root, "response"));
    LAW(str_eqz(json_str(root, "version"), "1.0"));
    for (size_t i = 0; i < 2; i++)
        if (json_str(root, speeches[i]).n > 0)
            law_ssml(json_str(root, speeches[i]), RESPONSE_SPEECH_MAX);
    check_settings(json_at(root, "sessionAttributes"));
    *ret_attributes = json_incref(json_at(root, "sessionAttributes"));
    json_decref(root);
}

/* Answers the envelope; false when it is not one. */
static bool answer(struct skill_world *w, struct str body, json_t **ret_attributes)
{
    struct call call = world_call(&w->w);
    struct buf out = BUF_INIT(1 << 20);
    struct arena *arena = arena_create(4 << 20);
    struct envelope e;
    struct turn_log log;
    bool parsed = envelope_parse(body, arena, &e, NULL) == ST_OK;

    if (parsed) {
        call.now = w->now;
        LAW(dispatch(&w->skill, &e, &call, &out, &log) == ST_OK && !out.failed);
        LAW(log.intent && log.outcome);
        check_response(buf_str(&out), ret_attributes);
        (void)store_delete(w->w.store, e.user_id, clock_mono_ms() + 1000, NULL);
    }
    arena_free(arena);
    arena_reset(w->w.arena);
    buf_free(&out);
    return parsed;
}

/* The same request once more, with what the response put into the session. */
static void answer_again(struct skill_world *w, struct str body, json_t *attributes)
{
    struct buf text = BUF_INIT(1 << 20);
    json_t *root = NULL, *session, *last = NULL;

    if (json_parse(body, false, &root, NULL) != ST_OK)
        return;
    session = json_at(root, "session");
    if (json_is_object(session)) {
        json_object_set_new(session, "new", json_false());
        json_object_set(session, "attributes", attributes);
        json_put(&text, root);
        LAW(answer(w, buf_str(&text), &last));
    }
    json_decref(last);
    json_decref(root);
    buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct skill_world *w = world();
    struct str body = { (const char *)data, size };
    json_t *attributes = NULL;

    if (answer(w, body, &attributes) && json_is_object(attributes))
        answer_again(w, body, attributes);
    json_decref(attributes);
    return 0;
}
