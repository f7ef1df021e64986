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
    tool_expect(&scratch, 1, "; fix: check dynamodb.endpoint", NULL);
    char *log = world_log(&w);
    CHECK(strstr(log, " error not_ready version="));
    CHECK(strstr(log, " reason=unreachable error=\"store: "));
    CHECK(!strstr(log, " info ready "));
    free(log);
    world_stop(&w);
}

static void remove_credentials(const struct world *w)
{
    static const char *const names[] = { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                                         "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE" };

    (void)w;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)unsetenv(names[i]);
    (void)setenv("HOME", "/nonexistent", 1);
    (void)setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
}

TEST(a_daemon_without_credentials_says_so_instead_of_ready)
{
    struct world w = { .before_exec = remove_credentials,
                       .sets = { "persistence.backend=dynamodb", NULL } };

    world_start(&w);
    char *log = world_log(&w);
    CHECK(strstr(log, " error not_ready version="));
    CHECK(strstr(log, " reason=no_credentials error=\"store: no AWS credentials"));
    CHECK(strstr(log, " fix=\"set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"));
    CHECK(!strstr(log, " info ready "));
    free(log);
    health(&w);
    tool_expect(&scratch, 1, "store: no AWS credentials", NULL);
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
           a_daemon_without_its_store_is_not_ready,
           a_daemon_without_credentials_says_so_instead_of_ready,
           what_cannot_be_asked_is_a_usage_error)
