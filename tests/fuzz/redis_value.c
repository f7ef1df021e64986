/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/redis_value.c -- records in Redis and the Redis URL. Whatever the input, what is
 * parsed from a record is within it and is written back unchanged. */
#include <assert.h>
#include <string.h>

#include "cache/redis/record.h"
#include "cache/redis/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_within(struct str part, struct str whole)
{
    assert(part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n));
}

static void fuzz_document(struct str s)
{
    struct buf b = BUF_INIT(1 << 20);
    struct redis_record_document r, again;

    if (!redis_record_parse_document(s, &r))
        return;
    check_within(r.etag, s);
    check_within(r.last_modified, s);
    check_within(r.body, s);
    assert(r.fetched_ms >= 0 && r.lifetime_s >= 0);
    redis_record_put_document(&b, &r);
    if (!b.failed) {
        assert(str_eq(buf_str(&b), s));
        assert(redis_record_parse_document(buf_str(&b), &again) && str_eq(again.body, r.body));
    }
    buf_free(&b);
}

static void fuzz_entry(struct str s)
{
    struct str json;
    int64_t ttl;

    if (!redis_record_parse_entry(s, &ttl, &json))
        return;
    check_within(json, s);
    assert(ttl >= 0);
}

static void fuzz_url(struct str s)
{
    struct redis_address a;
    struct err err = ERR_NONE;

    if (redis_url_parse(s, &a, &err) != ST_OK) {
        assert(err.text[0]);
        return;
    }
    assert((a.host[0] == '\0') == (a.path[0] == '/'));
    assert(a.db >= 0 && (a.path[0] || a.port > 0));
    assert(!a.user[0] || a.password[0]);
    assert(strlen(a.password) < sizeof a.password);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = { (const char *)data, size };

    fuzz_document(s);
    fuzz_entry(s);
    fuzz_url(s);
    return 0;
}
