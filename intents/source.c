/* SPDX-License-Identifier: Apache-2.0 */
/* intents/source.c -- notes the source of an answer. */
#include "intents/source.h"

struct source source_report(const struct current_observation *current)
{
    return (struct source){ .kind = SOURCE_REPORT,
                            .station_id = current->observation.station_id,
                            .station_name = current->station_name,
                            .located = current->observation.located,
                            .lat = current->observation.lat,
                            .lon = current->observation.lon,
                            .time = current->observation.time };
}

struct source source_forecast(const struct grid *grid)
{
    return (struct source){ .kind = SOURCE_FORECAST, .time = grid_issued(grid) };
}
