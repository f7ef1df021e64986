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

#include <string.h>
#include <strings.h>

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

/* ---- one kind of alert ---- */

static bool is_of_kind(const struct alert *a, const char *hazard)
{
    size_t n = strlen(hazard);

    for (const char *at = a->event; strlen(at) >= n; at++) {
        if (strncasecmp(at, hazard, n) == 0)
            return true;
    }
    return false;
}

static size_t count_of_kind(const struct alerts *alerts, const char *hazard)
{
    size_t count = 0;

    for (size_t i = 0; i < alerts->count; i++)
        count += is_of_kind(&alerts->at[i], hazard);
    return count;
}

/* An alert without an event may be of any kind. */
static bool any_nameless(const struct alerts *alerts)
{
    for (size_t i = 0; i < alerts->count; i++)
        if (alerts->at[i].event[0] == '\0')
            return true;
    return false;
}

static enum status alerts_unknown(const struct alerts *alerts, struct err *err)
{
    return err_reason(err, ST_UNAVAILABLE, "alerts_unknown",
                      "%zu of %zu alert queries gave a complete list, %zu alerts were unreadable",
                      alerts->answered, alerts->asked, alerts->unreadable);
}

static void put_small_letters(struct buf *out, const char *text)
{
    for (; *text; text++)
        buf_putc(out, *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text);
}

/* None is of the kind. That is an absence too: it must have been read. */
static enum status put_no_such(struct buf *out, const struct turn *turn,
                               const struct alerts *alerts, const char *hazard, struct err *err)
{
    if (alerts->reading != ALERTS_READ || any_nameless(alerts))
        return alerts_unknown(alerts, err);
    buf_putz(out, "There are no ");
    put_small_letters(out, hazard);
    buf_putz(out, " alerts for ");
    answer_phrase_place(out, &turn->place);
    if (alerts->count == 1)
        buf_putz(out, ", but there is another alert: ");
    else if (alerts->count > 1)
        buf_printf(out, ", but there are %zu other alerts: ", alerts->count);
    for (size_t i = 0; i < alerts->count; i++) {
        buf_putz(out, i == 0 ? "" : i + 1 == alerts->count ? ", and " : ", ");
        normalize_text(out, str_of(alerts->at[i].event));
    }
    phrase_end_sentence(out);
    return ST_OK;
}

/* ---- all of it ---- */

static void put_count(struct buf *out, const struct turn *turn, const char *hazard, size_t count)
{
    if (count == 1)
        buf_putz(out, "There is 1 ");
    else
        buf_printf(out, "There are %zu ", count);
    put_small_letters(out, hazard);
    buf_putz(out, *hazard ? " alert" : "alert");
    buf_putz(out, count == 1 ? " for " : "s for ");
    answer_phrase_place(out, &turn->place);
    buf_putc(out, '.');
}

enum status alerts_answer(struct turn *turn, const char *hazard, struct reply *reply,
                          struct err *err)
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
    size_t count = count_of_kind(&alerts, hazard);
    if (*hazard && count == 0)
        return put_no_such(out, turn, &alerts, hazard, err);
    if (count == 0) {
        if (!alert_all_clear(&alerts))
            return alerts_unknown(&alerts, err);
        buf_putz(out, "There are no alerts for ");
        answer_phrase_place(out, &turn->place);
        buf_putc(out, '.');
        return ST_OK;
    }
    put_count(out, turn, hazard, count);
    for (size_t i = 0; i < alerts.count; i++) {
        if (!is_of_kind(&alerts.at[i], hazard))
            continue;
        if (out->n >= reply->page_limit) {
            reply->truncated = true;
            return ST_OK;
        }
        put_alert(out, turn, &alerts.at[i]);
    }
    if (alerts.stale)
        answer_phrase_stale(out, "this list", alerts.age_s);
    else if (alerts.failed > 0)
        buf_putz(out, " I couldn't reach part of the alert service, so there may be more.");
    else if (alerts.reading != ALERTS_READ)
        buf_putz(out, " I couldn't read all of the alerts, so there may be more.");
    return ST_OK;
}
