/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/leader.h -- is this daemon the one that polls? Keeps the lease with a thread of its
 * own, and passes on what the last holder knew. Thread-safe. */
#ifndef CLIMACAST_SERVER_ALERTS_LEADER_H
#define CLIMACAST_SERVER_ALERTS_LEADER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/alerts/lease.h"
#include "cache/store.h"
#include "server/base/err.h"

struct leader;

/* Called by the leader's thread. `err`: why the lease could not be kept; NULL unless it failed. */
typedef void leader_changed_fn(void *data, bool leads, const struct err *err);

/* NULL: out of memory or threads. */
struct leader *leader_create(struct store *store, leader_changed_fn *changed, void *data);
/* Gives the lease back. NULL is allowed. */
void leader_free(struct leader *l);

bool leader_leads(struct leader *l);
/* May it act just now? Not when it was suspended or could not reach the store for a while: then the
 * thread must check the lease first. */
bool leader_is_trusted(struct leader *l);

/* A reading succeeded; with the next beat others know, which is at once after a gap. */
void leader_note_reading(struct leader *l, int64_t now_ms);
/* The first alerts of chains (server/alerts/bulletin.h): a new reference to what the last holder
 * left, {} if nothing; NULL: out of memory. */
json_t *leader_roots(struct leader *l);
void leader_set_roots(struct leader *l, const json_t *roots);

#endif
