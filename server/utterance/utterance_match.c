/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/utterance_match.c -- matches every sample against the sentence, keeps the best.
 *
 * A sample is matched from its end by dynamic programming: open_cost[part][word] is the smallest
 * number of words that open slots must take so that the parts from `part` on cover the sentence
 * from `word` on. That takes parts times words squared, whatever the model contains, so no sentence
 * is expensive. Which words fit which slot type is computed once per sentence and cached. */
#include "server/utterance/utterance_match.h"

#include <string.h>

#include "server/utterance/slot_match.h"
#include "server/utterance/spoken_number.h"

enum { NO_MATCH = 1000, POSITIONS = TOKENS_MAX + 1, GUESS_WORDS_MIN = 3, ZIP_DIGITS = 5 };

/* The matching of one sentence. */
struct search {
    const struct model *model;
    struct tokens words;
    uint64_t
        word_bits; /* tokens_bit() of all of them: most samples have a word that is not there */
    bool guess;    /* accept unknown places */
    int hour;
    struct arena *arena;
    uint8_t *
        fits; /* cache, by type, first word, word behind the last: 0 unknown, else 1 + slot_match */
    uint16_t open_cost[MODEL_PARTS_MAX + 1][POSITIONS];
};

/* A sample that matches, and how well. */
struct candidate {
    const struct model_intent *intent;
    const struct model_sample *sample;
    size_t own_words, open_words, slots;
};

static enum slot_match cached_slot_match(struct search *s, size_t type, size_t from, size_t to)
{
    uint8_t *known = &s->fits[(type * POSITIONS + from) * POSITIONS + to];

    if (*known == 0)
        *known = (uint8_t)(1 + slot_match(&s->model->types[type], &s->words, from, to, s->guess,
                                          s->arena));
    return (enum slot_match)(*known - 1);
}

/* The number of open words when a slot takes [from, to); NO_MATCH when it does not fit. */
static size_t slot_cost(struct search *s, size_t type, size_t from, size_t to)
{
    switch (cached_slot_match(s, type, from, to)) {
    case SLOT_MATCH_CLOSED:
        return 0;
    case SLOT_MATCH_OPEN:
        return to - from;
    case SLOT_MATCH_NONE:
        break;
    }
    return NO_MATCH;
}

static size_t slot_type(const struct model_intent *intent, const struct model_part *part)
{
    return intent->slots[part->slot].type;
}

/* May the words be a ZIP code there?  After "at", five or six digits: "at eight" is a time. After
 * "zip code", and where no such word comes before, any number. */
static bool may_be_zip(struct search *s, const struct model_intent *intent,
                       const struct model_sample *sample, size_t p, size_t from, size_t to)
{
    static const char *const zip_words[] = { "zip", "code", "zipcode", NULL };
    const struct model_part *before = p > 0 ? &sample->parts[p - 1] : NULL;
    char number[SPOKEN_NUMBER_MAX + 2];
    size_t digits;

    if (!before || before->slot < 0 || from == 0 ||
        !str_eqz(intent->slots[sample->parts[p].slot].name, "zipcode") ||
        !str_eqz(intent->slots[before->slot].name, "zip_conn") ||
        str_is_one_of(s->words.word[from - 1], zip_words))
        return true;
    if (!spoken_number(&s->words, from, to, number))
        return false;
    digits = strlen(number);
    return digits >= ZIP_DIGITS && digits <= ZIP_DIGITS + 1;
}

/* open_cost[p][from], computed from open_cost[p + 1]. */
static size_t part_cost(struct search *s, const struct model_intent *intent,
                        const struct model_sample *sample, size_t p, size_t from)
{
    const struct model_part *part = &sample->parts[p];
    size_t best = NO_MATCH;

    if (part->slot < 0) {
        bool same = from < s->words.count && str_eq(part->word, s->words.word[from]);
        return same ? s->open_cost[p + 1][from + 1] : NO_MATCH;
    }
    for (size_t to = from + 1; to <= s->words.count; to++) {
        if (s->open_cost[p + 1][to] >= NO_MATCH || !may_be_zip(s, intent, sample, p, from, to))
            continue;
        size_t cost = slot_cost(s, slot_type(intent, part), from, to) + s->open_cost[p + 1][to];
        if (cost < best)
            best = cost;
    }
    return best;
}

/* May the sample match with an unknown place? Only when the place follows a word such as "in", and
 * the sample has enough words or slots besides. */
static bool is_guess_allowed(const struct search *s, const struct candidate *m)
{
    const struct model_part *parts = m->sample->parts;

    for (size_t p = 0; p < m->sample->part_count; p++)
        if (parts[p].slot >= 0 &&
            s->model->types[slot_type(m->intent, &parts[p])].kind == MODEL_KIND_CITY &&
            (p == 0 || parts[p - 1].slot >= 0))
            return false;
    return m->slots > 1 || m->own_words >= GUESS_WORDS_MIN;
}

