/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/mcp_tools.c -- reads the arguments of a tool and asks its question.
 *
 * A tool calls an endpoint of the JSON API, with its arguments as parameters; or it is a sentence,
 * as one would say it, for GET /v1/say. */
#include "server/api/mcp_tools.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/api/json_writer.h"
#include "server/api/say.h"
#include "server/api/v1.h"
#include "server/base/time_text.h"

enum argument {
#define ARGUMENT(id, name, schema) ARGUMENT_##id,
#include "server/api/mcp_arguments.def"
#undef ARGUMENT
    ARGUMENTS
};

static const struct {
    const char *name, *schema;
} arguments[ARGUMENTS] = {
#define ARGUMENT(id, name, schema) { name, schema },
#include "server/api/mcp_arguments.def"
#undef ARGUMENT
};

/* What a tool was called with. Values are text; STR_NONE: absent. */
struct tool_values {
    const struct mcp_tool_call *call;
    struct str of[ARGUMENTS];
    struct buf *fault;
};

typedef enum status ask_fn(const struct tool_values *v, struct api_reply *reply,
                           struct turn_log *ret_log);

static ask_fn ask_current, ask_forecast, ask_hours, ask_timing, ask_alerts, ask_sun_moon,
    ask_compare;

static const struct tool {
    const char *name, *title, *description;
    unsigned required, optional; /* bits of enum argument */
    ask_fn *ask;
} tools[] = {
#define ARG(id) (1U << ARGUMENT_##id)
#define TOOL(name, title, description, required, optional) \
    { #name, title, description, required, optional, ask_##name },
#include "server/api/mcp_tools.def"
#undef TOOL
#undef ARG
};
enum { TOOLS = sizeof tools / sizeof tools[0] };

/* ---- the list ---- */

static bool takes(const struct tool *t, enum argument a)
{
    return (t->required | t->optional) >> a & 1;
}

static void put_input_schema(struct json_writer *w, const struct tool *t)
{
    json_writer_open(w, "inputSchema", '{');
    json_writer_text(w, "type", STR("object"));
    json_writer_open(w, "properties", '{');
    for (enum argument a = 0; a < ARGUMENTS; a++)
        if (takes(t, a))
            json_writer_raw(w, arguments[a].name, str_of(arguments[a].schema));
    json_writer_close(w, '}');
    json_writer_open(w, "required", '[');
    for (enum argument a = 0; a < ARGUMENTS; a++)
        if (t->required >> a & 1)
            json_writer_text(w, NULL, str_of(arguments[a].name));
    json_writer_close(w, ']');
    json_writer_truth(w, "additionalProperties", false);
    json_writer_close(w, '}');
}

static const struct str output_schema =
    STR("{\"type\":\"object\",\"properties\":{\"speech\":{\"type\":\"string\"},"
        "\"place\":{\"type\":\"object\"},\"source\":{\"type\":\"object\"},"
        "\"values\":{\"type\":\"object\"}},"
        "\"required\":[\"speech\",\"place\",\"source\",\"values\"]}");

void mcp_tools_put_list(struct buf *out)
{
    struct json_writer w = { .out = out };

    json_writer_open(&w, NULL, '{');
    json_writer_open(&w, "tools", '[');
    for (size_t i = 0; i < TOOLS; i++) {
        json_writer_open(&w, NULL, '{');
        json_writer_text(&w, "name", str_of(tools[i].name));
        json_writer_text(&w, "title", str_of(tools[i].title));
        json_writer_text(&w, "description", str_of(tools[i].description));
        put_input_schema(&w, &tools[i]);
        json_writer_raw(&w, "outputSchema", output_schema);
        json_writer_raw(&w, "annotations", STR("{\"readOnlyHint\":true,\"openWorldHint\":true}"));
        json_writer_close(&w, '}');
    }
    json_writer_close(&w, ']');
    json_writer_close(&w, '}');
}

/* ---- questions ---- */

/* Calls an endpoint; its parameters are the arguments of the same names. */
static enum status ask_door(const struct tool_values *v, const char *path, struct api_reply *reply,
                            struct turn_log *ret_log)
{
    static const enum argument passed[] = { ARGUMENT_PLACE, ARGUMENT_UNITS, ARGUMENT_HOURS,
                                            ARGUMENT_DATE };
    const struct v1_request request = { .endpoint = v1_find(str_of(path)),
                                        .skill = v->call->skill,
                                        .model = v->call->model };
    struct query q = { .count = 0 };

    for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++)
        if (v->of[passed[i]].n > 0)
            q.at[q.count++] =
                (struct query_value){ str_of(arguments[passed[i]].name), v->of[passed[i]] };
    return v1_ask(&request, &q, v->call->call, reply, ret_log);
}

