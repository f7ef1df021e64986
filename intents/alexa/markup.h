/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/markup.h -- speech that has SSML elements of its own, and how it is cut. Pure.
 *
 * Markup is element content as XML writes it: text with & < > " escaped as by ssml_escape(), and
 * well-formed tags, but no comments, CDATA or other entities. The code that makes it guarantees
 * that (broadcast_ssml.h). */
#ifndef CLIMACAST_INTENTS_ALEXA_MARKUP_H
#define CLIMACAST_INTENTS_ALEXA_MARKUP_H

#include <stddef.h>

#include "server/base/str.h"

enum { MARKUP_DEPTH_MAX = 32 }; /* elements open at once */

/* Appends the text alone: entities become characters, an element "p" or "s" ends a line. */
void markup_put_plain(struct buf *out, struct str markup);

/* Returns the length in bytes of the longest prefix of whole sentences, outside of tags, that has
 * at most `max` characters with its tags and those that close what is open. `words`: the maximum
 * number of words; 0: any number. */
size_t markup_fit(struct str markup, size_t max, size_t words);

/* Appends the part from `from` to `to`, both outside of tags, with elements that begin before it
 * opened again and those that go on behind it closed. */
void markup_put_part(struct buf *out, struct str markup, size_t from, size_t to);

#endif
