/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/json_scan.c -- JSON without a tree: what is refused, and how it is
 * read. */
#include "server/base/json_scan.h"

#include "server/base/json.h"
#include "tests/test.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

enum { ARENA_MAX = 8 << 20 };

TEST(invalid_json_is_refused_with_its_position)
{
    static const struct {
        const char *in, *want; /* part of the error text */
    } cases[] = {
        { "", "empty" },
        { " ", "neither an object nor an array" },
        { "{", "ends too early" },
        { "{\"a\":", "malformed" },
        { "{\"a", "ends too early" },
        { "[\"a\\", "ends too early" },
        { "{}x", "trailing characters" },
        { "{} {}", "trailing characters" },
        { "{\"a\":1,\"a\":2}", "duplicate key" },
        { "{\"a\":1,\"b\":2,\"\\u0061\":2}", "duplicate key" },
        { "{\"\":1,\"\":2}", "duplicate key" },
        { "[{\"a\":{\"b\":1,\"b\":1}}]", "duplicate key" },
        { "[\"\xff\"]", "UTF-8" },
        { "[\"12345678\xc3\"]", "UTF-8" },
        { "[\"a\nb\"]", "control character" },
        { "[\"12345678\x1f\"]", "control character" },
        { "[\"\\u0000\"]", "NUL" },
        { "{\"a\\u0000b\":1}", "NUL" },
        { "[\"\\ud800\"]", "surrogate" },
        { "[\"\\ud800\\n\"]", "surrogate" },
        { "[\"\\ud800\\u0041\"]", "surrogate" },
        { "[\"\\udc00\"]", "surrogate" },
        { "[\"\\x41\"]", "escape" },
        { "[\"\\u00g0\"]", "escape" },
        { "[\"\\u00", "escape" },
        { "[1e999]", "out of range" },
        { "[-1e999]", "out of range" },
        { "[99999999999999999999]", "out of range" },
        { "[01]", "malformed" },
        { "[-]", "malformed" },
        { "[1.]", "malformed" },
        { "[.5]", "malformed" },
        { "[+1]", "malformed" },
        { "[1e]", "malformed" },
        { "[nan]", "malformed" },
        { "[truth]", "malformed" },
        { "[trueish]", "malformed" },
        { "\"text\"", "neither" },
        { "null", "neither" },
        { "{'a':1}", "malformed" },
        { "{1:1}", "malformed" },
        { "{\"a\" 1}", "malformed" },
        { "[1,]", "malformed" },
        { "[,1]", "malformed" },
        { "{\"a\":1,}", "malformed" },
        { "[1}", "malformed" },
        { "\xef\xbb\xbf{}", "neither" },
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct arena *arena = arena_create(ARENA_MAX);
        const struct json_node *root = NULL;
        struct err err = ERR_NONE;
        CHECK_ROW(i, json_scan(str_of(cases[i].in), arena, &root, &err) == ST_INVALID);
        CHECK_ROW(i, !root);
        if (!strstr(err.text, cases[i].want))
            fail_msg("row %zu: \"%s\" lacks \"%s\"", i, err.text, cases[i].want);
        arena_free(arena);
    }
}

TEST(values_are_found_by_their_path)
{
    static const char text[] =
        " {\"version\":\"1.0\",\"n\":null,\"deep\":{\"list\":[7,{\"name\":\"Ca\\u00f1on \\ud83c"
        "\\udf26\\/\\\"\"},[]],\"yes\":true},\"empty\":{},\"no\":false,\"plain\":\"Cañon\"}\n";

    static const struct {
        const char *path;
        enum json_kind kind;
        const char *want;
    } cases[] = {
        { "version", JSON_KIND_STRING, "1.0" },
        { "deep.list.0", JSON_KIND_NUMBER, "7" },
        { "deep.list.1.name", JSON_KIND_STRING, "Cañon 🌦/\"" },
        { "deep.list.2", JSON_KIND_ARRAY, "[]" },
        { "deep.yes", JSON_KIND_TRUE, "true" },
        { "empty", JSON_KIND_OBJECT, "{}" },
        { "no", JSON_KIND_FALSE, "false" },
        { "plain", JSON_KIND_STRING, "Cañon" },
    };
    static const char *const absent[] = { "n",           "nothing",     "version.x",
                                          "deep.list.3", "deep.list.x", "deep.list.0.1",
                                          "empty.x" };
    struct arena *arena = arena_create(ARENA_MAX);
    const struct json_node *root = NULL;

    CHECK_INT(json_scan(str_of(text), arena, &root, NULL), ST_OK);
    for (size_t i = 0; i < ROWS(cases); i++) {
        const struct json_node *at = json_node_at(root, cases[i].path);
        CHECK_ROW(i, json_node_is(at, cases[i].kind));
        CHECK_SLICE(json_node_text(at), cases[i].want);
    }
    for (size_t i = 0; i < ROWS(absent); i++)
        CHECK_ROW(i, !json_node_at(root, absent[i]));
    CHECK_INT(json_node_str(root, "deep").n, 0);
    CHECK_INT(json_node_str(NULL, "deep").n, 0);
    CHECK(!json_node_first(NULL));
    CHECK(!json_node_first(json_node_at(root, "empty")));
    arena_free(arena);
}

