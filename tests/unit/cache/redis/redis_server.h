/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/redis/redis_server.h -- a real redis-server in the test's own folder, on a unix
 * socket and a free loopback port, that can be stopped, continued, killed and started again. */
#ifndef CLIMACAST_TESTS_UNIT_CACHE_REDIS_SERVER_H
#define CLIMACAST_TESTS_UNIT_CACHE_REDIS_SERVER_H

#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache/redis/connection.h"
#include "server/base/clock.h"
#include "tests/unit/cache/folder.h"

struct redis_server {
    char folder[FOLDER_SIZE], socket[FOLDER_SIZE + 16], unix_url[FOLDER_SIZE + 32], tcp_url[64];
    char acl[400]; /* a line of redis.conf, such as "user x on >y ~* +@all" */
    int port;
    pid_t pid;
};

/* A port that was free a moment ago. */
static inline int redis_free_port(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    CHECK(bind(fd, (struct sockaddr *)&at, sizeof at) == 0);
    CHECK(getsockname(fd, (struct sockaddr *)&at, &size) == 0);
    (void)close(fd);
    return ntohs(at.sin_port);
}

static inline void redis_server_exec(const struct redis_server *s, const char *conf)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)!freopen("/dev/null", "w", stdout);
    (void)s;
    (void)execlp("redis-server", "redis-server", conf, (char *)NULL);
    _exit(127);
}

/* Start it, or start it again without its data. */
static inline void redis_server_run(struct redis_server *s)
{
    char conf[FILE_SIZE];
    FILE *f;

    (void)snprintf(conf, sizeof conf, "%s/redis.conf", s->folder);
    f = fopen(conf, "w");
    CHECK(f);
    (void)fprintf(f,
                  "port %d\nbind 127.0.0.1\nunixsocket %s\nunixsocketperm 700\ndir %s\n"
                  "save \"\"\nappendonly no\ndaemonize no\nlogfile %s/log\n%s\n",
                  s->port, s->socket, s->folder, s->folder, s->acl);
    (void)fclose(f);
    s->pid = fork();
    CHECK(s->pid >= 0);
    if (s->pid == 0)
        redis_server_exec(s, conf);
}

/* Wait until it accepts a connection with this URL. */
static inline void redis_server_await(const char *url)
{
    struct redis_address address;
    struct redis_connection *connection = NULL;
    int64_t end = clock_mono_ms() + 10000;

    CHECK(redis_url_parse(str_of(url), &address, NULL) == ST_OK);
    while (redis_connection_open(&address, 500, &connection, NULL) != ST_OK) {
        CHECK(clock_mono_ms() < end);
        clock_sleep_ms(10);
    }
    redis_connection_close(connection);
}

static inline void redis_server_start(struct redis_server *s, const char *acl)
{
    *s = (struct redis_server){ .port = redis_free_port() };
    folder_make(s->folder);
    (void)snprintf(s->socket, sizeof s->socket, "%s/redis.sock", s->folder);
    (void)snprintf(s->unix_url, sizeof s->unix_url, "unix:%s", s->socket);
    (void)snprintf(s->tcp_url, sizeof s->tcp_url, "redis://127.0.0.1:%d/0", s->port);
    (void)snprintf(s->acl, sizeof s->acl, "%s", acl ? acl : "");
    redis_server_run(s);
    if (!acl)
        redis_server_await(s->unix_url);
}

static inline void redis_server_signal(const struct redis_server *s, int signal)
{
    CHECK(kill(s->pid, signal) == 0);
}

static inline void redis_server_kill(struct redis_server *s)
{
    if (s->pid > 0) {
        redis_server_signal(s, SIGKILL);
        (void)waitpid(s->pid, NULL, 0);
    }
    s->pid = 0;
}

static inline void redis_server_stop(struct redis_server *s)
{
    redis_server_kill(s);
    folder_remove(s->folder);
}

/* Run a command on a connection of the test's own and return its reply, "" for nil. */
static inline const char *redis_run(const char *url, char out[200], size_t count,
                                    const char *const *words)
{
    struct redis_address address;
    struct redis_command c = { .arg_count = count, .text = BUF_INIT(199) };
    struct redis_connection *connection = NULL;

    CHECK(redis_url_parse(str_of(url), &address, NULL) == ST_OK);
    CHECK(redis_connection_open(&address, 5000, &connection, NULL) == ST_OK);
    for (size_t i = 0; i < count; i++)
        c.args[i] = str_of(words[i]);
    CHECK(redis_connection_exchange(connection, &c, 1, clock_mono_ms() + 5000, NULL) == ST_OK);
    (void)snprintf(out, 200, "%s", buf_z(&c.text));
    if (c.kind == REPLY_INTEGER)
        (void)snprintf(out, 200, "%lld", (long long)c.integer);
    buf_free(&c.text);
    redis_connection_close(connection);
    return out;
}
#define REDIS_RUN(url, out, ...)                                                           \
    redis_run((url), (out), sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *), \
              (const char *const[]){ __VA_ARGS__ })

#endif
