/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/httpdate.c -- parsed HTTP dates round-trip. */
#include <stdlib.h>

#include "server/base/time_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = { (const char *)data, size };
    int64_t t, again;
    char text[32];

    if (!time_parse_http(s, &t) || t > INT64_C(253402300799)) /* a leap second at the end of 9999 */
        return 0;
    time_format_http(t, text);
    if (!time_parse_http(str_of(text), &again) || again != t)
        abort();
    return 0;
}
