/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/connection.c -- a socket of ours, with hiredis to write commands and read replies.
 *
 * hiredis's own connections bound each system call, not the whole exchange: a server that drips
 * would hold its caller for ever, and a name server too. So the socket is non-blocking, every wait
 * is a poll() up to the deadline, and only the protocol is theirs. */
#include "cache/redis/connection.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/base/client_socket.h"
#include "server/base/clock.h"

enum { CHUNK = 64 * 1024, ADDRESSES_MAX = 4 };

struct redis_link {
    int fd;
    redisReader *reader;
    char chunk[CHUNK];
};

/* ---- connecting ---- */

static enum status wait_for(int fd, short events, int64_t deadline, struct err *err)
{
    struct err why = ERR_NONE;
    enum status st = client_socket_wait(fd, events, deadline, &why);

    if (st == ST_TIMEOUT)
        return err_set(err, ST_TIMEOUT, "Redis did not answer in time");
    return st == ST_OK ? ST_OK : err_set(err, st, "%s", why.text);
}

static enum status cannot_connect(struct err *err, enum status st, const struct err *why)
{
    if (st == ST_TIMEOUT)
        return err_set(err, st, "Redis did not answer in time");
    return err_set(err, st, "cannot connect to Redis: %s", why->text);
}

static enum status connect_unix(const char *path, int64_t deadline, int *ret_fd, struct err *err)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    struct err why = ERR_NONE;
    enum status st;

    (void)snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    st = client_socket_connect((struct sockaddr *)&to, sizeof to, deadline, ret_fd, &why);
    return st == ST_OK ? ST_OK : cannot_connect(err, st, &why);
}

/* The name is looked up before the clock starts: that may take longer than any command. */
static enum status connect_tcp(const struct redis_address *a, int64_t timeout_ms,
                               int64_t *ret_deadline, int *ret_fd, struct err *err)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;
    struct err why = ERR_NONE;
    enum status st;
    char port[8];
    int rc;

    (void)snprintf(port, sizeof port, "%u", (unsigned)a->port);
    rc = getaddrinfo(a->host, port, &hints, &found);
    *ret_deadline = clock_mono_ms() + timeout_ms;
    if (rc != 0)
        return err_set(err, ST_UNAVAILABLE, "Redis's host is not known: %s", gai_strerror(rc));
    st = client_socket_connect_any(found, ADDRESSES_MAX, *ret_deadline, ret_fd, &why);
    if (st != ST_OK)
        st = cannot_connect(err, st, &why);
    freeaddrinfo(found);
    return st;
}

/* ---- exchanging ---- */

static enum status broken(struct err *err, int fault)
{
    return err_set(err, ST_UNAVAILABLE, "Redis broke off%s%s", fault ? ": " : "",
                   fault ? strerror(fault) : "");
}

static enum status send_all(struct redis_link *l, const char *p, size_t n, int64_t deadline,
                            struct err *err)
{
    while (n > 0) {
        ssize_t sent = send(l->fd, p, n, MSG_NOSIGNAL);
        enum status st;
        if (sent > 0) {
            p += sent;
            n -= (size_t)sent;
            continue;
        }
        if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return broken(err, errno);
        st = wait_for(l->fd, POLLOUT, deadline, err);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}

static enum status send_command(struct redis_link *l, const struct redis_command *c,
                                int64_t deadline, struct err *err)
{
    const char *args[REDIS_ARGS_MAX];
    size_t lengths[REDIS_ARGS_MAX];
    char *text = NULL;
    enum status st;
    int n;

    for (size_t i = 0; i < c->arg_count; i++) {
        args[i] = c->args[i].n ? c->args[i].p : "";
        lengths[i] = c->args[i].n;
    }
    n = redisFormatCommandArgv(&text, (int)c->arg_count, args, lengths);
    if (n < 0)
        return err_no_memory(err);
    st = send_all(l, text, (size_t)n, deadline, err);
    redisFreeCommand(text);
    return st;
}

/* Feed the reader with what has come, or wait for it. */
static enum status receive_some(struct redis_link *l, size_t *room, int64_t deadline,
                                struct err *err)
{
    ssize_t got = recv(l->fd, l->chunk, sizeof l->chunk, 0);