/* Are all words of the sample in the sentence, in this order? That is told at less expense than
 * whether the slots between them fit, and rules out nearly every sample. */
static bool has_own_words(const struct search *s, const struct model_sample *sample)
{
    size_t w = 0;

    if ((sample->word_bits & ~s->word_bits) != 0)
        return false;
    for (size_t p = 0; p < sample->part_count; p++, w++) {
        if (sample->parts[p].slot >= 0)
            continue;
        while (w < s->words.count && !str_eq(sample->parts[p].word, s->words.word[w]))
            w++;
        if (w >= s->words.count)
            return false;
    }
    return w <= s->words.count;
}

static bool match_sample(struct search *s, const struct model_intent *intent,
                         const struct model_sample *sample, struct candidate *ret_candidate)
{
    struct candidate m = { .intent = intent, .sample = sample, .own_words = sample->own_words };
    const struct model_part *last = &sample->parts[sample->part_count - 1];

    if (!has_own_words(s, sample))
        return false;
    if (last->slot < 0 && !str_eq(last->word, s->words.word[s->words.count - 1]))
        return false;
    if (sample->parts[0].slot < 0 && !str_eq(sample->parts[0].word, s->words.word[0]))
        return false;
    for (size_t w = 0; w <= s->words.count; w++)
        s->open_cost[sample->part_count][w] = w == s->words.count ? 0 : NO_MATCH;
    for (size_t p = sample->part_count; p-- > 0;)
        for (size_t w = 0; w <= s->words.count; w++)
            s->open_cost[p][w] = (uint16_t)part_cost(s, intent, sample, p, w);
    if (s->open_cost[0][0] >= NO_MATCH)
        return false;
    m.open_words = s->open_cost[0][0];
    for (size_t p = 0; p < sample->part_count; p++)
        m.slots += sample->parts[p].slot >= 0;
    if (s->guess && !is_guess_allowed(s, &m))
        return false;
    *ret_candidate = m;
    return true;
}

static bool is_better(const struct candidate *a, const struct candidate *b)
{
    if (a->own_words != b->own_words)
        return a->own_words > b->own_words;
    if (a->open_words != b->open_words)
        return a->open_words < b->open_words;
    return a->slots < b->slots;
}

/* Find the words of each slot of the winner. Among equally good divisions, earlier slots take
 * more. */
static void fill_slots(struct search *s, const struct candidate *m, struct utterance_match *match)
{
    struct str values[MODEL_SLOTS_MAX] = { STR_NONE };
    struct candidate again;
    size_t from = 0;

    (void)match_sample(s, m->intent, m->sample, &again); /* restores s->open_cost for this sample */
    for (size_t p = 0; p < m->sample->part_count; p++) {
        const struct model_part *part = &m->sample->parts[p];
        if (part->slot < 0) {
            from++;
            continue;
        }
        size_t to = s->words.count, type = slot_type(m->intent, part);
        while (to > from + 1 &&
               slot_cost(s, type, from, to) + s->open_cost[p + 1][to] != s->open_cost[p][from])
            to--;
        values[part->slot] =
            slot_match_value(&s->model->types[type], &s->words, from, to, s->hour, s->arena);
        from = to;
    }
    match->name = m->intent->name;
    match->sample = m->sample;
    match->slot_count = 0;
    for (size_t i = 0; i < m->intent->slot_count; i++)
        if (values[i].n > 0)
            match->slots[match->slot_count++] =
                (struct utterance_slot){ m->intent->slots[i].name, values[i] };
}

static bool search_model(struct search *s, struct utterance_match *match)
{
    struct candidate best = { .intent = NULL }, now;
    const struct model *model = s->model;

    memset(s->fits, 0, model->type_count * POSITIONS * POSITIONS);
    for (size_t i = 0; i < model->intent_count; i++) {
        const struct model_intent *intent = &model->intents[i];
        for (size_t k = 0; k < intent->sample_count; k++) {
            const struct model_sample *sample = &intent->samples[k];
            bool may_win = !best.intent || sample->own_words >= best.own_words;
            if (may_win && match_sample(s, intent, sample, &now) &&
                (!best.intent || is_better(&now, &best)))
                best = now;
        }
    }
    if (best.intent)
        fill_slots(s, &best, match);
    match->unknown_place = s->guess;
    return best.intent;
}

/* ---- without samples ---- */

static bool find_intent_name(const struct model *model, const char *name, struct str *ret_name)
{
    for (size_t i = 0; i < model->intent_count; i++) {
        if (str_eqz(model->intents[i].name, name)) {
            *ret_name = model->intents[i].name;
            return true;
        }
    }
    return false;
}

