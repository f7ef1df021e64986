/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/ask/compare.c -- what comparisons sound like. */
#include "tests/unit/intents/ask/ask_world.h"

/* It is Sunday, November 22nd, ten in the morning, which is 17Z. */
#define OBSERVATIONS "/stations/KBDU/observations"
#define A_DAY_AGO OBSERVATIONS "?start=2026-11-21T16:00:00Z&end=2026-11-21T18:00:00Z&limit=500"
#define YESTERDAY OBSERVATIONS "?start=2026-11-21T07:00:00Z&end=2026-11-22T07:00:00Z&limit=500"
#define LAST_NIGHT OBSERVATIONS "?start=2026-11-22T01:00:00Z&end=2026-11-22T13:00:00Z&limit=500"

#define VALUES(time, c, kmh)                                         \
    "{\"properties\":{\"timestamp\":\"" time                         \
    "\",\"temperature\":{\"unitCode\":\"wmoUnit:degC\",\"value\":" c \
    "},\"windSpeed\":{\"unitCode\":\"wmoUnit:km_h-1\",\"value\":" kmh "}}}"

#define NOW(c, kmh) VALUES("2026-11-22T16:53:00Z", c, kmh)
#define THEN(c, kmh) "{\"features\":[" VALUES("2026-11-21T16:53:00Z", c, kmh) "]}"

static const char week[] = LAYER("maxTemperature", "degC",
                                 RUN("2026-11-22T13:00:00+00:00/PT12H", "10") "," RUN(
                                     DAY, "5") "," RUN("2026-11-24T13:00:00+00:00/PT12H", "10.4"))
    LAYER("minTemperature", "degC",
          RUN("2026-11-23T01:00:00+00:00/PT12H", "-2") "," RUN(NIGHT, "3"))
        LAYER("probabilityOfPrecipitation", "percent",
              RUN("2026-11-22T13:00:00+00:00/PT12H", "10") "," RUN(DAY, "60"));

/* A list of 24 hourly reports from `first_hour` Z of November 21st on, but for the first `gap`; the
 * temperature falls from 20 degrees by half a degree an hour. */
static const char *day_of_reports(int first_hour, int gap)
{
    static char text[1 << 16];
    size_t n = (size_t)snprintf(text, sizeof text, "{\"features\":[");

    for (int i = gap; i < 24; i++) {
        int hour = first_hour + i;
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "%s{\"properties\":{\"timestamp\":\"2026-11-%02dT%02d:53:00Z\","
                              "\"temperature\":{\"unitCode\":\"wmoUnit:degC\",\"value\":%.1f}}}",
                              i > gap ? "," : "", 21 + hour / 24, hour % 24, 20 - i / 2.0);
    }
    (void)snprintf(text + n, sizeof text - n, "]}");
    return text;
}

/* Asks about Boulder with these reports; NULL: the service fails. */
static void reports_say(const char *now, const char *path, const char *past, const char *question,
                        const char *want)
{
    struct skill_world s;

    ask_start(&s, week, ASK_NO_ALERTS);
    fake_set(&s.w.upstream, SKILL_LATEST, 200, now);
    fake_set(&s.w.upstream, path, past ? 200 : 500, past ? past : "{}");
    skill_says(&s, "CompareIntent", ask_slots(question), want);
    skill_stop(&s);
}

#define WARMER "comparator=warmer;when_two=yesterday"

TEST(now_is_compared_with_the_same_station_a_day_ago)
{
    reports_say(NOW("10", "0"), A_DAY_AGO, THEN("5", "0"), WARMER,
                ">Yes, it's 9 degrees warmer than yesterday in Boulder, Colorado: 50 degrees now, "
                "41 degrees at this time yesterday.<");
    reports_say(NOW("5", "0"), A_DAY_AGO, THEN("10", "0"), WARMER,
                ">No, it's 9 degrees colder than yesterday in Boulder, Colorado: 41 degrees now, ");
    reports_say(NOW("10.5", "0"), A_DAY_AGO, THEN("10", "0"), WARMER,
                ">No, it's about the same as yesterday in Boulder, Colorado: 51 degrees now, 50 ");
    reports_say(NOW("10", "0"), A_DAY_AGO, THEN("5", "0"), "metric=temperature",
                ">It's 9 degrees warmer than yesterday in ");
    reports_say(NOW("10", "0"), A_DAY_AGO, THEN("5", "0"), WARMER ";units=celsius",
                "5 degrees warmer than yesterday in Boulder, Colorado: 10 degrees now, 5 degrees ");
    reports_say(NOW("10", "32.2"), A_DAY_AGO, THEN("5", "16.1"),
                "comparator=windier;when_two=yesterday",
                ">Yes, it's 10 miles per hour windier than yesterday in Boulder, Colorado: 20 "
                "miles per hour now, 10 miles per hour at this time yesterday.<");
}

