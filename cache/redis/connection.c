/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/connection.c -- one connection to Redis: a plain socket, with hiredis as the codec.
 *
 * hiredis's own connections limit each system call but not the whole exchange, so a server that
 * sends a byte at a time could block the caller forever. Here the socket is non-blocking, every
 * wait is a poll() up to the deadline, and hiredis only formats commands and parses replies. */
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

enum { CHUNK_BYTES = 64 * 1024, ADDRESSES_MAX = 4, ARRAY_ELEMENTS_MAX = 64 };

struct redis_connection {
    int fd;
    redisReader *reader;
    redisReplyObjectFunctions functions; /* the reader's own, with arrays bounded */
    char chunk[CHUNK_BYTES];
};

/* ---- the codec ---- */

#if HIREDIS_MAJOR >= 1
typedef size_t reply_array_length;
#else
typedef int reply_array_length;
#endif

/* hiredis allocates an array from its header, before any element has arrived: eleven bytes could
 * ask for gigabytes. No command here is answered with an array, so only short ones are parsed. */
static void *create_bounded_array(const redisReadTask *task, reply_array_length elements)
{
    const redisReplyObjectFunctions *defaults = task->privdata;

    return elements > ARRAY_ELEMENTS_MAX ? NULL : defaults->createArray(task, elements);
}

static redisReader *reader_create(redisReplyObjectFunctions *functions)
{
    redisReader *reader = redisReaderCreate();

    if (!reader)
        return NULL;
    *functions = *reader->fn;
    functions->createArray = create_bounded_array;
    reader->privdata = reader->fn;
    reader->fn = functions;
    return reader;
}

/* ---- connecting ---- */

static enum status await_socket(int fd, short events, int64_t deadline, struct err *err)
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

/* The timeout starts after the DNS lookup, which may take longer than any command. */
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
        return err_set(err, ST_UNAVAILABLE, "cannot resolve the Redis host: %s", gai_strerror(rc));
    st = client_socket_connect_any(found, ADDRESSES_MAX, *ret_deadline, ret_fd, &why);
    if (st != ST_OK)
        st = cannot_connect(err, st, &why);
    freeaddrinfo(found);
    return st;
}

/* ---- exchanging ---- */

static enum status connection_lost(struct err *err, int error)
{
    return err_set(err, ST_UNAVAILABLE, "Redis closed the connection%s%s", error ? ": " : "",
                   error ? strerror(error) : "");
}

