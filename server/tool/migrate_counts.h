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
    int64_t read;     /* items in the source; of these: */
    int64_t expired;  /* not copied */
    int64_t unusable; /* invalid, so not copied */
    int64_t rekeyed;  /* stored under another key than in the source */
    int64_t verified; /* found in the target */
    int64_t missing;  /* not found in the target */
    int64_t written;  /* by this run and the runs that it resumes */
};

struct migrate_counts {
    struct migrate_row rows[MIGRATE_ROWS];
    size_t count;
    char unusable[200]; /* the first unusable item and why; "" for none */
};

/* The row of a cache, added if it is new. When the table is full, the last row counts the rest. */
struct migrate_row *migrate_counts_row(struct migrate_counts *c, const char *cache);
/* Add a row for each shared cache, so that empty ones are reported, too. */
void migrate_counts_add_caches(struct migrate_counts *c);
int64_t migrate_counts_missing(const struct migrate_counts *c);
int64_t migrate_counts_unusable(const struct migrate_counts *c);
/* Zero what the previous reading verified and, with `all`, also what it read. */
void migrate_counts_reset(struct migrate_counts *c, bool all);

#endif
