/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/same_figures.c -- asks each question through every endpoint, and compares.
 *
 * Spoken figures are those with their unit ("56 degrees", "40 percent"); figures on a screen are
 * texts that are nothing else ("56°", "40%", "12 mph"). Each of both must be among the values that
 * the API gives, a spoken one also on the card and on the screen; a column of the chart must have
 * the figures that /v1/hours has for its hour. */
#include "tests/e2e/harness/same_figures.h"

#include <ctype.h>
#include <stdlib.h>

#include "server/base/json.h"
#include "server/base/percent_encoding.h"
#include "tests/e2e/harness/envelope.h"
#include "tests/e2e/harness/same_answer.h"
#include "tests/test.h"

enum { PATH_BYTES = 1000, SLOTS_BYTES = 200 };

static const struct question {
    const char *intent, *slots; /* "name=value;name=value" */
    const char *say;            /* the question in words; NULL: `endpoint` asks it */
    const char *endpoint;       /* has what else the screen shows */
    const char *tool;           /* of MCP, whose answer is that of `endpoint`; or NULL */
} questions[] = {
    { "MetricIntent", "metric=weather", NULL, "now?", "current" },
    { "MetricIntent", "metric=wind", "what is the wind", "now?", NULL },
    { "HoursIntent", "", "hourly forecast", "hours?hours=168&", NULL },
    { "HoursIntent", "", NULL, "hours?hours=168&", "hours" },
    { "HoursIntent", "metric=temperature;time=17:00", "what is the temperature at 5 pm",
      "hours?hours=168&", NULL },
    { "HoursIntent", "metric=wind;time=09:00;when_abs=tomorrow",
      "what is the wind at 9 am tomorrow", "hours?hours=168&", NULL },
    { "MetricIntent", "metric=forecast;when_abs=tomorrow", "what is the forecast for tomorrow",
      "days?", NULL },
    { "MetricIntent", "metric=extended forecast", "what is the extended forecast", NULL, NULL },
    { "ExtremeIntent", "extreme=coldest;unit=night", "what is the coldest night", "days?",
      "forecast" },
    { "ExtremeIntent", "extreme=windiest;unit=day", "which day will be windiest", "days?", NULL },
    { "ExtremeIntent", "extreme=warmest;unit=time of day", "when is the warmest part of the day",
      "hours?hours=168&", NULL },
    { "ExtremeIntent", "extreme=best;unit=time of day", "what is the best time of day to run", NULL,
      NULL },
    { "TimingIntent", "event=rain", "when will it rain", "hours?hours=168&", NULL },
    { "AmountIntent", "event=rain;when_abs=tomorrow", "how much rain will we get tomorrow",
      "hours?hours=168&", NULL },
    { "ThresholdIntent", "direction=reach;number=25", "when will it reach 25 degrees",
      "hours?hours=168&", NULL },
    { "FreezeIntent", "freeze=freeze;leadin=will it", "will it freeze", NULL, NULL },
    { "CompareIntent", "comparator=warmer;when_two=today;when_abs=tomorrow",
      "will tomorrow be warmer than today", NULL, NULL },
    { "CompareIntent", "front=cold front", "is there a cold front on the way", "days?", NULL },
    { "CompareIntent", "front=heat wave", "is a heat wave coming", "days?", NULL },
    { "MetricIntent", "metric=alerts", "are there any alerts", NULL, NULL },
    { "AdviceIntent", "thing=umbrella", "do i need an umbrella", NULL, NULL },
    { "AdviceIntent", "thing=jacket", "do i need a jacket", NULL, NULL },
    { "AdviceIntent", "thing=plants", "should i cover my plants", NULL, NULL },
    { "AdviceIntent", "thing=windows", "should i open the windows", NULL, NULL },
    { "AdviceIntent", "thing=run", "can i go for a run", NULL, NULL },
    { "AdviceIntent", "thing=drive", "is it safe to drive", NULL, NULL },
    { "AdviceIntent", "thing=swim in the ocean", "is it safe to swim in the ocean", NULL, NULL },
    { "AdviceIntent", "thing=shovel", "will i have to shovel", NULL, NULL },
    { "AdviceIntent", "thing=sunscreen", "do i need sunscreen", NULL, NULL },
};
enum { QUESTIONS = sizeof questions / sizeof questions[0] };

