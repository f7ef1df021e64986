/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_counts.h -- what a migration has read, written and verified, per cache. */
#ifndef CLIMACAST_SERVER_TOOL_MIGRATE_COUNTS_H
#define CLIMACAST_SERVER_TOOL_MIGRATE_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/store.h"

enum { MIGRATE_ROWS = 12 };

struct migrate_row {
    char cache[STORE_CACHE_MAX + 1];
    int64_t read;     /* in the source */
    int64_t expired;  /* of these: need not be moved */
    int64_t unusable; /* of these: cannot be kept */
    int64_t rekeyed;  /* of these: lie under another key now */
    int64_t found;    /* of these: were looked for and are there */
    int64_t absent;   /* of these: were looked for and are not there */
    int64_t written;  /* by this run and those that it goes on with */
};

struct migrate_counts {
    struct migrate_row rows[MIGRATE_ROWS];
    size_t count;
    char unusable[200]; /* of the first: what is wrong with it */
};

/* The row of a cache, made when it is new; the last row is for all that find no place. */
struct migrate_row *migrate_counts_row(struct migrate_counts *c, const char *cache);

int64_t migrate_counts_missing(const struct migrate_counts *c);
/* Before a pass, zero what the previous pass verified; with `all`, also what it read. */
void migrate_counts_reset(struct migrate_counts *c, bool all);

#endif
