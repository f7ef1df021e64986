/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/memo.h -- remembers results of a pure function by its argument: most requests are
 * about what was asked for before.
 *
 * A hash table of fixed size: a new entry replaces an old one, so no entry is sure to be found
 * again. Keys and values are bytes. Nothing is allocated. For one thread only: declare it
 * _Thread_local, initialized with zeros. */
#ifndef CLIMACAST_SERVER_BASE_MEMO_H
#define CLIMACAST_SERVER_BASE_MEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/str.h"

enum { MEMO_ENTRIES = 64, MEMO_KEY_MAX = 72, MEMO_VALUE_MAX = 104 /* bytes */ };

struct memo {
    struct {
        uint8_t key_n, value_n; /* key_n is 0: empty */
        char key[MEMO_KEY_MAX], value[MEMO_VALUE_MAX];
    } entries[MEMO_ENTRIES];
};

/* Returns false when the key is not remembered. *ret_value is valid until the next memo_put(), and
 * not aligned. */
bool memo_find(const struct memo *m, struct str key, struct str *ret_value);
/* Does nothing if the key is empty, or either is longer than its maximum. Neither may be part of
 * the memo. */
void memo_put(struct memo *m, struct str key, struct str value);

#endif
