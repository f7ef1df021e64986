/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/talk/follow.c -- the topic that an answer leaves, follow-ups about it, and
 * bare answers to what the skill asked. */
#include "intents/topic.h"
#include "tests/unit/intents/forecast_world.h"

#define BOULDER "location=boulder colorado"

#define LONG "2026-11-22T10:00:00+00:00/P7D"
#define STEADY(name, unit, value) LAYER(name, unit, RUN(LONG, value))

/* Boulder, Denver and Seattle have the same weather. */
static void start(struct skill_world *s)
{
    skill_start(s);
    skill_serve_point(s, "denver", "CO");
    skill_serve_point(s, "seattle", "WA");
    forecast(s,
             STEADY("temperature", "degC", "10") STEADY("relativeHumidity", "percent", "50")
                 STEADY("windSpeed", "km_h-1", "20") STEADY("windDirection", "degree_(angle)", "90")
                     STEADY("skyCover", "percent", "10")
                         STEADY("probabilityOfPrecipitation", "percent", "40"));
}

/* The next questions are in the same session. */
static void first(struct skill_world *s, const char *name, const char *slots)
{
    s->session_new = true;
    (void)skill_ask(s, name, slots);
    s->session_new = false;
}

static const char *topic_slot(const struct skill_world *s, const char *name)
{
    struct str value = json_str(json_at(json_at(s->attributes, "topic"), "slots"), name);

    return value.p ? value.p : "";
}

TEST(an_answer_about_weather_leaves_a_topic)
{
    struct skill_world s;
    int64_t version = 0;

    start(&s);
    first(&s, "MetricIntent", "metric=temperature;when_any=tomorrow;" BOULDER);
    CHECK(json_int(s.attributes, "topic.v", &version));
    CHECK_INT(version, TOPIC_VERSION);
    CHECK_SLICE(json_str(s.attributes, "topic.intent"), "MetricIntent");
    CHECK_STR(topic_slot(&s, "metric"), "temperature");
    CHECK_STR(topic_slot(&s, "when_any"), "tomorrow");
    CHECK_STR(topic_slot(&s, "location"), "Boulder Colorado");
    skill_stop(&s);
}

/* Settings, help and apologies leave it as it was; a new session has none. */
TEST(a_topic_outlives_what_is_not_about_weather)
{
    static const struct {
        const char *name, *slots;
    } others[] = { { "SetRateIntent", "percent=110" },
                   { "AMAZON.HelpIntent", "" },
                   { "AMAZON.FallbackIntent", "" },
                   { "MetricIntent", "metric=wind;location=atlantis georgia" },
                   { "MetricIntent", "metric=broccoli" } };
    struct skill_world s;

    start(&s);
    first(&s, "MetricIntent", "metric=temperature;when_any=tomorrow;" BOULDER);
    json_t *topic = json_incref(json_at(s.attributes, "topic"));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        (void)skill_ask(&s, others[i].name, others[i].slots);
        CHECK_ROW(i, json_equal(topic, json_at(s.attributes, "topic")));
    }
    json_decref(topic);
    s.session_new = true;
    skill_says(&s, "MetricIntent", "metric=wind", "You haven't set a location yet");
    CHECK(!json_at(s.attributes, "topic"));
    skill_stop(&s);
}

/* The law: what is heard after the question and the follow-up is what the question with the
 * follow-up's slots put in would give. */
TEST(a_follow_up_takes_what_it_lacks_from_the_topic)
{
    static const struct {
        const char *question, *follow_up, *merged;
    } rows[] = {
        { "metric=temperature;" BOULDER, "when_any=tomorrow",
          "metric=temperature;when_any=tomorrow;" BOULDER },
        { "metric=wind;when_any=tomorrow;location=denver colorado", BOULDER,
          "metric=wind;when_any=tomorrow;" BOULDER },
        { "metric=temperature;when_any=tomorrow;" BOULDER, "metric=wind",
          "metric=wind;when_any=tomorrow;" BOULDER },
        /* the slots of time are replaced as one */
        { "metric=wind;day=24th;month=november;" BOULDER, "when_any=tonight",
          "metric=wind;when_any=tonight;" BOULDER },
        { "metric=wind;when_any=tonight;" BOULDER, "day=24th", "metric=wind;day=24th;" BOULDER },
        { "metric=rain;leadin=will it;when_any=tonight;" BOULDER, "when_any=tomorrow",
          "metric=rain;leadin=will it;when_any=tomorrow;" BOULDER },
        { "metric=rain;leadin=will it;when_any=tonight;" BOULDER, "metric=wind;when_any=tomorrow",
          "metric=wind;leadin=will it;when_any=tomorrow;" BOULDER },
        { "metric=wind;when_any=tomorrow;" BOULDER, "location=there;metric=humidity",
          "metric=humidity;when_any=tomorrow;" BOULDER },
    };
    struct skill_world s;

    start(&s);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *want;
        first(&s, "MetricIntent", rows[i].question);
        want = strdup(skill_ask(&s, "MetricIntent", rows[i].merged));
        first(&s, "MetricIntent", rows[i].question);
        CHECK_STR(skill_ask(&s, "FollowIntent", rows[i].follow_up), want);
        free(want);
    }
    skill_stop(&s);
}

