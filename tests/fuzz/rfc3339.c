/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/rfc3339.c -- instants and intervals round-trip; no interval ends before it starts. */
#include <stdlib.h>

#include "server/base/time_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(int64_t t)
{
    char text[32];
    int64_t again;

    time_format_rfc3339(t, text);
    /* An offset may move an instant just outside the four-digit years. */
    if (t < INT64_C(-62167219200) || t > INT64_C(253402300799))
        return;
    if (!time_parse_rfc3339(str_of(text), &again) || again != t)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = { (const char *)data, size };
    int64_t t, end;

    if (time_parse_rfc3339(s, &t))
        check_round_trip(t);
    if (time_parse_interval(s, 0, &t, &end)) {
        if (end < t)
            abort();
        check_round_trip(t);
        check_round_trip(end);
    }
    return 0;
}
