/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/utterance_match.c -- any model, any sentence: refused, or understood in words of both.
 *
 * Input: a sentence, a line's end, an interaction model. Without a model a small one of our own is
 * taken, so that sentences get far. */
#include <stdlib.h>
#include <string.h>

#include "server/utterance/utterance_match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char usual[] =
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

static void check(const struct model *model, const struct utterance_match *said)
{
    bool known = str_eqz(said->name, "LaunchRequest");

    for (size_t i = 0; i < model->intent_count; i++)
        known = known || str_eq(model->intents[i].name, said->name);
    must(known && said->slot_count <= MODEL_SLOTS_MAX);
    for (size_t i = 0; i < said->slot_count; i++) {
        must(said->slots[i].name.n > 0 && said->slots[i].value.n > 0);
        must(str_is_utf8(said->slots[i].value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data, size }, sentence = STR_NONE;
    struct arena *arena = arena_create(8 * 1024 * 1024);
    struct err err = ERR_NONE;
    struct model *model = NULL;
    struct utterance_match said;

    (void)str_split(&rest, '\n', &sentence);
    if (model_parse(rest.n > 0 ? rest : str_of(usual), &model, &err) == ST_OK) {
        enum status st = utterance_match(model, sentence, arena, &said, &err);
        if (st == ST_OK)
            check(model, &said);
        else
            must(st == ST_MISS || err.status == st);
    } else {
        must(err.status != ST_OK && err.text[0] != '\0');
    }
    model_free(model);
    arena_free(arena);
    return 0;
}
