/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alerts.c -- the active alerts of a place: a sentence each, then the details.
 *
 * A listener is asked before the details, unless they are short and the question was a one-shot,
 * which would end the session. A false "no alerts" can cost lives, so that sentence is in one place
 * only, guarded by alert_all_clear(). */
#include "intents/alerts.h"

#include "intents/alert_words.h"
#include "intents/answer_phrase.h"
#include "intents/speech/normalize.h"
#include "intents/speech/phrase.h"

#include <string.h>
#include <strings.h>

enum { DETAILS_WORDS_MAX = 90 }; /* that follow a one-shot at once */

static const struct str details_ask = STR("Do you want the details?");

/* ---- one kind of alert ---- */

bool alerts_is_of_kind(const struct alert *a, const char *hazard)
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
        count += alerts_is_of_kind(&alerts->at[i], hazard);
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
    const char *reason =
        alerts->failed > 0 || alerts->stale ? "alerts_unknown" : "alerts_unreadable";

    return err_reason(err, ST_UNAVAILABLE, reason,
                      "%zu of %zu alert queries gave a complete list, %zu alerts were unreadable",
                      alerts->answered, alerts->asked, alerts->unreadable);
}

static void put_small_letters(struct buf *out, const char *text)
{
    for (; *text; text++)
        buf_putc(out, *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text);
}

/* No alert is of that kind. Saying so requires that all of them could be read. */
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
        alert_words_put_event(out, &alerts->at[i]);
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

/* Appends a line unless it is there already, from `start` on: several alerts may be alike but for
 * their texts. */
static void put_new_line(struct buf *out, size_t start, struct str line)
{
    struct str lines = str_sub(buf_str(out), start, out->n), one;

    while (str_split(&lines, '\n', &one))
        if (str_eq(one, line))
            return;
    buf_putc(out, '\n');
    buf_put(out, line);
}

/* A sentence for each alert. False when the page is full before the last one. */
static bool put_summaries(struct reply *reply, const struct alerts *alerts, const char *hazard,
                          const struct alert_listener *listener)
{
    struct buf *out = &reply->speech, line = BUF_INIT(NORMALIZE_MAX);
    size_t start = out->n, i = 0;

    for (; i < alerts->count && out->n < reply->page_limit; i++) {
        if (!alerts_is_of_kind(&alerts->at[i], hazard))
            continue;
        buf_reset(&line);
        alert_words_put_summary(&line, &alerts->at[i], listener);
        put_new_line(out, start, buf_str(&line));
        out->failed = out->failed || line.failed;
    }
    buf_free(&line);
    return i == alerts->count;
}

/* "The second one" chooses among them; later ones can only be reached page by page. */
static void begin_part(struct reply *reply)
{
    if (reply->part_count <= REPLY_PARTS_MAX)
        reply->parts[reply->part_count++] = reply->speech.n;
}

/* For screens and programs; when out of memory, they have only the words. */
static void note_alerts(const struct turn *turn, const struct alerts *alerts, const char *hazard,
                        struct reply *reply)
{
    struct alerts *copy = arena_alloc(turn->call.arena, sizeof *copy);
    struct str *texts = arena_alloc(turn->call.arena, (alerts->count + 1) * sizeof *texts);

    if (!copy || !texts)
        return;
    *copy = *alerts;
    reply->figures.view = VIEW_ALERTS;
    reply->figures.alerts = copy;
    reply->figures.hazard = hazard;
    reply->figures.alert_texts = texts;
}

/* The details of each alert, after its name if there are several. False when the page is full
 * before the last one. */
static bool put_details(struct reply *reply, const struct turn *turn, const struct alerts *alerts,
                        const char *hazard, size_t count, const struct alert_listener *listener)
{
    struct buf *out = &reply->speech;

    for (size_t i = 0; i < alerts->count; i++) {
        size_t start = out->n, name_end;
        if (!alerts_is_of_kind(&alerts->at[i], hazard))
            continue;
        if (out->n >= reply->page_limit)
            return false;
        begin_part(reply);
        if (count > 1) {
            buf_putc(out, '\n');
            alert_words_put_event(out, &alerts->at[i]);
            buf_putc(out, ':');
        }
        name_end = out->n;
        alert_words_put_details(out, &alerts->at[i], listener);
        if (reply->figures.alert_texts)
            reply->figures.alert_texts[i] =
                arena_str(turn->call.arena, str_sub(buf_str(out), name_end, out->n));
        if (out->n == name_end)
            buf_truncate(out, start);
    }
    begin_part(reply);
    return true;
}

/* How far the list can be trusted. */
static void put_reading(struct buf *out, const struct alerts *alerts)
{
    if (alerts->stale)
        answer_phrase_stale(out, "this list", alerts->age_s);
    else if (alerts->failed > 0)
        buf_putz(out, " I couldn't reach part of the alert service, so there may be more.");
    else if (alerts->reading != ALERTS_READ)
        buf_putz(out, " I couldn't read all of the alerts, so there may be more.");
}

/* In brief: "Flood Watch and Wind Advisory for Boulder, Colorado." */
static void put_names(struct reply *reply, const struct turn *turn, const struct alerts *alerts,
                      const char *hazard, size_t count)
{
    struct buf *out = &reply->speech;
    size_t said = 0;

    for (size_t i = 0; i < alerts->count; i++) {
        if (!alerts_is_of_kind(&alerts->at[i], hazard))
            continue;
        phrase_put_separator(out, said++, count);
        alert_words_put_event(out, &alerts->at[i]);
    }
    buf_putz(out, " for ");
    answer_phrase_place(out, &turn->place);
    buf_putc(out, '.');
    put_reading(out, alerts);
    reply->shortened = true;
}

static bool asks_first(const struct turn *turn, struct str details, bool truncated)
{
    bool one_shot = turn->envelope->session_new || !turn->envelope->has_session;

    if (truncated || phrase_count_words(details) > DETAILS_WORDS_MAX)
        return true;
    return !one_shot && details.n > 0;
}

static void put_alerts(struct reply *reply, const struct turn *turn, const struct alerts *alerts,
                       const char *hazard, size_t count)
{
    const struct zone *zone = turn->place.zone;
    const struct alert_listener listener = {
        .place = &turn->place,
        .clock = { zone, turn_listener_zone(turn), turn->call.now },
        .now = turn->call.now,
        .units = turn->units,
    };
    struct buf *out = &reply->speech;
    size_t summaries_end;

    if (turn->length == LENGTH_BRIEF) {
        put_names(reply, turn, alerts, hazard, count);
        return;
    }
    put_count(out, turn, hazard, count);
    if (!put_summaries(reply, alerts, hazard, &listener)) {
        reply->truncated = true;
        return;
    }
    put_reading(out, alerts);
    summaries_end = out->n;
    reply->truncated = !put_details(reply, turn, alerts, hazard, count, &listener);
    if (turn->length != LENGTH_FULL &&
        asks_first(turn, str_sub(buf_str(out), summaries_end, out->n), reply->truncated)) {
        reply->first_part_end = summaries_end;
        reply->first_part_ask = details_ask;
    }
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
    reply->source = (struct source){ .kind = SOURCE_ALERTS, .time = turn->call.now - alerts.age_s };
    note_alerts(turn, &alerts, hazard, reply);
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
    put_alerts(reply, turn, &alerts, hazard, count);
    return ST_OK;
}
