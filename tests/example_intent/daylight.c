/* SPDX-License-Identifier: Apache-2.0 */
/* intents/daylight.c -- "how long is the day in boulder colorado": sunrise to sunset, today, there.
 *
 * Computed from the sun's declination on that day of the year: accurate to a few minutes. */
#include "intents/answer_phrase.h"
#include "intents/intent.h"
#include "intents/speech/phrase.h"
#include "server/base/civil.h"

#include <math.h>

static const double degree = 3.14159265358979323846 / 180;

/* Seconds between sunrise and sunset, of the upper limb and with refraction. */
static int64_t daylight_s(double latitude, int day_of_year)
{
    double declination = -23.44 * degree * cos(2 * 180 * degree * (day_of_year + 10) / 365.25);
    double up = (sin(-0.833 * degree) - sin(latitude * degree) * sin(declination)) /
                (cos(latitude * degree) * cos(declination));

    /* Beyond the polar circles the sun may stay up or down all day; acos() needs the clamp. */
    return (int64_t)(acos(fmax(-1, fmin(1, up))) / degree / 180 * 86400);
}

static const char *const daylight_slots[] = { "location", "zipcode", NULL };

static enum status daylight_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct civil today = civil_of(turn->place.zone, turn->call.now);
    int day = (int)(civil_days(today.year, today.month, today.day) - civil_days(today.year, 1, 1));

    (void)err; /* nothing here can fail */
    answer_phrase_in_place(&reply->speech, &turn->place);
    buf_putz(&reply->speech, ", the sun is up for ");
    phrase_put_duration(&reply->speech, daylight_s(turn->place.lat, day));
    buf_putz(&reply->speech, " today.");
    reply->card_title = answer_phrase_card_title(turn);
    return ST_OK;
}

const struct intent intent_daylight = {
    .name = "DaylightIntent",
    .slots = daylight_slots,
    .needs_place = true,
    .answer = daylight_answer,
};
