/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/tokens.h -- splits a typed sentence into the words one would hear.
 *
 * Letters become lower case, punctuation is dropped, blanks and hyphens separate words, a
 * possessive ending is a word of its own ("boulder" "'s"), and "%" becomes "percent". Samples, slot
 * values and sentences are all split here, so that what sounds the same compares equal. Pure. */
#ifndef CLIMACAST_SERVER_UTTERANCE_TOKENS_H
#define CLIMACAST_SERVER_UTTERANCE_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/str.h"

enum {
    TOKENS_TEXT_MAX = 500, /* bytes of a sentence, sample or value */
    TOKENS_MAX = 64,       /* words of one */
};

/* The words of one text, in order; all point into one copy of it. */
struct tokens {
    const struct str *word;
    size_t count;
};

/* Split `text` into the arena. Returns false when it exceeds the limits, is not UTF-8, or the arena
 * is full. A text without words is fine. */
bool tokens_parse(struct arena *arena, struct str text, struct tokens *ret_tokens);

/* The text of words [from, to), with the hyphens and blanks between them. */
struct str tokens_span(const struct tokens *tokens, size_t from, size_t to);

/* Do the words from `from` on begin with those of `other`? */
bool tokens_match(const struct tokens *tokens, size_t from, const struct tokens *other);

/* One of 64 bits for a word. A text whose bits are not all among those of another has words that
 * the other lacks. */
uint64_t tokens_bit(struct str word);

#endif
