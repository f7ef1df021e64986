/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/entry_counter.h -- how many entries each cache holds, where every entry is an item
 * of its own.
 *
 * DynamoDB cannot count items without reading them all, and removes expired ones by itself without
 * a word. So there is one small item per cache, SHARED_CACHE_COUNT#<cache>, with a number for each
 * day on which entries expire: d20415 says how many expire on the 20,415th day since 1970, d0 how
 * many never do. The count is the sum of the days that are not over, so that what DynamoDB removes
 * by itself, or what a process that was killed did not get to tell, leaves the sum with its day.
 *
 * A change is told once and no more: each process writes, along with the days it changes, its own
 * running number (w<process>), on the condition that it is greater than the one there. A request
 * that arrives twice fails that condition. Thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_ENTRY_COUNTER_H
#define CLIMACAST_CACHE_DYNAMO_ENTRY_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/dynamo/client.h"
#include "server/base/err.h"
#include "server/base/str.h"

#define ENTRY_COUNTER_ID "SHARED_CACHE_COUNT#"

struct entry_counter;

struct entry_counter *entry_counter_create(struct dynamo_client *d); /* borrowed; NULL: no memory */
void entry_counter_free(struct entry_counter *t); /* what has not been told is lost */

/* Is this the id of an item of ours? */
bool entry_counter_owns(struct str id);
/* `by` entries more (or less) that expire at `ttl` (0: never). Told before this returns if it can
 * be told by the deadline, else with the next change; when another thread is telling, by that. */
void entry_counter_add(struct entry_counter *t, const char *cache, int64_t ttl, int by,
                       int64_t deadline);
/* The same for many at once: gathered now, told by the next entry_counter_flush() or entry_counter_add(). */
void entry_counter_queue(struct entry_counter *t, const char *cache, int64_t ttl, int by,
                         int64_t deadline);
void entry_counter_flush(struct entry_counter *t, int64_t deadline);
/* Make the numbers say what was counted in the table: `days` is {"d20415": 12, ...}, days that are
 * not in it have none. What others add in this very moment may be counted twice. */
enum status entry_counter_correct(struct entry_counter *t, const char *cache, const json_t *days,
                                  int64_t now, int64_t deadline, struct err *err);
enum status entry_counter_count(struct entry_counter *t, const char *cache, int64_t now,
                                int64_t deadline, int64_t *ret_count, struct err *err);

#endif
