/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/text_memo.c -- a small table, indexed by a hash of the text. */
#include "server/base/text_memo.h"

#include <string.h>

#include "server/base/fnv.h"

enum { WAYS = 2 }; /* slots that a text may be in, the newest first */

static uint32_t first_slot(struct str text)
{
    uint32_t hash = fnv1a_32(FNV1A_32, text);

    return (hash ^ hash >> 16) % (TEXT_MEMO_SLOTS / WAYS) * WAYS;
}

bool text_memo_find(const struct text_memo *m, struct str text, struct str *ret_result)
{
    uint32_t first;

    if (text.n == 0 || text.n > TEXT_MEMO_BYTES)
        return false;
    first = first_slot(text);
    for (uint32_t i = first; i < first + WAYS; i++)
        if (m->slots[i].text_n == text.n && memcmp(m->slots[i].text, text.p, text.n) == 0) {
            *ret_result = (struct str){ m->slots[i].result, m->slots[i].result_n };
            return true;
        }
    return false;
}

void text_memo_put(struct text_memo *m, struct str text, struct str result)
{
    uint32_t i;

    if (text.n == 0 || text.n > TEXT_MEMO_BYTES || result.n > TEXT_MEMO_BYTES)
        return;
    i = first_slot(text);
    m->slots[i + 1] = m->slots[i];
    m->slots[i].text_n = (uint8_t)text.n;
    m->slots[i].result_n = (uint8_t)result.n;
    memcpy(m->slots[i].text, text.p, text.n);
    if (result.n > 0)
        memcpy(m->slots[i].result, result.p, result.n);
}
