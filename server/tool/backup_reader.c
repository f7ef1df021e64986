/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/backup_reader.c -- reads and validates a backup line by line: each item, their number
 * and the checksum. The file is untrusted input: truncated, modified, or made by anybody. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cache/dynamo/raw_item.h"
#include "cache/item_json.h"
#include "server/base/digest.h"
#include "server/base/json.h"
#include "server/tool/backup_file.h"

enum { CHUNK = 64 * 1024 };

struct backup_reader {
    char *path;
    FILE *file;
    struct buf line;
    int format;
    int64_t line_number; /* of the last line read */
    int64_t items;
};

static enum status damaged(const struct backup_reader *r, struct err *err, const char *what)
{
    return err_reason(err, ST_INVALID, "backup_damaged", "%s:%lld: damaged backup: %s", r->path,
                      (long long)r->line_number, what);
}

/* Read the next line, without its newline. ST_MISS: end of file. */
static enum status read_line(struct backup_reader *r, struct err *err)
{
    char chunk[CHUNK];
    bool any = false;

    buf_reset(&r->line);
    while (fgets(chunk, sizeof chunk, r->file)) {
        size_t n = strlen(chunk);
        if (!any)
            r->line_number++;
        any = true;
        bool whole = n > 0 && chunk[n - 1] == '\n';
        buf_put(&r->line, (struct str){ chunk, n - whole });
        if (r->line.failed)
            return damaged(r, err, "line too long");
        if (whole)
            return ST_OK;
        if (n + 1 < sizeof chunk && !feof(r->file))
            return damaged(r, err, "contains a NUL byte");
    }
    if (ferror(r->file))
        return err_set(err, ST_SYSTEM, "cannot read %s: %s", r->path, strerror(errno));
    return any ? damaged(r, err, "truncated line") : ST_MISS;
}

static void copy_member(char *out, size_t size, const json_t *head, const char *name)
{
    struct str word = json_str(head, name);

    (void)snprintf(out, size, "%.*s", STR_ARG(word));
}

static enum status parse_head(struct backup_reader *r, const json_t *head,
                              struct backup_head *ret_head, struct err *err)
{
    int64_t format;

    if (!json_int(head, "climacast_backup", &format) || format < 1)
        return err_reason(err, ST_INVALID, "no_backup", "%s: not a Clima Cast backup", r->path);
    copy_member(ret_head->by, sizeof ret_head->by, head, "by");
    copy_member(ret_head->made, sizeof ret_head->made, head, "made");
    copy_member(ret_head->backend, sizeof ret_head->backend, head, "backend");
    copy_member(ret_head->layout, sizeof ret_head->layout, head, "layout");
    if (format > BACKUP_FORMAT)
        return err_reason(err, ST_INVALID, "newer_backup",
                          "%s: written by a newer version (%s, format %lld; this one reads up to "
                          "format %d); restore it with that version",
                          r->path, ret_head->by, (long long)format, BACKUP_FORMAT);
    r->format = ret_head->format = (int)format;
    return ST_OK;
}

enum status backup_reader_open(const char *path, struct backup_reader **ret_reader,
                               struct backup_head *ret_head, struct err *err)
{
    struct backup_reader *r = calloc(1, sizeof *r);
    struct stat seen;
    json_t *head = NULL;
    enum status st = ST_OK;

    if (!r)
        return err_no_memory(err);
    r->line = BUF_INIT(BACKUP_LINE_MAX);
    r->path = strdup(path);
    r->file = fopen(path, "re");
    if (!r->file)
        st = err_set(err, ST_INVALID, "cannot read %s: %s", path, strerror(errno));
    else if (!r->path)
        st = err_no_memory(err);
    else if (fstat(fileno(r->file), &seen) != 0 || !S_ISREG(seen.st_mode))
        st = err_set(err, ST_INVALID, "%s: not a regular file", path);
    if (st == ST_OK &&
        (read_line(r, NULL) != ST_OK || json_parse(buf_str(&r->line), true, &head, NULL) != ST_OK))
        st = err_reason(err, ST_INVALID, "no_backup", "%s: not a Clima Cast backup", path);
    if (st == ST_OK)
        st = parse_head(r, head, ret_head, err);
    json_decref(head);
    if (st == ST_OK)
        *ret_reader = r;
    else
        backup_reader_close(r);
    return st;
}

