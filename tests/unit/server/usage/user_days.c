/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/usage/user_days.c: users are counted once a day, also by several instances
 * and over restarts, and what is stored tells nobody's id. */
#include "server/usage/user_days.h"

#include <pthread.h>
#include <stdlib.h>

#include "tests/test.h"

enum { DAY = 86400, NOON = 1795000000 / DAY * DAY + DAY / 2 }; /* 2026-11-18 */

static void count_users(struct user_days *u, int from, int to, int64_t now)
{
    char id[80];

    for (int i = from; i < to; i++) {
        (void)snprintf(id, sizeof id, "amzn1.ask.account.%d-ABCDEFGHIJKLMNOP", i);
        user_days_count(u, str_of(id), now);
    }
}

static void check_rows(struct user_days *u, int64_t now, const char *want)
{
    json_t *rows = user_days_rows(u, now);
    char *text = json_dumps(rows, JSON_COMPACT);

    CHECK_STR(text, want);
    free(text);
    json_decref(rows);
}

TEST(a_user_counts_once_a_day)
{
    struct user_days *u = user_days_create();

    CHECK(!user_days_is_changed(u));
    for (int i = 0; i < 5; i++)
        count_users(u, 0, 7, NOON + i * 60);
    user_days_count(u, STR_NONE, NOON);
    CHECK_NEAR(user_days_today(u, NOON + 100), 7, 0.1);
    CHECK(user_days_is_changed(u));
    count_users(u, 0, 3, NOON + DAY);
    CHECK_NEAR(user_days_today(u, NOON + DAY), 3, 0.1);
    CHECK_NEAR(user_days_today(u, NOON + 2 * (int64_t)DAY), 0, 0);
    user_days_free(u);
}

TEST(instances_and_restarts_count_together)
{
    struct user_days *a = user_days_create(), *b = user_days_create(), *later;
    json_t *stored = json_object();

    count_users(a, 0, 20, NOON);
    count_users(b, 10, 30, NOON);
    user_days_merge(a, stored, NOON);
    CHECK(!user_days_is_changed(a));
    user_days_merge(b, stored, NOON);
    CHECK_NEAR(user_days_today(b, NOON), 30, 1);
    CHECK_NEAR(user_days_today(a, NOON), 20, 1);
    user_days_merge(a, stored, NOON);
    check_rows(a, NOON, "[{\"day\":\"2026-11-18\",\"users\":30}]");
    user_days_restore(a);
    CHECK(user_days_is_changed(a));
    user_days_free(a);
    later = user_days_create();
    user_days_merge(later, stored, NOON + 60);
    count_users(later, 0, 25, NOON + 120); /* known already */
    CHECK_NEAR(user_days_today(later, NOON + 130), 30, 1);
    user_days_free(later);
    user_days_free(b);
    json_decref(stored);
}

TEST(only_the_number_of_a_day_that_is_over_is_kept)
{
    struct user_days *u = user_days_create();
    json_t *stored = json_object();

    count_users(u, 0, 12, NOON);
    user_days_merge(u, stored, NOON);
    CHECK(json_is_string(json_object_get(stored, "2026-11-18")));
    count_users(u, 12, 14, NOON + DAY / 2 - 5); /* just before midnight */
    count_users(u, 0, 5, NOON + DAY / 2 + 5);
    user_days_merge(u, stored, NOON + DAY / 2 + 10);
    CHECK_INT(json_integer_value(json_object_get(stored, "2026-11-18")), 14);
    CHECK(json_is_string(json_object_get(stored, "2026-11-19")));
    check_rows(u, NOON + DAY,
               "[{\"day\":\"2026-11-18\",\"users\":14},{\"day\":\"2026-11-19\",\"users\":5}]");
    user_days_free(u);
    u = user_days_create(); /* it was stopped for two days */
    user_days_merge(u, stored, NOON + 3 * DAY);
    CHECK_INT(json_integer_value(json_object_get(stored, "2026-11-19")), 5);
    CHECK_INT(json_object_size(stored), 2);
    user_days_free(u);
    json_decref(stored);
}

TEST(days_beyond_the_limit_are_dropped_oldest_first)
{
    struct user_days *u = user_days_create();
    json_t *stored = json_object();

    for (int i = 0; i < USER_DAYS_MAX + 40; i++) {
        count_users(u, 0, 1, NOON + (int64_t)i * DAY);
        user_days_merge(u, stored, NOON + (int64_t)i * DAY);
    }
    CHECK_INT(json_object_size(stored), USER_DAYS_MAX);
    CHECK(!json_object_get(stored, "2026-11-18"));
    user_days_free(u);
    json_decref(stored);
}

TEST(damaged_days_are_dropped)
{
    static const char text[] = "{\"2026-11-17\":-4,\"<script>\":3,\"2026-99-99\":1,"
                               "\"2026-11-16\":\"AAAA\",\"2026-11-18\":\"!!\",\"2026-11-15\":{},"
                               "\"2027-01-01\":\"AAAA\",\"2026-11-14\":9}";
    struct user_days *u = user_days_create();
    json_t *stored = json_loads(text, 0, NULL);

    user_days_merge(u, stored, NOON);
    check_rows(u, NOON,
               "[{\"day\":\"2026-11-14\",\"users\":9},{\"day\":\"2026-11-18\",\"users\":0}]");
    user_days_free(u);
    json_decref(stored);
}

static void *count_over_midnight(void *data)
{
    for (int i = 0; i < 400; i++) {
        count_users(data, 0, 40, NOON + DAY / 2 - 200 + i);
        (void)user_days_is_changed(data);
    }
    return NULL;
}

TEST(threads_may_count_and_merge_at_once)
{
    struct user_days *u = user_days_create();
    json_t *stored = json_object();
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, count_over_midnight, u), 0);
    for (int i = 0; i < 100; i++)
        user_days_merge(u, stored, NOON + DAY / 2 - 200 + 4 * i);
    for (int i = 0; i < 4; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    CHECK_NEAR(user_days_today(u, NOON + DAY), 40, 2);
    user_days_free(u);
    json_decref(stored);
}

TESTS(a_user_counts_once_a_day, instances_and_restarts_count_together,
      only_the_number_of_a_day_that_is_over_is_kept, days_beyond_the_limit_are_dropped_oldest_first,
      damaged_days_are_dropped, threads_may_count_and_merge_at_once)
