/* SPDX-License-Identifier: Apache-2.0 */
/* tests/failing/fault.c -- functions of the C library that fail when they are told to.
 *
 * The next definition of each, in the C library or in a sanitizer, does the work otherwise. Nothing
 * here allocates. */
#undef _FILE_OFFSET_BITS /* with it, open and open64 were one */
#define _GNU_SOURCE      /* RTLD_NEXT, the 64-bit names */
#include "tests/failing/fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/* ---- the plan ---- */

static struct fault_plan own = { .call = FAULT_CALLS, .countdown = -1 };
static struct fault_plan *plan = &own;

struct fault_plan *fault_plan_own(void)
{
    return &own;
}

/* A preloaded library takes its plan from the file that the environment names. */
__attribute__((constructor)) static void find_plan(void)
{
    const char *path = getenv(FAULT_PLAN_VARIABLE);
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *shared;

    if (fd < 0)
        return;
    shared = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared != MAP_FAILED)
        plan = shared;
    (void)close(fd);
}

/* The errors of each call, by turns. EINTR must be tried again, everything else given up. */
static const int errors[FAULT_CALLS][4] = {
    [FAULT_MALLOC] = { ENOMEM, ENOMEM, ENOMEM, ENOMEM },
    [FAULT_OPEN] = { EMFILE, EACCES, EIO, ENFILE },
    [FAULT_READ] = { EIO, ECONNRESET, EINTR, EIO },
    [FAULT_WRITE] = { ENOSPC, EPIPE, EIO, EINTR },
    [FAULT_CONNECT] = { ECONNREFUSED, ETIMEDOUT, ENETUNREACH, EADDRNOTAVAIL },
    [FAULT_FSYNC] = { EIO, ENOSPC, EIO, EDQUOT },
    [FAULT_POLL] = { EINTR, ENOMEM, EINTR, EINTR },
};

/* With CLIMACAST_FAULT_TRACE in the environment: tell on stderr who is about to see the fault. */
static void trace(void)
{
    static bool wanted, known;
    void *frames[40];

    if (!known)
        wanted = getenv("CLIMACAST_FAULT_TRACE");
    known = true;
    if (!wanted)
        return;
    (void)!write(STDERR_FILENO, FAULT_TRACE_TITLE "\n", sizeof FAULT_TRACE_TITLE);
    backtrace_symbols_fd(frames, backtrace(frames, 40), STDERR_FILENO);
}

/* AddressSanitizer ends the process when it cannot look up the stack of a new thread, so nothing
 * fails meanwhile. */
static _Thread_local __attribute__((tls_model("initial-exec"))) bool exempt;

/* Does this call fail? Then errno is set. */
static bool fails(enum fault_call call)
{
    int armed = atomic_load_explicit(&plan->call, memory_order_relaxed);
    long seen;

    if (exempt || armed == FAULT_CALLS)
        return false;
    seen = atomic_fetch_add(&plan->seen[call], 1);
    if (armed != (int)call)
        return false;
    if (atomic_load(&plan->countdown) <= 0 || atomic_fetch_sub(&plan->countdown, 1) != 1)
        return false;
    atomic_store(&plan->countdown, -1);
    trace();
    errno = errors[call][seen % 4];
    return true;
}

/* Defines a function that fails by plan. */
#define FAILING(call, type, name, parameters, arguments) \
    type name parameters;                                \
    type name parameters                                 \
    {                                                    \
        static type(*next) parameters;                   \
        if (!next)                                       \
            *(void **)&next = dlsym(RTLD_NEXT, #name);   \
        return fails(call) ? (type)-1 : next arguments;  \
    }

int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
    static int (*next)(pthread_t, pthread_attr_t *);
    int result;

    exempt = true;
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "pthread_getattr_np");
    result = next(thread, attributes);
    exempt = false;
    return result;
}

/* ---- memory ---- */

/* FAULT_SANITIZED: the program is linked with AddressSanitizer, which has its own allocator. */
#ifdef FAULT_SANITIZED
#define REAL(name) __interceptor_##name
#else
#define REAL(name) __libc_##name
#endif
void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *p, size_t size);

