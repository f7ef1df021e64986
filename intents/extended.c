/* SPDX-License-Identifier: Apache-2.0 */
/* intents/extended.c -- the extended forecast, as the National Weather Service writes it, but
 * with metric figures for those who want them. */
#include "intents/extended.h"

#include "intents/answer_phrase.h"
#include "intents/speech/metric_text.h"
#include "intents/speech/normalize.h"
#include "intents/speech/phrase.h"
#include "intents/weather/periods.h"
#include "intents/when.h"

enum { PAGE_WORDS = 90 };

/* There is nothing to say.  That NWS has no forecast is said only when its list is empty. */
static enum status no_period(const struct forecast_periods *periods, struct err *err)
{
    if (periods->unread)
        return err_reason(err, ST_UNAVAILABLE, "document_odd", "no forecast period can be read");
    if (periods->ended)
        return err_reason(err, ST_UNAVAILABLE, "weather_unavailable",
                          "the forecast that NWS sends is over");
    return err_reason(err, ST_NOT_FOUND, "no_forecast", "there are no forecast periods");
}

static void put_period(struct buf *out, const struct forecast_period *p, bool brief,
                       enum units_system units)
{
    const char *text = !brief && p->text[0] ? p->text : p->brief;
    size_t start;

    if (!text[0])
        return;
    buf_printf(out, "\n%s: ", p->name);
    start = out->n;
    normalize_text(out, str_of(text));
    metric_text_convert(out, start, units);
    phrase_end_sentence(out);
}

enum status extended_add(struct turn *turn, struct reply *reply, struct err *err)
{
    struct forecast_periods periods;
    struct err why = ERR_NONE;
    int64_t from = reply->figures.hours.from, to = reply->figures.hours.to;
    enum status st;

    (void)err;
    if (turn->length != LENGTH_FULL)
        return ST_OK;
    if (to == 0) {
        from = turn->call.now;
        to = from + 1;
    }
    st = periods_get(turn->skill->nws, &turn->call, &turn->place, &periods, &why);
    if (st == ST_WOULD_WAIT)
        return st;
    if (st != ST_OK)
        buf_putz(&reply->speech, " I can't get the forecaster's text right now.");
    for (size_t i = 0; st == ST_OK && i < periods.count; i++)
        if (periods.at[i].start < to && periods.at[i].end > from)
            put_period(&reply->speech, &periods.at[i], false, turn->units);
    return ST_OK;
}

/* "And on Friday": leaves out the periods before the day that was named, if any. */
static enum status begin_with_day(struct turn *turn, struct forecast_periods *periods,
                                  struct err *err)
{
    struct when_words words = turn_when_words(turn);
    struct when when;
    enum status st;

    if (!when_words_given(&words) || when_words_mean_days_ahead(&words))
        return ST_OK;
    st = when_parse(&words, turn->place.zone, turn->call.now, turn->call.arena, &when, err);
    if (st == ST_OK || st == ST_NOT_FOUND)
        turn->subject = when.name;
    if (st != ST_OK)
        return st;
    while (periods->count > 0 && periods->at[0].end <= when.from) {
        periods->at++;
        periods->count--;
        if (periods->count == 0)
            return err_reason(err, ST_NOT_FOUND, "too_far", "the forecast ends before that day");
    }
    return ST_OK;
}

/* In brief: the next two periods, in a few words each. */
static bool put_brief(struct turn *turn, const struct forecast_periods *periods,
                      struct reply *reply)
{
    enum { BRIEF_PERIODS = 2 };
    size_t start = reply->speech.n;

    if (turn->length != LENGTH_BRIEF)
        return false;
    answer_phrase_in_place(&reply->speech, &turn->place);
    buf_putc(&reply->speech, ':');
    size_t said = reply->speech.n;
    for (size_t i = 0; i < periods->count && i < BRIEF_PERIODS; i++)
        put_period(&reply->speech, &periods->at[i], true, turn->units);
    reply->shortened = reply->speech.n > said;
    if (!reply->shortened)
        buf_truncate(&reply->speech, start);
    return reply->shortened;
}

/* For a screen; when out of memory, it has only the words. */
static void show_periods(const struct turn *turn, const struct forecast_periods *periods,
                         struct reply *reply)
{
    struct forecast_periods *copy = arena_alloc(turn->call.arena, sizeof *copy);

    if (!copy)
        return;
    *copy = *periods;
    reply->figures.view = VIEW_WEEK;
    reply->figures.extended = copy;
}

enum status extended_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct buf *out = &reply->speech;
    struct forecast_periods periods;
    size_t said = 0;
    enum status st;

    turn->subject = turn->place.city;
    st = periods_get(turn->skill->nws, &turn->call, &turn->place, &periods, err);
    if (st == ST_OK)
        st = begin_with_day(turn, &periods, err);
    if (st != ST_OK)
        return st;
    reply->source = (struct source){ .kind = SOURCE_FORECAST, .time = periods.issued };
    reply->page_words = turn->length == LENGTH_FULL ? 0 : PAGE_WORDS;
    show_periods(turn, &periods, reply);
    if (put_brief(turn, &periods, reply))
        return ST_OK;
    buf_putz(out, "Here's the extended forecast for ");
    answer_phrase_place(out, &turn->place);
    buf_putc(out, '.');
    for (size_t i = 0; i < periods.count; i++) {
        size_t before = out->n;
        put_period(out, &periods.at[i], false, turn->units);
        said += out->n > before;
    }
    if (said == 0)
        return no_period(&periods, err);
    if (periods.unread)
        buf_putz(out, " I couldn't read all of it.");
    if (periods.stale)
        answer_phrase_stale(out, "this forecast", periods.age_s);
    return ST_OK;
}
