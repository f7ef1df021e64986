/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/model.c -- the JSON that Amazon documents as "interaction model schema", read
 * once.
 *
 * Types come first, for slots name them; a type of Amazon's need not be declared and is added when
 * a slot names it. */
#include "server/utterance/model.h"

#include <stdio.h>
#include <string.h>

#include "server/base/file.h"
#include "server/base/json.h"

enum { ARENA_MAX = 64 * 1024 * 1024 };

struct reader {
    struct arena *arena;
    struct model_type *types; /* MODEL_TYPES_MAX */
    size_t type_count;
    struct err *err;
};

static enum status wrong(struct reader *r, const char *what, struct str name)
{
    if (arena_failed(r->arena))
        return err_no_memory(r->err);
    return err_set(r->err, ST_INVALID, "%s: %.*s", what, name.n > 60 ? 60 : (int)name.n,
                   name.n ? name.p : "");
}

/* A member that is a non-empty string, copied. */
static struct str text_of(struct reader *r, const json_t *object, const char *member)
{
    return arena_str(r->arena, json_str(object, member));
}

/* ---- slot types ---- */

static enum model_kind kind_of(struct str name)
{
    static const struct {
        const char *name;
        enum model_kind kind;
    } kinds[] = {
        { "AMAZON.NUMBER", MODEL_KIND_NUMBER },
        { "AMAZON.Ordinal", MODEL_KIND_NUMBER },
        { "AMAZON.US_CITY", MODEL_KIND_CITY },
        { "AMAZON.City", MODEL_KIND_CITY },
        { "AMAZON.US_STATE", MODEL_KIND_STATE },
        { "AMAZON.FOUR_DIGIT_NUMBER", MODEL_KIND_FOUR_DIGITS },
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (str_eqz(name, kinds[i].name))
            return kinds[i].kind;
    return str_starts(name, STR("AMAZON.")) ? MODEL_KIND_PHRASE : MODEL_KIND_CUSTOM;
}

static enum status read_form(struct reader *r, struct str form, struct str meaning,
                             struct model_value *value)
{
    value->meaning = meaning;
    if (!tokens_parse(r->arena, form, &value->words) || value->words.count == 0)
        return wrong(r, "a slot value that cannot be said", form);
    return ST_OK;
}

static size_t count_forms(const json_t *values)
{
    size_t count = 0, i;
    json_t *value;

    json_array_foreach (values, i, value) {
        count += 1 + json_array_size(json_at(value, "name.synonyms"));
    }
    return count;
}

static enum status read_values(struct reader *r, const json_t *values, struct model_type *type)
{
    size_t count = count_forms(values), i, k;
    struct model_value *forms;
    json_t *value, *synonym;
    enum status st = ST_OK;

    if (count > MODEL_VALUES_MAX)
        return wrong(r, "too many values in type", type->name);
    forms = arena_alloc(r->arena, (count + 1) * sizeof *forms);
    if (!forms)
        return wrong(r, "type", type->name);
    type->values = forms;
    json_array_foreach (values, i, value) {
        struct str meaning = text_of(r, value, "name.value");
        const json_t *synonyms = json_at(value, "name.synonyms");
        st = read_form(r, meaning, meaning, &forms[type->value_count++]);
        json_array_foreach (synonyms, k, synonym) {
            if (st == ST_OK)
                st = read_form(r, str_of(json_string_value(synonym)), meaning,
                               &forms[type->value_count++]);
        }
        if (st != ST_OK)
            return err_context(r->err, "type %.*s", STR_ARG(type->name));
    }
    return ST_OK;
}

static enum status add_type(struct reader *r, struct str name, size_t *ret_number)
{
    if (name.n == 0 || name.n > TOKENS_TEXT_MAX)
        return wrong(r, "a slot type needs a name", name);
    if (r->type_count == MODEL_TYPES_MAX)
        return wrong(r, "too many slot types", name);
    r->types[r->type_count] = (struct model_type){ .name = name, .kind = kind_of(name) };
    *ret_number = r->type_count++;
    return ST_OK;
}

static enum status find_type(struct reader *r, struct str name, size_t *ret_number)
{
    for (size_t i = 0; i < r->type_count; i++) {
        if (str_eq(r->types[i].name, name)) {
            *ret_number = i;
            return ST_OK;
        }
    }
    if (kind_of(name) == MODEL_KIND_CUSTOM)
        return wrong(r, "no such slot type", name);
    return add_type(r, name, ret_number);
}

static enum status read_types(struct reader *r, const json_t *types)
{
    size_t i, number;
    json_t *type;
    enum status st = ST_OK;

