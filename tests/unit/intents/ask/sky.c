/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/ask/sky.c -- what is said about the sun and the moon. */
#include "tests/unit/intents/skill_world.h"

/* The place farthest north, where the sun stays up from May to August. */
static const char barrow_point[] =
    "{\"properties\":{\"cwa\":\"AFG\",\"gridId\":\"BOU\",\"gridX\":54,\"gridY\":74,"
    "\"forecast\":\"" SKILL_API SKILL_GRID "/forecast\","
    "\"forecastGridData\":\"" SKILL_API SKILL_GRID "\","
    "\"observationStations\":\"" SKILL_API SKILL_GRID "/stations\","
    "\"forecastZone\":\"" SKILL_API "/zones/forecast/COZ039\","
    "\"county\":\"" SKILL_API "/zones/county/COC013\",\"timeZone\":\"America/Anchorage\"}}";

static void add_utqiagvik(struct skill_world *s)
{
    char path[128], coords[PLACE_ENTRY_COORDS_MAX];
    struct gazetteer_query query = { .city = STR("utqiagvik"), .state = "AK" };
    struct gazetteer_hit hit;

    CHECK(gazetteer_best(&query, NULL, &hit));
    (void)snprintf(path, sizeof path, "/points/%.*s",
                   STR_ARG(place_entry_coords(hit.lat, hit.lon, coords)));
    fake_set(&s->w.upstream, path, 200, barrow_point);
}

struct row {
    const char *now, *slots, *want;
};

static void check_rows(const char *intent, const char *place, const struct row *rows, size_t count)
{
    struct skill_world s;
    char slots[200];

    skill_start(&s);
    add_utqiagvik(&s);
    for (size_t i = 0; i < count; i++) {
        CHECK(time_parse_rfc3339(str_of(rows[i].now), &s.now));
        (void)snprintf(slots, sizeof slots, "location=%s;%s", place, rows[i].slots);
        skill_says(&s, intent, slots, rows[i].want);
    }
    skill_stop(&s);
}

#define ROWS(rows) rows, sizeof rows / sizeof rows[0]
#define MORNING "2026-11-22T17:00:00Z"
#define EVENING "2026-11-23T03:00:00Z"
#define SMALL_HOURS "2026-11-22T09:00:00Z"

TEST(the_sun_is_told_to_the_minute_and_a_past_event_with_the_next)
{
    static const struct row rows[] = {
        { MORNING, "sun=sunset", "Sunset in Boulder, Colorado, is at 4:40 P.M. today." },
        { MORNING, "", "Sunset in Boulder, Colorado, is at 4:40 P.M. today." },
        { MORNING, "sun=sunrise",
          "Sunrise in Boulder, Colorado, was at 6:54 A.M. today; the next is at 6:55 A.M. "
          "tomorrow." },
        { EVENING, "sun=sunset",
          "Sunset in Boulder, Colorado, was at 4:40 P.M. today; the next is at 4:39 P.M. "
          "tomorrow." },
        { EVENING, "sun=sunrise;when_abs=tomorrow", "is at 6:55 A.M. tomorrow." },
        { SMALL_HOURS, "sun=sunrise;when_abs=tonight", "is at 6:54 A.M. today." },
        { MORNING, "sun=sunrise;when_any=friday", "is at 7 A.M. on Friday." },
        { MORNING, "sun=sunset;when_abs=this week", "is at 4:40 P.M. today." },
        { MORNING, "sun=sunset;month=july;day=fourth", "is at 8:33 P.M. on July 4th." },
        { MORNING, "sun=dark", "It gets dark in Boulder, Colorado, at 5:09 P.M. today." },
        { EVENING, "sun=dark", "It got dark in Boulder, Colorado, at 5:09 P.M. today; the next" },
        { MORNING, "sun=first light;when_abs=tomorrow",
          "First light in Boulder, Colorado, is at " },
        { MORNING, "sun=noon",
          "is at 11:47 A.M. today, with the sun 30 degrees above the horizon." },
        { MORNING, "sun=day length",
          "The day in Boulder, Colorado, is 9 hours and 46 minutes long today, from 6:54 A.M. to "
          "4:40 P.M., 2 minutes shorter than the day before." },
        { MORNING, "sun=moonrise", "I don't know when moonrise is. You can ask for sunrise," },
        { MORNING, "sun=sunset;when_abs=yesterday", "Which day would you like?" },
        { MORNING, "sun=sunset;month=february;day=thirtieth", "That date doesn't exist." },
    };

    check_rows("SunIntent", "boulder colorado", ROWS(rows));
}

