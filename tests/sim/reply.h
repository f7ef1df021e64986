/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/reply.h -- one finished answer, put on the wire well or badly. */
#ifndef CLIMACAST_TESTS_SIM_REPLY_H
#define CLIMACAST_TESTS_SIM_REPLY_H

#include <microhttpd.h>

#include "tests/sim/state.h"

struct reply {
    unsigned status;
    char *body; /* owned */
    size_t size;
    char type[64], cache_control[128], last_modified[64], location[128];
    int fresh_s; /* > 0: an Expires header so far ahead */
};

/* Send, distorted by `fault`, compressed when the client takes it; frees the body. Blocks while a
 * fault waits. MHD_NO closes the connection. */
enum MHD_Result reply_send(struct state *state, struct MHD_Connection *connection,
                           const struct fault *fault, struct reply *reply);
/* A body of text; keeps the other members. */
void reply_text(struct reply *reply, unsigned status, const char *type, const char *text);

#endif
