/* SPDX-License-Identifier: Apache-2.0 */
/* server/request/recent_exchange.c -- what is recorded of an exchange, and whether it counts as a
 * failure. */
#include "server/request/recent_exchange.h"

#include <string.h>

#include "server/base/clock.h"
#include "server/request/alexa_error.h"

enum { LATE_US = 5 * 1000 * 1000 }; /* Alexa waits 8 seconds, network time included */

/* Cuts it off between two characters. */
static void copy_word(char *to, size_t size, struct str word)
{
    size_t n = 0, step;

    while (n < word.n && (step = str_utf8_step(str_sub(word, n, word.n))) > 0 && n + step < size)
        n += step;
    memcpy(to, word.p ? word.p : "", n);
    to[n] = '\0';
}

/* The place as it was named; else the place that was meant, such as the user's default. */
static struct str place_word(const struct pipeline_exchange *x)
{
    static const char *const slots[] = { "location", "zipcode" };

    for (size_t i = 0; i < 2 && x->has_envelope; i++) {
        struct str word = envelope_slot(&x->envelope, x->arena, slots[i]);
        if (word.n > 0)
            return word;
    }
    return str_of(x->turn_log.place);
}

static struct str intent_word(const struct pipeline_exchange *x)
{
    const struct envelope *e = &x->envelope;

    if (x->turn_log.intent && strcmp(x->turn_log.intent, "unknown") != 0)
        return str_of(x->turn_log.intent);
    if (!x->has_envelope)
        return STR_NONE;
    return e->intent_name.n > 0 ? e->intent_name : e->request_type;
}

static struct recent_request describe(const struct pipeline_exchange *x, const char *outcome,
                                      int64_t us)
{
    struct recent_request q = { .at = clock_wall_s(), .us = us };

    copy_word(q.intent, sizeof q.intent, intent_word(x));
    copy_word(q.outcome, sizeof q.outcome, str_of(outcome));
    copy_word(q.metric, sizeof q.metric, str_of(x->turn_log.metric));
    copy_word(q.place, sizeof q.place, place_word(x));
    return q;
}

/* Why it was a failure; NULL when it was not. A hint such as "set a location first" is not. */
static const char *cause_of(const struct pipeline_exchange *x, int64_t us)
{
    const struct turn_log *t = &x->turn_log;
    const char *complaint = alexa_error_type(&x->envelope);

    if (complaint)
        return complaint;
    if (strcmp(t->err.reason, "no_location") == 0 || strcmp(t->err.reason, "city_missing") == 0)
        return NULL;
    if (t->err.status != ST_OK)
        return t->err.reason[0] ? t->err.reason : err_status_name(t->err.status);
    if (strcmp(t->outcome, "not_understood") == 0)
        return "no_intent";
    return us > LATE_US ? "late" : NULL;
}

/* The slots whose words the reason is about, the first of them that was filled. */
static const struct {
    const char *cause, *slots[4];
} blamed[] = {
    { "place_unknown", { "location", "location_two", "favorite" } },
    { "place_misspelled", { "location", "location_two", "favorite" } },
    { "place_unclear", { "location", "location_two" } },
    { "zip_unknown", { "zipcode", "location" } },
    { "zip_invalid", { "zipcode", "location" } },
    { "favorite_unknown", { "favorite" } },
    { "metric_unknown", { "metric" } },
    { "measure_unknown", { "metric" } },
    { "event_unknown", { "event" } },
    { "extreme_unknown", { "extreme" } },
    { "advice_unknown", { "thing" } },
    { "sun_unknown", { "sun" } },
    { "moon_unknown", { "moon" } },
    { "units_unclear", { "units" } },
    { "setting_unknown", { "setting" } },
    { "number_unclear", { "number" } },
    { "time_unclear", { "time", "time_to", "span" } },
    { "when_unclear", { "when_any", "when_abs", "when_pos", "when_two" } },
    { "no_intent", { NULL } },
};

static void add_unresolved(struct recent *r, const struct pipeline_exchange *x, const char *cause)
{
    struct recent_words w = { .at = clock_wall_s() };

    for (size_t i = 0; i < sizeof blamed / sizeof blamed[0]; i++) {
        if (strcmp(blamed[i].cause, cause) != 0)
            continue;
        for (size_t k = 0; k < 4 && blamed[i].slots[k] && w.words[0] == '\0'; k++) {
            copy_word(w.slot, sizeof w.slot, str_of(blamed[i].slots[k]));
            copy_word(w.words, sizeof w.words,
                      envelope_slot(&x->envelope, x->arena, blamed[i].slots[k]));
        }
        copy_word(w.intent, sizeof w.intent, intent_word(x));
        copy_word(w.cause, sizeof w.cause, str_of(cause));
        recent_add_unresolved(r, &w);
    }
}

/* Did somebody wait for the answer? */
static bool is_question(const struct pipeline_exchange *x)
{
    static const char *const silent[] = { "empty", "alexa_error", "repeated" };

    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++)
        if (strcmp(x->turn_log.outcome, silent[i]) == 0)
            return false;
    return true;
}

void recent_exchange_answered(struct recent *r, const struct pipeline_exchange *x, int64_t us)
{
    const char *cause = cause_of(x, us);
    bool slow = is_question(x) && recent_is_slow(r, us, clock_wall_s());
    struct recent_request q;

    if (!r || (!cause && !slow))
        return;
    q = describe(x, x->turn_log.outcome, us);
    if (slow)
        recent_add_slow(r, &q);
    if (!cause)
        return;
    copy_word(q.cause, sizeof q.cause, str_of(cause));
    recent_add_failure(r, &q);
    if (x->has_envelope)
        add_unresolved(r, x, cause);
}

void recent_exchange_rejected(struct recent *r, const struct pipeline_exchange *x,
                              const char *reason)
{
    struct recent_request q;

    if (!r || (!x->has_envelope && strcmp(reason, "overloaded") != 0 &&
               strcmp(reason, "certificate_unavailable") != 0))
        return;
    q = describe(x, "refused", 0);
    copy_word(q.cause, sizeof q.cause, str_of(reason));
    recent_add_failure(r, &q);
}
