/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/users.c -- users are counted once a day, over a restart too, and no id is stored. */
#define _GNU_SOURCE 1 /* for memmem() */
#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"

enum { USERS = 12 };

static void ask_as(int user)
{
    char id[60];

    (void)snprintf(id, sizeof id, "amzn1.ask.account.COUNTED%d", user);
    struct client_response a = client_ask(&world, id, "MetricIntent", "metric", "temperature",
                                          "location", "boulder colorado", NULL);
    CHECK_INT(a.status, 200);
    client_response_done(&a);
}

/* A background thread reads what the last process has counted. */
static void wait_for_users(int count)
{
    int64_t deadline = clock_mono_ms() + 10000;
    double users = -1;

    while (clock_left_ms(deadline) > 0) {
        users = client_metric(&world, "climacast_users_today");
        if ((int)(users + 0.5) == count)
            return;
        clock_sleep_ms(50);
    }
    fail_msg("want %d users, got %f", count, users);
}

static bool file_has(const char *path, const char *words)
{
    FILE *f = fopen(path, "rb");
    char buffer[65536];
    size_t n;
    bool found = false;

    CHECK(f);
    while ((n = fread(buffer, 1, sizeof buffer, f)) > 0)
        found = found || memmem(buffer, n, words, strlen(words));
    (void)fclose(f);
    return found;
}

TEST(users_are_counted_once_a_day_and_no_id_is_stored)
{
    char path[300];

    for (int round = 0; round < 3; round++)
        for (int user = 0; user < USERS; user++)
            ask_as(user);
    wait_for_users(USERS);
    world_restart_daemon(&world);
    wait_for_users(USERS);
    ask_as(3);
    ask_as(USERS);
    wait_for_users(USERS + 1);
    CHECK_INT(world_stop_daemon(&world), 0);
    (void)snprintf(path, sizeof path, "%s/climacast.db", world.dir);
    CHECK(file_has(path, "SHARED_CACHE_STATS") && file_has(path, "users"));
    CHECK(!file_has(path, "COUNTED"));
    world_start_daemon(&world);
}

TESTS_WITH(world_setup, world_teardown, users_are_counted_once_a_day_and_no_id_is_stored)
