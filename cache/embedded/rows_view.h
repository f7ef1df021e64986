/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/rows_view.h -- inside cache/embedded/rows.c and cache/embedded/rows_batch.c: which
 * row or rows an id stands for, and reading and writing them inside a transaction. */
#ifndef CLIMACAST_CACHE_EMBEDDED_ROWS_VIEW_H
#define CLIMACAST_CACHE_EMBEDDED_ROWS_VIEW_H

#include <jansson.h>

#include "cache/embedded/rows.h"

enum view { VIEW_ITEM, VIEW_ENTRY, VIEW_WHOLE };

struct target {
    enum view view;
    struct str id;
    struct entry_name name; /* of VIEW_ENTRY */
    char cache[STORE_CACHE_MAX + 1];
};

void rows_target_find(const struct rows *r, struct str id, struct target *t);
/* ST_MISS: there is nothing. */
enum status rows_view_read(const struct rows *r, void *tx, const struct target *t, json_t **ret,
                           struct err *err);
/* `before` is what rows_view_read() gave, NULL when nothing; `now` NULL removes. */
enum status rows_view_write(const struct rows *r, void *tx, const struct target *t, json_t *before,
                            json_t *now, struct err *err);

#endif
