/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/table.c -- `climacast table`: creates, describes and awaits the table, and prints the
 * AWS permissions that it all needs.
 *
 * The permissions are a table that gives the purpose of each. The policies in deploy/ are printed
 * from it, which tests/scripts/table_files.sh checks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/table.h"
#include "server/base/clock.h"
#include "server/base/nearest.h"
#include "server/config/options.h"
#include "server/services/backend.h"
#include "server/tool/args.h"
#include "server/tool/old_tables.h"
#include "server/tool/store_session.h"
#include "server/tool/tool.h"

enum { WAIT_S = 120, WAIT_S_MAX = 3600, POLL_MS = 500, CALL_MS = 10000 };

/* ---- permissions ---- */

enum grantee { DAEMON, TOOL, SETUP, MIGRATION };

static const struct {
    enum grantee grantee;
    const char *action, *purpose;
} permissions[] = {
    { DAEMON, "dynamodb:GetItem", "read a user's settings or a shared entry" },
    { DAEMON, "dynamodb:UpdateItem", "save a setting or a shared entry" },
    { DAEMON, "dynamodb:DeleteItem",
      "delete a user who disabled the skill, or an expired shared entry" },
    { DAEMON, "dynamodb:DescribeTable", "readiness: the table exists and is active" },
    { TOOL, "dynamodb:Scan", "backup, restore, migrate" },
    { TOOL, "dynamodb:BatchGetItem", "migrate" },
    { TOOL, "dynamodb:BatchWriteItem", "migrate" },
    { SETUP, "dynamodb:CreateTable", "climacast table create, persistence.create_table" },
    { SETUP, "dynamodb:DescribeTimeToLive", "check whether DynamoDB expires items" },
    { SETUP, "dynamodb:UpdateTimeToLive", "enable that" },
    { MIGRATION, "dynamodb:DescribeTable", "climacast migrate --from-tables" },
    { MIGRATION, "dynamodb:Scan", "climacast migrate --from-tables" },
};
enum { PERMISSIONS = sizeof permissions / sizeof permissions[0] };

static const struct {
    const char *sid, *grantee;
} statements[] = {
    [DAEMON] = { "Daemon", "daemon and tool" },
    [TOOL] = { "Operator", "tool" },
    [SETUP] = { "Setup", "the table's creator" },
    [MIGRATION] = { "OldTables", "tool, on the old tables" },
};

struct table_command {
    struct tool *tool;
    const char *account, *seconds;
    bool operator_policy;
};

static json_t *resource(const struct table_command *j, const char *table)
{
    const char *region = config_text(j->tool->config, CONFIG_DYNAMODB_REGION);

    return json_sprintf("arn:aws%s:dynamodb:%s:%s:table/%s",
                        strncmp(region, "cn-", 3) == 0 ? "-cn" : "", region, j->account, table);
}

static json_t *statement(const struct table_command *j, enum grantee grantee)
{
    json_t *actions = json_array(), *resources = json_array();

    for (size_t i = 0; i < PERMISSIONS; i++)
        if (permissions[i].grantee == grantee)
            (void)json_array_append_new(actions, json_string(permissions[i].action));
    if (grantee != MIGRATION)
        (void)json_array_append_new(
            resources, resource(j, config_text(j->tool->config, CONFIG_PERSISTENCE_TABLE)));
    for (size_t i = 0; grantee == MIGRATION && i < OLD_TABLES; i++)
        (void)json_array_append_new(resources, resource(j, old_tables[i].name));
    return json_pack("{s:s,s:s,s:o,s:o}", "Sid", statements[grantee].sid, "Effect", "Allow",
                     "Action", actions, "Resource", resources);
}

static int print_policy(struct table_command *j, struct err *err)
{
    json_t *all = json_array();

    (void)err;
    for (enum grantee grantee = DAEMON; grantee <= (j->operator_policy ? MIGRATION : DAEMON);
         grantee++)
        (void)json_array_append_new(all, statement(j, grantee));
    return tool_print_json(json_pack("{s:s,s:o}", "Version", "2012-10-17", "Statement", all));
}

static int print_permissions(struct table_command *j, struct err *err)
{
    (void)j;
    (void)err;
    for (size_t i = 0; i < PERMISSIONS; i++)
        printf("%-28s %-30s %s\n", permissions[i].action,
               statements[permissions[i].grantee].grantee, permissions[i].purpose);
    return EXIT_SUCCESS;
}

static int print_definition(struct table_command *j, struct err *err)
{
    (void)err;
    return tool_print_json(
        dynamo_table_definition(config_text(j->tool->config, CONFIG_PERSISTENCE_TABLE)));
}

/* ---- the table ---- */

static enum status open_store(const struct table_command *j, bool create,
                              struct store_session *ret_session, struct err *err)
{
    const struct config *c = j->tool->config;
    struct store_session session = { .layout = backend_layout(c) };
    struct backend_options options = { .layout = session.layout, .create = create };
    enum status st = backend_http(c, &session.http, err);

    if (st == ST_OK)
        st = backend_open(c, &options, session.http, &session.store, err);
    if (st == ST_OK)
        *ret_session = session;
    else
        store_session_close(&session);
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

/* Wait up to `timeout_s` for the table to become usable; 0 checks once. */
static enum status await_table(struct store_session *session, int64_t timeout_s,
                               struct store_facts *facts, struct err *err)
{
    int64_t until = clock_mono_ms() + timeout_s * 1000;