    r->types = arena_alloc(r->arena, MODEL_TYPES_MAX * sizeof *r->types);
    if (!r->types)
        return wrong(r, "types", STR_NONE);
    json_array_foreach (types, i, type) {
        st = add_type(r, text_of(r, type, "name"), &number);
        if (st == ST_OK)
            st = read_values(r, json_at(type, "values"), &r->types[number]);
        if (st != ST_OK)
            break;
    }
    return st;
}

/* ---- intents ---- */

static enum status read_slots(struct reader *r, const json_t *slots, struct model_intent *intent)
{
    size_t count = json_array_size(slots), i;
    struct model_slot *list = arena_alloc(r->arena, (count + 1) * sizeof *list);
    json_t *slot;

    if (count > MODEL_SLOTS_MAX || !list)
        return wrong(r, "too many slots in", intent->name);
    json_array_foreach (slots, i, slot) {
        enum status st = find_type(r, text_of(r, slot, "type"), &list[i].type);
        list[i].name = text_of(r, slot, "name");
        if (st == ST_OK && list[i].name.n == 0)
            st = wrong(r, "a slot needs a name", STR_NONE);
        if (st != ST_OK)
            return st;
    }
    intent->slots = list;
    intent->slot_count = count;
    return ST_OK;
}

static int slot_number(const struct model_intent *intent, struct str name)
{
    for (size_t i = 0; i < intent->slot_count; i++)
        if (str_eq(intent->slots[i].name, name))
            return (int)i;
    return -1;
}

static bool add_words(struct reader *r, struct str text, struct model_part *parts, size_t *count)
{
    struct tokens words;

    if (!tokens_parse(r->arena, text, &words) || *count + words.count > MODEL_PARTS_MAX)
        return false;
    for (size_t i = 0; i < words.count; i++)
        parts[(*count)++] = (struct model_part){ words.word[i], -1 };
    return true;
}

/* "what is {when_pos} {metric}": words outside the braces, slots within. */
static enum status read_sample(struct reader *r, const struct model_intent *intent,
                               struct model_sample *sample)
{
    struct model_part parts[MODEL_PARTS_MAX], *kept;
    struct str rest = sample->text;
    size_t count = 0;

    while (rest.n > 0) {
        size_t open = str_index(rest, '{'), close = str_index(rest, '}');
        if (!add_words(r, str_sub(rest, 0, open), parts, &count))
            return wrong(r, "a sample that cannot be said", sample->text);
        if (open == rest.n)
            break;
        int slot = close > open ? slot_number(intent, str_sub(rest, open + 1, close)) : -1;
        if (slot < 0 || count == MODEL_PARTS_MAX)
            return wrong(r, "a sample with an unknown slot", sample->text);
        parts[count++] = (struct model_part){ STR_NONE, slot };
        rest = str_sub(rest, close + 1, rest.n);
    }
    kept = arena_alloc(r->arena, (count + 1) * sizeof *kept);
    if (count == 0 || !kept)
        return wrong(r, "an empty sample", sample->text);
    memcpy(kept, parts, count * sizeof *kept);
    sample->parts = kept;
    sample->part_count = count;
    return ST_OK;
}

static enum status read_samples(struct reader *r, const json_t *samples,
                                struct model_intent *intent)
{
    size_t count = json_array_size(samples), i;
    struct model_sample *list = arena_alloc(r->arena, (count + 1) * sizeof *list);
    json_t *sample;

