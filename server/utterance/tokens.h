/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/tokens.h -- a typed sentence taken apart into words, the way one would hear
 * it.
 *
 * Lower case; marks are gone; blanks and hyphens part words, a possessive ending is a word of its
 * own ("boulder" "'s"), "%" is "percent". Samples, slot values and sentences all go through here,
 * so that what is equal to the ear is equal to the eye. Pure. */
#ifndef CLIMACAST_SERVER_UTTERANCE_TOKENS_H
#define CLIMACAST_SERVER_UTTERANCE_TOKENS_H

#include "server/base/arena.h"
#include "server/base/str.h"

enum {
    TOKENS_TEXT_MAX = 500, /* bytes of a sentence, a sample or a value */
    TOKENS_MAX = 64,       /* words of one */
};

/* All words point into one text, in order. */
struct tokens {
    const struct str *word;
    size_t count;
};

/* False: longer than the bounds, broken UTF-8, or the arena is full. No words at all is fine. */
bool tokens_parse(struct arena *arena, struct str text, struct tokens *ret_words);

/* The text of words [from, to), with the hyphens and blanks it was written with. */
struct str tokens_span(const struct tokens *words, size_t from, size_t to);

/* Do the words [from, from + other->count) equal those of `other`? */
bool tokens_match(const struct tokens *words, size_t from, const struct tokens *other);

#endif
