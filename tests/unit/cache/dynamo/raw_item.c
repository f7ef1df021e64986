/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/raw_item.c -- items that plain JSON cannot hold: extracting, validating
 * and comparing their raw form. */
#include "cache/dynamo/raw_item.h"

#include "cache/dynamo/attribute_value.h"
#include "tests/unit/cache/dynamo/json_case.h"

TEST(only_items_that_plain_json_cannot_hold_have_a_raw_form)
{
    static const struct {
        const char *id, *attributes, *beside;
        bool raw;
    } cases[] = {
        { "u", "{\"n\":{\"N\":\"1.5\"},\"t\":{\"S\":\"\"},\"l\":{\"L\":[{\"NULL\":true}]}}", "",
          false },
        { "u", "{}", "", false },
        { "u", "{\"n\":{\"N\":\"0.1\"}}", "", false },
        { "u", "{\"n\":{\"N\":\"12345678901234567\"}}", "", false },
        { "u", "{\"n\":{\"N\":\"12345678901234567890\"}}", "", true },
        { "u", "{\"n\":{\"N\":\"0.12345678901234567890\"}}", "", true },
        { "u", "{\"m\":{\"M\":{\"s\":{\"SS\":[\"a\"]}}}}", "", true },
        { "u", "{\"b\":{\"B\":\"AQ==\"}}", "", true },
        { "u", "{}", ",\"other\":{\"S\":\"x\"}", true },
        { "SHARED_CACHE", "{}", ",\"climacast_usage\":{\"M\":{}}", false },
        { "SHARED_CACHE#StationCache#KBDU", "{\"b\":{\"B\":\"AQ==\"}}", "", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[400];
        json_t *item, *plain = NULL, *raw = NULL;
        (void)snprintf(text, sizeof text, "{\"id\":{\"S\":\"%s\"},\"attributes\":{\"M\":%s}%s}",
                       cases[i].id, cases[i].attributes, cases[i].beside);
        item = parse_json(text);
        CHECK_INT(attribute_value_to_json(json_object_get(item, "attributes"), &plain, NULL),
                  ST_OK);
        CHECK_INT(raw_item_extract(item, plain, &raw, NULL), ST_OK);
        CHECK_ROW(i, !!raw == cases[i].raw);
        if (raw) {
            CHECK_ROW(i, raw_item_is_valid(raw, plain));
            CHECK_ROW(i, raw_item_includes(raw, raw) && !raw_item_includes(NULL, raw));
            CHECK_ROW(i, raw_item_includes(raw, NULL) && !json_object_get(raw, "id"));
        }
        json_decref(item);
        json_decref(plain);
        json_decref(raw);
    }
}

TEST(invalid_raw_items_are_rejected)
{
    static const char *const bad[] = {
        "{}",
        "[]",
        "1",
        "{\"attributes\":{\"M\":{\"n\":{\"N\":\"2\"}}}}",
        "{\"attributes\":{\"M\":{}}}",
        "{\"attributes\":{\"N\":\"1\"}}",
        "{\"attributes\":{\"M\":{\"n\":{\"N\":\"one\"}}}}",
        "{\"attributes\":{\"n\":1}}",
        "{\"other\":{\"S\":\"x\"}}",
        "{\"attributes\":{\"M\":{\"n\":{\"N\":\"1\"}}},\"id\":{\"S\":\"another\"}}",
        "{\"attributes\":{\"M\":{\"n\":{\"N\":\"1\"}}},\"other\":{\"X\":\"x\"}}",
        "{\"attributes\":{\"M\":{\"n\":{\"N\":\"1\"}}},\"\":{\"S\":\"x\"}}",
    };
    json_t *plain = parse_json("{\"n\":1}"), *raw;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        raw = parse_json(bad[i]);
        CHECK_ROW(i, !raw_item_is_valid(raw, plain));
        json_decref(raw);
    }
    raw = parse_json("{\"attributes\":{\"M\":{\"n\":{\"N\":\"1\"}}},\"other\":{\"B\":\"AQ==\"}}");
    CHECK(raw_item_is_valid(raw, plain));
    json_decref(raw);
    json_decref(plain);
}

TEST(only_sets_are_compared_without_order)
{
    static const struct {
        const char *one, *two;
        bool same;
    } cases[] = {
        { "{\"SS\":[\"a\",\"b\"]}", "{\"SS\":[\"b\",\"a\"]}", true },
        { "{\"L\":[{\"NS\":[\"1\",\"2\"]}]}", "{\"L\":[{\"NS\":[\"2\",\"1\"]}]}", true },
        { "{\"SS\":[\"a\",\"b\"]}", "{\"SS\":[\"a\",\"c\"]}", false },
        { "{\"SS\":[\"a\",\"b\"]}", "{\"SS\":[\"a\"]}", false },
        { "{\"SS\":[\"a\"]}", "{\"BS\":[\"a\"]}", false },
        { "{\"L\":[{\"S\":\"a\"},{\"S\":\"b\"}]}", "{\"L\":[{\"S\":\"b\"},{\"S\":\"a\"}]}", false },
        { "{\"M\":{\"a\":{\"N\":\"1\"}}}", "{\"M\":{\"a\":{\"N\":\"1.0\"}}}", false },
        { "{\"M\":{\"a\":{\"N\":\"1\"}}}", "{\"M\":{}}", false },
        { "{\"S\":\"a\"}", "{\"B\":\"a\"}", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *one = json_pack("{s:o}", "attributes", parse_json(cases[i].one));
        json_t *two =
            json_pack("{s:o,s:{s:s}}", "attributes", parse_json(cases[i].two), "more", "S", "");
        CHECK_ROW(i, raw_item_includes(two, one) == cases[i].same);
        CHECK_ROW(i, !raw_item_includes(one, two)); /* `one` has less */
        json_decref(one);
        json_decref(two);
    }
}

TESTS(only_items_that_plain_json_cannot_hold_have_a_raw_form, invalid_raw_items_are_rejected,
      only_sets_are_compared_without_order)
