/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/json.c -- which JSON is refused, and typed getters. */
#include "tests/test.h"

#include "server/base/json.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static json_t *parse(const char *text)
{
    json_t *root = NULL;

    CHECK_INT(json_parse(str_of(text), true, &root, NULL), ST_OK);
    return root;
}

TEST(invalid_json_is_refused_with_its_position)
{
    static const struct {
        const char *in, *want; /* part of the error text */
    } cases[] = {
        { "", "empty" },
        { " ", "JSON" },
        { "{", "ends too early" },
        { "{}x", "trailing characters" },
        { "{\"a\":1,\"a\":2}", "duplicate key" },
        { "{\"a\":\"\xff\"}", "UTF-8" },
        { "{\"a\":\"\\u0000\"}", "NUL" },
        { "{\"a\\u0000b\":1}", "NUL" },
        { "[1e999]", "out of range" },
        { "[99999999999999999999]", "out of range" },
        { "[\"\\ud800\"]", "surrogate" },
        { "[01]", "malformed" },
        { "[nan]", "malformed" },
        { "\"text\"", "neither" },
        { "null", "neither" },
        { "{'a':1}", "malformed" },
        { "[1,]", "malformed" },
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct err err = ERR_NONE;
        json_t *root = NULL;
        CHECK_ROW(i, json_parse(str_of(cases[i].in), true, &root, &err) == ST_INVALID);
        CHECK_ROW(i, !root);
        if (!strstr(err.text, cases[i].want))
            fail_msg("row %zu: \"%s\" lacks \"%s\"", i, err.text, cases[i].want);
    }
}

TEST(error_texts_do_not_quote_the_input)
{
    struct err err = ERR_NONE;
    json_t *root;

    CHECK_INT(json_parse(STR("{\"apiAccessToken\": \"hush\" \"x\"}"), true, &root, &err),
              ST_INVALID);
    CHECK(!strstr(err.text, "hush"));
    CHECK(strstr(err.text, "at byte 26"));
}

static void nested(struct buf *b, int depth, const char *open, const char *close)
{
    for (int i = 0; i < depth; i++)
        buf_putz(b, open);
    for (int i = 0; i < depth; i++)
        buf_putz(b, close);
}

TEST(nesting_is_bounded_before_the_parser_recurses)
{
    struct buf b = BUF_INIT(4000000);
    struct err err = ERR_NONE;
    json_t *root = NULL;

    nested(&b, JSON_DEPTH_MAX, "[", "]");
    CHECK_INT(json_parse(buf_str(&b), true, &root, NULL), ST_OK);
    json_decref(root);
    buf_reset(&b);
    nested(&b, JSON_DEPTH_MAX + 1, "[", "]");
    CHECK_INT(json_parse(buf_str(&b), true, &root, &err), ST_INVALID);
    CHECK(strstr(err.text, "nested"));
    buf_reset(&b);
    nested(&b, 500000, "{\"a\":[", "]}");
    CHECK_INT(json_parse(buf_str(&b), true, &root, NULL), ST_INVALID);
    buf_free(&b);
}

TEST(brackets_in_strings_are_not_nesting)
{
    struct buf b = BUF_INIT(10000);
    json_t *root = NULL;

    buf_putz(&b, "[\"\\\\\",\"\\\"");
    for (int i = 0; i < 1000; i++)
        buf_putc(&b, '[');
    buf_putz(&b, "\"]");
    CHECK_INT(json_parse(buf_str(&b), true, &root, NULL), ST_OK);
    json_decref(root);
    CHECK_INT(json_parse(STR("[\"\\"), true, &root, NULL), ST_INVALID);
    buf_free(&b);
}

TEST(the_last_duplicate_key_wins_when_not_strict)
{
    json_t *root = NULL;
    int64_t n = 0;

    CHECK_INT(json_parse(STR("{\"a\":1,\"a\":2}"), false, &root, NULL), ST_OK);
    CHECK(json_int(root, "a", &n));
    CHECK_INT(n, 2);
    json_decref(root);
}