TEST(a_full_question_takes_only_the_place)
{
    struct skill_world s;

    start(&s);
    skill_says(&s, "SetLocationIntent", "location=seattle washington", "Seattle");
    first(&s, "MetricIntent", "metric=temperature;when_any=tomorrow;" BOULDER);
    skill_says(&s, "MetricIntent", "metric=wind;when_any=tonight", "Boulder, Colorado");
    skill_says(&s, "MetricPosIntent", "metric=humidity;when_pos=monday's", "Boulder, Colorado");
    skill_stop(&s);
}

TEST(here_and_home_return_to_the_default_location)
{
    static const char *const words[] = { "location=here;when_any=tomorrow", "location=home",
                                         "location=my house;when_any=tonight" };
    struct skill_world s;

    start(&s);
    skill_says(&s, "SetLocationIntent", BOULDER, "Boulder");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        first(&s, "MetricIntent", "metric=wind;when_any=tomorrow;location=denver colorado");
        json_decref(s.attributes);
        s.attributes = json_loads("{\"topic\":{\"v\":1,\"intent\":\"MetricIntent\",\"slots\":{"
                                  "\"metric\":\"wind\",\"when_any\":\"tomorrow\",\"location\":"
                                  "\"Denver Colorado\"}}}",
                                  0, NULL);
        skill_says(&s, i % 2 ? "FollowIntent" : "MetricIntent", words[i], "Boulder, Colorado");
        CHECK_STR(topic_slot(&s, "location"), "");
        skill_says(&s, "FollowIntent", "when_any=tomorrow", "Boulder, Colorado");
    }
    skill_stop(&s);
}

TEST(a_bare_place_without_a_topic_means_its_weather)
{
    struct skill_world s;

    start(&s);
    s.session_new = false;
    skill_says(&s, "FollowIntent", BOULDER ";when_any=tomorrow", "omorrow in Boulder, Colorado");
    CHECK_SLICE(json_str(s.attributes, "topic.intent"), "MetricIntent");
    skill_says(&s, "FollowIntent", "", "Sorry, I didn't understand that.");
    skill_stop(&s);
}

/* ---- bare answers ---- */

TEST(what_the_skill_asks_can_be_answered_in_bare_words)
{
    static const struct {
        const char *name, *slots, *asks, *answer, *says;
    } rows[] = {
        { "MetricIntent", "metric=wind;when_any=yesterday;" BOULDER, "Which day would you like?",
          "when_abs=tomorrow", "12 miles per hour tomorrow in Boulder" },
        { "MetricIntent", "metric=wind;day=30th;month=february;" BOULDER,
          "Which day would you like?", "when_any=tomorrow night",
          "12 miles per hour tomorrow night" },
        { "MetricIntent", "metric=wind;when_any=tomorrow;location=colorado",
          "Which city in Colorado do you mean?", "location=boulder",
          "omorrow in Boulder, Colorado" },
        { "MetricIntent", "metric=wind;when_any=tomorrow;location=colorado",
          "Which city in Colorado do you mean?", BOULDER, "omorrow in Boulder, Colorado" },
        { "MetricIntent", "metric=wind;when_any=tomorrow;location=atlantis georgia",
          "Do you mean Atlantis, Florida", BOULDER, "omorrow in Boulder, Colorado" },
        { "MetricIntent", "metric=wind;when_any=tomorrow", "would you like", BOULDER,
          "12 miles per hour tomorrow in Boulder" },
        { "MetricIntent", "metric=broccoli;when_any=tomorrow;" BOULDER, "Which one would you like?",
          "metric=wind", "12 miles per hour tomorrow in Boulder" },
        { "SetLocationIntent", "location=colorado", "Which city in Colorado do you mean?",
          "location=boulder", "Your location is now Boulder, Colorado." },
        { "SetLocationIntent", "", "Which place would you like?", BOULDER,
          "Your location is now Boulder, Colorado." },
        { "SetRateIntent", "percent=900", "Which percentage would you like?", "zipcode=110",
          "The rate is now 110 percent." },
        { "SetPitchIntent", "", "Which percentage would you like?", "zipcode=90",
          "The pitch is now 90 percent." },
        { "AddCustomIntent", "metric=alerts", "Which one would you like?", "metric=wind",
          "already includes wind" },
        { "ThresholdIntent", "direction=reach;number=?;metric=temperature;" BOULDER,
          "Which number do you mean?", "zipcode=40", "Not in the next seven days in Boulder" },
        { "TimingIntent", "event=frogs;" BOULDER, "Which one do you mean?", "metric=rain",
          "Boulder, Colorado" },
        { "HoursIntent", "time=99:99;metric=temperature;" BOULDER, "Which time would you like?",
          "time=17:00", "5 P.M." },
    };
    struct skill_world s;

    start(&s);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        s.session_new = true;
        s.user = i == 5 ? "user-without-a-location" : "user-1";
        skill_says(&s, rows[i].name, rows[i].slots, rows[i].asks);
        CHECK_ROW(i, !skill_ended(&s));
        s.session_new = false;
        skill_says(&s, "FollowIntent", rows[i].answer, rows[i].says);
    }
    skill_stop(&s);
}

