/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/table.c -- `climacast table`: make the table, look at it, wait for it, and what AWS
 * must allow for all of that.
 *
 * The permissions are a table with the reason for each; the policies in deploy/ are printed from it
 * (tests/scripts/table_files.sh holds them to it). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/table.h"
#include "server/backend.h"
#include "server/base/clock.h"
#include "server/options.h"
#include "server/tool/args.h"
#include "server/tool/store_session.h"
#include "server/tool/tool.h"

enum { WAIT_S = 120, WAIT_MOST_S = 3600, POLL_MS = 500, CALL_MS = 10000 };

/* ---- permissions ---- */

enum who { DAEMON, TOOL, SETUP, OLD_TABLES };

static const struct {
    enum who who;
    const char *action, *what_for;
} permissions[] = {
    { DAEMON, "dynamodb:GetItem", "read a user's settings, look up a shared entry" },
    { DAEMON, "dynamodb:UpdateItem", "save a setting, put a shared entry" },
    { DAEMON, "dynamodb:DeleteItem", "a user disables the skill; a shared entry has expired" },
    { DAEMON, "dynamodb:DescribeTable", "readiness: is the table there and active" },
    { TOOL, "dynamodb:Scan", "backup, restore, migrate" },
    { TOOL, "dynamodb:BatchGetItem", "migrate" },
    { TOOL, "dynamodb:BatchWriteItem", "migrate" },
    { SETUP, "dynamodb:CreateTable", "climacast table create, persistence.create_table" },
    { SETUP, "dynamodb:DescribeTimeToLive", "is DynamoDB's own expiry on" },
    { SETUP, "dynamodb:UpdateTimeToLive", "switch it on" },
    { OLD_TABLES, "dynamodb:DescribeTable", "climacast migrate --from-tables" },
    { OLD_TABLES, "dynamodb:Scan", "climacast migrate --from-tables" },
};
enum { PERMISSIONS = sizeof permissions / sizeof permissions[0] };

static const struct {
    const char *sid, *who;
} statements[] = {
    [DAEMON] = { "Daemon", "daemon and tool" },
    [TOOL] = { "Operator", "tool" },
    [SETUP] = { "Setup", "whoever makes the table" },
    [OLD_TABLES] = { "OldTables", "tool, on the four old tables" },
};
static const char *const old_tables[] = { "LocationCache", "StationCache", "ZoneCache",
                                          "UserCache" };

struct job {
    struct tool *tool;
    const char *account, *seconds;
    bool whole;
};

static json_t *resource(const struct job *j, const char *table)
{
    const char *region = config_text(j->tool->config, CONFIG_DYNAMODB_REGION);

    return json_sprintf("arn:aws%s:dynamodb:%s:%s:table/%s",
                        strncmp(region, "cn-", 3) == 0 ? "-cn" : "", region, j->account, table);
}

static json_t *statement(const struct job *j, enum who who)
{
    json_t *actions = json_array(), *resources = json_array();

    for (size_t i = 0; i < PERMISSIONS; i++)
        if (permissions[i].who == who)
            (void)json_array_append_new(actions, json_string(permissions[i].action));
    if (who != OLD_TABLES)
        (void)json_array_append_new(
            resources, resource(j, config_text(j->tool->config, CONFIG_PERSISTENCE_TABLE)));
    for (size_t i = 0; who == OLD_TABLES && i < sizeof old_tables / sizeof old_tables[0]; i++)
        (void)json_array_append_new(resources, resource(j, old_tables[i]));
    return json_pack("{s:s,s:s,s:o,s:o}", "Sid", statements[who].sid, "Effect", "Allow", "Action",
                     actions, "Resource", resources);
}

static int print_json(json_t *tree)
{
    if (!tree)
        return EXIT_REFUSED;
    (void)json_dumpf(tree, stdout, JSON_INDENT(2)); /* main() tells when it cannot be written */
    putchar('\n');
    json_decref(tree);
    return EXIT_SUCCESS;
}

static int policy(struct job *j, struct err *err)
{
    json_t *all = json_array();

    (void)err;
    for (enum who who = DAEMON; who <= (j->whole ? OLD_TABLES : DAEMON); who++)
        (void)json_array_append_new(all, statement(j, who));
    return print_json(json_pack("{s:s,s:o}", "Version", "2012-10-17", "Statement", all));
}

static int list_permissions(struct job *j, struct err *err)
{
    (void)j;
    (void)err;
    for (size_t i = 0; i < PERMISSIONS; i++)
        printf("%-28s %-30s %s\n", permissions[i].action, statements[permissions[i].who].who,
               permissions[i].what_for);
    return EXIT_SUCCESS;
}

static int definition(struct job *j, struct err *err)
{
    (void)err;
    return print_json(
        dynamo_table_definition(config_text(j->tool->config, CONFIG_PERSISTENCE_TABLE)));
}

/* ---- the table ---- */

static enum status open_store(const struct job *j, bool create, struct store_session *ret_session,
                              struct err *err)
{
    const struct config *c = j->tool->config;
    struct store_session o = { .layout = backend_layout(c) };
    struct backend_options options = { .layout = o.layout, .create = create };
    enum status st = backend_http(c, &o.http, err);

    if (st == ST_OK)
        st = backend_open(c, &options, o.http, &o.store, err);
    if (st == ST_OK)
        *ret_session = o;
    else
        store_session_close(&o);
    return st;
}