/* Amazon's built-in intents have built-in phrases; these are the documented ones. */
static bool match_builtin(const struct model *model, struct str text, struct utterance_match *match)
{
    static const struct {
        const char *text, *intent;
    } phrases[] = {
        { "help", "AMAZON.HelpIntent" },
        { "help me", "AMAZON.HelpIntent" },
        { "can you help me", "AMAZON.HelpIntent" },
        { "stop", "AMAZON.StopIntent" },
        { "off", "AMAZON.StopIntent" },
        { "shut up", "AMAZON.StopIntent" },
        { "cancel", "AMAZON.CancelIntent" },
        { "never mind", "AMAZON.CancelIntent" },
        { "forget it", "AMAZON.CancelIntent" },
        { "home", "AMAZON.NavigateHomeIntent" },
        { "go home", "AMAZON.NavigateHomeIntent" },
        { "navigate home", "AMAZON.NavigateHomeIntent" },
        { "yes", "AMAZON.YesIntent" },
        { "yes please", "AMAZON.YesIntent" },
        { "sure", "AMAZON.YesIntent" },
        { "no", "AMAZON.NoIntent" },
        { "no thanks", "AMAZON.NoIntent" },
        { "next", "AMAZON.NextIntent" },
        { "skip", "AMAZON.NextIntent" },
        { "skip forward", "AMAZON.NextIntent" },
        { "previous", "AMAZON.PreviousIntent" },
        { "go back", "AMAZON.PreviousIntent" },
        { "repeat", "AMAZON.RepeatIntent" },
        { "repeat that", "AMAZON.RepeatIntent" },
        { "say that again", "AMAZON.RepeatIntent" },
        { "start over", "AMAZON.StartOverIntent" },
        { "start again", "AMAZON.StartOverIntent" },
        { "restart", "AMAZON.StartOverIntent" },
    };

    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (str_eqz(text, phrases[i].text))
            return find_intent_name(model, phrases[i].intent, &match->name);
    return false;
}

static struct tokens tokens_from(struct tokens words, size_t from)
{
    return (struct tokens){ words.word + from, words.count - from };
}

/* "open clima cast", or the name alone. */
static bool is_launch(const struct model *model, const struct tokens *words)
{
    static const char *const openers[] = { "open", "launch", "start",  "begin",
                                           "run",  "load",   "resume", NULL };
    const struct tokens *name = &model->invocation_words;
    size_t at = words->count > 0 && str_is_one_of(words->word[0], openers);

    return words->count == at + name->count && tokens_match(words, at, name);
}

/* The words behind the name in "ask clima cast for the forecast". */
static struct tokens strip_invocation(const struct model *model, struct tokens words)
{
    static const char *const askers[] = { "ask", "tell", "use", "have", NULL };
    const struct tokens *name = &model->invocation_words;

    if (words.count > 1 + name->count && str_is_one_of(words.word[0], askers) &&
        tokens_match(&words, 1, name))
        return tokens_from(words, 1 + name->count);
    return words;
}

/* ---- the sentence ---- */

static bool match_words(struct search *s, struct tokens words, struct utterance_match *match)
{
    s->words = words;
    s->word_bits = 0;
    for (size_t i = 0; i < words.count; i++)
        s->word_bits |= tokens_bit(words.word[i]);
    if (match_builtin(s->model, tokens_span(&words, 0, words.count), match))
        return true;
    return words.count > 0 && search_model(s, match);
}

/* If the words do not match, try without the word that joins them to the skill's name ("ask ...
 * for"). */
static bool match_request(struct search *s, struct tokens words, bool asked,
                          struct utterance_match *match)
{
    static const char *const joints[] = { "for", "to", "about", "if", "whether", "and", NULL };

    if (match_words(s, words, match))
        return true;
    return asked && words.count > 1 && str_is_one_of(words.word[0], joints) &&
           match_words(s, tokens_from(words, 1), match);
}

enum status utterance_match(const struct model *model, struct str text, int hour,
                            struct arena *arena, struct utterance_match *ret_match, struct err *err)
{
    struct search *s = arena_alloc(arena, sizeof *s);
    struct tokens words, asked;
    bool found;

    *ret_match = (struct utterance_match){ .slot_count = 0 };
    if (!tokens_parse(arena, text, &words) || words.count == 0)
        return err_set(err, ST_INVALID, "the sentence must have 1 to %d words", TOKENS_MAX);
    if (s)
        s->fits = arena_alloc(arena, model->type_count * POSITIONS * POSITIONS + 1);
    if (!s || !s->fits)
        return err_no_memory(err);
    s->model = model;
    s->arena = arena;
    s->hour = hour;
    if (str_eqz(words.word[0], "alexa"))
        words = tokens_from(words, 1);
    if (is_launch(model, &words)) {
        ret_match->name = STR("LaunchRequest");
        return ST_OK;
    }
    asked = strip_invocation(model, words);
    found = match_request(s, asked, asked.count < words.count, ret_match);
    s->guess = !found;
    if (!found)
        found = match_request(s, asked, asked.count < words.count, ret_match);
    if (arena_failed(arena))
        return err_no_memory(err);
    return found ? ST_OK : ST_MISS;
}
