/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/columns.h -- turns names that are set in columns into lists.
 *
 * A watch names its counties in columns, under the part of the state that they are in. Read line by
 * line they run into each other: "Boulder Denver El Paso". Pure. */
#ifndef CLIMACAST_INTENTS_SPEECH_COLUMNS_H
#define CLIMACAST_INTENTS_SPEECH_COLUMNS_H

#include "server/base/str.h"

/* Appends `text`, whose lines end in '\n', with each paragraph of columns as one line: "In
 * northeast Colorado: Boulder, Denver, El Paso." Everything else is copied. */
void columns_put_lists(struct buf *out, struct str text);

#endif
