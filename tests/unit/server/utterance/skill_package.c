/* SPDX-License-Identifier: Apache-2.0 */
/* Consistency of the interaction model in deploy/ with the skill: intents and handlers, slots,
 * metrics and times; and with itself: each sample must match its own intent. */
#include "tests/unit/server/utterance/skill_package.h"
#include "intents/dispatch.h"
#include "intents/metric.h"
#include "intents/when.h"
#include "server/utterance/utterance_match.h"

enum { ARENA = 16 * 1024 * 1024 };

static int set_up(void **state)
{
    (void)state;
    return load_model();
}

static int tear_down(void **state)
{
    (void)state;
    model_free(model);
    return 0;
}

/* ---- model and skill ---- */

static const struct intent *handler_of(struct str name)
{
    const struct intent *intent;

    for (size_t i = 0; (intent = dispatch_intent_at(i)); i++)
        if (!intent->is_request && str_eqz(name, intent->name))
            return intent;
    return NULL;
}

TEST(every_intent_of_the_model_has_a_handler)
{
    for (size_t i = 0; i < model->intent_count; i++)
        if (!handler_of(model->intents[i].name))
            fail_msg("%.*s has no handler", STR_ARG(model->intents[i].name));
}

TEST(every_handler_has_its_intent_in_the_model)
{
    const struct intent *intent;

    for (size_t i = 0; (intent = dispatch_intent_at(i)); i++)
        if (!intent->is_request && !find_intent(intent->name))
            fail_msg("%s is not in the model", intent->name);
}

static bool reads(const struct intent *handler, struct str slot)
{
    for (size_t i = 0; handler->slots && handler->slots[i]; i++)
        if (str_eqz(slot, handler->slots[i]))
            return true;
    return false;
}

/* A handler may read more: whatever a follow-up can put into its question. */
TEST(every_slot_of_the_model_is_read_by_its_handler)
{
    for (size_t i = 0; i < model->intent_count; i++) {
        const struct model_intent *intent = &model->intents[i];
        const struct intent *handler = handler_of(intent->name);
        for (size_t k = 0; handler && k < intent->slot_count; k++)
            if (!reads(handler, intent->slots[k].name))
                fail_msg("%s does not read slot %.*s", handler->name,
                         STR_ARG(intent->slots[k].name));
    }
}

static const struct model_type *type_named(const char *name)
{
    for (size_t i = 0; i < model->type_count; i++)
        if (str_eqz(model->types[i].name, name))
            return &model->types[i];
    fail_msg("no type %s", name);
    return NULL;
}

static const struct model_value *value_said(const struct model_type *type, const char *text)
{
    struct arena *arena = arena_create(ARENA);
    const struct model_value *found = NULL;
    struct tokens words;

    CHECK(tokens_parse(arena, str_of(text), &words));
    for (size_t i = 0; i < type->value_count && !found; i++)
        if (type->values[i].words.count == words.count &&
            tokens_match(&words, 0, &type->values[i].words))
            found = &type->values[i];
    arena_free(arena);
    return found;
}

/* A synonym and its value must mean the same to the skill. */
static void check_metric(const struct model_type *type, const char *form)
{
    const struct model_value *value = value_said(type, form);
    struct metric_words said, meant;

    if (!value)
        fail_msg("\"%s\" is missing in the type METRIC", form);
    CHECK(metric_find(str_of(form), &said));
    CHECK(metric_find(value->meaning, &meant));
    if (said.id != meant.id || said.forecast != meant.forecast || said.listable != meant.listable ||
        strcmp(said.about, meant.about) != 0)
        fail_msg("\"%s\" is not the same as \"%.*s\"", form, STR_ARG(value->meaning));
}

TEST(metric_words_of_the_model_and_the_skill_agree)
{
    static const char *const forms[] = {
#define WORDS(form, metric, about, flags) form,
#include "intents/metric_words.def"
#undef WORDS
    };
    const struct model_type *type = type_named("METRIC");

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (!str_starts(str_of(forms[i]), STR("current "))) /* "current" is a lead-in there */
            check_metric(type, forms[i]);
    for (size_t i = 0; i < type->value_count; i++) {
        struct metric_words words;
        if (!metric_find(type->values[i].meaning, &words) &&
            !metric_is_event(type->values[i].meaning) &&
            !metric_is_roads(type->values[i].meaning) &&
            !metric_unsupported(type->values[i].meaning))
            fail_msg("the skill does not know \"%.*s\"", STR_ARG(type->values[i].meaning));
    }
}

/* How the skill parses these slots. */
static enum status parse_time(struct arena *arena, struct when_words words)
{
    struct when when;

    return when_parse(&words, zone_get(STR("America/Denver")), 1781712000, arena, &when, NULL);
}

