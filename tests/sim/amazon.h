/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/amazon.h -- the hosts of Amazon's services for skills (amazon_services.h): what tests
 * make them answer, and a record of what arrived.
 *
 *   GET    /_sim/amazon   the calls so far: {"total": n, "calls": [{"service", "method", "host",
 *                         "sni", "target", "headers", "body", "status"}]}; ?from=N: those after N
 *   DELETE /_sim/amazon   forget the calls, the rules, the tokens and the events
 *   POST   /_sim/amazon   add a rule. All members are optional: {"service": "events", "match":
 *                         "part of the target or the body", "status": 429, "retryAfter": "2",
 *                         "body": a string or JSON, "times": 1}. The first rule that fits is used
 *   PUT    /_sim/amazon   settings: {"clientId", "clientSecret", "tokenSeconds", "expire": true:
 *                         no token that was given out is good any more}
 *
 * A call is also logged as "amazon:HOST/TARGET", and faults for "amazon:" concern it: a hang, a
 * reset, garbage and so on (control.h). Thread-safe. */
#ifndef CLIMACAST_TESTS_SIM_AMAZON_H
#define CLIMACAST_TESTS_SIM_AMAZON_H

#include "tests/sim/amazon_services.h"
#include "tests/sim/doc.h"
#include "tests/sim/reply.h"

struct amazon_sim;

struct amazon_sim *amazon_sim_create(void); /* NULL: out of memory */
void amazon_sim_free(struct amazon_sim *s);

/* Answer the call, and record it. `fault`: it is recorded as having been answered so. */
void amazon_sim_respond(struct amazon_sim *s, const struct amazon_call *call,
                        const struct fault *fault, struct reply *reply);
void amazon_sim_control(struct amazon_sim *s, const char *method, const struct doc_request *request,
                        struct str body, struct reply *reply);

#endif
