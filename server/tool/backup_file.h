/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/backup_file.h -- a backup on disk: JSON lines with a head and an end.
 *
 *     {"climacast_backup":1,"by":"0.1.0","made":"2026-11-22T11:00:00Z","backend":"sqlite","layout":"item"}
 *     {"id":"amzn1.ask.account.X","attributes":{"UserCache":{...}}}
 *     {"id":"other","attributes":{"n":1.5e37},"dynamodb":{"attributes":{"M":{"n":{"N":"15000..."}}}}}
 *     ...
 *     {"end":true,"items":2,"sha256":"..."}
 *
 * A line an item, in the data model of the store whatever backend it came from; behind it, where
 * plain JSON does not hold all that DynamoDB does, the item in DynamoDB's words
 * (store_scan_raw()). Only files of a backend that knows such have format 2, so that older
 * programs, which would take the third member for damage, say what is the matter. The end tells how
 * many there are and the SHA-256 of all bytes before it (`head -n -1 FILE | sha256sum`), so a file
 * that was cut short or changed is known before anything is done with it. */
#ifndef CLIMACAST_SERVER_TOOL_BACKUP_FILE_H
#define CLIMACAST_SERVER_TOOL_BACKUP_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum {
    BACKUP_PLAIN = 1,
    BACKUP_FORMAT = 2,                   /* with items in DynamoDB's words */
    BACKUP_LINE_MAX = 512 * 1024 * 1024, /* an item of a SQLite store may be large */
};

struct backup_head {
    char by[32];      /* the version that made it */
    char made[32];    /* RFC 3339 */
    char backend[16]; /* "sqlite" */
    char layout[16];  /* "item" or "entries" */
    int format;       /* BACKUP_PLAIN or BACKUP_FORMAT */
};

/* ---- writing ---- */

struct backup_writer;

/* Begin a file, readable by its owner only. Until backup_commit() it stands beside `path` under
 * another name, and what `path` held before stays. ST_CONFLICT: there is a file that is no backup,
 * and `force` is not set. "-" is standard output. */
enum status backup_begin(const char *path, bool force, const struct backup_head *head,
                         struct backup_writer **ret_writer, struct err *err);
/* `raw`: NULL, or the item in DynamoDB's words, for a file of BACKUP_FORMAT. */
enum status backup_add(struct backup_writer *w, struct str id, json_t *attributes, json_t *raw,
                       struct err *err);
/* The end line, and all of it durably under its name. `w` is freed in any case. */
enum status backup_commit(struct backup_writer *w, struct err *err);
void backup_abandon(struct backup_writer *w); /* NULL allowed */

/* ---- reading ---- */

struct backup_reader;

/* `raw` is NULL or sound (cache/dynamo/raw_item.h). */
typedef enum status backup_each_fn(void *data, struct str id, json_t *attributes, json_t *raw,
                                   struct err *err);

/* Open a file and read its head. ST_INVALID: no backup, or one of a newer format. */
enum status backup_open(const char *path, struct backup_reader **ret_reader,
                        struct backup_head *ret_head, struct err *err);
/* Go through all items, from the first; may be called again. The end is judged after the last item:
 * a caller that must know the file to be whole before it acts goes through it twice. ST_INVALID
 * with the line's number: the file is damaged. */
enum status backup_each(struct backup_reader *r, backup_each_fn *each, void *data, struct err *err);
int64_t backup_items(const struct backup_reader *r); /* as of the last backup_each() */
void backup_close(struct backup_reader *r);          /* NULL allowed */

#endif
