/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/number_words.c -- the table of English number words. */
#include "server/base/number_words.h"

#include <stddef.h>

static const struct {
    struct str cardinal, ordinal;
    int value;
} numbers[] = {
    { STR("zero"), STR(""), 0 },
    { STR("one"), STR("first"), 1 },
    { STR("two"), STR("second"), 2 },
    { STR("three"), STR("third"), 3 },
    { STR("four"), STR("fourth"), 4 },
    { STR("five"), STR("fifth"), 5 },
    { STR("six"), STR("sixth"), 6 },
    { STR("seven"), STR("seventh"), 7 },
    { STR("eight"), STR("eighth"), 8 },
    { STR("nine"), STR("ninth"), 9 },
    { STR("ten"), STR("tenth"), 10 },
    { STR("eleven"), STR("eleventh"), 11 },
    { STR("twelve"), STR("twelfth"), 12 },
    { STR("thirteen"), STR("thirteenth"), 13 },
    { STR("fourteen"), STR("fourteenth"), 14 },
    { STR("fifteen"), STR("fifteenth"), 15 },
    { STR("sixteen"), STR("sixteenth"), 16 },
    { STR("seventeen"), STR("seventeenth"), 17 },
    { STR("eighteen"), STR("eighteenth"), 18 },
    { STR("nineteen"), STR("nineteenth"), 19 },
    { STR("twenty"), STR("twentieth"), 20 },
    { STR("thirty"), STR("thirtieth"), 30 },
    { STR("forty"), STR("fortieth"), 40 },
    { STR("fifty"), STR("fiftieth"), 50 },
    { STR("sixty"), STR("sixtieth"), 60 },
    { STR("seventy"), STR("seventieth"), 70 },
    { STR("eighty"), STR("eightieth"), 80 },
    { STR("ninety"), STR("ninetieth"), 90 },
    { STR("hundred"), STR("hundredth"), 100 },
    { STR("thousand"), STR("thousandth"), 1000 },
};

bool number_words_find(struct str word, struct number_word *ret_word)
{
    if (word.n == 0)
        return false;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        bool ordinal = str_eq(word, numbers[i].ordinal);

        if (ordinal || str_eq(word, numbers[i].cardinal)) {
            *ret_word = (struct number_word){ numbers[i].value, ordinal };
            return true;
        }
    }
    return false;
}
