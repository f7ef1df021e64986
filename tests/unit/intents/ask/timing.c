/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/ask/timing.c -- what "when will it rain" and "when will it stop" sound like,
 * and when report and forecast differ. */
#include "tests/unit/intents/ask/ask_world.h"

/* It is Sunday, November 22nd, ten in the morning (17:00 UTC). */
#define CHANCE(runs) LAYER("probabilityOfPrecipitation", "percent", runs)
#define DRY "," RUN("2026-11-23T09:00:00+00:00/P6DT2H", "5")
/* 70 percent from four in the afternoon until two in the morning; the layer ends on Sunday at 4 in
 * the morning. */
#define LATER_CHANCE                                                                               \
    CHANCE(RUN("2026-11-22T10:00:00+00:00/PT13H", "10") "," RUN("2026-11-22T23:00:00+00:00/PT10H", \
                                                                "70") DRY)
#define LATER(kind) \
    LATER_CHANCE WEATHER("2026-11-22T23:00:00+00:00/PT10H", CONDITION("'likely'", kind, "null"))
/* 40 percent from five in the morning until eight in the evening. */
#define RUNNING                                                                                 \
    CHANCE(RUN("2026-11-22T10:00:00+00:00/PT2H", "0") "," RUN(                                  \
        "2026-11-22T12:00:00+00:00/PT15H", "40") "," RUN("2026-11-23T03:00:00+00:00/P6D", "5")) \
    WEATHER("2026-11-22T12:00:00+00:00/PT15H", CONDITION("'chance'", "'rain'", "null"))
#define SLIGHT                                                                                  \
    CHANCE(RUN("2026-11-22T10:00:00+00:00/P4D", "5") "," RUN(                                   \
        "2026-11-26T10:00:00+00:00/PT20H", "20") "," RUN("2026-11-27T06:00:00+00:00/P2D", "5")) \
    WEATHER("2026-11-27T03:00:00+00:00/PT3H", CONDITION("'slight_chance'", "'rain'", "null"))

#define RAIN_REPORT                                                                                \
    "[{'intensity':'light','modifier':null,'weather':'rain','rawString':'-RA'}],'textDescription'" \
    ":'Light Rain'"
#define UNKNOWN_REPORT "[],'textDescription':'Unknown Precip'"
#define DRY_REPORT "[],'textDescription':'Cloudy'"

/* `time` and the present weather of the newest report; weather NULL: the station fails. */
static void start(struct skill_world *s, const char *layers, const char *time, const char *weather)
{
    static char body[2000];

    ask_start(s, layers, ASK_NO_ALERTS);
    (void)snprintf(
        body, sizeof body,
        "{'properties':{'station':'https://api.weather.gov/stations/KBDU','timestamp':'%s',"
        "'presentWeather':%s}}",
        time, weather ? weather : "");
    for (char *p = body; *p; p++)
        if (*p == '\'')
            *p = '"';
    fake_set(&s->w.upstream, SKILL_LATEST, weather ? 200 : 500, body);
}

static void says_at(const char *layers, const char *time, const char *weather, const char *question,
                    const char *want)
{
    struct skill_world s;

    start(&s, layers, time, weather);
    skill_says(&s, "TimingIntent", ask_slots(question), want);
    skill_stop(&s);
}

/* With a report of half an hour ago. */
static void says(const char *layers, const char *weather, const char *question, const char *want)
{
    says_at(layers, "2026-11-22T16:30:00+00:00", weather, question, want);
}

TEST(a_spell_ahead_is_told_with_its_hours_and_its_chance)
{
    says(LATER("'rain'"), DRY_REPORT, "event=rain",
         ">Rain is likely, up to 70 percent, in Boulder, Colorado, from around 4 P.M. today until "
         "about 2 A.M. tomorrow.<");
    says(LATER("'snow_showers'"), DRY_REPORT, "event=snow;edge=start",
         ">Snow is likely, up to 70 percent, in Boulder, ");
    says(LATER("'thunderstorms'"), DRY_REPORT, "event=storms",
         ">Thunderstorms are likely, up to 70 ");
    says(LATER("'freezing_drizzle'"), DRY_REPORT, "event=ice",
         ">Ice is likely, up to 70 percent, in Boulder, ");
    says(LATER_CHANCE, DRY_REPORT, "",
         ">Precipitation is likely, up to 70 percent, in Boulder, Colorado, from around 4 ");
    says(LATER("'rain'"), NULL, "event=rain", ">Rain is likely, up to 70 percent, in Boulder, ");
}

