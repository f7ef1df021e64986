/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/backup_file.c -- any bytes as a backup: refused, or read to items that a store takes;
 * what was read and is written again reads the same, and no change of a byte goes unnoticed.
 *
 * Input: a byte, then the file. By the byte's bits the file gets a valid head in front, and the
 * trailer that belongs to it behind. */
#include "server/tool/backup_file.h"

#include "cache/dynamo/raw_item.h"
#include "cache/item_json.h"
#include "cache/store.h"
#include "server/base/digest.h"
#include "server/base/json.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/laws.h"

enum { ADD_HEAD = 1, ADD_TRAILER = 2, FILE_MAX = 1 << 20 };

static const char good_head[] = "{\"climacast_backup\":2,\"by\":\"0.1.0\",\"made\":"
                                "\"2026-11-22T11:00:00Z\",\"backend\":\"dynamodb\",\"layout\":"
                                "\"item\"}\n";

static enum status collect_item(void *data, struct str id, json_t *attributes, json_t *raw,
                                struct err *err)
{
    (void)err;
    LAW(id.n > 0 && id.n <= STORE_ID_MAX && str_is_utf8(id));
    LAW(json_is_object(attributes) && item_json_valid(attributes));
    LAW(!raw || raw_item_is_valid(raw, attributes));
    LAW(json_array_append_new(data, json_pack("[s%,O,O?]", id.p, id.n, attributes, raw)) == 0);
    return ST_OK;
}

/* Reads the items of a file, twice; NULL when it is refused. */
static json_t *read_items(const char *path, struct backup_head *ret_head)
{
    struct backup_reader *reader = NULL;
    json_t *items = json_array(), *again = json_array();
    struct err err = ERR_NONE;

    if (backup_reader_open(path, &reader, ret_head, &err) != ST_OK ||
        backup_reader_each(reader, collect_item, items, &err) != ST_OK) {
        LAW(err.status == ST_INVALID && err.text[0]);
        json_decref(items);
        items = NULL;
    } else {
        LAW(backup_reader_items(reader) == (int64_t)json_array_size(items));
        LAW(backup_reader_each(reader, collect_item, again, &err) == ST_OK);
        LAW(json_equal(items, again));
    }
    json_decref(again);
    backup_reader_close(reader);
    return items;
}

static void write_items(const char *path, json_t *items, struct backup_head *head)
{
    struct backup_writer *writer = NULL;
    struct err err = ERR_NONE;
    json_t *item;
    size_t i;

    LAW(backup_writer_begin(path, true, head, &writer, &err) == ST_OK);
    json_array_foreach (items, i, item) {
        const json_t *id = json_array_get(item, 0);
        json_t *raw = json_array_get(item, 2);
        LAW(backup_writer_add(writer, (struct str){ json_string_value(id), json_string_length(id) },
                              json_array_get(item, 1), json_is_null(raw) ? NULL : raw,
                              &err) == ST_OK);
    }
    LAW(backup_writer_commit(writer, &err) == ST_OK);
}

static void check_written(json_t *items, struct backup_head *head)
{
    struct backup_head again;
    char path[300];
    json_t *copy;

    (void)snprintf(path, sizeof path, "%s/backup", input_folder());
    write_items(path, items, head);
    copy = read_items(path, &again);
    LAW(copy && json_equal(copy, items));
    LAW(again.format == head->format && strcmp(again.by, head->by) == 0);
    LAW(strcmp(again.backend, head->backend) == 0 && strcmp(again.layout, head->layout) == 0);
    json_decref(copy);
}

/* An accepted file ends in the checksum of everything before. */
static void check_sum(struct str file)
{
    struct str body = str_sub(file, 0, file.n - 1), last = str_after_last(body, '\n');
    char hex[65];

    LAW(digest_sha256_hex(str_sub(file, 0, body.n - last.n), hex));
    LAW(str_find(last, str_of(hex)) < last.n);
}

static void make_file(struct str in, struct buf *out)
{
    unsigned mode = input_byte(&in);
    size_t lines = 0;
    char hex[65];

    buf_putz(out, mode & ADD_HEAD ? good_head : "");
    buf_put(out, in);
    if (!(mode & ADD_TRAILER))
        return;
    if (out->n > 0 && out->p[out->n - 1] != '\n')
        buf_putc(out, '\n');
    for (size_t i = 0; i < out->n; i++)
        lines += out->p[i] == '\n';
    LAW(digest_sha256_hex(buf_str(out), hex));
    buf_printf(out, "{\"end\":true,\"items\":%zu,\"sha256\":\"%s\"}\n", lines ? lines - 1 : 0, hex);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf file = BUF_INIT(FILE_MAX);
    struct backup_head head;
    json_t *items;

    make_file((struct str){ (const char *)data, size }, &file);
    items = read_items(input_file(0, buf_str(&file)), &head);
    if (items) {
        check_sum(buf_str(&file));
        check_written(items, &head);
    }
    json_decref(items);
    buf_free(&file);
    return 0;
}
