/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/memo.c -- a two-way associative hash table, the newer entry of each pair first. */
#include "server/base/memo.h"

#include <string.h>

#include "server/base/fnv.h"

enum { WAYS = 2 };

static uint32_t first_way(struct str key)
{
    uint32_t hash = fnv1a_32(FNV1A_32, key);

    return (hash ^ hash >> 16) % (MEMO_ENTRIES / WAYS) * WAYS;
}

bool memo_find(const struct memo *m, struct str key, struct str *ret_value)
{
    uint32_t first;

    if (key.n == 0 || key.n > MEMO_KEY_MAX)
        return false;
    first = first_way(key);
    for (uint32_t i = first; i < first + WAYS; i++)
        if (m->entries[i].key_n == key.n && memcmp(m->entries[i].key, key.p, key.n) == 0) {
            *ret_value = (struct str){ m->entries[i].value, m->entries[i].value_n };
            return true;
        }
    return false;
}

void memo_put(struct memo *m, struct str key, struct str value)
{
    uint32_t i;

    if (key.n == 0 || key.n > MEMO_KEY_MAX || value.n > MEMO_VALUE_MAX)
        return;
    i = first_way(key);
    m->entries[i + 1] = m->entries[i];
    m->entries[i].key_n = (uint8_t)key.n;
    m->entries[i].value_n = (uint8_t)value.n;
    memcpy(m->entries[i].key, key.p, key.n);
    if (value.n > 0)
        memcpy(m->entries[i].value, value.p, value.n);
}
