/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/weather_answer.c -- any readable document from the weather service, asked about: the
 * response is within Alexa's limits, its speech is well-formed, and the figures in it are weather.
 *
 * Input: a byte for the document (forecast, observations, alerts, periods), a byte for the
 * question, then the document. It is ten in the morning in Boulder, on November 22nd 2026. */
#include "intents/alexa/response.h"
#include "intents/weather/alert.h"
#include "intents/weather/grid.h"
#include "intents/weather/observation.h"
#include "intents/weather/periods.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/laws.h"
#include "tests/unit/intents/skill_world.h"

static enum status decode_alerts(struct str body, struct nws *n, struct object **ret_object,
                                 struct err *err)
{
    (void)n;
    return alert_decode(body, ret_object, err);
}

static enum status decode_periods(struct str body, struct nws *n, struct object **ret_object,
                                  struct err *err)
{
    (void)n;
    return periods_decode(body, ret_object, err);
}

#define BOULDER "location=boulder colorado;"

static const struct kind {
    const char *path; /* NULL: of the alerts of Boulder's point */
    enum status (*decode)(struct str body, struct nws *n, struct object **ret_object,
                          struct err *err);
    const char *questions[10]; /* slots of MetricIntent */
} kinds[] = {
    { SKILL_GRID,
      grid_decode,
      { BOULDER "metric=forecast;when_any=tomorrow", BOULDER "metric=temperature;when_any=tonight",
        BOULDER "metric=chance of rain;when_any=monday", BOULDER "metric=wind;when_any=tomorrow",
        BOULDER "metric=snow;when_any=tomorrow night", BOULDER "metric=skys;when_any=today",
        BOULDER "metric=humidity;when_any=friday", BOULDER "metric=pressure;when_any=tomorrow",
        BOULDER "metric=summary;when_any=tomorrow afternoon" } },
    { SKILL_LATEST,
      observation_decode,
      { BOULDER "metric=weather", BOULDER "metric=temperature", BOULDER "metric=wind",
        BOULDER "metric=pressure", BOULDER "metric=humidity", BOULDER "metric=dewpoint",
        BOULDER "metric=rain", BOULDER "metric=summary" } },
    { NULL, decode_alerts, { BOULDER "metric=alerts" } },
    { SKILL_GRID "/forecast", decode_periods, { BOULDER "metric=extended forecast" } },
};
enum { KINDS = sizeof kinds / sizeof kinds[0], GRID = 0, OBSERVATION = 1 };

static struct skill_world *world(void)
{
    static struct skill_world w;
    static const char none[] = "{\"features\":[]}";

    if (w.w.http)
        return &w;
    skill_start(&w);
    fake_set(&w.w.upstream, skill_at_boulder("/alerts/active?point="), 200, none);
    fake_set(&w.w.upstream, "/alerts/active/zone/COC013", 200, none);
    fake_set(&w.w.upstream, "/alerts/active/zone/COZ039", 200, none);
    return &w;
}

/* ---- the figures ---- */

/* What a listener can be told, in the units of speech. */
static const struct unit {
    const char *word;
    double max; /* without the sign, which is said in words */
} units[] = {
    { "degrees", 260.0 },
    { "percent", 100.0 },
    { "miles per hour", 360.0 },
    { "inch", 250.0 },
};

/* Checks the number that ends before `at`, if there is one. */
static void check_number(struct str text, size_t at, double max)
{
    char digits[40];
    size_t from = at, n = 0;

    while (from > 0 && (memchr("0123456789,.", text.p[from - 1], 12)))
        from--;
    for (size_t i = from; i < at && n + 1 < sizeof digits; i++)
        if (text.p[i] != ',')
            digits[n++] = text.p[i];
    digits[n] = '\0';
    LAW(strtod(digits, NULL) <= max);
}

static void check_figures(struct str text)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct str rest = text, word = str_of(units[i].word);
        size_t at;
        while ((at = str_find(rest, word)) < rest.n) {
            if (at > 1 && rest.p[at - 1] == ' ')
                check_number(rest, at - 1, units[i].max);
            rest = str_sub(rest, at + 1, rest.n);
        }
    }
}

static void check_answer(const struct skill_world *w, bool figures)
{
    struct str ssml = json_str(w->answer, "response.outputSpeech.ssml");
    struct str reprompt = json_str(w->answer, "response.reprompt.outputSpeech.ssml");
    char *text = json_dumps(w->answer, JSON_COMPACT);

    LAW(text && strlen(text) <= RESPONSE_BYTES_MAX);
    law_ssml(ssml, RESPONSE_SPEECH_MAX);
    if (reprompt.n > 0)
        law_ssml(reprompt, RESPONSE_SPEECH_MAX);
    LAW(str_find(ssml, STR("nan")) == ssml.n || strstr(text, "nan"));
    if (figures)
        check_figures(ssml);
    free(text);
}

/* Does the document bring words of its own, in which anything may stand? */
static bool has_units(struct str body)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (str_find(body, str_sub(str_of(units[i].word), 0, 4)) < body.n)
            return true;
    return false;
}

/* Serves the document and asks, in a session of its own. */
static void ask_about(const struct kind *kind, const char *slots, const char *body)
{
    struct skill_world *w = world();
    const char *path = kind->path ? kind->path : skill_at_boulder("/alerts/active?point=");
    char url[600];

    fake_set(&w->w.upstream, path, 200, body);
    (void)snprintf(url, sizeof url, "%s%s", w->w.upstream.base, path);
    json_decref(w->attributes);
    w->attributes = NULL;
    w->session_new = true;
    LAW(skill_try(w, "MetricIntent", slots) == ST_OK);
    check_answer(w, kind <= &kinds[OBSERVATION] && !has_units(str_of(body)));
    documents_forget(w->w.documents, url, clock_mono_ms() + 1000);
    fake_set(&w->w.upstream, path, 404, "{}");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = { (const char *)data, size };
    const struct kind *kind = &kinds[input_byte(&in) % KINDS];
    unsigned question = input_byte(&in);
    struct object *object = NULL;
    static char *bodies[4]; /* the fake's thread may still look at the last ones */
    static size_t turn;
    size_t questions = 0;

    if (kind->decode(in, NULL, &object, NULL) != ST_OK || memchr(in.p, '\0', in.n)) {
        object_release(object);
        return 0;
    }
    object_release(object);
    while (questions < 10 && kind->questions[questions])
        questions++;
    turn = (turn + 1) % (sizeof bodies / sizeof bodies[0]);
    free(bodies[turn]);
    bodies[turn] = strndup(in.p, in.n);
    LAW(bodies[turn]);
    ask_about(kind, kind->questions[question % questions], bodies[turn]);
    return 0;
}