    if (count > MODEL_SAMPLES_MAX || !list)
        return wrong(r, "too many samples in", intent->name);
    json_array_foreach (samples, i, sample) {
        list[i].text = arena_str(r->arena, str_of(json_string_value(sample)));
        if (read_sample(r, intent, &list[i]) != ST_OK)
            return err_context(r->err, "intent %.*s", STR_ARG(intent->name));
    }
    intent->samples = list;
    intent->sample_count = count;
    return ST_OK;
}

static enum status read_intents(struct reader *r, const json_t *intents, struct model *model)
{
    size_t count = json_array_size(intents), i;
    struct model_intent *list = arena_alloc(r->arena, (count + 1) * sizeof *list);
    json_t *intent;

    if (count == 0 || count > MODEL_INTENTS_MAX || !list)
        return wrong(r, "no intents, or too many", STR_NONE);
    json_array_foreach (intents, i, intent) {
        enum status st = ST_OK;
        list[i].name = text_of(r, intent, "name");
        if (list[i].name.n == 0)
            st = wrong(r, "an intent needs a name", STR_NONE);
        if (st == ST_OK)
            st = read_slots(r, json_at(intent, "slots"), &list[i]);
        if (st == ST_OK)
            st = read_samples(r, json_at(intent, "samples"), &list[i]);
        if (st != ST_OK)
            return st;
    }
    model->intents = list;
    model->intent_count = count;
    return ST_OK;
}

/* ---- the whole ---- */

static enum status read_model(struct reader *r, const json_t *root, struct model *model)
{
    const json_t *language = json_at(root, "interactionModel.languageModel");
    enum status st;

    model->invocation = text_of(r, language, "invocationName");
    if (!tokens_parse(r->arena, model->invocation, &model->invocation_words) ||
        model->invocation_words.count == 0)
        return wrong(r, "interactionModel.languageModel.invocationName is missing", STR_NONE);
    st = read_types(r, json_at(language, "types"));
    if (st == ST_OK)
        st = read_intents(r, json_at(language, "intents"), model);
    model->types = r->types;
    model->type_count = r->type_count;
    if (st == ST_OK && arena_failed(r->arena))
        st = err_no_memory(r->err);
    return st;
}

enum status model_parse(struct str json, struct model **ret_model, struct err *err)
{
    struct reader r = { .err = err };
    struct model *model;
    json_t *root;
    enum status st;

    if (json.n > MODEL_BYTES_MAX)
        return err_set(err, ST_INVALID, "larger than %d bytes", MODEL_BYTES_MAX);
    st = json_parse(json, true, &root, err);
    if (st != ST_OK)
        return st;
    r.arena = arena_create(ARENA_MAX);
    model = r.arena ? arena_alloc(r.arena, sizeof *model) : NULL;
    if (model) {
        model->arena = r.arena;
        st = read_model(&r, root, model);
    } else {
        st = err_no_memory(err);
    }
    json_decref(root);
    if (st == ST_OK)
        *ret_model = model;
    else
        arena_free(r.arena);
    return st;
}

enum status model_load(const char *path, struct model **ret_model, struct err *err)
{
    struct buf text = BUF_INIT(MODEL_BYTES_MAX);
    struct err why = ERR_NONE;
    enum status st = file_read(path, &text, &why);

    if (st != ST_OK) {
        st = err_set(err, ST_INVALID, "interaction model %s", why.text);
    } else {
        st = model_parse(buf_str(&text), ret_model, err);
        if (st != ST_OK)
            err_context(err, "interaction model %s", path);
    }
    buf_free(&text);
    return st;
}

void model_free(struct model *model)
{
    if (model)
        arena_free(model->arena);
}