TEST(a_question_stands_until_it_is_answered)
{
    static const char *const moves[] = { "AMAZON.NextIntent", "AMAZON.YesIntent" };
    struct skill_world s;

    start(&s);
    for (size_t i = 0; i < 2; i++) {
        s.session_new = true;
        skill_says(&s, "MetricIntent", "metric=wind;when_any=yesterday;" BOULDER,
                   "Which day would you like?");
        s.session_new = false;
        skill_says(&s, moves[i], "", ">Which day would you like?<");
        skill_says(&s, "FollowIntent", "when_abs=tomorrow", "12 miles per hour tomorrow in ");
    }
    skill_stop(&s);
}

/* The interaction model has a bare metric as a question. */
TEST(a_bare_metric_answers_what_was_asked)
{
    struct skill_world s;

    start(&s);
    first(&s, "RemCustomIntent", "metric=alerts");
    skill_says(&s, "MetricIntent", "metric=wind", "I've removed wind.");
    skill_stop(&s);
}

/* So has it what a hint names: the day and the place of the question stay. */
TEST(a_bare_word_of_a_hint_keeps_the_day_and_the_place)
{
    static const struct {
        const char *name, *asked, *said, *says;
    } rows[] = {
        { "AdviceIntent", "thing=kayak;when_any=tomorrow;" BOULDER, "thing=umbrella",
          "umbrella tomorrow in Boulder, Colorado" },
        { "SunIntent", "sun=golden hour;when_any=tomorrow;" BOULDER, "sun=sunset", "tomorrow" },
        { "MoonIntent", "moon=moonrise;when_any=tomorrow;" BOULDER, "moon=phase", "omorrow" },
    };
    struct skill_world s;

    start(&s);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        s.session_new = true;
        s.user = "user-without-a-location";
        (void)skill_ask(&s, rows[i].name, rows[i].asked);
        CHECK_ROW(i, !skill_ended(&s));
        s.session_new = false;
        skill_says(&s, rows[i].name, rows[i].said, rows[i].says);
    }
    skill_stop(&s);
}

/* A follow-up that does not answer it is about the topic. */
TEST(what_does_not_answer_the_question_is_a_follow_up)
{
    struct skill_world s;

    start(&s);
    first(&s, "MetricIntent",
          "metric=wind;"
          "when_any=tonight;" BOULDER);
    skill_says(&s, "MetricIntent", "metric=broccoli", "Which one would you like?");
    skill_says(&s, "FollowIntent", "when_any=tomorrow", "12 miles per hour tomorrow in Boulder");
    skill_stop(&s);
}

TEST(what_was_not_understood_leads_to_help_and_then_ends)
{
    struct skill_world s;

    start(&s);
    first(&s, "MetricIntent", "metric=wind;when_any=yesterday;" BOULDER);
    skill_says(&s, "AMAZON.FallbackIntent", "", "Which day would you like?");
    skill_says(&s, "FollowIntent", "when_any=tomorrow", "12 miles per hour tomorrow");
    skill_says(&s, "NoSuchIntent", "", "You can ask, for example");
    skill_says(&s, "AMAZON.FallbackIntent", "", "Would you like some help?");
    skill_says(&s, "AMAZON.YesIntent", "", "ask");
    CHECK(!skill_ended(&s));
    for (int i = 0; i < 3; i++)
        (void)skill_ask(&s, "AMAZON.FallbackIntent", "");
    skill_says(&s, "AMAZON.StopIntent", "", "Goodbye");
    for (int i = 0; i < 3; i++) {
        CHECK_ROW(i, i == 0 || !skill_ended(&s));
        (void)skill_ask(&s, "AMAZON.FallbackIntent", "");
    }
    CHECK(skill_ended(&s));
    skill_stop(&s);
}

/* ---- repeat ---- */

