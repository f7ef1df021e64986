/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/bulletin_memo.c -- a table by hash, in which a text takes the place of another. */
#include "intents/speech/bulletin_memo.h"

#include <stdlib.h>

#include "server/base/fnv.h"

/* As FNV-1a, but of eight bytes at a time: texts are long. */
static struct bulletin_memo_slot *slot_for(struct bulletin_memo *m, struct str text)
{
    uint64_t hash = FNV1A_64, word;
    size_t i = 0;

    for (; text.n - i >= sizeof word; i += sizeof word) {
        memcpy(&word, text.p + i, sizeof word);
        hash = (hash ^ word) * FNV1A_64_PRIME;
        hash ^= hash >> 32;
    }
    hash = fnv1a_64(hash, str_sub(text, i, text.n));
    return &m->slots[(hash ^ hash >> 32) % BULLETIN_MEMO_SLOTS];
}

static void empty(struct bulletin_memo *m, struct bulletin_memo_slot *s)
{
    m->bytes -= s->text_n + s->made_n;
    free(s->bytes);
    *s = (struct bulletin_memo_slot){ NULL, 0, 0 };
}

bool bulletin_memo_find(struct bulletin_memo *m, struct str text, struct buf *out)
{
    struct bulletin_memo_slot *s = slot_for(m, text);
    bool found;

    if (text.n == 0 || text.n > BULLETIN_MEMO_TEXT_MAX)
        return false;
    pthread_mutex_lock(&m->lock);
    found = s->bytes && str_eq((struct str){ s->bytes, s->text_n }, text);
    if (found)
        buf_put(out, (struct str){ s->bytes + s->text_n, s->made_n });
    pthread_mutex_unlock(&m->lock);
    return found;
}

void bulletin_memo_add(struct bulletin_memo *m, struct str text, struct str made)
{
    struct bulletin_memo_slot *s = slot_for(m, text);
    size_t n = text.n + made.n;
    char *bytes;

    if (text.n == 0 || text.n > BULLETIN_MEMO_TEXT_MAX || made.n > 2 * BULLETIN_MEMO_TEXT_MAX)
        return;
    bytes = malloc(n);
    if (!bytes)
        return;
    memcpy(bytes, text.p, text.n);
    if (made.n > 0)
        memcpy(bytes + text.n, made.p, made.n);
    pthread_mutex_lock(&m->lock);
    empty(m, s);
    while (m->bytes + n > BULLETIN_MEMO_BYTES_MAX)
        empty(m, &m->slots[m->hand++ % BULLETIN_MEMO_SLOTS]);
    *s = (struct bulletin_memo_slot){ bytes, text.n, made.n };
    m->bytes += n;
    pthread_mutex_unlock(&m->lock);
}

void bulletin_memo_empty(struct bulletin_memo *m)
{
    pthread_mutex_lock(&m->lock);
    for (size_t i = 0; i < BULLETIN_MEMO_SLOTS; i++)
        empty(m, &m->slots[i]);
    pthread_mutex_unlock(&m->lock);
}
