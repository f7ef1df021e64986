/* SPDX-License-Identifier: Apache-2.0 */
/* The skill package in deploy/ must follow Amazon's rules.
 *
 * These are the rules of the Alexa Skills Kit documentation ("Create intents, utterances, and
 * slots", "Create and edit custom slot types", "Choose the invocation name", "Skill manifest
 * schema"), as far as they can be checked without Amazon. */
#include <ctype.h>

#include "tests/unit/server/utterance/skill_package.h"

enum {
    SAMPLE_MAX = 200, /* characters */
    VALUE_MAX = 140,
    VALUES_TOTAL_MAX = 50000,
    INTENTS_MAX = 250,
    NAME_MIN = 2,
    NAME_MAX = 50,
    SUMMARY_MAX = 160,
    DESCRIPTION_MAX = 4000,
    KEYWORDS_MAX = 30,
    PHRASES_MAX = 3,
};

static json_t *raw;      /* the model as JSON */
static json_t *manifest; /* skill.json */

static int set_up(void **state)
{
    (void)state;
    raw = json_load_file(in_package(PACKAGE_MODEL), JSON_REJECT_DUPLICATES, NULL);
    manifest = json_load_file(in_package("skill.json"), JSON_REJECT_DUPLICATES, NULL);
    return raw && manifest ? load_model() : 1;
}

static int tear_down(void **state)
{
    (void)state;
    json_decref(raw);
    json_decref(manifest);
    model_free(model);
    return 0;
}

static const json_t *language(const char *member)
{
    char path[100];

    snprintf(path, sizeof path, "interactionModel.languageModel.%s", member);
    return json_at(raw, path);
}

/* ---- the model ---- */

static bool is_identifier(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!isalpha((unsigned char)s.p[i]) && s.p[i] != '_')
            return false;
    return s.n > 0;
}

/* AMAZON.StopIntent, AMAZON.US_CITY. */
static bool is_amazon_name(struct str name)
{
    struct str front = STR("AMAZON.");

    return str_starts(name, front) && is_identifier(str_sub(name, front.n, name.n));
}

TEST(names_are_unique_identifiers)
{
    json_t *names = json_object();

    CHECK(model->intent_count <= INTENTS_MAX);
    for (size_t i = 0; i < model->intent_count; i++) {
        const struct model_intent *intent = &model->intents[i];
        CHECK(is_identifier(intent->name) || is_amazon_name(intent->name));
        CHECK(!json_object_getn(names, intent->name.p, intent->name.n));
        json_object_setn_new(names, intent->name.p, intent->name.n, json_true());
    }
    for (size_t i = 0; i < model->intent_count; i++) {
        const struct model_intent *intent = &model->intents[i];
        for (size_t k = 0; k < intent->slot_count; k++) {
            struct str slot = intent->slots[k].name;
            CHECK(is_identifier(slot));
            CHECK(!json_object_getn(names, slot.p, slot.n)); /* no intent has the same name */
            for (size_t other = 0; other < k; other++)
                CHECK(!str_eq(slot, intent->slots[other].name));
        }
    }
    for (size_t i = 0; i < model->type_count; i++) {
        CHECK(is_identifier(model->types[i].name) || is_amazon_name(model->types[i].name));
        for (size_t other = 0; other < i; other++)
            CHECK(!str_eq(model->types[i].name, model->types[other].name));
    }
    json_decref(names);
}

/* Letters, blanks, apostrophes of possessives, periods of abbreviations, and hyphens. */
static bool is_sample_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c != '\0' && strchr(" '.-", c));
}

static void check_sample(const struct model_intent *intent, const struct model_sample *sample)
{
    unsigned used = 0;
    bool inside = false;
    struct str s = sample->text;

    CHECK(s.n <= SAMPLE_MAX && s.n > 0 && s.p[0] != ' ' && s.p[s.n - 1] != ' ');
    CHECK(str_find(s, STR("  ")) == s.n);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '{' || s.p[i] == '}') {
            CHECK(inside == (s.p[i] == '}'));
            inside = !inside;
            if (inside)
                CHECK(i == 0 || s.p[i - 1] == ' ');
            else
                CHECK(i + 1 == s.n || s.p[i + 1] == ' ' ||
                      str_starts(str_sub(s, i + 1, s.n), STR("'s ")));
        } else if (!inside && !is_sample_char(s.p[i])) {
            fail_msg("%.*s: \"%.*s\"", STR_ARG(intent->name), STR_ARG(s));
        }
    }
    CHECK(!inside);
    for (size_t p = 0; p < sample->part_count; p++) {
        if (sample->parts[p].slot < 0)
            continue;
        if (used & 1U << sample->parts[p].slot)
            fail_msg("%.*s: repeated slot in \"%.*s\"", STR_ARG(intent->name), STR_ARG(s));
        used |= 1U << sample->parts[p].slot;
    }
}

