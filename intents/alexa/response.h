/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/response.h -- the response JSON, always well-formed and within Alexa's limits:
 * 8,000 characters each for speech and reprompt, 24 KB for the whole without directives. Pure. */
#ifndef CLIMACAST_INTENTS_ALEXA_RESPONSE_H
#define CLIMACAST_INTENTS_ALEXA_RESPONSE_H

#include <stdbool.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum {
    RESPONSE_SPEECH_MAX = 8000, /* characters of outputSpeech.ssml and of reprompt, with markup */
    RESPONSE_BYTES_MAX = 24 * 1024,
};

struct response_prosody {
    int rate;  /* percent, 100 = the voice's own */
    int pitch; /* percent, 100 = the voice's own */
};

struct response {
    struct str speech;                /* plain text, any bytes; "" = no outputSpeech */
    bool markup;                      /* the speech is markup (markup.h) */
    struct str reprompt;              /* plain text; "" = none */
    struct str card_title, card_text; /* plain text; no card when both are "" */
    const char *permission; /* the permission that a consent card asks for, instead of that card:
                               "read::alexa:device:all:address:..."; or NULL */
    struct response_prosody prosody;
    bool end_session;
    bool empty; /* no speech and no card: for SessionEndedRequest, skill events, unknown types */
    struct str directives; /* the texts of JSON objects, with a comma between them; "" = none */
    struct str attributes; /* sessionAttributes: the text of a JSON object; "" = {} */
};

/* Returns how many bytes of `text`, in whole sentences from its beginning, are certain to be spoken
 * uncut with `reserve` more characters after them, whatever else the response holds. */
size_t response_fit(struct str text, size_t reserve);
/* The same for the rest of a markup, in which elements may be open, and for at most `words` words;
 * 0: any number. */
size_t response_fit_markup(struct str markup, size_t reserve, size_t words);

/* Appends the response to `out`. Text beyond a limit is cut after a sentence, if need be after a
 * word; long answers should be paged before (paging.c).
 *   ST_OK
 *   ST_TOO_LARGE  the attributes alone are too large
 *   ST_SYSTEM     out of memory
 * On anything but ST_OK `out` holds an incomplete response. */
enum status response_write(const struct response *r, struct buf *out, struct err *err);

#endif
