/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/figures/spell.c -- which hours are wet, what joins them, where spells begin
 * and end. */
#include "intents/figures/spell.h"

#include "tests/unit/intents/figures/layers.h"

/* A chance for each hour from H(0) on, as text: '.' is 0, '3' is 30 percent, '2' 29 percent, '?' no
 * value. Each has the weather of the letter below it: r rain, s snow, b both, t thunderstorms, i
 * freezing rain, e sleet, d drizzle, f fog, ' ' none at all. */
static struct layers grid_of(const char *chances, const char *weather)
{
    struct layers l = layers_start();

    layer(&l, "probabilityOfPrecipitation", "percent");
    for (int i = 0; chances[i]; i++)
        if (chances[i] != '?')
            run(&l, i, 1, chances[i] == '.' ? 0 : chances[i] == '2' ? 29 : (chances[i] - '0') * 10);
    layer_of_weather(&l);
    for (int i = 0; weather && weather[i]; i++) {
        static const char letters[] = "rstiedf";
        static const char *const names[] = {
            "rain", "snow", "thunderstorms", "freezing_rain", "sleet", "drizzle", "fog"
        };
        const char *at = strchr(letters, weather[i]);
        if (weather[i] == 'b')
            weather_run(&l, i, 1,
                        "rain','intensity':null,'attributes':[]},{'coverage':'chance','weather':'"
                        "snow");
        else if (at)
            weather_run(&l, i, 1, names[at - letters]);
    }
    return l;
}

/* "4..6" in hours, with "+" for an open end and the chance; "none" without a spell. */
static void check_in(const char *chances, const char *weather, enum event_id event, int64_t now,
                     const struct span *period, const char *want)
{
    struct layers l = grid_of(chances, weather);
    struct spells s = spells_read(layers_grid(&l), event, now, period);
    char got[60] = "none";

    if (s.found)
        snprintf(got, sizeof got, "%d..%d%s %d", (int)((s.spell.start - T0) / 3600),
                 (int)((s.spell.end - T0) / 3600), s.spell.open_end ? "+" : "",
                 (int)s.spell.chance);
    if (s.found && s.spell.turns)
        snprintf(got + strlen(got), sizeof got - strlen(got), " %s@%d",
                 s.spell.to_snow ? "snow" : "rain", (int)((s.spell.turns_at - T0) / 3600));
    if (strcmp(got, want) != 0)
        fail_msg("\"%s\" \"%s\": %s, not %s", chances, weather ? weather : "", got, want);
    layers_free(&l);
}

static void check(const char *chances, const char *weather, enum event_id event, const char *want)
{
    check_in(chances, weather, event, H(0), NULL, want);
}

TEST(an_hour_is_wet_from_thirty_percent)
{
    check("..3..", "  r  ", EVENT_RAIN, "2..3 30");
    check("..2..", "  r  ", EVENT_RAIN, "none");
    check("..9..", "  r  ", EVENT_RAIN, "2..3 90");
    check("..3..", NULL, EVENT_PRECIPITATION, "2..3 30");
    check("..2..", "  r  ", EVENT_PRECIPITATION, "none");
}