TEST(samples_have_allowed_characters_and_lengths)
{
    for (size_t i = 0; i < model->intent_count; i++)
        for (size_t k = 0; k < model->intents[i].sample_count; k++)
            check_sample(&model->intents[i], &model->intents[i].samples[k]);
}

TEST(every_slot_is_used_and_every_custom_intent_has_samples)
{
    for (size_t i = 0; i < model->intent_count; i++) {
        const struct model_intent *intent = &model->intents[i];
        unsigned used = 0;
        CHECK(is_amazon_name(intent->name) || intent->sample_count > 0);
        for (size_t k = 0; k < intent->sample_count; k++)
            for (size_t p = 0; p < intent->samples[k].part_count; p++)
                if (intent->samples[k].parts[p].slot >= 0)
                    used |= 1U << intent->samples[k].parts[p].slot;
        if (used != (1U << intent->slot_count) - 1)
            fail_msg("%.*s has a slot that no sample fills", STR_ARG(intent->name));
    }
}

static void check_value(const char *text, json_t *seen, const char *type)
{
    size_t n = strlen(text);

    if (n == 0 || n > VALUE_MAX || text[0] == ' ' || text[n - 1] == ' ' || strstr(text, "  "))
        fail_msg("%s: \"%s\"", type, text);
    for (size_t i = 0; i < n; i++)
        if (!is_sample_char(text[i]) && !isdigit((unsigned char)text[i]))
            fail_msg("%s: \"%s\"", type, text);
    if (json_object_get(seen, text))
        fail_msg("%s: \"%s\" is repeated", type, text);
    json_object_set_new(seen, text, json_true());
}

TEST(slot_values_have_allowed_characters_lengths_and_number)
{
    const json_t *types = language("types");
    size_t t, v, s, total = 0;
    json_t *type, *value, *synonym;

    json_array_foreach (types, t, type) {
        const char *name = json_string_value(json_object_get(type, "name"));
        json_t *seen = json_object();
        json_array_foreach (json_object_get(type, "values"), v, value) {
            check_value(json_string_value(json_at(value, "name.value")), seen, name);
            json_array_foreach (json_at(value, "name.synonyms"), s, synonym)
                check_value(json_string_value(synonym), seen, name);
        }
        CHECK(json_object_size(seen) > 0);
        total += json_object_size(seen);
        json_decref(seen);
    }
    CHECK(total <= VALUES_TOTAL_MAX);
}

TEST(the_invocation_name_is_allowed)
{
    static const char *const forbidden[] = {
        "alexa", "amazon", "echo",    "computer", "skill", "app", "launch", "ask",  "tell",
        "load",  "begin",  "enable",  "open",     "start", "run", "to",     "from", "by",
        "if",    "and",    "whether", "the",      "a",     "an",  "for",    "of"
    };
    struct str name = model->invocation;

    CHECK(model->invocation_words.count >= 2 && name.n >= NAME_MIN && name.n <= NAME_MAX);
    for (size_t i = 0; i < name.n; i++)
        CHECK((name.p[i] >= 'a' && name.p[i] <= 'z') || strchr(" '.", name.p[i]));
    for (size_t w = 0; w < model->invocation_words.count; w++)
        for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
            CHECK(!str_eqz(model->invocation_words.word[w], forbidden[i]));
}