TEST(what_was_not_read_is_not_compared)
{
    reports_say(NOW("10", "0"), A_DAY_AGO, "{\"features\":[]}", WARMER,
                ">I can't compare it with yesterday, because the stations in Boulder, Colorado "
                "have no report from this time yesterday.<");
    reports_say(NOW("10", "0"), A_DAY_AGO, NULL, WARMER,
                "I can't get that from the National Weather Service right now.");
    reports_say(NOW("10", "0"), A_DAY_AGO, THEN("null", "0"), WARMER, "have no report from this");
    reports_say(NOW("null", "0"), A_DAY_AGO, THEN("5", "0"), WARMER,
                "No weather station nearby has a recent report on the temperature in Boulder.");
    reports_say(NOW("10", "0"), A_DAY_AGO, THEN("5", "0"), "comparator=sunnier;when_two=yesterday",
                "Weather stations don't report cloud cover");
}

TEST(the_next_station_tells_both_when_one_was_silent)
{
    static const char two[] =
        "{\"features\":[{\"properties\":{\"stationIdentifier\":\"KBDU\",\"name\":\"Boulder\"}},"
        "{\"properties\":{\"stationIdentifier\":\"KBJC\",\"name\":\"Broomfield\"}}]}";
    struct skill_world s;

    ask_start(&s, week, ASK_NO_ALERTS);
    fake_set(&s.w.upstream, SKILL_GRID "/stations", 200, two);
    fake_set(&s.w.upstream, SKILL_LATEST, 200, NOW("10", "0"));
    fake_set(&s.w.upstream, A_DAY_AGO, 200, "{\"features\":[]}");
    fake_set(&s.w.upstream, "/stations/KBJC/observations/latest", 200, NOW("12", "0"));
    fake_set(&s.w.upstream,
             "/stations/KBJC/observations?start=2026-11-21T16:00:00Z&end=2026-11-21T18:00:00Z&"
             "limit=500",
             200, THEN("6", "0"));
    skill_says(&s, "CompareIntent", ask_slots(WARMER),
               ": 54 degrees now, 43 degrees at this time yesterday.<");
    skill_stop(&s);
}

TEST(yesterday_has_a_high_and_a_low)
{
    reports_say(NOW("10", "0"), YESTERDAY, day_of_reports(7, 0),
                "comparator=high;when_two=yesterday",
                ">Yesterday's high in Boulder, Colorado, was 68 degrees.<");
    reports_say(NOW("10", "0"), YESTERDAY, day_of_reports(7, 0),
                "comparator=low;when_two=yesterday's",
                ">Yesterday's low in Boulder, Colorado, was 47 degrees.<");
    reports_say(NOW("10", "0"), YESTERDAY, day_of_reports(7, 6),
                "comparator=high;when_two=yesterday", "was 63 degrees.<");
    reports_say(NOW("10", "0"), YESTERDAY, day_of_reports(7, 7),
                "comparator=high;when_two=yesterday",
                ">I can't tell yesterday's high in Boulder, Colorado, because the reports have "
                "gaps.<");
    reports_say(NOW("10", "0"), YESTERDAY, NULL, "comparator=high;when_two=yesterday",
                "I can't get that from the National Weather Service right now.");
    reports_say(NOW("10", "0"), LAST_NIGHT, day_of_reports(25, 0),
                "comparator=low;when_two=last night",
                ">Last night's low in Boulder, Colorado, was 58 degrees.<");
}

