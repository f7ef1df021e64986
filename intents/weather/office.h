/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/office.h -- the forecast offices of the National Weather Service. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_OFFICE_H
#define CLIMACAST_INTENTS_WEATHER_OFFICE_H

#include "server/base/str.h"

/* The city by which an office ("BOU") is known: "Boulder". NULL when it is unknown. */
const char *office_city(struct str code);

#endif
