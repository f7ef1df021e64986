/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/main.c -- `climacast`, the operator's tool: finds the subcommand and runs it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/options.h"
#include "server/streams.h"
#include "server/tool/tool.h"

static const struct command *const commands[] = {
    &command_ask,    &command_request, &command_certify, &command_config,
    &command_table,  &command_backup,  &command_restore, &command_user,
    &command_doctor, &command_stats,   &command_warm,    &command_migrate,
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_help(void)
{
    printf("usage: climacast [--config FILE] [--set section.key=value]... COMMAND ...\n"
           "       climacast COMMAND --help\n"
           "       climacast --version\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
    printf("\nExit status: 0 success, 1 failed or refused, 2 usage or configuration error.\n");
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int usage_error(const char *text, const char *word)
{
    fprintf(stderr, "climacast: %s%s (see --help)\n", text, word);
    return EXIT_USAGE;
}

static int run_command(const struct command *command, const struct options *options)
{
    struct err err = ERR_NONE;
    struct config *config = NULL;
    struct tool tool = { .argc = options->argc - 1,
                         .argv = options->argv + 1,
                         .defaults = !options->sources.file && options->sources.set_count == 0 };

    if (config_load(&options->sources, &config, &err) != ST_OK)
        return tool_fail(&tool, EXIT_USAGE, &err);
    tool.config = config;
    int status = command->run(&tool);
    config_free(config);
    return status;
}

/* Fails when stdout could not be written. A reader that closed the pipe early (head) is fine. */
static int flushed(int status)
{
    if (streams_flush() || status != EXIT_SUCCESS)
        return status;
    fprintf(stderr, "climacast: cannot write standard output\n");
    return EXIT_REFUSED;
}

int main(int argc, char **argv)
{
    struct options options;
    struct err err = ERR_NONE;

    streams_reserve();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* writing past RLIMIT_FSIZE must fail with EFBIG */
    if (options_parse(argc, argv, &options, &err) != ST_OK)
        return usage_error(err.text, "");
    const struct command *command = options.argc > 1 ? find_command(options.argv[1]) : NULL;
    if (options.version)
        printf("climacast %s\n", CLIMACAST_VERSION);
    else if (options.help && command)
        printf("usage: climacast %s %s", command->name, command->usage);
    else if (options.help)
        print_help();
    else if (command)
        return flushed(run_command(command, &options));
    else if (options.argc > 1)
        return usage_error(*options.argv[1] == '-' ? "unknown option " : "unknown command ",
                           options.argv[1]);
    else
        return usage_error("missing command", "");
    return flushed(EXIT_SUCCESS);
}
