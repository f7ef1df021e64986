/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/text_memo.h -- remembers what short texts were turned into, by a function of nothing
 * but the text: most requests are about what was asked for before.
 *
 * A table of fixed size, in which a text takes the place of another. For one thread: declare it
 * _Thread_local, initialized with zeros. */
#ifndef CLIMACAST_SERVER_BASE_TEXT_MEMO_H
#define CLIMACAST_SERVER_BASE_TEXT_MEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/str.h"

enum { TEXT_MEMO_SLOTS = 64, TEXT_MEMO_BYTES = 72 /* of a text; longer ones are not kept */ };

struct text_memo {
    struct {
        uint8_t text_n, result_n; /* text_n is 0: empty */
        char text[TEXT_MEMO_BYTES], result[TEXT_MEMO_BYTES];
    } slots[TEXT_MEMO_SLOTS];
};

/* False when it is not known. The result is valid until the next text_memo_put(). */
bool text_memo_find(const struct text_memo *m, struct str text, struct str *ret_result);
void text_memo_put(struct text_memo *m, struct str text, struct str result);

#endif
