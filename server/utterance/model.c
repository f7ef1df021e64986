/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/model.c -- parses the JSON that Amazon documents as the interaction model
 * schema.
 *
 * Types are read first, because slots refer to them. An Amazon type need not be declared; it is
 * added when a slot refers to it. */
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

static enum status model_error(struct reader *r, const char *what, struct str name)
{
    if (arena_failed(r->arena))
        return err_no_memory(r->err);
    return err_set(r->err, ST_INVALID, "%s: %.*s", what, name.n > 60 ? 60 : (int)name.n,
                   name.n ? name.p : "");
}

/* A member that is a non-empty string, copied. */
static struct str copy_member(struct reader *r, const json_t *object, const char *member)
{
    return arena_str(r->arena, json_str(object, member));
}

/* ---- slot types ---- */

static enum model_kind kind_of_type(struct str name)
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
        { "AMAZON.TIME", MODEL_KIND_TIME },
        { "AMAZON.DURATION", MODEL_KIND_DURATION },
        { "AMAZON.FOUR_DIGIT_NUMBER", MODEL_KIND_FOUR_DIGITS },
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (str_eqz(name, kinds[i].name))
            return kinds[i].kind;
    return str_starts(name, STR("AMAZON.")) ? MODEL_KIND_PHRASE : MODEL_KIND_CUSTOM;
}

static enum status read_spoken_form(struct reader *r, struct str form, struct str meaning,
                                    struct model_value *value)
{
    value->meaning = meaning;
    if (!tokens_parse(r->arena, form, &value->words) || value->words.count == 0)
        return model_error(r, "invalid slot value", form);
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
        return model_error(r, "too many values in type", type->name);
    forms = arena_alloc(r->arena, (count + 1) * sizeof *forms);
    if (!forms)
        return model_error(r, "type", type->name);
    type->values = forms;
    json_array_foreach (values, i, value) {
        struct str meaning = copy_member(r, value, "name.value");
        const json_t *synonyms = json_at(value, "name.synonyms");
        st = read_spoken_form(r, meaning, meaning, &forms[type->value_count++]);
        json_array_foreach (synonyms, k, synonym) {
            if (st == ST_OK)
                st = read_spoken_form(r, str_of(json_string_value(synonym)), meaning,
                                      &forms[type->value_count++]);
        }
        if (st != ST_OK)
            return err_context(r->err, "type %.*s", STR_ARG(type->name));
    }
    return ST_OK;
}

static enum status add_type(struct reader *r, struct str name, size_t *ret_index)
{
    if (name.n == 0 || name.n > TOKENS_TEXT_MAX)
        return model_error(r, "slot type without a name, or with one that is too long", name);
    if (r->type_count == MODEL_TYPES_MAX)
        return model_error(r, "too many slot types", name);
    r->types[r->type_count] = (struct model_type){ .name = name, .kind = kind_of_type(name) };
    *ret_index = r->type_count++;
    return ST_OK;
}

static enum status find_type(struct reader *r, struct str name, size_t *ret_index)
{
    for (size_t i = 0; i < r->type_count; i++) {
        if (str_eq(r->types[i].name, name)) {
            *ret_index = i;
            return ST_OK;
        }
    }
    if (kind_of_type(name) == MODEL_KIND_CUSTOM)
        return model_error(r, "no such slot type", name);
    return add_type(r, name, ret_index);
}

static enum status read_types(struct reader *r, const json_t *types)
{
    size_t i, index;
    json_t *type;
    enum status st = ST_OK;

    r->types = arena_alloc(r->arena, MODEL_TYPES_MAX * sizeof *r->types);
    if (!r->types)
        return model_error(r, "types", STR_NONE);
    json_array_foreach (types, i, type) {
        st = add_type(r, copy_member(r, type, "name"), &index);
        if (st == ST_OK)
            st = read_values(r, json_at(type, "values"), &r->types[index]);
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
        return model_error(r, "too many slots in", intent->name);
    json_array_foreach (slots, i, slot) {
        enum status st = find_type(r, copy_member(r, slot, "type"), &list[i].type);
        list[i].name = copy_member(r, slot, "name");
        if (st == ST_OK && list[i].name.n == 0)
            st = model_error(r, "slot without a name", STR_NONE);
        if (st != ST_OK)
            return st;
    }
    intent->slots = list;
    intent->slot_count = count;
    return ST_OK;
}

static int slot_index(const struct model_intent *intent, struct str name)
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

/* A sample such as "what is {when_pos} {metric}": words, with slots in braces. */
static enum status read_sample(struct reader *r, const struct model_intent *intent,
                               struct model_sample *sample)
{
    struct model_part parts[MODEL_PARTS_MAX], *copy;
    struct str rest = sample->text;
    size_t count = 0;

    while (rest.n > 0) {
        size_t open = str_index(rest, '{'), close = str_index(rest, '}');
        if (!add_words(r, str_sub(rest, 0, open), parts, &count))
            return model_error(r, "invalid sample", sample->text);
        if (open == rest.n)
            break;
        int slot = close > open ? slot_index(intent, str_sub(rest, open + 1, close)) : -1;
        if (slot < 0 || count == MODEL_PARTS_MAX)
            return model_error(r, "sample with an unknown slot", sample->text);
        parts[count++] = (struct model_part){ STR_NONE, slot };
        rest = str_sub(rest, close + 1, rest.n);
    }
    copy = arena_alloc(r->arena, (count + 1) * sizeof *copy);
    if (count == 0 || !copy)
        return model_error(r, "empty sample", sample->text);
    memcpy(copy, parts, count * sizeof *copy);
    sample->parts = copy;
    sample->part_count = count;
    for (size_t p = 0; p < count; p++) {
        if (copy[p].slot >= 0)
            continue;
        sample->word_bits |= tokens_bit(copy[p].word);
        sample->own_words += !str_eqz(copy[p].word, "'s");
    }
    return ST_OK;
}

static enum status read_samples(struct reader *r, const json_t *samples,
                                struct model_intent *intent)
{
    size_t count = json_array_size(samples), i;
    struct model_sample *list = arena_alloc(r->arena, (count + 1) * sizeof *list);
    json_t *sample;

    if (count > MODEL_SAMPLES_MAX || !list)
        return model_error(r, "too many samples in", intent->name);
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
        return model_error(r, "no intents, or too many", STR_NONE);
    json_array_foreach (intents, i, intent) {
        enum status st = ST_OK;
        list[i].name = copy_member(r, intent, "name");
        if (list[i].name.n == 0)
            st = model_error(r, "intent without a name", STR_NONE);
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

/* ---- the model ---- */

static enum status read_model(struct reader *r, const json_t *root, struct model *model)
{
    const json_t *language = json_at(root, "interactionModel.languageModel");
    enum status st;

    model->invocation = copy_member(r, language, "invocationName");
    if (!tokens_parse(r->arena, model->invocation, &model->invocation_words) ||
        model->invocation_words.count == 0)
        return model_error(r, "interactionModel.languageModel.invocationName is missing", STR_NONE);
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
