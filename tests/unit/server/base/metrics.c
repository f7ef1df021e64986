/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/metrics.c -- counting, and the Prometheus text. */
#include "tests/test.h"

#include <pthread.h>

#include "server/base/metrics.h"

static void check_written(struct metrics *m, const char *line)
{
    struct buf out = BUF_INIT(100000);

    metrics_write(m, &out);
    CHECK(!out.failed);
    if (!strstr(buf_z(&out), line))
        fail_msg("\"%s\" is not in:\n%s", line, buf_z(&out));
    buf_free(&out);
}

TEST(counters_and_gauges_are_written_with_their_family)
{
    struct metrics *m = metrics_create();
    struct metric_family *hits =
        metrics_family(m, METRIC_COUNTER, "climacast_cache_hits_total", "cache,tier", "Hits.");
    struct metric_family *depth =
        metrics_family(m, METRIC_GAUGE, "climacast_queue_depth", "", "Waiting requests.");

    metric_add(metric_get(hits, "StationCache", "memory", NULL), 2);
    metric_add(metric_get(hits, "StationCache", "memory", NULL), 1);
    metric_set(metric_get(depth, NULL, NULL, NULL), 7);
    metric_add(metric_get(depth, NULL, NULL, NULL), -2);
    check_written(m, "# HELP climacast_cache_hits_total Hits.\n"
                     "# TYPE climacast_cache_hits_total counter\n"
                     "climacast_cache_hits_total{cache=\"StationCache\",tier=\"memory\"} 3\n");
    check_written(m, "# TYPE climacast_queue_depth gauge\nclimacast_queue_depth 5\n");
    metric_set(metric_get(depth, NULL, NULL, NULL), 0.25);
    check_written(m, "climacast_queue_depth 0.25\n");
    metrics_free(m);
}

TEST(a_family_without_labels_is_written_from_the_start)
{
    struct metrics *m = metrics_create();

    (void)metrics_family(m, METRIC_COUNTER, "climacast_overload_total", "", "Refused.");
    check_written(m, "\nclimacast_overload_total 0\n");
    metrics_free(m);
}

TEST(histogram_buckets_are_cumulative)
{
    struct metrics *m = metrics_create();
    struct metric_family *f =
        metrics_family(m, METRIC_HISTOGRAM, "climacast_seconds", "intent", "Time taken.");
    struct metric *s = metric_get(f, "MetricIntent", NULL, NULL);

    metric_observe(s, 0.001); /* a bound is included in its bucket */
    metric_observe(s, 0.0011);
    metric_observe(s, 0.3);
    metric_observe(s, 100);
    check_written(m, "climacast_seconds_bucket{intent=\"MetricIntent\",le=\"0.001\"} 1\n");
    check_written(m, "climacast_seconds_bucket{intent=\"MetricIntent\",le=\"0.0025\"} 2\n");
    check_written(m, "climacast_seconds_bucket{intent=\"MetricIntent\",le=\"0.25\"} 2\n");
    check_written(m, "climacast_seconds_bucket{intent=\"MetricIntent\",le=\"0.5\"} 3\n");
    check_written(m, "climacast_seconds_bucket{intent=\"MetricIntent\",le=\"7.5\"} 3\n"
                     "climacast_seconds_bucket{intent=\"MetricIntent\",le=\"+Inf\"} 4\n"
                     "climacast_seconds_sum{intent=\"MetricIntent\"} 100.3021\n"
                     "climacast_seconds_count{intent=\"MetricIntent\"} 4\n");
    CHECK_NEAR(metric_value(s), 4, 0);
    metrics_free(m);
}

static void add_up(void *data, const struct metric_sample *sample)
{
    double *sums = data;

    sums[0] += sample->value;
    sums[1] += sample->sum;
    sums[2] += (double)sample->buckets[0];
    if (str_eqz(metric_label(sample->labels, "tier"), "redis"))
        sums[3] += sample->value;
}

TEST(series_can_be_read)
{
    struct metrics *m = metrics_create();
    struct metric_family *hits =
        metrics_family(m, METRIC_COUNTER, "climacast_hits_total", "cache,tier", "Hits.");
    struct metric_family *times =
        metrics_family(m, METRIC_HISTOGRAM, "climacast_seconds", "", "Time.");
    double sums[4] = { 0 };

    metric_add(metric_get(hits, "StationCache", "memory", NULL), 2);
    metric_add(metric_get(hits, "StationCache", "redis", NULL), 5);
    metrics_each(m, "climacast_hits_total", add_up, sums);
    CHECK_NEAR(sums[0], 7, 0);
    CHECK_NEAR(sums[3], 5, 0);
    metric_observe(metric_get(times, NULL, NULL, NULL), 0.0005);
    metric_observe(metric_get(times, NULL, NULL, NULL), 20);
    memset(sums, 0, sizeof sums);
    metrics_each(m, "climacast_seconds", add_up, sums);
    CHECK_NEAR(sums[0], 2, 0);
    CHECK_NEAR(sums[1], 20.0005, 1e-9);
    CHECK_NEAR(sums[2], 1, 0);
    metrics_each(m, "climacast_unknown_total", add_up, sums);
    metrics_each(NULL, "climacast_seconds", add_up, sums);
    CHECK_NEAR(sums[0], 2, 0);
    metrics_free(m);
}

