/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/figures/amount.c -- sums over periods, where storms begin and end, and what is
 * only known in part. */
#include "intents/figures/amount.h"

#include <math.h>

#include "tests/unit/intents/figures/layers.h"

/* Runs of six hours from H(0) on: a digit is that many millimeters, '?' a gap. */
static struct layers rain_of(const char *runs)
{
    struct layers l = layers_start();

    layer(&l, "quantitativePrecipitation", "mm");
    for (int i = 0; runs[i]; i++)
        if (runs[i] != '?')
            run(&l, i * 6, 6, runs[i] - '0');
    return l;
}

static void check_period(const char *runs, int from, int to, double mm, bool at_least, bool has)
{
    struct layers l = rain_of(runs);
    struct amount a =
        amount_of_period(layers_grid(&l), GRID_PRECIPITATION, (struct span){ H(from), H(to) });

    if (a.has != has || a.at_least != at_least || fabs(a.mm - mm) > 1e-9)
        fail_msg("\"%s\" %d..%d: %f mm%s%s", runs, from, to, a.mm, a.at_least ? " at least" : "",
                 a.has ? "" : " none");
    layers_free(&l);
}

TEST(runs_count_by_their_share)
{
    check_period("0660", 6, 18, 12, false, true);
    check_period("0660", 0, 24, 12, false, true);
    check_period("0660", 9, 15, 6, false, true);
    check_period("0660", 11, 12, 1, false, true);
    check_period("0000", 0, 24, 0, false, true);
}

TEST(a_layer_that_ends_or_has_gaps_is_known_in_part)
{
    check_period("66", 6, 18, 6, true, true);
    check_period("6?6", 0, 18, 12, true, true);
    check_period("6?6", 12, 18, 6, false, true);
    check_period("66", 12, 18, 0, true, false);
    check_period("", 0, 6, 0, true, false);
}

/* Asked at H(0) + 30 minutes: from and to in hours, millimeters, "+" at least. */
static void check_storm(const char *runs, const char *want)
{
    struct layers l = rain_of(runs);
    struct amount a = amount_of_storm(layers_grid(&l), GRID_PRECIPITATION, H(0) + 1800);
    char got[60];

    snprintf(got, sizeof got, "%d..%d %.1f%s", (int)((a.span.from - T0) / 3600),
             (int)((a.span.to - T0) / 3600), a.mm, a.at_least ? "+" : "");
    if (strcmp(got, want) != 0)
        fail_msg("\"%s\": %s, not %s", runs, got, want);
    layers_free(&l);
}

TEST(a_storm_ends_with_twelve_dry_hours)
{
    check_storm("03300", "6..18 6.0");
    check_storm("030300", "6..24 6.0");
    check_storm("0300300", "6..12 3.0");
    check_storm("3300", "0..12 6.0");
    check_storm("0000", "0..0 0.0");
}

TEST(a_storm_that_the_layer_does_not_outlast_is_known_in_part)
{
    check_storm("033", "6..18 6.0+");
    check_storm("0330", "6..18 6.0+");
    check_storm("033?0", "6..18 6.0+");
    check_storm("03?300", "6..24 6.0+");
    check_storm("?03300", "12..24 6.0");
    check_storm("", "0..0 0.0");
}

TEST(a_storm_that_is_running_counts_from_the_running_hour)
{
    struct layers l = rain_of("6600");
    struct amount a = amount_of_storm(layers_grid(&l), GRID_PRECIPITATION, H(3) + 60);

    CHECK_INT(a.span.from, H(3));
    CHECK_INT(a.span.to, H(12));
    CHECK_NEAR(a.mm, 9, 1e-9);
    CHECK_INT(a.known_until, H(24));
    layers_free(&l);
}

TESTS(runs_count_by_their_share, a_layer_that_ends_or_has_gaps_is_known_in_part,
      a_storm_ends_with_twelve_dry_hours, a_storm_that_the_layer_does_not_outlast_is_known_in_part,
      a_storm_that_is_running_counts_from_the_running_hour)