    for (;;) {
        enum status st = store_describe(session->store, clock_mono_ms() + CALL_MS, facts, err);
        if (st != ST_OK || facts->state == STORE_READY)
            return st;
        if (clock_left_ms(until) <= POLL_MS)
            return store_session_table_error(facts, err);
        clock_sleep_ms(POLL_MS);
    }
}

static int run_on_table(struct table_command *j, bool create, int64_t timeout_s, struct err *err)
{
    struct store_facts facts;
    struct store_session session = { .store = NULL };
    enum status st = open_store(j, create, &session, err);

    if (st == ST_OK && create)
        st = store_create_table(session.store, clock_mono_ms() + timeout_s * 1000, err);
    if (st == ST_OK)
        st = await_table(&session, create ? 0 : timeout_s, &facts, err);
    if (st == ST_OK)
        print_facts(&facts);
    store_session_close(&session);
    return st == ST_OK ? EXIT_SUCCESS : EXIT_REFUSED;
}

static int64_t timeout_s_of(const struct table_command *j)
{
    int64_t seconds = WAIT_S;

    (void)(j->seconds && str_to_i64(str_of(j->seconds), &seconds));
    return seconds;
}

static int create_table(struct table_command *j, struct err *err)
{
    return run_on_table(j, true, timeout_s_of(j), err);
}

static int describe_table(struct table_command *j, struct err *err)
{
    return run_on_table(j, false, 0, err);
}

static int wait_for_table(struct table_command *j, struct err *err)
{
    return run_on_table(j, false, timeout_s_of(j), err);
}

/* ---- the subcommand ---- */

static const struct {
    const char *name;
    int (*act)(struct table_command *j, struct err *err); /* `err` is set when it failed */
} actions[] = {
    { "create", create_table }, { "describe", describe_table },
    { "wait", wait_for_table }, { "definition", print_definition },
    { "policy", print_policy }, { "permissions", print_permissions },
};
enum { ACTIONS = sizeof actions / sizeof actions[0] };

static bool is_number(const char *text, size_t digits)
{
    int64_t n;

    return str_to_i64(str_of(text), &n) && n >= 0 && (digits == 0 || strlen(text) == digits) &&
           (digits > 0 || n <= WAIT_S_MAX);
}

static enum status parse_words(const struct table_command *j, const struct args *args,
                               size_t *ret_action, struct err *err)
{
    struct nearest near = nearest_to(str_of(args->count > 0 ? args->words[0] : ""));
    size_t i = 0;

    while (args->count > 0 && i < ACTIONS && strcmp(args->words[0], actions[i].name) != 0)
        nearest_offer(&near, str_of(actions[i++].name));
    *ret_action = i;
    if (args->count > 0 && i == ACTIONS)
        return err_set(err, ST_INVALID, "unknown command table %s%s (see --help)", args->words[0],
                       nearest_hint(&near));
    if (args->count != 1)
        return err_set(err, ST_INVALID,
                       "expected one of create, describe, wait, definition, policy, permissions "
                       "(see --help)");
    if (j->seconds && !is_number(j->seconds, 0))
        return err_set(err, ST_INVALID, "--seconds: expected 0 to %d", WAIT_S_MAX);
    if (strcmp(j->account, "*") != 0 && !is_number(j->account, 12))
        return err_set(err, ST_INVALID, "--account: expected the 12 digits of an AWS account");
    return ST_OK;
}

static int table_run(struct tool *tool)
{
    struct table_command j = { .tool = tool, .account = "*" };
    const struct arg_option options[] = { { "--seconds", &j.seconds, NULL },
                                          { "--account", &j.account, NULL },
                                          { "--operator", NULL, &j.operator_policy } };
    struct err err = ERR_NONE;
    struct args args;
    size_t action = 0;
    int status;

    if (args_parse(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                   &args, &err) != ST_OK ||
        parse_words(&j, &args, &action, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    status = actions[action].act(&j, &err);
    return err.status == ST_OK ? status : tool_fail(tool, EXIT_REFUSED, &err);
}

const struct command command_table = {
    .name = "table",
    .summary = "create, describe or await the table; print its AWS policies",
    .usage = "create [--seconds N]\n"
             "       climacast table describe\n"
             "       climacast table wait [--seconds N]\n"
             "       climacast table definition\n"
             "       climacast table policy [--operator] [--account ID]\n"
             "       climacast table permissions\n"
             "\n"
             "  create        create persistence.table unless it exists, wait until it is active, "
             "and let\n"
             "                DynamoDB expire items\n"
             "  describe      print its state\n"
             "  wait          wait until it exists and is active\n"
             "  definition    print the CreateTable request (deploy/dynamodb-table.json)\n"
             "  policy        print the IAM policy for the daemon (deploy/dynamodb-policy.json);\n"
             "                --operator: for the tool, too\n"
             "  permissions   list the permissions and their purpose\n"
             "  --seconds N   wait at most N seconds (default: 120)\n"
             "  --account ID  restrict the policy to this AWS account (default: *)\n"
             "\nExit status: 0 success, 1 missing or refused, 2 usage error.\n",
    .run = table_run,
};
