/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/tool.h -- a subcommand of `climacast`, and what it is passed. Subcommands run on the
 * main thread. */
#ifndef CLIMACAST_SERVER_TOOL_TOOL_H
#define CLIMACAST_SERVER_TOOL_TOOL_H

#include <jansson.h>

#include "server/base/err.h"
#include "server/config/config.h"

/* It ran and failed or was refused; EXIT_USAGE is in server/config/options.h. */
enum { EXIT_REFUSED = 1 };

/* One run of a subcommand. Every member is borrowed. */
struct tool {
    const struct config *config; /* not checked as a whole (config_validate()) */
    int argc;
    char **argv;   /* the subcommand's arguments, starting with its name */
    bool defaults; /* neither --config nor --set was passed */
};

struct command {
    const char *name;
    const char *summary;           /* one line of `climacast --help` */
    const char *usage;             /* `climacast NAME --help`, after "usage: climacast NAME " */
    int (*run)(struct tool *tool); /* returns the exit status */
};

extern const struct command command_alerts, command_ask, command_chat, command_request,
    command_certify, command_config, command_table, command_backup, command_restore, command_user,
    command_doctor, command_health, command_stats, command_warm, command_migrate, command_token;

/* Print "climacast NAME: text" and, where one is known, a fix on stderr. Returns `status`. */
int tool_fail(const struct tool *tool, int status, const struct err *err);
/* The same with the caller's own fix; "" for none. */
int tool_fail_fix(const struct tool *tool, int status, const struct err *err, const char *fix);

/* Print a tree on stdout, indented, and release it. Returns EXIT_SUCCESS, or EXIT_REFUSED for NULL,
 * which means that memory ran out; main() reports write errors. */
int tool_print_json(json_t *tree);

#endif
