/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/tool.h -- what a subcommand of `climacast` is, and what it is given. */
#ifndef CLIMACAST_SERVER_TOOL_TOOL_H
#define CLIMACAST_SERVER_TOOL_TOOL_H

#include "server/base/err.h"
#include "server/config.h"

enum { EXIT_REFUSED = 1 }; /* it ran, and the answer is no; EXIT_USAGE is in server/options.h */

/* One call of a subcommand; all borrowed. */
struct tool {
    const struct config *config; /* loaded and judged value by value, not as a whole */
    int argc;
    char **argv; /* the subcommand's own words, its name first */
    bool bare;   /* neither --config nor --set was given */
};

struct command {
    const char *name;
    const char *summary;           /* one line */
    const char *usage;             /* what follows "usage: climacast NAME ", lines and all */
    int (*run)(struct tool *tool); /* the exit status */
};

extern const struct command command_ask, command_request, command_certify, command_config,
    command_table, command_backup, command_restore, command_user, command_doctor, command_stats,
    command_warm, command_migrate;

/* "climacast NAME: text" on stderr, and what to do about it where that is known; returns
 * `status`. */
int tool_fail(const struct tool *tool, int status, const struct err *err);
/* The same where the command knows better what to do. */
int tool_fail_fix(const struct tool *tool, int status, const struct err *err, const char *fix);

#endif
