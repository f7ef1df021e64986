/* SPDX-License-Identifier: Apache-2.0 */
/* intents/extended.c -- the extended forecast, as the National Weather Service writes it. */
#include "intents/extended.h"

#include "intents/answer_phrase.h"
#include "intents/speech/normalize.h"
#include "intents/speech/phrase.h"
#include "intents/weather/periods.h"

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

enum status extended_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct buf *out = &reply->speech;
    struct forecast_periods periods;
    size_t said = 0;
    enum status st;

    turn->subject = turn->place.city;
    st = periods_get(turn->skill->nws, &turn->call, &turn->place, &periods, err);
    if (st != ST_OK)
        return st;
    reply->source.kind = SOURCE_FORECAST;
    buf_putz(out, "Here's the extended forecast for ");
    answer_phrase_place(out, &turn->place);
    buf_putc(out, '.');
    for (size_t i = 0; i < periods.count; i++) {
        const struct forecast_period *p = &periods.at[i];
        const char *text = p->text[0] ? p->text : p->brief;
        if (!text[0])
            continue;
        buf_printf(out, "\n%s: ", p->name);
        normalize_text(out, str_of(text));
        phrase_end_sentence(out);
        said++;
    }
    if (said == 0)
        return no_period(&periods, err);
    if (periods.unread)
        buf_putz(out, " I couldn't read all of it.");
    if (periods.stale)
        answer_phrase_stale(out, "this forecast", periods.age_s);
    return ST_OK;
}
