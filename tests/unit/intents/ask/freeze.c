/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/ask/freeze.c -- what "will it freeze" sounds like. */
#include "tests/unit/intents/ask/ask_world.h"

/* It is Sunday, ten in the morning. Nights of 50 degrees but for Tuesday's early morning. */
#define NIGHTS(low)                                           \
    LAYER("temperature", "degC",                              \
          RUN("2026-11-22T17:00:00+00:00/PT44H",              \
              "10") "," RUN("2026-11-24T13:00:00+00:00/PT1H", \
                            low) "," RUN("2026-11-24T14:00:00+00:00/P5D", "10"))

TEST(the_first_freeze_has_a_night_a_low_and_an_hour)
{
    ask_says("FreezeIntent", NIGHTS("-1"), ASK_NO_ALERTS, "freeze=freeze;leadin=will it",
             ">Yes, a freeze tomorrow night in Boulder, Colorado: 30 degrees, Tuesday at 6 A.M.<");
    ask_says("FreezeIntent", NIGHTS("-3"), ASK_NO_ALERTS, "freeze=freeze;leadin=when is the",
             ">The first hard freeze is tomorrow night in Boulder, Colorado: 27 degrees, Tuesday "
             "at 6 A.M.<");
    ask_says("FreezeIntent", NIGHTS("-3"), ASK_NO_ALERTS, "freeze=freeze;units=celsius",
             ": -3 degrees, Tuesday at 6 A.M.<");
}

TEST(frost_is_possible)
{
    static const char calm[] =
        NIGHTS("1.5") LAYER("windSpeed", "km_h-1", RUN("2026-11-22T17:00:00+00:00/P7D", "4"))
            LAYER("skyCover", "percent", RUN("2026-11-22T17:00:00+00:00/P7D", "10"));

    ask_says("FreezeIntent", calm, ASK_NO_ALERTS, "freeze=frost;leadin=will there be",
             ">Possibly. Frost is possible tomorrow night in Boulder, Colorado, with a low of 35 "
             "degrees, Tuesday at 6 A.M.<");
    ask_says("FreezeIntent", calm, ASK_NO_ALERTS, "freeze=freeze;leadin=will it",
             ">No freeze through Saturday in Boulder, Colorado; the lowest is 35 degrees, Tuesday "
             "at 6 A.M., when frost is possible.<");
}

TEST(no_freeze_tells_the_lowest_and_until_when)
{
    ask_says("FreezeIntent", NIGHTS("5"), ASK_NO_ALERTS, "freeze=hard frost;leadin=is there",
             ">No hard freeze through Saturday in Boulder, Colorado; the lowest is 41 degrees, "
             "Tuesday at 6 A.M.<");
    ask_says("FreezeIntent", NIGHTS("-1"), ASK_NO_ALERTS, "freeze=freeze;when_any=tonight",
             ">No freeze tonight in Boulder, Colorado; the lowest is 50 degrees, today at 6 P.M.<");
}

TEST(an_alert_about_cold_comes_first)
{
    ask_says("FreezeIntent", NIGHTS("-1"), ASK_ALERT("Freeze Watch"), "freeze=freeze",
             ">Freeze Watch until 11 A.M. tomorrow. ");
    ask_lacks("FreezeIntent", NIGHTS("-1"), ASK_ALERT("Freezing Fog Advisory"), "freeze=freeze",
              "Fog");
}

TEST(what_was_unavailable_is_said)
{
    ask_says("FreezeIntent", NIGHTS("-1"), NULL, "freeze=freeze",
             " I couldn't check for warnings.<");
    ask_says("FreezeIntent", LAYER("skyCover", "percent", RUN(NIGHT, "10")), ASK_NO_ALERTS,
             "freeze=freeze", ">No temperature forecast is available for Boulder, Colorado.<");
    ask_says("FreezeIntent", LAYER("temperature", "odd", RUN("2026-11-22T17:00:00+00:00/P7D", "1")),
             ASK_NO_ALERTS, "freeze=freeze", "that I can read for Boulder, Colorado.<");
    ask_says("FreezeIntent",
             LAYER("temperature", "degC",
                   RUN("2026-11-22T17:00:00+00:00/PT20H",
                       "10") "," RUN("2026-11-24T13:00:00+00:00/P4D", "10")),
             ASK_NO_ALERTS, "freeze=freeze", ">In the forecast so far, no freeze ");
    /* An evening alone: there is no day that it goes through. */
    ask_says("FreezeIntent",
             LAYER("temperature", "degC", RUN("2026-11-23T01:00:00+00:00/PT3H", "10")),
             ASK_NO_ALERTS, "freeze=freeze",
             ">In the forecast so far, no freeze in Boulder, Colorado; the lowest is 50 ");
}

TESTS(the_first_freeze_has_a_night_a_low_and_an_hour, frost_is_possible,
      no_freeze_tells_the_lowest_and_until_when, an_alert_about_cold_comes_first,
      what_was_unavailable_is_said)