TEST(repeat_asks_the_last_question_again)
{
    struct skill_world s;
    char *heard;

    start(&s);
    first(&s, "MetricIntent", "metric=wind;when_any=tomorrow;" BOULDER);
    (void)skill_ask(&s, "FollowIntent", "metric=humidity");
    heard = strdup(skill_ask(&s, "AMAZON.RepeatIntent", ""));
    CHECK(strstr(heard, "umidity"));
    skill_says(&s, "SetRateIntent", "percent=100", "The rate is now 100 percent.");
    CHECK_STR(skill_ask(&s, "AMAZON.RepeatIntent", ""), heard);
    CHECK_STR(skill_ask(&s, "AMAZON.PreviousIntent", ""), heard);
    CHECK_STR(skill_ask(&s, "AMAZON.StartOverIntent", ""), heard);
    skill_says(&s, "AMAZON.YesIntent", "", "What would you like to know?");
    free(heard);
    skill_stop(&s);
}

/* ---- hostile attributes ---- */

TEST(a_topic_that_nobody_left_is_none)
{
    static const char *const topics[] = {
        "null",
        "7",
        "[]",
        "{}",
        "{\"v\":2,\"intent\":\"MetricIntent\",\"slots\":{\"location\":\"boulder colorado\"}}",
        "{\"v\":\"1\",\"intent\":\"MetricIntent\",\"slots\":{\"location\":\"boulder colorado\"}}",
        "{\"v\":1,\"intent\":\"NoSuchIntent\",\"slots\":{}}",
        "{\"v\":1,\"intent\":\"SetRateIntent\",\"slots\":{\"percent\":\"150\"}}",
        "{\"v\":1,\"intent\":\"FollowIntent\",\"slots\":{\"location\":\"boulder colorado\"}}",
        "{\"v\":1,\"intent\":\"MetricIntent\",\"slots\":7}",
        "{\"v\":1,\"intent\":\"MetricIntent\",\"slots\":{\"location\":7}}",
        "{\"v\":1,\"intent\":\"MetricIntent\",\"slots\":{\"location\":\"\"}}",
        "{\"v\":1,\"intent\":\"MetricIntent\",\"slots\":{\"percent\":\"150\"}}",
        "{\"v\":1,\"intent\":\"MetricIntent\",\"slots\":{\"location\":\"boulder\\u0001\"}}",
    };
    struct skill_world s;

    start(&s);
    s.session_new = false;
    for (size_t i = 0; i <= sizeof topics / sizeof topics[0]; i++) {
        struct buf text = BUF_INIT(1 << 20);
        if (i < sizeof topics / sizeof topics[0]) {
            buf_printf(&text, "{\"topic\":%s,\"asked\":%s,\"misses\":%s}", topics[i], topics[i],
                       topics[i]);
        } else { /* 8 KB */
            buf_putz(&text, "{\"topic\":{\"v\":1,\"intent\":\"MetricIntent\",\"slots\":{"
                            "\"location\":\"boulder colorado\"},\"x\":\"");
            while (text.n < 8000)
                buf_putz(&text, "blah blah ");
            buf_putz(&text, "\"}}");
        }
        json_decref(s.attributes);
        s.attributes = json_loads(buf_z(&text), 0, NULL);
        CHECK(s.attributes);
        skill_says(&s, "FollowIntent", "when_any=tomorrow", "You haven't set a location yet");
        buf_free(&text);
    }
    skill_stop(&s);
}

TEST(a_question_too_long_to_carry_leaves_no_topic)
{
    struct skill_world s;
    struct buf slots = BUF_INIT(4000);

    start(&s);
    buf_putz(&slots, "metric=wind;when_any=tomorrow;" BOULDER ";leadin=");
    for (int i = 0; i < 60; i++)
        buf_putz(&slots, "will it ");
    first(&s, "MetricIntent", buf_z(&slots));
    CHECK_STR(s.log.outcome, "answered");
    CHECK(!json_at(s.attributes, "topic") ||
          json_str(json_at(s.attributes, "topic.slots"), "leadin").n > TOPIC_SLOT_BYTES_MAX);
    skill_says(&s, "FollowIntent", "metric=humidity", "You haven't set a location yet");
    buf_free(&slots);
    skill_stop(&s);
}

TESTS(an_answer_about_weather_leaves_a_topic, a_question_stands_until_it_is_answered,
      a_topic_outlives_what_is_not_about_weather, a_follow_up_takes_what_it_lacks_from_the_topic,
      a_full_question_takes_only_the_place, here_and_home_return_to_the_default_location,
      a_bare_place_without_a_topic_means_its_weather,
      what_the_skill_asks_can_be_answered_in_bare_words, a_bare_metric_answers_what_was_asked,
      a_bare_word_of_a_hint_keeps_the_day_and_the_place,
      what_does_not_answer_the_question_is_a_follow_up,
      what_was_not_understood_leads_to_help_and_then_ends, repeat_asks_the_last_question_again,
      a_topic_that_nobody_left_is_none, a_question_too_long_to_carry_leaves_no_topic)
