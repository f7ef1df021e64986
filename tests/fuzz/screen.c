/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/screen.c -- any viewport, and any arguments of a touch: a valid response within its
 * bounds. The first line of the input is the one, the rest the other, both JSON.
 *
 * The upstream knows Boulder but has no weather. */
#include "tests/fuzz/input.h"
#include "tests/fuzz/laws.h"
#include "tests/unit/intents/skill_world.h"

enum { RESPONSE_MAX = 100 * 1024 };

static struct skill_world *world(void)
{
    static struct skill_world w;

    if (!w.w.http)
        skill_start(&w);
    return &w;
}

static bool names_nan(struct str request)
{
    for (size_t i = 0; i + 3 <= request.n; i++)
        if (str_ieqz(str_sub(request, i, i + 3), "nan"))
            return true;
    return false;
}

static void answer(struct skill_world *w, const json_t *root)
{
    struct call call = world_call(&w->w);
    struct buf text = BUF_INIT(1 << 20), out = BUF_INIT(1 << 20);
    struct arena *arena = arena_create(4 << 20);
    struct envelope e;
    struct turn_log log;
    json_t *response = NULL;

    json_put(&text, root);
    if (envelope_parse(buf_str(&text), arena, &e, NULL) == ST_OK) {
        call.now = w->now;
        LAW(dispatch(&w->skill, &e, &call, &out, &log) == ST_OK && !out.failed);
        LAW(out.n <= RESPONSE_MAX);
        LAW(json_parse(buf_str(&out), true, &response, NULL) == ST_OK);
        LAW(json_str(response, "response.outputSpeech.ssml").n > 0);
        /* not a number; a place may be called that */
        LAW(str_find(buf_str(&out), STR("nan")) == out.n || names_nan(buf_str(&text)));
    }
    json_decref(response);
    arena_free(arena);
    arena_reset(w->w.arena);
    buf_free(&text);
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data, size }, line = STR_NONE;
    json_t *viewport = NULL, *arguments = NULL, *root;

    (void)str_split(&rest, '\n', &line);
    (void)json_parse(line, false, &viewport, NULL);
    (void)json_parse(rest, false, &arguments, NULL);
    root = json_pack(
        "{s:s,s:{s:b,s:{s:s}},s:{s:O*,s:O*,s:{s:{s:s},s:{s:{s:{s:{s:s}},s:{s:{s:s}}}}}},"
        "s:{s:s,s:s,s:s,s:O*}}",
        "version", "1.0", "session", "new", 1, "user", "userId", "user-1", "context", "Viewport",
        viewport, "Viewports", viewport, "System", "application", "applicationId", "skill-1",
        "device", "supportedInterfaces", "Alexa.Presentation.APL", "runtime", "maxVersion",
        "2024.3", "Alexa.Presentation.APLT", "runtime", "maxVersion", "1.0", "request", "type",
        "Alexa.Presentation.APL.UserEvent", "requestId", "r", "timestamp", SKILL_NOW, "arguments",
        arguments);
    if (root) {
        answer(world(), root);
        json_object_set_new(json_at(root, "request"), "type", json_string("IntentRequest"));
        json_object_set_new(json_at(root, "request"), "intent",
                            json_pack("{s:s}", "name", "AMAZON.HelpIntent"));
        answer(world(), root);
    }
    json_decref(root);
    json_decref(viewport);
    json_decref(arguments);
    return 0;
}
