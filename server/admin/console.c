/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/console.c -- the test console: reads the form, runs the request, collects the
 * results. */
#include "server/admin/console.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/admin/console_page.h"
#include "server/admin/form.h"
#include "server/base/civil.h"
#include "server/base/clock.h"
#include "server/base/hex.h"
#include "server/base/json.h"
#include "server/base/random.h"
#include "server/utterance/envelope_build.h"
#include "server/utterance/model_file.h"
#include "server/utterance/speech_text.h"

enum {
    RUNNING_MAX = 2, /* requests at once */
    ARENA_MAX = 32 * 1024 * 1024,
    TEXT_MAX = 500,
    TOUCH_MAX = 4 * 1024,
    ATTRIBUTES_MAX = 64 * 1024,
    TALK_MAX = 16 * 1024, /* of the conversation; older turns are left out */
    BODY_MAX = 256 * 1024,
    TOKEN_BYTES = 16,
};

struct console {
    struct pipeline *pipeline;
    struct model *model;
    char token[2 * TOKEN_BYTES + 1];
    _Atomic int running;
};

enum status console_create(struct pipeline *pipeline, struct console **ret_console, struct err *err)
{
    struct console *c = calloc(1, sizeof *c);
    struct buf hex = BUF_INIT(2 * TOKEN_BYTES);
    uint8_t random[TOKEN_BYTES];
    char path[MODEL_PATH_BYTES];
    enum status st = ST_OK;

    if (!c)
        return err_no_memory(err);
    c->pipeline = pipeline;
    random_bytes(random, sizeof random);
    hex_encode(&hex, random, sizeof random);
    memcpy(c->token, buf_z(&hex), hex.n);
    buf_free(&hex);
    if (!model_file_find(path))
        st = err_set(
            err, ST_INVALID,
            "admin.simulator = yes: cannot find the interaction model next to this program");
    if (st == ST_OK)
        st = model_load(path, &c->model, err);
    if (st == ST_OK)
        *ret_console = c;
    else
        console_free(c);
    return st;
}

void console_free(struct console *c)
{
    if (!c)
        return;
    model_free(c->model);
    free(c);
}

/* ---- reading the form ---- */

/* A trimmed field, in the arena. STR_NONE when it is missing, empty or longer than `max`. */
static struct str form_field(struct str form, const char *name, size_t max, struct arena *arena)
{
    struct buf value = BUF_INIT(max);
    struct str found = STR_NONE;

    if (form_value(form, name, &value))
        found = arena_str(arena, str_trim(buf_str(&value)));
    buf_free(&value);
    return found;
}

static void match_phrase(struct console *c, struct str form, struct arena *arena,
                         struct console_view *v)
{
    struct err err = ERR_NONE;
    enum status st;
    int hour;

    v->from_phrase = true;
    v->phrase = form_field(form, "phrase", TEXT_MAX, arena);
    hour = civil_of(zone_local(), config_weather_now(c->pipeline->settings.config)).hour;
    st = utterance_match(c->model, v->phrase, hour, arena, &v->match, &err);
    if (st == ST_OK)
        return;
    v->match =
        (struct utterance_match){ .name = st == ST_MISS ? STR("AMAZON.FallbackIntent") : STR_NONE };
    v->matched = false;
    if (st != ST_MISS)
        v->problem = "Type what a user would say, up to 500 characters.";
}

static const struct model_intent *find_intent(const struct model *m, struct str name)
{
    for (size_t i = 0; i < m->intent_count; i++)
        if (str_eq(m->intents[i].name, name))
            return &m->intents[i];
    return NULL;
}

static void read_intent_form(struct console *c, struct str form, struct arena *arena,
                             struct console_view *v)
{
    struct str name = form_field(form, "intent", TEXT_MAX, arena);
    const struct model_intent *intent = find_intent(c->model, name);

    if (!intent && !str_eqz(name, "LaunchRequest") && !str_eqz(name, "SessionEndedRequest")) {
        v->problem = "The interaction model has no such intent.";
        return;
    }
    v->match.name = name;
    for (size_t i = 0; intent && i < intent->slot_count; i++) {
        struct str slot = intent->slots[i].name;
        struct str at = arena_printf(arena, "slot-%.*s", STR_ARG(slot));
        struct str value = at.n > 0 ? form_field(form, at.p, TEXT_MAX, arena) : STR_NONE;
        if (value.n > 0)
            v->match.slots[v->match.slot_count++] = (struct utterance_slot){ slot, value };
    }
}

