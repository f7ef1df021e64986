/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/item_change.h -- changes an item of the store: reads it, changes it, and writes it
 * back on the condition that nobody else has written it meanwhile; otherwise it starts over.
 * Thread-safe. */
#ifndef CLIMACAST_CACHE_ALERTS_ITEM_CHANGE_H
#define CLIMACAST_CACHE_ALERTS_ITEM_CHANGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/str.h"

/* Change the attributes, which are {} if there is no such item. May be called several times. On
 * anything but ST_OK nothing is written, and the status is passed on. */
typedef enum status item_change_fn(void *data, json_t *attributes, struct err *err);

/* ST_OK: also when there was nothing to write; *ret_written (may be NULL) tells. ST_CONFLICT:
 * other writers kept getting there first. */
enum status item_change(struct store *store, struct str id, item_change_fn *change, void *data,
                        int64_t deadline, bool *ret_written, struct err *err);

/* Parts of an item that change as a whole are kept as text. So a condition on the item compares
 * few values, however large they are, and not every server that implements DynamoDB's protocol can
 * compare maps. */

/* The text of a value, as a new JSON string; NULL when out of memory. Takes over `value`, which may
 * be NULL. */
json_t *item_text_take(json_t *value);
/* The value again, as a new reference. *ret_value is NULL when `text` is not a string of JSON.
 * False: out of memory. */
bool item_text_parse(const json_t *text, json_t **ret_value);

/* The object that is the member `name` of `object`, made if there is none or another type;
 * borrowed. NULL when out of memory. */
json_t *item_member(json_t *object, const char *name);

#endif
