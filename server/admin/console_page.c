/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/console_page.c -- the HTML of the test console. */
#include "server/admin/console_page.h"

#include <string.h>

#include "server/admin/html.h"
#include "server/admin/page.h"

enum { SUGGESTIONS_MAX = 40 };

static const char *const request_types[] = { "LaunchRequest", "SessionEndedRequest" };

/* ---- forms ---- */

static void begin_form(const struct console_view *v, struct buf *out, const char *kind)
{
    buf_printf(out,
               "<form method=\"post\" action=\"/console\" autocomplete=\"off\">"
               "<input type=\"hidden\" name=\"token\" value=\"%s\">"
               "<input type=\"hidden\" name=\"kind\" value=\"%s\">",
               v->token, kind);
}

static void put_session(const struct console_view *v, struct buf *out)
{
    buf_putz(out, "<input type=\"hidden\" name=\"attributes\" value=\"");
    html_text(out, v->answer.attributes);
    buf_putz(out, "\"><input type=\"hidden\" name=\"talk\" value=\"");
    html_text(out, v->talk);
    buf_putz(out, "\">");
}

static void put_devices(const struct console_view *v, struct buf *out, const char *kind)
{
    const struct device *d;

    buf_printf(out,
               "<label for=\"device-%s\">Device</label><select id=\"device-%s\" name=\"device\">"
               "<option value=\"\">Without a screen</option>",
               kind, kind);
    for (size_t i = 0; (d = device_at(i)); i++)
        buf_printf(out, "<option value=\"%s\"%s>%s</option>", d->name,
                   v->device == d ? " selected" : "", d->title);
    buf_putz(out, "</select>");
}

/* If the session is still open, the next request continues it unless the user unchecks the box. */
static void end_form(const struct console_view *v, struct buf *out, const char *kind,
                     const char *button)
{
    put_devices(v, out, kind);
    if (v->answered && v->answer.session_open) {
        put_session(v, out);
        buf_putz(out, "<label class=\"check\"><input type=\"checkbox\" name=\"open\" "
                      "value=\"yes\" checked> Continue the open session</label>");
    }
    buf_printf(out, "<button type=\"submit\">%s</button></form>", button);
}

static void put_phrase_form(const struct console_view *v, struct buf *out)
{
    buf_putz(out, "<section class=\"card\" aria-labelledby=\"say-h\"><h2 id=\"say-h\">Type a phrase"
                  "</h2>");
    begin_form(v, out, "phrase");
    buf_putz(out, "<label for=\"phrase\">What a user would say</label>"
                  "<input type=\"text\" id=\"phrase\" name=\"phrase\" maxlength=\"500\" "
                  "placeholder=\"what&#39;s the weather in miami\" value=\"");
    html_text(out, v->phrase);
    buf_putz(out, "\">");
    end_form(v, out, "phrase", "Ask");
    buf_putz(out, "</section>\n");
}

static void put_option(const struct console_view *v, struct buf *out, struct str name,
                       const struct model_intent *intent)
{
    buf_putz(out, "<option value=\"");
    html_text(out, name);
    buf_putz(out, "\" data-slots=\"");
    for (size_t i = 0; intent && i < intent->slot_count; i++) {
        buf_putz(out, i > 0 ? " " : "");
        html_text(out, intent->slots[i].name);
    }
    buf_printf(out, "\"%s>", str_eq(name, v->match.name) ? " selected" : "");
    html_text(out, name);
    buf_putz(out, "</option>");
}

static void put_intents(const struct console_view *v, struct buf *out)
{
    buf_putz(out, "<label for=\"intent\">Intent or request</label>"
                  "<select id=\"intent\" name=\"intent\">");
    for (size_t i = 0; i < sizeof request_types / sizeof request_types[0]; i++)
        put_option(v, out, str_of(request_types[i]), NULL);
    for (size_t i = 0; i < v->model->intent_count; i++)
        put_option(v, out, v->model->intents[i].name, &v->model->intents[i]);
    buf_putz(out, "</select>");
}

/* ---- slots ---- */

