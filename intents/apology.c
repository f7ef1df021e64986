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

/* "%|that place|" is the subject, or "that place" when there is none. */
static void put_text(struct buf *out, const char *text, struct str subject)
{
    const char *hole = strchr(text, '%'), *end;

    if (!hole) {
        buf_putz(out, text);
        return;
    }
    end = strchr(hole + 2, '|');
    buf_put(out, (struct str){ text, (size_t)(hole - text) });
    buf_put(out, subject.n ? subject : (struct str){ hole + 2, (size_t)(end - hole - 2) });
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
