/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/wire.h -- whole signed requests, as bytes for a raw_client. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_WIRE_H
#define CLIMACAST_TESTS_E2E_HARNESS_WIRE_H

#include <stddef.h>

#include "server/base/str.h"
#include "tests/e2e/harness/world.h"

struct wire;

/* Signs as the world's valid chain does. Any number of threads may use it. */
struct wire *wire_open(const struct world *w);
void wire_close(struct wire *wire);

/* Append the request with this body. */
void wire_put(const struct wire *wire, struct str body, struct buf *out);
/* Append one whose signature is that of other bytes, and whose certificate is at this URL. */
void wire_put_forged(const char *cert_url, struct str body, struct buf *out);
/* Append one that asks for the temperature in the user's location; each has an id of its own. */
void wire_put_question(const struct wire *wire, const char *user, const char *skill_id,
                       struct buf *out);

#endif