static bool slot_is_first_use(const struct model *m, size_t intent, size_t slot)
{
    struct str name = m->intents[intent].slots[slot].name;

    for (size_t i = 0; i < intent; i++)
        for (size_t k = 0; k < m->intents[i].slot_count; k++)
            if (str_eq(m->intents[i].slots[k].name, name))
                return false;
    return true;
}

static void put_suggestions(struct buf *out, struct str slot, const struct model_type *type)
{
    struct str last = STR_NONE;
    size_t count = 0;

    buf_putz(out, "<datalist id=\"list-");
    html_text(out, slot);
    buf_putz(out, "\">");
    for (size_t i = 0; i < type->value_count && count < SUGGESTIONS_MAX; i++) {
        struct str meaning = type->values[i].meaning;
        if (str_eq(meaning, last))
            continue;
        buf_putz(out, "<option value=\"");
        html_text(out, meaning);
        buf_putz(out, "\"></option>");
        last = meaning;
        count++;
    }
    buf_putz(out, "</datalist>");
}

static struct str slot_value(const struct console_view *v, struct str name)
{
    for (size_t i = 0; i < v->match.slot_count; i++)
        if (str_eq(v->match.slots[i].name, name))
            return v->match.slots[i].value;
    return STR_NONE;
}

static void put_slot(const struct console_view *v, struct buf *out, const struct model_slot *slot)
{
    const struct model_type *type = &v->model->types[slot->type];

    buf_putz(out, "<div data-slot=\"");
    html_text(out, slot->name);
    buf_putz(out, "\"><label for=\"slot-");
    html_text(out, slot->name);
    buf_putz(out, "\">");
    html_text(out, slot->name);
    buf_putz(out, "</label><input type=\"text\" maxlength=\"500\" id=\"slot-");
    html_text(out, slot->name);
    buf_putz(out, "\" name=\"slot-");
    html_text(out, slot->name);
    buf_putz(out, "\" list=\"list-");
    html_text(out, slot->name);
    buf_putz(out, "\" value=\"");
    html_text(out, slot_value(v, slot->name));
    buf_putz(out, "\">");
    put_suggestions(out, slot->name, type);
    buf_putz(out, "</div>");
}

static void put_intent_form(const struct console_view *v, struct buf *out)
{
    const struct model *m = v->model;

    buf_putz(out,
             "<section class=\"card pick\" aria-labelledby=\"pick-h\"><h2 id=\"pick-h\">Pick an "
             "intent</h2>");
    begin_form(v, out, "intent");
    put_intents(v, out);
    buf_putz(out, "<fieldset><legend class=\"hide\">Slots (only those of the intent are "
                  "sent)</legend><div class=\"slots\">");
    for (size_t i = 0; i < m->intent_count; i++)
        for (size_t k = 0; k < m->intents[i].slot_count; k++)
            if (slot_is_first_use(m, i, k))
                put_slot(v, out, &m->intents[i].slots[k]);
    buf_putz(
        out,
        "</div><p class=\"soft\" id=\"noslots\" hidden>This intent has no slots.</p></fieldset>");
    end_form(v, out, "intent", "Send");
    buf_putz(out, "</section>\n");
}

/* ---- results ---- */

/* The turns of the session, oldest first. */
static void put_conversation(const struct console_view *v, struct buf *out)
{
    struct str rest = v->talk, line;
    bool user = true;

    buf_putz(out, "<section class=\"card\" id=\"talk\" aria-labelledby=\"talk-h\">"
                  "<h2 id=\"talk-h\">Conversation</h2><dl class=\"facts\">");
    while (str_split(&rest, '\n', &line)) {
        buf_putz(out, user ? "<dt>You</dt><dd class=\"soft\">" : "<dt>Clima Cast</dt><dd>");
        html_text(out, line);
        buf_putz(out, "</dd>");
        user = !user;
    }
    buf_printf(out, "</dl><p><a href=\"/console\" id=\"reset\">%s</a></p></section>\n",
               v->answer.session_open ? "Start over" : "The session has ended. Start over");
}

