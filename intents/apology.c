/* SPDX-License-Identifier: Apache-2.0 */
/* intents/apology.c -- a fault made words, by table. */
#include "intents/apology.h"

#include <string.h>

static const struct {
    const char *reason;
    bool asks;
    const char *text;
} apologies[] = {
#define APOLOGY(reason, asks, text) { reason, asks, text },
#include "intents/apologies.def"
#undef APOLOGY
};

/* Only what a name of a place or a thing is made of, Latin letters with accents included, is read
 * back: nobody wants to hear "I don't know about <&>." */
static bool sayable(struct str subject)
{
    bool any = false;

    for (size_t i = 0; i < subject.n; i++) {
        unsigned char c = (unsigned char)subject.p[i];
        bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                    (c >= 0xC3 && c <= 0xCA) || /* the first byte of U+00C0 to U+02BF */
                    (any && c >= 0x80 && c <= 0xBF);
        if (!word && !memchr(" '-.,", c, 5))
            return false;
        any = any || word;
    }
    return any;
}

/* "%|that place|" is the subject, or "that place" when there is none to be said. */
static void put_text(struct buf *out, const char *text, struct str subject)
{
    const char *hole = strchr(text, '%'), *end;

    if (!hole) {
        buf_putz(out, text);
        return;
    }
    end = strchr(hole + 2, '|');
    buf_put(out, (struct str){ text, (size_t)(hole - text) });
    buf_put(out, sayable(subject) ? subject : (struct str){ hole + 2, (size_t)(end - hole - 2) });
    buf_putz(out, end + 1);
}

static const char *by_status(enum status st)
{
    if (st == ST_TIMEOUT)
        return "Sorry, the weather service is taking too long to answer. Please try again in a "
               "little while.";
    if (st == ST_UNAVAILABLE || st == ST_NOT_FOUND)
        return "Sorry, I can't get that from the National Weather Service right now. Please try "
               "again in a little while.";
    return "Sorry, something went wrong. Please try again in a little while.";
}

bool apology_put(struct buf *out, const struct err *err, struct str subject)
{
    for (size_t i = 0; i < sizeof apologies / sizeof apologies[0]; i++) {
        if (strcmp(apologies[i].reason, err->reason) == 0) {
            put_text(out, apologies[i].text, subject);
            return apologies[i].asks;
        }
    }
    buf_putz(out, by_status(err->status));
    return false;
}
