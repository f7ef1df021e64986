/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/speech/bulletin_memo.c -- what is remembered is of this very text, and within
 * bounds. */
#include "intents/speech/bulletin_memo.h"

#include "tests/test.h"

static struct bulletin_memo memo = BULLETIN_MEMO_INIT;

static bool is_remembered(struct str text, struct str made)
{
    struct buf out = BUF_INIT(100 * 1000);
    bool found = bulletin_memo_find(&memo, text, &out);

    CHECK(!found || str_eq(buf_str(&out), made));
    buf_free(&out);
    return found;
}

TEST(a_text_is_remembered_with_what_it_was_made_into)
{
    CHECK(!is_remembered(STR("SNOW"), STR("Snow.")));
    bulletin_memo_add(&memo, STR("SNOW"), STR("Snow."));
    bulletin_memo_add(&memo, STR("&&"), STR_NONE);
    CHECK(is_remembered(STR("SNOW"), STR("Snow.")));
    CHECK(is_remembered(STR("&&"), STR_NONE));
    CHECK(!is_remembered(STR("SNOW "), STR_NONE));
    CHECK(!is_remembered(STR_NONE, STR_NONE));
    bulletin_memo_empty(&memo);
    CHECK(!is_remembered(STR("SNOW"), STR_NONE));
}

TEST(long_texts_are_not_remembered_and_many_push_others_out)
{
    static char text[BULLETIN_MEMO_TEXT_MAX + 1], made[2 * BULLETIN_MEMO_TEXT_MAX];
    const struct str result = { made, sizeof made };

    bulletin_memo_add(&memo, (struct str){ text, sizeof text }, STR("too long"));
    CHECK(!is_remembered((struct str){ text, sizeof text }, STR_NONE));
    for (int i = 0; i < 10 * BULLETIN_MEMO_SLOTS; i++) {
        struct str one = { text, BULLETIN_MEMO_TEXT_MAX };
        memcpy(text, &i, sizeof i);
        bulletin_memo_add(&memo, one, result);
        CHECK_ROW((size_t)i, memo.bytes <= BULLETIN_MEMO_BYTES_MAX && is_remembered(one, result));
    }
    bulletin_memo_empty(&memo);
    CHECK_INT(memo.bytes, 0);
}

TESTS(a_text_is_remembered_with_what_it_was_made_into,
      long_texts_are_not_remembered_and_many_push_others_out)
