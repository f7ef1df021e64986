/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/request_args.c -- see the header. */
#include "server/tool/request_args.h"

#include <string.h>

enum status request_args_words(struct request_spec *wish, const struct args *args, struct err *err)
{
    if (wish->say)
        return args->count == 0 ? ST_OK
                                : err_set(err, ST_INVALID, "either --say or a request, not both");
    if (args->count == 0 || strchr(args->words[0], '='))
        return err_set(err, ST_INVALID, "an intent or request type must come first");
    for (size_t i = 1; i < args->count; i++)
        if (!strchr(args->words[i], '=') || args->words[i][0] == '=')
            return err_set(err, ST_INVALID, "%s: must be slot=value", args->words[i]);
    wish->name = args->words[0];
    wish->words = args->words + 1;
    wish->word_count = args->count - 1;
    return ST_OK;
}
