/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/backup_file.h -- the backup file format: JSON lines between a header and a trailer.
 *
 *     {"climacast_backup":1,"by":"0.1.0","made":"2026-11-22T11:00:00Z",
 *         "backend":"sqlite","layout":"item"}
 *     {"id":"amzn1.ask.account.X","attributes":{"UserCache":{...}}}
 *     {"id":"other","attributes":{"n":1.5e37},
 *         "dynamodb":{"attributes":{"M":{"n":{"N":"15000..."}}}}}
 *     ...
 *     {"end":true,"items":2,"sha256":"..."}
 *
 * (Each object is on one line.) There is one line per item, in the store's plain JSON whatever the
 * backend. Where plain JSON cannot hold everything that a DynamoDB item holds, "dynamodb" adds the
 * item in DynamoDB's typed form (store_scan_raw()). Only DynamoDB backups have format 2, so that
 * older versions, which do not know that member, name the version as the problem instead of calling
 * the file damaged.
 *
 * The trailer has the number of items and the SHA-256 of all bytes before it (`head -n -1 FILE |
 * sha256sum`), so a truncated or modified file is detected before it is used. */
#ifndef CLIMACAST_SERVER_TOOL_BACKUP_FILE_H
#define CLIMACAST_SERVER_TOOL_BACKUP_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum {
    BACKUP_PLAIN = 1,
    BACKUP_FORMAT = 2,                   /* with items in DynamoDB's typed form */
    BACKUP_LINE_MAX = 512 * 1024 * 1024, /* items of a SQLite store can be large */
};

struct backup_head {
    char by[32];      /* the version that wrote it */
    char made[32];    /* RFC 3339 */
    char backend[16]; /* "sqlite" */
    char layout[16];  /* "item" or "entries" */
    int format;       /* BACKUP_PLAIN or BACKUP_FORMAT */
};

/* ---- writing ---- */

struct backup_writer;

/* Begin a file that only its owner can read. It is a temporary file beside `path`, which is
 * unchanged until backup_writer_commit(). "-" is standard output. ST_CONFLICT: `path` exists, is
 * not a backup, and `force` is not set. */
enum status backup_writer_begin(const char *path, bool force, const struct backup_head *head,
                                struct backup_writer **ret_writer, struct err *err);
/* `raw` is NULL, or the item in DynamoDB's typed form, which needs format BACKUP_FORMAT. */
enum status backup_writer_add(struct backup_writer *w, struct str id, json_t *attributes,
                              json_t *raw, struct err *err);
/* Write the trailer, sync, and rename the file to `path`. Frees `w` in any case. */
enum status backup_writer_commit(struct backup_writer *w, struct err *err);
void backup_writer_abandon(struct backup_writer *w); /* NULL allowed */

/* ---- reading ---- */

struct backup_reader;

/* `raw` is NULL or valid (cache/dynamo/raw_item.h). */
typedef enum status backup_reader_each_fn(void *data, struct str id, json_t *attributes,
                                          json_t *raw, struct err *err);

/* Open a file and read its header. ST_INVALID: not a backup, or a newer format. */
enum status backup_reader_open(const char *path, struct backup_reader **ret_reader,
                               struct backup_head *ret_head, struct err *err);
/* Call `each` for every item; may be called again. The trailer is checked only after the last item,
 * so a caller that must know that the file is intact before it acts iterates twice. ST_INVALID,
 * with the line number: the file is damaged. */
enum status backup_reader_each(struct backup_reader *r, backup_reader_each_fn *each, void *data,
                               struct err *err);
int64_t
backup_reader_items(const struct backup_reader *r); /* as of the last backup_reader_each() */
void backup_reader_close(struct backup_reader *r);  /* NULL allowed */

#endif
