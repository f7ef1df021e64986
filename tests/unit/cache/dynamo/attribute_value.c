/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/attribute_value.c -- conversion of attribute values: round trips, what
 * must be preserved, and what is rejected. */
#include "cache/dynamo/attribute_value.h"

#include "tests/unit/cache/dynamo/json_case.h"

static const struct {
    const char *plain, *value;
} pairs[] = {
    { "null", "{\"NULL\":true}" },
    { "true", "{\"BOOL\":true}" },
    { "false", "{\"BOOL\":false}" },
    { "\"\"", "{\"S\":\"\"}" },
    { "\"Cañón \\ud83c\\udf26\"", "{\"S\":\"Cañón 🌦\"}" },
    { "0", "{\"N\":\"0\"}" },
    { "-7", "{\"N\":\"-7\"}" },
    { "9007199254740993", "{\"N\":\"9007199254740993\"}" },
    { "40.015", "{\"N\":\"40.015\"}" },
    { "-0.25", "{\"N\":\"-0.25\"}" },
    { "1e-7", "{\"N\":\"1e-7\"}" },
    { "1.5e300", NULL }, /* out of range */
    { "1e-200", NULL },
    { "[]", "{\"L\":[]}" },
    { "{}", "{\"M\":{}}" },
    { "[1,\"x\",[null]]", "{\"L\":[{\"N\":\"1\"},{\"S\":\"x\"},{\"L\":[{\"NULL\":true}]}]}" },
    { "{\"a\":{\"b\":1}}", "{\"M\":{\"a\":{\"M\":{\"b\":{\"N\":\"1\"}}}}}" },
};

TEST(plain_json_survives_a_round_trip)
{
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        json_t *plain = parse_json(pairs[i].plain), *value = NULL, *back = NULL;
        struct err err = ERR_NONE;
        enum status st = attribute_value_from_json(plain, &value, &err);
        CHECK_ROW(i, st == (pairs[i].value ? ST_OK : ST_INVALID));
        if (pairs[i].value) {
            CHECK_INT(attribute_value_to_json(value, &back, &err), ST_OK);
            CHECK_ROW(i, json_equal(back, plain));
            check_json(value, pairs[i].value);
        } else {
            CHECK_STR(err.reason, "number_range");
        }
        json_decref(plain);
        json_decref(back);
    }
}

