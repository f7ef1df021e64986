/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/dynamo_answer.c -- the DynamoDB store never misbehaves, whatever the server
 * returns.
 *
 * The input is a letter that selects a call of the store, followed by the responses to its requests
 * in turn: a line "STATUS CRC" (CRC: '=' for the correct one, '-' for none, else taken literally)
 * and a body that extends to the next '~'. After the last response, requests fail. Outbound HTTP is
 * replaced by this file. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/aws_credentials.h"
#include "cache/dynamo/error.h"
#include "cache/dynamo/shared_item_usage.h"
#include "cache/item_json.h"
#include "cache/store.h"
#include "server/base/clock.h"
#include "server/base/digest.h"
#include "server/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TURN_MS = 3, RESPONSES_MAX = 40, BODY_MAX = 1 << 20 };

/* ---- the server ---- */

static struct str responses; /* responses still to come */
static int response_count;

struct response {
    long status;
    char crc32[16];
    struct str body;
};

static bool next_response(struct str *rest, struct response *ret)
{
    struct str head, status, crc;
    int64_t number;

    if (!str_split(rest, '\n', &head) || !str_word(&head, &status) || !str_to_i64(status, &number))
        return false;
    crc = str_trim(head);
    ret->body = STR_NONE;
    ret->status = number >= 100 && number < 600 ? (long)number : 200;
    (void)str_split(rest, '~', &ret->body);
    if (str_eqz(crc, "="))
        (void)snprintf(ret->crc32, sizeof ret->crc32, "%u", digest_crc32(ret->body));
    else
        (void)snprintf(ret->crc32, sizeof ret->crc32, "%.*s",
                       STR_ARG(str_eqz(crc, "-") ? STR_NONE : str_sub(crc, 0, 15)));
    return true;
}

enum status http_call(struct http *h, const struct http_request *request,
                      struct http_response *ret_response, struct err *err)
{
    struct response response;

    (void)h;
    *ret_response = (struct http_response){ .body = BUF_INIT(BODY_MAX) };
    assert(request->body.n > 0 && request->header_count >= 5);
    if (response_count++ >= RESPONSES_MAX || !next_response(&responses, &response))
        return err_set(err, ST_INVALID, "no more responses"); /* not retried */
    ret_response->status = response.status;
    memcpy(ret_response->crc32, response.crc32, sizeof response.crc32);
    buf_put(&ret_response->body, response.body);
    return ST_OK;
}

void http_response_done(struct http_response *response)
{
    buf_free(&response->body);
}

static const char *fake_variable(void *data, const char *name)
{
    (void)data;
    return strcmp(name, "AWS_ACCESS_KEY_ID") == 0 || strcmp(name, "AWS_SECRET_ACCESS_KEY") == 0
               ? "AKID"
               : NULL;
}

/* ---- single responses ---- */

/* A value that can be converted to plain JSON is written back unchanged, and the value made from
 * that JSON converts back to the same. */
static void check_value(json_t *value)
{
    json_t *plain = NULL, *kept = NULL, *made = NULL, *again = NULL, *twice = NULL;

    if (attribute_value_to_json(value, &plain, NULL) != ST_OK)
        return;
    assert(attribute_value_merge(value, plain, &kept, NULL) == ST_OK && json_equal(kept, value));
    assert(item_json_version(plain) != 0);
    if (attribute_value_from_json(plain, &made, NULL) == ST_OK) {
        assert(attribute_value_to_json(made, &again, NULL) == ST_OK);
        assert(attribute_value_from_json(again, &twice, NULL) == ST_OK && json_equal(made, twice));
    }
    json_decref(plain);
    json_decref(kept);
    json_decref(made);
    json_decref(again);
    json_decref(twice);
}

static void check_usage(const json_t *item)
{
    const struct entry_name keep = { "StationCache", STR("KBDU") };
    struct eviction_candidate evictions[SHARED_ITEM_EVICTIONS_MAX];
    int64_t freed = 0, most = 0, sum = 0;
    size_t count =
        shared_item_usage_evictions(item, keep, 1800000000, 1000, evictions, &freed, &most);
    struct shared_item_usage usage;
    json_t *made = shared_item_usage_build(item, shared_item_usage_measure(item), 1);

    assert(made && count <= SHARED_ITEM_EVICTIONS_MAX && freed <= most);
    for (size_t i = 0; i < count; i++)
        sum += evictions[i].bytes;
    assert(sum == freed && shared_item_usage_measure(item) >= SHARED_ITEM_USAGE_BYTES);
    shared_item_usage_read(item, &usage);
    assert(shared_item_usage_count(&usage, "StationCache") >= -1 || usage.known);
    json_decref(made);
}

