/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/item_words.h -- what a slot means whose words are in a table: an event of the sun, a
 * phase of the moon, a text of the forecaster. Pure. */
#ifndef CLIMACAST_INTENTS_ASK_ITEM_WORDS_H
#define CLIMACAST_INTENTS_ASK_ITEM_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/str.h"

struct item_words {
    struct str words; /* as said, lower case */
    int item;         /* of the caller's own enum */
};

/* The item of a slot's words, `usual` when it is empty. False when the table lacks them. */
static inline bool item_words_find(const struct item_words *table, size_t count, struct str words,
                                   int usual, int *ret_item)
{
    *ret_item = usual;
    if (words.n == 0)
        return true;
    for (size_t i = 0; i < count; i++) {
        if (str_eq(table[i].words, words)) {
            *ret_item = table[i].item;
            return true;
        }
    }
    return false;
}

#endif
