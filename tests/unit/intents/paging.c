/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/paging.c -- long answers, page by page. */
#include "intents/alexa/response.h"
#include "tests/unit/intents/skill_world.h"

#define NONE "{\"features\":[]}"
#define ASK "metric=alerts;location=boulder colorado"

enum { ALERTS = 6, SENTENCES = 60 };

/* `count` alerts from number `first` on, each with SENTENCES unique sentences. */
static char *many_alerts(int first, int count)
{
    struct buf b = BUF_INIT(1 << 20);

    buf_putz(&b, "{\"features\":[");
    for (int a = first; a < first + count; a++) {
        buf_printf(&b,
                   "%s{\"properties\":{\"id\":\"urn:%d\",\"status\":\"Actual\",\"messageType\":"
                   "\"Alert\",\"event\":\"Flood Watch\",\"severity\":\"Severe\",\"areaDesc\":"
                   "\"Area %d\",\"sent\":\"2026-11-22T%02d:00:00-07:00\",\"ends\":"
                   "\"2026-11-23T06:00:00-07:00\",\"description\":\"",
                   a == first ? "" : ",", a, a, 9 - a);
        for (int i = 0; i < SENTENCES; i++)
            buf_printf(&b, "Water & mud reach mark %d of river %d.%s", i, a,
                       i % 7 == 6 ? "\\n\\n" : " ");
        buf_putz(&b, "\"}}");
    }
    buf_putz(&b, "]}");
    return buf_take(&b, NULL);
}

static void serve(struct skill_world *s, const char *body)
{
    fake_set(&s->w.upstream, skill_at_boulder("/alerts/active?point="), 200, body);
    fake_set(&s->w.upstream, "/alerts/active/zone/COC013", 200, NONE);
    fake_set(&s->w.upstream, "/alerts/active/zone/COZ039", 200, NONE);
}

static void check_mark(const char *heard, int mark, int river, bool want)
{
    char sentence[100];
    const char *at;

    (void)snprintf(sentence, sizeof sentence, "Water and mud reach mark %d of river %d.", mark,
                   river);
    at = strstr(heard, sentence);
    if (!!at != want || (at && strstr(at + 1, sentence)))
        fail_msg("mark %d of river %d %s", mark, river,
                 !at    ? "was never said"
                 : want ? "was said twice"
                        : "was said");
}

/* Asks and continues to the end; puts everything spoken into *heard. */
static int hear_all(struct skill_world *s, struct buf *heard)
{
    int pages = 1;

    s->session_new = true;
    buf_putz(heard, skill_ask(s, "MetricIntent", ASK));
    s->session_new = false;
    while (strstr(buf_z(heard) + (heard->n > 100 ? heard->n - 100 : 0), "Do you want ")) {
        struct str speech;
        CHECK(!skill_ended(s));
        CHECK(pages++ < 20);
        buf_putz(heard, skill_ask(s, pages % 2 ? "AMAZON.YesIntent" : "AMAZON.NextIntent", ""));
        speech = json_str(s->answer, "response.outputSpeech.ssml");
        CHECK(str_utf8_length(speech) <= RESPONSE_SPEECH_MAX);
    }
    return pages;
}

TEST(a_long_answer_has_every_sentence_exactly_once)
{
    struct skill_world s;
    struct buf heard = BUF_INIT(1 << 20);
    char *body = many_alerts(0, ALERTS);

    skill_start(&s);
    serve(&s, body);
    CHECK(hear_all(&s, &heard) >= 2);
    for (int a = 0; a < ALERTS; a++)
        for (int i = 0; i < SENTENCES; i++)
            check_mark(buf_z(&heard), i, a, true);
    skill_says(&s, "AMAZON.YesIntent", "", "That's everything.");
    CHECK(!skill_ended(&s));
    buf_free(&heard);
    skill_stop(&s);
    free(body);
}

