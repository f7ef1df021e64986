/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/ask_phrase.c -- phrases that the answers of this folder share. */
#include "intents/ask/ask_phrase.h"

#include "intents/answer_phrase.h"
#include "intents/speech/phrase.h"
#include "server/base/civil.h"
#include "server/base/date_names.h"

enum { MIDNIGHT = 24, NOON = 12, DAYBREAK = 6 };

bool ask_is_yes_no(const struct turn *turn)
{
    static const char *const others[] = {
        "when", "when's", "what", "what's", "which", "how", NULL
    };
    struct when_words when = turn_when_words(turn);
    struct str leadin = turn_slot(turn, "leadin"), word;

    if (!str_word(&leadin, &word))
        return when_words_given(&when);
    return !str_is_one_of(word, others);
}

void ask_put_day(struct buf *out, const struct days *d, int64_t t)
{
    struct civil then = civil_of(d->zone, t);

    then.hour = NOON; /* the date alone: neither "tonight" nor the night before midnight */
    phrase_put_relative_day(out, then, civil_of(d->zone, d->now));
}

void ask_put_night(struct buf *out, const struct days *d, int64_t t)
{
    bool early = civil_of(d->zone, t).hour < NOON;
    int ahead = days_ahead_of(d, t) - (early ? 1 : 0);
    int64_t midnight = days_span(d, ahead, MIDNIGHT, MIDNIGHT).from;

    if (ahead < 0) /* it is running */
        buf_putz(out, civil_of(d->zone, d->now).hour < DAYBREAK ? "tonight" : "this morning");
    else
        phrase_put_relative_day(out, civil_of(d->zone, midnight), civil_of(d->zone, d->now));
}

void ask_put_hour(struct buf *out, const struct days *d, int64_t t)
{
    struct civil then = civil_of(d->zone, t);

    /* A week from today has the same weekday, and is told with both. */
    if (days_ahead_of(d, t) == DAYS_AHEAD && (then.hour > 0 || then.minute > 0))
        buf_printf(out, "%s, ", weekday_name(then.weekday));
    phrase_put_day_and_time(out, then, civil_of(d->zone, d->now));
}

/* What `put` says of a time, in the arena. */
static struct str time_name(const struct turn *turn, int64_t t,
                            void (*put)(struct buf *out, const struct days *d, int64_t t))
{
    const struct days days = { turn->place.zone, turn->call.now };
    struct buf text = BUF_INIT(80);
    struct str name;

    put(&text, &days, t);
    name = arena_str(turn->call.arena, buf_str(&text));
    buf_free(&text);
    return name;
}

struct str ask_hour_name(const struct turn *turn, int64_t t)
{
    return time_name(turn, t, ask_put_hour);
}

struct str ask_day_name(const struct turn *turn, int64_t t)
{
    return time_name(turn, t, ask_put_day);
}

static struct str relative_day(struct buf *text, const struct days *d, int64_t t)
{
    phrase_put_relative_day(text, civil_of(d->zone, t), civil_of(d->zone, d->now));
    return buf_str(text);
}

void ask_put_time(struct buf *out, const struct days *d, int64_t t)
{
    phrase_put_time(out, civil_of(d->zone, t));
    buf_putc(out, ' ');
    (void)relative_day(out, d, t);
}

void ask_put_time_after(struct buf *out, const struct days *d, int64_t t, int64_t before)
{
    struct buf day = BUF_INIT(40), said = BUF_INIT(40);

    if (str_eq(relative_day(&day, d, t), relative_day(&said, d, before)))
        phrase_put_time(out, civil_of(d->zone, t));
    else
        ask_put_time(out, d, t);
    buf_free(&day);
    buf_free(&said);
}

void ask_put_through(struct buf *out, const struct days *d, int64_t until)
{
    int ahead = days_ahead_of(d, until);
    int64_t noon;

    while (ahead >= 0 && days_span(d, ahead, NOON, NOON).from >= until)
        ahead--;
    if (ahead < 0) {
        buf_putz(out, "until ");
        ask_put_time(out, d, until);
        return;
    }
    noon = days_span(d, ahead, NOON, NOON).from;
    buf_putz(out, "through ");
    if (ahead >= DAYS_AHEAD)
        buf_printf(out, "%s, ", weekday_name(civil_of(d->zone, noon).weekday));
    ask_put_day(out, d, noon);
}

void ask_put_in_place(struct buf *out, const struct turn *turn)
{
    buf_putc(out, ' ');
    answer_phrase_at_place(out, &turn->place);
}

void ask_put_in_place_between(struct buf *out, const struct turn *turn)
{
    size_t start = out->n;

    ask_put_in_place(out, turn);
    if (str_index(str_sub(buf_str(out), start, out->n), ',') < out->n - start)
        buf_putc(out, ',');
}

void ask_put_chance(struct buf *out, double percent, const char *of)
{
    int whole = units_round(percent);
    bool an = whole == 8 || whole == 11 || whole == 18 || (whole >= 80 && whole < 90);

    buf_printf(out, "%s %d percent chance", an ? "an" : "a", whole);
    if (of)
        buf_printf(out, " of %s", of);
}

bool ask_fits(const struct buf *speech, const struct turn *turn)
{
    enum { WORDS_MAX = 25, NAME_WORDS = 2 };
    struct buf place = BUF_INIT(200);
    size_t name;

    answer_phrase_place(&place, &turn->place);
    name = phrase_count_words(buf_str(&place));
    buf_free(&place);
    return phrase_count_words(buf_str(speech)) <=
           WORDS_MAX + (name > NAME_WORDS ? name - NAME_WORDS : 0);
}

void ask_put_no_forecast(struct buf *out, const struct turn *turn, const struct grid *g,
                         enum grid_layer layer, const char *what)
{
    buf_printf(out,
               grid_unread(g, layer) ? "I have no %s forecast that I can read for "
                                     : "No %s forecast is available for ",
               what);
    answer_phrase_place(out, &turn->place);
    buf_putc(out, '.');
}
