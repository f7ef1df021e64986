/* SPDX-License-Identifier: Apache-2.0 */
/* intents/talk/follow.c -- "what about tomorrow", "and in Denver", "and the wind", "Friday": asks
 * the last question again with what was said put in, or completes the one that the skill asked
 * about. */
#include "intents/intent.h"
#include "intents/talk/choose.h"
#include "intents/topic.h"
#include "intents/weather/place_words.h"

static const char *const follow_slots[] = {
    "metric",     "leadin",   "how",      "when_abs", "when_any", "when_pos", "day",   "month",
    "quarter",    "location", "zip_conn", "zipcode",  "favorite", "time",     "event", "units",
    "comparator", "thing",    "sun",      "extreme",  "unit",     NULL,
};
static const char *const hours_slots[] = {
    "occasion", "time", "time_to", "span", "span_conn", NULL
};

static void read_said(const struct turn *turn, struct slots *said)
{
    *said = (struct slots){ .count = 0 };
    for (const char *const *name = follow_slots; *name; name++)
        slots_set(said, *name, turn_slot(turn, *name));
    if (str_eqz(slots_get(said, "location"), "there")) /* where we were */
        slots_set(said, "location", STR_NONE);
}

/* ---- an answer to what the skill asked ---- */

static bool is_answer(const struct asked *asked, const struct slots *said)
{
    switch (asked->kind) {
    case ASK_DAY:
        return slots_have_any(said, slots_of_when) || slots_get(said, "time").n > 0;
    case ASK_PLACE:
    case ASK_CHOICE:
    case ASK_CHOICE_AGAIN:
        return slots_have_any(said, slots_of_place);
    case ASK_TIME:
        return slots_get(said, "time").n > 0;
    case ASK_METRIC:
        return slots_get(said, "metric").n > 0;
    case ASK_EVENT:
        return slots_get(said, "event").n > 0 || slots_get(said, "metric").n > 0;
    case ASK_NUMBER:
    case ASK_FIGURE:
        return slots_get(said, "zipcode").n > 0; /* any bare number arrives as a ZIP code */
    case ASK_NAME:
        return slots_get(said, "favorite").n > 0 || slots_get(said, "location").n > 0;
    case ASK_THING:
    case ASK_EXTREME:
    case ASK_SUN:
        return slots_get(said, ask_kind_slot(asked->kind)).n > 0;
    case ASK_MOON: /* answered by the intent that has the slot */
    case ASK_PRODUCT:
    case ASK_NOTHING:
    case ASK_SETTING:
    case ASK_HELP:
    case ASK_DELETE:
    case ASK_ADDRESS:
    case ASK_AGAIN:
    case ASK_SHORTER:
    case ASK_BRIEF:
    case ASK_KINDS:
        break;
    }
    return false;
}

/* "Columbus", after "Which city in Ohio do you mean?", is Columbus, Ohio. */
static struct str with_asked_state(const struct turn *turn, struct str location)
{
    struct str state = turn->asked->states;
    struct gazetteer_query query;

    if (state.n == 0 || location.n == 0 ||
        place_words_parse(turn->call.arena, location, STR_NONE, &query, NULL) != ST_OK ||
        query.state[0] != '\0' || query.zip[0] != '\0')
        return location;
    return arena_printf(turn->call.arena, "%.*s %.*s", STR_ARG(location), STR_ARG(state));
}

/* Puts a bare answer into the slot that it is meant for. */
static void place_answer(const struct turn *turn, struct slots *said)
{
    enum ask_kind kind = turn->asked->kind;

    if (kind == ASK_NUMBER || kind == ASK_FIGURE) {
        slots_set(said, ask_kind_slot(kind), slots_get(said, "zipcode"));
        slots_set(said, "zipcode", STR_NONE);
    } else if (kind == ASK_PLACE) {
        slots_set(said, "location", with_asked_state(turn, slots_get(said, "location")));
    }
}

/* ---- merging ---- */

static bool lacks(const struct intent *intent, const struct slots *said, const char *slot)
{
    return slots_get(said, slot).n > 0 && !turn_intent_reads(intent, slot);
}

/* The intent that can read what was said: that of the question, if it can. */
static const struct intent *choose_intent(const struct turn *turn, const struct intent *before,
                                          const struct slots *said)
{
    static const struct {
        const char *slot;
        struct str intent;
    } readers[] = {
        { "event", STR("TimingIntent") },    { "time", STR("HoursIntent") },
        { "metric", STR("MetricIntent") },   { "comparator", STR("CompareIntent") },
        { "thing", STR("AdviceIntent") },    { "sun", STR("SunIntent") },
        { "extreme", STR("ExtremeIntent") },
    };

    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
        if (lacks(before, said, readers[i].slot))
            return turn->find_intent(readers[i].intent);
    return before;
}

/* "What about snow" is heard as a metric. After "when will it rain" it is the event. */
static void read_event(const struct intent *before, struct slots *said)
{
    static const char *const events[] = { "rain",   "snow",          "ice",           "sleet",
                                          "storms", "thunderstorms", "precipitation", NULL };
    struct str metric = slots_get(said, "metric");

    if (!turn_intent_reads(before, "event") || turn_intent_reads(before, "metric") ||
        !str_is_one_of(metric, events))
        return;
    if (slots_get(said, "event").n == 0)
        slots_set(said, "event", metric);
    slots_set(said, "metric", STR_NONE);
}

