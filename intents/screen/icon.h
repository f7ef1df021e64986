/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/icon.h -- pictures of the weather. */
#ifndef CLIMACAST_INTENTS_SCREEN_ICON_H
#define CLIMACAST_INTENTS_SCREEN_ICON_H

#include "intents/figures/hour.h"
#include "intents/figures/week.h"
#include "intents/screen/apl.h"
#include "intents/weather/observation.h"

enum icon {
#define ICON(id, name, colors, parts) ICON_##id,
#include "intents/screen/icons.def"
#undef ICON
    ICON_COUNT,
    ICON_NONE = ICON_COUNT /* it isn't known what the weather is */
};

/* What the station reports; `day`: the sun is up. */
enum icon icon_of_report(const struct observation *o, bool day);
enum icon icon_of_hour(const struct hour_forecast *h, bool day);
/* Of a day ahead; precipitation counts from a chance of 30 percent on, as of an hour. */
enum icon icon_of_day(const struct week_day *d);
/* Of the forecaster's few words for a period: "Chance Rain Showers". */
enum icon icon_of_text(struct str words, bool day);

/* Draws it in the largest square within the box; ICON_NONE draws nothing. */
void icon_put(struct apl *a, struct apl_box box, enum icon icon);

#endif
