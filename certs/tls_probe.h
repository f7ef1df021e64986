/* SPDX-License-Identifier: Apache-2.0 */
/* certs/tls_probe.h -- TLS handshakes with a server, to see what it sends; for diagnosis.
 *
 * Some reverse proxies answer a server name that they are not configured for with the warning
 * unrecognized_name. Browsers ignore it; Alexa's client aborts the handshake. Thread-safe. */
#ifndef CLIMACAST_CERTS_TLS_PROBE_H
#define CLIMACAST_CERTS_TLS_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"

struct tls_probe {
    bool unrecognized_name; /* the server sent the warning */
    char protocol[16];      /* "TLSv1.3" */
};

/* Connect to host:port and shake hands for the server name `name`, without verifying the
 * certificate. Tries twice: with TLS 1.2 at most, the only version with that warning, and with any
 * version.
 *   ST_OK           *ret_probe is set
 *   ST_UNAVAILABLE  no connection, or the server aborted the handshake
 *   ST_TIMEOUT, ST_SYSTEM */
enum status tls_probe(const char *host, uint16_t port, const char *name, int64_t deadline,
                      struct tls_probe *ret_probe, struct err *err);

#endif
