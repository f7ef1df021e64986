/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/amazon_services.h -- Amazon's services for skills, as they answer when nothing goes
 * wrong.
 *
 *   address   GET /v1/devices/ID/settings/address/countryAndPostalCode: 80301 in the US
 *   settings  GET /v2/devices/ID/settings/System.temperatureUnit: "FAHRENHEIT"
 *   token     POST /auth/o2/token at api.amazon.com: a new token each time
 *   events    POST /v1/proactiveEvents and /v1/proactiveEvents/stages/development: 202; 400 for a
 *             body that Amazon would refuse, 403 without a token that was given out, 409 when the
 *             user has had the referenceId before
 *
 * The caller holds the lock of the books. */
#ifndef CLIMACAST_TESTS_SIM_AMAZON_SERVICES_H
#define CLIMACAST_TESTS_SIM_AMAZON_SERVICES_H

#include <jansson.h>

#include "server/base/str.h"
#include "tests/sim/reply.h"

/* A request, as it arrived. */
struct amazon_call {
    const char *method, *target; /* the target as sent, still percent-encoded */
    const char *host, *sni;      /* the Host header, and the name in the TLS handshake */
    json_t *headers;             /* by lower-case name */
    struct str body;
};

struct amazon_books {
    json_t *tokens;     /* given out and not expired: token -> when it expires, monotonic ms */
    json_t *references; /* "user referenceId" of events that were accepted */
    int64_t token_count, token_s;
    char client_id[200], client_secret[200]; /* "": any */
};

/* "address", "settings", "token" or "events"; NULL: that host has no such path. */
const char *amazon_service_of(const struct amazon_call *call);
void amazon_service_respond(struct amazon_books *books, const char *service,
                            const struct amazon_call *call, struct reply *reply);

#endif
