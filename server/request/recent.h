/* SPDX-License-Identifier: Apache-2.0 */
/* server/request/recent.h -- the last requests that did not go well, the slowest questions of the
 * last 24 hours, and the words that were recently not understood, for the dashboard.
 *
 * In memory only, and bounded. Nothing about the user is recorded except the words that were said
 * in one slot, such as the place. Words come from outside: escape them. Thread-safe; a NULL `r`
 * records nothing. */
#ifndef CLIMACAST_SERVER_REQUEST_RECENT_H
#define CLIMACAST_SERVER_REQUEST_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RECENT_FAILURES = 20, RECENT_SLOWEST = 5, RECENT_UNRESOLVED = 30 };

struct recent_request {
    int64_t at;       /* epoch seconds; of the last one of several */
    int64_t us;       /* how long it took; the longest of several */
    int64_t count;    /* how often the same failure has happened; 1 for a slow question */
    char intent[48];  /* or the type of the request; "" when it was not read */
    char outcome[16]; /* as in the log; "refused" */
    char metric[24];  /* that was asked for, or "" */
    char place[64];   /* as the user named it, or its key, or "" */
    char cause[48];   /* a reason word, a status name, Alexa's error type, or "" */
};

/* Words that resolved to nothing: a place that does not exist, a metric that isn't known. */
struct recent_words {
    int64_t at;    /* epoch seconds; of the last time */
    int64_t count; /* how often */
    char intent[48];
    char slot[16];  /* "location"; "" when no slot was to blame, as with FallbackIntent */
    char words[64]; /* as they were said, or "" */
    char cause[32]; /* a reason word, "no_intent" */
};

struct recent;

struct recent *recent_create(void); /* NULL: out of memory */
void recent_free(struct recent *r); /* NULL is allowed */

/* Record a failure. The same failure of the same question is recorded once, with its count. */
void recent_add_failure(struct recent *r, const struct recent_request *request);
/* Would a request that took so long be among the slowest? Cheap, so that callers need not describe
 * most requests. */
bool recent_is_slow(struct recent *r, int64_t us, int64_t now);
/* Record it if it is. */
void recent_add_slow(struct recent *r, const struct recent_request *request);

/* Record words; the same words in the same slot of the same intent are recorded once, with their
 * count. */
void recent_add_unresolved(struct recent *r, const struct recent_words *words);
/* The words, newest first. Returns how many. */
size_t recent_unresolved(struct recent *r, struct recent_words ret_words[RECENT_UNRESOLVED]);

/* The failures, newest first. Returns how many. */
size_t recent_failures(struct recent *r, struct recent_request ret_requests[RECENT_FAILURES]);
/* The slowest questions of the last 24 hours, slowest first. Returns how many. */
size_t recent_slowest(struct recent *r, int64_t now,
                      struct recent_request ret_requests[RECENT_SLOWEST]);

#endif
