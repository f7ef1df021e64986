/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/memo.c -- what a function returned is remembered by its argument. */
#include "server/base/memo.h"

#include "tests/test.h"

TEST(a_value_is_found_by_its_key)
{
    struct memo memo = { 0 };
    struct str got;

    CHECK(!memo_find(&memo, STR("KBDU"), &got));
    memo_put(&memo, STR("KBDU"), STR("Boulder"));
    CHECK(memo_find(&memo, STR("KBDU"), &got));
    CHECK_SLICE(got, "Boulder");
    CHECK(!memo_find(&memo, STR("KBD"), &got));
    CHECK(!memo_find(&memo, STR("KBDV"), &got));
    memo_put(&memo, STR("KBDU"), STR(""));
    CHECK(memo_find(&memo, STR("KBDU"), &got));
    CHECK_SLICE(got, "");
}

TEST(no_key_gets_the_value_of_another)
{
    struct memo memo = { 0 };
    char key[20], value[20];
    size_t known = 0;
    struct str got;

    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "k%d", i);
        snprintf(value, sizeof value, "v%d", i);
        memo_put(&memo, str_of(key), str_of(value));
    }
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "k%d", i);
        snprintf(value, sizeof value, "v%d", i);
        if (!memo_find(&memo, str_of(key), &got))
            continue;
        known++;
        CHECK_SLICE(got, value);
    }
    CHECK(known > MEMO_ENTRIES / 2 && known <= MEMO_ENTRIES);
}

TEST(keys_and_values_that_are_too_long_are_not_kept)
{
    char bytes[MEMO_VALUE_MAX + 1];
    struct str key = { bytes, MEMO_KEY_MAX }, long_key = { bytes, MEMO_KEY_MAX + 1 };
    struct str value = { bytes, MEMO_VALUE_MAX }, long_value = { bytes, sizeof bytes }, got;
    struct memo memo = { 0 };

    memset(bytes, 'x', sizeof bytes);
    memo_put(&memo, long_key, STR("a"));
    CHECK(!memo_find(&memo, long_key, &got));
    memo_put(&memo, key, long_value);
    CHECK(!memo_find(&memo, key, &got));
    memo_put(&memo, key, value);
    CHECK(memo_find(&memo, key, &got));
    CHECK(str_eq(got, value));
    memo_put(&memo, STR(""), STR("a"));
    CHECK(!memo_find(&memo, STR(""), &got));
}

TESTS(a_value_is_found_by_its_key, no_key_gets_the_value_of_another,
      keys_and_values_that_are_too_long_are_not_kept)
