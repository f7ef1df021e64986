/* SPDX-License-Identifier: Apache-2.0 */
/* intents/reply.c -- completes a reply and writes it: what the session carries on, the screen, and
 * the question at the end. */
#include "intents/reply.h"

#include <string.h>

#include "intents/alexa/markup.h"
#include "intents/alexa/response.h"
#include "intents/apology.h"
#include "intents/closing.h"
#include "intents/paging.h"
#include "intents/screen/screen.h"
#include "intents/topic.h"
#include "server/base/json.h"

enum {
    ATTRIBUTES_MAX = 8 * 1024,  /* bytes of session attributes; larger ones are dropped */
    DIRECTIVES_MAX = 74 * 1024, /* the same of directives */
};

static const struct str empty_response = STR("{\"version\":\"1.0\",\"response\":{}}");
static const struct str short_apology =
    STR("{\"version\":\"1.0\",\"response\":{\"outputSpeech\":{\"type\":\"SSML\",\"ssml\":\"<speak>"
        "Sorry, something went wrong. Please try again in a little while.</speak>\"},"
        "\"shouldEndSession\":true}}");
static const struct str default_reprompt = STR("What else would you like to know?");

/* An open microphone always follows a question. */
static void put_closing(struct buf *speech, const char *question)
{
    struct str text = buf_str(speech);

    if (!str_ends(text, STR("?")) && *question)
        buf_printf(speech, "%s%s", text.n > 0 ? " " : "", question);
}

/* ---- a turn that failed ---- */

/* The question that could not be answered, so that bare words can complete it, or "repeat" ask it
 * again. NULL when out of memory. */
static const struct asked *ask_about(const struct turn *turn, const struct err *err)
{
    struct asked *asked = arena_alloc(turn->call.arena, sizeof *asked);

    if (!asked)
        return NULL;
    asked->kind = ask_kind_of_reason(err->reason);
    if (asked->kind == ASK_NOTHING && turn->intent->keeps_topic)
        asked->kind = ASK_AGAIN;
    topic_of_turn(turn, &asked->about);
    if (strcmp(err->reason, "city_missing") == 0)
        asked->states = turn->subject;
    else if (asked->kind == ASK_CHOICE)
        asked->states = turn->states;
    return asked;
}

/* The third thing in a row that was not understood ends the session. */
static bool give_up(const struct turn *turn, struct reply *reply, const struct err *err)
{
    enum { MISSES_MAX = 3 };

    if (!apology_is_miss(err->reason))
        return false;
    reply->misses = turn->misses + 1;
    if (reply->misses < MISSES_MAX)
        return false;
    buf_putz(&reply->speech, "Sorry, I can't help with that. Goodbye.");
    reply->close = true;
    return true;
}

/* The second time in a row, help is offered. */
static void offer_help(struct buf *speech, const struct reply *reply)
{
    if (reply->misses > 1 && !str_ends(buf_str(speech), STR("?")))
        buf_putz(speech, " You can also say help.");
}

void reply_apologize(struct turn *turn, struct reply *reply, const struct err *err)
{
    bool asks;

    buf_reset(&reply->speech);
    reply->markup = false;
    reply->settings = turn->settings;
    reply->card_title = STR_NONE;
    reply->card_text = STR_NONE;
    reply->permission = NULL;
    reply->figures.view = VIEW_NOTHING;
    reply->reprompt = STR_NONE;
    reply->close = false;
    reply->silent = false;
    json_decref(reply->more);
    reply->more = NULL;
    turn->log->outcome = "hint";
    turn->log->err = *err;
    if (give_up(turn, reply, err))
        return;
    reply->asked = ask_about(turn, err);
    asks = apology_put(&reply->speech, err, turn->subject);
    if (turn->question.n > 0)
        buf_printf(&reply->speech, " %.*s", STR_ARG(turn->question));
    if (turn->offer.n > 0)
        reply->more = paging_offer(turn, turn->offer);
    reply->keep_open = asks;
    if (asks && turn->example && turn->offer.n == 0)
        buf_printf(&reply->speech, " %s", turn->example);
    if (asks && turn->offer.n == 0)
        offer_help(&reply->speech, reply);
    if (asks && reply->asked && turn->offer.n == 0) { /* an offer is a question by itself */
        const char *question = ask_kind_question(reply->asked->kind);
        put_closing(&reply->speech, *question ? question : "What would you like to know?");
    }
    if (asks)
        reply->reprompt = arena_str(turn->call.arena, buf_str(&reply->speech));
    if (!asks)
        turn->log->outcome = "apology";
}

/* ---- the session ---- */

/* A one-shot question is answered and the session ends.  Within an open session, or if the answer
 * asks something, the session stays open with a reprompt. */
static void settle_session(const struct turn *turn, struct reply *reply)
{
    bool one_shot = turn->envelope->session_new || !turn->envelope->has_session;

    if (!reply->close && !one_shot)
        reply->keep_open = true;
    if (reply->close)
        reply->keep_open = false;
    if (reply->card_title.n > 0 && reply->card_text.n == 0) /* a card asks nothing */
        reply->card_text = arena_str(turn->call.arena, buf_str(&reply->speech));
    if (reply->keep_open && !reply->silent && !paging_is_offer(reply->more))
        put_closing(&reply->speech, closing_question(buf_str(&reply->speech)));
    if (!reply->keep_open)
        reply->reprompt = STR_NONE;
    else if (reply->reprompt.n == 0)
        reply->reprompt = default_reprompt;
}