TEST(the_first_page_has_a_sentence_for_each_alert)
{
    struct skill_world s;
    char *body = many_alerts(0, 2);

    skill_start(&s);
    serve(&s, body);
    CHECK_STR(
        skill_ask(&s, "MetricIntent", ASK),
        "<speak>There are 2 alerts for Boulder, Colorado. Flood Watch for Area 0, until 6 A.M. "
        "tomorrow. Flood Watch for Area 1, until 6 A.M. tomorrow. Do you want the "
        "details?</speak>");
    CHECK_STR(json_str(s.answer, "response.reprompt.outputSpeech.ssml").p,
              "<speak>Do you want the details?</speak>");
    CHECK(!skill_ended(&s));
    /* The card has the details. */
    check_mark(json_str(s.answer, "response.card.content").p, 0, 0, true);
    check_mark(json_str(s.answer, "response.card.content").p, 59, 1, true);
    s.session_new = false;
    skill_says(&s, "AMAZON.YesIntent", "", "<speak>Flood Watch: Water and mud reach mark 0");
    free(body);
    skill_stop(&s);
}

TEST(one_of_the_alerts_can_be_chosen)
{
    struct skill_world s;
    char *body = many_alerts(0, 3);

    skill_start(&s);
    serve(&s, body);
    skill_says(&s, "MetricIntent", ASK, "Do you want the details?");
    s.session_new = false;
    skill_says(&s, "ChooseIntent", "ordinal=4", "There are only 3. Which one would you like?");
    CHECK(!skill_ended(&s));
    const char *heard = skill_ask(&s, "ChooseIntent", "ordinal=2nd");
    CHECK(strstr(heard, "<speak>Flood Watch: Water and mud reach mark 0 of river 1."));
    check_mark(heard, 59, 1, true);
    check_mark(heard, 59, 0, false);
    check_mark(heard, 0, 2, false);
    CHECK(strstr(heard, "Do you want to hear more?</speak>"));
    heard = skill_ask(&s, "AMAZON.YesIntent", "");
    check_mark(heard, 0, 2, true);
    check_mark(heard, 59, 1, false);
    heard = skill_ask(&s, "ChooseIntent", "ordinal=first");
    check_mark(heard, 0, 0, true);
    check_mark(heard, 0, 1, false);
    heard = skill_ask(&s, "ChooseIntent", "ordinal=last");
    check_mark(heard, 0, 2, true);
    check_mark(heard, 0, 1, false);
    skill_says(&s, "ChooseIntent", "ordinal=?", "There are only 3.");
    free(body);
    skill_stop(&s);
}

TEST(a_long_answer_can_be_repeated_started_over_and_stopped)
{
    struct skill_world s;
    char *body = many_alerts(0, ALERTS), *first, *second;

    skill_start(&s);
    serve(&s, body);
    first = strdup(skill_ask(&s, "MetricIntent", ASK));
    s.session_new = false;
    CHECK_STR(skill_ask(&s, "AMAZON.RepeatIntent", ""), first);
    second = strdup(skill_ask(&s, "AMAZON.YesIntent", ""));
    CHECK(strcmp(first, second) != 0);
    CHECK_STR(skill_ask(&s, "AMAZON.RepeatIntent", ""), second);
    CHECK_STR(skill_ask(&s, "AMAZON.StartOverIntent", ""), first);
    CHECK_STR(skill_ask(&s, "AMAZON.NextIntent", ""), second);
    skill_says(&s, "AMAZON.NoIntent", "", "Okay.");
    skill_says(&s, "AMAZON.YesIntent", "", "<speak>What would you like to know?</speak>");
    free(first);
    free(second);
    free(body);
    skill_stop(&s);
}

TEST(a_long_answer_continues_after_a_restart)
{
    struct skill_world s;
    char *body = many_alerts(0, ALERTS), *second;

    skill_start(&s);
    serve(&s, body);
    (void)skill_ask(&s, "MetricIntent", ASK);
    s.session_new = false;
    second = strdup(skill_ask(&s, "AMAZON.YesIntent", ""));
    s.session_new = true;
    (void)skill_ask(&s, "MetricIntent", ASK);
    s.session_new = false;
    world_restart(&s.w);
    s.skill = (struct skill){ .nws = s.w.nws, .store = s.w.store, .shared = s.w.shared };
    CHECK_STR(skill_ask(&s, "AMAZON.YesIntent", ""), second);
    free(second);
    free(body);
    skill_stop(&s);
}

