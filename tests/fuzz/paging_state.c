/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/paging_state.c -- arbitrary session attributes before yes, next, repeat and the like,
 * follow-ups and bare answers: the answer is within its bounds, the next turn can read its
 * attributes, and repeating an answer gives it and its attributes again.
 *
 * Input: a byte for the first request, then the attributes as JSON.  The attributes of each answer
 * are carried for some more turns.  The upstream has an answer of several pages; one world serves
 * all inputs, so that they are answered from the cache. */
#include "intents/alexa/response.h"
#include "intents/paging.h"
#include "tests/unit/intents/skill_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MARKS = 400, TURNS = 3 };

static const struct {
    const char *name, *slots;
} moves[] = {
    { "AMAZON.YesIntent", "" },
    { "AMAZON.NextIntent", "" },
    { "AMAZON.RepeatIntent", "" },
    { "AMAZON.StartOverIntent", "" },
    { "AMAZON.NoIntent", "" },
    { "AMAZON.PreviousIntent", "" },
    { "FollowIntent", "when_any=tomorrow" },
    { "FollowIntent", "location=boulder colorado" },
    { "FollowIntent", "zipcode=110" },
    { "FollowIntent", "metric=wind" },
    { "FollowIntent", "favorite=the cabin" },
    { "LengthIntent", "length=longer" },
    { "LengthIntent", "length=shorter" },
    { "SourceIntent", "" },
    { "ChooseIntent", "ordinal=second" },
    { "ChooseIntent", "state=illinois" },
    { "AMAZON.FallbackIntent", "" },
    { "MetricIntent", "metric=wind" },
};
enum { MOVES = sizeof moves / sizeof moves[0] };

static void must(bool condition)
{
    if (!condition)
        abort();
}

/* An alert of MARKS different sentences. */
static char *long_alert(void)
{
    struct buf b = BUF_INIT(1 << 20);

    buf_putz(&b, "{\"features\":[{\"properties\":{\"id\":\"urn:1\",\"status\":\"Actual\","
                 "\"messageType\":\"Alert\",\"event\":\"Flood Watch\",\"severity\":\"Severe\","
                 "\"areaDesc\":\"Boulder\",\"sent\":\"2026-11-22T09:00:00-07:00\",\"ends\":"
                 "\"2026-11-23T06:00:00-07:00\",\"description\":\"");
    for (int i = 0; i < MARKS; i++)
        buf_printf(&b, "Water & mud reach mark %d of the river.%s", i, i % 7 == 6 ? "\\n\\n" : " ");
    buf_putz(&b, "\"}}]}");
    return buf_take(&b, NULL);
}

static struct skill_world *world(void)
{
    static struct skill_world w;
    static bool started;
    static const char none[] = "{\"features\":[]}";

    if (started)
        return &w;
    started = true;
    skill_start(&w);
    fake_set(&w.w.upstream, skill_at_boulder("/alerts/active?point="), 200, long_alert());
    fake_set(&w.w.upstream, "/alerts/active/zone/COC013", 200, none);
    fake_set(&w.w.upstream, "/alerts/active/zone/COZ039", 200, none);
    return &w;
}

/* The state of a page leads to that page again, and to the same state; after the last page, to the
 * last page. */
static void check_repeat(struct skill_world *w)
{
    json_t *state = json_incref(json_at(w->attributes, "more"));
    char *speech = strndup(json_str(w->answer, "response.outputSpeech.ssml").p,
                           json_str(w->answer, "response.outputSpeech.ssml").n);

    if (state) {
        must(skill_try(w, "AMAZON.RepeatIntent", "") == ST_OK);
        must(strstr(speech, "That's everything") ||
             str_eqz(json_str(w->answer, "response.outputSpeech.ssml"), speech));
        must(json_equal(state, json_at(w->attributes, "more")));
    }
    free(speech);
    json_decref(state);
}

static void check_answer(const struct skill_world *w)
{
    struct str ssml = json_str(w->answer, "response.outputSpeech.ssml");
    const json_t *settings = json_at(w->attributes, "settings");
    char *text = json_dumps(w->answer, JSON_COMPACT);

    must(ssml.n > 0 && str_is_utf8(ssml) && str_utf8_length(ssml) <= RESPONSE_SPEECH_MAX);
    must(str_starts(ssml, STR("<speak>")) && str_ends(ssml, STR("</speak>")));
    must(text && strlen(text) <= RESPONSE_BYTES_MAX);
    must(json_is_object(settings) && json_is_array(json_at(settings, "metrics")));
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct skill_world *w = world();
    struct err err = ERR_NONE;
    json_t *attributes = NULL;

    if (size == 0 || json_parse((struct str){ (const char *)data + 1, size - 1 }, true, &attributes,
                                &err) != ST_OK)
        return 0;
    json_decref(w->attributes);
    w->attributes = attributes;
    w->session_new = false;
    for (unsigned i = 0; i < TURNS; i++) {
        unsigned move = i == 0 ? data[0] % MOVES : i % 2;
        must(skill_try(w, moves[move].name, moves[move].slots) == ST_OK);
        check_answer(w);
    }
    check_repeat(w);
    return 0;
}
