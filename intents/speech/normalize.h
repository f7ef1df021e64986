/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/normalize.h -- text from the National Weather Service made speakable: one line of
 * whole sentences, abbreviations spelled out, codes for machines dropped, capitals lowered.
 *
 * The rules are normalize.def. No figure is lost. Thread-safe; the patterns are compiled at the
 * first call and kept. */
#ifndef CLIMACAST_INTENTS_SPEECH_NORMALIZE_H
#define CLIMACAST_INTENTS_SPEECH_NORMALIZE_H

#include <stddef.h>

#include "server/base/str.h"

enum { NORMALIZE_MAX = 32 * 1024 }; /* bytes of text looked at; what is beyond is cut off */

/* Append the text as it can be said; nothing when nothing of it is for people. */
void normalize_text(struct buf *out, struct str text);

/* The name of each pattern rule, for the tests; NULL past the end. */
const char *normalize_rule_name(size_t i);

#endif
