/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/listen_socket.c -- listening sockets: opened here, or inherited from systemd. */
#define _GNU_SOURCE /* SO_DOMAIN */
#include "server/listener/listen_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/base/host_port.h"
#include "server/base/str.h"

enum {
    BACKLOG = 4096,      /* the system's limit may be lower */
    FIRST_INHERITED = 3, /* after stdin, stdout and stderr: sd_listen_fds(3) */
    UNIX_MODE = 0666,    /* the folder says who may connect */
};

static bool parse_address(const char *address, struct sockaddr_storage *ret, socklen_t *ret_length)
{
    char host[HOST_PORT_HOST_SIZE];
    uint16_t port;

    memset(ret, 0, sizeof *ret);
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)ret;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)ret;
    if (!host_port_split(address, host, &port))
        return false;
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        *ret_length = sizeof *v4;
        return true;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    *ret_length = sizeof *v6;
    return inet_pton(AF_INET6, host, &v6->sin6_addr) == 1;
}

/* ---- unix sockets ---- */

/* Remove a socket file that nobody listens on. ST_SYSTEM: somebody does, or it is another file. */
static enum status remove_stale(const struct sockaddr_un *at, struct err *err)
{
    struct stat file;
    enum status st = ST_OK;

    if (lstat(at->sun_path, &file) != 0)
        return ST_OK;
    if (!S_ISSOCK(file.st_mode))
        return err_set(err, ST_SYSTEM, "cannot listen on unix:%s: this file is not a socket",
                       at->sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_set(err, ST_SYSTEM, "cannot listen on unix:%s: %s", at->sun_path,
                       strerror(errno));
    if (connect(fd, (const struct sockaddr *)at, sizeof *at) == 0 || errno == EAGAIN)
        st = err_set(err, ST_SYSTEM, "cannot listen on unix:%s: another program uses it",
                     at->sun_path);
    else
        (void)unlink(at->sun_path);
    close(fd);
    return st;
}

static enum status open_unix(const char *path, int *ret_fd, struct err *err)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };

    if (path[0] != '/' || strlen(path) > HOST_PORT_UNIX_PATH_MAX)
        return err_set(err, ST_INVALID, "cannot listen on unix:%s: not a path of at most %d bytes",
                       path, HOST_PORT_UNIX_PATH_MAX);
    memcpy(at.sun_path, path, strlen(path) + 1);
    enum status st = remove_stale(&at, err);
    if (st != ST_OK)
        return st;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
        chmod(path, UNIX_MODE) == 0 && listen(fd, BACKLOG) == 0) {
        *ret_fd = fd;
        return ST_OK;
    }
    int error = errno;
    if (fd >= 0)
        close(fd);
    return err_set(err, ST_SYSTEM, "cannot listen on unix:%s: %s", path, strerror(error));
}

/* ---- TCP sockets ---- */

enum status listen_socket_open(const char *address, int *ret_fd, struct err *err)
{
    struct sockaddr_storage to;
    socklen_t length;
    int on = 1;

    if (host_port_unix_path(address))
        return open_unix(host_port_unix_path(address), ret_fd, err);
    if (!parse_address(address, &to, &length))
        return err_set(err, ST_INVALID, "cannot listen on %s: not a numeric addr:port", address);
    int fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_set(err, ST_SYSTEM, "cannot listen on %s: %s", address, strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (to.ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&to, length) == 0 && listen(fd, BACKLOG) == 0) {
        *ret_fd = fd;
        return ST_OK;
    }
    int error = errno;
    close(fd);
    return err_set(
        err, ST_SYSTEM, "cannot listen on %s: %s%s", address, strerror(error),
        error == EADDRINUSE ? " (another program uses the port: stop it, or choose another port)"
        : error == EACCES   ? " (a port under 1024 needs CAP_NET_BIND_SERVICE or socket activation)"
                            : "");
}

/* ---- any ---- */

void listen_socket_name(int fd, char out[LISTEN_SOCKET_NAME_SIZE])
{
    struct sockaddr_storage at;
    socklen_t length = sizeof at;
    char host[INET6_ADDRSTRLEN] = "?";

    out[0] = '\0';
    if (getsockname(fd, (struct sockaddr *)&at, &length) != 0)
        return;
    if (at.ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)&at;
        inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
        snprintf(out, LISTEN_SOCKET_NAME_SIZE, "%s:%u", host, ntohs(v4->sin_port));
    } else if (at.ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)&at;
        inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
        snprintf(out, LISTEN_SOCKET_NAME_SIZE, "[%s]:%u", host, ntohs(v6->sin6_port));
    } else if (at.ss_family == AF_UNIX) {
        const struct sockaddr_un *un = (const struct sockaddr_un *)(const void *)&at;
        snprintf(out, LISTEN_SOCKET_NAME_SIZE, "unix:%.*s", HOST_PORT_UNIX_PATH_MAX, un->sun_path);
    }
}

bool listen_socket_is_local(int fd)
{
    char name[LISTEN_SOCKET_NAME_SIZE], host[HOST_PORT_HOST_SIZE];
    uint16_t port;

    listen_socket_name(fd, name);
    return host_port_unix_path(name) ||
           (host_port_split(name, host, &port) && host_port_is_loopback(host));
}

/* The number in an environment variable, or -1. */
static int64_t environment_number(const char *variable)
{
    const char *text = getenv(variable);
    int64_t n;

    return text && str_to_i64(str_of(text), &n) ? n : -1;
}

static bool is_stream_listener(int fd)
{
    int domain = 0, type = 0, listening = 0;
    socklen_t n = sizeof domain;
    bool known = getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &n) == 0;

    n = sizeof type;
    known = known && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0;
    n = sizeof listening;
    known = known && getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &n) == 0;
    return known && (domain == AF_INET || domain == AF_INET6 || domain == AF_UNIX) &&
           type == SOCK_STREAM && listening;
}

enum status listen_socket_inherit(int *fds, size_t fds_max, size_t *ret_count, struct err *err)
{
    int64_t count = environment_number("LISTEN_FDS");

    *ret_count = 0;
    if (count <= 0 || environment_number("LISTEN_PID") != getpid())
        return ST_OK;
    if ((uint64_t)count > fds_max)
        return err_set(err, ST_INVALID, "LISTEN_FDS passes %lld sockets; at most %zu are supported",
                       (long long)count, fds_max);
    for (int i = 0; i < (int)count; i++) {
        fds[i] = FIRST_INHERITED + i;
        if (!is_stream_listener(fds[i]) || fcntl(fds[i], F_SETFD, FD_CLOEXEC) != 0)
            return err_set(
                err, ST_INVALID,
                "descriptor %d, passed by LISTEN_FDS, is not a listening TCP or unix socket",
                fds[i]);
    }
    *ret_count = (size_t)count;
    return ST_OK;
}