static void check_response(const struct response *response)
{
    static const struct dynamo_error_target place = { "table", "us-east-1", "http://127.0.0.1:1" };
    struct err err = ERR_NONE;
    json_t *body = NULL;
    enum dynamo_error_class verdict;

    (void)json_parse_with_nul(response->body, &body, NULL);
    verdict = dynamo_error_classify(response->status, body, response->body, response->crc32, &place,
                                    &err);
    if (verdict == DYNAMO_ERROR_NONE || verdict == DYNAMO_ERROR_CONFLICT)
        assert(err.status == ST_OK);
    else
        assert(err.status != ST_OK && err.reason[0] && err.text[0]);
    if (verdict == DYNAMO_ERROR_NONE) {
        json_t *item = json_object_get(body, "Item");
        assert(response->status == 200 && json_is_object(body));
        if (json_is_object(item)) {
            check_value(json_object_get(item, "attributes"));
            check_usage(item);
        }
    }
    json_decref(body);
}

/* ---- the store ---- */

static enum status one_item(void *data, struct str id, json_t *attributes, struct err *err)
{
    (void)data;
    (void)err;
    assert(id.n > 0 && json_is_object(attributes));
    return ST_OK;
}

static void scan(struct store *s, int64_t deadline)
{
    char *cursor = NULL;

    for (int pages = 0; pages < 5; pages++)
        if (store_scan(s, 100, &cursor, one_item, NULL, deadline, NULL) != ST_OK || !cursor)
            break;
    free(cursor);
}

static enum status update(struct store *s, int64_t deadline, struct err *err)
{
    static const char *const rate[] = { "UserCache", "u", "rate", NULL };
    static const char *const metrics[] = { "UserCache", "u", "metrics", NULL };
    struct store_change changes[] = { { rate, json_integer(110) }, { metrics, NULL } };
    enum status st = store_update(s, STR("u"), changes, 2, deadline, err);

    json_decref(changes[0].value);
    return st;
}

static enum status write(struct store *s, char what, int64_t deadline, struct err *err)
{
    const struct entry_name name = { "StationCache", STR("KBDU") };
    json_t *entry = json_pack("{s:s}", "name", "Boulder");
    enum status st = what == 'p' ? store_put(s, STR("u"), entry, 0, deadline, err)
                                 : store_put_entry(s, name, entry, 4000000000, deadline, err);

    json_decref(entry);
    return st;
}

static enum status call_store(struct store *s, char what, int64_t deadline, struct err *err)
{
    const struct entry_name name = { "StationCache", STR("KBDU") };
    json_t *got = NULL;
    int64_t number = -1;
    uint64_t version = 0;
    struct store_facts facts;
    enum status st = ST_OK;

    switch (what) {
    case 'g':
        st = store_get(s, STR("u"), deadline, &got, &version, err);
        assert(st != ST_OK || (json_is_object(got) && version != 0));
        break;
    case 'e':
        st = store_get_entry(s, name, 1800000000, deadline, &got, &number, err);
        assert(st != ST_OK || (json_is_object(got) && !json_object_get(got, "ttl")));
        break;
    case 'c':
        st = store_count_entries(s, name.cache, deadline, &number, err);
        assert(st != ST_OK || number >= 0);
        break;
    case 'd':
        st = store_describe(s, deadline, &facts, err);
        break;
    case 'r':
        st = store_remove_entry(s, name, deadline, err);
        break;
    case 'x':
        st = store_delete(s, STR("u"), deadline, err);
        break;
    case 'u':
        st = update(s, deadline, err);
        break;
    case 's':
        scan(s, deadline);
        break;
    default:
        st = write(s, what, deadline, err);
        break;
    }
    json_decref(got);
    return st;
}

/* A capital letter selects layout `entries`. */
static void run_call(char what)
{
    const struct aws_credentials_settings credentials = { .variable = fake_variable };
    bool entries = what >= 'A' && what <= 'Z';
    const struct store_dynamo_settings settings = {
        .table = "table",
        .region = "us-east-1",
        .layout = entries ? STORE_LAYOUT_ENTRIES : STORE_LAYOUT_ITEM,
        .item_max_bytes = 10000,
        .credentials = &credentials,
    };
    struct store *s = NULL;
    struct err err = ERR_NONE;
    enum status st;

    /* http_call() above ignores its first argument. */
    if (store_dynamo_open(&settings, (struct http *)(uintptr_t)&settings, &s, &err) != ST_OK)
        abort();
    st = call_store(s, entries ? (char)(what - 'A' + 'a') : what, clock_mono_ms() + TURN_MS, &err);
    assert(st == ST_OK || st == ST_MISS || st == ST_CONFLICT || err.text[0]);
    store_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest;
    struct response response;

    if (size == 0 || size > 65536)
        return 0;
    rest = responses = (struct str){ (const char *)data + 1, size - 1 };
    response_count = 0;
    while (next_response(&rest, &response))
        check_response(&response);
    run_call((char)data[0]);
    return 0;
}
