/* SPDX-License-Identifier: Apache-2.0 */
/* intents/forecast_words.h -- the forecast for a period in words: all of it, or in one breath.
 *
 * All return false, and put nothing, when the forecast has nothing that was asked for: a gap is
 * left out, never told as zero. Pure. */
#ifndef CLIMACAST_INTENTS_FORECAST_WORDS_H
#define CLIMACAST_INTENTS_FORECAST_WORDS_H

#include <stdbool.h>

#include "intents/figures/outlook.h"
#include "intents/question.h"
#include "intents/speech/units.h"
#include "intents/weather/place.h"

/* A period of a forecast, to be told. */
struct forecast_told {
    const struct outlook_figures *figures;
    const struct when *when;
    const struct place *place;
    enum units_system units;
    bool names_place; /* of two days, only the first names the place */
};

/* Puts a sentence for each metric of the question, with a space before it. */
bool forecast_put_facts(struct buf *out, const struct question *q, const struct forecast_told *t);
/* Puts one metric in one breath, with when and where: "A high of 56 degrees tomorrow in Boulder,
 * Colorado." */
bool forecast_put_short(struct buf *out, const struct question *q, const struct forecast_told *t);
/* Puts the user's whole list in one breath: "Tomorrow in Boulder, Colorado: mostly cloudy and dry,
 * high 56.", in at most `words` words: wind, pressure and humidity are left out if they would make
 * it longer. */
bool forecast_put_list(struct buf *out, const struct question *q, const struct forecast_told *t,
                       size_t words);

/* Parts that these share. */

/* "Tomorrow in Boulder, Colorado: ". */
void forecast_put_heading(struct buf *out, const struct forecast_told *t);
/* Does it feel colder or hotter by 3 degrees Fahrenheit or more? */
bool forecast_feels_colder(const struct forecast_told *t);
bool forecast_feels_hotter(const struct forecast_told *t);
/* "from the west at 5 to 10 miles per hour"; there must be a wind. */
void forecast_put_wind(struct buf *out, const struct forecast_told *t);
/* Its highest speed, and the gust if that is above it, else 0: rounded, in the listener's unit. */
int forecast_wind_high(const struct forecast_told *t);
int forecast_wind_gust(const struct forecast_told *t);
/* "30.02 inches and steady", or, then true, "30.02 inches, rising to 30.10"; there must be a
 * pressure. */
bool forecast_put_pressure(struct buf *out, const struct forecast_told *t);

/* ", with a wind chill from 20 to 25 degrees", if there is one; `name` as in "wind chill". */
void forecast_put_range(struct buf *out, const struct forecast_told *t,
                        const struct outlook_range *range, const char *name);
/* "sunny, becoming cloudy". */
bool forecast_put_sky(struct buf *out, const struct forecast_told *t);
/* "a slight chance of rain showers, then snow", without these kinds of precipitation, as bits of
 * precipitation.h; false when no other weather is named. */
bool forecast_put_conditions(struct buf *out, const struct forecast_told *t, unsigned without);
/* "rain and freezing rain": the kinds of precipitation.h that are not snow. */
void forecast_put_liquid_kinds(struct buf *out, unsigned kinds);
/* ", with half an inch of rain and 2 inches of snow"; with `all`, also the water in the snow. */
void forecast_put_amounts(struct buf *out, const struct forecast_told *t, bool all);
/* Puts " The forecast doesn't say what kind." where it leaves the kind open. */
void forecast_put_open_kind(struct buf *out, const struct forecast_told *t);

#endif
