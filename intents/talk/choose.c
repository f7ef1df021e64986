/* SPDX-License-Identifier: Apache-2.0 */
/* intents/talk/choose.c -- "the second one", "the one in Illinois": which of several towns of one
 * name is meant, or which of the alerts that were listed. */
#include "intents/talk/choose.h"

#include "intents/talk/pages.h"
#include "intents/topic.h"
#include "intents/weather/place_words.h"
#include "intents/weather/us_state.h"
#include "server/base/number_words.h"

#include <string.h>

enum { STATE_BYTES = 3 }; /* in the list of those offered: "MO MA IL" */

static const char *const choose_slots[] = { "ordinal", "state", NULL };

bool choose_is_open(const struct turn *turn)
{
    return turn->asked->kind == ASK_CHOICE || turn->asked->kind == ASK_CHOICE_AGAIN;
}

/* The town as it was said: "springfield". */
static struct str asked_city(const struct turn *turn)
{
    struct gazetteer_query query;
    struct str location = slots_get(&turn->asked->about.slots, "location");

    if (place_words_parse(turn->call.arena, location, STR_NONE, &query, NULL) != ST_OK)
        return location;
    return query.city;
}

const char *choose_find_state(const struct turn *turn, struct str words)
{
    struct gazetteer_query query;
    const char *state = us_state_find(words);

    if (state)
        return state;
    if (place_words_parse(turn->call.arena, words, STR_NONE, &query, NULL) != ST_OK ||
        query.state[0] == '\0' || !str_ieq(query.city, asked_city(turn)))
        return NULL;
    return us_state_find(str_of(us_state_name(query.state)));
}

/* Remembers it, so that it is asked once. That it cannot be saved does not matter now. */
static enum status remember(struct turn *turn, struct str city, struct str text,
                            struct reply *reply)
{
    struct place_list *choices = &reply->settings.choices;
    struct err ignored = ERR_NONE;
    bool full = choices->count == PLACE_LIST_MAX && place_list_find(choices, city).n == 0;
    enum status st = ST_OK;

    if (!turn->settings_known)
        return ST_OK;
    if (full) {
        struct str oldest = choices->at[0].name;
        st = turn_save_member(turn, "choices", oldest, STR_NONE, &ignored);
        place_list_remove(choices, oldest);
    }
    if (st != ST_WOULD_WAIT && place_list_set(choices, city, text))
        st = turn_save_member(turn, "choices", city, text, &ignored);
    return st == ST_WOULD_WAIT ? st : ST_OK;
}

enum status choose_state(struct turn *turn, const char *state, struct reply *reply, struct err *err)
{
    const struct topic *about = &turn->asked->about;
    struct str city = arena_str(turn->call.arena, asked_city(turn));
    struct str text =
        arena_printf(turn->call.arena, "%.*s, %s", STR_ARG(city), us_state_name(state));
    struct slots slots = about->slots;
    enum status st;

    slots_set(&slots, "location", text);
    st = turn_answer_with(turn, about->intent, &slots, reply, err);
    return st == ST_OK ? remember(turn, city, text, reply) : st;
}

/* ---- the intent ---- */

/* "2", "2nd", "second", "the last one"; 0 when it is none of them. */
static size_t parse_ordinal(struct str words, size_t count)
{
    struct str digits = words;
    struct number_word number;
    int64_t value;

    if (str_eqz(words, "last"))
        return count;
    while (digits.n > 0 && (digits.p[digits.n - 1] < '0' || digits.p[digits.n - 1] > '9'))
        digits.n--;
    if (digits.n > 0 && str_to_i64(digits, &value) && value > 0)
        return (size_t)value;
    return number_words_find(words, &number) && number.value > 0 ? (size_t)number.value : 0;
}

/* The nth of the states that were offered. */
static const char *offered_state(const struct turn *turn, size_t n, char out[STATE_BYTES])
{
    struct str code = str_sub(turn->asked->states, (n - 1) * STATE_BYTES, n * STATE_BYTES - 1);

    if (n == 0 || code.n != STATE_BYTES - 1)
        return NULL;
    memcpy(out, code.p, code.n);
    out[code.n] = '\0';
    return us_state_name(out)[0] ? out : NULL;
}

static enum status choose_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct str ordinal = turn_slot(turn, "ordinal"), said = turn_slot(turn, "state");
    size_t count = (turn->asked->states.n + 1) / STATE_BYTES;
    char code[STATE_BYTES];
    const char *state = NULL;

    if (!choose_is_open(turn))
        return pages_tell_part(turn, parse_ordinal(ordinal, PAGES_LAST), reply, err);
    if (said.n > 0)
        state = us_state_find(said);
    else
        state = offered_state(turn, parse_ordinal(ordinal, count), code);
    return state ? choose_state(turn, state, reply, err) : choose_again(turn, reply, err);
}

enum status choose_again(struct turn *turn, struct reply *reply, struct err *err)
{
    struct asked *asked = arena_alloc(turn->call.arena, sizeof *asked);
    bool twice = turn->asked->kind == ASK_CHOICE_AGAIN;
    size_t count = (turn->asked->states.n + 1) / STATE_BYTES;

    if (!asked)
        return err_no_memory(err);
    *asked = *turn->asked;
    asked->kind = twice ? ASK_PLACE : ASK_CHOICE_AGAIN;
    if (twice)
        asked->states = STR_NONE;
    reply->asked = asked;
    reply->keep_open = true;
    if (twice) {
        buf_putz(&reply->speech, "Okay. Please say a city and state. Which place would you like?");
        return ST_OK;
    }
    buf_putz(&reply->speech, "Please say the state. Do you mean the one in ");
    for (size_t i = 1; i <= count; i++) {
        char code[STATE_BYTES];
        const char *state = offered_state(turn, i, code);
        buf_printf(&reply->speech, "%s%s",
                   i == 1       ? ""
                   : i == count ? ", or "
                                : ", ",
                   state ? us_state_name(state) : "");
    }
    buf_putc(&reply->speech, '?');
    return ST_OK;
}

const struct intent intent_choose = {
    .name = "ChooseIntent",
    .slots = choose_slots,
    .answer = choose_answer,
};