    if (got == 0)
        return broken(err, 0);
    if (got < 0) {
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return broken(err, errno);
        return wait_for(l->fd, POLLIN, deadline, err);
    }
    if ((size_t)got > *room)
        return err_set(err, ST_UNAVAILABLE, "Redis's reply is too long");
    *room -= (size_t)got;
    if (redisReaderFeed(l->reader, l->chunk, (size_t)got) != REDIS_OK)
        return err_set(err, ST_UNAVAILABLE, "Redis's reply cannot be read");
    return ST_OK;
}

static void take_reply(const redisReply *reply, struct redis_command *c)
{
    struct str text = { reply->str, reply->len };

    switch (reply->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        buf_put(&c->text, text);
        c->kind = c->text.failed ? REDIS_OTHER : REDIS_TEXT;
        break;
    case REDIS_REPLY_ERROR: /* what does not fit of it is not missed */
        buf_put(&c->text, str_sub(text, 0, c->text.max));
        c->kind = REDIS_REFUSAL;
        break;
    case REDIS_REPLY_INTEGER:
        c->kind = REDIS_NUMBER;
        c->number = reply->integer;
        break;
    case REDIS_REPLY_NIL:
        c->kind = REDIS_NOTHING;
        break;
    default:
        c->kind = REDIS_OTHER;
        break;
    }
}

static enum status receive_reply(struct redis_link *l, struct redis_command *c, size_t *room,
                                 int64_t deadline, struct err *err)
{
    void *reply = NULL;

    for (;;) {
        enum status st;
        if (redisReaderGetReply(l->reader, &reply) != REDIS_OK)
            return err_set(err, ST_UNAVAILABLE, "what answers is not Redis");
        if (reply)
            break;
        st = receive_some(l, room, deadline, err);
        if (st != ST_OK)
            return st;
    }
    take_reply(reply, c);
    freeReplyObject(reply);
    return ST_OK;
}

enum status redis_link_exchange(struct redis_link *l, struct redis_command *commands, size_t count,
                                int64_t deadline, struct err *err)
{
    size_t room = REDIS_REPLY_MAX;
    enum status st = ST_OK;

    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = send_command(l, &commands[i], deadline, err);
    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = receive_reply(l, &commands[i], &room, deadline, err);
    return st;
}

/* ---- opened and closed ---- */

/* A refusal of the greeting; "no permission" is none, for that is said to those who are let in. */
static enum status refused(const struct redis_command *c, const char *password, struct err *err)
{
    struct str said = buf_str(&c->text), verb = c->args[0];
    bool login = str_eqz(verb, "AUTH");
    bool denied = login || str_starts(said, STR("NOAUTH")) || str_starts(said, STR("WRONGPASS"));

    if (c->kind != REDIS_REFUSAL || str_starts(said, STR("NOPERM")))
        return ST_OK;
    if (login && str_find(said, str_of(password)) < said.n) /* some servers quote what they hear */
        said = STR_NONE;
    return err_set(err, denied ? ST_DENIED : ST_UNAVAILABLE, "Redis refuses %.*s: %.*s",
                   STR_ARG(verb), STR_ARG(said));
}

static enum status greet(struct redis_link *l, const struct redis_address *a, int64_t deadline,
                         struct err *err)
{
    struct redis_command commands[3] = { 0 }, *c = commands;
    enum status st;
    char db[12];

    if (a->password[0] && a->user[0])
        *c++ = (struct redis_command){ { STR("AUTH"), str_of(a->user), str_of(a->password) },
                                       .arg_count = 3 };
    else if (a->password[0])
        *c++ = (struct redis_command){ { STR("AUTH"), str_of(a->password) }, .arg_count = 2 };
    (void)snprintf(db, sizeof db, "%d", a->db);
    if (a->db > 0)
        *c++ = (struct redis_command){ { STR("SELECT"), str_of(db) }, .arg_count = 2 };
    *c++ = (struct redis_command){ { STR("PING") }, .arg_count = 1 };
    for (size_t i = 0; i < 3; i++)
        commands[i].text = BUF_INIT(200);
    st = redis_link_exchange(l, commands, (size_t)(c - commands), deadline, err);
    for (struct redis_command *at = commands; at < c && st == ST_OK; at++)
        st = refused(at, a->password, err);
    for (size_t i = 0; i < 3; i++)
        buf_free(&commands[i].text);
    return st;
}

enum status redis_link_open(const struct redis_address *address, int64_t timeout_ms,
                            struct redis_link **ret_link, struct err *err)
{
    struct redis_link *l = calloc(1, sizeof *l);
    int64_t deadline = clock_mono_ms() + timeout_ms;
    enum status st;

    if (!l)
        return err_no_memory(err);
    l->fd = -1;
    l->reader = redisReaderCreate();
    if (!l->reader)
        st = err_no_memory(err);
    else if (address->path[0])
        st = connect_unix(address->path, deadline, &l->fd, err);
    else
        st = connect_tcp(address, timeout_ms, &deadline, &l->fd, err);
    if (st == ST_OK)
        st = greet(l, address, deadline, err);
    if (st == ST_OK)
        *ret_link = l;
    else
        redis_link_close(l);
    return st;
}

void redis_link_close(struct redis_link *l)
{
    if (!l)
        return;
    if (l->fd >= 0)
        (void)close(l->fd);
    if (l->reader)
        redisReaderFree(l->reader);
    free(l);
}
