/* SPDX-License-Identifier: Apache-2.0 */
/* tests/ephemeris/answers.c -- our sun and moon for check.js: a line of figures per line of input.
 *
 * "sun LATITUDE LONGITUDE INSTANT" gives the noon and then kind and instant of first light,
 * sunrise, sunset and dark; "moon INSTANT" gives the phase, the lit share, and the next new moon,
 * first quarter, full moon and last quarter. */
#include "intents/sky/moon.h"
#include "intents/sky/sun.h"

#include <stdio.h>

static void put_crossing(struct sun_crossing c)
{
    printf(" %d %ld", c.kind, (long)c.at);
}

static void answer_sun(double latitude, double longitude, int64_t around)
{
    struct sun_day day = sun_day_around(latitude, longitude, around);

    printf("%ld", (long)day.noon);
    put_crossing(day.first_light);
    put_crossing(day.sunrise);
    put_crossing(day.sunset);
    put_crossing(day.dark);
    putchar('\n');
}

static void answer_moon(int64_t t)
{
    printf("%d %.6f", moon_phase_at(t), moon_illuminated(t));
    for (int phase = MOON_NEW; phase <= MOON_LAST_QUARTER; phase += 2)
        printf(" %ld", (long)moon_next((enum moon_phase)phase, t));
    putchar('\n');
}

int main(void)
{
    char line[200];

    while (fgets(line, sizeof line, stdin)) {
        double latitude, longitude;
        long t;
        if (sscanf(line, "sun %lf %lf %ld", &latitude, &longitude, &t) == 3)
            answer_sun(latitude, longitude, t);
        else if (sscanf(line, "moon %ld", &t) == 1)
            answer_moon(t);
        else
            return 2;
    }
    return 0;
}
