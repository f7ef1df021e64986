/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/args.h -- parses a subcommand's options, and splits a line into words like a
 * shell. */
#ifndef CLIMACAST_SERVER_TOOL_ARGS_H
#define CLIMACAST_SERVER_TOOL_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/err.h"

enum { ARGS_MAX = 64, ARGS_LINE_MAX = 16 * 1024 };

/* One option. Exactly one of `text` and `flag` is set. */
struct arg_option {
    const char *name;  /* "--user" */
    const char **text; /* "--user VALUE" or "--user=VALUE" */
    bool *flag;        /* "--json" */
};

/* The arguments that are not options, in order; borrowed. */
struct args {
    const char *words[ARGS_MAX];
    size_t count;
};

/* Parse argv[0..argc): fill in the options of the table and collect the other arguments. "--" ends
 * the options. ST_INVALID: an unknown option, a missing value, or too many arguments. */
enum status args_parse(const struct arg_option *options, size_t option_count, int argc,
                       char *const *argv, struct args *ret_args, struct err *err);

/* Split a line into words as a shell does: blanks separate them, '...' and "..." quote, a backslash
 * escapes the next character, and # at the start of a word begins a comment. The words point into
 * `line`, which is modified. ST_INVALID: an unterminated quote, or more than `max` words. */
enum status args_split(char *line, char **words, size_t max, size_t *ret_count, struct err *err);

#endif
