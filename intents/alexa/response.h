/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/response.h -- the response JSON. SPEC section 3.2: speech and reprompt at most
 * 8,000 characters each, the whole at most 24 KB, always well-formed. */
#ifndef CLIMACAST_INTENTS_ALEXA_RESPONSE_H
#define CLIMACAST_INTENTS_ALEXA_RESPONSE_H

#include <stdbool.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum {
    RESPONSE_SPEECH_MAX = 8000, /* characters of outputSpeech.ssml and of reprompt, with markup */
    RESPONSE_BYTES_MAX = 24 * 1024,
};

struct prosody {
    int rate;  /* percent, 100 = as it comes */
    int pitch; /* percent, 100 = as it comes */
};

struct response {
    struct str speech;                /* plain text, any bytes; "" = no outputSpeech */
    struct str reprompt;              /* plain text; "" = none */
    struct str card_title, card_text; /* plain text; no card when both are "" */
    struct prosody prosody;
    bool end_session;
    bool empty;            /* nothing said or shown: session ended, skill events, unknown types */
    struct str attributes; /* sessionAttributes: the text of a JSON object; "" = {} */
};

/* Bytes at the front of `text`, whole sentences, that are sure to be spoken uncut with `behind`
 * more characters after them, whatever else the response holds. */
size_t response_fit(struct str text, size_t behind);
/* Write it. Text that would burst a bound is cut at a sentence, last of all at a word; the caller
 * should have cut it before (paging.c). ST_TOO_LARGE only when the attributes alone are too large;
 * ST_SYSTEM without memory. On anything but ST_OK `out` holds no whole response. */
enum status response_write(const struct response *r, struct buf *out, struct err *err);

#endif
