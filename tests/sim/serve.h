/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/serve.h -- the two listeners: plain HTTP for NWS, geocoder and control, TLS for
 * certificates. */
#ifndef CLIMACAST_TESTS_SIM_SERVE_H
#define CLIMACAST_TESTS_SIM_SERVE_H

#include "server/base/err.h"
#include "tests/sim/recording.h"
#include "tests/sim/state.h"

struct server;
struct server_settings {
    struct state *state;
    const char *listen;                /* "127.0.0.1:0", "[::1]:0": loopback only */
    const struct recording *recording; /* NULL: made-up weather */
    /* For the certificate host; chains NULL: the weather service. */
    const char *chains, *certificate_pem, *key_pem;
};

/* Settings' pointers must outlive the server. */
enum status server_start(const struct server_settings *settings, struct server **ret_server,
                         struct err *err);
int server_port(const struct server *server);
void server_stop(struct server *server); /* after state_stop(); NULL allowed */

#endif
