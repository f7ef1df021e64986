/* SPDX-License-Identifier: Apache-2.0 */
/* certs/fetch_budget.h -- how many chains may be fetched for unknown URLs.
 *
 * Anyone can send such URLs. There are two budgets: a small one that all clients share, and one
 * for clients without a bad record. A client that requests junk loses access to the second one, so
 * it can only use up the first.
 *
 *     clean --a fetch is under way--> busy --it went well, or failed for other reasons--> clean
 *                                      `--the URL was junk--> bad --10 minutes--> clean
 *
 * The table of busy and bad clients is bounded; where it is full, the one that would be forgotten
 * first makes room. Not thread-safe. Times are monotonic milliseconds. */
#ifndef CLIMACAST_CERTS_FETCH_BUDGET_H
#define CLIMACAST_CERTS_FETCH_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

enum {
    FETCH_BUDGET_BURST = 64, /* of all clients */
    FETCH_BUDGET_PER_S = 8,
    FETCH_BUDGET_CLEAN_BURST = 256, /* of clients without a bad record */
    FETCH_BUDGET_CLEAN_PER_S = 16,
    FETCH_BUDGET_BUSY_MS = 10 * 1000, /* longer than a fetch may take */
    FETCH_BUDGET_BAD_MS = 10 * 60 * 1000,
};

struct fetch_budget;

struct fetch_budget *fetch_budget_create(int64_t now_ms); /* NULL: out of memory */
void fetch_budget_free(struct fetch_budget *b);           /* NULL allowed */

/* A client is a number derived from its address; 0: unknown, which is never clean. */

/* Take one fetch for this client. False: none is left. Clean becomes busy. */
bool fetch_budget_take(struct fetch_budget *b, uint64_t client, int64_t now_ms);
/* Would fetch_budget_take() return true? */
bool fetch_budget_left(struct fetch_budget *b, uint64_t client, int64_t now_ms);
/* The fetch is over; `bad`: because of the client. */
void fetch_budget_settle(struct fetch_budget *b, uint64_t client, bool bad, int64_t now_ms);

#endif
