/* SPDX-License-Identifier: Apache-2.0 */
/* intents/amazon/client.h -- one call to one of Amazon's services for skills.
 *
 * The host is one of intents/amazon/host.h, always over verified TLS, without redirects. Tokens are
 * sent and then wiped: they are in no log line, error text or metric. Address and settings, which a
 * turn may wait for, have a circuit breaker each; the token service and the events do not, because
 * their callers have rules for when to try again.
 *
 * Metrics: climacast_amazon_requests_total by service and result (ok, denied, limited, refused,
 * failed, timeout, no_response, not_asked), climacast_amazon_request_seconds by service.
 *
 * Thread-safe. */
#ifndef CLIMACAST_INTENTS_AMAZON_CLIENT_H
#define CLIMACAST_INTENTS_AMAZON_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/amazon/host.h"
#include "server/base/circuit.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"

enum {
    AMAZON_CREDENTIAL_MAX = 8 * 1024, /* bytes of a token or an id */
    AMAZON_BODY_MAX = 64 * 1024,      /* of a response */
    AMAZON_TURN_MS = 2500,            /* the longest call that a turn waits for */
    AMAZON_CALL_MS = 5000,            /* any other */
};

enum amazon_service {
    AMAZON_ADDRESS,  /* country and postal code of a device */
    AMAZON_SETTINGS, /* units of a device */
    AMAZON_TOKEN,    /* the skill's own access token */
    AMAZON_EVENTS,   /* proactive events */
    AMAZON_SERVICES
};

struct amazon;
struct amazon_settings {
    const char *connect_to; /* "host:port" to connect to instead of every host; NULL or "": none;
                               copied */
    struct circuit_report report; /* of the breakers; may be zeroed */
    struct metrics *metrics;      /* may be NULL */
};

/* NULL: out of memory. `http` must outlive it. */
struct amazon *amazon_create(const struct amazon_settings *settings, struct http *http);
void amazon_free(struct amazon *a); /* NULL allowed */

struct amazon_request {
    enum amazon_service service;
    enum amazon_host host;
    struct str path;          /* "/v1/...", already percent-encoded */
    struct str token;         /* sent as a bearer token; STR_NONE: none */
    const char *content_type; /* of the body, which is sent with POST; NULL: a GET */
    struct str body;
    int64_t deadline; /* monotonic milliseconds; the limit of the service holds as well */
};

/* May a token or an id be sent at all? Not when it is empty, too long, or has a control
 * character. */
bool amazon_may_send(struct str credential);

/* Make the call. Release the response with http_response_done() whatever the status.
 *   ST_OK           a response came, whatever its status code
 *   ST_INVALID      reason "amazon_unsendable": the token may not be sent; nothing was
 *   ST_UNAVAILABLE  no response, or the breaker is open
 *   ST_TIMEOUT, ST_TOO_LARGE, ST_SYSTEM */
enum status amazon_call(struct amazon *a, const struct amazon_request *request,
                        struct http_response *ret_response, struct err *err);

#endif