TEST(a_spell_that_is_running_is_told_with_its_end)
{
    says(RUNNING, RAIN_REPORT, "event=rain;edge=stop",
         ">Rain is possible, up to 40 percent, in Boulder, Colorado, until about 8 P.M. tonight.<");
    says(
        RUNNING, RAIN_REPORT, "event=rain;edge=duration",
        ">Rain is possible, up to 40 percent, in Boulder, Colorado, for about 10 more hours, until "
        "about 8 P.M. tonight.<");
    says(
        RUNNING, RAIN_REPORT, "event=rain;edge=start",
        ">Rain is possible, up to 40 percent, in Boulder, Colorado, from around 5 A.M. today until "
        "about 8 P.M. ");
}

TEST(while_it_is_dry_the_next_spell_is_told)
{
    says(LATER("'rain'"), DRY_REPORT, "event=rain;edge=stop",
         ">It's dry now in Boulder, Colorado. The next rain is likely, up to 70 percent, from "
         "around 4 P.M. today until about 2 A.M. tomorrow.<");
    says(LATER("'rain'"), NULL, "event=rain;edge=duration",
         ">It's dry now in Boulder, Colorado. Next rain: 10 hours, up to 70 percent, from around "
         "4 P.M. today until about 2 A.M. tomorrow.<");
    says(RUNNING, RAIN_REPORT, "event=snow;edge=stop",
         ">It's not snowing now in Boulder, Colorado. No snow is forecast through Saturday.<");
}

TEST(report_and_forecast_may_differ)
{
    says(LATER("'rain'"), RAIN_REPORT, "event=rain;edge=stop",
         ">It's raining now in Boulder, Colorado, despite a dry forecast. Next rain, up to 70 "
         "percent, from around 4 P.M. ");
    says(LATER("'rain'"), RAIN_REPORT, "event=rain",
         ">It's raining now in Boulder, Colorado, despite a dry forecast. Next rain, up to 70 "
         "percent, from around 4 P.M. ");
    says(RUNNING, DRY_REPORT, "event=rain;edge=stop",
         ">Rain is possible, up to 40 percent, in Boulder, Colorado, until about 8 P.M. tonight. "
         "None is reported yet.<");
    says(RUNNING, NULL, "event=rain;edge=stop", "Colorado, until about 8 P.M. tonight.<");
    says(SLIGHT, RAIN_REPORT, "event=rain;edge=stop",
         ">It's raining now in Boulder, Colorado, despite a dry forecast. No rain of 30 percent or "
         "more through Saturday; at most 20 percent, Thursday night.<");
    /* The forecast has snow, so it isn't dry. */
    says(CHANCE(RUN("2026-11-22T10:00:00+00:00/P6D", "70"))
             WEATHER("2026-11-22T10:00:00+00:00/P6D", CONDITION("'likely'", "'snow'", "null")),
         RAIN_REPORT, "event=rain",
         ">It's raining now in Boulder, Colorado, though not forecast. No rain is forecast ");
    /* What the station can't identify may be rain. */
    says(LATER("'rain'"), UNKNOWN_REPORT, "event=rain;edge=stop",
         ">Unknown precipitation is falling now in Boulder, Colorado. Next rain, up to 70 percent, "
         "from around 4 P.M. ");
    says(LATER("'rain'"), UNKNOWN_REPORT, "event=precipitation;edge=stop",
         ">Precipitation is falling now in Boulder, ");
    /* A report of 90 minutes ago counts, an older one does not. */
    says_at(LATER("'rain'"), "2026-11-22T15:30:00+00:00", RAIN_REPORT, "event=rain",
            ">It's raining");
    says_at(LATER("'rain'"), "2026-11-22T15:29:00+00:00", RAIN_REPORT, "event=rain",
            ">Rain is likely");
    /* Tomorrow is not about now. */
    says(LATER("'rain'"), RAIN_REPORT, "event=rain;when_any=tuesday",
         ">No rain is forecast Tuesday ");
}

