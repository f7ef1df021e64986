/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/sqlite_pool.h -- the connections to the SQLite file: one that writes and up to
 * three that read.
 *
 * A connection is used by one thread at a time and opened when first needed. Readers and the writer
 * do not wait for each other. Acquiring and releasing is thread-safe. */
#ifndef CLIMACAST_CACHE_EMBEDDED_SQLITE_POOL_H
#define CLIMACAST_CACHE_EMBEDDED_SQLITE_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/embedded/sqlite_connection.h"
#include "server/base/deadline.h"
#include "server/base/err.h"

enum { SQLITE_CONNECTIONS = 4 }; /* the first one writes */

struct sqlite_pool {
    char *path;
    pthread_mutex_t lock; /* guards what follows, of connections[] busy and stale; not held while
                           * SQLite works */
    pthread_cond_t released;
    int waiting, writers_waiting; /* the first counts readers, too */
    struct sqlite_connection connections[SQLITE_CONNECTIONS];
};

/* Open the file, see sqlite_file_open(). After a failure there is nothing to close. */
enum status sqlite_pool_open(struct sqlite_pool *p, const char *path, bool create, struct err *err);
void sqlite_pool_close(struct sqlite_pool *p);

/* Get a connection for exclusive use. Writers that wait come before those that come later.
 * ST_TIMEOUT: all were busy until the deadline. ST_WOULD_WAIT: all are busy, and the deadline is
 * NO_WAIT. Opening one, which is rare, does not count as waiting. */
enum status sqlite_pool_acquire(struct sqlite_pool *p, bool writing, int64_t deadline,
                                struct sqlite_connection **ret_connection, struct err *err);
void sqlite_pool_release(struct sqlite_pool *p, struct sqlite_connection *c);
/* Close all connections, those in use when they are released: SQLite keeps pages and rows of what
 * has been deleted in their memory. They are opened again when needed. */
void sqlite_pool_renew(struct sqlite_pool *p);

#endif
