/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/request_args.c -- "INTENT slot=value ..." into a request. */
#include "server/tool/request_args.h"

#include <string.h>

#include "server/base/str.h"
#include "server/base/time_text.h"
#include "server/tool/request_names.h"

enum { OFFSET_MAX_S = 10 * 366 * 24 * 60 * 60 };

/* Seconds from now, or a whole time. */
static enum status check_timestamp(const char *text, struct err *err)
{
    struct str s = str_of(text);
    int64_t value;

    if (s.n > 1 && s.p[0] == '+')
        s = str_sub(s, 1, s.n);
    if (str_to_i64(s, &value) ? value >= -OFFSET_MAX_S && value <= OFFSET_MAX_S
                              : time_parse_rfc3339(s, &value))
        return ST_OK;
    return err_set(err, ST_INVALID,
                   "--timestamp %s: expected seconds from now such as -200, or a time such as "
                   "2026-06-17T16:00:00Z",
                   text);
}

enum status request_args_parse(struct request_spec *spec, const struct args *args, struct err *err)
{
    if (spec->timestamp && !spec->unchecked && check_timestamp(spec->timestamp, err) != ST_OK)
        return ST_INVALID;
    if (spec->say)
        return args->count == 0
                   ? ST_OK
                   : err_set(err, ST_INVALID, "--say and a request exclude each other");
    if (args->count == 0 || strchr(args->words[0], '='))
        return err_set(err, ST_INVALID, "expected an intent or request type first");
    for (size_t i = 1; i < args->count; i++)
        if (!strchr(args->words[i], '=') || args->words[i][0] == '=')
            return err_set(err, ST_INVALID, "%s: expected slot=value", args->words[i]);
    if (!spec->unchecked && request_names_check(args, err) != ST_OK)
        return ST_INVALID;
    spec->name = args->words[0];
    spec->words = args->words + 1;
    spec->word_count = args->count - 1;
    return ST_OK;
}