TEST(kinds_are_reported_by_word)
{
    static const struct {
        const char *weather;
        bool rain, snow, ice, thunder;
    } rows[] = {
        { "Thunderstorms and Light Rain", true, false, false, true },
        { "Light Drizzle", true, false, false, false },
        { "Snow", false, true, false, false },
        { "Light Freezing Rain", true, false, true, false },
        { "Thunderstorms in Vicinity", false, false, false, false },
        { "Fog", false, false, false, false },
    };
    static const char *const events[] = { "rain", "snow", "ice", "thunderstorms" };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const bool falling[] = { rows[i].rain, rows[i].snow, rows[i].ice, rows[i].thunder };
        for (size_t k = 0; k < 4; k++) {
            char weather[100], question[40];
            snprintf(weather, sizeof weather, "[],'textDescription':'%s'", rows[i].weather);
            snprintf(question, sizeof question, "event=%s;edge=stop", events[k]);
            says(SLIGHT, weather, question,
                 falling[k] ? "now in Boulder, Colorado, despite a dry forecast. "
                            : "now in Boulder, Colorado. No ");
        }
    }
}

TEST(no_spell_tells_the_highest_chance_and_until_when)
{
    says(SLIGHT, DRY_REPORT, "event=rain",
         ">No rain of 30 percent or more through Saturday in Boulder, Colorado; the highest chance "
         "is "
         "20 percent, Thursday night.<");
    says(
        SLIGHT, DRY_REPORT, "event=rain;when_any=thursday night",
        ">No rain of 30 percent or more Thursday night in Boulder, Colorado; the highest chance is "
        "20 percent, around 8 P.M.<");
    says(SLIGHT, DRY_REPORT, "event=snow",
         ">No snow is forecast through Saturday in Boulder, Colorado.<");
    says(LATER_CHANCE, DRY_REPORT, "event=snow",
         ">No snow is forecast through Saturday in Boulder, Colorado. Precipitation of an unknown "
         "kind is likely.<");
    says(CHANCE(RUN("2026-11-22T10:00:00+00:00/P6D", "30")), DRY_REPORT, "event=snow",
         " Precipitation of an unknown kind is possible.<");
    says(CHANCE(RUN("2026-11-22T10:00:00+00:00/P7DT10H", "0")), DRY_REPORT, "",
         ">No precipitation is forecast through Sunday, November 29th in Boulder, Colorado.<");
    says(CHANCE(RUN("2026-11-22T10:00:00+00:00/PT20H", "0")), DRY_REPORT, "when_any=tonight",
         ">No precipitation is forecast tonight in Boulder, Colorado. Part isn't forecast yet.<");
}

TEST(a_forecast_that_begins_later_denies_nothing_before)
{
    says(CHANCE(RUN("2026-11-23T10:00:00+00:00/P4D", "0")), DRY_REPORT, "event=rain",
         ">No precipitation forecast is available for Boulder, Colorado.<");
}

TEST(a_spell_that_reaches_the_end_lasts_at_least_so_long)
{
    says(CHANCE(RUN("2026-11-22T10:00:00+00:00/P3D", "0") "," RUN("2026-11-25T10:00:00+00:00/P2D",
                                                                  "80")),
         DRY_REPORT, "",
         ", up to 80 percent, in Boulder, Colorado, from around 3 A.M. Wednesday at least until "
         "3 A.M. Friday.<");
}

TEST(a_turn_is_told)
{
    says(LATER_CHANCE
         ",'weather':{'values':[{'validTime':'2026-11-22T23:00:00+00:00/PT5H','value':[" CONDITION(
             "'likely'", "'rain'", "null") "]},{'validTime':'2026-11-23T04:00:00+00:00/"
                                           "PT5H','value':[" CONDITION("'likely'", "'snow'",
                                                                       "null") "]}]}",
         DRY_REPORT, "", "until about 2 A.M. tomorrow, turning to snow around 9 P.M. tonight.<");
    says(LATER_CHANCE
         ",'weather':{'values':[{'validTime':'2026-11-22T23:00:00+00:00/PT5H','value':[" CONDITION(
             "'likely'", "'rain'", "null") "]},{'validTime':'2026-11-23T04:00:00+00:00/"
                                           "PT5H','value':[" CONDITION("'likely'", "'snow'",
                                                                       "null") "]}]}",
         DRY_REPORT, "event=rain",
         "from around 4 P.M. today until about 9 P.M. tonight, when it turns to snow.<");
}