TEST(labels_are_found_by_name)
{
    static const char labels[] = "a=\"1\",name=\"x\\\"y\",tier=\"\"";

    CHECK_SLICE(metric_label(labels, "a"), "1");
    CHECK_SLICE(metric_label(labels, "name"), "x\\\"y");
    CHECK_SLICE(metric_label(labels, "tier"), "");
    CHECK(!metric_label(labels, "ier").p);
    CHECK(!metric_label("", "a").p);
}

TEST(label_values_are_escaped)
{
    struct metrics *m = metrics_create();
    struct metric_family *f = metrics_family(m, METRIC_COUNTER, "climacast_x", "a", "X.");

    metric_add(metric_get(f, "q\"b\\n\nx\xff\xC3\xA9", NULL, NULL), 1);
    check_written(m, "climacast_x{a=\"q\\\"b\\\\n\\nx?\xC3\xA9\"} 1\n");
    metrics_free(m);
}

TEST(excess_series_become_other)
{
    struct metrics *m = metrics_create();
    struct metric_family *f = metrics_family(m, METRIC_COUNTER, "climacast_y", "id,b", "Y.");
    struct metric *first = metric_get(f, "0", "b", NULL);
    char id[16];

    for (int i = 0; i < 1000; i++) {
        (void)snprintf(id, sizeof id, "%d", i);
        metric_add(metric_get(f, id, "b", NULL), 1);
    }
    CHECK(metric_get(f, "0", "b", NULL) == first);
    CHECK_NEAR(metric_value(first), 1, 0);
    CHECK_NEAR(metric_value(metric_get(f, "other", "other", NULL)), 1000 - (METRIC_SERIES_MAX - 1),
               0);
    metrics_free(m);
}

TEST(a_family_declared_twice_is_one)
{
    struct metrics *m = metrics_create();
    struct metric_family *f = metrics_family(m, METRIC_COUNTER, "climacast_z", "", "Z.");

    CHECK(metrics_family(m, METRIC_COUNTER, "climacast_z", "", "Z.") == f);
    metrics_free(m);
}

static void fill(void *data)
{
    metric_set(data, 42);
}

TEST(gauges_can_be_set_at_each_write)
{
    struct metrics *m = metrics_create();
    struct metric_family *f = metrics_family(m, METRIC_GAUGE, "climacast_g", "", "G.");

    metrics_on_write(m, fill, metric_get(f, NULL, NULL, NULL));
    check_written(m, "\nclimacast_g 42\n");
    metrics_free(m);
}

TEST(null_is_accepted_everywhere)
{
    struct buf out = BUF_INIT(10);

    CHECK(!metrics_family(NULL, METRIC_COUNTER, "x", "", "x"));
    CHECK(!metric_get(NULL, "x", NULL, NULL));
    metric_add(NULL, 1);
    metric_set(NULL, 1);
    metric_observe(NULL, 1);
    CHECK_NEAR(metric_value(NULL), 0, 0);
    metrics_on_write(NULL, fill, NULL);
    metrics_write(NULL, &out);
    CHECK_INT(out.n, 0);
    metrics_free(NULL);
}

enum { THREADS = 4, ROUNDS = 5000 };

static void *count(void *data)
{
    struct metrics *m = data;
    struct metric_family *f = metrics_family(m, METRIC_COUNTER, "climacast_n", "who", "N.");
    struct metric_family *g = metrics_family(m, METRIC_GAUGE, "climacast_level", "", "L.");
    struct metric_family *h = metrics_family(m, METRIC_HISTOGRAM, "climacast_took", "", "T.");
    char who[16];

    for (int i = 0; i < ROUNDS; i++) {
        (void)snprintf(who, sizeof who, "%d", i % 100);
        metric_add(metric_get(f, who, NULL, NULL), 1);
        metric_add(metric_get(g, NULL, NULL, NULL), i % 2 ? -1 : 1);
        metric_observe(metric_get(h, NULL, NULL, NULL), .002);
        if (i % 1000 == 0) {
            struct buf out = BUF_INIT(100000);
            metrics_write(m, &out);
            buf_free(&out);
        }
    }
    return NULL;
}

TEST(concurrent_additions_lose_nothing)
{
    struct metrics *m = metrics_create();
    pthread_t threads[THREADS];
    struct metric_family *f;
    struct metric *other;
    double sum;
    char who[16];

    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, count, m), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    f = metrics_family(m, METRIC_COUNTER, "climacast_n", "who", "N.");
    other = metric_get(f, "other", NULL, NULL);
    sum = metric_value(other);
    for (int i = 0; i < 100; i++) {
        struct metric *series;
        (void)snprintf(who, sizeof who, "%d", i);
        series = metric_get(f, who, NULL, NULL);
        if (series != other)
            sum += metric_value(series);
    }
    CHECK_NEAR(sum, THREADS * ROUNDS, 0);
    f = metrics_family(m, METRIC_GAUGE, "climacast_level", "", "L.");
    CHECK_NEAR(metric_value(metric_get(f, NULL, NULL, NULL)), 0, 0);
    check_written(m, "\nclimacast_took_count 20000\n");
    check_written(m, "\nclimacast_took_bucket{le=\"0.0025\"} 20000\n");
    metrics_free(m);
}

TESTS(counters_and_gauges_are_written_with_their_family,
      a_family_without_labels_is_written_from_the_start, histogram_buckets_are_cumulative,
      series_can_be_read, labels_are_found_by_name, label_values_are_escaped,
      excess_series_become_other, a_family_declared_twice_is_one, gauges_can_be_set_at_each_write,
      null_is_accepted_everywhere, concurrent_additions_lose_nothing)
