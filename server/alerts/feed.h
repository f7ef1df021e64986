/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/feed.h -- reads the alerts in force for many zones: one request per reading,
 * whatever the number of users.
 *
 * /alerts/active?status=actual&zone=A,B,... as long as that URL has at most FEED_URL_MAX bytes,
 * else the list of the whole country. Every reading asks the server, with If-None-Match if it gave
 * an ETag. NWS refuses the whole request when it does not know one zone: that zone is left out for
 * an hour, and found by halving if the answer does not name it. Not thread-safe. */
#ifndef CLIMACAST_SERVER_ALERTS_FEED_H
#define CLIMACAST_SERVER_ALERTS_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/object.h"

enum {
    FEED_URL_MAX = 6000,
    FEED_STALE_MS = 60 * 60 * 1000,
    FEED_STALE_MAX = 64,
};

struct feed;

/* A zone that NWS does not know. */
typedef void feed_stale_fn(void *data, const char *zone);

/* `base_url` is copied; `http` must outlive it. NULL: out of memory. */
struct feed *feed_create(struct http *http, const char *base_url, feed_stale_fn *stale, void *data);
void feed_free(struct feed *f); /* NULL is allowed */

/* Read the alerts of these zones, which are sorted and distinct. *ret_list is a new reference to
 * the decoded list (struct alert_list).
 *   ST_OK, ST_TIMEOUT, ST_UNAVAILABLE (also when the answer can't be read), ST_SYSTEM */
enum status feed_read(struct feed *f, const char *const *zones, size_t count, int64_t deadline,
                      struct object **ret_list, struct err *err);

/* ---- pure parts ---- */

/* Append the URL for these zones; without `zone` if it would be too long. */
void feed_url(struct buf *out, const char *base_url, const char *const *zones, size_t count);
/* Which of the zones a problem document names: an index, or `count`. */
size_t feed_named_zone(struct str problem, const char *const *zones, size_t count);

#endif
