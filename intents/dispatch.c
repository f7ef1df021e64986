/* SPDX-License-Identifier: Apache-2.0 */
/* intents/dispatch.c -- finds the intent, loads the settings, runs the intent, writes the response.
 *
 * A turn that would have to wait can be run again from the beginning, because nothing is written to
 * `out` before the answer is known, and no intent changes anything before it may wait. */
#include "intents/dispatch.h"

#include "intents/alexa/markup.h"
#include "intents/alexa/response.h"
#include "intents/apology.h"
#include "intents/closing.h"
#include "intents/paging.h"
#include "intents/screen/screen.h"
#include "intents/topic.h"
#include "intents/weather/place_other.h"
#include "server/base/json.h"

#include <stdio.h>
#include <string.h>

enum {
    SPEECH_BYTES_MAX = 128 * 1024, /* of one answer, before it is cut into pages */
    ATTRIBUTES_MAX = 8 * 1024,     /* bytes of session attributes; larger ones are dropped */
    DIRECTIVES_MAX = 74 * 1024,    /* the same of directives */
};

static const struct intent *const intents[] = {
#define INTENT(noun) &intent_##noun,
#include "intents/intents.def"
#undef INTENT
};
enum { INTENTS = sizeof intents / sizeof intents[0] };

static const struct str empty_response = STR("{\"version\":\"1.0\",\"response\":{}}");
static const struct str short_apology =
    STR("{\"version\":\"1.0\",\"response\":{\"outputSpeech\":{\"type\":\"SSML\",\"ssml\":\"<speak>"
        "Sorry, something went wrong. Please try again in a little while.</speak>\"},"
        "\"shouldEndSession\":true}}");
static const struct str default_reprompt = STR("What else would you like to know?");

const struct intent *dispatch_intent_at(size_t i)
{
    return i < INTENTS ? intents[i] : NULL;
}

static const struct intent *table_find(struct str name, bool is_request)
{
    for (size_t i = 0; i < INTENTS; i++)
        if (intents[i]->is_request == is_request && str_eqz(name, intents[i]->name))
            return intents[i];
    return NULL;
}

const struct intent *dispatch_find(struct str name)
{
    return table_find(name, false);
}

/* The intent for the envelope; NULL for a request of an unknown type, which gets the empty
 * response. */
static const struct intent *intent_for(const struct envelope *e)
{
    const struct intent *intent;

    if (!str_eqz(e->request_type, "IntentRequest"))
        return table_find(e->request_type, true);
    intent = table_find(e->intent_name, false);
    return intent ? intent : &intent_fallback;
}

/* How many turns in a row were not understood before this one. */
static int read_misses(const struct envelope *e)
{
    enum { MISSES_MAX = 9 };
    int64_t misses;

    if (e->session_new || !json_int(e->attributes, "misses", &misses))
        return 0;
    return misses > 0 && misses <= MISSES_MAX ? (int)misses : 0;
}

/* ---- running the intent ---- */

/* The settings that the session carries. They are those of whoever spoke before, which may have
 * been another person of the household. NULL when there are none for this turn. */
static const json_t *carried_settings(const struct turn *turn)
{
    const struct envelope *e = turn->envelope;

    if (e->session_new || !str_eq(json_str(e->attributes, "person"), turn_user(turn).person))
        return NULL;
    return json_at(e->attributes, "settings");
}

/* Loads the user's settings from the session if it carries them, else from the store. */
static enum status load_settings(struct turn *turn)
{
    const struct envelope *e = turn->envelope;
    const json_t *carried = carried_settings(turn);
    const json_t *stored;
    struct object *item;
    enum status st;

    turn->settings_known = true;
    if (json_is_object(carried)) {
        settings_from_json(carried, turn->call.arena, &turn->settings);
        return ST_OK;
    }
    if (e->user_id.n == 0)
        return ST_OK;
    st = user_acquire(turn->skill->store, turn_user(turn), turn->call.deadline, &item, &stored,
                      &turn->log->err);
    if (st == ST_WOULD_WAIT)
        return st;
    if (st == ST_OK) {
        settings_from_json(stored, turn->call.arena, &turn->settings);
        object_release(item);
    } else if (st != ST_MISS) {
        turn->settings_known = false;
    }
    return ST_OK;
}

/* A question in full that names no place is about the topic's. */
static enum status take_place(struct turn *turn, const struct intent *intent, struct err *err)
{
    struct str place = slots_get(&turn->topic->slots, "location"), location;
    struct slots slots = { .count = 0 };

    if (!intent->needs_place || place.n == 0)
        return ST_OK;
    for (const char *const *name = intent->slots; name && *name; name++)
        slots_set(&slots, *name, turn_slot(turn, *name));
    location = slots_get(&slots, "location");
    if (place_other_hazard(location)) /* "any warnings for tornado" */
        slots_set(&slots, "metric", location);
    else if (slots_have_any(&slots, slots_of_place))
        return ST_OK;
    slots_set(&slots, "location", place);
    return turn_set_slots(turn, &slots, err);
}

/* Is it nothing but what the skill has just asked for? The interaction model has it as a question
 * of its own: "wind", after "what would you like to add?". */
static bool is_bare_answer(const struct turn *turn)
{
    const char *slot = ask_kind_slot(turn->asked->kind);

    return slot && turn->envelope->slot_count == 1 && str_eqz(turn->envelope->slots[0].name, slot);
}

/* "Umbrella", after "I can advise on an umbrella or a jacket": of the time and the place that the
 * first question named. */
