/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/user.c -- `climacast user`: shows, exports or deletes the data of one user.
 *
 * It prints the stored item, not the skill's interpretation of it: the question is what is
 * stored. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/item_json.h"
#include "server/base/json.h"
#include "server/base/nearest.h"
#include "server/base/visible.h"
#include "server/options.h"
#include "server/tool/args.h"
#include "server/tool/confirm.h"
#include "server/tool/store_session.h"
#include "server/tool/tool.h"

enum { TEXT_MAX = 8 * 1024 * 1024 };

struct user {
    struct tool *tool;
    struct store_session session;
    const char *id;
    bool json, yes;
};

static enum status read_item(struct user *u, json_t **ret_attributes, struct err *err)
{
    enum status st = store_get(u->session.store, str_of(u->id), store_session_deadline(),
                               ret_attributes, NULL, err);

    return st == ST_MISS ? err_set(err, ST_NOT_FOUND, "no data about this user") : st;
}

static void print_tree(json_t *tree)
{
    struct buf text = BUF_INIT(TEXT_MAX);

    item_json_put(&text, tree);
    printf("%s\n", buf_z(&text));
    buf_free(&text);
}

/* ---- show ---- */

/* Print a list with commas, a string as is, anything else as JSON. */
static void print_value(json_t *value)
{
    struct buf text = BUF_INIT(TEXT_MAX);
    json_t *one;
    size_t i;

    json_array_foreach (value, i, one) {
        buf_putz(&text, i ? ", " : "");
        if (json_is_string(one))
            buf_putz(&text, json_string_value(one));
        else
            item_json_put(&text, one);
    }
    if (json_is_string(value))
        buf_putz(&text, json_string_value(value));
    else if (json_is_null(value))
        buf_putz(&text, "(none)");
    else if (!json_is_array(value))
        item_json_put(&text, value);
    if (text.p)
        visible_clean(text.p); /* on one line */
    printf("%s\n", buf_z(&text));
    buf_free(&text);
}

static enum status show_user(struct user *u, struct err *err)
{
    json_t *attributes = NULL, *settings, *value;
    const char *name;
    enum status st = read_item(u, &attributes, err);

    if (st != ST_OK)
        return st;
    settings = json_object_get(json_object_get(attributes, "UserCache"), u->id);
    if (u->json) {
        print_tree(json_is_object(settings) ? settings : attributes);
    } else if (json_is_object(settings)) {
        json_object_foreach (settings, name, value) {
            printf("%-10s ", name);
            print_value(value);
        }
    } else {
        printf("item without settings:\n");
        print_tree(attributes);
    }
    json_decref(attributes);
    return ST_OK;
}

/* ---- export ---- */

static enum status export_user(struct user *u, struct err *err)
{
    json_t *attributes = NULL, *item;
    enum status st = read_item(u, &attributes, err);

    if (st != ST_OK)
        return st;
    item = json_pack("{s:s, s:O}", "id", u->id, "attributes", attributes);
    if (item)
        print_tree(item);
    else
        st = err_no_memory(err);
    json_decref(item);
    json_decref(attributes);
    return st;
}

/* ---- delete ---- */

static enum status delete_user(struct user *u, struct err *err)
{
    json_t *attributes = NULL;
    enum status st = read_item(u, &attributes, err);

    json_decref(attributes);
    if (st == ST_OK)
        st = confirm_ask(u->yes, err, "Delete all data about this user?");
    if (st == ST_OK)
        st = store_delete(u->session.store, str_of(u->id), store_session_deadline(), err);
    if (st == ST_OK)
        printf("deleted\n");
    return st;
}

/* ---- the command ---- */

static const struct {
    const char *name;
    enum status (*act)(struct user *u, struct err *err);
    bool destroys;
} actions[] = {
    { "show", show_user, false },
    { "export", export_user, false },
    { "delete", delete_user, true },
};
enum { ACTIONS = sizeof actions / sizeof actions[0] };

static enum status parse_words(const struct args *args, size_t *ret_action, struct err *err)
{
    struct nearest near = nearest_to(str_of(args->count > 0 ? args->words[0] : ""));
    size_t i = 0;

    while (args->count > 0 && i < ACTIONS && strcmp(args->words[0], actions[i].name) != 0)
        nearest_offer(&near, str_of(actions[i++].name));
    *ret_action = i;
    if (args->count > 0 && i == ACTIONS)
        return err_set(err, ST_INVALID, "unknown command user %s%s (see --help)", args->words[0],
                       nearest_hint(&near));
    if (args->count != 2)
        return err_set(err, ST_INVALID,
                       "expected show, export or delete, and a user id (see --help)");
    if (str_starts(str_of(args->words[1]), STR(STORE_SHARED_ID)) || !*args->words[1])
        return err_set(err, ST_INVALID, "%s: not a user id", args->words[1]);
    return ST_OK;
}

static int user_run(struct tool *tool)
{
    struct user u = { .tool = tool };
    const struct arg_option options[] = { { "--json", NULL, &u.json }, CONFIRM_OPTION(u.yes) };
    struct args args;
    size_t action;
    struct err err = ERR_NONE;
    enum status st;

    if (args_parse(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                   &args, &err) != ST_OK ||
        parse_words(&args, &action, &err) != ST_OK ||
        (actions[action].destroys && confirm_check(u.yes, &err) != ST_OK))
        return tool_fail(tool, EXIT_USAGE, &err);
    u.id = args.words[1];
    st = store_session_open(tool->config, false, &u.session, &err);
    if (st == ST_OK)
        st = actions[action].act(&u, &err);
    store_session_close(&u.session);
    return st == ST_OK ? EXIT_SUCCESS : tool_fail(tool, EXIT_REFUSED, &err);
}

const struct command command_user = {
    .name = "user",
    .summary = "show, export or delete the data of one user",
    .usage =
        "show [--json] ID\n"
        "       climacast user export ID\n"
        "       climacast user delete [--yes] ID\n"
        "\n"
        "ID is the user id that Alexa sends (amzn1.ask.account...).\n"
        "  show      print the settings, one per line; with --json as stored\n"
        "  export    print all data about the user as JSON\n"
        "  delete    delete all data about the user, after asking; --yes does not ask, and is\n"
        "            required where there is no terminal\n"
        "\nExit status: 0 success, 1 no such user or failed, 2 usage error.\n",
    .run = user_run,
};
