/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/tool_args.c -- any words on the tool's command line: an error, or a request that
 * Alexa's listener can read; and a quoted line gives the words that were quoted.
 *
 * Input: a line of words by the shell's rules, which is both the line of a file of requests and,
 * its words, a command line. */
#include "intents/alexa/envelope.h"
#include "server/base/json.h"
#include "server/config/options.h"
#include "server/tool/args.h"
#include "server/tool/request_args.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/laws.h"

enum { WORDS_MAX = 40 };

/* ---- splitting a line ---- */

static void put_quoted(struct buf *out, const char *word)
{
    buf_putz(out, " '");
    for (; *word; word++)
        if (*word == '\'')
            buf_putz(out, "'\\''");
        else
            buf_putc(out, *word);
    buf_putc(out, '\'');
}

/* Words that are quoted and split again are the same. */
static void check_split(char *const *words, size_t count)
{
    struct buf line = BUF_INIT(1 << 20);
    char *again[WORDS_MAX], *text;
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        put_quoted(&line, words[i]);
    text = buf_take(&line, NULL);
    LAW(text || count == 0);
    if (text)
        LAW(args_split(text, again, WORDS_MAX, &n, NULL) == ST_OK);
    LAW(n == count);
    for (size_t i = 0; i < n; i++)
        LAW(strcmp(again[i], words[i]) == 0);
    free(text);
}

/* ---- a command line ---- */

static const struct config *default_config(void)
{
    static struct config *config;
    struct config_sources none = { .file = NULL };

    if (!config)
        LAW(config_load(&none, &config, NULL) == ST_OK);
    return config;
}

static bool is_one_of(const char *word, char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (word >= words[i] && word <= words[i] + strlen(words[i]))
            return true;
    return false;
}

/* Words such as "reason=ERROR" are members of the request, and one of them may be its type. */
static bool names_another_type(const struct request_spec *spec)
{
    for (size_t i = 0; i < spec->word_count; i++)
        if (str_starts(str_of(spec->words[i]), STR("type=")))
            return true;
    return false;
}

/* What the tool sends is what the daemon reads. */
static void check_envelope(const struct request_spec *spec, struct str body)
{
    struct arena *arena = arena_create(4 << 20);
    struct envelope e;
    struct err err = ERR_NONE;
    enum status st = envelope_parse(body, arena, &e, &err);
    bool is_intent;

    LAW(st == ST_OK || st == ST_INVALID);
    if (st == ST_OK) {
        is_intent = str_eqz(e.request_type, "IntentRequest");
        LAW(str_eqz(is_intent ? e.intent_name : e.request_type, spec->name) ||
            names_another_type(spec));
        LAW(!spec->user || !*spec->user || str_eqz(e.user_id, spec->user));
    }
    arena_free(arena);
}

static void try_request(const struct request_spec *spec)
{
    struct buf body = BUF_INIT(0);
    struct err err = ERR_NONE;

    if (envelope_build(spec, default_config(), &body, &err) == ST_OK) {
        LAW(body.n > 0 && str_is_utf8(buf_str(&body)));
        check_envelope(spec, buf_str(&body));
    } else {
        LAW(err.status == ST_INVALID && err.text[0]);
    }
    buf_free(&body);
}

/* The options of `climacast request`, in its words. */
static void try_arguments(int argc, char **argv)
{
    struct request_spec spec = { .name = NULL };
    bool curl = false;
    const struct arg_option options[] = { { "--curl", NULL, &curl }, REQUEST_ARGS_OPTIONS(spec) };
    struct args args = { .count = 0 };
    struct err err = ERR_NONE;

    if (args_parse(options, sizeof options / sizeof options[0], argc, argv, &args, &err) != ST_OK ||
        request_args_parse(&spec, &args, &err) != ST_OK) {
        LAW(err.status == ST_INVALID && err.text[0]);
        return;
    }
    LAW(args.count <= (size_t)argc && args.count <= ARGS_MAX);
    for (size_t i = 0; i < args.count; i++)
        LAW(is_one_of(args.words[i], argv, (size_t)argc));
    LAW(!spec.say || !spec.name);
    if (spec.name)
        try_request(&spec);
}

static void try_command_line(char **words, size_t count)
{
    char *argv[WORDS_MAX + 2] = { (char[]){ "climacast" } };
    struct options o;
    struct err err = ERR_NONE;

    memcpy(argv + 1, words, count * sizeof *words);
    if (options_parse((int)count + 1, argv, &o, &err) != ST_OK) {
        LAW(err.status == ST_INVALID && err.text[0]);
        return;
    }
    LAW(o.argc >= 1 && o.argc <= (int)count + 1 && o.sources.set_count <= OPTIONS_SETS_MAX);
    LAW(strcmp(o.argv[0], "climacast") == 0);
    try_arguments(o.argc - 1, o.argv + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = malloc(size + 1), *words[WORDS_MAX];
    struct err err = ERR_NONE;
    size_t count = 0;

    if (!line)
        return 0;
    memcpy(line, data, size);
    line[size] = '\0';
    if (args_split(line, words, WORDS_MAX, &count, &err) == ST_OK) {
        for (size_t i = 0; i < count; i++)
            LAW(words[i] >= line && words[i] + strlen(words[i]) <= line + size);
        check_split(words, count);
        try_command_line(words, count);
    } else {
        LAW(err.status == ST_INVALID && err.text[0]);
    }
    free(line);
    return 0;
}