/* What is compared. */
struct sides {
    const struct question *q;
    struct world *world;
    const char *place;
    bool metric;
    struct client_response voice, said, endpoint;
};

/* ---- asking ---- */

static json_t *make_envelope(const struct sides *s)
{
    json_t *e = envelope_intent("user-figures", s->q->intent, "location", s->place, "units",
                                s->metric ? "metric" : "us", NULL);
    struct str rest = str_of(s->q->slots), slot;

    while (rest.n > 0 && str_split(&rest, ';', &slot)) {
        char path[SLOTS_BYTES], name[SLOTS_BYTES / 2];
        size_t at = str_index(slot, '=');
        struct str value = str_sub(slot, at + 1, slot.n);
        snprintf(name, sizeof name, "%.*s", (int)at, slot.p);
        snprintf(path, sizeof path, "request.intent.slots.%s", name);
        envelope_set(e, path, json_pack("{s:s, s:s%}", "name", name, "value", value.p, value.n));
    }
    envelope_set(
        e, "context.System.device.supportedInterfaces",
        json_pack("{s:{s:{s:s}}}", "Alexa.Presentation.APL", "runtime", "maxVersion", "2024.3"));
    return e;
}

static struct client_response ask_voice(const struct sides *s)
{
    json_t *e = make_envelope(s);
    struct client_response a = client_post(s->world, e, NULL);

    json_decref(e);
    if (a.status != 200 || !*a.speech)
        fail_msg("%s %s: HTTP %d", s->q->intent, s->q->slots, a.status);
    return a;
}

/* `say` NULL: calls the endpoint. */
static struct client_response ask_api(const struct sides *s, const char *say, const char *endpoint)
{
    struct buf path = BUF_INIT(PATH_BYTES);
    struct client_response a;

    buf_printf(&path, "/v1/%s", say ? "say?q=" : endpoint);
    if (say) {
        percent_encode(&path, str_of(say), false);
        buf_putc(&path, '&');
    }
    buf_printf(&path, "units=%s&place=", s->metric ? "metric" : "us");
    percent_encode(&path, str_of(s->place), false);
    a = client_api_send(s->world, "GET", buf_z(&path), NULL, NULL);
    if (str_eqz(json_str(a.json, "error"), "not_understood") || a.status == 0)
        fail_msg("%s: %s", buf_z(&path), a.body);
    buf_free(&path);
    return a;
}

/* ---- figures ---- */

static bool either_has(const struct sides *s, double number, const char *unit)
{
    return same_answer_has_figure(json_at(s->said.json, "values"), number, unit) ||
           same_answer_has_figure(json_at(s->endpoint.json, "values"), number, unit);
}

/* Does the text have the number, by itself? */
static bool text_has(const char *text, const char *digits)
{
    size_t n = strlen(digits);

    for (const char *at = strstr(text, digits); at; at = strstr(at + 1, digits)) {
        bool begins = at == text || !(isdigit((unsigned char)at[-1]) || at[-1] == '.');
        if (begins && !isdigit((unsigned char)at[n]))
            return true;
    }
    return false;
}

/* ---- the screen ---- */

typedef void text_fn(const struct sides *s, const char *text);

static void each_text(const struct sides *s, json_t *in, text_fn *check)
{
    const char *name;
    json_t *one;
    size_t i;

    if (json_is_string(in))
        check(s, json_string_value(in));
    json_object_foreach (in, name, one)
        each_text(s, one, check);
    json_array_foreach (in, i, one)
        each_text(s, one, check);
}

static json_t *directive_of(const struct sides *s)
{
    return json_at(s->voice.json, "response.directives.0");
}

static void each_screen_text(const struct sides *s, text_fn *check)
{
    const char *name;
    json_t *graphic, *item;
    size_t i;

    each_text(s, json_at(directive_of(s), "datasources"), check);
    json_object_foreach (json_at(directive_of(s), "document.graphics"), name, graphic)
        json_array_foreach (json_at(graphic, "items"), i, item)
            if (json_at(item, "text"))
                check(s, json_string_value(json_at(item, "text")));
}