static void refuse_words(const struct tool_values *v, struct api_reply *reply)
{
    struct str when = v->of[ARGUMENT_WHEN];

    if (when.n > 0)
        api_reply_errorf(reply, API_not_understood,
                         "I don't understand \"%.*s\". Name a time as it is spoken, such as "
                         "tonight, tomorrow morning, or Friday, and the place in its own argument.",
                         STR_ARG(when));
    else
        api_reply_errorf(reply, API_not_understood,
                         "I don't understand \"%.*s\". Name rain, snow, ice or thunderstorms.",
                         STR_ARG(v->of[ARGUMENT_EVENT]));
}

/* Asks the first of the sentences that is understood; `words` takes the place of %s. */
static enum status ask_sentence(const struct tool_values *v, const char *const *sentences,
                                struct str words, struct api_reply *reply, struct turn_log *ret_log)
{
    struct question_call question;
    struct buf text = BUF_INIT(1000);

    for (; *sentences; sentences++) {
        const char *at = strstr(*sentences, "%s");
        question = (struct question_call){ .skill = v->call->skill, .call = v->call->call };
        buf_reset(&text);
        buf_printf(&text, "%.*s%.*s%s %.*s", (int)(at - *sentences), *sentences, STR_ARG(words),
                   at + 2, STR_ARG(v->of[ARGUMENT_WHEN]));
        api_reply_reset(reply);
        if (say_read(v->call->model, str_trim(buf_str(&text)), STR_NONE, &question, reply) &&
            !question.unknown_place)
            break;
    }
    buf_free(&text);
    if (reply->status == 200 && v->of[ARGUMENT_OTHER_PLACE].n == 0 &&
        say_names_place(&question.slots))
        refuse_words(v, reply);
    if (reply->status != 200)
        return ST_OK;
    slots_remove(&question.slots, slots_of_place);
    question_set_place(&question.slots, v->of[ARGUMENT_PLACE]);
    if (slots_get(&question.slots, "units").n == 0)
        slots_set(&question.slots, "units", v->of[ARGUMENT_UNITS]);
    if (v->of[ARGUMENT_OTHER_PLACE].n > 0)
        slots_set(&question.slots, "location_two", v->of[ARGUMENT_OTHER_PLACE]);
    return question_ask(&question, reply, ret_log);
}

static enum status ask_current(const struct tool_values *v, struct api_reply *reply,
                               struct turn_log *ret_log)
{
    return ask_door(v, "/v1/now", reply, ret_log);
}

static enum status ask_forecast(const struct tool_values *v, struct api_reply *reply,
                                struct turn_log *ret_log)
{
    static const char *const sentences[] = { "what's the forecast for%s", "what's the forecast%s",
                                             "what's the weather%s", "what's the weather for%s",
                                             NULL };

    if (v->of[ARGUMENT_WHEN].n == 0)
        return ask_door(v, "/v1/days", reply, ret_log);
    return ask_sentence(v, sentences, STR_NONE, reply, ret_log);
}

static enum status ask_hours(const struct tool_values *v, struct api_reply *reply,
                             struct turn_log *ret_log)
{
    struct question_call question = { .skill = v->call->skill,
                                      .call = v->call->call,
                                      .intent = &intent_hours_between };

    if (v->of[ARGUMENT_FROM].n + v->of[ARGUMENT_TO].n == 0)
        return ask_door(v, "/v1/hours", reply, ret_log);
    if (v->of[ARGUMENT_HOURS].n > 0) {
        buf_putz(v->fault, "hours and from or to exclude each other");
        return ST_INVALID;
    }
    question_set_place(&question.slots, v->of[ARGUMENT_PLACE]);
    slots_set(&question.slots, "from", v->of[ARGUMENT_FROM]);
    slots_set(&question.slots, "to", v->of[ARGUMENT_TO]);
    slots_set(&question.slots, "units", v->of[ARGUMENT_UNITS]);
    return question_ask(&question, reply, ret_log);
}

static enum status ask_timing(const struct tool_values *v, struct api_reply *reply,
                              struct turn_log *ret_log)
{
    static const char *const sentences[] = { "when will it %s", "when will the %s start",
                                             "when will there be %s", "when is the next %s", NULL };

    struct str event = v->of[ARGUMENT_EVENT];

    return ask_sentence(v, sentences, event.n > 0 ? event : STR("precipitation"), reply, ret_log);
}

static enum status ask_alerts(const struct tool_values *v, struct api_reply *reply,
                              struct turn_log *ret_log)
{
    return ask_door(v, "/v1/alerts", reply, ret_log);
}

static enum status ask_sun_moon(const struct tool_values *v, struct api_reply *reply,
                                struct turn_log *ret_log)
{
    return ask_door(v, "/v1/sun", reply, ret_log);
}

