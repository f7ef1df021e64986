/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/args.h -- a subcommand's words taken apart: its options, and what is left; and a line
 * of text taken apart into words as a shell would. */
#ifndef CLIMACAST_SERVER_TOOL_ARGS_H
#define CLIMACAST_SERVER_TOOL_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/err.h"

enum { ARGS_MAX = 64, ARGS_LINE_MAX = 16 * 1024 };

/* One option. Exactly one of the two is set. */
struct arg_option {
    const char *name;  /* "--user" */
    const char **text; /* "--user VALUE" or "--user=VALUE" */
    bool *flag;        /* "--json" */
};

/* Words that are no option, in order; borrowed. */
struct args {
    const char *words[ARGS_MAX];
    size_t count;
};

/* Take the options out of argv[0..argc). "--" ends them. ST_INVALID: an option that is not in the
 * table, one without its value, too many words. */
enum status args_take(const struct arg_option *options, size_t option_count, int argc,
                      char *const *argv, struct args *ret_args, struct err *err);

/* A line taken apart into words: blanks part them, '...' and "..." hold them together, a backslash
 * takes the next character as it is, # at the start of a word ends the line. The words lie in
 * `line` itself, which is changed. ST_INVALID: a quote left open, more than `max` words. */
enum status args_split(char *line, char **words, size_t max, size_t *ret_count, struct err *err);

#endif