/* `count` elements or members, with or without an error in the last. */
static void put_many(struct buf *b, bool object, int count, bool twice)
{
    buf_reset(b);
    buf_putc(b, object ? '{' : '[');
    for (int i = 0; i < count; i++)
        buf_printf(b, object ? "%s\"%d\":0" : "%s%d", i ? "," : "",
                   twice && i == count - 1 ? i / 2 : i);
    buf_putc(b, object ? '}' : ']');
}

static enum status scan(struct str text, struct err *err)
{
    struct arena *arena = arena_create(ARENA_MAX);
    const struct json_node *root = NULL;
    enum status st = json_scan(text, arena, &root, err);

    arena_free(arena);
    return st;
}

TEST(blanks_are_skipped_wherever_they_may_be)
{
    static const char kinds[] = " \n\t\r", *const tokens[] = { "[", "{", "\"a\"", ":", "7",
                                                               "}", ",", "true",  "]" };
    char text[600];

    for (size_t count = 0; count < 60; count++) {
        for (const char *kind = kinds; *kind; kind++) {
            struct arena *arena = arena_create(ARENA_MAX);
            const struct json_node *root = NULL;
            size_t n = 0;
            for (size_t i = 0; i < ROWS(tokens); i++) {
                n += (size_t)snprintf(text + n, sizeof text - n, "%s", tokens[i]);
                text[n++] = *kind;
                memset(text + n, ' ', count);
                n += count;
            }
            CHECK_INT(json_scan((struct str){ text, n }, arena, &root, NULL), ST_OK);
            CHECK_INT(root->length, n - 1 - count);
            CHECK_SLICE(json_node_text(json_node_at(root, "0.a")), "7");
            text[n - 1] = '\v'; /* no blank in JSON */
            CHECK_INT(json_scan((struct str){ text, n }, arena, &root, NULL), ST_INVALID);
            arena_free(arena);
        }
    }
}

TEST(a_duplicate_name_is_found_among_many)
{
    struct buf b = BUF_INIT(1 << 20);

    for (int count = 2; count < 20000; count += count / 3 + 1) {
        put_many(&b, true, count, false);
        CHECK_INT(scan(buf_str(&b), NULL), ST_OK);
        put_many(&b, true, count, true);
        CHECK_INT(scan(buf_str(&b), NULL), ST_INVALID);
    }
    buf_free(&b);
}

TEST(nesting_and_number_of_values_are_bounded)
{
    struct buf b = BUF_INIT(1 << 20);
    struct err err = ERR_NONE;

    for (int depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
        buf_reset(&b);
        for (int i = 0; i < depth; i++)
            buf_putc(&b, '[');
        for (int i = 0; i < depth; i++)
            buf_putc(&b, ']');
        CHECK_INT(scan(buf_str(&b), &err), depth > JSON_DEPTH_MAX ? ST_INVALID : ST_OK);
    }
    CHECK(strstr(err.text, "nested too deeply"));
    err_clear(&err);
    put_many(&b, false, JSON_NODES_MAX - 1, false);
    CHECK_INT(scan(buf_str(&b), &err), ST_OK);
    put_many(&b, false, JSON_NODES_MAX, false);
    CHECK_INT(scan(buf_str(&b), &err), ST_INVALID);
    CHECK(strstr(err.text, "too many values"));
    buf_free(&b);
}

TEST(a_full_arena_is_not_reported_as_bad_json)
{
    static const char text[] = "{\"a\\n\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]}";
    enum status st = ST_SYSTEM;

    for (size_t max = 1; st == ST_SYSTEM && max < ARENA_MAX; max += 50) {
        struct arena *arena = arena_create(max);
        const struct json_node *root;
        st = json_scan(str_of(text), arena, &root, NULL);
        arena_free(arena);
    }
    CHECK_INT(st, ST_OK);
}

TEST(error_texts_do_not_quote_the_input)
{
    struct err err = ERR_NONE;

    CHECK_INT(scan(STR("{\"apiAccessToken\": \"hush\" \"x\"}"), &err), ST_INVALID);
    CHECK(!strstr(err.text, "hush"));
    CHECK(strstr(err.text, "at byte 26"));
}

TESTS(invalid_json_is_refused_with_its_position, values_are_found_by_their_path,
      blanks_are_skipped_wherever_they_may_be, a_duplicate_name_is_found_among_many,
      nesting_and_number_of_values_are_bounded, a_full_arena_is_not_reported_as_bad_json,
      error_texts_do_not_quote_the_input)
