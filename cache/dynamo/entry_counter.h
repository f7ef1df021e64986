/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/entry_counter.h -- counts the entries of each cache in layout `entries`, where every
 * entry is an item of its own.
 *
 * DynamoDB cannot count items without reading all of them, and it removes expired ones without
 * notice. So there is one small item per cache, SHARED_CACHE_COUNT#<cache>, with a number for each
 * day on which entries expire: d20415 counts those that expire on the 20,415th day since 1970, d0
 * those that never do. The count is the sum over the days that are not over yet. So entries that
 * DynamoDB removes drop out of the sum on time, and so do the errors left by a process that was
 * killed before it wrote its changes.
 *
 * Each change is counted exactly once: along with the days that it changes, a process writes its
 * own sequence number (w<process>), on the condition that it is greater than the one stored. A
 * request that arrives twice fails this condition. Thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_ENTRY_COUNTER_H
#define CLIMACAST_CACHE_DYNAMO_ENTRY_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/dynamo/client.h"
#include "server/base/err.h"
#include "server/base/str.h"

#define ENTRY_COUNTER_ID "SHARED_CACHE_COUNT#"

struct entry_counter;

/* `client` is borrowed. NULL when out of memory. */
struct entry_counter *entry_counter_create(struct dynamo_client *client);
/* Changes that have not been written are lost. NULL is allowed. */
void entry_counter_free(struct entry_counter *c);

/* Is this the id of a counter's item? */
bool entry_counter_owns(struct str id);

/* Counts `by` entries more (or fewer) that expire at `ttl` (0: never). The change is written before
 * this returns, unless the deadline passes: then with the next change. If another thread is
 * writing, that thread writes this change, too. */
void entry_counter_add(struct entry_counter *c, const char *cache, int64_t ttl, int by,
                       int64_t deadline);
/* The same for many changes: queued now, written by the next flush or add. */
void entry_counter_queue(struct entry_counter *c, const char *cache, int64_t ttl, int by,
                         int64_t deadline);
void entry_counter_flush(struct entry_counter *c, int64_t deadline);
/* Counts what changed if the item `id`, which was written or removed, holds an entry. `before` and
 * `after` are its plain attributes; NULL if the item did not exist, or does not exist now. */
void entry_counter_item_changed(struct entry_counter *c, struct str id, const json_t *before,
                                const json_t *after, int64_t deadline);

/* How many entries a cache holds at `now`. */
enum status entry_counter_count(struct entry_counter *c, const char *cache, int64_t now,
                                int64_t deadline, int64_t *ret_count, struct err *err);
/* Corrects the numbers to those counted in the table: `days` is {"d20415": 12, ...}, without days
 * that have no entries. Entries that other processes add meanwhile may be counted twice. */
enum status entry_counter_correct(struct entry_counter *c, const char *cache, const json_t *days,
                                  int64_t now, int64_t deadline, struct err *err);

#endif
