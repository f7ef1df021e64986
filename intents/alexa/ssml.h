/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/ssml.h -- plain text to SSML, always well-formed XML. Pure. */
#ifndef CLIMACAST_INTENTS_ALEXA_SSML_H
#define CLIMACAST_INTENTS_ALEXA_SSML_H

#include <stddef.h>

#include "server/base/str.h"

enum { SSML_WRAP_MAX = 80 }; /* characters that ssml_speak() adds at most */

/* Appends text as element content, with & < > " escaped. Control characters, invalid UTF-8 and code
 * points that XML 1.0 forbids become spaces. An apostrophe needs no escape in element content. */
void ssml_escape(struct buf *out, struct str text);

/* The number of characters (code points) that ssml_escape() would append. */
size_t ssml_escaped_length(struct str text);

/* Appends <speak>...</speak>, with a <prosody> element only where rate or pitch (in percent) differ
 * from 100. SSML wants pitch as an offset: 79 becomes "-21%". */
void ssml_speak(struct buf *out, struct str text, int rate, int pitch);
/* The same for markup (markup.h), which is written as it is. */
void ssml_speak_markup(struct buf *out, struct str markup, int rate, int pitch);

/* Returns the length in bytes of the longest prefix of whole sentences that escapes to at most
 * `max` characters, without trailing white space. A single sentence longer than that is cut after a
 * word, a single word after a character. Never cuts within "3:30 P.M." or "29.92". */
size_t ssml_fit(struct str text, size_t max);

/* The same for at most `max` words. A prefix of whole lines is preferred, unless it has less than
 * half of them. */
size_t ssml_fit_words(struct str text, size_t max);

#endif
