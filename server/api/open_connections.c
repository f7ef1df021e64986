/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/open_connections.c -- a list in the order of the last answers. */
#include "server/api/open_connections.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <utlist.h>

struct open_connection {
    int fd;
    bool busy, shut;
    struct open_connection *prev, *next;
};

struct open_connections {
    size_t max, count; /* those that were shut down don't count */
    struct open_connection *list;
};

struct open_connections *open_connections_create(size_t max)
{
    struct open_connections *all = calloc(1, sizeof *all);

    if (all)
        all->max = max;
    return all;
}

void open_connections_free(struct open_connections *all)
{
    struct open_connection *c;

    while (all && (c = all->list)) {
        DL_DELETE(all->list, c);
        free(c);
    }
    free(all);
}

/* The other end of the socket is told, and libmicrohttpd closes it. */
static void make_room(struct open_connections *all)
{
    struct open_connection *c = NULL;

    DL_FOREACH (all->list, c) {
        if (c->busy || c->shut)
            continue;
        c->shut = true;
        all->count--;
        (void)shutdown(c->fd, SHUT_RDWR);
        return;
    }
}

struct open_connection *open_connections_add(struct open_connections *all, int fd)
{
    struct open_connection *c = calloc(1, sizeof *c);

    if (!c)
        return NULL;
    if (all->count >= all->max)
        make_room(all);
    c->fd = fd;
    DL_APPEND(all->list, c);
    all->count++;
    return c;
}

void open_connections_remove(struct open_connections *all, struct open_connection *c)
{
    if (!c)
        return;
    DL_DELETE(all->list, c);
    all->count -= !c->shut;
    free(c);
}

void open_connections_begin(struct open_connection *c)
{
    if (c)
        c->busy = true;
}

void open_connections_end(struct open_connections *all, struct open_connection *c)
{
    if (!c)
        return;
    c->busy = false;
    DL_DELETE(all->list, c);
    DL_APPEND(all->list, c);
}
