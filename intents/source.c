/* SPDX-License-Identifier: Apache-2.0 */
/* intents/source.c -- notes the source of an answer. */
#include "intents/source.h"

#include "intents/intent.h"

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

enum status source_get_grid(struct turn *turn, struct reply *reply, struct grid_answer *ret_answer,
                            struct err *err)
{
    enum status st;

    turn->subject = turn->place.city;
    st = grid_get(turn->skill->nws, &turn->call, &turn->place, ret_answer, err);
    if (st == ST_OK)
        reply->source =
            (struct source){ .kind = SOURCE_FORECAST, .time = grid_issued(ret_answer->grid) };
    return st;
}
