/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/host_port.h -- "host:port" as configuration and command lines write it. Pure. */
#ifndef CLIMACAST_SERVER_BASE_HOST_PORT_H
#define CLIMACAST_SERVER_BASE_HOST_PORT_H

#include <stdbool.h>
#include <stdint.h>

enum { HOST_PORT_HOST_SIZE = 256, HOST_PORT_UNIX_PATH_MAX = 107 /* bytes in a sockaddr_un */ };

/* Split "host:port" or "[v6]:port" (port 0 to 65535). `host` gets the host without brackets.
 * Returns false when the text is neither. */
bool host_port_split(const char *text, char host[HOST_PORT_HOST_SIZE], uint16_t *ret_port);

/* The path of "unix:/path"; NULL for any other text. */
const char *host_port_unix_path(const char *text);

/* Is the host literally a loopback address (127/8, ::1) or "localhost"? Never resolves a name. */
bool host_port_is_loopback(const char *host);

#endif
