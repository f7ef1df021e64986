/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/nws_case.h -- documents for tests of intents/weather/: excerpts of
 * recordings under tests/cases/nws/, or made up and written with ' for " . */
#ifndef CLIMACAST_TESTS_NWS_CASE_H
#define CLIMACAST_TESTS_NWS_CASE_H

#include <stdlib.h>

#include "server/base/time_text.h"
#include "tests/test.h"

/* The file as it is, NUL behind it, malloc'd. tests/run.sh says where the tree is; by hand, run
 * from its root. */
static inline char *case_read(const char *name)
{
    const char *top = getenv("TEST_TOP");
    char path[1024], *text;
    long size;
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/tests/cases/nws/%s", top ? top : ".", name);
    f = fopen(path, "rb");
    if (!f)
        fail_msg("cannot open %s", path);
    CHECK(fseek(f, 0, SEEK_END) == 0);
    size = ftell(f);
    CHECK(size > 0 && fseek(f, 0, SEEK_SET) == 0);
    text = malloc((size_t)size + 1);
    CHECK(text && fread(text, 1, (size_t)size, f) == (size_t)size);
    text[size] = '\0';
    (void)fclose(f);
    return text;
}

/* Every ' made ", malloc'd. */
static inline char *case_quoted(const char *text)
{
    char *copy = malloc(strlen(text) + 1);

    CHECK(copy);
    strcpy(copy, text);
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    return copy;
}

static inline int64_t case_time(const char *text)
{
    int64_t t = 0;

    if (!time_parse_rfc3339(str_of(text), &t))
        fail_msg("no time: %s", text);
    return t;
}

#endif
