/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_score.c -- scores a place by size and nearness. */
#include "intents/weather/place_score.h"

#include <math.h>
#include <string.h>

/* The bonus for a place in the user's own state, wherever it is there. */
static const double own_state_bonus = 1.5;
/* The bonus for a place in any state, by its distance from the user's own. The first row that is
 * far enough counts; the larger of the two bonuses is taken. */
static const struct {
    double km, bonus;
} nearness[] = {
    { 30, 1.7 }, { 60, 1.4 }, { 120, 1.0 }, { 250, 0.6 }, { 500, 0.3 },
};
/* People who ask a skill about US weather seldom mean a place abroad: it must have 56 times as many
 * people as the one here. */
static const double abroad_penalty = -1.75;

double place_score_distance_km(double lat_a, double lon_a, double lat_b, double lon_b)
{
    const double km_per_degree = 111.2, radians = 3.14159265358979 / 180.0;
    double east = fabs(lon_a - lon_b); /* the Aleutians lie on both sides of 180 degrees */

    east = (east > 180.0 ? 360.0 - east : east) * cos((lat_a + lat_b) / 2.0 * radians);
    return km_per_degree * hypot(lat_a - lat_b, east);
}

static double nearness_bonus(const struct gazetteer_hit *hit, const struct gazetteer_home *home)
{
    double bonus = strcmp(hit->state, home->state) == 0 ? own_state_bonus : 0.0, km;

    if (!home->located)
        return bonus;
    km = place_score_distance_km(hit->lat, hit->lon, home->lat, home->lon);
    for (size_t i = 0; i < sizeof nearness / sizeof nearness[0]; i++) {
        if (km <= nearness[i].km)
            return fmax(bonus, nearness[i].bonus);
    }
    return bonus;
}

double place_score(const struct gazetteer_hit *hit, const struct gazetteer_home *home)
{
    double score = log10(hit->population + 1.0);

    if (hit->kind == GAZETTEER_ABROAD || hit->kind == GAZETTEER_COUNTRY)
        return score + abroad_penalty;
    return home && home->state[0] ? score + nearness_bonus(hit, home) : score;
}