/* "The next day" follows the day that was talked about, or today. */
static void read_next_day(const struct turn *turn, const struct topic *before, struct slots *said)
{
    struct when_words words = { .second = true };
    struct str *const parts[] = { &words.when_abs, &words.when_any, &words.when_pos,
                                  &words.day,      &words.month,    &words.quarter };
    struct buf text = BUF_INIT(TOPIC_SLOT_BYTES_MAX);

    if (!str_eqz(slots_get(said, "when_abs"), "next day"))
        return;
    for (size_t i = 0; slots_of_when[i]; i++)
        *parts[i] = slots_get(&before->slots, slots_of_when[i]);
    (void)when_words_take_one(&words);
    if (!when_words_given(&words))
        return;
    buf_putz(&text, "day after");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i]->n > 0)
            buf_printf(&text, " %.*s", STR_ARG(*parts[i]));
    if (!text.failed)
        slots_set(said, "when_abs", arena_str(turn->call.arena, buf_str(&text)));
    buf_free(&text);
}

static void keep_readable(struct slots *slots, const struct intent *intent)
{
    size_t n = 0;

    for (size_t i = 0; i < slots->count; i++) {
        struct envelope_slot slot = slots->at[i];
        if (turn_intent_reads(intent, slot.name.p))
            slots->at[n++] = slot;
    }
    slots->count = n;
}

/* The six slots of time are replaced as one, and so are those of the place. A clock time outlives a
 * new day, a stretch of hours does not; a new clock time ends both. Another intent keeps only place
 * and time. */
static void merge(const struct topic *before, const struct slots *said, const struct intent *intent,
                  struct slots *ret_slots)
{
    *ret_slots = (struct slots){ .count = 0 };
    if (intent == before->intent) {
        *ret_slots = before->slots;
    } else {
        slots_copy(ret_slots, &before->slots, slots_of_place);
        slots_copy(ret_slots, &before->slots, slots_of_when);
        slots_set(ret_slots, "units", slots_get(&before->slots, "units"));
    }
    if (slots_have_any(said, slots_of_place)) {
        struct str name = intent->needs_place ? STR_NONE : slots_get(ret_slots, "favorite");
        slots_remove(ret_slots, slots_of_place);
        slots_set(ret_slots, "favorite", name); /* of "save Moab as the cabin" */
    }
    if (slots_have_any(said, slots_of_when)) {
        slots_remove(ret_slots, slots_of_when);
        slots_remove(ret_slots, hours_slots + 3); /* the length of time */
    }
    if (slots_get(said, "time").n > 0)
        slots_remove(ret_slots, hours_slots);
    if (slots_get(said, "metric").n > 0)
        slots_set(ret_slots, "how", STR_NONE); /* "how windy is it", "and is it raining" */
    if (slots_get(said, "metric").n + slots_get(said, "comparator").n > 0)
        slots_set(ret_slots, "front", STR_NONE); /* "is a heat wave coming", "and the low" */
    for (size_t i = 0; i < said->count; i++)
        slots_set(ret_slots, said->at[i].name.p, said->at[i].value);
    keep_readable(ret_slots, intent);
}

/* "The cabin", after "What should I call it?". */
static enum status answer_with_name(struct turn *turn, const struct slots *said,
                                    struct reply *reply, struct err *err)
{
    struct slots slots = turn->asked->about.slots;
    struct str name = slots_get(said, "favorite");

    slots_set(&slots, "favorite", name.n > 0 ? name : slots_get(said, "location"));
    return turn_answer_with(turn, turn->asked->about.intent, &slots, reply, err);
}

static enum status follow_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct topic before = *turn->topic;
    struct slots said, slots;
    const struct intent *intent;

    read_said(turn, &said);
    if (said.count == 0)
        return intent_fallback.answer(turn, reply, err);
    if (choose_is_open(turn) && slots_get(&said, "location").n > 0) {
        const char *state = choose_find_state(turn, slots_get(&said, "location"));
        if (state)
            return choose_state(turn, state, reply, err);
    }
    if (turn->asked->kind == ASK_NAME && is_answer(turn->asked, &said))
        return answer_with_name(turn, &said, reply, err);
    if (is_answer(turn->asked, &said)) {
        place_answer(turn, &said);
        before = turn->asked->about;
    } else if (!before.intent && turn->asked->about.intent &&
               turn->asked->about.intent->keeps_topic) {
        before = turn->asked->about;
    }
    if (!before.intent)
        before.intent = turn->find_intent(STR("MetricIntent"));
    read_event(before.intent, &said);
    read_next_day(turn, &before, &said);
    intent = before.intent->keeps_topic ? choose_intent(turn, before.intent, &said) : before.intent;
    merge(&before, &said, intent, &slots);
    return turn_answer_with(turn, intent, &slots, reply, err);
}

const struct intent intent_follow = {
    .name = "FollowIntent",
    .slots = follow_slots,
    .answer = follow_answer,
};
