/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/normalize.h -- makes National Weather Service text speakable.
 *
 * The result is one line of whole sentences: abbreviations are spelled out, machine codes dropped,
 * shouting in capitals lowered, and every number that people need is kept. The rules are in
 * normalize.def. Thread-safe; the patterns are compiled on the first call. */
#ifndef CLIMACAST_INTENTS_SPEECH_NORMALIZE_H
#define CLIMACAST_INTENTS_SPEECH_NORMALIZE_H

#include "intents/speech/clock_text.h"
#include "server/base/str.h"

enum { NORMALIZE_MAX = 32 * 1024 }; /* bytes of input; the rest is cut off */

/* Appends the speakable form of `text`, which is empty when it holds nothing but codes. Sets
 * out->failed when memory runs out. */
void normalize_text(struct buf *out, struct str text);
/* The same, with times converted to a place's clock. */
void normalize_text_by_clock(struct buf *out, struct str text, const struct clock_text *clock);

#endif