TEST(an_hour_is_within_a_spell_or_not)
{
    says(
        LATER("'rain'"), DRY_REPORT, "event=rain;time=18:00",
        ">Yes, at 6 P.M. tonight: rain, up to 70 percent, in Boulder, Colorado, from around 4 P.M. "
        "today until about 2 A.M. tomorrow.<");
    says(LATER("'rain'"), DRY_REPORT, "event=rain;time=15:00",
         ">No, not at 3 P.M. today; next rain, up to 70 percent, in Boulder, Colorado, from around "
         "4 P.M. until about 2 A.M. tomorrow.<");
    says(LATER("'rain'"), DRY_REPORT, "time=18:00;edge=stop",
         ">No, not by 6 P.M. tonight: precipitation, up to 70 percent, in ");
    says(LATER("'rain'"), DRY_REPORT, "time=15:00;edge=dry",
         ">Yes, dry by 3 P.M. today; next precipitation, up to ");
    says(LATER("'rain'"), DRY_REPORT, "event=rain;time=09:40", ">No, not at 9:40 A.M. today; ");
    says(LATER("'rain'"), DRY_REPORT, "event=precipitation;time=15:00", ">Yes, dry by 3 ");
    says(LATER("'rain'"), DRY_REPORT, "time=18:00", ">No, not by 6 P.M. tonight: ");
    says(LATER("'snow'"), DRY_REPORT, "event=snow;time=18:00;edge=stop",
         ">No, not by 6 P.M. tonight: snow, up to 70 percent, in ");
    says(LATER("'rain'"), DRY_REPORT, "event=dry", ">It's dry now in Boulder, Colorado. The next ");
    says(LATER("'rain'"), DRY_REPORT, "event=rain;time=12:00;when_any=tuesday",
         ">No, not at noon Tuesday: no rain is forecast Tuesday in Boulder, Colorado.<");
    says(LATER("'rain'"), DRY_REPORT, "event=rain;time=mo",
         ">No, not at 6 A.M. tomorrow: rain, up to 70 percent, in Boulder, Colorado, from ");
    says(LATER("'rain'"), DRY_REPORT, "event=dry;time=ev", ">No, not by 6 P.M. tonight: ");
    says(LATER("'rain'"), DRY_REPORT, "event=rain;time=17:00;when_any=next sunday",
         "I don't have anything for Sunday, November 29th at 5 P.M. yet.");
}

TEST(other_words_are_alerts_or_refused)
{
    says(LATER("'rain'"), DRY_REPORT, "event=tornado", "no tornado alerts");
    says(LATER("'rain'"), DRY_REPORT, "event=frogs", ">I can't tell when frogs comes.");
    says(LAYER("skyCover", "percent", RUN(DAY, "5")), DRY_REPORT, "event=rain",
         ">No precipitation forecast is available for Boulder, Colorado.<");
    says(",'probabilityOfPrecipitation':{'uom':'wmoUnit:percent','values':7}", DRY_REPORT,
         "event=rain", ">I have no precipitation forecast that I can read for Boulder, Colorado.<");
}

TESTS(a_spell_ahead_is_told_with_its_hours_and_its_chance,
      a_spell_that_is_running_is_told_with_its_end, while_it_is_dry_the_next_spell_is_told,
      report_and_forecast_may_differ, kinds_are_reported_by_word,
      no_spell_tells_the_highest_chance_and_until_when,
      a_forecast_that_begins_later_denies_nothing_before,
      a_spell_that_reaches_the_end_lasts_at_least_so_long, a_turn_is_told,
      an_hour_is_within_a_spell_or_not, other_words_are_alerts_or_refused)