static void print_facts(const struct store_facts *facts)
{
    printf("%s: %s\n", facts->backend, facts->detail);
    if (facts->items >= 0)
        printf("items: %lld\n", (long long)facts->items);
    if (facts->bytes >= 0)
        printf("bytes: %lld\n", (long long)facts->bytes);
}

/* Look until it can be used or `patience_s` are over; 0: look once. */
static enum status look(struct store_session *o, int64_t patience_s, struct store_facts *facts,
                        struct err *err)
{
    int64_t until = clock_mono_ms() + patience_s * 1000;

    for (;;) {
        enum status st = store_describe(o->store, clock_mono_ms() + CALL_MS, facts, err);
        if (st != ST_OK || facts->state == STORE_READY)
            return st;
        if (clock_left_ms(until) <= POLL_MS)
            return store_session_table_error(facts, err);
        clock_sleep_ms(POLL_MS);
    }
}

static int act(struct job *j, bool create, int64_t patience_s, struct err *err)
{
    struct store_facts facts;
    struct store_session o = { .store = NULL };
    enum status st = open_store(j, create, &o, err);

    if (st == ST_OK && create)
        st = store_create_table(o.store, clock_mono_ms() + patience_s * 1000, err);
    if (st == ST_OK)
        st = look(&o, create ? 0 : patience_s, &facts, err);
    if (st == ST_OK)
        print_facts(&facts);
    store_session_close(&o);
    return st == ST_OK ? EXIT_SUCCESS : EXIT_REFUSED;
}

static int64_t patience(const struct job *j)
{
    int64_t seconds = WAIT_S;

    (void)(j->seconds && str_to_i64(str_of(j->seconds), &seconds));
    return seconds;
}

static int create(struct job *j, struct err *err)
{
    return act(j, true, patience(j), err);
}

static int describe(struct job *j, struct err *err)
{
    return act(j, false, 0, err);
}

static int wait_for(struct job *j, struct err *err)
{
    return act(j, false, patience(j), err);
}

/* ---- the subcommand ---- */

static const struct {
    const char *name;
    int (*act)(struct job *j, struct err *err); /* EXIT_REFUSED with `err` filled: it is told */
} actions[] = {
    { "create", create },         { "describe", describe }, { "wait", wait_for },
    { "definition", definition }, { "policy", policy },     { "permissions", list_permissions },
};
enum { ACTIONS = sizeof actions / sizeof actions[0] };

static bool is_number(const char *text, size_t digits)
{
    int64_t n;

    return str_to_i64(str_of(text), &n) && n >= 0 && (digits == 0 || strlen(text) == digits) &&
           (digits > 0 || n <= WAIT_MOST_S);
}

static enum status judge_words(const struct job *j, const struct args *args, size_t *ret_action,
                               struct err *err)
{
    size_t i = 0;

    while (args->count == 1 && i < ACTIONS && strcmp(args->words[0], actions[i].name) != 0)
        i++;
    *ret_action = i;
    if (args->count != 1 || i == ACTIONS)
        return err_set(err, ST_INVALID,
                       "takes one of create, describe, wait, definition, policy, permissions (see "
                       "--help)");
    if (j->seconds && !is_number(j->seconds, 0))
        return err_set(err, ST_INVALID, "--seconds: 0 to %d", WAIT_MOST_S);
    if (strcmp(j->account, "*") != 0 && !is_number(j->account, 12))
        return err_set(err, ST_INVALID, "--account: the 12 digits of an AWS account");
    return ST_OK;
}

static int table_run(struct tool *tool)
{
    struct job j = { .tool = tool, .account = "*" };
    const struct arg_option options[] = { { "--seconds", &j.seconds, NULL },
                                          { "--account", &j.account, NULL },
                                          { "--operator", NULL, &j.whole } };
    struct err err = ERR_NONE;
    struct args args;
    size_t action = 0;
    int status;

    if (args_parse(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                   &args, &err) != ST_OK ||
        judge_words(&j, &args, &action, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    status = actions[action].act(&j, &err);
    return err.status == ST_OK ? status : tool_fail(tool, EXIT_REFUSED, &err);
}

const struct command command_table = {
    .name = "table",
    .summary = "make the table of settings and entries, look at it, wait for it",
    .usage =
        "create [--seconds N]\n"
        "       climacast table describe\n"
        "       climacast table wait [--seconds N]\n"
        "       climacast table definition\n"
        "       climacast table policy [--operator] [--account ID]\n"
        "       climacast table permissions\n"
        "\n"
        "  create        make persistence.table when it is missing, wait until it is active, and\n"
        "                let DynamoDB remove expired entries by itself; harmless when it is "
        "there\n"
        "  describe      what it is now\n"
        "  wait          until somebody has made it and it is active\n"
        "  definition    what DynamoDB is asked to make (as deploy/dynamodb-table.json)\n"
        "  policy        what AWS must allow the daemon, for IAM (deploy/dynamodb-policy.json);\n"
        "                --operator: the tool as well\n"
        "  permissions   each of these, and what it is for\n"
        "  --seconds N   wait no longer (120)\n"
        "\nExit status: 0 done, 1 not there or refused, 2 used wrongly.\n",
    .run = table_run,
};
