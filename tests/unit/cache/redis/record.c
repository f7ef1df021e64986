/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/redis/record.c -- the format of the values stored in Redis. */
#include "cache/redis/record.h"

#include "tests/test.h"

enum { RECORD_MAX = 4096 };

TEST(an_entry_record_is_read_as_it_was_written)
{
    static const int64_t ttls[] = { 0, 1, 1781712000, INT64_MAX };
    static const char *const texts[] = { "{}", "", "{\"a\":\"\\n\"}\n\n1" };

    for (size_t i = 0; i < sizeof ttls / sizeof ttls[0]; i++)
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
            struct buf b = BUF_INIT(RECORD_MAX);
            struct str json = STR_NONE;
            int64_t ttl = -1;
            redis_record_put_entry(&b, ttls[i], str_of(texts[k]));
            CHECK(!b.failed && redis_record_parse_entry(buf_str(&b), &ttl, &json));
            CHECK_INT(ttl, ttls[i]);
            CHECK_SLICE(json, texts[k]);
            buf_free(&b);
        }
}

TEST(other_formats_are_not_read_as_an_entry)
{
    static const char *const cases[] = {
        "",        "1",       "2123\n{}", "123{}",
        "1\n{}",   "1x\n{}",  "{}",       "1 1\n",
        "1-1\n{}", "1+1\n{}", "\n{}",     "0123\n{}",
        "1\n1",    "11 \n1",  "1 1\n1",   "199999999999999999999999999999\n{}",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str json;
        int64_t ttl;
        CHECK_ROW(i, !redis_record_parse_entry(str_of(cases[i]), &ttl, &json));
    }
}

TEST(a_document_record_is_read_as_it_was_written)
{
    static const struct redis_record_document records[] = {
        { 1781712000123,
          60,
          { "\"x\"", 3 },
          { "Wed, 17 Jun 2026 16:00:00 GMT", 29 },
          { "{\"a\":\n1}", 8 } },
        { 1, 0, { "", 0 }, { "", 0 }, { "", 0 } },
        { 9999999999999, 86400, { "W/\"1 2\"", 7 }, { "", 0 }, { "a\0b\n\n", 5 } },
    };

    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        const struct redis_record_document *want = &records[i];
        struct buf b = BUF_INIT(RECORD_MAX), front = BUF_INIT(RECORD_MAX),
                   validators = BUF_INIT(RECORD_MAX);
        struct redis_record_document r;
        redis_record_put_document(&b, want);
        CHECK_ROW(i, !b.failed && redis_record_parse_document(buf_str(&b), &r));
        CHECK_ROW(i, r.fetched_ms == want->fetched_ms && r.lifetime_s == want->lifetime_s);
        CHECK_ROW(i, str_eq(r.etag, want->etag) && str_eq(r.last_modified, want->last_modified));
        CHECK_ROW(i, str_eq(r.body, want->body));
        /* A revalidation overwrites the front and compares what follows it. */
        redis_record_put_front(&front, want);
        redis_record_put_validators(&validators, want);
        CHECK_ROW(i,
                  front.n == REDIS_RECORD_FRONT_BYTES && str_starts(buf_str(&b), buf_str(&front)));
        CHECK_ROW(i, str_starts(str_sub(buf_str(&b), REDIS_RECORD_FRONT_BYTES, b.n),
                                buf_str(&validators)));
        buf_free(&b);
        buf_free(&front);
        buf_free(&validators);
    }
}

TEST(a_validator_of_several_lines_is_omitted)
{
    struct redis_record_document in = { 5, 6, STR("a\nb"), STR("c"), STR("body") }, out;
    struct buf b = BUF_INIT(RECORD_MAX);

    redis_record_put_document(&b, &in);
    CHECK(redis_record_parse_document(buf_str(&b), &out));
    CHECK_SLICE(out.etag, "");
    CHECK_SLICE(out.last_modified, "c");
    CHECK_SLICE(out.body, "body");
    buf_free(&b);
}

TEST(other_formats_are_not_read_as_a_document)
{
    static const char *const cases[] = {
        "",
        "1",
        "11781712000123 000060\n\n",
        "11781712000123 000060\n",
        "11781712000123 000060",
        "21781712000123 000060\n\n\nbody",
        "1178171200012 000060\n\n\nbody",
        "11781712000123 00060\n\n\nbody",
        "11781712000123 0000060\n\n\nbody",
        "11781712000123x000060\n\n\nbody",
        "1178171200012x 000060\n\n\nbody",
        "11781712000123 -00060\n\n\nbody",
        "1-781712000123 000060\n\n\nbody",
        "<html>\n\n\n",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct redis_record_document r;
        CHECK_ROW(i, !redis_record_parse_document(str_of(cases[i]), &r));
    }
}

TESTS(an_entry_record_is_read_as_it_was_written, other_formats_are_not_read_as_an_entry,
      a_document_record_is_read_as_it_was_written, a_validator_of_several_lines_is_omitted,
      other_formats_are_not_read_as_a_document)
