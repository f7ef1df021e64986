/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/speech/clock_text.c -- hours in two zones and in universal time, told by the
 * clock of the place. */
#include "intents/speech/clock_text.h"

#include "tests/test.h"

/* A summer day, with daylight time. */
enum { JUNE_17_2026 = 1781712000 };

static struct clock_text clock_of(const char *place, const char *listener)
{
    return (struct clock_text){ zone_get(str_of(place)),
                                listener ? zone_get(str_of(listener)) : NULL, JUNE_17_2026 };
}

static void check(const char *place, const char *listener, const char *text, const char *want)
{
    struct clock_text clock = clock_of(place, listener);
    struct buf out = BUF_INIT(1000);

    clock_text_put(&out, str_of(text), &clock);
    if (strcmp(buf_z(&out), want) != 0)
        fail_msg("%s, %s: \"%s\" gave \"%s\", want \"%s\"", place, listener ? listener : "?", text,
                 buf_z(&out), want);
    buf_free(&out);
}

#define DENVER "America/Denver"
#define CHICAGO "America/Chicago"
#define PHOENIX "America/Phoenix"
#define GUAM "Pacific/Guam"

TEST(the_place_s_zone_is_named_only_to_those_who_have_another)
{
    static const struct {
        const char *place, *listener, *text, *want;
    } cases[] = {
        { DENVER, DENVER, "until 9 P.M. MDT this evening.", "until 9 P.M. this evening." },
        { DENVER, CHICAGO, "until 9 P.M. MDT.", "until 9 P.M. MDT." },
        { DENVER, NULL, "until 9:30 P.M. MDT.", "until 9:30 P.M. MDT." },
        { DENVER, DENVER, "until noon MDT, 12 noon MT", "until noon, 12 noon" },
        { DENVER, DENVER, "until midnight CDT, noon ET", "until midnight CDT, noon Eastern time" },
        { PHOENIX, PHOENIX, "until 9 P.M. MST or 9 P.M. PDT", "until 9 P.M. or 9 P.M." },
        { DENVER, DENVER, "At 9 P.M. near 10 P.M. Street, MDT",
          "At 9 P.M. near 10 P.M. Street, MDT" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(cases[i].place, cases[i].listener, cases[i].text, cases[i].want);
}

TEST(of_two_zones_the_place_s_is_told)
{
    static const struct {
        const char *place, *listener, *text, *want;
    } cases[] = {
        { DENVER, DENVER, "Until 9 P.M. MDT /10 P.M. CDT/ this evening.",
          "Until 9 P.M. this evening." },
        { CHICAGO, CHICAGO, "Until 9 P.M. MDT /10 P.M. CDT/ this evening.",
          "Until 10 P.M. this evening." },
        { CHICAGO, DENVER, "Until 9 P.M. MDT (10 P.M. CDT).", "Until 10 P.M. CDT." },
        { DENVER, NULL, "Until 9 P.M. MDT /10 P.M. CDT/ this evening.",
          "Until 9 P.M. MDT, 10 P.M. CDT, this evening." },
        { DENVER, NULL, "Until 9 P.M. MDT /10 P.M. CDT/.", "Until 9 P.M. MDT, 10 P.M. CDT." },
        { GUAM, GUAM, "Until 9 P.M. MDT/10 P.M. CDT", "Until 9 P.M. MDT, 10 P.M. CDT" },
        { DENVER, DENVER, "1 P.M. CDT and Noon MDT to 10 P.M. CDT / 9 P.M. MDT Thursday",
          "Noon to 9 P.M. Thursday" },
        { DENVER, DENVER,
          "From midnight EDT /10 P.M. MDT/ tonight to 11 A.M. EDT /9 A.M. MDT/ Friday",
          "From 10 P.M. tonight to 9 A.M. Friday" },
        { DENVER, NULL, "From 6 to 9 P.M. MDT /7 to 10 P.M. CDT/ today",
          "From 6 to 9 P.M. MDT, 7 to 10 P.M. CDT, today" },
        { DENVER, DENVER, "From 6 A.M. to 9 P.M. MDT (7 A.M. to 10 P.M. CDT)",
          "From 6 A.M. to 9 P.M." },
        /* Not the same hour. */
        { DENVER, DENVER, "9 P.M. MDT and 11 P.M. CDT", "9 P.M. and 11 P.M. CDT" },
        { DENVER, DENVER, "9 P.M. MDT /11 P.M.", "9 P.M. /11 P.M." },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(cases[i].place, cases[i].listener, cases[i].text, cases[i].want);
}

TEST(universal_time_is_told_by_the_place_s_clock)
{
    static const struct {
        const char *place, *listener, *text, *want;
    } cases[] = {
        { DENVER, DENVER, "until 12:00 UTC.", "until 6 A.M.\x1F" },
        { DENVER, DENVER, "9 P.M. MDT. THE WIND", "9 P.M.\x1F THE WIND" },
        { DENVER, DENVER, "from 18 UTC to 00 UTC", "from noon to 6 P.M." },
        { DENVER, CHICAGO, "by 00:30 UTC", "by 6:30 P.M. Mountain time" },
        { DENVER, DENVER, "until 00 UTC Thursday", "until 6 P.M. Wednesday" },
        { DENVER, DENVER, "until 12 UTC THU", "until 6 A.M. Thursday" },
        { DENVER, DENVER, "Sunday 03:00 UTC", "Saturday at 9 P.M." },
        { DENVER, DENVER, "Mon at 18 UTC", "Monday at noon" },
        { GUAM, GUAM, "18 UTC Saturday", "4 A.M. Sunday" },
        /* The date can't be changed: the time stays universal. */
        { DENVER, DENVER, "until 00 UTC June 18", "until 00 UTC June 18" },
        { DENVER, DENVER, "until 12 UTC June 18", "until 6 A.M. June 18" },
        { DENVER, DENVER, "Monday night, 1:00 UTC, 1234 UTC1, 99 UTC",
          "Monday night, 1:00 UTC, 1234 UTC1, 99 UTC" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(cases[i].place, cases[i].listener, cases[i].text, cases[i].want);
}

TEST(a_foreign_zone_has_a_name)
{
    static const struct {
        const char *place, *listener, *want;
    } cases[] = {
        { DENVER, DENVER, "" },
        { DENVER, NULL, "" },
        { DENVER, CHICAGO, " Mountain time" },
        { CHICAGO, DENVER, " Central time" },
        { PHOENIX, CHICAGO, " Mountain time" },
        { "America/New_York", DENVER, " Eastern time" },
        { "Pacific/Honolulu", DENVER, " Hawaii time" },
        { GUAM, DENVER, " Chamorro time" },
        { "America/Puerto_Rico", DENVER, " Atlantic time" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct clock_text clock = clock_of(cases[i].place, cases[i].listener);
        struct buf out = BUF_INIT(100);
        clock_text_put_zone(&out, &clock, JUNE_17_2026);
        CHECK_STR(buf_z(&out), cases[i].want);
        buf_free(&out);
    }
}

TESTS(the_place_s_zone_is_named_only_to_those_who_have_another, of_two_zones_the_place_s_is_told,
      universal_time_is_told_by_the_place_s_clock, a_foreign_zone_has_a_name)
