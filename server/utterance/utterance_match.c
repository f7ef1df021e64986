/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/utterance_match.c -- every sample is laid over the sentence, the best one is
 * kept.
 *
 * Whether a sample fits is decided from its end: left[part][word] is the least number of words that
 * slots open to anything must take so that the sample from `part` on covers the sentence from
 * `word` on. That costs parts times words squared, whatever the model holds, and no sentence can
 * make it run away. Which words a slot may take is asked once and remembered. */
#include "server/utterance/utterance_match.h"

#include <string.h>

#include "server/utterance/slot_match.h"

enum { NO_FIT = 1000, LENGTHS = TOKENS_MAX + 1, GUESS_WORDS_MIN = 3 };

/* One sentence being understood. */
struct search {
    const struct model *model;
    struct tokens words;
    bool guess;
    struct arena *arena;
    uint8_t
        *fits; /* by type, first word, word behind the last: 0 not asked yet, else 1 + the fit */
    uint16_t left[MODEL_PARTS_MAX + 1][LENGTHS];
};

/* How well a sample fits. */
struct match {
    const struct model_intent *intent;
    const struct model_sample *sample;
    size_t own_words, open_words, slots;
};

static enum slot_match fit(struct search *s, size_t type, size_t from, size_t to)
{
    uint8_t *known = &s->fits[(type * LENGTHS + from) * LENGTHS + to];

    if (*known == 0)
        *known = (uint8_t)(1 + slot_match(&s->model->types[type], &s->words, from, to, s->guess,
                                          s->arena));
    return (enum slot_match)(*known - 1);
}

/* The open words that a slot costs when it takes [from, to); NO_FIT when it may not. */
static size_t slot_cost(struct search *s, size_t type, size_t from, size_t to)
{
    switch (fit(s, type, from, to)) {
    case SLOT_MATCH_CLOSED:
        return 0;
    case SLOT_MATCH_OPEN:
        return to - from;
    case SLOT_MATCH_NONE:
        break;
    }
    return NO_FIT;
}

static size_t type_of(const struct model_intent *intent, const struct model_part *part)
{
    return intent->slots[part->slot].type;
}

/* left[p][from], all of left[p + 1] being known. */
static size_t cover(struct search *s, const struct model_intent *intent,
                    const struct model_sample *sample, size_t p, size_t from)
{
    const struct model_part *part = &sample->parts[p];
    size_t best = NO_FIT;

    if (part->slot < 0) {
        bool same = from < s->words.count && str_eq(part->word, s->words.word[from]);
        return same ? s->left[p + 1][from + 1] : NO_FIT;
    }
    for (size_t to = from + 1; to <= s->words.count; to++) {
        if (s->left[p + 1][to] >= NO_FIT)
            continue;
        size_t cost = slot_cost(s, type_of(intent, part), from, to) + s->left[p + 1][to];
        if (cost < best)
            best = cost;
    }
    return best;
}

/* May a place be taken for one that nobody knows? Only behind a word such as "in", and with more to
 * go by than that. */
static bool may_guess(const struct search *s, const struct match *m)
{
    const struct model_part *parts = m->sample->parts;

    for (size_t p = 0; p < m->sample->part_count; p++)
        if (parts[p].slot >= 0 &&
            s->model->types[type_of(m->intent, &parts[p])].kind == MODEL_KIND_CITY &&
            (p == 0 || parts[p - 1].slot >= 0))
            return false;
    return m->slots > 1 || m->own_words >= GUESS_WORDS_MIN;
}

static bool try_sample(struct search *s, const struct model_intent *intent,
                       const struct model_sample *sample, struct match *ret_match)
{
    struct match m = { .intent = intent, .sample = sample };

    if (sample->part_count > s->words.count)
        return false;
    for (size_t w = 0; w <= s->words.count; w++)
        s->left[sample->part_count][w] = w == s->words.count ? 0 : NO_FIT;
    for (size_t p = sample->part_count; p-- > 0;)
        for (size_t w = 0; w <= s->words.count; w++)
            s->left[p][w] = (uint16_t)cover(s, intent, sample, p, w);
    if (s->left[0][0] >= NO_FIT)
        return false;
    m.open_words = s->left[0][0];
    for (size_t p = 0; p < sample->part_count; p++) {
        if (sample->parts[p].slot >= 0)
            m.slots++;
        else if (!str_eqz(sample->parts[p].word, "'s")) /* an ending is no word of its own */
            m.own_words++;
    }
    if (s->guess && !may_guess(s, &m))
        return false;
    *ret_match = m;
    return true;
}

static bool better(const struct match *a, const struct match *b)
{
    if (a->own_words != b->own_words)
        return a->own_words > b->own_words;
    if (a->open_words != b->open_words)
        return a->open_words < b->open_words;
    return a->slots < b->slots;
}

