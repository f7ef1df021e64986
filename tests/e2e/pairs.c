/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/pairs.c -- the law of follow-ups: what is heard after a question and a follow-up is
 * what the question would give with the follow-up's slots put in.
 *
 * Every question of one list is followed by every follow-up of another. What they mean together is
 * worked out here by the rules of the specification, apart from the skill's own code, and asked as
 * a question in full. */
#include "tests/e2e/harness.h"
#include "tests/test.h"

enum { SLOTS = 12, TEXT = 40, PAIR_MAX = 500 };

struct words {
    char name[SLOTS][TEXT], value[SLOTS][TEXT];
    size_t count;
};

static const char *const questions[] = {
    "MetricIntent metric=temperature location=boulder_colorado",
    "MetricIntent metric=weather when_any=tomorrow location=denver_colorado",
    "MetricIntent metric=rain leadin=will_it when_any=tonight location=seattle_washington",
    "MetricPosIntent metric=forecast when_pos=friday's location=chicago_illinois",
    "MetricIntent metric=alerts location=seattle_washington",
    "MetricIntent metric=wind day=19th month=june location=boulder_colorado",
    "HoursIntent time=17:00 metric=temperature location=boulder_colorado",
    "HoursIntent time=14:00 time_to=18:00 when_any=tomorrow location=denver_colorado",
    "TimingIntent event=rain edge=start location=denver_colorado",
    "FreezeIntent freeze=freeze when_any=tonight location=fairbanks_alaska",
    "ExtremeIntent extreme=coldest unit=night location=boulder_colorado",
    "ThresholdIntent direction=reach number=80 metric=temperature location=phoenix_arizona",
    "AdviceIntent thing=umbrella when_any=tomorrow location=denver_colorado",
    "SunIntent sun=sunset location=honolulu_hawaii",
    ("CompareIntent metric=temperature comparator=warmer when_two=yesterday "
     "location=boulder_colorado"),
};

static const char *const follow_ups[] = {
    "when_any=tomorrow",
    "when_any=saturday_night",
    "when_abs=today",
    "day=20th month=june",
    "location=miami_florida",
    "zipcode=80301",
    "metric=wind",
    "metric=humidity when_any=tomorrow",
    "location=portland_oregon when_any=friday",
    "time=09:00",
    "event=snow",
    "location=home",
};

/* ---- reading and merging ---- */

static const char *value_of(const struct words *w, const char *name)
{
    for (size_t i = 0; i < w->count; i++)
        if (strcmp(w->name[i], name) == 0)
            return w->value[i];
    return NULL;
}

static void put_word(struct words *w, const char *name, const char *value)
{
    CHECK(w->count < SLOTS);
    snprintf(w->name[w->count], TEXT, "%s", name);
    snprintf(w->value[w->count], TEXT, "%s", value);
    w->count++;
}

static void drop_word(struct words *w, const char *name)
{
    for (size_t i = 0; i < w->count; i++) {
        if (strcmp(w->name[i], name) != 0)
            continue;
        w->count--;
        memcpy(w->name[i], w->name[w->count], TEXT);
        memcpy(w->value[i], w->value[w->count], TEXT);
        i--;
    }
}

/* "metric=wind when_any=saturday_night" */
static void parse_words(const char *text, struct words *ret_words)
{
    char copy[PAIR_MAX], *rest = NULL;

    ret_words->count = 0;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(word, '=');
        CHECK(equals);
        *equals = '\0';
        for (char *p = equals + 1; *p; p++)
            if (*p == '_')
                *p = ' ';
        put_word(ret_words, word, equals + 1);
    }
}

static const char *const place_names[] = { "location", "zipcode", NULL };
static const char *const when_names[] = { "when_abs", "when_any", "when_pos", "day",
                                          "month",    "quarter",  NULL };

static bool has_any(const struct words *w, const char *const *names)
{
    for (; *names; names++)
        if (value_of(w, *names))
            return true;
    return false;
}

static void keep_only(struct words *w, const char *const *a, const char *const *b)
{
    for (size_t i = 0; i < w->count;) {
        bool kept = false;
        for (const char *const *n = a; *n; n++)
            kept = kept || strcmp(w->name[i], *n) == 0;
        for (const char *const *n = b; *n; n++)
            kept = kept || strcmp(w->name[i], *n) == 0;
        char name[TEXT];
        memcpy(name, w->name[i], sizeof name);
        if (kept)
            i++;
        else
            drop_word(w, name);
    }
}

