/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/nws_case.h -- documents for the tests of intents/weather/: recordings
 * in tests/cases/nws/, or text written with ' instead of ". */
#ifndef CLIMACAST_TESTS_NWS_CASE_H
#define CLIMACAST_TESTS_NWS_CASE_H

#include <stdlib.h>

#include "server/base/time_text.h"
#include "tests/test.h"

/* The contents of a file with a NUL added, malloc'd. tests/run.sh sets TEST_TOP; by hand, run from
 * the top of the tree. */
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

/* A copy with every ' replaced by ", malloc'd. */
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
        fail_msg("not a time: %s", text);
    return t;
}

#endif