/* The places are put into the slots as they are, whatever the sentence makes of them. */
static enum status ask_compare(const struct tool_values *v, struct api_reply *reply,
                               struct turn_log *ret_log)
{
    static const char *const sentences[] = { "is it warmer in boulder colorado than in %s", NULL };

    return ask_sentence(v, sentences, STR("denver colorado"), reply, ret_log);
}

/* ---- arguments ---- */

static enum status fail(struct buf *fault, const char *what, struct str name)
{
    buf_printf(fault, "%s: %.*s", what, STR_ARG(str_sub(name, 0, 100)));
    return ST_INVALID;
}

/* "2026-11-30T14:00", perhaps with seconds and an offset. */
static bool is_time(struct str s)
{
    enum { TO_MINUTES = 16, LONGEST = 35 };
    char zoned[LONGEST + sizeof ":00Z"];
    int64_t ignored;

    if (s.n < TO_MINUTES || s.n > LONGEST || str_index(s, 'T') != TO_MINUTES - 6)
        return false;
    (void)snprintf(zoned, sizeof zoned, "%.*s%s", STR_ARG(s), s.n == TO_MINUTES ? ":00Z" : "Z");
    return time_parse_rfc3339(s, &ignored) || time_parse_rfc3339(str_of(zoned), &ignored);
}

/* "3", and "3.0", which is an integer in JSON Schema, as "3"; STR_NONE: none. */
static struct str read_integer(const struct json_node *value, struct arena *arena)
{
    enum { MAX = 1000000 };
    double number;

    if (!json_node_is(value, JSON_KIND_NUMBER) || !str_to_double(json_node_text(value), &number) ||
        !(fabs(number) <= MAX) || number != trunc(number))
        return STR_NONE;
    return arena_printf(arena, "%d", (int)number);
}

/* A time, or text that is not empty and has no control characters. */
static bool is_value(enum argument a, const struct json_node *value)
{
    struct str text = json_node_text(value);

    if (!json_node_is(value, JSON_KIND_STRING) || str_trim(text).n == 0 || text.n > 300)
        return false;
    if ((a == ARGUMENT_FROM || a == ARGUMENT_TO) && !is_time(str_trim(text)))
        return false;
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7f)
            return false;
    return true;
}

static enum status read_argument(const struct tool *t, struct str name,
                                 const struct json_node *value, struct tool_values *v)
{
    for (enum argument a = 0; a < ARGUMENTS; a++) {
        if (!takes(t, a) || !str_eqz(name, arguments[a].name))
            continue;
        if (a == ARGUMENT_HOURS)
            v->of[a] = read_integer(value, v->call->call->arena);
        else if (is_value(a, value))
            v->of[a] = str_trim(json_node_text(value));
        return v->of[a].n > 0 ? ST_OK : fail(v->fault, "wrong value of argument", name);
    }
    return fail(v->fault, "unknown argument", name);
}

static enum status read_arguments(const struct tool *t, const struct json_node *object,
                                  struct tool_values *v)
{
    enum status st = ST_OK;

    if (object && !json_node_is(object, JSON_KIND_OBJECT))
        return fail(v->fault, "not an object", STR("arguments"));
    for (const struct json_node *name = json_node_first(object); name && st == ST_OK;) {
        const struct json_node *value = json_node_after(object, name);
        st = read_argument(t, json_node_text(name), value, v);
        name = json_node_after(object, value);
    }
    for (enum argument a = 0; a < ARGUMENTS && st == ST_OK; a++)
        if (t->required >> a & 1 && v->of[a].n == 0)
            st = fail(v->fault, "missing argument", str_of(arguments[a].name));
    return st;
}

static const struct tool *find_tool(struct str name)
{
    for (size_t i = 0; i < TOOLS; i++)
        if (str_eqz(name, tools[i].name))
            return &tools[i];
    return NULL;
}

enum status mcp_tools_call(const struct mcp_tool_call *call, struct api_reply *reply,
                           struct turn_log *ret_log, struct buf *fault)
{
    struct str name = json_node_str(call->params, "name");
    const struct tool *t = find_tool(name);
    struct tool_values v = { .call = call, .fault = fault };
    enum status st;

    if (!t)
        return fail(fault, "unknown tool", name.n > 0 ? name : STR("(no name)"));
    st = read_arguments(t, json_node_at(call->params, "arguments"), &v);
    if (st == ST_OK)
        st = t->ask(&v, reply, ret_log);
    if (st == ST_OK && str_eqz(str_of(reply->result), "parameter_invalid")) {
        buf_put(fault, buf_str(&reply->speech));
        st = ST_INVALID;
    }
    return st;
}
