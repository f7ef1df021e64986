/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/host_check.h -- protects the API against DNS rebinding: is a Host or Origin this
 * machine, by a name that no web site can take? Pure. */
#ifndef CLIMACAST_SERVER_API_HOST_CHECK_H
#define CLIMACAST_SERVER_API_HOST_CHECK_H

#include <stdbool.h>

#include "server/base/ip.h"
#include "server/base/str.h"

/* Is this Host ("localhost:9181", "127.0.0.1", "[::1]:9181") a loopback address, "localhost", or
 * `own`, the address that the connection was made to? */
bool host_is_own(struct str host, const struct ip *own);
/* The same for an Origin: "http://localhost:3000". "null" is not. */
bool host_origin_is_own(struct str origin, const struct ip *own);

#endif