TEST(the_skill_parses_every_time_of_the_model)
{
    static const char *const types[] = { "WHEN_ABS", "WHEN_ANY",     "WHEN_POS",
                                         "QUARTER",  "DAY_OF_MONTH", "MONTH" };
    struct arena *arena = arena_create(ARENA);

    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
        const struct model_type *type = type_named(types[t]);
        for (size_t i = 0; i < type->value_count; i++) {
            struct str value = type->values[i].meaning;
            struct when_words words = { .when_abs = value };
            if (t == 4)
                words = (struct when_words){ .day = value };
            if (t == 5)
                words = (struct when_words){ .month = value, .day = STR("first") };
            enum status st = parse_time(arena, words);
            bool past = str_eqz(value, "yesterday");
            if (when_words_mean_days_ahead(&words))
                continue;
            if (past != (st == ST_INVALID) || (!past && st != ST_OK && st != ST_NOT_FOUND))
                fail_msg("%s: \"%.*s\" gives %s", types[t], STR_ARG(value), err_status_name(st));
        }
    }
    arena_free(arena);
}

/* ---- samples ---- */

/* What is said for one of Amazon's types. */
static const char *amazon_words(enum model_kind kind, struct str slot)
{
    if (kind == MODEL_KIND_TIME)
        return str_eqz(slot, "time_to") ? "half past six" : "five p m";
    if (kind == MODEL_KIND_DURATION)
        return "two hours";
    if (kind == MODEL_KIND_STATE)
        return "illinois";
    return str_eqz(slot, "zipcode") ? "80301" : str_eqz(slot, "ordinal") ? "second" : "90";
}

/* The sample with each slot filled in; `turn` selects the values. */
static struct str fill(struct arena *arena, const struct model_intent *intent, struct str sample,
                       size_t turn)
{
    struct buf text = BUF_INIT(TOKENS_TEXT_MAX);
    struct str rest = sample, copy;

    while (rest.n > 0) {
        size_t open = str_index(rest, '{'), close = str_index(rest, '}');
        buf_put(&text, str_sub(rest, 0, open));
        if (open == rest.n)
            break;
        struct str name = str_sub(rest, open + 1, close);
        for (size_t i = 0; i < intent->slot_count; i++) {
            const struct model_type *type = &model->types[intent->slots[i].type];
            if (!str_eq(intent->slots[i].name, name))
                continue;
            if (type->value_count > 0) {
                const struct model_value *value = &type->values[turn * 7 % type->value_count];
                buf_put(&text, tokens_span(&value->words, 0, value->words.count));
            } else {
                buf_putz(&text, amazon_words(type->kind, name));
            }
        }
        rest = str_sub(rest, close + 1, rest.n);
    }
    copy = arena_str(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

TEST(every_sample_matches_its_own_intent)
{
    for (size_t i = 0; i < model->intent_count; i++) {
        const struct model_intent *intent = &model->intents[i];
        struct arena *arena = arena_create(ARENA);
        for (size_t k = 0; k < intent->sample_count; k++) {
            struct str sample = intent->samples[k].text;
            struct str text = fill(arena, intent, sample, k);
            struct utterance_match match;
            enum status st = utterance_match(model, text, 9, arena, &match, NULL);
            if (st != ST_OK || !str_eq(match.name, intent->name))
                fail_msg("%.*s, %.*s: \"%.*s\" matches %.*s", STR_ARG(intent->name),
                         STR_ARG(sample), STR_ARG(text), STR_ARG(match.name));
            arena_reset(arena);
        }
        arena_free(arena);
    }
}

/* The sample with its slots replaced by their types: samples that are then equal are ambiguous. */
static struct str sample_with_types(struct arena *arena, const struct model_intent *intent,
                                    const struct model_sample *sample)
{
    struct buf text = BUF_INIT(4000);
    struct str copy;

    for (size_t p = 0; p < sample->part_count; p++) {
        const struct model_part *part = &sample->parts[p];
        buf_putc(&text, ' ');
        if (part->slot < 0)
            buf_put(&text, part->word);
        else
            buf_printf(&text, "{%.*s}", STR_ARG(model->types[intent->slots[part->slot].type].name));
    }
    copy = arena_str(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

TEST(no_two_samples_are_equal_by_slot_types)
{
    struct arena *arena = arena_create(ARENA);
    json_t *seen = json_object();

    for (size_t i = 0; i < model->intent_count; i++) {
        const struct model_intent *intent = &model->intents[i];
        for (size_t k = 0; k < intent->sample_count; k++) {
            struct str key = sample_with_types(arena, intent, &intent->samples[k]);
            const char *name = json_string_value(json_object_get(seen, key.p));
            if (name)
                fail_msg("%s and %.*s both have%.*s", name, STR_ARG(intent->name), STR_ARG(key));
            json_object_set_new(seen, key.p, json_stringn(intent->name.p, intent->name.n));
        }
    }
    json_decref(seen);
    arena_free(arena);
}

TESTS_WITH(set_up, tear_down, every_intent_of_the_model_has_a_handler,
           every_handler_has_its_intent_in_the_model,
           every_slot_of_the_model_is_read_by_its_handler,
           metric_words_of_the_model_and_the_skill_agree, the_skill_parses_every_time_of_the_model,
           every_sample_matches_its_own_intent, no_two_samples_are_equal_by_slot_types)
