/* SPDX-License-Identifier: Apache-2.0 */
/* intents/paging.c -- long answers, cut into pages; and the state that leads to the next page. */
#include "intents/paging.h"

#include "intents/alexa/markup.h"
#include "intents/alexa/response.h"
#include "intents/alexa/ssml.h"
#include "server/base/digest.h"
#include "server/base/json.h"

#include <string.h>

static const struct str more_ask = STR("Do you want to hear more?");

enum { TAIL_MAX = 80 }; /* bytes */

/* ---- cutting a page ---- */

static bool set_slot(json_t *slots, const char *name, struct str value)
{
    return json_object_set_new(slots, name, json_pack("{s:s%}", "value", value.p, value.n)) == 0;
}

/* The slots that the turn's intent reads, as in an envelope. NULL when out of memory. */
static json_t *slots_json(const struct turn *turn)
{
    json_t *slots = json_object();
    bool good = slots;

    for (const char *const *name = turn->intent->slots; good && name && *name; name++) {
        struct str value = turn_slot(turn, *name);
        if (value.n > 0)
            good = set_slot(slots, *name, value);
    }
    if (good && !arena_failed(turn->call.arena))
        return slots;
    json_decref(slots);
    return NULL;
}

/* The last words before `to`, never beginning inside a UTF-8 character. */
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
    const char *length = turn->length_given ? settings_length_name(turn->length) : NULL;

    return json_pack("{s:s*,s:s,s:o,s:I,s:I,s:I,s:s%}", "length", length, "intent",
                     turn->intent->name, "slots", slots_json(turn), "from", (json_int_t)from, "to",
                     (json_int_t)to, "crc", (json_int_t)digest_crc32(str_sub(text, 0, to)), "tail",
                     tail.p, tail.n);
}

json_t *paging_offer(const struct turn *turn, struct str place)
{
    json_t *state = state_json(turn, STR(""), 0, 0), *slots = json_object_get(state, "slots");

    if (!set_slot(slots, "location", place) ||
        json_object_set_new(state, "offer", json_true()) != 0) {
        json_decref(state);
        return NULL;
    }
    json_object_del(slots, "zipcode");
    json_object_del(slots, "zip_conn");
    return state;
}

static size_t skip_blanks(struct str text, size_t at)
{
    while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\n'))
        at++;
    return at;
}

/* Leaves the markup from `from` to `to` in the speech. */
static void keep_markup(struct buf *speech, size_t from, size_t to)
{
    struct buf page = BUF_INIT(PAGING_LIMIT_MAX);

    markup_put_part(&page, buf_str(speech), from, to);
    buf_reset(speech);
    buf_put(speech, buf_str(&page));
    speech->failed = speech->failed || page.failed;
    buf_free(&page);
}

/* Leaves the text from `from` to `to` in the speech. */
static void keep_page(struct buf *speech, size_t from, size_t to)
{
    if (from > 0)
        memmove(speech->p, speech->p + from, to - from);
    buf_truncate(speech, to - from);
}

/* Where the page that begins at `from` ends. */
static size_t page_end(const struct reply *reply, size_t from)
{
    struct str text = buf_str(&reply->speech);
    size_t to;

    if (reply->markup)
        return from +
               response_fit_markup(str_sub(text, from, text.n), more_ask.n + 1, reply->page_words);
    to = from + response_fit(str_sub(text, from, text.n), more_ask.n + 1);
    if (reply->page_words > 0)
        to = from + ssml_fit_words(str_sub(text, from, to), reply->page_words);
    return reply->first_part_end > from && to >= reply->first_part_end ? reply->first_part_end : to;
}

enum status paging_cut(struct turn *turn, struct reply *reply, struct err *err)
{
    struct buf *speech = &reply->speech;
    struct str text = buf_str(speech), ask = more_ask;
    bool parted = reply->first_part_end > reply->page_start, last;
    size_t to;

    if (reply->page_start == 0 && text.n <= RESPONSE_SPEECH_MAX / 8 && !parted &&
        reply->page_words == 0)
        return ST_OK; /* fits, even if every byte needs escaping */
    to = page_end(reply, reply->page_start);
    last = skip_blanks(text, to) == text.n && !reply->truncated;
    if (reply->page_start == 0 && last)
        return ST_OK;
    if (parted && to == reply->first_part_end)
        ask = reply->first_part_ask;
    if (!reply->markup &&
        (ask.p != more_ask.p || (reply->page_words > 0 && reply->page_start == 0)))
        reply->card_text = arena_str(turn->call.arena, str_sub(text, 0, response_fit(text, 0)));
    json_decref(reply->more);
    reply->more = state_json(turn, text, reply->page_start, to);
    if (!reply->more || arena_failed(turn->call.arena))
        return err_no_memory(err);
    if (reply->markup)
        keep_markup(speech, reply->page_start, last ? text.n : to);
    else
        keep_page(speech, reply->page_start, last ? text.n : to);
    if (last)
        return ST_OK;
    buf_putc(speech, ' ');
    buf_put(speech, ask);
    reply->keep_open = true;
    reply->reprompt = ask;
    return ST_OK;
}

void paging_keep_first(struct reply *reply)
{
    struct str text = buf_str(&reply->speech);

    if (text.n > RESPONSE_SPEECH_MAX / 8 || reply->first_part_end > 0 || reply->page_words > 0)
        buf_truncate(&reply->speech, page_end(reply, 0));
}

/* ---- finding the next page ---- */

const json_t *paging_state(const struct turn *turn)
{
    return json_at(turn->envelope->attributes, "more");
}

struct str paging_intent_name(const json_t *state)
{
    return json_str(state, "intent");
}

const json_t *paging_slots(const json_t *state)
{
    return json_at(state, "slots");
}

void paging_raise_limit(const json_t *state, struct reply *reply)
{
    int64_t to = 0;

    if (json_int(state, "to", &to) && to > 0)
        reply->page_limit += to < PAGING_LIMIT_MAX ? (size_t)to : PAGING_LIMIT_MAX;
}

bool paging_is_offer(const json_t *state)
{
    return json_is_true(json_at(state, "offer"));
}

bool paging_length(const json_t *state, enum answer_length *ret_length)
{
    return settings_find_length(json_str(state, "length"), ret_length);
}

/* The start of the page before the one at `from`. */
static size_t page_before(const struct reply *reply, size_t from)
{
    struct str text = buf_str(&reply->speech);
    size_t at = 0, next = 0;

    while (next < from) {
        at = next;
        next = skip_blanks(text, page_end(reply, at));
        if (next == at)
            return 0;
    }
    return at;
}

size_t paging_page_start(const json_t *state, const struct reply *reply, enum paging_move move)
{
    struct str text = buf_str(&reply->speech), tail = json_str(state, "tail");
    int64_t from, to, crc;
    size_t found;

    if (move == PAGING_START_OVER || !json_int(state, "from", &from) ||
        !json_int(state, "to", &to) || !json_int(state, "crc", &crc))
        return 0;
    if (from >= 0 && from <= to && (size_t)to <= text.n &&
        crc == (int64_t)digest_crc32(str_sub(text, 0, (size_t)to))) {
        if (move == PAGING_PREVIOUS)
            return page_before(reply, (size_t)from);
        return skip_blanks(text, (size_t)(move == PAGING_NEXT ? to : from));
    }
    if (move != PAGING_NEXT || tail.n == 0)
        return 0;
    found = str_find(text, tail);
    return found < text.n ? skip_blanks(text, found + tail.n) : 0;
}
