/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/sky/sky_table.c -- sun and moon as two independent programs compute them:
 * tests/cases/sky.tsv, 200 places at four days each, and the phases of two years. */
#include "intents/sky/moon.h"
#include "intents/sky/sun.h"

#include "tests/test.h"

#include <stdlib.h>

typedef void row_fn(const char *row);

/* Calls `check` for each row of that kind; returns their number. */
static int for_rows(const char *kind, row_fn *check)
{
    const char *top = getenv("TEST_TOP");
    char path[500], line[500];
    size_t n = strlen(kind);
    FILE *file;
    int rows = 0;

    (void)snprintf(path, sizeof path, "%s/tests/cases/sky.tsv", top ? top : ".");
    file = fopen(path, "r");
    CHECK(!!file);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, kind, n) == 0 && line[n] == '\t') {
            check(line + n + 1);
            rows++;
        }
    }
    (void)fclose(file);
    return rows;
}

static void check_crossing(const char *row, struct sun_crossing ours, long theirs)
{
    if (ours.kind != SUN_CROSSES || llabs(ours.at - theirs) > 60)
        fail_msg("%s: got kind %d at %ld, want %ld", row, ours.kind, (long)ours.at, theirs);
}

static void check_sun(const char *row)
{
    double latitude, longitude;
    long noon, rise[2], set[2];

    if (sscanf(row, "%lf %lf %ld %ld %ld %ld %ld", &latitude, &longitude, &noon, &rise[0], &set[0],
               &rise[1], &set[1]) != 7)
        fail_msg("cannot read %s", row);
    struct sun_day day = sun_day_around(latitude, longitude, noon);
    for (int i = 0; i < 2; i++) {
        check_crossing(row, day.sunrise, rise[i]);
        check_crossing(row, day.sunset, set[i]);
    }
}

TEST(sunrise_and_sunset_are_within_a_minute_of_two_others_below_65_degrees)
{
    CHECK_INT(for_rows("sun", check_sun), 800);
}

static void check_phase(const char *row)
{
    int phase;
    long at;

    if (sscanf(row, "%d %ld", &phase, &at) != 2)
        fail_msg("cannot read %s", row);
    for (int days = 1; days < 28; days += 3) {
        int64_t next = moon_next((enum moon_phase)phase, at - days * 86400LL);
        if (llabs(next - at) > 600)
            fail_msg("%s: %d days before, got %ld", row, days, (long)next);
    }
    CHECK_INT(moon_phase_at(at), phase);
}

TEST(phases_of_the_moon_are_within_ten_minutes)
{
    CHECK_INT(for_rows("moon", check_phase), 100);
}

static void check_lit(const char *row)
{
    double percent;
    long at;

    if (sscanf(row, "%lf %ld", &percent, &at) != 2)
        fail_msg("cannot read %s", row);
    CHECK_NEAR(moon_illuminated(at) * 100, percent, 1);
}

TEST(the_lit_share_of_the_moon_is_within_a_percent)
{
    CHECK_INT(for_rows("lit", check_lit), 73);
}

TESTS(sunrise_and_sunset_are_within_a_minute_of_two_others_below_65_degrees,
      phases_of_the_moon_are_within_ten_minutes, the_lit_share_of_the_moon_is_within_a_percent)
