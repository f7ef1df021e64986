/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/bulkhead.c -- how many turns may wait for one dependency. */
#include "server/base/bulkhead.h"

#include <pthread.h>
#include <stdatomic.h>

#include "tests/test.h"

enum { MAX = 3 };

static struct metrics *metrics;
static struct bulkhead *bulkhead;

static int setup(void **state)
{
    (void)state;
    metrics = metrics_create();
    bulkhead = bulkhead_create(MAX, metrics);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bulkhead_free(bulkhead);
    metrics_free(metrics);
    return 0;
}

static double metric_of(const char *name, enum metric_kind kind, const char *host)
{
    return metric_value(metric_get(metrics_family(metrics, kind, name, "", ""), host, NULL, NULL));
}

TEST(no_more_turns_than_the_limit_may_wait_for_one_neighbor)
{
    struct bulkhead_pass passes[MAX + 1] = { { .bulkhead = bulkhead } };

    for (int i = 0; i <= MAX; i++) {
        passes[i].bulkhead = bulkhead;
        CHECK_INT(bulkhead_enter(&passes[i], STR("weather")), i < MAX);
    }
    CHECK_INT(metric_of("climacast_upstream_waiting", METRIC_GAUGE, "weather"), MAX);
    CHECK_INT(metric_of("climacast_upstream_turned_away_total", METRIC_COUNTER, "weather"), 1);
    bulkhead_leave(&passes[0]);
    CHECK(bulkhead_enter(&passes[MAX], STR("weather")));
    for (int i = 0; i <= MAX; i++)
        bulkhead_leave(&passes[i]);
    CHECK_INT(metric_of("climacast_upstream_waiting", METRIC_GAUGE, "weather"), 0);
}

TEST(neighbors_are_counted_apart)
{
    struct bulkhead_pass passes[MAX + 1] = { { .bulkhead = bulkhead } };

    for (int i = 0; i < MAX; i++) {
        passes[i].bulkhead = bulkhead;
        CHECK(bulkhead_enter(&passes[i], STR("weather")));
    }
    passes[MAX].bulkhead = bulkhead;
    CHECK(bulkhead_enter(&passes[MAX], STR("geocoder")));
    CHECK(!bulkhead_enter(&passes[MAX], STR("weather")));
    for (int i = 0; i <= MAX; i++)
        bulkhead_leave(&passes[i]);
}

TEST(a_turn_counts_once)
{
    struct bulkhead_pass one = { .bulkhead = bulkhead }, other = { .bulkhead = bulkhead };

    for (int i = 0; i < 10; i++)
        CHECK(bulkhead_enter(&one, STR("weather")));
    CHECK(bulkhead_enter(&other, STR("weather")));
    bulkhead_leave(&one);
    bulkhead_leave(&one);
    CHECK_INT(metric_of("climacast_upstream_waiting", METRIC_GAUGE, "weather"), 1);
    bulkhead_leave(&other);
}

TEST(a_turn_that_gave_up_can_enter_nowhere)
{
    struct bulkhead_pass pass = { .bulkhead = bulkhead, .turned_away = true };

    CHECK(!bulkhead_enter(&pass, STR("weather")));
    pass.turned_away = false;
    CHECK(bulkhead_enter(&pass, STR("weather")));
    bulkhead_leave(&pass);
}

TEST(without_a_bulkhead_all_may_wait)
{
    struct bulkhead_pass pass = { .bulkhead = NULL };

    for (int i = 0; i < 100; i++) {
        CHECK(bulkhead_enter(&pass, STR("weather")));
        CHECK(bulkhead_enter(NULL, STR("weather")));
    }
    bulkhead_leave(&pass);
}

TEST(more_neighbors_than_it_can_count_are_not_limited)
{
    struct bulkhead_pass pass = { .bulkhead = bulkhead };
    char name[20];

    for (int i = 0; i < BULKHEAD_DEPENDENCIES_MAX; i++) {
        (void)snprintf(name, sizeof name, "n%d", i);
        CHECK(bulkhead_enter(&pass, str_of(name)));
    }
    for (int i = 0; i < 2 * MAX; i++) {
        struct bulkhead_pass other = { .bulkhead = bulkhead };
        CHECK(bulkhead_enter(&other, STR("one more")));
    }
    bulkhead_leave(&pass);
}

static atomic_int inside, inside_max, entered;

static void *enter_and_leave(void *data)
{
    (void)data;
    for (int i = 0; i < 2000; i++) {
        struct bulkhead_pass pass = { .bulkhead = bulkhead };
        if (bulkhead_enter(&pass, STR("weather"))) {
            int now = atomic_fetch_add(&inside, 1) + 1, max = inside_max;
            while (now > max && !atomic_compare_exchange_weak(&inside_max, &max, now))
                ;
            atomic_fetch_add(&entered, 1);
            atomic_fetch_sub(&inside, 1);
        }
        bulkhead_leave(&pass);
    }
    return NULL;
}

TEST(many_threads_never_exceed_the_limit)
{
    pthread_t threads[3 * MAX];

    for (int i = 0; i < 3 * MAX; i++)
        CHECK(pthread_create(&threads[i], NULL, enter_and_leave, NULL) == 0);
    for (int i = 0; i < 3 * MAX; i++)
        (void)pthread_join(threads[i], NULL);
    CHECK(entered > 0 && inside_max <= MAX);
    CHECK_INT(metric_of("climacast_upstream_waiting", METRIC_GAUGE, "weather"), 0);
}

TESTS_EACH_WITH(setup, teardown, no_more_turns_than_the_limit_may_wait_for_one_neighbor,
                neighbors_are_counted_apart, a_turn_counts_once,
                a_turn_that_gave_up_can_enter_nowhere, without_a_bulkhead_all_may_wait,
                more_neighbors_than_it_can_count_are_not_limited,
                many_threads_never_exceed_the_limit)
