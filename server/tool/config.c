/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/config.c -- `climacast config`: prints or checks the effective configuration. */
#include <stdio.h>
#include <stdlib.h>

#include "server/config/options.h"
#include "server/tool/args.h"
#include "server/tool/tool.h"

static int config_run(struct tool *tool)
{
    bool check = false, keys = false;
    const struct arg_option options[] = { { "--check", NULL, &check }, { "--keys", NULL, &keys } };
    struct args args;
    struct err err = ERR_NONE;

    if (args_parse(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                   &args, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    if (args.count > 0 || (check && keys)) {
        err_set(&err, ST_INVALID, "expected --check or --keys, and no arguments (see --help)");
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
    .summary = "print or check the effective configuration",
    .usage = "[--check | --keys]\n"
             "\n"
             "Prints every key with its value and the source of the value.  Secrets are masked.\n"
             "  --check   only check the configuration, as the daemon does at startup\n"
             "  --keys    print all keys with their defaults and allowed values\n"
             "\nExit status: 0 success, 2 invalid configuration or usage error.\n",
    .run = config_run,
};