TEST(a_changed_answer_continues_after_the_last_words)
{
    struct skill_world s;
    char *body = many_alerts(1, ALERTS - 1), *changed = many_alerts(0, ALERTS), *rest;

    skill_start(&s);
    serve(&s, body);
    (void)skill_ask(&s, "MetricIntent", ASK);
    s.session_new = false;
    (void)skill_ask(&s, "AMAZON.YesIntent", "");
    rest = strdup(skill_ask(&s, "AMAZON.YesIntent", ""));
    s.session_new = true;
    (void)skill_ask(&s, "MetricIntent", ASK);
    s.session_new = false;
    (void)skill_ask(&s, "AMAZON.YesIntent", "");
    serve(&s, changed); /* a newer alert now comes first */
    world_restart(&s.w);
    s.skill = (struct skill){ .nws = s.w.nws, .store = s.w.store, .shared = s.w.shared };
    CHECK_STR(skill_ask(&s, "AMAZON.YesIntent", ""), rest);
    free(rest);
    free(body);
    free(changed);
    skill_stop(&s);
}

/* Yes, next and the like without a long answer, or with one that the session cannot have been
 * given. */
TEST(moves_without_a_long_answer_ask_what_to_tell)
{
    static const char *const names[] = { "AMAZON.YesIntent", "AMAZON.NextIntent",
                                         "AMAZON.PreviousIntent", "AMAZON.RepeatIntent",
                                         "AMAZON.StartOverIntent" };
    static const char set_location[] = "{\"more\":{\"intent\":\"SetLocationIntent\",\"slots\":{"
                                       "\"location\":{\"value\":\"boulder colorado\"}}}}";
    static const char *const states[] = { "{}", "{\"more\":7}",
                                          "{\"more\":{\"intent\":\"NoSuchIntent\"}}",
                                          set_location };
    struct skill_world s;

    skill_start(&s);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (size_t k = 0; k < sizeof states / sizeof states[0]; k++) {
            json_decref(s.attributes);
            s.attributes = json_loads(states[k], 0, NULL);
            s.session_new = false;
            skill_says(&s, names[i], "", "You can ask, for example");
            skill_never_says(&s, "location is now");
            CHECK(!skill_ended(&s));
        }
        s.session_new = true;
        skill_says(&s, names[i], "", "Sorry, I didn't understand that.");
    }
    skill_stop(&s);
}

TEST(no_without_a_question_ends_the_session)
{
    struct skill_world s;

    skill_start(&s);
    s.session_new = false;
    skill_says(&s, "AMAZON.NoIntent", "", "Okay. Have a good day!");
    CHECK(skill_ended(&s));
    skill_stop(&s);
}

TEST(previous_goes_back_page_by_page)
{
    struct skill_world s;
    char *body = many_alerts(0, ALERTS), *pages[3];

    skill_start(&s);
    serve(&s, body);
    pages[0] = strdup(skill_ask(&s, "MetricIntent", ASK));
    s.session_new = false;
    pages[1] = strdup(skill_ask(&s, "AMAZON.NextIntent", ""));
    pages[2] = strdup(skill_ask(&s, "AMAZON.NextIntent", ""));
    CHECK(strcmp(pages[1], pages[2]) != 0);
    CHECK_STR(skill_ask(&s, "AMAZON.PreviousIntent", ""), pages[1]);
    CHECK_STR(skill_ask(&s, "AMAZON.PreviousIntent", ""), pages[0]);
    CHECK_STR(skill_ask(&s, "AMAZON.PreviousIntent", ""), pages[0]);
    CHECK_STR(skill_ask(&s, "AMAZON.NextIntent", ""), pages[1]);
    for (size_t i = 0; i < 3; i++)
        free(pages[i]);
    free(body);
    skill_stop(&s);
}