TEST(polar_day_and_night_are_told_with_the_next_event)
{
    static const char june[] = "2026-06-17T20:00:00Z";
    static const struct row rows[] = {
        { june, "sun=sunset",
          "Alaska, today: it is polar day. The next sunset is at 2:01 A.M. on August 2nd." },
        { june, "sun=sunrise", "The sun doesn't set in " },
        { june, "sun=day length", "it is polar day." },
        { june, "sun=dark", "It doesn't get dark in " },
        { june, "sun=noon", "with the sun 42 degrees above the horizon." },
        { june, "sun=sunrise;month=december;day=21st",
          "on December 21st: it is polar night. The next sunrise is at 1:03 P.M. on January "
          "23rd." },
        { june, "sun=day length;month=december;day=21st",
          "it is polar night. The next sunrise is at 1:03 P.M. on January 23rd." },
        { june, "sun=first light;month=december;day=21st",
          "Alaska, is at 11:56 A.M. on December 21st." },
        { june, "sun=noon;month=december;day=21st", "with the sun 5 degrees below the horizon." },
    };

    check_rows("SunIntent", "utqiagvik alaska", ROWS(rows));
}

/* Where the sun sets at 1:42 in the morning, that sunset is still to come at one. */
TEST(a_sunset_after_midnight_belongs_to_the_day_before)
{
    static const struct row rows[] = {
        { "2026-08-03T08:30:00Z", "sun=sunset", "Alaska, is at 1:42 A.M. today." },
        { "2026-08-02T20:00:00Z", "sun=sunset", "Alaska, is at 1:42 A.M. tomorrow." },
    };

    check_rows("SunIntent", "utqiagvik alaska", ROWS(rows));
}

TEST(the_moon_is_told_by_its_phase_now_and_at_noon_of_another_day)
{
    static const struct row rows[] = {
        { MORNING, "moon=phase", "The moon is waxing gibbous, 95 percent lit." },
        { MORNING, "", "The moon is waxing gibbous, 95 percent lit." },
        { MORNING, "moon=phase;when_abs=tonight", "The moon is waxing gibbous, 95 percent lit." },
        { MORNING, "moon=phase;when_any=friday", "On Friday the moon will be " },
        { MORNING, "moon=phase;month=december;day=24th", "On December 24th the moon will be full" },
        { MORNING, "moon=full", "The next full moon is on Tuesday morning, November 24th." },
        { MORNING, "moon=full moon;when_abs=this week", "The next full moon is on Tuesday" },
        { MORNING, "moon=full;when_abs=tonight",
          "No, the moon is waxing gibbous today; the next full moon is on Tuesday morning" },
        { "2026-11-24T10:00:00Z", "moon=full;when_abs=today", "Yes, the moon is full today; " },
        { MORNING, "moon=full;month=december",
          "The next full moon is on Wednesday evening, December 23rd." },
        { MORNING, "moon=full;month=november", "The next full moon is on Tuesday morning" },
        { MORNING, "moon=new", "The next new moon is on Tuesday afternoon, December 8th." },
        { MORNING, "moon=full;month=november;day=25th",
          "The next full moon is on Wednesday evening, December 23rd." },
        { MORNING, "moon=last quarter;month=december;day=25th",
          "The next last quarter moon is on Wednesday" },
        { "2026-11-24T10:00:00Z", "moon=full", "The next full moon is this morning." },
        { MORNING, "moon=blue", "You can ask for the phase of the moon," },
    };

    check_rows("MoonIntent", "boulder colorado", ROWS(rows));
}

TESTS(the_sun_is_told_to_the_minute_and_a_past_event_with_the_next,
      polar_day_and_night_are_told_with_the_next_event,
      a_sunset_after_midnight_belongs_to_the_day_before,
      the_moon_is_told_by_its_phase_now_and_at_noon_of_another_day)