/* Which intents read these slots, besides place and time. */
static bool reads(const char *intent, const char *slot)
{
    static const char *const metric[] = { "MetricIntent",    "MetricPosIntent", "HoursIntent",
                                          "ThresholdIntent", "CompareIntent",   NULL };
    static const char *const hour[] = { "HoursIntent", "TimingIntent", NULL };
    static const char *const event[] = { "TimingIntent", "AmountIntent", NULL };

    return str_is_one_of(str_of(intent), strcmp(slot, "metric") == 0 ? metric
                                         : strcmp(slot, "time") == 0 ? hour
                                                                     : event);
}

static const char *merge(const char *intent, const struct words *question, const struct words *f,
                         struct words *ret_merged)
{
    const char *after = intent;

    if (value_of(f, "event") && !reads(intent, "event"))
        after = "TimingIntent";
    else if (value_of(f, "time") && !reads(intent, "time"))
        after = "HoursIntent";
    else if (value_of(f, "metric") && !reads(intent, "metric"))
        after = "MetricIntent";
    *ret_merged = *question;
    if (strcmp(after, intent) != 0)
        keep_only(ret_merged, place_names, when_names);
    if (has_any(f, place_names))
        for (const char *const *n = place_names; *n; n++)
            drop_word(ret_merged, *n);
    if (has_any(f, when_names))
        for (const char *const *n = when_names; *n; n++)
            drop_word(ret_merged, *n);
    if (value_of(f, "time"))
        drop_word(ret_merged, "time_to");
    for (size_t i = 0; i < f->count; i++) {
        drop_word(ret_merged, f->name[i]);
        put_word(ret_merged, f->name[i], f->value[i]);
    }
    return after;
}

/* ---- asking ---- */

static json_t *request_of(const char *intent, const struct words *w)
{
    json_t *e = envelope_of_type("user-pairs", "IntentRequest"), *slots = json_object();

    for (size_t i = 0; i < w->count; i++)
        json_object_set_new(slots, w->name[i],
                            json_pack("{s:s,s:s}", "name", w->name[i], "value", w->value[i]));
    envelope_set(e, "request.intent", json_pack("{s:s,s:o}", "name", intent, "slots", slots));
    return e;
}

/* Asks within the session of `a`, and replaces it by the answer. */
static void ask_in_session(struct client_response *a, const char *intent, const struct words *w)
{
    json_t *e = request_of(intent, w);

    envelope_continue_session(e, a->json);
    client_response_done(a);
    *a = client_post(&world, e, NULL);
    json_decref(e);
    speech_check_valid(a);
}

static struct client_response open_session(void)
{
    json_t *e = envelope_launch("user-pairs");
    struct client_response a = client_post(&world, e, NULL);

    json_decref(e);
    return a;
}

/* False, with a message, when they differ. */
static bool check_pair(const char *question, const char *follow_up)
{
    char intent[TEXT];
    struct words q, f, merged;
    struct client_response said = open_session(), wanted = open_session();
    const char *after;
    bool same;

    CHECK(sscanf(question, "%39s", intent) == 1);
    parse_words(strchr(question, ' ') + 1, &q);
    parse_words(follow_up, &f);
    after = merge(intent, &q, &f, &merged);
    ask_in_session(&said, intent, &q);
    ask_in_session(&said, "FollowIntent", &f);
    ask_in_session(&wanted, after, &merged);
    same = strcmp(said.speech, wanted.speech) == 0;
    if (!same)
        print_message("%s + %s:\n    heard: %s\n    %s alone: %s\n", question, follow_up,
                      said.speech, after, wanted.speech);
    client_response_done(&said);
    client_response_done(&wanted);
    return same;
}

TEST(a_follow_up_is_the_question_with_its_slots_put_in)
{
    struct client_response a =
        client_ask(&world, "user-pairs", "SetLocationIntent", "location", "boulder colorado", NULL);
    int wrong = 0;

    client_response_done(&a);
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
        for (size_t k = 0; k < sizeof follow_ups / sizeof follow_ups[0]; k++)
            wrong += !check_pair(questions[i], follow_ups[k]);
    CHECK_INT(wrong, 0);
}

TESTS_WITH(world_setup, world_teardown, a_follow_up_is_the_question_with_its_slots_put_in)
