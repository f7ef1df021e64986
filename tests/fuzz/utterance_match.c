/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/utterance_match.c -- any model and sentence: rejected, or matched with names of the
 * model.
 *
 * Input: a sentence, a newline, an interaction model. Without a model a built-in one is used, so
 * that sentences get past the parser. */
#include <stdlib.h>
#include <string.h>

#include "server/utterance/utterance_match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char builtin_model[] =
    "{\"interactionModel\":{\"languageModel\":{\"invocationName\":\"clima cast\",\"intents\":["
    "{\"name\":\"MetricIntent\",\"slots\":[{\"name\":\"metric\",\"type\":\"METRIC\"},"
    "{\"name\":\"when\",\"type\":\"WHEN\"},{\"name\":\"location\",\"type\":\"AMAZON.US_CITY\"},"
    "{\"name\":\"zipcode\",\"type\":\"AMAZON.NUMBER\"},"
    "{\"name\":\"state\",\"type\":\"AMAZON.US_STATE\"},"
    "{\"name\":\"year\",\"type\":\"AMAZON.FOUR_DIGIT_NUMBER\"}],\"samples\":["
    "\"{metric}\",\"{metric} {when}\",\"{metric} in {location}\",\"{metric} in {location} {when}\","
    "\"{metric} {zipcode}\",\"{location}'s {metric}\",\"{metric} of {year} in {state}\"]},"
    "{\"name\":\"NoteIntent\",\"slots\":[{\"name\":\"text\",\"type\":\"AMAZON.SearchQuery\"}],"
    "\"samples\":[\"note {text}\"]},{\"name\":\"AMAZON.HelpIntent\",\"samples\":[]}],"
    "\"types\":[{\"name\":\"METRIC\",\"values\":[{\"name\":{\"value\":\"wind\",\"synonyms\":"
    "[\"winds\"]}},{\"name\":{\"value\":\"wind chill\"}}]},{\"name\":\"WHEN\",\"values\":["
    "{\"name\":{\"value\":\"friday night\"}},{\"name\":{\"value\":\"tomorrow\"}}]}]}}}";

static void must(bool condition)
{
    if (!condition)
        abort();
}

static void check(const struct model *model, const struct utterance_match *match)
{
    bool known = str_eqz(match->name, "LaunchRequest");

    for (size_t i = 0; i < model->intent_count; i++)
        known = known || str_eq(model->intents[i].name, match->name);
    must(known && match->slot_count <= MODEL_SLOTS_MAX);
    for (size_t i = 0; i < match->slot_count; i++) {
        must(match->slots[i].name.n > 0 && match->slots[i].value.n > 0);
        must(str_is_utf8(match->slots[i].value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data, size }, sentence = STR_NONE;
    struct arena *arena = arena_create(8 * 1024 * 1024);
    struct err err = ERR_NONE;
    struct model *model = NULL;
    struct utterance_match match;

    (void)str_split(&rest, '\n', &sentence);
    if (model_parse(rest.n > 0 ? rest : str_of(builtin_model), &model, &err) == ST_OK) {
        enum status st = utterance_match(model, sentence, 16, arena, &match, &err);
        if (st == ST_OK)
            check(model, &match);
        else
            must(st == ST_MISS || err.status == st);
    } else {
        must(err.status != ST_OK && err.text[0] != '\0');
    }
    model_free(model);
    arena_free(arena);
    return 0;
}
