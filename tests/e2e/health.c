/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/health.c -- `climacast health`: ready, not ready, not running, and what it refuses. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/e2e/harness.h"
#include "tests/e2e/harness/tool.h"
#include "tests/test.h"

static int setup(void **state)
{
    (void)state;
    scratch_create(&scratch);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return 0;
}

static void set_credentials(const struct world *w)
{
    (void)w;
    (void)setenv("AWS_ACCESS_KEY_ID", "id", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
}

static void health(const struct world *w)
{
    char line[200];

    snprintf(line, sizeof line, "--set admin.listen=127.0.0.1:%d health", w->admin_port);
    tool_run(&scratch, line);
}

TEST(a_running_daemon_is_ready_and_a_stopped_one_is_not)
{
    struct world w = { .sets = { NULL } };

    world_start(&w);
    health(&w);
    tool_expect(&scratch, 0, "ready\n", NULL);
    CHECK_STR(scratch.err, "");
    CHECK_INT(world_stop_daemon(&w), 0);
    health(&w);
    tool_expect(&scratch, 1, NULL, "fix: start the daemon");
    world_stop(&w);
}

TEST(a_daemon_without_its_store_is_not_ready)
{
    struct world w = { .before_exec = set_credentials,
                       .sets = { "persistence.backend=dynamodb",
                                 "dynamodb.endpoint=http://127.0.0.1:1", NULL } };

    world_start(&w);
    health(&w);
    tool_expect(&scratch, 1, "DynamoDB", NULL);
    world_stop(&w);
}

TEST(what_cannot_be_asked_is_a_usage_error)
{
    tool_run(&scratch, "--set admin.listen= health");
    tool_expect(&scratch, 2, NULL, "admin.listen is empty");
    tool_run(&scratch, "health now");
    tool_expect(&scratch, 2, NULL, "expected no arguments");
    tool_run(&scratch, "health --loud");
    tool_expect(&scratch, 2, NULL, "--loud");
}

TESTS_WITH(setup, teardown, a_running_daemon_is_ready_and_a_stopped_one_is_not,
           a_daemon_without_its_store_is_not_ready, what_cannot_be_asked_is_a_usage_error)