/* A text that is only a figure must be one that programs get. */
static void check_bare_figure(const struct sides *s, const char *text)
{
    static const struct {
        const char *sign, *us, *metric;
    } signs[] = { { "°", "degF", "degC" },
                  { "%", "percent", "percent" },
                  { " mph", "mph", "" },
                  { " km/h", "", "km/h" } };
    const char *from = text;
    char *end;

    while (isupper((unsigned char)*from)) /* "WSW 12 mph" */
        from++;
    from += from > text && *from == ' ';
    double number = strtod(from, &end);
    if (end == from)
        return;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (strcmp(end, signs[i].sign) == 0 &&
            !either_has(s, number, s->metric ? signs[i].metric : signs[i].us))
            fail_msg("%s %s: the screen has \"%s\", which is not in %s or %s", s->q->intent,
                     s->q->slots, text, s->said.body, s->endpoint.body ? s->endpoint.body : "");
    }
}

/* "5 PM" of "2026-06-17T17:00:00-06:00". */
static void clock_of(struct str time, char out[16])
{
    int hour = time.n > 13 ? (time.p[11] - '0') * 10 + time.p[12] - '0' : 0;

    snprintf(out, 16, "%d %s", hour % 12 == 0 ? 12 : hour % 12, hour < 12 ? "AM" : "PM");
}

/* The text of the chart at this place across that ends like this; NULL: none. */
static const char *label_at(const json_t *items, double x, const char *sign)
{
    json_t *item;
    size_t i;

    json_array_foreach (items, i, item) {
        const char *text = json_string_value(json_at(item, "text"));
        double at;
        if (text && json_num(item, "x", &at) && at == x && str_ends(str_of(text), str_of(sign)))
            return text;
    }
    return NULL;
}

static bool same_label(const json_t *items, double x, const char *sign, const json_t *hour,
                       const char *figure)
{
    const char *text = label_at(items, x, sign);
    char path[100];
    double value;

    snprintf(path, sizeof path, "%s.value", figure);
    if (!json_num(hour, path, &value))
        return !text;
    return text && strtod(text, NULL) == value;
}

static bool is_clock(const char *text)
{
    return text && (str_ends(str_of(text), STR(" AM")) || str_ends(str_of(text), STR(" PM")));
}

/* Does each column, which are three hours apart, have the figures of its hour, if the first one is
 * hours[at]? */
static bool chart_begins_at(const json_t *items, const json_t *hours, size_t at)
{
    json_t *item;
    size_t i, columns = 0;

    json_array_foreach (items, i, item) {
        const char *text = json_string_value(json_at(item, "text"));
        const json_t *hour = json_array_get(hours, at + 3 * columns);
        char clock[16];
        double x;
        if (!is_clock(text) || !json_num(item, "x", &x))
            continue;
        if (!hour) /* past the last hour of the list */
            break;
        clock_of(json_str(hour, "time"), clock);
        if (strcmp(clock, text) != 0 || !same_label(items, x, "°", hour, "temperature") ||
            !same_label(items, x, "%", hour, "precipitationChance"))
            return false;
        columns++;
    }
    return columns > 0;
}

static void check_chart(const struct sides *s)
{
    const json_t *items = json_at(directive_of(s), "document.graphics.d0.items");
    const json_t *hours = json_at(s->endpoint.json, "values.hours");
    bool same = false;

    for (size_t at = 0; !same && at < json_array_size(hours); at++)
        same = chart_begins_at(items, hours, at);
    if (!same)
        fail_msg("%s %s: the chart has other figures than the API: %s", s->q->intent, s->q->slots,
                 s->endpoint.body);
}

/* ---- words ---- */

/* The number that ends at `end`; false when there is none. */
static bool number_before(const char *text, const char *end, char digits[32])
{
    const char *at = end;

    while (at > text && (isdigit((unsigned char)at[-1]) || at[-1] == '.'))
        at--;
    if (at > text && at[-1] == '-')
        at--;
    snprintf(digits, 32, "%.*s", (int)(end - at), at);
    return at < end && end - at < 32;
}

static void check_spoken(const struct sides *s, const char *word, const char *unit)
{
    const char *speech = s->voice.speech;
    struct str card = json_str(s->voice.json, "response.card.content");

    for (const char *at = strstr(speech, word); at; at = strstr(at + 1, word)) {
        char digits[32];
        bool limit = str_starts(str_of(at), STR(" percent or more")); /* "no rain of 30" */
        if (limit || !number_before(speech, at, digits))
            continue;
        if (!either_has(s, strtod(digits, NULL), unit) &&
            !either_has(s, strtod(digits, NULL), "deg"))
            fail_msg("%s %s: \"%s\" is said: %s, but the API has: %s", s->q->intent, s->q->slots,
                     digits, speech, s->said.body);
        if (card.n > 0 && !text_has(card.p, digits))
            fail_msg("%s %s: \"%s\" is not on the card: %s", s->q->intent, s->q->slots, speech,
                     card.p);
    }
}