static enum status send_all(struct redis_connection *conn, const char *p, size_t n,
                            int64_t deadline, struct err *err)
{
    while (n > 0) {
        ssize_t sent = send(conn->fd, p, n, MSG_NOSIGNAL);
        enum status st;
        if (sent > 0) {
            p += sent;
            n -= (size_t)sent;
            continue;
        }
        if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return connection_lost(err, errno);
        st = await_socket(conn->fd, POLLOUT, deadline, err);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}

static enum status send_command(struct redis_connection *conn, const struct redis_command *c,
                                int64_t deadline, struct err *err)
{
    const char *args[REDIS_ARGS_MAX];
    size_t lengths[REDIS_ARGS_MAX];
    char *text = NULL;
    enum status st;
    int64_t n; /* an int before hiredis 1.0 */

    for (size_t i = 0; i < c->arg_count; i++) {
        args[i] = c->args[i].n ? c->args[i].p : "";
        lengths[i] = c->args[i].n;
    }
    n = redisFormatCommandArgv(&text, (int)c->arg_count, args, lengths);
    if (n < 0)
        return err_no_memory(err);
    st = send_all(conn, text, (size_t)n, deadline, err);
    redisFreeCommand(text);
    return st;
}

/* Feed the parser what has arrived, or wait for more. */
static enum status receive_some(struct redis_connection *conn, size_t *bytes_left, int64_t deadline,
                                struct err *err)
{
    ssize_t got = recv(conn->fd, conn->chunk, sizeof conn->chunk, 0);

    if (got == 0)
        return connection_lost(err, 0);
    if (got < 0) {
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return connection_lost(err, errno);
        return await_socket(conn->fd, POLLIN, deadline, err);
    }
    if ((size_t)got > *bytes_left)
        return err_set(err, ST_UNAVAILABLE, "the reply of Redis is too long");
    *bytes_left -= (size_t)got;
    if (redisReaderFeed(conn->reader, conn->chunk, (size_t)got) != REDIS_OK)
        return err_set(err, ST_UNAVAILABLE, "the reply of Redis cannot be parsed");
    return ST_OK;
}

static void take_reply(const redisReply *reply, struct redis_command *c)
{
    struct str text = { reply->str, reply->len };

    switch (reply->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        buf_put(&c->text, text);
        c->kind = c->text.failed ? REPLY_UNEXPECTED : REPLY_TEXT;
        break;
    case REDIS_REPLY_ERROR: /* truncated to what fits */
        buf_put(&c->text, str_sub(text, 0, c->text.max));
        c->kind = REPLY_ERROR;
        break;
    case REDIS_REPLY_INTEGER:
        c->kind = REPLY_INTEGER;
        c->integer = reply->integer;
        break;
    case REDIS_REPLY_NIL:
        c->kind = REPLY_NIL;
        break;
    default:
        c->kind = REPLY_UNEXPECTED;
        break;
    }
}

static enum status receive_reply(struct redis_connection *conn, struct redis_command *c,
                                 size_t *bytes_left, int64_t deadline, struct err *err)
{
    void *reply = NULL;

    for (;;) {
        enum status st;
        if (redisReaderGetReply(conn->reader, &reply) != REDIS_OK)
            return err_set(err, ST_UNAVAILABLE, "the server does not speak the Redis protocol");
        if (reply)
            break;
        st = receive_some(conn, bytes_left, deadline, err);
        if (st != ST_OK)
            return st;
    }
    take_reply(reply, c);
    freeReplyObject(reply);
    return ST_OK;
}

enum status redis_connection_exchange(struct redis_connection *conn, struct redis_command *commands,
                                      size_t count, int64_t deadline, struct err *err)
{
    size_t bytes_left = REDIS_REPLY_MAX;
    enum status st = ST_OK;

    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = send_command(conn, &commands[i], deadline, err);
    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = receive_reply(conn, &commands[i], &bytes_left, deadline, err);
    return st;
}

/* ---- opening and closing ---- */

/* Is the reply an error of the handshake? NOPERM is not: Redis returns it only after a successful
 * login. */
static enum status check_handshake(const struct redis_command *c, const char *password,
                                   struct err *err)
{
    struct str text = buf_str(&c->text), verb = c->args[0];
    bool login = str_eqz(verb, "AUTH");
    bool denied = login || str_starts(text, STR("NOAUTH")) || str_starts(text, STR("WRONGPASS"));

    if (c->kind != REPLY_ERROR || str_starts(text, STR("NOPERM")))
        return ST_OK;
    if (*password && str_find(text, str_of(password)) < text.n) /* some servers quote it */
        text = STR_NONE;
    return err_set(err, denied ? ST_DENIED : ST_UNAVAILABLE, "Redis rejected %.*s: %.*s",
                   STR_ARG(verb), STR_ARG(text));
}

static enum status handshake(struct redis_connection *conn, const struct redis_address *a,
                             int64_t deadline, struct err *err)
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
    st = redis_connection_exchange(conn, commands, (size_t)(c - commands), deadline, err);
    for (struct redis_command *at = commands; at < c && st == ST_OK; at++)
        st = check_handshake(at, a->password, err);
    for (size_t i = 0; i < 3; i++)
        buf_free(&commands[i].text);
    return st;
}

enum status redis_connection_open(const struct redis_address *address, int64_t timeout_ms,
                                  struct redis_connection **ret_connection, struct err *err)
{
    struct redis_connection *conn = calloc(1, sizeof *conn);
    int64_t deadline = clock_mono_ms() + timeout_ms;
    enum status st;

    if (!conn)
        return err_no_memory(err);
    conn->fd = -1;
    conn->reader = reader_create(&conn->functions);
    if (!conn->reader)
        st = err_no_memory(err);
    else if (address->path[0])
        st = connect_unix(address->path, deadline, &conn->fd, err);
    else
        st = connect_tcp(address, timeout_ms, &deadline, &conn->fd, err);
    if (st == ST_OK)
        st = handshake(conn, address, deadline, err);
    if (st == ST_OK)
        *ret_connection = conn;
    else
        redis_connection_close(conn);
    return st;
}

void redis_connection_close(struct redis_connection *conn)
{
    if (!conn)
        return;
    if (conn->fd >= 0)
        (void)close(conn->fd);
    if (conn->reader)
        redisReaderFree(conn->reader);
    free(conn);
}
