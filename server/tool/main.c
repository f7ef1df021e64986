/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/main.c -- `climacast`, the operator's tool: finds the subcommand and runs it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/nearest.h"
#include "server/base/visible.h"
#include "server/config/options.h"
#include "server/streams.h"
#include "server/tool/request_names.h"
#include "server/tool/tool.h"

static const struct command *const commands[] = {
    &command_ask,    &command_chat,   &command_request, &command_certify,
    &command_config, &command_table,  &command_backup,  &command_restore,
    &command_user,   &command_alerts, &command_doctor,  &command_health,
    &command_stats,  &command_warm,   &command_migrate, &command_token,
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

static int usage_error(const struct err *err)
{
    struct err shown = *err;

    visible_clean(shown.text);
    fprintf(stderr, "climacast: %s (see --help)\n", shown.text);
    return EXIT_USAGE;
}

static int unknown_command(const char *word)
{
    struct nearest near = nearest_to(str_of(word));
    bool is_option = *word == '-';
    struct err err = ERR_NONE;

    if (is_option)
        options_offer_names(&near);
    for (size_t i = 0; i < COMMANDS && !is_option; i++)
        nearest_offer(&near, str_of(commands[i]->name));
    err_set(&err, ST_INVALID, "unknown %s %s%s", is_option ? "option" : "command", word,
            nearest_hint(&near));
    return usage_error(&err);
}

/* For the shell's completion, and so not in --help: `climacast --list intents`, `climacast --list
 * slots INTENT`. */
static int print_list(int argc, char **argv)
{
    struct err err = ERR_NONE;

    if (argc == 1 && strcmp(argv[0], "intents") == 0)
        request_names_print();
    else if (argc == 2 && strcmp(argv[0], "slots") == 0)
        (void)request_names_print_slots(argv[1], &err);
    else
        err_set(&err, ST_INVALID, "--list: expected intents, or slots INTENT");
    return err.status == ST_OK ? EXIT_SUCCESS : usage_error(&err);
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
        return usage_error(&err);
    const struct command *command = options.argc > 1 ? find_command(options.argv[1]) : NULL;
    if (options.version)
        printf("climacast %s\n", CLIMACAST_VERSION);
    else if (options.help && command)
        printf("usage: climacast %s %s", command->name, command->usage);
    else if (options.help)
        print_help();
    else if (command)
        return flushed(run_command(command, &options));
    else if (options.argc > 1 && strcmp(options.argv[1], "--list") == 0)
        return flushed(print_list(options.argc - 2, options.argv + 2));
    else if (options.argc > 1)
        return unknown_command(options.argv[1]);
    else {
        err_set(&err, ST_INVALID, "missing command");
        return usage_error(&err);
    }
    return flushed(EXIT_SUCCESS);
}
