/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/nearest.c -- the optimal string alignment distance, by dynamic programming over three
 * rows. */
#include "server/base/nearest.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum {
    ERRORS_MAX = 3,         /* however long the word is */
    LETTERS_PER_ERROR = 3,  /* a shorter word may have one error */
    PART_LETTERS_MIN = 3,   /* shorter parts of a name mean nothing */
    DISTANCE_BEGINNING = 1, /* counts as this many errors */
    DISTANCE_PART = 2,
};

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c == '_' ? '-' : c;
}

static int least(int a, int b, int c)
{
    int ab = a < b ? a : b;

    return ab < c ? ab : c;
}

/* Both are at most NEAREST_WORD_MAX long. */
static int edit_distance(struct str a, struct str b)
{
    int rows[3][NEAREST_WORD_MAX + 1];
    int *before = rows[0], *last = rows[1], *row = rows[2];

    for (size_t k = 0; k <= b.n; k++)
        last[k] = (int)k;
    for (size_t i = 1; i <= a.n; i++) {
        row[0] = (int)i;
        for (size_t k = 1; k <= b.n; k++) {
            char x = folded(a.p[i - 1]), y = folded(b.p[k - 1]);
            row[k] = least(last[k] + 1, row[k - 1] + 1, last[k - 1] + (x != y));
            if (i > 1 && k > 1 && x == folded(b.p[k - 2]) && y == folded(a.p[i - 2]) &&
                before[k - 2] + 1 < row[k])
                row[k] = before[k - 2] + 1;
        }
        int *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[b.n];
}

/* Where `part` is in `whole`; whole.n when it is not. */
static size_t find_part(struct str whole, struct str part)
{
    for (size_t at = 0; at + part.n <= whole.n; at++) {
        size_t k = 0;
        while (k < part.n && folded(whole.p[at + k]) == folded(part.p[k]))
            k++;
        if (k == part.n)
            return at;
    }
    return whole.n;
}

struct nearest nearest_to(struct str word)
{
    return (struct nearest){ .word = word, .distance = INT_MAX };
}

void nearest_offer(struct nearest *n, struct str name)
{
    int errors_max = (int)n->word.n / LETTERS_PER_ERROR, distance;
    size_t part;

    if (n->word.n == 0 || n->word.n > NEAREST_WORD_MAX || name.n > NEAREST_WORD_MAX)
        return;
    errors_max = errors_max < 1 ? 1 : errors_max > ERRORS_MAX ? ERRORS_MAX : errors_max;
    distance = edit_distance(n->word, name);
    part = n->word.n >= PART_LETTERS_MIN ? find_part(name, n->word) : name.n;
    if (distance > errors_max)
        distance = part == 0 ? DISTANCE_BEGINNING : part < name.n ? DISTANCE_PART : INT_MAX;
    if (distance < n->distance) {
        n->distance = distance;
        n->name = name;
    }
}

const char *nearest_hint(struct nearest *n)
{
    n->hint[0] = '\0';
    if (n->name.n > 0)
        (void)snprintf(n->hint, sizeof n->hint, "; did you mean %.*s?", STR_ARG(n->name));
    return n->hint;
}