static enum status check_item(struct backup_reader *r, const json_t *item, struct err *err)
{
    struct str id = json_str(item, "id");
    json_t *attributes = json_at(item, "attributes"), *raw = json_at(item, "dynamodb");
    size_t members = raw && r->format > BACKUP_PLAIN ? 3 : 2;

    if (!json_is_object(item) || json_object_size(item) != members || id.n == 0 ||
        id.n > STORE_ID_MAX)
        return damaged(r, err, "not an item");
    if (!json_is_object(attributes) || !item_json_valid(attributes))
        return damaged(r, err, "invalid attributes");
    if (raw && !raw_item_is_valid(raw, attributes))
        return damaged(r, err, "the DynamoDB form does not match the attributes");
    return ST_OK;
}

/* Check the trailer. ST_MISS: it is valid, and the file ends there. */
static enum status check_end(struct backup_reader *r, const json_t *end, struct digest_stream **sum,
                             struct err *err)
{
    char hex[65];
    int64_t items;
    struct err ignored = ERR_NONE;
    bool digested = digest_stream_finish_hex(*sum, hex);

    *sum = NULL;
    if (!digested)
        return err_no_memory(err);
    if (!json_int(end, "items", &items) || items != r->items)
        return damaged(r, err, "item count mismatch");
    if (!str_eqz(json_str(end, "sha256"), hex))
        return damaged(r, err, "checksum mismatch");
    if (read_line(r, &ignored) != ST_MISS)
        return damaged(r, err, "data after the end");
    return ST_MISS;
}

/* Read one line after the header. ST_MISS after the trailer. */
static enum status read_item(struct backup_reader *r, backup_reader_each_fn *each, void *data,
                             struct digest_stream **sum, struct err *err)
{
    json_t *value = NULL;
    struct err why = ERR_NONE;
    enum status st = read_line(r, err);

    if (st == ST_MISS)
        return damaged(r, err, "missing end");
    if (st != ST_OK)
        return st;
    if (json_parse(buf_str(&r->line), true, &value, &why) != ST_OK)
        return damaged(r, err, why.text);
    if (json_bool(value, "end", false)) {
        st = check_end(r, value, sum, err);
    } else {
        st = check_item(r, value, err);
        digest_stream_add(*sum, buf_str(&r->line));
        digest_stream_add(*sum, STR("\n"));
        r->items++;
        if (st == ST_OK)
            st = each(data, json_str(value, "id"), json_at(value, "attributes"),
                      json_at(value, "dynamodb"), err);
    }
    json_decref(value);
    return st;
}

enum status backup_reader_each(struct backup_reader *r, backup_reader_each_fn *each, void *data,
                               struct err *err)
{
    struct digest_stream *sum = digest_stream_create();
    enum status st;

    if (!sum)
        return err_no_memory(err);
    rewind(r->file);
    r->line_number = r->items = 0;
    st = read_line(r, err);
    if (st == ST_OK) {
        digest_stream_add(sum, buf_str(&r->line));
        digest_stream_add(sum, STR("\n"));
    }
    while (st == ST_OK)
        st = read_item(r, each, data, &sum, err);
    digest_stream_free(sum);
    return st == ST_MISS ? ST_OK : st;
}

int64_t backup_reader_items(const struct backup_reader *r)
{
    return r->items;
}

void backup_reader_close(struct backup_reader *r)
{
    if (!r)
        return;
    if (r->file)
        (void)fclose(r->file);
    buf_free(&r->line);
    free(r->path);
    free(r);
}