/* No figure in the other system. */
static void check_units(const struct sides *s, const char *text)
{
    static const char *const us[] = { "degF",  "Fahrenheit", " mph", " miles",
                                      " inch", " feet",      "inHg", NULL };
    static const char *const metric[] = { "degC",    "Celsius", "km/h", " kilometer",
                                          " meters", "hPa",     NULL };

    for (const char *const *word = s->metric ? us : metric; *word; word++)
        if (strstr(text, *word))
            fail_msg("%s %s: \"%s\" in: %s", s->q->intent, s->q->slots, *word, text);
}

static void check_words(const struct sides *s)
{
    const char *member = s->said.status == 200 ? "speech" : "message";
    struct str speech = str_of(s->voice.speech);

    speech = str_trim(str_sub(speech, 0, str_find(speech, STR(" Do you want "))));
    if (!str_starts(speech, json_str(s->said.json, member)))
        fail_msg("%s %s: \"%.*s\", but the API says: %s", s->q->intent, s->q->slots,
                 STR_ARG(speech), s->said.body);
    check_units(s, s->voice.body);
    check_units(s, s->said.body);
    if (s->said.status != 200 || strcmp(s->q->slots, "metric=alerts") == 0 ||
        strcmp(s->q->slots, "metric=extended forecast") == 0)
        return;
    check_spoken(s, " degree", s->metric ? "degC" : "degF");
    check_spoken(s, " percent", "percent");
    check_spoken(s, s->metric ? " kilometers per hour" : " miles per hour",
                 s->metric ? "km/h" : "mph");
}

/* ---- MCP ---- */

/* The same but for the age, which goes on. */
static void check_tool(const struct sides *s)
{
    json_t *call = json_pack("{s:s, s:i, s:s, s:{s:s, s:{s:s, s:s}}}", "jsonrpc", "2.0", "id", 1,
                             "method", "tools/call", "params", "name", s->q->tool, "arguments",
                             "place", s->place, "units", s->metric ? "metric" : "us");
    const char *const headers[] = { "Content-Type: application/json", NULL };
    struct client_response a;
    json_t *told;
    char *text;

    if (strcmp(s->q->tool, "hours") == 0)
        envelope_set(call, "params.arguments.hours", json_integer(168));
    text = json_dumps(call, 0);
    a = client_api_send(s->world, "POST", "/mcp", headers, text);
    told = json_at(a.json, "result.structuredContent");

    if (!json_equal(json_at(told, "values"), json_at(s->endpoint.json, "values")) ||
        !json_equal(json_at(told, "speech"), json_at(s->endpoint.json, "speech")))
        fail_msg("%s: %s, but /v1/%s: %s", s->q->tool, a.body, s->q->endpoint, s->endpoint.body);
    free(text);
    json_decref(call);
    client_response_done(&a);
}

static void check_question(struct sides *s)
{
    const struct question *q = s->q;
    bool has_endpoint = !!q->endpoint;

    s->voice = ask_voice(s);
    s->said = ask_api(s, q->say, q->endpoint);
    if (has_endpoint)
        s->endpoint = ask_api(s, NULL, q->endpoint);
    check_words(s);
    if (s->said.status == 200) {
        each_screen_text(s, check_bare_figure);
        if (has_endpoint && str_starts(str_of(q->endpoint), STR("hours?hours=168")) &&
            s->endpoint.status == 200 && str_eqz(json_str(directive_of(s), "token"), "hours"))
            check_chart(s);
    }
    if (q->tool && s->endpoint.status == 200)
        check_tool(s);
    client_response_done(&s->voice);
    client_response_done(&s->said);
    if (has_endpoint)
        client_response_done(&s->endpoint);
}

int same_figures_check(struct world *w, const char *place)
{
    for (int metric = 0; metric <= 1; metric++) {
        for (size_t i = 0; i < QUESTIONS; i++) {
            struct sides s = { .q = &questions[i], .world = w, .place = place, .metric = metric };
            check_question(&s);
        }
    }
    return 2 * QUESTIONS;
}
