/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/proxy_arrivals.h -- connections from trusted proxies whose PROXY header has not
 * arrived yet. For the accepting thread. */
#ifndef CLIMACAST_SERVER_LISTENER_PROXY_ARRIVALS_H
#define CLIMACAST_SERVER_LISTENER_PROXY_ARRIVALS_H

#include <stdint.h>
#include <sys/socket.h>

#include "server/base/ip.h"
#include "server/base/metrics.h"
#include "server/log/log.h"

struct proxy_arrivals;

struct proxy_arrivals_settings {
    /* The header has been read off the connection. `client` is IP_NONE when the proxy names none;
     * the callee owns fd. */
    void (*arrived)(void *data, int fd, const struct sockaddr *from, socklen_t length,
                    const struct ip *client);
    void *data;
    struct metrics *metrics;
    struct log *log;
};

/* NULL: out of memory or descriptors. */
struct proxy_arrivals *proxy_arrivals_create(const struct proxy_arrivals_settings *settings);
/* Closes the connections that are still waited for. NULL is allowed. */
void proxy_arrivals_free(struct proxy_arrivals *a);

/* Wait for the header of this connection, which is non-blocking. Takes fd over: it is closed when
 * there is no header, when it is invalid, when it is late or when too many are waited for; all but
 * an empty connection (a proxy's health check) are counted and logged. */
void proxy_arrivals_add(struct proxy_arrivals *a, int fd, const struct sockaddr *from,
                        socklen_t length, int64_t now_ms);
/* A descriptor that is readable when proxy_arrivals_read() has something to do. */
int proxy_arrivals_fd(const struct proxy_arrivals *a);
void proxy_arrivals_read(struct proxy_arrivals *a);
/* Close those that are late. */
void proxy_arrivals_tick(struct proxy_arrivals *a, int64_t now_ms);

#endif
