/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/config.c -- `climacast config`: what the daemon would run with, and is it allowed. */
#include <stdio.h>
#include <stdlib.h>

#include "server/options.h"
#include "server/tool/args.h"
#include "server/tool/tool.h"

static int config_run(struct tool *tool)
{
    bool check = false, keys = false;
    const struct arg_option options[] = { { "--check", NULL, &check }, { "--keys", NULL, &keys } };
    struct args args;
    struct err err = ERR_NONE;

    if (args_take(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                  &args, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    if (args.count > 0 || (check && keys)) {
        err_set(&err, ST_INVALID, "takes --check or --keys, and no words (see --help)");
        return tool_fail(tool, EXIT_USAGE, &err);
    }
    if (keys) {
        config_print_table(stdout);
        return EXIT_SUCCESS;
    }
    if (!check)
        config_print(tool->config, stdout);
    else if (config_validate(tool->config, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    return EXIT_SUCCESS;
}

const struct command command_config = {
    .name = "config",
    .summary = "print the effective configuration, or judge it",
    .usage = "[--check | --keys]\n"
             "\n"
             "Prints every key with its value and where the value comes from; secrets are masked.\n"
             "  --check   only judge, as the daemon would at its start: exit 0, or 2 and one line\n"
             "  --keys    the table of all keys, their defaults and what is allowed\n",
    .run = config_run,
};
