/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/admin/form.c: valid and malformed fields. */
#include "server/admin/form.h"

#include "tests/test.h"

TEST(fields_are_found_and_decoded)
{
    static const struct {
        const char *form, *name, *want; /* NULL: not found */
    } cases[] = {
        { "phrase=hello", "phrase", "hello" },
        { "a=1&phrase=hello+there&b=2", "phrase", "hello there" },
        { "phrase=what%27s+%3Cb%3E", "phrase", "what's <b>" },
        { "phrase=a&phrase=b", "phrase", "a" },
        { "phrase=", "phrase", "" },
        { "phrase", "phrase", "" },
        { "phrase=a=b", "phrase", "a=b" },
        { "xphrase=a", "phrase", NULL },
        { "phrasex=a", "phrase", NULL },
        { "", "phrase", NULL },
        { "&&&", "phrase", NULL },
        { "phrase=%", "phrase", NULL },
        { "phrase=%zz", "phrase", NULL },
        { "phrase=%ff", "phrase", NULL }, /* not UTF-8 */
        { "phrase=a%00b", "phrase", NULL },
        { "phrase=12345678901", "phrase", NULL }, /* longer than out.max */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(11);
        bool found;
        if (i == sizeof cases / sizeof cases[0] - 1)
            out.max = 10;
        found = form_value(str_of(cases[i].form), cases[i].name, &out);
        CHECK_ROW(i, found == !!cases[i].want);
        CHECK_STR(buf_z(&out), cases[i].want ? cases[i].want : "");
        buf_free(&out);
    }
}

TESTS(fields_are_found_and_decoded)