/* Read the slots off the winner; of two ways that are equally good the earlier slot takes more. */
static void read_slots(struct search *s, const struct match *m, struct utterance_match *said)
{
    struct str values[MODEL_SLOTS_MAX] = { STR_NONE };
    struct match again;
    size_t from = 0;

    (void)try_sample(s, m->intent, m->sample, &again); /* s->left is now its own */
    for (size_t p = 0; p < m->sample->part_count; p++) {
        const struct model_part *part = &m->sample->parts[p];
        if (part->slot < 0) {
            from++;
            continue;
        }
        size_t to = s->words.count, type = type_of(m->intent, part);
        while (to > from + 1 &&
               slot_cost(s, type, from, to) + s->left[p + 1][to] != s->left[p][from])
            to--;
        values[part->slot] = slot_value(&s->model->types[type], &s->words, from, to, s->arena);
        from = to;
    }
    said->name = m->intent->name;
    said->slot_count = 0;
    for (size_t i = 0; i < m->intent->slot_count; i++)
        if (values[i].n > 0)
            said->slots[said->slot_count++] =
                (struct utterance_slot){ m->intent->slots[i].name, values[i] };
}

static bool search_model(struct search *s, struct utterance_match *said)
{
    struct match best = { .intent = NULL }, now;
    const struct model *model = s->model;

    memset(s->fits, 0, model->type_count * LENGTHS * LENGTHS);
    for (size_t i = 0; i < model->intent_count; i++) {
        const struct model_intent *intent = &model->intents[i];
        for (size_t k = 0; k < intent->sample_count; k++)
            if (try_sample(s, intent, &intent->samples[k], &now) &&
                (!best.intent || better(&now, &best)))
                best = now;
    }
    if (best.intent)
        read_slots(s, &best, said);
    said->unknown_place = s->guess;
    return best.intent;
}

/* ---- what needs no sample ---- */

static bool model_has(const struct model *model, const char *name, struct str *ret_name)
{
    for (size_t i = 0; i < model->intent_count; i++) {
        if (str_eqz(model->intents[i].name, name)) {
            *ret_name = model->intents[i].name;
            return true;
        }
    }
    return false;
}

/* Amazon's own intents come with phrases of Amazon's; these are the ones it documents. */
static bool built_in(const struct model *model, struct str text, struct utterance_match *said)
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
        { "repeat", "AMAZON.RepeatIntent" },
        { "repeat that", "AMAZON.RepeatIntent" },
        { "say that again", "AMAZON.RepeatIntent" },
        { "start over", "AMAZON.StartOverIntent" },
        { "start again", "AMAZON.StartOverIntent" },
        { "restart", "AMAZON.StartOverIntent" },
    };

    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (str_eqz(text, phrases[i].text))
            return model_has(model, phrases[i].intent, &said->name);
    return false;
}

static bool is_one_of(struct str word, const char *const *list)
{
    for (; *list; list++)
        if (str_eqz(word, *list))
            return true;
    return false;
}

static struct tokens from_word(struct tokens words, size_t from)
{
    return (struct tokens){ words.word + from, words.count - from };
}

/* "open clima cast", or its name alone. */
static bool launches(const struct model *model, const struct tokens *words)
{
    static const char *const openers[] = { "open", "launch", "start",  "begin",
                                           "run",  "load",   "resume", NULL };
    const struct tokens *name = &model->invocation_words;
    size_t at = words->count > 0 && is_one_of(words->word[0], openers);

    return words->count == at + name->count && tokens_match(words, at, name);
}

/* What is asked for in "ask clima cast for the forecast": the words behind the name. */
static struct tokens without_invocation(const struct model *model, struct tokens words)
{
    static const char *const askers[] = { "ask", "tell", "use", "have", NULL };
    const struct tokens *name = &model->invocation_words;

    if (words.count > 1 + name->count && is_one_of(words.word[0], askers) &&
        tokens_match(&words, 1, name))
        return from_word(words, 1 + name->count);
    return words;
}

/* ---- the sentence ---- */

static bool understand(struct search *s, struct tokens words, struct utterance_match *said)
{
    s->words = words;
    if (built_in(s->model, tokens_span(&words, 0, words.count), said))
        return true;
    return words.count > 0 && search_model(s, said);
}

/* As it is; then without the word that joins a question to the skill's name ("ask ... for"). */
static bool understand_either(struct search *s, struct tokens words, bool asked,
                              struct utterance_match *said)
{
    static const char *const joints[] = { "for", "to", "about", "if", "whether", "and", NULL };

    if (understand(s, words, said))
        return true;
    return asked && words.count > 1 && is_one_of(words.word[0], joints) &&
           understand(s, from_word(words, 1), said);
}

enum status utterance_match(const struct model *model, struct str text, struct arena *arena,
                            struct utterance_match *ret_said, struct err *err)
{
    struct search *s = arena_alloc(arena, sizeof *s);
    struct tokens words, asked;
    bool found;

    *ret_said = (struct utterance_match){ .slot_count = 0 };
    if (!tokens_parse(arena, text, &words) || words.count == 0)
        return err_set(err, ST_INVALID, "nothing to understand: no text, or more than %d words",
                       TOKENS_MAX);
    if (s)
        s->fits = arena_alloc(arena, model->type_count * LENGTHS * LENGTHS + 1);
    if (!s || !s->fits)
        return err_no_memory(err);
    s->model = model;
    s->arena = arena;
    if (str_eqz(words.word[0], "alexa"))
        words = from_word(words, 1);
    if (launches(model, &words)) {
        ret_said->name = STR("LaunchRequest");
        return ST_OK;
    }
    asked = without_invocation(model, words);
    found = understand_either(s, asked, asked.count < words.count, ret_said);
    s->guess = !found;
    if (!found)
        found = understand_either(s, asked, asked.count < words.count, ret_said);
    if (arena_failed(arena))
        return err_no_memory(err);
    return found ? ST_OK : ST_MISS;
}
