/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/warnings.c -- the active alerts that an answer must name before it says anything
 * else. */
#include "intents/ask/warnings.h"

#include <string.h>
#include <strings.h>

#include "intents/alert_words.h"
#include "intents/weather/grid.h"

enum { NAMED_MAX = 3 }; /* the alerts are sorted by severity */

bool warnings_is_warning(const struct alert *a)
{
    return str_ends(str_trim(str_of(a->event)), STR("Warning"));
}

/* Does the event have one of the words? */
static bool is_about(const struct alert *a, const char *const *words)
{
    for (const char *p = a->event; *p; p++)
        for (size_t i = 0; words[i]; i++)
            if (strncasecmp(p, words[i], strlen(words[i])) == 0)
                return true;
    return false;
}

bool warnings_is_cold(const struct alert *a)
{
    static const char *const words[] = { "Frost", "Freeze", "Cold", NULL };

    return is_about(a, words);
}

bool warnings_is_heat(const struct alert *a)
{
    static const char *const words[] = { "Heat", NULL };

    return is_about(a, words);
}

bool warnings_is_water(const struct alert *a)
{
    static const char *const words[] = { "Beach",         "Surf",    "Rip Current", "Lakeshore",
                                         "Coastal Flood", "Tsunami", NULL };

    return is_about(a, words);
}

enum status warnings_get(struct turn *turn, struct warnings *ret_warnings, struct err *err)
{
    struct warnings w = { .checked = false };
    enum status st =
        alert_get_active(turn->skill->nws, &turn->call, &turn->place, &w.alerts, &turn->log->err);

    if (st == ST_WOULD_WAIT)
        return st;
    if (st == ST_SYSTEM)
        return err_no_memory(err);
    if (st != ST_OK)
        w.alerts = (struct alerts){ .reading = ALERTS_NOT_READ };
    w.checked = st == ST_OK && w.alerts.reading == ALERTS_READ;
    *ret_warnings = w;
    return ST_OK;
}

/* Is there the same event among the alerts before it? */
static bool is_repeated(const struct alerts *alerts, size_t i, warnings_fn *is_meant)
{
    for (size_t before = 0; before < i; before++)
        if (is_meant(&alerts->at[before]) &&
            str_eqz(str_of(alerts->at[before].event), alerts->at[i].event))
            return true;
    return false;
}

void warnings_put(struct reply *reply, const struct turn *turn, const struct warnings *w,
                  warnings_fn *is_meant)
{
    const struct alert_listener listener = {
        .place = &turn->place,
        .clock = { turn->place.zone, turn_listener_zone(turn), turn->call.now },
        .now = turn->call.now,
        .units = turn->units,
    };
    size_t count = 0;

    for (size_t i = 0; i < w->alerts.count && count < NAMED_MAX; i++) {
        if (!is_meant(&w->alerts.at[i]) || is_repeated(&w->alerts, i, is_meant))
            continue;
        alert_words_put_summary(&reply->speech, &w->alerts.at[i], &listener);
        buf_putc(&reply->speech, ' ');
        reply->shortened = true;
        count++;
    }
}

void warnings_put_unchecked(struct reply *reply, const struct warnings *w)
{
    if (w->checked)
        return;
    buf_putz(&reply->speech, " I couldn't check for warnings.");
    reply->shortened = true;
}

/* The forecast comes first: there may not be room for all. */
size_t warnings_foresee(struct nws *n, const struct call *call, const struct place *place,
                        struct document_request ret_requests[FORESIGHT_MAX])
{
    struct document_request alerts[FORESIGHT_MAX];
    size_t count = grid_foresee(n, call, place, ret_requests);
    size_t more = alert_foresee(n, call, place, alerts);

    for (size_t i = 0; i < more && count < FORESIGHT_MAX; i++)
        ret_requests[count++] = alerts[i];
    return count;
}
