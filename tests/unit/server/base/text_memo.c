/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/text_memo.c -- what texts were turned into, remembered. */
#include "server/base/text_memo.h"

#include "tests/test.h"

TEST(a_result_is_found_by_its_text)
{
    struct text_memo memo = { 0 };
    struct str got;

    CHECK(!text_memo_find(&memo, STR("KBDU"), &got));
    text_memo_put(&memo, STR("KBDU"), STR("Boulder"));
    CHECK(text_memo_find(&memo, STR("KBDU"), &got));
    CHECK_SLICE(got, "Boulder");
    CHECK(!text_memo_find(&memo, STR("KBD"), &got));
    CHECK(!text_memo_find(&memo, STR("KBDV"), &got));
    text_memo_put(&memo, STR("KBDU"), STR(""));
    CHECK(text_memo_find(&memo, STR("KBDU"), &got));
    CHECK_SLICE(got, "");
}

TEST(of_many_texts_none_gets_the_result_of_another)
{
    struct text_memo memo = { 0 };
    char text[20], result[20];
    size_t known = 0;
    struct str got;

    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "t%d", i);
        snprintf(result, sizeof result, "r%d", i);
        text_memo_put(&memo, str_of(text), str_of(result));
    }
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "t%d", i);
        snprintf(result, sizeof result, "r%d", i);
        if (!text_memo_find(&memo, str_of(text), &got))
            continue;
        known++;
        CHECK_SLICE(got, result);
    }
    CHECK(known > TEXT_MEMO_SLOTS / 2 && known <= TEXT_MEMO_SLOTS);
}

TEST(what_is_too_long_is_not_kept)
{
    char most[TEXT_MEMO_BYTES + 1];
    struct str fits = { most, TEXT_MEMO_BYTES }, longer = { most, sizeof most }, got;
    struct text_memo memo = { 0 };

    memset(most, 'x', sizeof most);
    text_memo_put(&memo, longer, STR("a"));
    CHECK(!text_memo_find(&memo, longer, &got));
    text_memo_put(&memo, fits, longer);
    CHECK(!text_memo_find(&memo, fits, &got));
    text_memo_put(&memo, fits, fits);
    CHECK(text_memo_find(&memo, fits, &got));
    CHECK(str_eq(got, fits));
    text_memo_put(&memo, STR(""), STR("a"));
    CHECK(!text_memo_find(&memo, STR(""), &got));
}

TESTS(a_result_is_found_by_its_text, of_many_texts_none_gets_the_result_of_another,
      what_is_too_long_is_not_kept)
