/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/alerts_listed.c -- `climacast alerts` on a SQLite table. */
#include <jansson.h>
#include <stdio.h>

#include "cache/alerts/subscriptions.h"
#include "cache/store.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "tests/e2e/harness/pushed.h"
#include "tests/e2e/harness/tool.h"
#include "tests/test.h"

#define SQLITE "--set persistence.backend=sqlite --set sqlite.path=one.db "

static int64_t soon(void)
{
    return clock_mono_ms() + 20000;
}

static struct store *open_store(void)
{
    struct store *store = NULL;
    struct err err = ERR_NONE;

    if (store_sqlite_open(scratch_path(&scratch, "one.db"), STORE_LAYOUT_ITEM, true, &store,
                          &err) != ST_OK)
        fail_msg("%s", err.text);
    return store;
}

/* The user of the first subscription, as `climacast alerts` names it. */
static void read_listed_user(char out[13])
{
    const char *line;

    tool_run(&scratch, "--set alerts.enabled=yes --set alerts.client_id=c "
                       "--set alerts.client_secret_file=secret " SQLITE "alerts");
    tool_expect(&scratch, 0, "subscriptions: 1\n", NULL);
    line = strchr(scratch.out, '\n') + 1;
    CHECK_INT(strspn(line, "0123456789abcdef"), 12);
    snprintf(out, 13, "%s", line);
}

/* With a client secret, each run and each daemon names a user the same. */
static void check_names(void)
{
    char first[13], second[13], other[13];

    pushed_write_secret(scratch_path(&scratch, "secret"), "one", 0600);
    read_listed_user(first);
    read_listed_user(second);
    pushed_write_secret(scratch_path(&scratch, "secret"), "another", 0600);
    read_listed_user(other);
    CHECK_STR(second, first);
    CHECK(strcmp(other, first) != 0);
}

TEST(alerts_lists_subscriptions_without_naming_users)
{
    static const enum alert_level level = ALERT_WATCHES;
    struct store *store = open_store();
    struct str user = STR("amzn1.ask.account.LISTED");
    json_t *listed;

    CHECK_INT(subscription_wish(store, user, true, &level, STR_NONE, 1000, soon(), NULL), ST_OK);
    CHECK_INT(subscription_permit(store, user, true, STR_NONE, 2000, soon(), NULL), ST_OK);
    store_free(store);
    tool_run(&scratch, SQLITE "alerts");
    tool_expect(&scratch, 0, "subscriptions: 1\n", NULL);
    tool_expect(&scratch, 0, "on               watches   quiet 22:00-07:00", NULL);
    CHECK(!strstr(scratch.out, "LISTED"));
    tool_run(&scratch, SQLITE "alerts --json");
    listed = json_loads(scratch.out, 0, NULL);
    CHECK_SLICE(json_str(listed, "subscriptions.0.level"), "watches");
    CHECK(json_bool(listed, "subscriptions.0.rings", false));
    CHECK(json_is_array(json_at(listed, "sent")) && json_is_array(json_at(listed, "held")));
    json_decref(listed);
    check_names();
    tool_run(&scratch, SQLITE "user export amzn1.ask.account.LISTED");
    tool_expect(&scratch, 0, "\"level\":\"watches\"", NULL);
    tool_run(&scratch, SQLITE "user delete --yes amzn1.ask.account.LISTED");
    tool_run(&scratch, SQLITE "alerts");
    tool_expect(&scratch, 0, "subscriptions: 0\n", NULL);
    tool_run(&scratch, "--set persistence.backend=memory alerts");
    tool_expect(&scratch, 1, "", "exists only inside the daemon");
}

TESTS_EACH_WITH(scratch_setup, scratch_teardown, alerts_lists_subscriptions_without_naming_users)
