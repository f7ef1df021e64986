/* SPDX-License-Identifier: Apache-2.0 */
/* intents/dispatch.c -- finds the intent, loads the settings, runs the intent.
 *
 * A turn that would have to wait can be run again from the beginning, because nothing is written to
 * `out` before the answer is known, and no intent changes anything before it may wait. */
#include "intents/dispatch.h"

#include "intents/paging.h"
#include "intents/reply.h"
#include "intents/screen/viewport.h"
#include "intents/topic.h"
#include "intents/weather/alert.h"
#include "intents/weather/place_other.h"
#include "server/base/json.h"

static const struct intent *const intents[] = {
#define INTENT(noun) &intent_##noun,
#include "intents/intents.def"
#undef INTENT
};
enum { INTENTS = sizeof intents / sizeof intents[0] };

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
    turn_add_slots(turn, intent->slots, &slots);
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

static enum status answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct intent *intent = turn->intent;
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

/* Runs the intent. A request of an unknown type gets the empty response. */
static enum status run_intent(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct intent *intent = turn->intent;
    enum status st;

    if (!intent) {
        reply->silent = true;
        return ST_OK;
    }
    if (intent != &intent_fallback || str_eqz(turn->envelope->intent_name, intent->name))
        turn->log->intent = intent->name;
    st = answer(turn, reply, err);
    if (call_was_turned_away(&turn->call))
        return ST_WOULD_WAIT;
    if (st != ST_OK && st != ST_WOULD_WAIT && err->status == ST_OK)
        err_set(err, st == ST_MISS ? ST_NOT_FOUND : st, "%s", err_status_name(st));
    return st;
}

/* Fills in what the session carries. */
static void read_session(struct turn *turn, struct topic *topic, struct asked *asked)
{
    settings_default(&turn->settings);
    turn->topic = topic;
    turn->asked = asked;
    topic_read(turn, topic);
    topic_read_asked(turn, asked);
    turn->misses = read_misses(turn->envelope);
}

enum status dispatch(const struct skill *skill, const struct envelope *envelope,
                     const struct call *call, struct buf *out, struct turn_log *ret_log)
{
    const struct intent *intent = intent_for(envelope);
    struct turn turn = { .skill = skill,
                         .envelope = envelope,
                         .find_intent = dispatch_find,
                         .intent = intent,
                         .call = *call,
                         .log = ret_log };
    struct reply reply = { .speech = BUF_INIT(REPLY_SPEECH_MAX), .page_limit = PAGING_LIMIT };
    struct err err = ERR_NONE;
    struct topic topic;
    struct asked asked;
    enum status st;

    *ret_log = (struct turn_log){ .intent = "unknown", .outcome = "answered" };
    read_session(&turn, &topic, &asked);
    st = run_intent(&turn, &reply, &err);
    if (st != ST_OK && st != ST_WOULD_WAIT && !intent->needs_nothing) {
        reply_apologize(&turn, &reply, &err);
        st = ST_OK;
    }
    if (st == ST_OK)
        reply_write(&turn, &reply, out);
    else if (st != ST_WOULD_WAIT)
        ret_log->err = err;
    json_decref(reply.more);
    buf_free(&reply.speech);
    return st;
}
