/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/migrate_checkpoint.c -- saves the progress of a migration in the target store, so
 * that any machine can resume one that was killed.
 *
 * It is an item under an id that no user has, removed when the migration is complete. Every save is
 * conditional on the previous version, which detects two migrations running at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/item_json.h"
#include "cache/layout.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/time_text.h"
#include "server/tool/migrate.h"
#include "server/tool/store_session.h"

#define CHECKPOINT_ID STORE_SHARED_ID "_MIGRATION"

bool migrate_checkpoint_owns(struct str id)
{
    return str_eqz(id, CHECKPOINT_ID);
}

static void load_counts(const json_t *written, struct migrate_counts *counts)
{
    const char *cache;
    json_t *n;

    json_object_foreach ((json_t *)(uintptr_t)written, cache, n) {
        if (json_is_integer(n) && layout_cache_valid(str_of(cache)))
            migrate_counts_row(counts, cache)->written = json_integer_value(n);
    }
}

static enum status other_mode_error(const json_t *saved, struct err *err)
{
    struct str mode = str_sub(json_str(saved, "mode"), 0, 100);
    char made[32] = "";
    int64_t at = 0;

    if (json_int(saved, "at", &at))
        time_format_rfc3339(at, made);
    return err_reason(err, ST_CONFLICT, "half_migrated",
                      "the table has an unfinished migration (%.*s, last active %s)", STR_ARG(mode),
                      made);
}

enum status migrate_checkpoint_load(struct migrate_checkpoint *c, struct store *store, bool restart,
                                    struct migrate_counts *counts, struct err *err)
{
    json_t *saved = NULL;
    enum status st =
        store_get(store, STR(CHECKPOINT_ID), store_session_deadline(), &saved, &c->version, err);

    if (st == ST_MISS)
        return ST_OK;
    if (st == ST_OK && !restart && str_eqz(json_str(saved, "mode"), c->mode)) {
        struct str cursor = json_str(saved, "cursor");
        (void)json_int(saved, "part", &c->part);
        c->cursor = cursor.p ? strndup(cursor.p, cursor.n) : NULL;
        load_counts(json_object_get(saved, "written"), counts);
    } else if (st == ST_OK && !restart) {
        st = other_mode_error(saved, err);
    }
    json_decref(saved);
    return st;
}

enum status migrate_checkpoint_save(struct migrate_checkpoint *c, struct store *store,
                                    const struct migrate_counts *counts, struct err *err)
{
    json_t *written = json_object(), *saved;
    struct err own = ERR_NONE;
    enum status st;

    for (size_t i = 0; i < counts->count; i++)
        if (counts->rows[i].written > 0)
            (void)json_object_set_new(written, counts->rows[i].cache,
                                      json_integer(counts->rows[i].written));
    saved = json_pack("{s:s,s:I,s:s?,s:o,s:I}", "mode", c->mode, "part", (json_int_t)c->part,
                      "cursor", c->cursor, "written", written, "at", (json_int_t)clock_wall_s());
    if (!saved)
        return err_no_memory(err);
    st = store_put(store, STR(CHECKPOINT_ID), saved, c->version, store_session_deadline(), &own);
    if (st == ST_OK)
        c->version = item_json_version(saved);
    else if (st == ST_CONFLICT)
        st = err_reason(err, ST_CONFLICT, "two_at_once",
                        "another climacast migrate is running on this table");
    else if (err && err->status == ST_OK)
        *err = own;
    json_decref(saved);
    c->saved_ms = clock_mono_ms();
    return st;
}

enum status migrate_checkpoint_remove(struct migrate_checkpoint *c, struct store *store,
                                      struct err *err)
{
    if (c->version == 0)
        return ST_OK;
    c->version = 0;
    return store_delete(store, STR(CHECKPOINT_ID), store_session_deadline(), err);
}