TEST(now_is_compared_with_last_night_by_day)
{
    struct skill_world s;

    reports_say(NOW("10", "0"), LAST_NIGHT, day_of_reports(25, 0),
                "comparator=colder;when_two=last night",
                ">Yes, it's 8 degrees colder than last night in Boulder, Colorado: 50 degrees now, "
                "a low of 58 degrees last night.<");
    reports_say(NOW("10", "0"), LAST_NIGHT, day_of_reports(25, 12),
                "comparator=colder;when_two=last night",
                ">I can't tell last night's low in Boulder, Colorado, because the reports have ");
    ask_start(&s, week, ASK_NO_ALERTS); /* by night it is about tonight */
    s.now += 9 * 3600;
    fake_set(&s.w.upstream, LAST_NIGHT, 200, day_of_reports(25, 0));
    skill_says(
        &s, "CompareIntent", ask_slots("comparator=colder;when_two=last night"),
        ">Yes, tonight is 30 degrees colder than last night in Boulder, Colorado: a low of ");
    skill_stop(&s);
}

TEST(days_are_compared_by_their_highs_and_nights_by_their_lows)
{
    ask_says("CompareIntent", week, ASK_NO_ALERTS,
             "comparator=colder;when_any=tomorrow;when_two=today",
             ">Yes, tomorrow is 9 degrees colder than today in Boulder, Colorado: a high of 41 "
             "degrees tomorrow, 50 degrees today.<");
    ask_says("CompareIntent", week, ASK_NO_ALERTS, "comparator=warmer;when_any=tuesday",
             ">No, Tuesday is about the same as today in Boulder, Colorado: a high of 51 degrees "
             "Tuesday, 50 degrees today.<");
    ask_says("CompareIntent", week, ASK_NO_ALERTS, "when_any=tomorrow night;when_two=tonight",
             ">Tomorrow night is 9 degrees warmer than tonight in Boulder, Colorado: a low of 37 "
             "degrees tomorrow night, 28 degrees tonight.<");
    ask_says("CompareIntent", week, ASK_NO_ALERTS,
             "comparator=wetter;when_any=tomorrow;when_two=today",
             ">Yes, tomorrow is 50 percent wetter than today in Boulder, Colorado: a 60 percent "
             "chance of precipitation tomorrow, 10 percent today.<");
    ask_says("CompareIntent", week, ASK_NO_ALERTS, "when_any=friday;when_two=today",
             "No temperature forecast is available for Boulder, Colorado");
    ask_says("CompareIntent", week, ASK_NO_ALERTS, "when_any=tomorrow;when_two=xyzzy",
             "I'm not sure which day you mean.");
    /* "And the rain": the metric says what is compared; "warmer" does not fit it. */
    ask_says("CompareIntent", week, ASK_NO_ALERTS,
             "comparator=warmer;metric=rain;when_any=tomorrow;when_two=today",
             ">Tomorrow is 50 percent wetter than today in ");
    ask_says("CompareIntent", week, ASK_NO_ALERTS,
             "comparator=colder;metric=forecast;when_any=tomorrow;when_two=today",
             ">Yes, tomorrow is 9 degrees colder than today in ");
    reports_say(NOW("10", "0"), YESTERDAY, day_of_reports(7, 0),
                "comparator=warmer;when_any=tomorrow;when_two=yesterday",
                ">No, tomorrow is 27 degrees colder than yesterday in Boulder, Colorado: a high of "
                "41 degrees tomorrow, 68 degrees yesterday.<");
}

TEST(a_high_or_low_alone)
{
    ask_says("CompareIntent", week, ASK_NO_ALERTS, "comparator=high",
             ">Today's high in Boulder, Colorado, is 50 degrees.<");
    ask_says("CompareIntent", week, ASK_NO_ALERTS, "comparator=high;when_any=tomorrow",
             ">Tomorrow's high in Boulder, Colorado, is 41 degrees.<");
    ask_says("CompareIntent", week, ASK_NO_ALERTS, "comparator=low",
             ">Today's low in Boulder, Colorado, is 28 degrees.<");
    ask_says("CompareIntent", week, ASK_NO_ALERTS, "comparator=low;when_any=tonight",
             ">Tonight's low in Boulder, Colorado, is 28 degrees.<");
    ask_says("CompareIntent", week, ASK_NO_ALERTS, "comparator=low;when_any=tomorrow",
             ">Tomorrow's low in Boulder, Colorado, is 37 degrees.<"); /* of the night after */
    ask_says("CompareIntent", week, ASK_NO_ALERTS, "comparator=high;when_two=today",
             ">Today's high in Boulder, Colorado, is 50 degrees.<");
    ask_says("CompareIntent", week, ASK_NO_ALERTS, "comparator=high;when_any=friday",
             ">For Friday: No temperature forecast is available for Boulder, Colorado.<");
}

