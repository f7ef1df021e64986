/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/control.h -- the /_sim/ endpoints, by which tests control the simulator.
 *
 *   POST   /_sim/fault            add a fault; all members but "kind" are optional:
 *                                 {"match":"/points","kind":"status","status":500,"ms":300,
 *                                  "times":2,"probability":0.5}
 *   DELETE /_sim/fault            remove all faults
 *   GET    /_sim/log              requests so far: {"total":n,"paths":{"/points/40,-105":2}}
 *   DELETE /_sim/log              forget them
 *   PUT    /_sim/doc?path=TARGET  serve the body at that (percent-encoded) target; &status=404
 *   DELETE /_sim/doc              remove all such documents
 *   /_sim/amazon              Amazon's services for skills (amazon.h)
 *   GET    /_sim/now              the simulated time
 *   PUT    /_sim/now              stop the clock at an RFC 3339 time; empty body: real time */
#ifndef CLIMACAST_TESTS_SIM_CONTROL_H
#define CLIMACAST_TESTS_SIM_CONTROL_H

#include "server/base/str.h"
#include "tests/sim/amazon.h"
#include "tests/sim/reply.h"
#include "tests/sim/route.h"

/* `amazon` may be NULL. */
void control_handle(struct state *state, struct amazon_sim *amazon, const char *method,
                    const struct doc_request *request, struct str body, struct reply *reply);

#endif