/* What the next turn may refer to. An answer about the weather is a new topic; apologies, settings
 * and help leave it as it was, except that a new location is not about the old place. */
static void choose_topic(const struct turn *turn, struct topic *topic)
{
    bool told = strcmp(turn->log->outcome, "answered") == 0;

    *topic = *turn->topic;
    if (told && turn->intent->keeps_topic)
        topic_of_turn(turn, topic);
    else if (told && turn->intent == &intent_set_location)
        slots_remove(&topic->slots, slots_of_place);
}

static void put_member_name(struct buf *out, const char *name)
{
    buf_printf(out, "%s\"%s\":", out->n > 1 ? "," : "", name);
}

/* Whose the settings are. */
static void put_person(struct buf *out, struct str person)
{
    if (person.n == 0)
        return;
    put_member_name(out, "person");
    json_put_string(out, person);
}

static void put_attributes(struct buf *out, const struct turn *turn, const struct topic *topic,
                           const struct reply *reply)
{
    buf_putc(out, '{');
    /* If the settings could not be read, nothing is carried, so that the next turn tries again. */
    if (turn->settings_known) {
        put_member_name(out, "settings");
        settings_put(out, &reply->settings);
        put_person(out, turn_user(turn).person);
    }
    if (reply->more) {
        put_member_name(out, "more");
        json_put(out, reply->more);
    }
    topic_put(out, topic);
    if (reply->asked)
        topic_put_asked(out, reply->asked);
    if (reply->misses > 0) {
        put_member_name(out, "misses");
        buf_printf(out, "%d", reply->misses);
    }
    buf_putc(out, '}');
}

/* ---- the response ---- */

/* Every answer that leaves a topic is shown, and those that have something to show. */
static void put_screen(struct buf *out, const struct turn *turn, const struct topic *topic,
                       const struct reply *reply, size_t answer_end)
{
    struct str words = str_sub(buf_str(&reply->speech), 0, answer_end);
    struct buf plain = BUF_INIT(REPLY_SPEECH_MAX);
    struct viewport viewport;
    struct screen_view view = { .viewport = &viewport,
                                .figures = &reply->figures,
                                .units = turn->units,
                                .now = turn->call.now };

    viewport_read(turn->envelope, &viewport);
    if ((!viewport.has_screen && !viewport.has_digits) ||
        strcmp(turn->log->outcome, "answered") != 0 ||
        (!turn->intent->keeps_topic && reply->figures.view == VIEW_NOTHING))
        return;
    if (turn->place.city.n > 0)
        view.place = &turn->place;
    if (turn->intent->keeps_topic)
        view.location = slots_get(&topic->slots, "location");
    else if (view.place && !turn->own_place)
        view.location = place_setting(turn->call.arena, &turn->place);
    if (reply->markup)
        markup_put_plain(&plain, words);
    view.words = reply->markup ? str_trim(buf_str(&plain)) : words;
    screen_put(&view, out);
    buf_free(&plain);
}

/* `answer_end`: where the answer ends in what is said; a question may follow. */
static enum status write_response(struct turn *turn, struct reply *reply, size_t answer_end,
                                  struct buf *out, struct err *err)
{
    struct response r = { .empty = reply->silent };
    struct buf attributes = BUF_INIT(ATTRIBUTES_MAX), directives = BUF_INIT(DIRECTIVES_MAX);
    struct topic topic;
    enum status st;

    if (!reply->silent) {
        choose_topic(turn, &topic);
        put_attributes(&attributes, turn, &topic, reply);
        put_screen(&directives, turn, &topic, reply, answer_end);
        r.speech = buf_str(&reply->speech);
        r.markup = reply->markup;
        r.reprompt = reply->reprompt;
        r.card_title = reply->card_title;
        r.card_text = reply->card_text.n ? reply->card_text : r.speech;
        if (reply->card_title.n == 0)
            r.card_text = STR_NONE;
        r.permission = reply->permission;
        r.prosody = (struct response_prosody){ reply->settings.rate, reply->settings.pitch };
        r.end_session = !reply->keep_open;
        r.attributes = attributes.failed ? STR_NONE : buf_str(&attributes);
        r.directives = directives.failed ? STR_NONE : buf_str(&directives);
    }
    st = response_write(&r, out, err);
    buf_free(&attributes);
    buf_free(&directives);
    return st;
}

void reply_write(struct turn *turn, struct reply *reply, struct buf *out)
{
    size_t start = out->n, answer_end = reply->speech.n;

    if (reply->silent)
        turn->log->outcome = "empty";
    settle_session(turn, reply);
    if (write_response(turn, reply, answer_end, out, &turn->log->err) == ST_OK)
        return;
    /* Out of memory; a short apology that needs none is better than nothing. */
    buf_truncate(out, start);
    out->failed = false;
    buf_put(out, reply->silent ? empty_response : short_apology);
    turn->log->outcome = "apology";
}
