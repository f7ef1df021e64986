/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/mhd_refusal.c -- libmicrohttpd reads with recv(), which is replaced by one that
 * takes note of the descriptor. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "server/listener/mhd_refusal.h"

#include <dlfcn.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "server/base/clock.h"
#include "server/base/time_text.h"

static _Thread_local int current = -1;
static _Thread_local mhd_refusal_see_fn *watcher;
static _Thread_local void *watcher_data;

static ssize_t (*next_recv)(int fd, void *data, size_t n, int flags);

__attribute__((constructor)) static void find_recv(void)
{
    *(void **)&next_recv = dlsym(RTLD_NEXT, "recv");
}

/* The linker prefers this one to that of the library. */
ssize_t recv(int fd, void *data, size_t n, int flags)
{
    ssize_t got;

    current = fd;
    got = next_recv(fd, data, n, flags);
    if (watcher && got > 0) {
        int code = errno;
        watcher(watcher_data, fd, (struct str){ data, (size_t)got });
        errno = code;
    }
    return got;
}

void mhd_refusal_watch(mhd_refusal_see_fn *see, void *data)
{
    watcher = see;
    watcher_data = data;
}

void mhd_refusal_note(int fd)
{
    current = fd;
}

int mhd_refusal_fd(void)
{
    return current;
}

bool mhd_refusal_announced(const char *format, va_list args, unsigned *ret_status)
{
    static const char start[] = "Error processing request (HTTP response code is %u";

    if (strncmp(format, start, sizeof start - 1) != 0)
        return false;
    *ret_status = va_arg(args, unsigned);
    return true;
}

size_t mhd_refusal_write(unsigned status, const char *type, const char *body, char *out,
                         size_t size)
{
    char date[TIME_TEXT_BYTES];

    time_format_http(clock_wall_s(), date);
    int n = snprintf(out, size,
                     "HTTP/1.1 %u %s\r\nDate: %s\r\nConnection: close\r\n"
                     "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
                     status, MHD_get_reason_phrase_for(status), date, type, strlen(body), body);
    return n > 0 && (size_t)n < size ? (size_t)n : 0;
}

void mhd_refusal_send(int fd, const char *bytes, size_t n)
{
    (void)!send(fd, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
}
