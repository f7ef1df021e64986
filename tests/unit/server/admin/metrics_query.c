/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/admin/metrics_query.c: sums and groups of series. */
#include "server/admin/metrics_query.h"

#include "tests/test.h"

static struct metrics *make_test_metrics(void)
{
    struct metrics *m = metrics_create();
    struct metric_family *f =
        metrics_family(m, METRIC_COUNTER, "climacast_looked_total", "cache,tier", "Look-ups.");

    metric_add(metric_get(f, "Zone", "memory", NULL), 4);
    metric_add(metric_get(f, "Zone", "store", NULL), 3);
    metric_add(metric_get(f, "Station", "memory", NULL), 9);
    metric_add(metric_get(f, "Location", "memory", NULL), 0);
    return m;
}

TEST(series_are_summed_by_labels)
{
    struct metrics *m = make_test_metrics();

    CHECK_NEAR(metrics_query_sum(m, "climacast_looked_total", NULL), 16, 0);
    CHECK_NEAR(metrics_query_sum(m, "climacast_looked_total", "tier", "memory", NULL), 13, 0);
    CHECK_NEAR(
        metrics_query_sum(m, "climacast_looked_total", "tier", "memory", "cache", "Zone", NULL), 4,
        0);
    CHECK_NEAR(metrics_query_sum(m, "climacast_looked_total", "tier", "redis", NULL), 0, 0);
    CHECK_NEAR(metrics_query_sum(m, "climacast_other_total", NULL), 0, 0);
    CHECK_NEAR(metrics_query_sum(NULL, "climacast_looked_total", NULL), 0, 0);
    metrics_free(m);
}

TEST(groups_are_sorted_by_value_and_zeros_are_left_out)
{
    struct metrics *m = make_test_metrics();
    struct metrics_group groups[8];

    CHECK_INT(metrics_query_group_by(m, "climacast_looked_total", "cache", groups, 8), 2);
    CHECK_STR(groups[0].name, "Station");
    CHECK_STR(groups[1].name, "Zone");
    CHECK_NEAR(groups[1].value, 7, 0);
    CHECK_INT(metrics_query_group_by(m, "climacast_looked_total", "cache", groups, 1), 1);
    CHECK_INT(metrics_query_group_by(m, "climacast_looked_total", "cache", groups, 0), 0);
    CHECK_INT(metrics_query_group_by(m, "climacast_other_total", "cache", groups, 8), 0);
    metrics_free(m);
}

TEST(histograms_give_their_sum_and_long_names_are_truncated)
{
    struct metrics *m = metrics_create();
    struct metric_family *f =
        metrics_family(m, METRIC_HISTOGRAM, "climacast_took_seconds", "intent", "Time.");
    struct metrics_group groups[4];
    char name[200];

    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    metric_observe(metric_get(f, name, NULL, NULL), 0.5);
    metric_observe(metric_get(f, name, NULL, NULL), 1.5);
    CHECK_INT(metrics_query_group_by(m, "climacast_took_seconds", "intent", groups, 4), 1);
    CHECK_NEAR(groups[0].value, 2, 0);
    CHECK_NEAR(groups[0].sum, 2, 1e-9);
    CHECK_INT(strlen(groups[0].name), METRICS_GROUP_NAME_MAX);
    metrics_free(m);
}

TESTS(series_are_summed_by_labels, groups_are_sorted_by_value_and_zeros_are_left_out,
      histograms_give_their_sum_and_long_names_are_truncated)
