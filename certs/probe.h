/* SPDX-License-Identifier: Apache-2.0 */
/* certs/probe.h -- one TLS handshake with a server, and what it says in it; for the owner's
 * check-up.
 *
 * Some web servers in front of us greet a name they are not set up for with the warning
 * unrecognized_name. Browsers pass over it; Alexa's client hangs up. */
#ifndef CLIMACAST_CERTS_PROBE_H
#define CLIMACAST_CERTS_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"

struct probe {
    bool unrecognized_name; /* the warning was sent */
    char protocol[16];      /* "TLSv1.3" */
};

/* Connect to host:port and shake hands for the server name `name`; the certificate is not judged.
 * Looks twice: with TLS 1.2 at most, where alone that warning exists, and with all we have.
 *   ST_UNAVAILABLE  no connection, or the handshake was broken off: err says with what
 *   ST_TIMEOUT, ST_SYSTEM */
enum status probe_server(const char *host, uint16_t port, const char *name, int64_t deadline,
                         struct probe *ret_probe, struct err *err);

#endif