/* A touch on the screen that is shown. */
static void read_touch(struct str form, struct arena *arena, struct console_view *v)
{
    struct str arguments = form_field(form, "arguments", TOUCH_MAX, arena);

    v->match.name = STR("Alexa.Presentation.APL.UserEvent");
    v->match.slots[v->match.slot_count++] = (struct utterance_slot){ STR("arguments"), arguments };
}

static void read_device(struct str form, struct arena *arena, struct console_view *v)
{
    v->device = device_find(arena_strz(arena, form_field(form, "device", TEXT_MAX, arena)));
}

/* ---- running the request ---- */

static struct str format_json(const json_t *json, struct arena *arena)
{
    char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;
    struct str copy = text ? arena_str(arena, str_of(text)) : STR_NONE;

    free(text);
    return copy;
}

static struct str plain_speech(struct str ssml, struct arena *arena)
{
    struct buf text = BUF_INIT(BODY_MAX);
    struct str copy;

    speech_text(&text, ssml);
    copy = arena_str(arena, str_trim(buf_str(&text)));
    buf_free(&text);
    return copy;
}

/* What the session keeps of the conversation. */
static void read_topic(const json_t *attributes, struct arena *arena, struct console_answer *a)
{
    json_t *slots = json_at(attributes, "topic.slots"), *value;
    const char *name;

    a->topic = arena_str(arena, json_str(attributes, "topic.intent"));
    a->asked = arena_str(arena, json_str(attributes, "asked.kind"));
    json_object_foreach (slots, name, value) {
        if (json_is_string(value) && a->topic_slot_count < CONSOLE_SLOTS_MAX)
            a->topic_slots[a->topic_slot_count++] =
                (struct utterance_slot){ arena_str(arena, str_of(name)),
                                         arena_str(arena, str_of(json_string_value(value))) };
    }
}

static struct str read_directives(const json_t *root, struct arena *arena)
{
    const json_t *directives = json_at(root, "response.directives");
    char *text = json_array_size(directives) > 0 ? json_dumps(directives, JSON_COMPACT) : NULL;
    struct str copy = text ? arena_str(arena, str_of(text)) : STR_NONE;

    free(text);
    return copy;
}

static void read_response(struct str body, struct arena *arena, struct console_answer *a)
{
    json_t *root = NULL;
    struct err err = ERR_NONE;

    if (json_parse(body, false, &root, &err) != ST_OK) {
        a->response = arena_str(arena, body);
        return;
    }
    a->response = format_json(root, arena);
    a->ssml = arena_str(arena, json_str(root, "response.outputSpeech.ssml"));
    a->speech = plain_speech(a->ssml, arena);
    a->reprompt = plain_speech(json_str(root, "response.reprompt.outputSpeech.ssml"), arena);
    a->card_title = arena_str(arena, json_str(root, "response.card.title"));
    a->card_text = arena_str(arena, json_str(root, "response.card.content"));
    a->attributes = format_json(json_at(root, "sessionAttributes"), arena);
    a->session_open = !json_bool(root, "response.shouldEndSession", true);
    read_topic(json_at(root, "sessionAttributes"), arena, a);
    a->directives = read_directives(root, arena);
    json_decref(root);
}

static enum status build_request(struct console *c, struct str form, struct arena *arena,
                                 struct console_view *v, struct buf *body, struct err *err)
{
    const char *words[MODEL_SLOTS_MAX];
    struct str attributes = form_field(form, "attributes", ATTRIBUTES_MAX, arena);
    struct request_spec spec = { .words = words,
                                 .word_count = v->match.slot_count,
                                 .user = "amzn1.ask.account.CLIMACASTCONSOLE" };

    v->in_session = str_eqz(form_field(form, "open", TEXT_MAX, arena), "yes") && attributes.n > 0;
    spec.name = arena_strz(arena, v->match.name);
    spec.session = v->in_session ? "open" : "new";
    spec.attributes = v->in_session ? attributes.p : NULL;
    spec.device = v->device ? v->device->name : NULL;
    for (size_t i = 0; i < v->match.slot_count; i++)
        words[i] = arena_printf(arena, "%.*s=%.*s", STR_ARG(v->match.slots[i].name),
                                STR_ARG(v->match.slots[i].value))
                       .p;
    if (arena_failed(arena))
        return err_no_memory(err);
    return envelope_build(&spec, c->pipeline->settings.config, body, err);
}

static void run_request(struct console *c, struct str form, struct arena *arena,
                        struct console_view *v)
{
    struct buf body = BUF_INIT(BODY_MAX);
    struct err err = ERR_NONE;
    json_t *root = NULL;
    int64_t started = clock_mono_us();

