/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/talk/pairs.c -- the law of follow-ups, for every pair of a question and a
 * follow-up: what is heard after both is what the question with the follow-up's words put in would
 * be answered with. The words are put in here by a few rules of the test's own. */
#include "tests/unit/intents/forecast_world.h"

#define LONG "2026-11-22T10:00:00+00:00/P7D"
#define STEADY(name, unit, value) LAYER(name, unit, RUN(LONG, value))

static const struct question {
    const char *intent, *slots;
} questions[] = {
    { "MetricIntent", "metric=temperature;location=boulder colorado" },
    { "MetricIntent", "metric=rain;leadin=will it;when_any=tomorrow;location=boulder colorado" },
    { "MetricIntent", "metric=forecast;when_any=monday night;location=denver colorado" },
    { "MetricIntent", "metric=alerts;location=boulder colorado" },
    { "HoursIntent", "metric=temperature;time=14:00;location=boulder colorado" },
    { "HoursIntent", "span=PT6H;span_conn=next;location=boulder colorado" },
    { "TimingIntent", "event=rain;edge=start;location=boulder colorado" },
    { "AmountIntent", "event=snow;when_any=tomorrow;location=boulder colorado" },
    { "FreezeIntent", "freeze=freeze;leadin=will it;when_any=tonight;location=boulder colorado" },
    { "ExtremeIntent", "extreme=coldest;unit=night;location=boulder colorado" },
    { "ThresholdIntent", "direction=reach;number=60;metric=temperature;location=boulder colorado" },
    { "CompareIntent", "comparator=warmer;when_any=tuesday;when_two=tomorrow;"
                       "location=boulder colorado" },
    { "AdviceIntent", "thing=umbrella;location=boulder colorado" },
    { "SunIntent", "sun=sunset;location=boulder colorado" },
    { "MoonIntent", "moon=full;location=boulder colorado" },
};

static const char *const follow_ups[] = {
    "when_any=tomorrow",
    "when_any=tonight",
    "when_any=tuesday night",
    "day=24th;month=november",
    "location=denver colorado",
    "location=seattle washington",
    "metric=wind",
    "metric=humidity",
    "time=17:00",
    "event=snow",
    "when_any=tomorrow;location=denver colorado",
    "units=metric",
};

/* ---- putting words in ---- */

static const char *const when_names[] = { "when_any", "day", "month", NULL };
static const char *const span_names[] = { "span", "span_conn", NULL };
static const char *const place_names[] = { "location", NULL };

static bool is_named(struct str pair, const char *const *names)
{
    struct str name = str_sub(pair, 0, str_index(pair, '='));

    for (; *names; names++)
        if (str_eqz(name, *names))
            return true;
    return false;
}

static bool has_any(const char *slots, const char *const *names)
{
    struct str rest = str_of(slots), pair;

    while (str_split(&rest, ';', &pair))
        if (is_named(pair, names))
            return true;
    return false;
}

static bool reads(const char *intent, const char *slot)
{
    static const struct {
        const char *slot, *intents;
    } rows[] = { { "metric", "MetricIntent HoursIntent ThresholdIntent CompareIntent" },
                 { "time", "HoursIntent TimingIntent" },
                 { "event", "TimingIntent AmountIntent" } };

    for (size_t i = 0; i < 3; i++)
        if (strcmp(rows[i].slot, slot) == 0)
            return strstr(rows[i].intents, intent);
    return false;
}

static const char *intent_after(const char *intent, const char *follow_up)
{
    static const struct {
        const char *slot, *intent;
    } rows[] = { { "event", "TimingIntent" },
                 { "time", "HoursIntent" },
                 { "metric", "MetricIntent" } };

    for (size_t i = 0; i < 3; i++) {
        const char *const name[] = { rows[i].slot, NULL };
        if (has_any(follow_up, name) && !reads(intent, rows[i].slot))
            return rows[i].intent;
    }
    return intent;
}

/* Does the question keep these words? */
static bool is_kept(struct str pair, const char *follow_up, bool same_intent)
{
    static const char *const time_names[] = { "time", NULL };
    char name[40];
    const char *const own[] = { name, NULL };
    bool when = is_named(pair, when_names), place = is_named(pair, place_names);

    (void)snprintf(name, sizeof name, "%.*s", (int)str_index(pair, '='), pair.p);
    if (!same_intent && !when && !place)
        return false;
    if ((when && has_any(follow_up, when_names)) || (place && has_any(follow_up, place_names)))
        return false;
    if (is_named(pair, span_names))
        return !has_any(follow_up, when_names) && !has_any(follow_up, time_names);
    return !has_any(follow_up, own);
}

static void put_in(const struct question *q, const char *follow_up, struct buf *out)
{
    struct str rest = str_of(q->slots), pair;
    bool same = strcmp(intent_after(q->intent, follow_up), q->intent) == 0;

    buf_putz(out, follow_up);
    while (str_split(&rest, ';', &pair)) {
        if (is_kept(pair, follow_up, same))
            buf_printf(out, ";%.*s", STR_ARG(pair));
    }
}

/* ---- the law ---- */

static void start(struct skill_world *s)
{
    skill_start(s);
    skill_serve_point(s, "denver", "CO");
    skill_serve_point(s, "seattle", "WA");
    forecast(s,
             STEADY("temperature", "degC", "10") STEADY("relativeHumidity", "percent", "50")
                 STEADY("windSpeed", "km_h-1", "20") STEADY("windDirection", "degree_(angle)", "90")
                     STEADY("skyCover", "percent", "10") STEADY("snowfallAmount", "mm", "3")
                         STEADY("probabilityOfPrecipitation", "percent", "40"));
}

static void ask_first(struct skill_world *s, const struct question *q)
{
    s->session_new = true;
    (void)skill_ask(s, q->intent, q->slots);
    s->session_new = false;
}

TEST(a_follow_up_is_told_like_the_question_with_its_words_put_in)
{
    struct skill_world s;
    size_t answers = 0;

    start(&s);
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        const struct question *q = &questions[i];
        for (size_t k = 0; k < sizeof follow_ups / sizeof follow_ups[0]; k++) {
            struct buf whole = BUF_INIT(1000);
            char *want;
            const char *got;
            put_in(q, follow_ups[k], &whole);
            ask_first(&s, q);
            want = strdup(skill_ask(&s, intent_after(q->intent, follow_ups[k]), buf_z(&whole)));
            ask_first(&s, q);
            got = skill_ask(&s, "FollowIntent", follow_ups[k]);
            if (strcmp(got, want) != 0)
                print_error("%s %s, then %s\n", q->intent, q->slots, follow_ups[k]);
            CHECK_STR(got, want);
            answers += !strstr(got, "Sorry") && !strstr(got, "I don't");
            free(want);
            buf_free(&whole);
        }
    }
    CHECK(answers > 140);
    skill_stop(&s);
}

TESTS(a_follow_up_is_told_like_the_question_with_its_words_put_in)
