/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/radar.c -- tells where the radar sees precipitation; the screen draws it. */
#include "intents/screen/radar.h"

#include "intents/answer_phrase.h"
#include "intents/weather/radar.h"

static const char *const radar_slots[] = { "location", "zip_conn", "zipcode",
                                           "favorite", "units",    NULL };

static const char *strength_word(enum radar_strength strength)
{
    static const char *const words[] = { "", "light", "moderate", "heavy", "very heavy" };

    return words[strength];
}

/* "12 miles", "20 kilometers" */
static void put_distance(struct buf *out, const struct turn *turn, double km)
{
    bool metric = turn->units == UNITS_METRIC;
    int distance = units_round(metric ? km : km / 1.609344);

    buf_printf(out, "%d %s%s", distance, metric ? "kilometer" : "mile", distance == 1 ? "" : "s");
}

static void put_echo(struct buf *out, const struct turn *turn, const struct radar_echo *echo)
{
    buf_printf(out, "%s precipitation ", strength_word(echo->strength));
    put_distance(out, turn, echo->km);
    buf_printf(out, " %s", units_compass_point(echo->degrees));
}

/* The nearest, and where it is stronger, if it is anywhere. */
static void put_echoes(struct buf *out, const struct turn *turn, const struct radar *r,
                       const struct radar_echo *nearest)
{
    enum { OVERHEAD_KM = 8 };
    struct radar_echo stronger;
    enum radar_strength least = nearest->strength;

    buf_putz(out, "The radar shows ");
    if (nearest->km < OVERHEAD_KM) {
        buf_printf(out, "%s precipitation over ", strength_word(nearest->strength));
    } else {
        put_echo(out, turn, nearest);
        buf_putz(out, " of ");
    }
    answer_phrase_place(out, &turn->place);
    if (least < RADAR_VERY_HEAVY && radar_nearest(r, least + 1, &stronger)) {
        buf_putz(out, ", and ");
        put_echo(out, turn, &stronger);
    }
    buf_putc(out, '.');
}

static void put_nothing(struct buf *out, const struct turn *turn)
{
    buf_putz(out, "The radar shows no precipitation within ");
    buf_putz(out, turn->units == UNITS_METRIC ? "150 kilometers" : "90 miles");
    buf_putz(out, " of ");
    answer_phrase_place(out, &turn->place);
    buf_putc(out, '.');
}

static enum status radar_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct radar_answer answer;
    struct radar_echo nearest;
    enum status st;

    turn->subject = turn->place.city;
    st = radar_get(turn->skill->nws, &turn->call, &turn->place, &answer, err);
    if (st != ST_OK)
        return st;
    if (radar_nearest(answer.radar, RADAR_LIGHT, &nearest))
        put_echoes(&reply->speech, turn, answer.radar, &nearest);
    else
        put_nothing(&reply->speech, turn);
    if (answer.stale)
        answer_phrase_stale(&reply->speech, "this picture", answer.age_s);
    reply->card_title = answer_phrase_card_title(turn);
    reply->figures.view = VIEW_RADAR;
    reply->figures.radar = answer.radar;
    return ST_OK;
}

const struct intent intent_radar = {
    .name = "ShowIntent",
    .slots = radar_slots,
    .needs_place = true,
    .answer = radar_answer,
};
