/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/sun_moon.c -- the sun and the moon of a date together, as programs ask for them. */
#include "intents/ask/sky_answer.h"
#include "intents/program.h"

static const char *const sun_moon_slots[] = { "date", "location", "zip_conn", "zipcode", NULL };

static enum status sun_moon_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct sky_date date;
    enum status st = sky_date_read(turn, &date, err);

    if (st != ST_OK)
        return st;
    sky_answer_day_length(turn, &date, reply);
    buf_putc(&reply->speech, ' ');
    sky_answer_moon_phase(turn, &date, reply);
    return ST_OK;
}

const struct intent intent_sun_moon = {
    .name = "SunMoon",
    .slots = sun_moon_slots,
    .needs_place = true,
    .answer = sun_moon_answer,
};
