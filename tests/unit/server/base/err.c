/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/err.c -- the first error wins and stays on one line. */
#include "tests/test.h"

#include "server/base/err.h"

TEST(the_first_error_wins)
{
    struct err err = ERR_NONE;

    CHECK_INT(err_reason(&err, ST_UNTRUSTED, "certificate_name", "leaf is for %s", "x"),
              ST_UNTRUSTED);
    CHECK_INT(err_set(&err, ST_TIMEOUT, "later"), ST_TIMEOUT);
    CHECK_INT(err.status, ST_UNTRUSTED);
    CHECK_STR(err.reason, "certificate_name");
    CHECK_STR(err.text, "leaf is for x");
    err_clear(&err);
    CHECK_INT(err.status, ST_OK);
    CHECK_STR(err.text, "");
}

TEST(out_of_memory_has_one_text)
{
    struct err err = ERR_NONE;

    CHECK_INT(err_no_memory(&err), ST_SYSTEM);
    CHECK_STR(err.text, "out of memory");
    CHECK_STR(err.reason, "");
}

TEST(context_is_prepended)
{
    struct err err = ERR_NONE;

    CHECK_INT(err_context(&err, "nothing happened"), ST_OK);
    CHECK_STR(err.text, "");
    (void)err_set(&err, ST_INVALID, "no such member");
    CHECK_INT(err_context(&err, "grid %s", "BOU/54,76"), ST_INVALID);
    CHECK_STR(err.text, "grid BOU/54,76: no such member");
}

TEST(long_texts_are_truncated_and_control_characters_masked)
{
    struct err err = ERR_NONE;
    char word[1000];

    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    (void)err_set(&err, ST_INVALID, "a\nb\x1b[31m\x7f");
    CHECK_STR(err.text, "a?b?[31m?");
    (void)err_context(&err, "%s", word);
    CHECK_INT(strlen(err.text), sizeof err.text - 1);
    err_clear(&err);
    (void)err_reason(&err, ST_INVALID, word, "%s", word);
    CHECK_INT(strlen(err.text), sizeof err.text - 1);
    CHECK_INT(strlen(err.reason), sizeof err.reason - 1);
    (void)err_context(&err, "short");
    CHECK_INT(strlen(err.text), sizeof err.text - 1);
    CHECK(strncmp(err.text, "short: www", 10) == 0);
}

TEST(err_may_be_null)
{
    CHECK_INT(err_set(NULL, ST_MISS, "x"), ST_MISS);
    CHECK_INT(err_reason(NULL, ST_DENIED, "y", "x"), ST_DENIED);
    CHECK_INT(err_context(NULL, "x"), ST_OK);
    err_clear(NULL);
}

TEST(every_status_has_a_name)
{
    for (int st = ST_OK; st <= ST_SYSTEM; st++)
        CHECK_ROW(st, err_status_name((enum status)st)[0] != '\0' &&
                          strcmp(err_status_name((enum status)st), "unknown") != 0);
    CHECK_STR(err_status_name(ST_WOULD_WAIT), "would_wait");
    CHECK_STR(err_status_name((enum status)99), "unknown");
}

TESTS(the_first_error_wins, out_of_memory_has_one_text, context_is_prepended,
      long_texts_are_truncated_and_control_characters_masked, err_may_be_null,
      every_status_has_a_name)
