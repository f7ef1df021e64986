/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/json_case.h -- JSON literals in tests, and comparing with them. */
#ifndef CLIMACAST_TESTS_JSON_CASE_H
#define CLIMACAST_TESTS_JSON_CASE_H

#include <jansson.h>
#include <stdlib.h>

#include "tests/test.h"

static inline json_t *parse_json(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

    if (!value)
        fail_msg("not JSON: %s", text);
    return value;
}

/* Fails unless `got` equals the JSON text `want`; releases `got`. */
static inline void check_json(json_t *got, const char *want)
{
    json_t *wanted = parse_json(want);

    if (!json_equal(got, wanted)) {
        char *text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
        fail_msg("got %s, want %s", text, want);
    }
    json_decref(got);
    json_decref(wanted);
}

#endif
