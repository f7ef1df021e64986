/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/item_json.c -- the JSON of items: limits, versions, text. */
#include "cache/item_json.h"

#include "tests/test.h"

TEST(a_number_is_written_with_its_original_digits)
{
    static const char *const texts[] = {
        "{\"lat\":40.015,\"lon\":-105.2705}",
        "[0.1,1.0,-0.25,100.0,1e-07,1e+22,123456789.123]",
        "[0,-1,9223372036854775807,-9223372036854775808]",
        "[null,true,false,\"\",[],{}]",
        "{\"a \\\" \\\\ \\n \\u0001 \xc3\xbc\":{\"b\":[{}]}}",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct buf b = BUF_INIT(1000);
        json_t *value = json_loads(texts[i], 0, NULL);
        CHECK(value);
        item_json_put(&b, value);
        CHECK_STR(buf_z(&b), texts[i]);
        json_decref(value);
        buf_free(&b);
    }
}

TEST(a_version_identifies_the_content)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        { "{}", "{}", true },
        { "{\"a\":1,\"b\":{\"c\":[1,2]}}", "{\"b\":{\"c\":[1,2]},\"a\":1}", true },
        { "{\"a\":1}", "{\"a\":1.0}", false },
        { "{\"a\":[1,2]}", "{\"a\":[2,1]}", false },
        { "{\"a\":null}", "{}", false },
        { "{\"a\":\"1\"}", "{\"a\":1}", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *a = json_loads(cases[i].a, 0, NULL), *b = json_loads(cases[i].b, 0, NULL);
        CHECK_ROW(i, item_json_version(a) != 0);
        CHECK_ROW(i, (item_json_version(a) == item_json_version(b)) == cases[i].same);
        json_decref(a);
        json_decref(b);
    }
}

TEST(a_value_beyond_the_limits_is_invalid)
{
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        { "{}", true },
        { "{\"a\":[\"\",null,{\"b\":1}]}", true },
        { "{\"\":1}", false },
        { "{\"a\":[{\"\":1}]}", false },
        { "[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]", true },    /* 24 levels */
        { "[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]", false }, /* 25 */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *value = json_loads(cases[i].text, 0, NULL);
        CHECK_ROW(i, value && item_json_valid(value) == cases[i].valid);
        json_decref(value);
    }
    CHECK(!item_json_valid(NULL));
}

TESTS(a_number_is_written_with_its_original_digits, a_version_identifies_the_content,
      a_value_beyond_the_limits_is_invalid)
