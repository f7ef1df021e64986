/* SPDX-License-Identifier: Apache-2.0 */
/* server/streams.c -- see the header. */
#include "server/streams.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

void streams_reserve(void)
{
    int fd;

    do /* the lowest that is free, until those three are not */
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        (void)close(fd);
}

static bool reader_gone(void)
{
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

bool streams_flush(void)
{
    bool written = fflush(stdout) == 0 && ferror(stdout) == 0;

    return written || reader_gone();
}
