/* SPDX-License-Identifier: Apache-2.0 */
/* certs/good_urls.h -- the URLs that have served a valid chain; when there are too many, the newest
 * stay.
 *
 * Only Amazon can make a URL below /echo.api/ serve a valid chain, so nobody else can add one. They
 * outlive the process (struct good_urls_storage), which makes the real chain fetchable after a
 * restart, whatever else is requested at the same time. Not thread-safe. */
#ifndef CLIMACAST_CERTS_GOOD_URLS_H
#define CLIMACAST_CERTS_GOOD_URLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/err.h"

enum { GOOD_URLS_MAX = 16, GOOD_URLS_GRAIN_S = 24 * 60 * 60 };

struct good_url {
    char *text;     /* normalized (certs/cert_url.h) */
    int64_t good_s; /* when it last served a valid chain, epoch seconds; up to a day too early */
};

struct good_urls {
    struct good_url list[GOOD_URLS_MAX]; /* in no particular order */
    size_t count;
};

/* Zeroes it; a zeroed one is allowed. */
void good_urls_done(struct good_urls *g);

bool good_urls_has(const struct good_urls *g, const char *url);
/* Add a URL, or note that it was good again. The oldest one makes room. Returns true when that is
 * worth saving: it is new, or a day has passed since it was noted. Out of memory it is not
 * added. */
bool good_urls_note(struct good_urls *g, const char *url, int64_t good_s);
/* Note all of `from`. Returns true when any of them is worth saving. */
bool good_urls_merge(struct good_urls *g, const struct good_urls *from);

/* Where good URLs are kept beyond the life of the process. */
struct good_urls_storage {
    /* Merge the URLs with those kept, in both directions. Waits, at most until `deadline`. NULL:
     * they are not kept. */
    enum status (*sync)(void *data, struct good_urls *g, int64_t deadline, struct err *err);
    void *data;
};

#endif
