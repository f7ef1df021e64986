/* SPDX-License-Identifier: Apache-2.0 */
/* server/config/options.c -- takes the common options out of the command line. */
#include "server/config/options.h"

#include <string.h>

extern char **environ;

/* Parse "--name VALUE" or "--name=VALUE" at argv[*i], and advance *i to its last word. */
static bool option_value(int argc, char **argv, int *i, const char *name, const char **ret_value)
{
    size_t n = strlen(name);

    if (strncmp(argv[*i], name, n) != 0)
        return false;
    if (argv[*i][n] == '=') {
        *ret_value = argv[*i] + n + 1;
        return true;
    }
    if (argv[*i][n] != '\0')
        return false;
    *ret_value = *i + 1 < argc ? argv[++*i] : NULL;
    return true;
}

static enum status parse_option(int argc, char **argv, int *i, struct options *o, bool *ret_taken,
                                struct err *err)
{
    const char *value = NULL;

    *ret_taken = true;
    if (strcmp(argv[*i], "--version") == 0)
        o->version = true;
    else if (strcmp(argv[*i], "--help") == 0 || strcmp(argv[*i], "-h") == 0)
        o->help = true;
    else if (option_value(argc, argv, i, "--config", &value)) {
        if (!value || !*value)
            return err_set(err, ST_INVALID, "--config needs a file name");
        o->sources.file = value;
    } else if (option_value(argc, argv, i, "--set", &value)) {
        if (!value)
            return err_set(err, ST_INVALID, "--set needs section.key=value");
        if (o->sources.set_count == OPTIONS_SETS_MAX)
            return err_set(err, ST_INVALID, "--set may be given at most %d times",
                           OPTIONS_SETS_MAX);
        o->sets[o->sources.set_count++] = value;
    } else
        *ret_taken = false;
    return ST_OK;
}

enum status options_parse(int argc, char **argv, struct options *ret_options, struct err *err)
{
    struct options *o = ret_options;

    *o = (struct options){ .argv = argv };
    o->sources.sets = o->sets;
    o->sources.environment = (const char *const *)environ;
    bool ended = false;
    for (int i = 0; i < argc; i++) {
        bool taken = false;
        if (i > 0 && !ended) {
            ended = strcmp(argv[i], "--") == 0;
            enum status st = parse_option(argc, argv, &i, o, &taken, err);
            if (st != ST_OK)
                return st;
        }
        if (!taken)
            argv[o->argc++] = argv[i];
    }
    return ST_OK;
}

void options_offer_names(struct nearest *n)
{
    static const char *const names[] = { "--config", "--set", "--version", "--help" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        nearest_offer(n, str_of(names[i]));
}
