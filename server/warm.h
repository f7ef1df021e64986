/* SPDX-License-Identifier: Apache-2.0 */
/* server/warm.h -- keeps places warm: resolves them before anyone asks, and refreshes their cache
 * entries before they expire.
 *
 * The places are those of cache.warm_file and the most requested ones.  The caller paces the calls
 * and so the load on NWS: a place takes about five requests when it is not cached, and none while
 * its entry is fresh. */
#ifndef CLIMACAST_SERVER_WARM_H
#define CLIMACAST_SERVER_WARM_H

#include <stddef.h>
#include <stdint.h>

#include "cache/shared.h"
#include "cache/store.h"
#include "intents/weather/nws.h"
#include "server/base/err.h"
#include "server/base/metrics.h"
#include "server/base/str.h"
#include "server/config/config.h"
#include "server/usage/analytics.h"

enum {
    WARM_PLACES_MAX = 2000, /* in the file */
    WARM_POPULAR_MAX = 50,  /* of the most requested places */
    WARM_PLACE_BYTES_MAX = 200,
};

enum warm_outcome {
    WARM_FRESH,   /* its entry lasts long enough */
    WARM_RENEWED, /* its entry was fetched again */
    WARM_UNKNOWN, /* there is no such place, or NWS does not serve it */
    WARM_FAILED,  /* NWS or the store failed */
    WARM_OUTCOMES
};
extern const char *const warm_outcome_names[WARM_OUTCOMES]; /* "fresh", ... */

/* All borrowed. */
struct warm_settings {
    const struct config *config;
    struct nws *nws;
    struct store *store;
    struct shared *shared;
};
/* Warm one place now, `place` being written as in the file. *ret_again_at is when it should be
 * warmed again at the latest (epoch seconds; 0: any time). `err` is set for the last two
 * outcomes. */
enum warm_outcome warm_place(const struct warm_settings *settings, struct str place,
                             int64_t deadline, int64_t *ret_again_at, struct err *err);

/* ---- lists of places ---- */

struct warm_list {
    char (*places)[WARM_PLACE_BYTES_MAX + 1]; /* `count` of them; malloc'd */
    size_t count;
};
/* Add the lines of a file, each a place such as "Boulder, Colorado" or "80301"; # starts a comment.
 * ST_INVALID: it cannot be read, has a line that is too long, or more than WARM_PLACES_MAX places;
 * the list is then unchanged. */
enum status warm_list_read(struct warm_list *l, const char *path, struct err *err);
/* Add the most requested places; only the first WARM_POPULAR_MAX are used. */
enum status warm_list_add_popular(struct warm_list *l, const struct topk_name *names, size_t count,
                                  struct err *err);
/* Add one place, unless the list has it. */
enum status warm_list_add(struct warm_list *l, struct str place, struct err *err);
void warm_list_free(struct warm_list *l);

/* ---- in the background ---- */

struct warm;

/* `file` is cache.warm_file, "" for none; `analytics` may be NULL. `report` is called once for each
 * place that fails, and for a file that cannot be read. All are borrowed. NULL: out of memory. */
struct warm *warm_create(const struct warm_settings *settings, const char *file,
                         struct analytics *analytics, struct metrics *metrics,
                         void (*report)(void *data, const struct err *err), void *report_data);
void warm_free(struct warm *w); /* NULL is allowed */
/* Warm the place that is most overdue, if any is due. For one thread. */
void warm_step(struct warm *w, int64_t deadline);

#endif
