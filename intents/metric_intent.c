/* SPDX-License-Identifier: Apache-2.0 */
/* intents/metric_intent.c -- MetricIntent and MetricPosIntent: questions about the weather.
 *
 * The words decide which file answers: alerts.c, extended.c, precipitation_outlook.c, forecast.c
 * for later, or current.c for now. */
#include "intents/alerts.h"
#include "intents/answer_phrase.h"
#include "intents/current.h"
#include "intents/current_words.h"
#include "intents/extended.h"
#include "intents/forecast.h"
#include "intents/intent.h"
#include "intents/precipitation_outlook.h"
#include "intents/weather/alert.h"
#include "intents/weather/grid.h"
#include "intents/weather/observation.h"
#include "intents/weather/periods.h"
#include "intents/yes_no.h"

static const char *const metric_slots[] = {
    "metric", "leadin",  "how",      "matter",   "when_abs", "when_any", "when_pos", "day",
    "month",  "quarter", "location", "zip_conn", "zipcode",  "favorite", "units",    NULL,
};

/* "will it", "is it going to", "can I expect", "could it", "what'll": about the future. */
static bool leadin_is_future(struct str leadin)
{
    static const char *const words[] = { "will",   "going",  "gonna",     "supposed", "might",
                                         "fixing", "expect", "expecting", NULL };
    bool future = str_eqz(leadin, "could it");
    struct str word;

    while (!future && str_word(&leadin, &word))
        future = str_is_one_of(word, words) || str_ends(word, STR("'ll"));
    return future;
}

/* Who answers. */
enum answerer { ALERTS, EXTENDED, PRECIPITATION_OUTLOOK, FORECAST, CURRENT };

static enum answerer choose_answerer(const struct turn *turn, const struct question *q)
{
    if (q->words.id == METRIC_ALERTS)
        return ALERTS;
    if (q->words.id == METRIC_EXTENDED)
        return EXTENDED;
    if (when_words_mean_days_ahead(&q->when))
        return yes_no_is_about_precipitation(q->words.about) ? PRECIPITATION_OUTLOOK : EXTENDED;
    if (q->words.forecast || when_words_given(&q->when) ||
        leadin_is_future(turn_slot(turn, "leadin")))
        return FORECAST;
    return CURRENT;
}

static foresight_fn *metric_foresee(struct turn *turn)
{
    struct turn asked = *turn; /* reading the question sets what an apology names */
    struct err ignored = ERR_NONE;
    struct question q;

    if (question_is_about_event(turn))
        return grid_foresee;
    if (question_read(&asked, &q, &ignored) != ST_OK)
        return NULL;
    switch (choose_answerer(turn, &q)) {
    case ALERTS:
        return alert_foresee;
    case EXTENDED:
        return periods_foresee;
    case PRECIPITATION_OUTLOOK:
    case FORECAST:
        return grid_foresee;
    case CURRENT: /* its stations are not known yet */
        break;
    }
    return NULL;
}

/* Nothing is foreseen, so the question is about current conditions, or can't be read. */
static foresight_fn *metric_guess(struct turn *turn)
{
    struct turn asked = *turn;
    struct err ignored = ERR_NONE;
    struct question q;

    if (question_read(&asked, &q, &ignored) != ST_OK)
        return NULL;
    return observation_guess(q.all ? NEED_ANY_TEMPERATURE : current_need(q.metrics[0]));
}

static enum status metric_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct question q;
    enum status st;

    if (question_is_about_event(turn))
        return question_answer_event(turn, reply, err);
    st = question_read(turn, &q, err);
    if (st != ST_OK)
        return st;
    reply->card_title = answer_phrase_card_title(turn);
    reply->shortened = q.all && turn->length == LENGTH_BRIEF;
    switch (choose_answerer(turn, &q)) {
    case ALERTS:
        if (q.words.no_readings)
            buf_putz(&reply->speech, "I don't have air quality readings. ");
        return alerts_answer(turn, q.words.about, reply, err);
    case EXTENDED:
        return extended_answer(turn, reply, err);
    case PRECIPITATION_OUTLOOK:
        return precipitation_outlook_answer(turn, &q, reply, err);
    case FORECAST:
        st = forecast_answer(turn, &q, NULL, reply, err);
        break;
    case CURRENT:
        st = current_answer(turn, &q, reply, err);
        break;
    }
    return st == ST_OK ? extended_add(turn, reply, err) : st;
}

const struct intent intent_metric = {
    .name = "MetricIntent",
    .slots = metric_slots,
    .needs_place = true,
    .keeps_topic = true,
    .foresee = metric_foresee,
    .guess = metric_guess,
    .answer = metric_answer,
};
/* The same question in the possessive: "what's monday's forecast". */
const struct intent intent_metric_pos = {
    .name = "MetricPosIntent",
    .slots = metric_slots,
    .needs_place = true,
    .keeps_topic = true,
    .foresee = metric_foresee,
    .guess = metric_guess,
    .answer = metric_answer,
};
