/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/args.c -- options by table, words by the shell's rules for quotes. */
#include "server/tool/args.h"

#include <string.h>

/* The table's entry that `word` names, and the value behind "=" or NULL. */
static const struct arg_option *find(const struct arg_option *options, size_t count,
                                     const char *word, const char **ret_value)
{
    size_t n = strcspn(word, "=");

    for (size_t i = 0; i < count; i++)
        if (strncmp(options[i].name, word, n) == 0 && options[i].name[n] == '\0') {
            *ret_value = word[n] ? word + n + 1 : NULL;
            return &options[i];
        }
    return NULL;
}

static enum status take_option(const struct arg_option *options, size_t option_count, int argc,
                               char *const *argv, int *i, struct err *err)
{
    const char *value;
    const struct arg_option *o = find(options, option_count, argv[*i], &value);

    if (!o)
        return err_set(err, ST_INVALID, "unknown option %s (see --help)", argv[*i]);
    if (o->flag) {
        if (value)
            return err_set(err, ST_INVALID, "%s takes no value", o->name);
        *o->flag = true;
        return ST_OK;
    }
    if (!value && *i + 1 < argc)
        value = argv[++*i];
    if (!value)
        return err_set(err, ST_INVALID, "%s must be followed by a value", o->name);
    *o->text = value;
    return ST_OK;
}

enum status args_take(const struct arg_option *options, size_t option_count, int argc,
                      char *const *argv, struct args *ret_args, struct err *err)
{
    struct args args = { .count = 0 };
    bool over = false;

    for (int i = 0; i < argc; i++) {
        if (!over && strcmp(argv[i], "--") == 0) {
            over = true;
        } else if (!over && argv[i][0] == '-' && argv[i][1] != '\0') {
            enum status st = take_option(options, option_count, argc, argv, &i, err);
            if (st != ST_OK)
                return st;
        } else if (args.count == ARGS_MAX) {
            return err_set(err, ST_INVALID, "more than %d words", ARGS_MAX);
        } else {
            args.words[args.count++] = argv[i];
        }
    }
    *ret_args = args;
    return ST_OK;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One word that begins at *at, written back from *at on without its quotes; *at moves behind it. */
static bool take_word(char **at)
{
    char *in = *at, *out = *at, quote = '\0';

    for (; *in && (quote || !blank(*in)); in++) {
        if (quote && *in == quote) {
            quote = '\0';
        } else if (!quote && (*in == '\'' || *in == '"')) {
            quote = *in;
        } else {
            if (*in == '\\' && quote != '\'' && in[1] != '\0')
                in++;
            *out++ = *in;
        }
    }
    *at = *in ? in + 1 : in;
    *out = '\0';
    return quote == '\0';
}

enum status args_split(char *line, char **words, size_t max, size_t *ret_count, struct err *err)
{
    size_t count = 0;

    for (;;) {
        while (blank(*line))
            line++;
        if (*line == '\0' || *line == '#')
            break;
        if (count == max)
            return err_set(err, ST_INVALID, "more than %zu words", max);
        words[count++] = line;
        if (!take_word(&line))
            return err_set(err, ST_INVALID, "a quote is left open");
    }
    *ret_count = count;
    return ST_OK;
}
