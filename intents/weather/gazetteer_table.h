/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gazetteer_table.h -- walks over the rows of one name, as gazetteer.c does; places
 * abroad included. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_GAZETTEER_TABLE_H
#define CLIMACAST_INTENTS_WEATHER_GAZETTEER_TABLE_H

#include "intents/weather/gazetteer.h"
#include "intents/weather/place_name.h"

/* Where a walk stands; private. */
struct gazetteer_rows {
    uint32_t name, row, end;
    char key[PLACE_NAME_MAX + 1];
};

/* Begins at the first row whose name has the same place_name_key() as `name`. */
void gazetteer_rows_find(struct str name, struct gazetteer_rows *ret_rows);
/* The next row; false when there is none. */
bool gazetteer_rows_next(struct gazetteer_rows *rows, struct gazetteer_hit *ret_hit);

#endif
