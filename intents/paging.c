/* SPDX-License-Identifier: Apache-2.0 */
/* intents/paging.c -- yes, next, no, repeat and start over: moving about in a long answer. */
#include "intents/paging.h"

#include "intents/alexa/response.h"
#include "intents/dispatch.h"
#include "server/base/digest.h"
#include "server/base/json.h"

#include <string.h>

static const struct str more_ask = STR("Do you want to hear more?");

enum { TAIL_MAX = 80 }; /* bytes of the last words spoken */

/* ---- cutting ---- */

/* The slots that the question's intent reads, in the shape of an envelope. */
static json_t *slots_json(const struct turn *turn)
{
    json_t *slots = json_object();

    for (const char *const *name = turn->intent->slots; *name; name++) {
        struct str value = turn_slot(turn, *name);
        if (value.n > 0)
            json_object_set_new(slots, *name, json_pack("{s:s%}", "value", value.p, value.n));
    }
    return slots;
}

/* The last words before `to`, from the beginning of a character on. */
static struct str tail_of(struct str text, size_t to)
{
    size_t from = to > TAIL_MAX ? to - TAIL_MAX : 0;

    while (from < to && ((unsigned char)text.p[from] & 0xC0) == 0x80)
        from++;
    return str_sub(text, from, to);
}

static json_t *state_json(const struct turn *turn, struct str text, size_t from, size_t to)
{
    struct str tail = tail_of(text, to);

    return json_pack("{s:s,s:o,s:I,s:I,s:I,s:s%}", "intent", turn->intent->name, "slots",
                     slots_json(turn), "from", (json_int_t)from, "to", (json_int_t)to, "crc",
                     (json_int_t)crc32_of(str_sub(text, 0, to)), "tail", tail.p, tail.n);
}

static size_t past_blanks(struct str text, size_t at)
{
    while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\n'))
        at++;
    return at;
}

void continue_cut(struct turn *turn, struct reply *reply)
{
    struct buf *speech = &reply->speech;
    struct str text = buf_str(speech), rest = str_sub(text, reply->from, text.n);
    bool last;
    size_t to;

    if (reply->from == 0 && text.n <= RESPONSE_SPEECH_MAX / 8)
        return; /* short enough however it is escaped */
    to = reply->from + response_fit(rest, more_ask.n + 1);
    last = past_blanks(text, to) == text.n && !reply->unfinished;
    if (reply->from == 0 && last)
        return;
    reply->more = state_json(turn, text, reply->from, to);
    if (last) {
        memmove(speech->p, speech->p + reply->from, text.n - reply->from);
        buf_truncate(speech, text.n - reply->from);
        return;
    }
    memmove(speech->p, speech->p + reply->from, to - reply->from);
    buf_truncate(speech, to - reply->from);
    buf_putc(speech, ' ');
    buf_put(speech, more_ask);
    reply->keep_open = true;
    reply->reprompt = more_ask;
}

/* ---- going on ---- */

enum move { MOVE_ON, MOVE_AGAIN, MOVE_START };

/* Where the next page begins in the answer as it is now. */
static size_t page_start(const json_t *state, struct str text, enum move move)
{
    int64_t from, to, crc;
    struct str tail = json_str(state, "tail");
    size_t found;

    if (move == MOVE_START || !json_int(state, "from", &from) || !json_int(state, "to", &to) ||
        !json_int(state, "crc", &crc))
        return 0;
    if (from >= 0 && from <= to && (size_t)to <= text.n &&
        crc == (int64_t)crc32_of(str_sub(text, 0, (size_t)to)))
        return past_blanks(text, (size_t)(move == MOVE_ON ? to : from));
    if (move == MOVE_AGAIN || tail.n == 0)
        return 0;
    found = str_find(text, tail);
    return found < text.n ? past_blanks(text, found + tail.n) : 0;
}

/* Ask the carried question again as if it were this turn's. */
static enum status ask_again(struct turn *turn, const json_t *state, const struct intent *intent,
                             struct reply *reply, struct err *err)
{
    struct envelope *question = arena_alloc(turn->call.arena, sizeof *question);

    if (!question)
        return err_set(err, ST_SYSTEM, "the arena is full");
    *question = *turn->envelope;
    question->intent_name = str_of(intent->name);
    envelope_slots_replace(question, turn->call.arena, json_at(state, "slots"));
    turn->envelope = question;
    return dispatch_answer(intent, turn, reply, err);
}

static enum status move_on(struct turn *turn, struct reply *reply, enum move move, struct err *err)
{
    const json_t *state = json_at(turn->envelope->attributes, "more");
    const struct intent *intent = dispatch_find(json_str(state, "intent"));
    int64_t to = 0;
    enum status st;

    /* Only a question about the weather is ever long; another name is none of ours. */
    if (!intent || !intent->needs_place)
        return intent_fallback.answer(turn, reply, err);
    if (json_int(state, "to", &to) && to > 0)
        reply->enough += to < CONTINUE_MAX ? (size_t)to : CONTINUE_MAX;
    st = ask_again(turn, state, intent, reply, err);
    if (st != ST_OK)
        return st;
    reply->from = page_start(state, buf_str(&reply->speech), move);
    if (reply->from == reply->speech.n) {
        buf_reset(&reply->speech);
        buf_putz(&reply->speech, "That was all. You can say repeat, or start over.");
        reply->card_title = STR_NONE;
        reply->from = 0;
        reply->more = json_deep_copy(state);
    }
    return ST_OK;
}

static enum status yes_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    return move_on(turn, reply, MOVE_ON, err);
}

static enum status repeat_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    return move_on(turn, reply, MOVE_AGAIN, err);
}

static enum status start_over_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    return move_on(turn, reply, MOVE_START, err);
}

static enum status no_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    if (!json_is_object(json_at(turn->envelope->attributes, "more")))
        return intent_fallback.answer(turn, reply, err);
    buf_putz(&reply->speech, "Okay.");
    return ST_OK;
}

const struct intent intent_yes = {
    .name = "AMAZON.YesIntent",
    .slots = no_slots,
    .answer = yes_answer,
};
const struct intent intent_next = {
    .name = "AMAZON.NextIntent",
    .slots = no_slots,
    .answer = yes_answer,
};
const struct intent intent_no = {
    .name = "AMAZON.NoIntent",
    .slots = no_slots,
    .answer = no_answer,
};
const struct intent intent_repeat = {
    .name = "AMAZON.RepeatIntent",
    .slots = no_slots,
    .answer = repeat_answer,
};
const struct intent intent_start_over = {
    .name = "AMAZON.StartOverIntent",
    .slots = no_slots,
    .answer = start_over_answer,
};
