/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/zone.c -- zone names, and zones shared by threads. */
#include "tests/test.h"

#include <pthread.h>
#include <stdlib.h>

#include "server/base/zone.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

TEST(only_real_zone_names_are_found)
{
    static const char *const bad[] = {
        "",
        "Nowhere/Land",
        "america/new_york",
        "../../../etc/passwd",
        "America/../America/New_York",
        "/usr/share/zoneinfo/UTC",
        "America/",
        "America",
        "EST5EDT4,M3.2.0,M11.1.0",
        "XYZ3",
        "+05:00",
        "right/UTC",
        "zone.tab",
        "leapseconds",
        "America/New_York ",
        "America/AVeryLongNameThatNoZoneHasAndThatGoesOnForEverAndEverAndEver",
    };

    for (size_t i = 0; i < ROWS(bad); i++)
        CHECK_ROW(i, !zone_get(str_of(bad[i])));
    CHECK(!zone_get(STR("America/New_York\0")));
    CHECK(!zone_get(STR_NONE));
    CHECK(zone_get(STR("UTC")) == zone_utc());
    CHECK(zone_get(STR("America/Boise")) == zone_get(STR("America/Boise")));
    CHECK_STR(zone_name(zone_get(STR("America/Boise"))), "America/Boise");
}

TEST(offsets_follow_clock_changes)
{
    const struct zone *z = zone_get(STR("America/Denver"));

    CHECK_INT(zone_offset_s(z, INT64_C(1782864000)), -6 * 3600); /* July 2026 */
    CHECK_INT(zone_offset_s(z, INT64_C(1767225600)), -7 * 3600); /* January 2026 */
    CHECK_INT(zone_offset_s(zone_utc(), INT64_C(1782864000)), 0);
}

static void *name_zones(void *data)
{
    static const char *const names[] = { "America/Chicago", "America/Menominee",
                                         "America/North_Dakota/Center",
                                         "America/Kentucky/Monticello", "No/Such" };
    size_t *found = data;

    for (size_t i = 0; i < 200; i++) {
        const struct zone *z = zone_get(str_of(names[i % ROWS(names)]));
        if (z)
            *found += zone_offset_s(z, INT64_C(1780000000)) == -5 * 3600 ||
                      zone_offset_s(z, INT64_C(1780000000)) == -4 * 3600;
    }
    return NULL;
}

TEST(threads_get_the_same_zone)
{
    pthread_t threads[4];
    size_t found[4] = { 0 };

    for (size_t i = 0; i < ROWS(threads); i++)
        CHECK_INT(pthread_create(&threads[i], NULL, name_zones, &found[i]), 0);
    for (size_t i = 0; i < ROWS(threads); i++) {
        CHECK_INT(pthread_join(threads[i], NULL), 0);
        CHECK_INT(found[i], 160);
    }
}

TEST(the_zone_of_this_machine_is_known)
{
    static const struct {
        const char *tz, *name;
    } rows[] = { { "America/Denver", "America/Denver" },
                 { ":America/Boise", "America/Boise" },
                 { "Etc/UTC", "UTC" },
                 { "UTC", "UTC" } };

    for (size_t i = 0; i < ROWS(rows); i++) {
        CHECK_INT(setenv("TZ", rows[i].tz, 1), 0);
        CHECK_STR(zone_name(zone_local()), rows[i].name);
    }
    CHECK_INT(setenv("TZ", "MST7MDT,M3.2.0", 1), 0); /* no name: /etc/localtime decides */
    const struct zone *of_machine = zone_local();
    CHECK_INT(unsetenv("TZ"), 0);
    CHECK(zone_local() == of_machine);
}

TESTS(the_zone_of_this_machine_is_known, only_real_zone_names_are_found,
      offsets_follow_clock_changes, threads_get_the_same_zone)