TEST(kinds_count_as_their_events)
{
    static const struct {
        const char *kind;
        bool rain, snow, ice, thunder;
    } rows[] = {
        { "r", true, false, false, false }, { "d", true, false, false, false },
        { "t", true, false, false, true },  { "i", true, false, true, false },
        { "e", false, false, true, false }, { "s", false, true, false, false },
        { "b", true, true, false, false },  { "f", false, false, false, false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check("5..", rows[i].kind, EVENT_RAIN, rows[i].rain ? "0..1 50" : "none");
        check("5..", rows[i].kind, EVENT_SNOW, rows[i].snow ? "0..1 50" : "none");
        check("5..", rows[i].kind, EVENT_ICE, rows[i].ice ? "0..1 50" : "none");
        check("5..", rows[i].kind, EVENT_THUNDERSTORMS, rows[i].thunder ? "0..1 50" : "none");
        check("5..", rows[i].kind, EVENT_PRECIPITATION, "0..1 50");
    }
}

TEST(fewer_than_three_dry_hours_are_not_a_break)
{
    check("3.3..", "r r", EVENT_RAIN, "0..3 30");
    check("3..4..", "r  r", EVENT_RAIN, "0..4 40");
    check("3...4..", "r   r", EVENT_RAIN, "0..1 30");
    check("3..4...5", "r  r   r", EVENT_RAIN, "0..4 40");
    /* An hour of another kind is dry for this one. */
    check("3334..", "rssr", EVENT_RAIN, "0..4 40");
    check("33334..", "rsssr", EVENT_RAIN, "0..1 30 snow@1");
}

TEST(a_spell_at_the_end_of_the_forecast_is_open)
{
    check("..33", "  rr", EVENT_RAIN, "2..4+ 30");
    check("..33.", "  rr", EVENT_RAIN, "2..4 30");
    check("..33?", "  rr", EVENT_RAIN, "2..4+ 30");
    check("..3333", "  rr", EVENT_RAIN, "2..4+ 30"); /* the weather ends first */
    check("..3333", "  rrff", EVENT_RAIN, "2..4 30");
    check("..3333", "  rr", EVENT_PRECIPITATION, "2..6+ 30");
}

TEST(the_first_spell_that_is_not_over_counts)
{
    static const char chances[] = "55....66....", rain[] = "rr    rr";

    check_in(chances, rain, EVENT_RAIN, H(0) + 1800, NULL, "0..2 50");
    check_in(chances, rain, EVENT_RAIN, H(1) + 3599, NULL, "0..2 50");
    check_in(chances, rain, EVENT_RAIN, H(2), NULL, "6..8 60");
    check_in(chances, rain, EVENT_RAIN, H(8), NULL, "none");
    /* The highest chance is that of the hours that are left; within a gap it is running. */
    check_in("9..5...", "r  r", EVENT_RAIN, H(1), NULL, "0..4 50");
}

TEST(a_period_means_the_spell_that_overlaps_it)
{
    static const char chances[] = "55....66....", rain[] = "rr    rr";
    const struct span early = { H(1), H(3) }, late = { H(7), H(9) }, between = { H(2), H(6) };

    check_in(chances, rain, EVENT_RAIN, H(0), &early, "0..2 50");
    check_in(chances, rain, EVENT_RAIN, H(0), &late, "6..8 60");
    check_in(chances, rain, EVENT_RAIN, H(0), &between, "none");
}

TEST(rain_turns_to_snow_and_back)
{
    check("555555..", "rrrsss", EVENT_PRECIPITATION, "0..6 50 snow@3");
    check("555555..", "ssrrss", EVENT_PRECIPITATION, "0..6 50 rain@2");
    check("555555..", "rrbbss", EVENT_PRECIPITATION, "0..6 50 snow@4");
    check("555555..", "rrbbrr", EVENT_PRECIPITATION, "0..6 50");
    check("555555..", "rrrsss", EVENT_RAIN, "0..3 50 snow@3");
    check("555555..", "rrrsss", EVENT_SNOW, "3..6 50");
    /* A turn that is over is not told. */
    check_in("555555..", "rrrsss", EVENT_PRECIPITATION, H(4), NULL, "0..6 50");
}

TEST(the_highest_chance_is_that_of_hours_that_name_it)
{
    struct layers l = grid_of("..2.1..8.??", "  r.r..f");
    const struct grid *g = layers_grid(&l);
    const struct span morning = { H(3), H(6) };
    struct spells s = spells_read(g, EVENT_RAIN, H(0), NULL);

    CHECK(s.has_chance && s.named && s.open && !s.found);
    CHECK_INT((int)s.highest, 29);
    CHECK_INT(s.highest_at, H(2));
    CHECK_INT(s.known_until, H(9));
    s = spells_read(g, EVENT_SNOW, H(0), NULL);
    CHECK(s.has_chance && !s.named);
    s = spells_read(g, EVENT_RAIN, H(0), &morning);
    CHECK(s.named && !s.open);
    CHECK_INT((int)s.highest, 10);
    s = spells_read(g, EVENT_RAIN, H(9), NULL);
    CHECK(!s.has_chance && !s.named);
    layers_free(&l);
}

TEST(now_within_a_dry_stretch_does_not_move_the_next_spell)
{
    for (int minute = 0; minute < 4 * 60; minute += 7)
        check_in("....55..", "    rr", EVENT_RAIN, H(0) + minute * 60, NULL, "4..6 50");
}

TESTS(an_hour_is_wet_from_thirty_percent, kinds_count_as_their_events,
      fewer_than_three_dry_hours_are_not_a_break, a_spell_at_the_end_of_the_forecast_is_open,
      the_first_spell_that_is_not_over_counts, a_period_means_the_spell_that_overlaps_it,
      rain_turns_to_snow_and_back, the_highest_chance_is_that_of_hours_that_name_it,
      now_within_a_dry_stretch_does_not_move_the_next_spell)