static bool is_bare_choice(const struct turn *turn, const struct intent *intent)
{
    enum ask_kind kind = turn->asked->kind;

    return intent == turn->asked->about.intent && kind >= ASK_THING && kind <= ASK_PRODUCT &&
           is_bare_answer(turn);
}

static enum status complete_question(struct turn *turn, struct err *err)
{
    const char *slot = ask_kind_slot(turn->asked->kind);
    struct slots slots = turn->asked->about.slots;

    slots_set(&slots, slot, turn_slot(turn, slot));
    return turn_set_slots(turn, &slots, err);
}

/* Beside a clock, a warning comes before the figure. */
static enum status look_for_warnings(struct turn *turn, struct reply *reply)
{
    struct err ignored = ERR_NONE; /* without them, the figure alone is shown */
    struct viewport viewport;
    struct alerts alerts;
    enum status st;

    viewport_read(turn->envelope, &viewport);
    if (!viewport.has_digits ||
        (reply->figures.view != VIEW_CONDITIONS && reply->figures.period_count == 0))
        return ST_OK;
    st = alert_get_active(turn->skill->nws, &turn->call, &turn->place, &alerts, &ignored);
    for (size_t i = 0; st == ST_OK && i < alerts.count; i++)
        if (str_ends(str_of(alerts.at[i].event), STR("Warning")))
            reply->figures.warned = true;
    return st == ST_WOULD_WAIT ? st : ST_OK;
}

static enum status answer_intent(const struct intent *intent, struct turn *turn,
                                 struct reply *reply, struct err *err)
{
    enum status st = intent->needs_nothing ? ST_OK : load_settings(turn);

    if (st != ST_OK)
        return st;
    reply->settings = turn->settings;
    if (turn->asked->kind == ASK_METRIC && intent == &intent_metric && is_bare_answer(turn))
        intent = &intent_follow;
    st =
        is_bare_choice(turn, intent) ? complete_question(turn, err) : take_place(turn, intent, err);
    if (st == ST_OK)
        st = turn_answer(turn, intent, reply, err);
    if (st == ST_OK)
        st = look_for_warnings(turn, reply);
    if (st == ST_OK && !reply->silent)
        st = paging_cut(turn, reply, err);
    return st;
}

/* ---- the reply ---- */

/* An open microphone always follows a question. */
static void put_closing(struct buf *speech, const char *question)
{
    struct str text = buf_str(speech);

    if (!str_ends(text, STR("?")) && *question)
        buf_printf(speech, "%s%s", text.n > 0 ? " " : "", question);
}

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

/* Replaces the reply by the apology or hint for the error. */
static void apologize(struct turn *turn, struct reply *reply, const struct err *err)
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

/* Every answer that leaves a topic is shown, and those that have something to show. */
static void put_screen(struct buf *out, const struct turn *turn, const struct topic *topic,
                       const struct reply *reply, size_t answer_end)
{
    struct str words = str_sub(buf_str(&reply->speech), 0, answer_end);
    struct buf plain = BUF_INIT(SPEECH_BYTES_MAX);
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
static enum status write_reply(struct turn *turn, struct reply *reply, size_t answer_end,
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

enum status dispatch(const struct skill *skill, const struct envelope *envelope,
                     const struct call *call, struct buf *out, struct turn_log *ret_log)
{
    struct turn turn = { .skill = skill,
                         .envelope = envelope,
                         .find_intent = dispatch_find,
                         .call = *call,
                         .log = ret_log };
    struct reply reply = { .speech = BUF_INIT(SPEECH_BYTES_MAX), .page_limit = PAGING_LIMIT };
    const struct intent *intent = intent_for(envelope);
    struct err err = ERR_NONE;
    size_t start = out->n, answer_end;
    enum status st = ST_OK;

    struct topic topic;
    struct asked asked;

    settings_default(&turn.settings);
    turn.intent = intent;
    turn.topic = &topic;
    turn.asked = &asked;
    topic_read(&turn, &topic);
    topic_read_asked(&turn, &asked);
    turn.misses = read_misses(envelope);
    *ret_log = (struct turn_log){ .intent = "unknown", .outcome = "answered" };
    if (intent) {
        if (intent != &intent_fallback || str_eqz(envelope->intent_name, intent->name))
            ret_log->intent = intent->name;
        st = answer_intent(intent, &turn, &reply, &err);
    } else {
        reply.silent = true;
    }
    if (call_was_turned_away(call))
        st = ST_WOULD_WAIT;
    if (st == ST_WOULD_WAIT)
        goto out;
    if (st != ST_OK && intent->needs_nothing) {
        ret_log->err = err;
        goto out;
    }
    if (st != ST_OK) {
        if (err.status == ST_OK)
            err_set(&err, st == ST_MISS ? ST_NOT_FOUND : st, "%s", err_status_name(st));
        apologize(&turn, &reply, &err);
    }
    if (reply.silent)
        ret_log->outcome = "empty";
    answer_end = reply.speech.n;
    settle_session(&turn, &reply);
    st = write_reply(&turn, &reply, answer_end, out, &ret_log->err);
    if (st != ST_OK) {
        /* Out of memory; a short apology that needs none is better than nothing. */
        buf_truncate(out, start);
        out->failed = false;
        buf_put(out, reply.silent ? empty_response : short_apology);
        ret_log->outcome = "apology";
        st = ST_OK;
    }
out:
    json_decref(reply.more);
    buf_free(&reply.speech);
    return st;
}
