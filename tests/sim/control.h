/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/control.h -- /_sim/: how tests steer the simulator.
 *
 *   POST   /_sim/fault {"match":"/points","kind":"status","status":500,"ms":300,"times":2,
 *                                  "probability":0.5}; only "kind" must be there
 *   DELETE /_sim/fault            no faults any more
 *   GET    /_sim/log              {"total":n,"paths":{"/points/40,-105":2}}
 *   DELETE /_sim/log
 *   PUT    /_sim/doc?path=TARGET  the body is what that target (percent-encoded) gives; &status=404
 *   DELETE /_sim/doc
 *   GET    /_sim/now              the time as the simulator sees it
 *   PUT    /_sim/now              an ISO 8601 instant to stand still at; an empty body: the clock
 * runs again */
#ifndef CLIMACAST_TESTS_SIM_CONTROL_H
#define CLIMACAST_TESTS_SIM_CONTROL_H

#include "server/base/str.h"
#include "tests/sim/reply.h"
#include "tests/sim/route.h"

void control(struct state *state, const char *method, const struct ask *ask, struct str body,
             struct reply *reply);

#endif
