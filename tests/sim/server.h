/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/server.h -- the listeners: plain HTTP for the weather service, the geocoder and
 * control; TLS for the certificate host and for Amazon's services. */
#ifndef CLIMACAST_TESTS_SIM_SERVER_H
#define CLIMACAST_TESTS_SIM_SERVER_H

#include "server/base/err.h"
#include "tests/sim/amazon.h"
#include "tests/sim/recording.h"
#include "tests/sim/state.h"

struct server;
struct server_settings {
    struct state *state;
    const char *listen;                /* loopback only: "127.0.0.1:0", "[::1]:0" */
    const struct recording *recording; /* NULL: generated weather */
    struct amazon_sim *amazon;         /* what the weather service's /_sim/ controls; or NULL */
    enum { SERVER_WEATHER, SERVER_CERTIFICATES, SERVER_AMAZON } role;
    const char *chains;                    /* of the certificate host */
    const char *certificate_pem, *key_pem; /* of both that speak TLS */
};

/* The settings' pointers must outlive the server. */
enum status server_start(const struct server_settings *settings, struct server **ret_server,
                         struct err *err);
int server_port(const struct server *server);
void server_stop(struct server *server); /* after state_stop(); NULL is allowed */

#endif
