/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/bulletin_memo.h -- remembers what long texts were made into: everyone who asks
 * about a place hears the same forecasts and alerts.
 *
 * For texts of the weather service only, never of users: they are kept until others take their
 * place. What a text is made into must depend on nothing but the text. Thread-safe. For short texts
 * there is server/base/memo.h. */
#ifndef CLIMACAST_INTENTS_SPEECH_BULLETIN_MEMO_H
#define CLIMACAST_INTENTS_SPEECH_BULLETIN_MEMO_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/base/str.h"

enum {
    BULLETIN_MEMO_SLOTS = 512,
    BULLETIN_MEMO_TEXT_MAX = 8 * 1024,    /* bytes; longer ones are not remembered */
    BULLETIN_MEMO_BYTES_MAX = 1024 * 1024 /* of all of them, with what they were made into */
};

struct bulletin_memo {
    pthread_mutex_t lock;
    struct bulletin_memo_slot {
        char *bytes; /* the text, and behind it what it was made into; owned */
        size_t text_n, made_n;
    } slots[BULLETIN_MEMO_SLOTS]; /* by a hash of the text */
    size_t bytes, hand;           /* in all; the next slot to empty when these are too many */
};

#define BULLETIN_MEMO_INIT                \
    {                                     \
        .lock = PTHREAD_MUTEX_INITIALIZER \
    }

/* Appends what the text was made into. False when that is not remembered. */
bool bulletin_memo_find(struct bulletin_memo *m, struct str text, struct buf *out);
void bulletin_memo_add(struct bulletin_memo *m, struct str text, struct str made);
void bulletin_memo_empty(struct bulletin_memo *m);

#endif
