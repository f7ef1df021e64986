/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/reply.h -- an HTTP response, sent with or without a fault. */
#ifndef CLIMACAST_TESTS_SIM_REPLY_H
#define CLIMACAST_TESTS_SIM_REPLY_H

#include <microhttpd.h>

#include "tests/sim/state.h"

struct reply {
    unsigned status;
    char *body; /* owned */
    size_t size;
    char type[64], cache_control[128], last_modified[64], location[128], retry_after[32];
    int fresh_s; /* if greater than 0, send an Expires header with this age */
};

/* Send the reply, with the fault applied, and compressed if the client accepts that. Frees the
 * body. Blocks if the fault causes a delay. MHD_NO closes the connection. */
enum MHD_Result reply_send(struct state *state, struct MHD_Connection *connection,
                           const struct fault *fault, struct reply *reply);
/* Set status, type and body. */
void reply_text(struct reply *reply, unsigned status, const char *type, const char *text);

#endif
