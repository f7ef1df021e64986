/* SPDX-License-Identifier: Apache-2.0 */
/* intents/apology.c -- what is said when a turn cannot be answered, by table. */
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

/* A subject is read back only if it looks like the name of a place or a thing (letters with accents
 * included): "I couldn't find <&>." helps nobody. */
static bool is_speakable(struct str subject)
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

/* "%|that place|" becomes the subject, or "that place" when it is not speakable. */
static void put_with_subject(struct buf *out, const char *text, struct str subject)
{
    const char *gap = strchr(text, '%'), *end;

    if (!gap) {
        buf_putz(out, text);
        return;
    }
    end = strchr(gap + 2, '|');
    buf_put(out, (struct str){ text, (size_t)(gap - text) });
    buf_put(out,
            is_speakable(subject) ? subject : (struct str){ gap + 2, (size_t)(end - gap - 2) });
    buf_putz(out, end + 1);
}

/* Without a reason, the apology names no cause. */
static const char *apology_by_status(enum status st)
{
    if (st == ST_TIMEOUT)
        return "Sorry, that took too long. Please try again in a little while.";
    if (st == ST_UNAVAILABLE || st == ST_NOT_FOUND)
        return "Sorry, I can't get that right now. Please try again in a little while.";
    return "Sorry, something went wrong. Please try again in a little while.";
}

bool apology_put(struct buf *out, const struct err *err, struct str subject)
{
    for (size_t i = 0; i < sizeof apologies / sizeof apologies[0]; i++) {
        if (strcmp(apologies[i].reason, err->reason) == 0) {
            put_with_subject(out, apologies[i].text, subject);
            return apologies[i].asks;
        }
    }
    buf_putz(out, apology_by_status(err->status));
    return false;
}

bool apology_is_miss(const char *reason)
{
    static const char *const misses[] = {
        "place_unknown",   "place_unclear",     "zip_unknown",     "zip_invalid",
        "metric_unknown",  "metric_unlistable", "event_unknown",   "measure_unknown",
        "extreme_unknown", "advice_unknown",    "sun_unknown",     "moon_unknown",
        "number_unclear",  "rate_unclear",      "pitch_unclear",   "units_unclear",
        "time_unclear",    "when_unclear",      "setting_unknown", NULL,
    };

    return reason && str_is_one_of(str_of(reason), misses);
}
