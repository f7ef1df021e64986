/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/args.c -- options from a table; words by the shell's quoting rules. */
#include "server/tool/args.h"

#include <string.h>

#include "server/base/nearest.h"
#include "server/config/options.h"

/* The option that `word` names, and its value after "=" or NULL. */
static const struct arg_option *find_option(const struct arg_option *options, size_t count,
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

static enum status unknown_option(const struct arg_option *options, size_t count, const char *word,
                                  struct err *err)
{
    struct nearest near = nearest_to((struct str){ word, strcspn(word, "=") });

    for (size_t i = 0; i < count; i++)
        nearest_offer(&near, str_of(options[i].name));
    options_offer_names(&near);
    return err_set(err, ST_INVALID, "unknown option %s%s (see --help)", word, nearest_hint(&near));
}

static enum status parse_option(const struct arg_option *options, size_t option_count, int argc,
                                char *const *argv, int *i, struct err *err)
{
    const char *value;
    const struct arg_option *o = find_option(options, option_count, argv[*i], &value);

    if (!o)
        return unknown_option(options, option_count, argv[*i], err);
    if (o->flag) {
        if (value)
            return err_set(err, ST_INVALID, "%s takes no value", o->name);
        *o->flag = true;
        return ST_OK;
    }
    if (!value && *i + 1 < argc)
        value = argv[++*i];
    if (!value)
        return err_set(err, ST_INVALID, "%s requires a value", o->name);
    *o->text = value;
    return ST_OK;
}

enum status args_parse(const struct arg_option *options, size_t option_count, int argc,
                       char *const *argv, struct args *ret_args, struct err *err)
{
    struct args args = { .count = 0 };
    bool options_ended = false;

    for (int i = 0; i < argc; i++) {
        if (!options_ended && strcmp(argv[i], "--") == 0) {
            options_ended = true;
        } else if (!options_ended && argv[i][0] == '-' && argv[i][1] != '\0') {
            enum status st = parse_option(options, option_count, argc, argv, &i, err);
            if (st != ST_OK)
                return st;
        } else if (args.count == ARGS_MAX) {
            return err_set(err, ST_INVALID, "more than %d arguments", ARGS_MAX);
        } else {
            args.words[args.count++] = argv[i];
        }
    }
    *ret_args = args;
    return ST_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Unquote the word at *at in place and move *at past it. Returns false when a quote is left
 * open. */
static bool unquote_word(char **at)
{
    char *in = *at, *out = *at, quote = '\0';

    for (; *in && (quote || !is_blank(*in)); in++) {
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
        while (is_blank(*line))
            line++;
        if (*line == '\0' || *line == '#')
            break;
        if (count == max)
            return err_set(err, ST_INVALID, "more than %zu words", max);
        words[count++] = line;
        if (!unquote_word(&line))
            return err_set(err, ST_INVALID, "unterminated quote");
    }
    *ret_count = count;
    return ST_OK;
}
