/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_zone.c -- the time zones of the states, and of parts of states.
 *
 * A box is a part of a state with another time zone than the rest. Boxes follow the legal borders
 * (49 CFR part 71) where those are straight, otherwise they are drawn around the larger towns. */
#include "intents/weather/place_zone.h"

#include <stddef.h>
#include <string.h>

#define EASTERN "America/New_York"
#define CENTRAL "America/Chicago"
#define MOUNTAIN "America/Denver"
#define PACIFIC "America/Los_Angeles"
#define BOISE "America/Boise"

static const struct {
    char state[3];
    float south, north, west, east;
    const char *zone;
} boxes[] = {
    { "AK", 51.0F, 53.5F, -180.0F, -169.5F, "America/Adak" },
    { "AK", 51.0F, 53.5F, 172.0F, 180.0F, "America/Adak" },
    { "FL", 29.5F, 31.1F, -88.0F, -85.1F, CENTRAL },   /* the panhandle */
    { "ID", 45.6F, 49.1F, -117.3F, -114.0F, PACIFIC }, /* north of the Salmon River */
    { "IN", 40.7F, 41.8F, -87.6F, -86.5F, CENTRAL },   /* the corner of Gary */
    { "IN", 37.7F, 38.5F, -88.1F, -86.5F, CENTRAL },   /* the corner of Evansville */
    { "KS", 37.0F, 40.1F, -102.1F, -101.5F, MOUNTAIN },
    { "KY", 36.4F, 38.0F, -89.6F, -85.7F, CENTRAL },
    { "MI", 45.0F, 46.7F, -90.5F, -87.6F, "America/Menominee" },
    { "ND", 45.9F, 47.5F, -104.1F, -101.0F, MOUNTAIN },
    { "NE", 40.0F, 43.1F, -104.1F, -101.0F, MOUNTAIN },
    { "NV", 40.6F, 42.0F, -114.3F, -114.0F, MOUNTAIN }, /* West Wendover, Jackpot */
    { "OR", 42.4F, 44.5F, -118.2F, -116.9F, BOISE },    /* Malheur County */
    { "SD", 42.9F, 46.0F, -104.1F, -100.5F, MOUNTAIN },
    { "TN", 34.9F, 36.7F, -90.4F, -85.2F, CENTRAL },
    { "TX", 30.6F, 32.1F, -106.7F, -104.9F, MOUNTAIN }, /* El Paso */
};

static const struct {
    char state[3];
    const char *zone;
} states[] = {
    { "AL", CENTRAL },
    { "AK", "America/Anchorage" },
    { "AZ", "America/Phoenix" },
    { "AR", CENTRAL },
    { "CA", PACIFIC },
    { "CO", MOUNTAIN },
    { "CT", EASTERN },
    { "DE", EASTERN },
    { "DC", EASTERN },
    { "FL", EASTERN },
    { "GA", EASTERN },
    { "HI", "Pacific/Honolulu" },
    { "ID", BOISE },
    { "IL", CENTRAL },
    { "IN", "America/Indiana/Indianapolis" },
    { "IA", CENTRAL },
    { "KS", CENTRAL },
    { "KY", "America/Kentucky/Louisville" },
    { "LA", CENTRAL },
    { "ME", EASTERN },
    { "MD", EASTERN },
    { "MA", EASTERN },
    { "MI", "America/Detroit" },
    { "MN", CENTRAL },
    { "MS", CENTRAL },
    { "MO", CENTRAL },
    { "MT", MOUNTAIN },
    { "NE", CENTRAL },
    { "NV", PACIFIC },
    { "NH", EASTERN },
    { "NJ", EASTERN },
    { "NM", MOUNTAIN },
    { "NY", EASTERN },
    { "NC", EASTERN },
    { "ND", CENTRAL },
    { "OH", EASTERN },
    { "OK", CENTRAL },
    { "OR", PACIFIC },
    { "PA", EASTERN },
    { "RI", EASTERN },
    { "SC", EASTERN },
    { "SD", CENTRAL },
    { "TN", EASTERN },
    { "TX", CENTRAL },
    { "UT", MOUNTAIN },
    { "VT", EASTERN },
    { "VA", EASTERN },
    { "WA", PACIFIC },
    { "WV", EASTERN },
    { "WI", CENTRAL },
    { "WY", MOUNTAIN },
    { "AS", "Pacific/Pago_Pago" },
    { "GU", "Pacific/Guam" },
    { "MP", "Pacific/Guam" },
    { "PR", "America/Puerto_Rico" },
    { "VI", "America/Puerto_Rico" },
};

static const char *guess_name(const char *state, double lat, double lon)
{
    for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++)
        if (strcmp(boxes[i].state, state) == 0 && lat >= (double)boxes[i].south &&
            lat <= (double)boxes[i].north && lon >= (double)boxes[i].west &&
            lon <= (double)boxes[i].east)
            return boxes[i].zone;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (strcmp(states[i].state, state) == 0)
            return states[i].zone;
    return "UTC";
}

const struct zone *place_zone_guess(const char *state, double lat, double lon)
{
    const struct zone *zone = zone_get(str_of(guess_name(state, lat, lon)));

    return zone ? zone : zone_utc();
}

enum status place_zone_of(struct str time_zone, const char *state, double lat, double lon,
                          const struct zone **ret_zone)
{
    enum status st = time_zone.n > 0 ? zone_find(time_zone, ret_zone) : ST_MISS;

    if (st == ST_MISS)
        st = zone_find(str_of(guess_name(state, lat, lon)), ret_zone);
    if (st == ST_MISS) { /* this machine has no time zones at all */
        *ret_zone = zone_utc();
        st = ST_OK;
    }
    return st;
}

void place_zone_load_all(void)
{
    for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++)
        (void)zone_get(str_of(boxes[i].zone));
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        (void)zone_get(str_of(states[i].zone));
}
