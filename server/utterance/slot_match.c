/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/slot_match.c -- custom types match their values, Amazon's types what Amazon
 * documents.
 *
 * Places are matched by the code that reads the slot later, so that both agree on what a place
 * is. */
#include "server/utterance/slot_match.h"

#include "intents/weather/place_other.h"
#include "intents/weather/place_words.h"
#include "intents/weather/us_state.h"
#include "server/utterance/spoken_number.h"
#include "server/utterance/spoken_time.h"

enum { PLACE_TOKENS_MAX = 14, GUESSED_WORDS_MAX = 6, FOUR_DIGITS = 4 };

static const struct model_value *find_value(const struct model_type *type,
                                            const struct tokens *words, size_t from, size_t to)
{
    for (size_t i = 0; i < type->value_count; i++)
        if (type->values[i].words.count == to - from &&
            tokens_match(words, from, &type->values[i].words))
            return &type->values[i];
    return NULL;
}

/* Does the text only end with the name that was found for it, as in "weather in denver"? Then other
 * parts of a sample match the words before. */
static bool only_ends_with(struct str text, struct str name)
{
    struct gazetteer_hit hit;

    return text.n > name.n && str_ieq(str_sub(text, text.n - name.n, text.n), name) &&
           gazetteer_city(text, NULL, &hit, 1) == 0;
}

/* A city, with or without state and ZIP code, or a state, or "here". Not with a word in front ("in
 * boulder"), and not a ZIP code alone: other parts of a sample match those. */
static bool is_place(const struct tokens *words, size_t from, size_t to, struct arena *arena)
{
    struct str text = tokens_span(words, from, to), first = words->word[from];
    struct gazetteer_query query;
    struct gazetteer_hit hit;
    enum status st;

    if (to - from > PLACE_TOKENS_MAX)
        return false;
    if (place_other_find(text) == PLACE_OTHER_HOME || place_other_find(text) == PLACE_OTHER_HERE)
        return true;
    st = place_words_parse(arena, text, STR_NONE, &query, NULL);
    if (st == ST_INVALID)
        return query.state[0] != '\0' && us_state_find(text);
    query.zip[0] = '\0'; /* the city must be known by itself */
    if (st != ST_OK || !str_starts(query.city, first))
        return false;
    if (!gazetteer_best(&query, NULL, &hit))
        return gazetteer_is_abroad(&query, NULL);
    return !only_ends_with(query.city, hit.city);
}

static bool is_number(const struct tokens *words, size_t from, size_t to, size_t digits)
{
    char number[SPOKEN_NUMBER_MAX + 2];

    return spoken_number(words, from, to, number) && (digits == 0 || str_of(number).n == digits);
}

/* Could these words be a place that is not in the gazetteer? Not "the weekend". */
static bool could_be_place(const struct tokens *words, size_t from, size_t to)
{
    static const char *const never_first[] = { "the", "this", "that", "my", "a", "an", "our" };

    for (size_t i = 0; i < sizeof never_first / sizeof never_first[0]; i++)
        if (str_eqz(words->word[from], never_first[i]))
            return false;
    return to - from <= GUESSED_WORDS_MAX;
}

enum slot_match slot_match(const struct model_type *type, const struct tokens *words, size_t from,
                           size_t to, bool guess, struct arena *arena)
{
    char time[SPOKEN_TIME_BYTES];

    if (find_value(type, words, from, to))
        return type->kind == MODEL_KIND_CITY ? SLOT_MATCH_OPEN : SLOT_MATCH_CLOSED;
    switch (type->kind) {
    case MODEL_KIND_NUMBER:
        return is_number(words, from, to, 0) ? SLOT_MATCH_CLOSED : SLOT_MATCH_NONE;
    case MODEL_KIND_FOUR_DIGITS:
        return is_number(words, from, to, FOUR_DIGITS) ? SLOT_MATCH_CLOSED : SLOT_MATCH_NONE;
    case MODEL_KIND_TIME:
        return spoken_time(words, from, to, 0, time) ? SLOT_MATCH_CLOSED : SLOT_MATCH_NONE;
    case MODEL_KIND_DURATION:
        return spoken_duration(words, from, to, time) ? SLOT_MATCH_CLOSED : SLOT_MATCH_NONE;
    case MODEL_KIND_STATE:
        return us_state_find(tokens_span(words, from, to)) ? SLOT_MATCH_CLOSED : SLOT_MATCH_NONE;
    case MODEL_KIND_CITY:
        return is_place(words, from, to, arena) || (guess && could_be_place(words, from, to))
                   ? SLOT_MATCH_OPEN
                   : SLOT_MATCH_NONE;
    case MODEL_KIND_PHRASE:
        return SLOT_MATCH_OPEN;
    case MODEL_KIND_CUSTOM:
        break;
    }
    return SLOT_MATCH_NONE;
}

struct str slot_match_value(const struct model_type *type, const struct tokens *words, size_t from,
                            size_t to, int hour, struct arena *arena)
{
    const struct model_value *value = find_value(type, words, from, to);
    bool is_numeral = type->kind == MODEL_KIND_NUMBER || type->kind == MODEL_KIND_FOUR_DIGITS;
    char number[SPOKEN_NUMBER_MAX + 2], time[SPOKEN_TIME_BYTES];

    if (value)
        return value->meaning;
    if (is_numeral && spoken_number(words, from, to, number))
        return arena_str(arena, str_of(number));
    if ((type->kind == MODEL_KIND_TIME && spoken_time(words, from, to, hour, time)) ||
        (type->kind == MODEL_KIND_DURATION && spoken_duration(words, from, to, time)))
        return arena_str(arena, str_of(time));
    return tokens_span(words, from, to);
}
