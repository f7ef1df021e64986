/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/token.c -- `climacast token`: creates, lists and revokes the bearer tokens of the
 * JSON API and the MCP server. A running daemon knows of a change within seconds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/api_tokens.h"
#include "server/base/clock.h"
#include "server/base/nearest.h"
#include "server/base/secret.h"
#include "server/base/time_text.h"
#include "server/config/options.h"
#include "server/tool/args.h"
#include "server/tool/store_session.h"
#include "server/tool/tool.h"

struct token_command {
    struct tool *tool;
    struct store_session session;
    const char *name;
    bool json;
};

static enum status create_token(struct token_command *t, struct err *err)
{
    char text[API_TOKEN_TEXT_LENGTH + 1];
    enum status st = api_tokens_create(t->session.store, str_of(t->name), clock_wall_s(),
                                       store_session_deadline(), text, err);

    if (st == ST_OK) {
        printf("%s\n", text);
        fprintf(stderr, "climacast token: this is the only time that the token is shown\n");
    }
    secret_wipe(text, sizeof text);
    return st;
}

static const char *format_time(int64_t t, char out[TIME_TEXT_BYTES])
{
    if (t <= 0)
        return "never";
    time_format_rfc3339(t, out);
    return out;
}

static json_t *list_json(const struct api_tokens *tokens)
{
    json_t *list = json_array();

    for (size_t i = 0; i < tokens->count; i++) {
        const struct api_token *k = &tokens->at[i];
        char created[TIME_TEXT_BYTES], used[TIME_TEXT_BYTES];
        json_t *one = json_pack("{s:s, s:s, s:s*}", "name", k->name, "created",
                                format_time(k->created, created), "used",
                                k->used > 0 ? format_time(k->used, used) : NULL);
        if (json_array_append_new(list, one) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static enum status list_tokens(struct token_command *t, struct err *err)
{
    struct api_tokens *tokens = calloc(1, sizeof *tokens);
    enum status st = tokens
                         ? api_tokens_read(t->session.store, store_session_deadline(), tokens, err)
                         : err_no_memory(err);

    if (st == ST_OK && t->json)
        st = tool_print_json(list_json(tokens)) == EXIT_SUCCESS ? ST_OK : err_no_memory(err);
    for (size_t i = 0; st == ST_OK && !t->json && i < tokens->count; i++) {
        char created[TIME_TEXT_BYTES], used[TIME_TEXT_BYTES];
        printf("%-20s created %s  last used %s\n", tokens->at[i].name,
               format_time(tokens->at[i].created, created), format_time(tokens->at[i].used, used));
    }
    if (st == ST_OK && !t->json && tokens->count == 0)
        printf("There are no tokens.\n");
    free(tokens);
    return st;
}

static enum status revoke_token(struct token_command *t, struct err *err)
{
    enum status st =
        api_tokens_revoke(t->session.store, str_of(t->name), store_session_deadline(), err);

    if (st == ST_OK)
        printf("Revoked %s.\n", t->name);
    return st;
}

static const struct {
    const char *name;
    bool takes_name;
    enum status (*run)(struct token_command *t, struct err *err);
} actions[] = {
    { "create", true, create_token },
    { "list", false, list_tokens },
    { "revoke", true, revoke_token },
};
enum { ACTIONS = sizeof actions / sizeof actions[0] };

static int find_action(const char *word, size_t *ret_action, struct err *err)
{
    struct nearest near = nearest_to(str_of(word));

    for (size_t i = 0; i < ACTIONS; i++) {
        nearest_offer(&near, str_of(actions[i].name));
        if (strcmp(actions[i].name, word) == 0) {
            *ret_action = i;
            return EXIT_SUCCESS;
        }
    }
    err_set(err, ST_INVALID, "unknown action %s%s: it can be create, list or revoke", word,
            nearest_hint(&near));
    return EXIT_USAGE;
}

/* The action and its argument. */
static int read_arguments(struct token_command *t, const struct args *args, size_t *ret_action,
                          struct err *err)
{
    if (args->count == 0) {
        err_set(err, ST_INVALID, "expected create NAME, list, or revoke NAME");
        return EXIT_USAGE;
    }
    if (find_action(args->words[0], ret_action, err) != EXIT_SUCCESS)
        return EXIT_USAGE;
    bool takes_name = actions[*ret_action].takes_name;
    if (args->count != (takes_name ? 2 : 1)) {
        err_set(err, ST_INVALID, "%s %s", args->words[0],
                takes_name ? "needs one name" : "takes no name");
        return EXIT_USAGE;
    }
    t->name = takes_name ? args->words[1] : NULL;
    if (t->name && !api_token_name_is_valid(str_of(t->name))) {
        err_set(err, ST_INVALID,
                "a token's name has 1 to %d letters, digits and the characters - _ .",
                (int)API_TOKEN_NAME_MAX);
        return EXIT_USAGE;
    }
    return EXIT_SUCCESS;
}

static int token_run(struct tool *tool)
{
    struct token_command t = { .tool = tool };
    const struct arg_option options[] = { { "--json", NULL, &t.json } };
    struct args args;
    struct err err = ERR_NONE;
    size_t action;

    if (args_parse(options, 1, tool->argc - 1, tool->argv + 1, &args, &err) != ST_OK ||
        read_arguments(&t, &args, &action, &err) != EXIT_SUCCESS)
        return tool_fail(tool, EXIT_USAGE, &err);
    enum status st = store_session_open(tool->config, true, &t.session, &err);
    if (st == ST_OK)
        st = actions[action].run(&t, &err);
    store_session_close(&t.session);
    return st == ST_OK ? EXIT_SUCCESS : tool_fail(tool, EXIT_REFUSED, &err);
}

const struct command command_token = {
    .name = "token",
    .summary = "create, list or revoke tokens of the JSON API and the MCP server",
    .usage = "create NAME\n"
             "       climacast token list [--json]\n"
             "       climacast token revoke NAME\n"
             "\n"
             "  create NAME         print a new token, which programs send in the header\n"
             "                      Authorization: Bearer TOKEN; it is not shown again\n"
             "  list                print the names, when they were created and last used\n"
             "  revoke NAME         make a token invalid\n"
             "\n"
             "The store has only a hash of each token. A running daemon knows of a change within\n"
             "5 seconds. See api.listen in climacast.conf(5).\n"
             "\nExit status: 0 success, 1 failed, 2 usage error.\n",
    .run = token_run,
};
