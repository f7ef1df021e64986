/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/open_connections.h -- the open connections of the API, so that callers who only keep
 * theirs open cannot keep others out.
 *
 * When there are as many as allowed, the one that has had no answer for the longest time is shut
 * down, unless its request is being answered. All functions belong to the thread that reads the
 * connections. */
#ifndef CLIMACAST_SERVER_API_OPEN_CONNECTIONS_H
#define CLIMACAST_SERVER_API_OPEN_CONNECTIONS_H

#include <stddef.h>

struct open_connections;
struct open_connection;

/* NULL when out of memory. */
struct open_connections *open_connections_create(size_t max);
/* Those that are still in it belong to nobody then. NULL is allowed. */
void open_connections_free(struct open_connections *all);

/* Adds an accepted connection, and shuts another one down when there are more than `max`. NULL when
 * out of memory: such a connection is never shut down. */
struct open_connection *open_connections_add(struct open_connections *all, int fd);
/* NULL is allowed in each. */
void open_connections_remove(struct open_connections *all, struct open_connection *c);
/* Its request has arrived; it was answered. */
void open_connections_begin(struct open_connection *c);
void open_connections_end(struct open_connections *all, struct open_connection *c);

#endif
