/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/user.c -- `climacast user`: shows, exports or deletes the data of one user.
 *
 * It prints the stored item, not the skill's interpretation of it: the question is what is
 * stored. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/alerts/alerts_export.h"
#include "cache/item_json.h"
#include "cache/user.h"
#include "server/base/json.h"
#include "server/base/nearest.h"
#include "server/base/visible.h"
#include "server/config/options.h"
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

/* The item's attributes and the alerts; one of them may be NULL. */
struct data {
    json_t *attributes, *alerts;
};

static void data_free(struct data *d)
{
    json_decref(d->attributes);
    json_decref(d->alerts);
}

static enum status read_data(struct user *u, struct data *ret, struct err *err)
{
    struct str id = str_of(u->id);
    int64_t deadline = store_session_deadline();
    enum status st = store_get(u->session.store, id, deadline, &ret->attributes, NULL, err);

    if (st == ST_OK || st == ST_MISS)
        st = alerts_export(u->session.store, id, deadline, &ret->alerts, err);
    if (st != ST_OK && st != ST_MISS)
        return st;
    return ret->attributes || ret->alerts ? ST_OK
                                          : err_set(err, ST_NOT_FOUND, "no data about this user");
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

static void print_settings(json_t *settings)
{
    json_t *value;
    const char *name;

    json_object_foreach (settings, name, value) {
        printf("%-10s ", name);
        print_value(value);
    }
}

static void print_person(const char *id)
{
    struct buf text = BUF_INIT(TEXT_MAX);

    buf_putz(&text, id);
    if (text.p)
        visible_clean(text.p);
    printf("\nperson     %s\n", buf_z(&text));
    buf_free(&text);
}

/* The account's settings, then those of each person. */
static void print_persons(const struct user *u, json_t *cache)
{
    json_t *settings;
    const char *name;

    print_settings(json_object_get(cache, u->id));
    json_object_foreach (cache, name, settings) {
        if (strcmp(name, u->id) != 0) {
            print_person(name);
            print_settings(settings);
        }
    }
}

static void print_item(const struct user *u, json_t *attributes)
{
    json_t *cache = json_object_get(attributes, "UserCache");

    if (json_object_size(cache) > 0) {
        print_persons(u, cache);
    } else {
        printf("item without settings:\n");
        print_tree(attributes);
    }
}

/* The settings as they are stored: all of them, if persons have some of their own. */
static json_t *stored_settings(const struct user *u, json_t *attributes)
{
    json_t *cache = json_object_get(attributes, "UserCache");
    json_t *settings = json_object_get(cache, u->id);

    if (json_object_size(cache) > 1)
        return cache;
    return json_is_object(settings) ? settings : attributes;
}

static enum status show_user(struct user *u, struct err *err)
{
    struct data d = { NULL, NULL };
    enum status st = read_data(u, &d, err);

    if (st == ST_OK && u->json) {
        print_tree(d.attributes ? stored_settings(u, d.attributes) : d.alerts);
    } else if (st == ST_OK) {
        if (d.attributes)
            print_item(u, d.attributes);
        if (d.alerts)
            print_settings(d.alerts);
    }
    data_free(&d);
    return st;
}

/* ---- export ---- */

static enum status export_user(struct user *u, struct err *err)
{
    struct data d = { NULL, NULL };
    json_t *item = NULL;
    enum status st = read_data(u, &d, err);

    if (st == ST_OK) {
        item = json_pack("{s:s, s:O*, s:O*}", "id", u->id, "attributes", d.attributes, "alerts",
                         d.alerts);
        if (item)
            print_tree(item);
        else
            st = err_no_memory(err);
    }
    json_decref(item);
    data_free(&d);
    return st;
}

/* ---- delete ---- */

static enum status delete_user(struct user *u, struct err *err)
{
    struct data d = { NULL, NULL };
    enum status st = read_data(u, &d, err);

    data_free(&d);
    if (st == ST_OK)
        st = confirm_ask(u->yes, err, "Delete all data about this user?");
    if (st == ST_OK)
        st = user_delete(u->session.store, str_of(u->id), store_session_deadline(), err);
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
