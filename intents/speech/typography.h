/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/typography.h -- turns the typography of word processors into plain text.
 *
 * Forecasters paste text with curly quotes, en dashes, inch marks and exotic spaces. The rules in
 * normalize.def know only plain ones. Pure. */
#ifndef CLIMACAST_INTENTS_SPEECH_TYPOGRAPHY_H
#define CLIMACAST_INTENTS_SPEECH_TYPOGRAPHY_H

#include "server/base/str.h"

/* Appends `text` with plain quotes, hyphens, ellipses, bullets, spaces and degree signs. A dash
 * between numbers becomes "to", one between words a hyphen with spaces; inch and foot marks after a
 * number become words. Control characters other than tab and line ends become spaces. */
void typography_put_plain(struct buf *out, struct str text);

#endif
