/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/sqlite_pool.c -- the connections to the SQLite file.
 *
 * Invariant: a connection that is not busy is in no transaction, and its statements are reset. */
#include "cache/embedded/sqlite_pool.h"

#include <stdlib.h>
#include <string.h>

#include "cache/embedded/sqlite_file.h"
#include "server/base/condition.h"

/* A connection that is not busy, preferably an open one; NULL if there is none. Lock held. */
static struct sqlite_connection *find_available(struct sqlite_pool *p, bool writing)
{
    struct sqlite_connection *closed = NULL;

    for (size_t i = writing ? 0 : 1; i < (writing ? 1 : SQLITE_CONNECTIONS); i++) {
        if (!p->connections[i].busy && p->connections[i].db)
            return &p->connections[i];
        if (!p->connections[i].busy && !closed)
            closed = &p->connections[i];
    }
    return closed;
}

void sqlite_pool_release(struct sqlite_pool *p, struct sqlite_connection *c)
{
    bool stale;

    (void)pthread_mutex_lock(&p->lock);
    stale = c->stale;
    (void)pthread_mutex_unlock(&p->lock);
    if (stale)
        sqlite_connection_close(c);
    (void)pthread_mutex_lock(&p->lock);
    c->busy = c->stale = false;
    if (p->waiting > 0)
        (void)pthread_cond_broadcast(&p->released); /* readers and writers wait on the same one */
    (void)pthread_mutex_unlock(&p->lock);
}

/* Lock held. */
static bool wait_for_release(struct sqlite_pool *p, bool writing, int64_t deadline)
{
    bool in_time;

    p->waiting++;
    p->writers_waiting += writing;
    in_time = condition_wait_until(&p->released, &p->lock, deadline);
    p->waiting--;
    p->writers_waiting -= writing;
    return in_time;
}

/* Who writes again and again gives way to those that wait already: releasing wakes them, and when
 * they have had their turn, they release. */
enum status sqlite_pool_acquire(struct sqlite_pool *p, bool writing, int64_t deadline,
                                struct sqlite_connection **ret_connection, struct err *err)
{
    enum status st = ST_OK;
    struct sqlite_connection *c;
    bool in_time = true;

    (void)pthread_mutex_lock(&p->lock);
    c = writing && p->writers_waiting > 0 ? NULL : find_available(p, writing);
    while (!c && in_time && deadline_may_wait(deadline)) {
        in_time = wait_for_release(p, writing, deadline);
        c = find_available(p, writing);
    }
    if (c)
        c->busy = true;
    (void)pthread_mutex_unlock(&p->lock);
    if (!c && !deadline_may_wait(deadline))
        return ST_WOULD_WAIT;
    if (!c)
        return err_reason(err, ST_TIMEOUT, "busy", "the store was busy until the deadline");
    if (!c->db)
        st = sqlite_file_connect(p->path, sqlite_connection_wait_ms(deadline), &c->db, err);
    if (st != ST_OK) {
        sqlite_pool_release(p, c);
        return st;
    }
    *ret_connection = c;
    return ST_OK;
}

void sqlite_pool_renew(struct sqlite_pool *p)
{
    for (size_t i = SQLITE_CONNECTIONS; i-- > 0;) {
        struct sqlite_connection *c = &p->connections[i];
        bool was_busy;
        (void)pthread_mutex_lock(&p->lock);
        was_busy = c->busy;
        c->busy = c->stale = true;
        (void)pthread_mutex_unlock(&p->lock);
        if (!was_busy)
            sqlite_pool_release(p, c);
    }
}

static bool init_locks(struct sqlite_pool *p)
{
    if (!condition_init(&p->released))
        return false;
    if (pthread_mutex_init(&p->lock, NULL) == 0)
        return true;
    (void)pthread_cond_destroy(&p->released);
    return false;
}

enum status sqlite_pool_open(struct sqlite_pool *p, const char *path, bool create, struct err *err)
{
    enum status st;

    *p = (struct sqlite_pool){ .path = strdup(path) };
    if (!p->path || !init_locks(p)) {
        free(p->path);
        return err_no_memory(err);
    }
    st = sqlite_file_open(path, create, &p->connections[0].db, err);
    if (st != ST_OK)
        sqlite_pool_close(p);
    return st;
}

void sqlite_pool_close(struct sqlite_pool *p)
{
    for (size_t i = SQLITE_CONNECTIONS; i-- > 0;) /* the writer last: it cleans up the WAL */
        sqlite_connection_close(&p->connections[i]);
    (void)pthread_cond_destroy(&p->released);
    (void)pthread_mutex_destroy(&p->lock);
    free(p->path);
}