TEST(required_intents_are_present)
{
    static const char *const names[] = { "AMAZON.StopIntent", "AMAZON.CancelIntent",
                                         "AMAZON.HelpIntent", "AMAZON.NavigateHomeIntent",
                                         "AMAZON.FallbackIntent" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        CHECK_ROW(i, find_intent(names[i]));
}

TEST(slots_keep_the_names_of_existing_models)
{
    static const struct {
        const char *intent, *slots;
    } cases[] = {
        { "MetricIntent", "metric leadin when_abs when_any when_pos day month quarter location "
                          "zip_conn zipcode" },
        { "MetricPosIntent", "metric leadin when_abs when_any when_pos day month quarter location "
                             "zip_conn zipcode" },
        { "GetSettingIntent", "setting" },
        { "SetLocationIntent", "location zip_conn zipcode" },
        { "SetPitchIntent", "percent" },
        { "SetRateIntent", "percent" },
        { "AddCustomIntent", "metric" },
        { "RemCustomIntent", "metric" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str rest = str_of(cases[i].slots), slot;
        while (str_word(&rest, &slot)) {
            char name[40];
            snprintf(name, sizeof name, "%.*s", STR_ARG(slot));
            CHECK_ROW(i, has_slot(find_intent(cases[i].intent), name));
        }
    }
}

/* ---- skill.json ---- */

static void check_endpoint(const char *path)
{
    char member[100];
    struct str type;

    snprintf(member, sizeof member, "%s.uri", path);
    CHECK(str_starts(json_str(manifest, member), STR("https://")));
    snprintf(member, sizeof member, "%s.sslCertificateType", path);
    type = json_str(manifest, member);
    CHECK(str_eqz(type, "Trusted") || str_eqz(type, "Wildcard") || str_eqz(type, "SelfSigned"));
}

static bool has_permission(const char *want)
{
    size_t i;
    json_t *one;

    json_array_foreach (json_at(manifest, "manifest.permissions"), i, one)
        if (str_eqz(json_str(one, "name"), want))
            return true;
    return false;
}

TEST(the_manifest_has_an_endpoint_and_the_handled_events)
{
    const json_t *list = json_at(manifest, "manifest.events.subscriptions");
    size_t i;
    json_t *event;
    bool disabled = false, alerts = false;

    CHECK_SLICE(json_str(manifest, "manifest.manifestVersion"), "1.0");
    check_endpoint("manifest.apis.custom.endpoint");
    check_endpoint("manifest.events.endpoint");
    json_array_foreach (list, i, event) {
        struct str name = json_str(event, "eventName");
        disabled = disabled || str_eqz(name, "SKILL_DISABLED");
        alerts = alerts || str_eqz(name, "SKILL_PROACTIVE_SUBSCRIPTION_CHANGED");
        CHECK(str_starts(name, STR("SKILL_")));
    }
    CHECK(disabled); /* it deletes the user's data */
    CHECK(alerts);
    CHECK_SLICE(json_str(manifest, "manifest.events.publications.0.eventName"),
                "AMAZON.WeatherAlert.Activated");
    CHECK(has_permission("alexa::devices:all:notifications:write"));
}

TEST(the_manifest_keeps_the_length_limits)
{
    const json_t *us = json_at(manifest, "manifest.publishingInformation.locales.en-US");
    const json_t *phrases = json_at(us, "examplePhrases"), *keywords = json_at(us, "keywords");

    CHECK(json_str(us, "name").n >= NAME_MIN && json_str(us, "name").n <= NAME_MAX);
    CHECK(json_str(us, "summary").n > 0 && json_str(us, "summary").n <= SUMMARY_MAX);
    CHECK(json_str(us, "description").n > 0 && json_str(us, "description").n <= DESCRIPTION_MAX);
    CHECK(json_array_size(keywords) <= KEYWORDS_MAX);
    CHECK(json_array_size(phrases) >= 1 && json_array_size(phrases) <= PHRASES_MAX);
    CHECK_SLICE(json_str(manifest, "manifest.publishingInformation.category"), "WEATHER");
    CHECK(json_str(manifest, "manifest.publishingInformation.testingInstructions").n > 0);
    /* the manifest declares personal data, so it must link to a privacy policy */
    CHECK(json_bool(manifest, "manifest.privacyAndCompliance.usesPersonalInfo", false));
    CHECK(str_starts(
        json_str(manifest, "manifest.privacyAndCompliance.locales.en-US.privacyPolicyUrl"),
        STR("https://")));
}

TESTS_WITH(set_up, tear_down, names_are_unique_identifiers,
           samples_have_allowed_characters_and_lengths,
           every_slot_is_used_and_every_custom_intent_has_samples,
           slot_values_have_allowed_characters_lengths_and_number, the_invocation_name_is_allowed,
           required_intents_are_present, slots_keep_the_names_of_existing_models,
           the_manifest_has_an_endpoint_and_the_handled_events,
           the_manifest_keeps_the_length_limits)
