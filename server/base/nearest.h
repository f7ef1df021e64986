/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/nearest.h -- which known name a mistyped word is nearest to. Pure.
 *
 *     struct nearest n = nearest_to(word);
 *     for (...)
 *         nearest_offer(&n, name);
 *     err_set(err, ST_INVALID, "unknown command %s%s", word, nearest_hint(&n));
 *
 * Near are names that the word becomes by few insertions, deletions, replacements and swaps of
 * neighbors, and those that it is the beginning or a part of. Upper and lower case, hyphens and
 * underscores count as equal. */
#ifndef CLIMACAST_SERVER_BASE_NEAREST_H
#define CLIMACAST_SERVER_BASE_NEAREST_H

#include "server/base/str.h"

enum { NEAREST_WORD_MAX = 64 }; /* no name is near to a longer word */

struct nearest {
    struct str word, name; /* name: the nearest so far, borrowed; "" when none is near */
    int distance;
    char hint[NEAREST_WORD_MAX + 24];
};

struct nearest nearest_to(struct str word);
/* Consider a name. Of equally near ones the first stays. */
void nearest_offer(struct nearest *n, struct str name);
/* "; did you mean NAME?", or "" when no name is near. Valid as long as `n`. */
const char *nearest_hint(struct nearest *n);

#endif
