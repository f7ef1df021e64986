/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/check.h -- the checks of `climacast doctor`, and the context they share.
 *
 * A check tests one thing and reports a finding: a verdict, what it saw and, unless that is fine, a
 * fix. Checks run in the order of checks.def and pass what they learned to later ones through the
 * context. */
#ifndef CLIMACAST_SERVER_TOOL_CHECK_H
#define CLIMACAST_SERVER_TOOL_CHECK_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "certs/cert_info.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/config/config.h"
#include "server/tool/finding.h"

struct doctor_context {
    const struct config *config;
    struct http *http;
    /* the table */
    struct store *store; /* NULL when it could not be opened */
    enum status store_status;
    struct err store_err;
    struct store_facts facts;
    bool usable;                                           /* the table exists and answers */
    int64_t shared_entries, expired_entries, shared_bytes; /* -1 when not counted */
    /* the endpoint */
    char host[256]; /* the host name that Alexa calls; "" when unknown */
    uint16_t host_port;
    struct cert_info certificate;
    bool certificate_read;
    /* what https://host answers; set by the checks of the endpoint */
    bool public_tried, public_ours;
    enum status public_status;
    long public_http_status;
    struct err public_err;
    int64_t skew_s; /* our clock minus the weather service's */
    bool skew_known;
};

/* Is server.certificate for a proxy alone, which shows Alexa another one? Either the configuration
 * says so, or https://host answers with a certificate that is valid while this one is not. */
bool check_is_for_proxy(struct doctor_context *ctx);

typedef void check_fn(struct doctor_context *ctx, struct finding *f);
#define CHECK_ITEM(word, function) check_fn function;
#include "server/tool/checks.def"
#undef CHECK_ITEM

#endif
