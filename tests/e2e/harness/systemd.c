/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/systemd.c -- socket activation and notifications, as systemd does them. */
#include "tests/e2e/harness/systemd.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/listener/listen_socket.h"
#include "tests/test.h"

enum { SOCKETS_MAX = 2, FIRST_PASSED_FD = 3 };

/* What the daemon inherits. */
static int sockets[SOCKETS_MAX], socket_count, notify_fd = -1;
static char notify_name[60], watchdog_interval[20];

/* Moves the sockets to descriptors 3 and up, by way of high ones: they may be there already, in
 * another order. */
static void move_sockets(void)
{
    int high[SOCKETS_MAX];

    for (int i = 0; i < socket_count; i++)
        high[i] = fcntl(sockets[i], F_DUPFD, 100);
    for (int i = 0; i < socket_count; i++) {
        dup2(high[i], FIRST_PASSED_FD + i);
        close(high[i]);
    }
}

void systemd_before_exec(const struct world *w)
{
    char text[30];

    (void)w;
    if (socket_count > 0) {
        move_sockets();
        snprintf(text, sizeof text, "%d", socket_count);
        setenv("LISTEN_FDS", text, 1);
        snprintf(text, sizeof text, "%d", (int)getpid());
        setenv("LISTEN_PID", text, 1);
    }
    if (notify_fd >= 0)
        setenv("NOTIFY_SOCKET", notify_name, 1);
    if (watchdog_interval[0])
        setenv("WATCHDOG_USEC", watchdog_interval, 1);
}

int systemd_pass_socket(const char *address)
{
    struct err err = ERR_NONE;
    struct sockaddr_in at;
    socklen_t n = sizeof at;

    CHECK(socket_count < SOCKETS_MAX);
    if (listen_socket_open(address, &sockets[socket_count], &err) != ST_OK)
        fail_msg("%s", err.text);
    CHECK_INT(getsockname(sockets[socket_count++], (struct sockaddr *)&at, &n), 0);
    return ntohs(at.sin_port);
}

void systemd_receive_notifications(const char *watchdog_usec)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };

    snprintf(watchdog_interval, sizeof watchdog_interval, "%s", watchdog_usec);
    snprintf(notify_name, sizeof notify_name, "@climacast-test-%d", (int)getpid());
    memcpy(at.sun_path, notify_name, strlen(notify_name));
    at.sun_path[0] = '\0';
    notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CHECK_INT(bind(notify_fd, (const struct sockaddr *)&at,
                   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(notify_name))),
              0);
    struct timeval timeout = { .tv_sec = SYSTEMD_TIMEOUT_MS / 1000 };
    setsockopt(notify_fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
}

void systemd_expect_notification(const char *prefix, char out[SYSTEMD_NOTIFICATION_SIZE])
{
    do {
        ssize_t n = recv(notify_fd, out, SYSTEMD_NOTIFICATION_SIZE - 1, 0);
        if (n < 0)
            fail_msg("no notification %s", prefix);
        out[n] = '\0';
    } while (!str_starts(str_of(out), str_of(prefix)));
}

int systemd_drain_notifications(const char *prefix)
{
    char text[SYSTEMD_NOTIFICATION_SIZE];
    int count = 0;

    for (ssize_t n; (n = recv(notify_fd, text, sizeof text - 1, MSG_DONTWAIT)) >= 0;) {
        text[n] = '\0';
        count += str_starts(str_of(text), str_of(prefix));
    }
    return count;
}

void systemd_reset(void)
{
    while (socket_count > 0)
        close(sockets[--socket_count]);
    if (notify_fd >= 0)
        close(notify_fd);
    notify_fd = -1;
    watchdog_interval[0] = '\0';
}