TEST(values_written_by_other_programs_are_converted)
{
    static const struct {
        const char *value, *plain;
    } cases[] = {
        { "{\"N\":\"100\"}", "100" },
        { "{\"N\":\"1E+20\"}", "1e20" },
        { "{\"N\":\"123456789012345678901234567890\"}", "1.2345678901234568e29" },
        { "{\"N\":\"1.0\"}", "1.0" },
        { "{\"B\":\"aGVsbG8=\"}", "\"aGVsbG8=\"" },
        { "{\"SS\":[\"a\",\"b\"]}", "[\"a\",\"b\"]" },
        { "{\"NS\":[\"1\",\"2.5\"]}", "[1,2.5]" },
        { "{\"BS\":[\"aA==\"]}", "[\"aA==\"]" },
        { "{\"S\":\"a\\u0000b\"}", "\"a\\u0000b\"" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *value = parse_json(cases[i].value), *plain = NULL;
        CHECK_ROW(i, attribute_value_to_json(value, &plain, NULL) == ST_OK);
        check_json(plain, cases[i].plain);
        json_decref(value);
    }
}

TEST(malformed_attribute_values_are_rejected)
{
    static const char *const cases[] = {
        "7",
        "\"S\"",
        "null",
        "[]",
        "{}",
        "{\"S\":1}",
        "{\"S\":null}",
        "{\"N\":1}",
        "{\"N\":\"\"}",
        "{\"N\":\"1x\"}",
        "{\"N\":\"0x10\"}",
        "{\"N\":\"NaN\"}",
        "{\"N\":\"1e999\"}",
        "{\"BOOL\":\"true\"}",
        "{\"M\":[]}",
        "{\"M\":{\"a\":1}}",
        "{\"L\":{}}",
        "{\"L\":[1]}",
        "{\"SS\":[1]}",
        "{\"NS\":[\"x\"]}",
        "{\"S\":\"a\",\"N\":\"1\"}",
        "{\"X\":\"a\"}",
        "{\"\":\"a\"}",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *value = parse_json(cases[i]), *plain = NULL;
        struct err err = ERR_NONE;
        CHECK_ROW(i, attribute_value_to_json(value, &plain, &err) == ST_INVALID);
        CHECK_ROW(i, !plain && err.status == ST_INVALID);
        (void)attribute_value_size(value); /* must not crash */
        json_decref(value);
    }
}

TEST(nesting_is_limited)
{
    json_t *value = parse_json("{\"N\":\"1\"}"), *plain = NULL;

    for (int i = 0; i < ATTRIBUTE_VALUE_NESTING_MAX + 5; i++)
        value = json_pack("{s:[o]}", "L", value);
    CHECK_INT(attribute_value_to_json(value, &plain, NULL), ST_INVALID);
    json_decref(value);
}

TEST(unchanged_parts_keep_their_exact_text_and_type)
{
    static const struct {
        const char *old, *plain, *want;
    } cases[] = {
        { "{\"N\":\"3.1415926535897932384626433832795028841\"}", "3.141592653589793",
          "{\"N\":\"3.1415926535897932384626433832795028841\"}" },
        { "{\"M\":{\"x\":{\"N\":\"12345678901234567890.5\"},\"y\":{\"N\":\"1\"}}}",
          "{\"x\":12345678901234567890.5,\"y\":2}",
          "{\"M\":{\"x\":{\"N\":\"12345678901234567890.5\"},\"y\":{\"N\":\"2\"}}}" },
        { "{\"M\":{\"s\":{\"SS\":[\"b\",\"a\"]},\"b\":{\"B\":\"aA==\"}}}",
          "{\"s\":[\"b\",\"a\"],\"b\":\"aA==\",\"n\":null}",
          "{\"M\":{\"s\":{\"SS\":[\"b\",\"a\"]},\"b\":{\"B\":\"aA==\"},\"n\":{\"NULL\":true}}}" },
        { "{\"L\":[{\"NS\":[\"1\"]},{\"N\":\"2\"}]}", "[[1],3]",
          "{\"L\":[{\"NS\":[\"1\"]},{\"N\":\"3\"}]}" },
        { "{\"SS\":[\"a\"]}", "[\"a\",\"b\"]", "{\"L\":[{\"S\":\"a\"},{\"S\":\"b\"}]}" },
        { "{\"S\":\"x\"}", "{\"a\":1}", "{\"M\":{\"a\":{\"N\":\"1\"}}}" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *old = parse_json(cases[i].old), *plain = parse_json(cases[i].plain), *got = NULL;
        CHECK_ROW(i, attribute_value_merge(old, plain, &got, NULL) == ST_OK);
        check_json(got, cases[i].want);
        json_decref(old);
        json_decref(plain);
    }
}

TEST(reading_a_value_of_another_type_fails)
{
    json_t *value =
        parse_json("{\"M\":{\"n\":{\"N\":\"12\"},\"s\":{\"S\":\"x\"},\"f\":{\"N\":\"1.5\"}}}");
    int64_t n = -1;

    CHECK(attribute_value_integer(attribute_value_member(value, "n"), &n) && n == 12);
    CHECK(!attribute_value_integer(attribute_value_member(value, "s"), &n));
    CHECK(!attribute_value_integer(attribute_value_member(value, "f"), &n));
    CHECK(!attribute_value_integer(NULL, &n));
    CHECK(!attribute_value_member(value, "none"));
    CHECK(!attribute_value_member(attribute_value_member(value, "s"), "x"));
    CHECK(!attribute_value_members(NULL));
    CHECK_SLICE(attribute_value_string(attribute_value_member(value, "s")), "x");
    CHECK(!attribute_value_string(attribute_value_member(value, "n")).p);
    json_decref(value);
}

TEST(a_size_is_never_less_than_what_dynamodb_counts)
{
    static const struct {
        const char *value;
        size_t least, most;
    } cases[] = {
        { "{\"S\":\"hello\"}", 5, 5 },
        { "{\"S\":\"ñ\"}", 2, 2 },
        { "{\"N\":\"1\"}", 2, 4 },
        { "{\"N\":\"-123456\"}", 5, 7 },
        { "{\"NULL\":true}", 1, 1 },
        { "{\"BOOL\":false}", 1, 1 },
        { "{\"M\":{}}", 3, 3 },
        { "{\"L\":[{\"S\":\"ab\"},{\"S\":\"c\"}]}", 8, 8 },
        { "{\"M\":{\"name\":{\"S\":\"Boulder\"}}}", 15, 15 },
        { "{\"SS\":[\"ab\",\"c\"]}", 3, 6 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *value = parse_json(cases[i].value);
        size_t size = attribute_value_size(value);
        CHECK_ROW(i, size >= cases[i].least && size <= cases[i].most);
        CHECK_INT(attribute_value_member_size(STR("key"), value), size + 4);
        json_decref(value);
    }
}

TESTS(plain_json_survives_a_round_trip, values_written_by_other_programs_are_converted,
      malformed_attribute_values_are_rejected, nesting_is_limited,
      unchanged_parts_keep_their_exact_text_and_type, reading_a_value_of_another_type_fails,
      a_size_is_never_less_than_what_dynamodb_counts)
