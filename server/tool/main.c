/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/main.c -- `climacast`, the operator's tool: a table of subcommands, one file each. */
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
    printf("\nExit status: 0 done, 1 refused or failed, 2 used wrongly.\n");
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int usage_fault(const char *text, const char *word)
{
    fprintf(stderr, "climacast: %s%s (see --help)\n", text, word);
    return EXIT_USAGE;
}

static int run(const struct command *command, const struct options *options)
{
    struct err err = ERR_NONE;
    struct config *config = NULL;
    struct tool tool = { .argc = options->argc - 1,
                         .argv = options->argv + 1,
                         .bare = !options->sources.file && options->sources.set_count == 0 };

    if (config_load(&options->sources, &config, &err) != ST_OK)
        return tool_fail(&tool, EXIT_USAGE, &err);
    tool.config = config;
    int status = command->run(&tool);
    config_free(config);
    return status;
}

/* What was printed has gone where it should; a reader who had enough (head) is no fault. */
static int flushed(int status)
{
    if (streams_flush() || status != EXIT_SUCCESS)
        return status;
    fprintf(stderr, "climacast: standard output cannot be written to\n");
    return EXIT_REFUSED;
}

int main(int argc, char **argv)
{
    struct options options;
    struct err err = ERR_NONE;

    streams_reserve();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a fault to be told */
    if (options_parse(argc, argv, &options, &err) != ST_OK)
        return usage_fault(err.text, "");
    const struct command *command = options.argc > 1 ? find(options.argv[1]) : NULL;
    if (options.version)
        printf("climacast %s\n", CLIMACAST_VERSION);
    else if (options.help && command)
        printf("usage: climacast %s %s", command->name, command->usage);
    else if (options.help)
        print_help();
    else if (command)
        return flushed(run(command, &options));
    else if (options.argc > 1)
        return usage_fault(*options.argv[1] == '-' ? "unknown option " : "no such command: ",
                           options.argv[1]);
    else
        return usage_fault("a command is missing", "");
    return flushed(EXIT_SUCCESS);
}
