/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alerts.c -- the active alerts of a place, read out in full.
 *
 * A false "no alerts" can cost lives, so that sentence is in one place only, guarded by
 * alert_all_clear(). */
#include "intents/alerts.h"

#include "intents/answer_phrase.h"
#include "intents/speech/normalize.h"
#include "intents/speech/phrase.h"
#include "intents/weather/alert.h"
#include "server/base/civil.h"

/* A text of NWS as one or more sentences. */
static void put_alert_text(struct buf *out, const char *text)
{
    size_t before;

    if (!text[0])
        return;
    buf_putc(out, ' ');
    before = out->n;
    normalize_text(out, str_of(text));
    if (out->n == before)
        buf_truncate(out, before - 1);
    else
        phrase_end_sentence(out);
}

/* What separates the last two areas: an "and", unless the last one contains one. */
static const char *last_separator(struct str area, struct str last)
{
    if (str_find(last, STR(" and ")) < last.n)
        return ", ";
    return str_index(area, ',') < area.n ? ", and " : " and ";
}

/* NWS separates areas by semicolons: "Boone; Clay", or "Boone, IA; Clay, IA". */
static void put_areas(struct buf *out, const char *area)
{
    struct buf text = BUF_INIT(NORMALIZE_MAX * 2);
    struct str rest, part;
    bool first = true;

    normalize_text(&text, str_of(area));
    rest = buf_str(&text);
    while (rest.n > 0 && str_split(&rest, ';', &part)) {
        if (!first)
            buf_putz(out, rest.n > 0 ? ", " : last_separator(buf_str(&text), part));
        buf_put(out, str_trim(part));
        first = false;
    }
    buf_free(&text);
}

static void put_alert(struct buf *out, const struct turn *turn, const struct alert *a)
{
    const struct zone *zone = turn->place.zone;
    size_t start;

    buf_putc(out, '\n');
    start = out->n;
    normalize_text(out, str_of(a->event));
    if (out->n == start)
        buf_putz(out, "An alert");
    if (a->area[0]) {
        buf_putz(out, " for ");
        put_areas(out, a->area);
    }
    phrase_end_sentence(out);
    put_alert_text(out, a->headline);
    put_alert_text(out, a->description);
    put_alert_text(out, a->instruction);
    if (a->until != 0) {
        buf_putz(out, " It expires ");
        phrase_put_day_and_time(out, civil_of(zone, a->until), civil_of(zone, turn->call.now));
        phrase_end_sentence(out);
    }
}

static void put_count(struct buf *out, const struct turn *turn, size_t count)
{
    if (count == 1)
        buf_putz(out, "There is 1 alert for ");
    else
        buf_printf(out, "There are %zu alerts for ", count);
    answer_phrase_place(out, &turn->place);
    buf_putc(out, '.');
}

enum status alerts_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct buf *out = &reply->speech;
    struct err why = ERR_NONE;
    struct alerts alerts;
    enum status st;

    st = alert_get_active(turn->skill->nws, &turn->call, &turn->place, &alerts, &why);
    turn->subject = turn->place.city;
    if (st == ST_WOULD_WAIT)
        return st;
    if (st != ST_OK)
        return err_reason(err, st, "alerts_unknown", "alerts: %s", why.text);
    if (alerts.count == 0) {
        if (!alert_all_clear(&alerts))
            return err_reason(err, ST_UNAVAILABLE, "alerts_unknown",
                              "%zu of %zu alert queries succeeded", alerts.answered, alerts.asked);
        buf_putz(out, "There are no alerts for ");
        answer_phrase_place(out, &turn->place);
        buf_putc(out, '.');
        return ST_OK;
    }
    put_count(out, turn, alerts.count);
    for (size_t i = 0; i < alerts.count; i++) {
        if (out->n >= reply->page_limit) {
            reply->truncated = true;
            return ST_OK;
        }
        put_alert(out, turn, &alerts.at[i]);
    }
    if (alerts.stale)
        answer_phrase_stale(out, "this list", alerts.age_s);
    else if (alerts.answered < alerts.asked)
        buf_putz(out, " I couldn't reach part of the alert service, so there may be more.");
    return ST_OK;
}
