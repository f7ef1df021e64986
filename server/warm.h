/* SPDX-License-Identifier: Apache-2.0 */
/* server/warm.h -- places kept warm: resolved before anybody asks, and asked for anew before what
 * is known of them expires.
 *
 * The places are those of cache.warm_file (a line each, "Boulder, Colorado" or "80301", # begins a
 * comment) and the most asked ones. Who calls decides how often, and so how much NWS is asked: one
 * place is some five requests when nothing is known of it, and none at all while it is fresh. */
#ifndef CLIMACAST_SERVER_WARM_H
#define CLIMACAST_SERVER_WARM_H

#include <stddef.h>
#include <stdint.h>

#include "cache/store.h"
#include "intents/weather/nws.h"
#include "server/analytics.h"
#include "server/base/err.h"
#include "server/base/metrics.h"
#include "server/base/str.h"

enum {
    WARM_PLACES_MAX = 2000, /* of the file */
    WARM_ASKED = 50,        /* of the most asked ones */
    WARM_WORDS_MAX = 200,   /* bytes of a line */
};

/* What one place came to. */
enum warm_outcome {
    WARM_FRESH,   /* is known, and for long enough */
    WARM_RENEWED, /* was asked for anew before it expired */
    WARM_UNKNOWN, /* there is no such place, or NWS does not serve it */
    WARM_FAILED,  /* NWS or the store could not be asked */
    WARM_OUTCOMES
};
extern const char *const warm_outcome_names[WARM_OUTCOMES];

struct warm_settings {
    struct nws *nws;
    struct store *store;
    int ttl_days;
    int64_t (*now)(void *data); /* the clock for weather questions */
    void *data;
};
/* Warm one place, here and now; `words` as a line of the file. *ret_again_at is when to come back
 * at the latest (epoch seconds; 0: whenever). `err` is filled for the last two outcomes. */
enum warm_outcome warm_place(const struct warm_settings *settings, struct str words,
                             int64_t deadline, int64_t *ret_again_at, struct err *err);

/* ---- a list of places ---- */

struct warm_list {
    char (*words)[WARM_WORDS_MAX + 1]; /* `count` of them; malloc'd */
    size_t count;
};
/* Add the lines of a file. ST_INVALID: it cannot be read, holds a line that is too long, or more
 * than WARM_PLACES_MAX; the list is then as it was. */
enum status warm_list_read(struct warm_list *l, const char *path, struct err *err);
/* Add the most asked places of a count. */
enum status warm_list_add_popular(struct warm_list *l, const struct topk_name *names, size_t count,
                                  struct err *err);
enum status warm_list_add(struct warm_list *l, struct str words, struct err *err);
void warm_list_free(struct warm_list *l);

/* ---- in the background ---- */

struct warm;

/* `file` is cache.warm_file, "" for none; `analytics` may be NULL. What goes wrong is told to
 * `report`, once for each place. All outlive it. */
struct warm *warm_create(const struct warm_settings *settings, const char *file,
                         struct analytics *analytics, struct metrics *metrics,
                         void (*report)(void *data, const struct err *err), void *report_data);
void warm_free(struct warm *w); /* NULL allowed */
/* Warm the one place whose turn it is, if there is one. By one thread. */
void warm_step(struct warm *w, int64_t deadline);

#endif
