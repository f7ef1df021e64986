/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/terminal.c -- a pseudoterminal with a child process behind it. */
#define _XOPEN_SOURCE 700 /* posix_openpt */
#include "tests/e2e/harness/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/str.h"
#include "tests/test.h"

enum { PATIENCE_MS = 30000, SHOWN_MAX = 1 << 20 };

static void run_child(const char *terminal, const char *commands)
{
    int fd;

    (void)setsid();
    fd = open(terminal, O_RDWR); /* becomes the controlling terminal */
    if (fd >= 0 && dup2(fd, 0) == 0 && dup2(fd, 1) == 1 && dup2(fd, 2) == 2)
        execl("/bin/sh", "sh", "-c", commands, (char *)NULL);
    _exit(127);
}

/* Read until the last process has closed the terminal. */
static void read_all(int fd, struct buf *shown)
{
    int64_t end = clock_mono_ms() + PATIENCE_MS;
    char chunk[4096];

    for (;;) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        CHECK(poll(&p, 1, (int)clock_left_ms(end)) == 1);
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n <= 0)
            return;
        buf_put(shown, (struct str){ chunk, (size_t)n });
    }
}

void terminal_run(struct scratch *s, const char *environment, const char *arguments,
                  const char *keys)
{
    const char *build = getenv("TEST_BUILD");
    struct buf commands = BUF_INIT(16000), shown = BUF_INIT(SHOWN_MAX);
    int fd = posix_openpt(O_RDWR | O_NOCTTY), status;
    pid_t pid;

    CHECK(fd >= 0 && grantpt(fd) == 0 && unlockpt(fd) == 0);
    buf_printf(&commands, "cd '%s' && TERM=xterm %s '%s/climacast' %s", s->dir, environment,
               build ? build : "build", arguments);
    pid = fork();
    CHECK(pid >= 0);
    if (pid == 0)
        run_child(ptsname(fd), buf_z(&commands));
    CHECK(write(fd, keys, strlen(keys)) == (ssize_t)strlen(keys));
    read_all(fd, &shown);
    CHECK(waitpid(pid, &status, 0) == pid);
    (void)close(fd);
    s->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    free(s->out);
    free(s->err);
    s->out = strdup(buf_z(&shown));
    s->err = strdup("");
    buf_free(&commands);
    buf_free(&shown);
}