/* What a follow-up ("and tomorrow") would be about. */
static void put_topic(const struct console_answer *a, struct buf *out)
{
    buf_putz(out, "<section class=\"card\" id=\"topic\" aria-labelledby=\"topic-h\">"
                  "<h2 id=\"topic-h\">Current topic</h2>");
    if (a->topic.n == 0) {
        buf_putz(out, "<p class=\"empty\">None yet.</p>");
    } else {
        buf_putz(out, "<p><code>");
        html_text(out, a->topic);
        buf_putz(out, "</code></p>");
    }
    if (a->topic_slot_count > 0) {
        buf_putz(out, "<dl class=\"facts\">");
        for (size_t i = 0; i < a->topic_slot_count; i++) {
            buf_putz(out, "<dt>");
            html_text(out, a->topic_slots[i].name);
            buf_putz(out, "</dt><dd>");
            html_text(out, a->topic_slots[i].value);
            buf_putz(out, "</dd>");
        }
        buf_putz(out, "</dl>");
    }
    if (a->asked.n > 0) {
        buf_putz(out, "<p class=\"soft\">A bare answer to the question would be taken as: <code>");
        html_text(out, a->asked);
        buf_putz(out, "</code></p>");
    }
    buf_putz(out, "</section>\n");
}

static void put_match(const struct console_view *v, struct buf *out)
{
    buf_putz(out, "<section class=\"card\" id=\"match\" aria-labelledby=\"match-h\">"
                  "<h2 id=\"match-h\">Intent</h2>");
    if (v->from_phrase) {
        buf_putz(out, "<p class=\"soft\">\xe2\x80\x9c");
        html_text(out, v->phrase);
        buf_putz(out, "\xe2\x80\x9d</p>");
    }
    buf_putz(out, "<p><code>");
    html_text(out, v->match.name);
    buf_putz(out, "</code></p>");
    if (v->match.sample) {
        buf_putz(out, "<p class=\"soft\">Matched the sample <code id=\"sample\">");
        html_text(out, v->match.sample->text);
        buf_putz(out, "</code></p>");
    }
    if (!v->matched)
        buf_putz(out, "<p class=\"warn\">No sample utterance matches exactly; Alexa may be more "
                      "lenient.</p>");
    if (v->match.unknown_place)
        buf_putz(out, "<p class=\"warn\">Unknown place.</p>");
    if (v->match.slot_count > 0)
        buf_putz(out, "<dl class=\"facts\">");
    for (size_t i = 0; i < v->match.slot_count; i++) {
        buf_putz(out, "<dt>");
        html_text(out, v->match.slots[i].name);
        buf_putz(out, "</dt><dd>");
        html_text(out, v->match.slots[i].value);
        buf_putz(out, "</dd>");
    }
    if (v->match.slot_count > 0)
        buf_putz(out, "</dl>");
    buf_putz(out, "</section>\n");
}

static void put_response(const struct console_answer *a, struct buf *out)
{
    buf_printf(out,
               "<section class=\"card\" id=\"answer\" aria-labelledby=\"ans-h\"><h2 id=\"ans-h\">"
               "Response</h2><p class=\"note\">%.1f ms, HTTP %d; the session %s</p>",
               a->ms, a->status, a->session_open ? "stays open" : "ends");
    if (a->speech.n > 0) {
        buf_putz(out, "<p class=\"speech\" id=\"speech\" data-ssml=\"");
        html_text(out, a->ssml);
        buf_putz(out, "\">");
        html_text(out, a->speech);
        buf_putz(out,
                 "</p><p><button type=\"button\" id=\"speak\" hidden>Speak</button>"
                 "<button type=\"button\" class=\"plain\" id=\"hush\" hidden>Stop</button></p>");
    } else {
        buf_putz(out, "<p class=\"empty\">No speech.</p>");
    }
    if (a->reprompt.n > 0) {
        buf_putz(out, "<h3>Reprompt</h3><p id=\"reprompt\">");
        html_text(out, a->reprompt);
        buf_putz(out, "</p>");
    }
    if (a->card_title.n + a->card_text.n > 0) {
        buf_putz(out, "<h3>Card in the Alexa app</h3><div class=\"cardshown\" id=\"card\"><b>");
        html_text(out, a->card_title);
        buf_putz(out, "</b>\n");
        html_text(out, a->card_text);
        buf_putz(out, "</div>");
    }
    buf_putz(out, "</section>\n");
}