TEST(a_path_walks_members_and_elements)
{
    json_t *root = parse("{\"a\":{\"b\":[10,{\"c\":\"deep\"},null]},\"\":1,\"n\":null}");
    int64_t n = 0;

    CHECK_SLICE(json_str(root, "a.b.1.c"), "deep");
    CHECK(json_int(root, "a.b.0", &n) && n == 10);
    CHECK(!json_at(root, "a.b.2")); /* null counts as absent */
    CHECK(!json_at(root, "a.b.3"));
    CHECK(!json_at(root, "a.b.-1"));
    CHECK(!json_at(root, "a.b.x"));
    CHECK(!json_at(root, "a.b.99999999999999999999"));
    CHECK(!json_at(root, "a.x.c"));
    CHECK(!json_at(root, "a.b.0.c"));
    CHECK(!json_at(root, "n"));
    CHECK(json_at(root, "") == root);
    CHECK(!json_at(NULL, "a"));
    CHECK(!json_str(NULL, "").p);
    json_decref(root);
}

TEST(getters_accept_their_own_type_only)
{
    json_t *root = parse("{\"s\":\"x\",\"i\":3,\"r\":2.5,\"w\":4.0,\"t\":true,\"f\":false,"
                         "\"big\":1e300,\"o\":{}}");
    double d = -1;
    int64_t n = -1;

    CHECK(json_num(root, "i", &d) && d == 3);
    CHECK(json_num(root, "r", &d) && d == 2.5);
    CHECK(!json_num(root, "s", &d) && !json_num(root, "t", &d) && !json_num(root, "zz", &d));
    CHECK(json_int(root, "i", &n) && n == 3);
    CHECK(json_int(root, "w", &n) && n == 4);
    CHECK(!json_int(root, "r", &n) && !json_int(root, "big", &n) && !json_int(root, "s", &n));
    CHECK_INT(n, 4); /* untouched on failure */
    CHECK(json_bool(root, "t", false) && !json_bool(root, "f", true));
    CHECK(json_bool(root, "i", true) && !json_bool(root, "zz", false));
    CHECK(!json_str(root, "i").p && !json_str(root, "o").p);
    json_decref(root);
}

TEST(a_tree_is_written_compactly_or_fails)
{
    json_t *root = parse("{ \"a\" : [ 1 , \"\xC3\xA9\" ] }");
    struct buf b = BUF_INIT(100), small = BUF_INIT(5);

    json_put(&b, root);
    CHECK_STR(buf_z(&b), "{\"a\":[1,\"\xC3\xA9\"]}");
    json_put(&small, root);
    CHECK(small.failed);
    buf_free(&b);
    buf_free(&small);
    json_decref(root);
}

TEST(strings_are_escaped_and_repaired)
{
    static const struct {
        const char *in, *want;
    } cases[] = {
        { "plain", "\"plain\"" },
        { "", "\"\"" },
        { "a\"b\\c", "\"a\\\"b\\\\c\"" },
        { "\b\t\n\f\r\x01\x1f", "\"\\b\\t\\n\\f\\r\\u0001\\u001f\"" },
        { "caf\xC3\xA9", "\"caf\xC3\xA9\"" },
        { "x\xffy\xC3", "\"x\xEF\xBF\xBDy\xEF\xBF\xBD\"" },
        { "\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
    };
    struct buf b = BUF_INIT(200);

    for (size_t i = 0; i < ROWS(cases); i++) {
        buf_reset(&b);
        json_put_string(&b, str_of(cases[i].in));
        CHECK_STR(buf_z(&b), cases[i].want);
    }
    buf_reset(&b);
    json_put_string(&b, STR("a\0b"));
    CHECK_STR(buf_z(&b), "\"a\\u0000b\"");
    buf_free(&b);
}

TESTS(invalid_json_is_refused_with_its_position, error_texts_do_not_quote_the_input,
      nesting_is_bounded_before_the_parser_recurses, brackets_in_strings_are_not_nesting,
      the_last_duplicate_key_wins_when_not_strict, a_path_walks_members_and_elements,
      getters_accept_their_own_type_only, a_tree_is_written_compactly_or_fails,
      strings_are_escaped_and_repaired)
