/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/confirm.c -- commands that delete or replace data ask on a terminal, and demand --yes
 * elsewhere. */
#include <jansson.h>
#include <stdlib.h>

#include "cache/store.h"
#include "cache/user.h"
#include "server/base/clock.h"
#include "tests/e2e/harness/terminal.h"
#include "tests/e2e/harness/tool.h"
#include "tests/test.h"

#define HERE "--set persistence.backend=sqlite --set sqlite.path=one.db "

static void set_rate(int rate)
{
    struct store *store = NULL;
    json_t *value = json_integer(rate);
    int64_t deadline = clock_mono_ms() + 20000;

    CHECK_INT(
        store_sqlite_open(scratch_path(&scratch, "one.db"), STORE_LAYOUT_ITEM, true, &store, NULL),
        ST_OK);
    CHECK_INT(
        user_set(store, USER_ACCOUNT(STR("amzn1.ask.account.A")), "rate", value, deadline, NULL),
        ST_OK);
    json_decref(value);
    store_free(store);
}

static void fill(void)
{
    set_rate(110);
}

/* What a backup holds, without its header. */
static char *all_items(void)
{
    tool_shell(&scratch, "\"$climacast\" " HERE "backup - | tail -n +2 | head -n -1");
    return strdup(scratch.out);
}

TEST(without_a_terminal_nothing_is_destroyed_unless_yes_is_passed)
{
    static const char *const commands[] = { "user delete amzn1.ask.account.A",
                                            "restore --overwrite saved", "migrate --rekey" };
    char line[300];

    fill();
    tool_run(&scratch, HERE "backup saved");
    char *before = all_items();
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        snprintf(line, sizeof line, HERE "%s", commands[i]);
        tool_run(&scratch, line);
        tool_expect(&scratch, 2, "", "pass --yes");
    }
    char *after = all_items();
    CHECK_STR(before, after);
    free(before);
    free(after);
    tool_run(&scratch, HERE "migrate --rekey --dry-run"); /* destroys nothing */
    tool_expect(&scratch, 0, "dry run", NULL);
}

TEST(on_a_terminal_the_answer_decides)
{
    fill();
    tool_run(&scratch, HERE "backup saved");
    set_rate(90);

    terminal_run(&scratch, "", HERE "user delete amzn1.ask.account.A", "n\n");
    tool_expect(&scratch, 1, "Delete all data about this user? [y/N] ", NULL);
    tool_expect(&scratch, 1, "nothing was changed", NULL);
    terminal_run(&scratch, "", HERE "restore --overwrite saved", "\n");
    tool_expect(&scratch, 1, "Replace 1 users' items and 0 shared entries", NULL);
    tool_run(&scratch, HERE "user show amzn1.ask.account.A");
    tool_expect(&scratch, 0, "rate       90\n", NULL);

    terminal_run(&scratch, "", HERE "restore --overwrite saved", "y\n");
    tool_expect(&scratch, 0, "users ", NULL);
    terminal_run(&scratch, "", HERE "restore --overwrite saved", ""); /* nothing to replace */
    tool_expect(&scratch, 0, "users ", NULL);
    tool_run(&scratch, HERE "user show amzn1.ask.account.A");
    tool_expect(&scratch, 0, "rate       110\n", NULL);
    terminal_run(&scratch, "", HERE "user delete amzn1.ask.account.A", "y\n");
    tool_expect(&scratch, 0, "deleted", NULL);
    terminal_run(&scratch, "", HERE "migrate --rekey", "no\n");
    tool_expect(&scratch, 1, "delete them under the old ones? [y/N] ", NULL);
}

TESTS_EACH_WITH(scratch_setup, scratch_teardown,
                without_a_terminal_nothing_is_destroyed_unless_yes_is_passed,
                on_a_terminal_the_answer_decides)
