/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/ssml.h -- plain text to SSML that is always well-formed XML. Pure. */
#ifndef CLIMACAST_INTENTS_ALEXA_SSML_H
#define CLIMACAST_INTENTS_ALEXA_SSML_H

#include <stddef.h>

#include "server/base/str.h"

/* Append text with & < > " escaped, and control characters, invalid UTF-8 and what XML 1.0 forbids
 * as blanks. For element content: an apostrophe needs no escape there and stays readable. */
void ssml_escape(struct buf *out, struct str text);
/* Characters (code points) that ssml_escape() would write. */
size_t ssml_escaped_length(struct str text);
/* Wrap as <speak>...</speak>, with <prosody> only where rate or pitch differ from 100; pitch as an
 * offset: 79 -> "-21%". What it adds is at most SSML_WRAP_MAX characters. */
void ssml_speak(struct buf *out, struct str text, int rate, int pitch);
enum { SSML_WRAP_MAX = 80 };
/* The longest front part of text, whole sentences, that escapes to at most `room` characters; a
 * single sentence longer than that is cut at a word, a word longer than that at a character. Never
 * in the middle of "3:30 P.M." or "29.92". Returns its bytes, without the blanks behind it. */
size_t ssml_fit(struct str text, size_t room);

#endif
