/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_counts.c -- the rows of a migration's report. */
#include "server/tool/migrate_counts.h"

#include <stdio.h>
#include <string.h>

#include "cache/shared_caches.h"

struct migrate_row *migrate_counts_row(struct migrate_counts *c, const char *cache)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->rows[i].cache, cache) == 0)
            return &c->rows[i];
    if (c->count == MIGRATE_ROWS)
        return &c->rows[MIGRATE_ROWS - 1];
    (void)snprintf(c->rows[c->count].cache, sizeof c->rows[0].cache, "%s",
                   c->count == MIGRATE_ROWS - 1 ? "others" : cache);
    return &c->rows[c->count++];
}

void migrate_counts_add_caches(struct migrate_counts *c)
{
    for (size_t i = 0; i < SHARED_CACHES; i++)
        (void)migrate_counts_row(c, shared_caches[i]);
}

int64_t migrate_counts_missing(const struct migrate_counts *c)
{
    int64_t n = 0;

    for (size_t i = 0; i < c->count; i++)
        n += c->rows[i].missing;
    return n;
}

int64_t migrate_counts_unusable(const struct migrate_counts *c)
{
    int64_t n = 0;

    for (size_t i = 0; i < c->count; i++)
        n += c->rows[i].unusable;
    return n;
}

void migrate_counts_reset(struct migrate_counts *c, bool all)
{
    for (size_t i = 0; i < c->count; i++) {
        struct migrate_row *r = &c->rows[i];
        r->verified = r->missing = 0;
        if (all)
            r->read = r->expired = r->unusable = r->rekeyed = 0;
    }
}
