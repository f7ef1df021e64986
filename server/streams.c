/* SPDX-License-Identifier: Apache-2.0 */
/* server/streams.c -- the three standard descriptors. */
#include "server/streams.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

void streams_reserve(void)
{
    int fd;

    do /* open() takes the lowest free number */
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        (void)close(fd);
}

static bool reader_closed(void)
{
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

bool streams_flush(void)
{
    bool written = fflush(stdout) == 0 && ferror(stdout) == 0;

    return written || reader_closed();
}