void *malloc(size_t size)
{
    return fails(FAULT_MALLOC) ? NULL : REAL(malloc)(size);
}

void *calloc(size_t count, size_t size)
{
    return fails(FAULT_MALLOC) ? NULL : REAL(calloc)(count, size);
}

void *realloc(void *p, size_t size)
{
    return fails(FAULT_MALLOC) ? NULL : REAL(realloc)(p, size);
}

/* ---- files ---- */

/* The mode is read only where the caller passed one. */
#define FAILING_OPEN(name)                                       \
    int name(const char *path, int flags, ...)                   \
    {                                                            \
        static int (*next)(const char *path, int flags, ...);    \
        mode_t mode = 0;                                         \
        va_list args;                                            \
        if (!next)                                               \
            *(void **)&next = dlsym(RTLD_NEXT, #name);           \
        va_start(args, flags);                                   \
        if (flags & (O_CREAT | __O_TMPFILE))                     \
            mode = va_arg(args, mode_t);                         \
        va_end(args);                                            \
        return fails(FAULT_OPEN) ? -1 : next(path, flags, mode); \
    }

FAILING_OPEN(open)
FAILING_OPEN(open64)
FAILING(FAULT_OPEN, int, __open_2, (const char *path, int flags), (path, flags))
FAILING(FAULT_OPEN, int, __open64_2, (const char *path, int flags), (path, flags))

FAILING(FAULT_READ, ssize_t, read, (int fd, void *p, size_t n), (fd, p, n))
FAILING(FAULT_READ, ssize_t, __read_chk, (int fd, void *p, size_t n, size_t size), (fd, p, n, size))
FAILING(FAULT_READ, ssize_t, pread, (int fd, void *p, size_t n, off_t at), (fd, p, n, at))
FAILING(FAULT_READ, ssize_t, pread64, (int fd, void *p, size_t n, off64_t at), (fd, p, n, at))
FAILING(FAULT_READ, ssize_t, recv, (int fd, void *p, size_t n, int flags), (fd, p, n, flags))
FAILING(FAULT_READ, ssize_t, __recv_chk, (int fd, void *p, size_t n, size_t size, int flags),
        (fd, p, n, size, flags))
FAILING(FAULT_READ, ssize_t, recvmsg, (int fd, struct msghdr *m, int flags), (fd, m, flags))

FAILING(FAULT_WRITE, ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n))
FAILING(FAULT_WRITE, ssize_t, pwrite, (int fd, const void *p, size_t n, off_t at), (fd, p, n, at))
FAILING(FAULT_WRITE, ssize_t, pwrite64, (int fd, const void *p, size_t n, off64_t at),
        (fd, p, n, at))
FAILING(FAULT_WRITE, ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n))
FAILING(FAULT_WRITE, ssize_t, send, (int fd, const void *p, size_t n, int flags), (fd, p, n, flags))
FAILING(FAULT_WRITE, ssize_t, sendmsg, (int fd, const struct msghdr *m, int flags), (fd, m, flags))

FAILING(FAULT_FSYNC, int, fsync, (int fd), (fd))
FAILING(FAULT_FSYNC, int, fdatasync, (int fd), (fd))

FAILING(FAULT_OPEN, int, socket, (int domain, int type, int protocol), (domain, type, protocol))
FAILING(FAULT_OPEN, int, accept4, (int fd, struct sockaddr *from, socklen_t *n, int flags),
        (fd, from, n, flags))
FAILING(FAULT_OPEN, int, pipe2, (int fds[2], int flags), (fds, flags))
FAILING(FAULT_OPEN, int, eventfd, (unsigned value, int flags), (value, flags))

FAILING(FAULT_POLL, int, poll, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms))
FAILING(FAULT_POLL, int, __poll_chk, (struct pollfd * fds, nfds_t n, int ms, size_t size),
        (fds, n, ms, size))
FAILING(FAULT_POLL, int, epoll_wait, (int fd, struct epoll_event *events, int n, int ms),
        (fd, events, n, ms))

FAILING(FAULT_CONNECT, int, connect, (int fd, const struct sockaddr *to, socklen_t n), (fd, to, n))
