/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/admin/markup.h -- checks that HTML is well-formed. */
#ifndef CLIMACAST_TESTS_UNIT_SERVER_ADMIN_MARKUP_H
#define CLIMACAST_TESTS_UNIT_SERVER_ADMIN_MARKUP_H

#include <stdlib.h>

#include "tests/test.h"

enum { MARKUP_DEPTH = 40 };

static inline bool markup_is_void(struct str name)
{
    static const char *const names[] = { "meta", "link", "input", "br" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_eqz(name, names[i]))
            return true;
    return false;
}

/* The length of the tag at the start of `s`; a ">" in quotes does not end it. */
static inline size_t markup_tag_end(struct str s)
{
    bool quoted = false;

    for (size_t i = 0; i < s.n; i++) {
        quoted = quoted != (s.p[i] == '"');
        if (s.p[i] == '>' && !quoted)
            return i + 1;
    }
    fail_msg("unterminated tag: %.80s", s.p);
    return s.n;
}

/* Fails unless every element is closed in order and no text contains a bare "<" or ">". */
static inline void markup_check(struct str s)
{
    struct str open[MARKUP_DEPTH];
    size_t depth = 0;

    if (str_starts(s, STR("<!DOCTYPE html>")))
        s = str_sub(s, 15, s.n);
    while (s.n > 0) {
        size_t text = str_index(s, '<');
        bool raw =
            depth > 0 && (str_eqz(open[depth - 1], "style") || str_eqz(open[depth - 1], "script"));
        if (!raw && str_index(str_sub(s, 0, text), '>') < text)
            fail_msg("bare > in text: %.80s", s.p);
        s = str_sub(s, text, s.n);
        if (s.n == 0)
            break;
        if (raw && !(str_starts(s, STR("</")) && str_starts(str_sub(s, 2, s.n), open[depth - 1]))) {
            s = str_sub(s, 1, s.n);
            continue;
        }
        size_t end = markup_tag_end(s);
        struct str tag = str_sub(s, 1, end - 1), name = str_sub(tag, 0, strcspn(tag.p, " />\n"));
        if (tag.p[0] == '/') {
            name = str_sub(tag, 1, tag.n);
            if (depth == 0 || !str_eq(open[--depth], name))
                fail_msg("</%.*s> does not match the open element", STR_ARG(name));
        } else if (!markup_is_void(name) && tag.p[tag.n - 1] != '/') {
            CHECK(depth < MARKUP_DEPTH);
            open[depth++] = name;
        }
        s = str_sub(s, end, s.n);
    }
    if (depth != 0)
        fail_msg("<%.*s> is not closed", STR_ARG(open[depth - 1]));
}

#endif