TEST(a_weekend_has_two_highs)
{
    static const char highs[] = LAYER("maxTemperature", "degC",
                                      RUN("2026-11-28T13:00:00+00:00/PT12H",
                                          "10") "," RUN("2026-11-29T13:00:00+00:00/PT12H", "5"));
    struct skill_world s;

    ask_start(&s, highs, ASK_NO_ALERTS);
    s.now += 3 * 86400; /* Wednesday */
    skill_says(
        &s, "CompareIntent", ask_slots("comparator=high;when_any=this weekend"),
        ">Saturday's high in Boulder, Colorado, is 50 degrees, and Sunday's is 41 degrees.<");
    skill_stop(&s);
}

TEST(a_night_has_its_low_and_a_day_its_high)
{
    ask_says("CompareIntent", week, ASK_NO_ALERTS, "when_any=tonight;when_two=today",
             ">Tonight is 22 degrees colder than today in Boulder, Colorado: a low of 28 degrees "
             "tonight, a high of 50 degrees today.<");
}

TEST(this_morning_counts_when_it_is_over)
{
    static const char hours[] = LAYER("temperature", "degC",
                                      RUN("2026-11-22T13:00:00+00:00/PT6H",
                                          "4") "," RUN("2026-11-22T19:00:00+00:00/PT40H", "10"));
    struct skill_world s;

    ask_start(&s, hours, ASK_NO_ALERTS);
    s.now += 5 * 3600; /* three in the afternoon */
    skill_says(&s, "CompareIntent", ask_slots("comparator=warmer;when_two=this morning"),
               ">Yes, today is 11 degrees warmer than this morning in Boulder, Colorado: a high of "
               "50 degrees today, 39 degrees this morning.<");
    skill_stop(&s);
}

TEST(todays_high_is_told_after_the_day_is_over)
{
    struct skill_world s;

    ask_start(&s, week, ASK_NO_ALERTS);
    s.now += 10 * 3600; /* eight in the evening */
    skill_says(&s, "CompareIntent", ask_slots("when_any=tomorrow;when_two=today"),
               "a high of 41 degrees tomorrow, 50 degrees today.<");
    skill_says(&s, "CompareIntent", ask_slots("comparator=high"),
               ">Today's high in Boulder, Colorado, is 50 degrees.<");
    skill_stop(&s);
}

TEST(two_places_are_named_with_their_states)
{
    struct skill_world s;

    ask_start(&s, week, ASK_NO_ALERTS);
    fake_set(&s.w.upstream, SKILL_LATEST, 200, NOW("10", "0"));
    skill_says(&s, "CompareIntent", ask_slots("comparator=colder;location_two=boulder colorado"),
               ">No, Boulder, Colorado, is about the same as Boulder, Colorado: 50 degrees against "
               "50 degrees.<");
    skill_says(&s, "CompareIntent",
               ask_slots("comparator=colder;location_two=boulder colorado;when_any=tomorrow"),
               "is about the same as Boulder, Colorado, tomorrow: a high of 41 degrees against 41");
    fake_set(&s.w.upstream, YESTERDAY, 200, day_of_reports(7, 0));
    skill_says(
        &s, "CompareIntent",
        ask_slots("comparator=colder;location_two=boulder colorado;when_two=yesterday"),
        ">No, Boulder, Colorado, was about the same as Boulder, Colorado, yesterday: a high of "
        "68 degrees against 68 degrees.<");
    skill_says(&s, "CompareIntent",
               ask_slots("comparator=wetter;location_two=boulder colorado;when_two=yesterday"),
               "Weather stations don't report chance of precipitation");
    skill_says(&s, "CompareIntent", ask_slots("comparator=colder;location_two=qqqqqqqq"),
               "I couldn't find");
    skill_stop(&s);
}

TESTS(now_is_compared_with_the_same_station_a_day_ago, now_is_compared_with_last_night_by_day,
      what_was_not_read_is_not_compared, the_next_station_tells_both_when_one_was_silent,
      yesterday_has_a_high_and_a_low, days_are_compared_by_their_highs_and_nights_by_their_lows,
      a_high_or_low_alone, a_weekend_has_two_highs, a_night_has_its_low_and_a_day_its_high,
      this_morning_counts_when_it_is_over, todays_high_is_told_after_the_day_is_over,
      two_places_are_named_with_their_states)