    if (build_request(c, form, arena, v, &body, &err) != ST_OK) {
        v->problem = arena_strz(arena, str_of(err.text));
        buf_free(&body);
        return;
    }
    struct pipeline_exchange x = { .body = buf_str(&body),
                                   .started_us = started,
                                   .stage = PIPELINE_ENVELOPE /* nothing to verify */ };
    pipeline_run(c->pipeline, &x, clock_mono_ms() + PIPELINE_TURN_MS);
    v->answer.ms = (double)(clock_mono_us() - started) / 1000;
    v->answer.status = x.status;
    if (json_parse(buf_str(&body), false, &root, &err) == ST_OK)
        v->answer.request = format_json(root, arena);
    json_decref(root);
    read_response(buf_str(&x.out), arena, &v->answer);
    v->answered = !arena_failed(arena);
    if (!v->answered)
        v->problem = "Out of memory while showing the response.";
    pipeline_exchange_done(c->pipeline, &x);
    buf_free(&body);
}

/* ---- the conversation ---- */

/* One line: a break would begin the next. */
static void put_talk_line(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        buf_putc(out, text.p[i] == '\n' || text.p[i] == '\r' ? ' ' : text.p[i]);
    buf_putc(out, '\n');
}

/* What was asked, as typed or as the intent with its slots. */
static void put_asked(struct buf *out, const struct console_view *v)
{
    struct buf asked = BUF_INIT(4 * TEXT_MAX);

    if (v->from_phrase) {
        buf_put(&asked, v->phrase);
    } else {
        buf_put(&asked, v->match.name);
        for (size_t i = 0; i < v->match.slot_count; i++)
            buf_printf(&asked, " %.*s=%.*s", STR_ARG(v->match.slots[i].name),
                       STR_ARG(v->match.slots[i].value));
    }
    put_talk_line(out, buf_str(&asked));
    buf_free(&asked);
}

/* Adds this turn to those of the session, which the form carries. */
static void note_turn(struct str form, struct arena *arena, struct console_view *v)
{
    struct buf talk = BUF_INIT(BODY_MAX);
    struct str all;
    size_t start = 0;

    if (v->in_session) {
        buf_put(&talk, form_field(form, "talk", TALK_MAX, arena));
        if (talk.n > 0)
            buf_putc(&talk, '\n');
    }
    put_asked(&talk, v);
    put_talk_line(&talk, v->answer.speech);
    all = buf_str(&talk);
    while (all.n - start > TALK_MAX / 2) { /* leaves out the oldest turns, two lines each */
        for (int line = 0; line < 2; line++)
            start += str_index(str_sub(all, start, all.n), '\n') + 1;
    }
    v->talk = arena_str(arena, str_trim(str_sub(all, start, all.n)));
    buf_free(&talk);
}

/* ---- handling the form ---- */

static bool token_is_valid(const struct console *c, struct str form)
{
    struct buf token = BUF_INIT(sizeof c->token);
    unsigned char differs = 1;

    if (form_value(form, "token", &token) && token.n == sizeof c->token - 1) {
        differs = 0;
        for (size_t i = 0; i < token.n; i++)
            differs |= (unsigned char)(token.p[i] ^ c->token[i]);
    }
    buf_free(&token);
    return differs == 0;
}

static void handle_form(struct console *c, struct str form, struct arena *arena,
                        struct admin_response *response, struct console_view *v)
{
    if (!token_is_valid(c, form)) {
        response->status = 403;
        v->problem = "This form expired; reload the page.";
        return;
    }
    if (atomic_fetch_add(&c->running, 1) >= RUNNING_MAX) {
        response->status = 503;
        v->problem = "Too many requests are running; try again in a moment.";
    } else {
        struct str kind = form_field(form, "kind", TEXT_MAX, arena);
        read_device(form, arena, v);
        if (str_eqz(kind, "phrase"))
            match_phrase(c, form, arena, v);
        else if (str_eqz(kind, "touch"))
            read_touch(form, arena, v);
        else
            read_intent_form(c, form, arena, v);
        if (!v->problem)
            run_request(c, form, arena, v);
        if (v->answered)
            note_turn(form, arena, v);
    }
    atomic_fetch_sub(&c->running, 1);
}

void console_handle(struct console *c, const struct admin_request *request,
                    struct admin_response *response)
{
    struct console_view v = { .model = c->model, .token = c->token, .matched = true };
    struct arena *arena = arena_create(ARENA_MAX);

    response->type = "text/html; charset=utf-8";
    page_policy(&response->policy, console_script);
    if (!arena) {
        response->status = 503;
        return;
    }
    if (request->post)
        handle_form(c, request->form, arena, response, &v);
    console_page_write(&v, &response->body);
    arena_free(arena);
}
