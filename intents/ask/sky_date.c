/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/sky_date.c -- which date a question about the sun or the moon means. */
#include "intents/ask/sky_date.h"

#include "intents/speech/phrase.h"
#include "intents/when.h"

#include <string.h>

static int days_between(struct civil from, struct civil to)
{
    return (int)(civil_days(to.year, to.month, to.day) -
                 civil_days(from.year, from.month, from.day));
}

/* "December" alone means from its first day on, or from now on in December. */
static void complete_month(struct when_words *words, struct civil today)
{
    struct when_parsed parsed;

    if (words->month.n == 0 || words->day.n > 0)
        return;
    words->day = STR("first");
    if (when_words_parse(words, &parsed, NULL) == ST_OK && parsed.month == today.month)
        *words = (struct when_words){ .second = false };
}

/* "2026-11-30", which only programs send. */
static enum status read_iso_date(struct str text, struct civil today, int *ret_days,
                                 struct err *err)
{
    int64_t year, month, day;

    if (text.n != 10 || text.p[4] != '-' || text.p[7] != '-' ||
        !str_to_i64(str_sub(text, 0, 4), &year) || !str_to_i64(str_sub(text, 5, 7), &month) ||
        !str_to_i64(str_sub(text, 8, 10), &day) ||
        !civil_date_valid((int)year, (int)month, (int)day))
        return err_reason(err, ST_INVALID, "date_impossible", "not an ISO 8601 date");
    *ret_days = days_between(
        today, (struct civil){ .year = (int)year, .month = (int)month, .day = (int)day });
    return ST_OK;
}

enum status sky_date_read(const struct turn *turn, struct sky_date *ret_date, struct err *err)
{
    const struct zone *zone = turn->place.zone;
    struct when_words words = turn_when_words(turn);
    struct str iso = turn_slot(turn, "date");
    struct civil noon;
    struct when when;
    enum status st;

    *ret_date = (struct sky_date){ .today = civil_of(zone, turn->call.now) };
    complete_month(&words, ret_date->today);
    if (iso.n > 0) {
        st = read_iso_date(iso, ret_date->today, &ret_date->days, err);
        if (st != ST_OK)
            return st;
        ret_date->named = true;
    } else if (when_words_given(&words) && !when_words_mean_days_ahead(&words)) {
        st = when_parse(&words, zone, turn->call.now, turn->call.arena, &when, err);
        if (st == ST_NOT_FOUND && strcmp(err->reason, "too_far") == 0)
            err_clear(err);
        else if (st != ST_OK)
            return st;
        ret_date->named = true;
        ret_date->days = days_between(ret_date->today, civil_of(zone, when.start));
        if (ret_date->days < 0) /* before 6 A.M., "tonight" began yesterday */
            ret_date->days = 0;
    }
    noon = (struct civil){ ret_date->today.year, ret_date->today.month,
                           ret_date->today.day + ret_date->days, .hour = 12 };
    ret_date->noon = civil_instant(zone, noon);
    return ST_OK;
}

void sky_date_put_day(struct buf *out, struct civil then, struct civil today)
{
    int days = days_between(today, then);

    if (days < -1 || days > 1)
        buf_putz(out, "on ");
    if (days == 0)
        buf_putz(out, "today");
    else
        phrase_put_relative_day(out, then, today);
}