TEST(an_invalid_paging_state_starts_over)
{
    static const char *const states[] = {
        "\"from\":-1,\"to\":99999999,\"crc\":1",
        "\"from\":\"x\",\"to\":null",
        "\"from\":5,\"to\":2,\"crc\":0,\"tail\":\"never said\"",
    };
    struct skill_world s;
    char *body = many_alerts(0, ALERTS), text[500];

    skill_start(&s);
    serve(&s, body);
    s.session_new = false;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        (void)snprintf(text, sizeof text,
                       "{\"more\":{\"intent\":\"MetricIntent\",\"slots\":{\"metric\":{\"value\":"
                       "\"alerts\"},\"location\":{\"value\":\"boulder colorado\"}},%s}}",
                       states[i]);
        json_decref(s.attributes);
        s.attributes = json_loads(text, 0, NULL);
        CHECK(s.attributes);
        skill_says(&s, "AMAZON.YesIntent", "", "<speak>There are 6 alerts");
    }
    skill_stop(&s);
    free(body);
}

/* Fourteen periods of 16 words each, from Monday on. */
static void put_periods(struct buf *body)
{
    buf_putz(body, "{\"properties\":{\"periods\":[");
    for (int i = 0; i < 14; i++)
        buf_printf(body,
                   "%s{\"name\":\"Period %d\",\"startTime\":\"2026-11-%02dT%02d:00:00-07:00\","
                   "\"endTime\":\"2026-11-%02dT%02d:30:00-07:00\",\"detailedForecast\":"
                   "\"Sunny and dry all day long. Rain is likely in hour %d of the day.\"}",
                   i ? "," : "", i, 23 + i / 2, 6 + i % 2 * 12, 23 + i / 2, 17 + i % 2 * 6, i);
    buf_putz(body, "]}}");
}

/* 90 words a page are five of them. */
TEST(an_extended_forecast_has_90_words_a_page)
{
    struct skill_world s;
    struct buf body = BUF_INIT(1 << 14);
    char period[40];
    int pages = 1, told = 0;

    put_periods(&body);
    skill_start(&s);
    fake_set(&s.w.upstream, SKILL_GRID "/forecast", 200, buf_z(&body));
    const char *heard =
        skill_ask(&s, "MetricIntent", "metric=extended forecast;location=boulder colorado");
    for (s.session_new = false;; pages++) {
        int words = 1;
        for (const char *p = heard; *p; p++)
            words += *p == ' ';
        CHECK(words <= 90 + 6);
        while ((void)snprintf(period, sizeof period, "Period %d: Sunny", told),
               strstr(heard, period))
            told++;
        if (!strstr(heard, "Do you want to hear more?"))
            break;
        heard = skill_ask(&s, "AMAZON.YesIntent", "");
    }
    CHECK_INT(told, 14);
    CHECK_INT(pages, 3);
    buf_free(&body);
    skill_stop(&s);
}

TEST(an_extended_forecast_begins_with_the_day_that_is_named)
{
    struct skill_world s;
    struct buf body = BUF_INIT(1 << 14);

    put_periods(&body);
    skill_start(&s);
    fake_set(&s.w.upstream, SKILL_GRID "/forecast", 200, buf_z(&body));
    const char *heard = skill_ask(
        &s, "MetricIntent", "metric=extended forecast;when_any=friday;location=boulder colorado");
    CHECK(strstr(heard, "Period 8: Sunny"));
    CHECK(!strstr(heard, "Period 7: "));
    skill_says(&s, "MetricIntent",
               "metric=extended forecast;day=25th;month=december;location=boulder colorado",
               "I don't have anything for December 25th yet.");
    skill_stop(&s);
    buf_free(&body);
}

TESTS(the_first_page_has_a_sentence_for_each_alert, a_long_answer_has_every_sentence_exactly_once,
      one_of_the_alerts_can_be_chosen, a_long_answer_can_be_repeated_started_over_and_stopped,
      a_long_answer_continues_after_a_restart, a_changed_answer_continues_after_the_last_words,
      moves_without_a_long_answer_ask_what_to_tell, no_without_a_question_ends_the_session,
      previous_goes_back_page_by_page, an_invalid_paging_state_starts_over,
      an_extended_forecast_has_90_words_a_page,
      an_extended_forecast_begins_with_the_day_that_is_named)