/* A touch is sent by this form, in the same session if it is open. */
static void put_touch_form(const struct console_view *v, struct buf *out)
{
    buf_printf(out,
               "<form id=\"touch\" method=\"post\" action=\"/console\" hidden>"
               "<input type=\"hidden\" name=\"token\" value=\"%s\">"
               "<input type=\"hidden\" name=\"kind\" value=\"touch\">"
               "<input type=\"hidden\" name=\"device\" value=\"%s\">"
               "<input type=\"hidden\" name=\"arguments\">",
               v->token, v->device->name);
    if (v->answer.session_open) {
        put_session(v, out);
        buf_putz(out, "<input type=\"hidden\" name=\"open\" value=\"yes\">");
    }
    buf_putz(out, "</form>");
}

static void put_screen(const struct console_view *v, struct buf *out)
{
    enum { DP_PER_INCH = 160 };
    const struct device *d = v->device;

    if (!d)
        return;
    buf_printf(out,
               "<section class=\"card\" aria-labelledby=\"screen-h\"><h2 id=\"screen-h\">%s</h2>",
               d->title);
    if (v->answer.directives.n == 0) {
        buf_putz(out, "<p class=\"empty\" id=\"noscreen\">It shows nothing for this answer.</p>"
                      "</section>\n");
        return;
    }
    buf_printf(out,
               "<div id=\"screen\" data-width=\"%d\" data-height=\"%d\" data-round=\"%s\" "
               "data-directives=\"",
               d->dpi > 0 ? d->width * DP_PER_INCH / d->dpi : 0,
               d->dpi > 0 ? d->height * DP_PER_INCH / d->dpi : 0,
               strcmp(d->shape, "ROUND") == 0 ? "yes" : "no");
    html_text(out, v->answer.directives);
    buf_putz(out, "\"><p class=\"empty\">A script draws it.</p></div>");
    put_touch_form(v, out);
    buf_putz(out, "</section>\n");
}

static void put_json(struct buf *out, const char *id, const char *title, struct str json)
{
    buf_printf(out,
               "<section class=\"card\" aria-labelledby=\"%s-h\"><h2 id=\"%s-h\">%s</h2>"
               "<pre id=\"%s\" tabindex=\"0\">",
               id, id, title, id);
    html_text(out, json);
    buf_putz(out, "</pre></section>\n");
}

void console_page_write(const struct console_view *v, struct buf *out)
{
    page_begin(out, "Clima Cast test console", 0, NULL);
    page_header(out, "/console", true);
    buf_putz(
        out,
        "<main>\n<h1>Test console</h1><p class=\"soft\">Requests take the same path as Alexa's "
        "after signature verification, under a separate user ID. They are counted and "
        "logged like any other.</p>\n<div class=\"half\">\n<div class=\"stack\">\n");
    put_phrase_form(v, out);
    put_intent_form(v, out);
    buf_putz(out, "</div>\n<div class=\"stack\" aria-live=\"polite\">\n");
    if (v->problem) {
        buf_putz(out, "<section class=\"card\" role=\"alert\"><p class=\"bad\" id=\"problem\">");
        html_textz(out, v->problem);
        buf_putz(out, "</p></section>\n");
    }
    if (v->match.name.n > 0)
        put_match(v, out);
    if (v->answered) {
        put_response(&v->answer, out);
        put_screen(v, out);
        put_conversation(v, out);
        put_topic(&v->answer, out);
    } else if (!v->problem) {
        buf_putz(out, "<section class=\"card\"><p class=\"empty\">Nothing has been asked yet. The "
                      "intent, the response and its card will appear here.</p></section>\n");
    }
    buf_putz(out, "</div></div>\n");
    if (v->answered) {
        buf_putz(out, "<div class=\"half\">\n");
        put_json(out, "request", "Request JSON", v->answer.request);
        put_json(out, "response", "Response JSON", v->answer.response);
        buf_putz(out, "</div>\n");
    }
    page_end(out, console_script);
}
