/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/request_args.c -- "INTENT slot=value ..." into a request. */
#include "server/tool/request_args.h"

#include <string.h>

enum status request_args_parse(struct request_spec *spec, const struct args *args, struct err *err)
{
    if (spec->say)
        return args->count == 0
                   ? ST_OK
                   : err_set(err, ST_INVALID, "--say and a request exclude each other");
    if (args->count == 0 || strchr(args->words[0], '='))
        return err_set(err, ST_INVALID, "expected an intent or request type first");
    for (size_t i = 1; i < args->count; i++)
        if (!strchr(args->words[i], '=') || args->words[i][0] == '=')
            return err_set(err, ST_INVALID, "%s: expected slot=value", args->words[i]);
    spec->name = args->words[0];
    spec->words = args->words + 1;
    spec->word_count = args->count - 1;
    return ST_OK;
}
