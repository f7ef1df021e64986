/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/preload/machine.c -- a library to preload: a wall clock that is wrong, a disk that is
 * full, read-only or damaged. The next definition of each function does the work. */
#undef _FILE_OFFSET_BITS /* with it, pwrite and pwrite64 were one */
#define _GNU_SOURCE      /* RTLD_NEXT, the 64-bit names */
#include "tests/e2e/preload/machine.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static struct machine_faults none;
static struct machine_faults *faults = &none;

__attribute__((constructor)) static void find_faults(void)
{
    const char *path = getenv(MACHINE_FAULTS_VARIABLE);
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *shared;

    if (fd < 0)
        return;
    shared = mmap(NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared != MAP_FAILED)
        faults = shared;
    (void)close(fd);
}

/* ---- the clock ---- */

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*next)(clockid_t clock, struct timespec * now);
    int status;

    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "clock_gettime");
    status = next(clock, now);
    if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += (time_t)faults->clock_offset_s;
    return status;
}

time_t time(time_t *ret_now)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (ret_now)
        *ret_now = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *now, void *zone)
{
    struct timespec precise = { 0 };
    int status = clock_gettime(CLOCK_REALTIME, &precise);

    (void)zone;
    *now = (struct timeval){ precise.tv_sec, (suseconds_t)(precise.tv_nsec / 1000) };
    return status;
}

/* ---- the disk ---- */

static bool fails(int fd, int error)
{
    struct stat facts;

    if (error == 0 || fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode))
        return false;
    errno = error;
    return true;
}

#define FAILING(error, name, parameters, arguments)            \
    ssize_t name parameters;                                   \
    ssize_t name parameters                                    \
    {                                                          \
        static ssize_t(*next) parameters;                      \
        if (!next)                                             \
            *(void **)&next = dlsym(RTLD_NEXT, #name);         \
        return fails(fd, faults->error) ? -1 : next arguments; \
    }

FAILING(write_errno, write, (int fd, const void *p, size_t n), (fd, p, n))
FAILING(write_errno, writev, (int fd, const struct iovec *v, int n), (fd, v, n))
FAILING(write_errno, pwrite, (int fd, const void *p, size_t n, off_t at), (fd, p, n, at))
FAILING(write_errno, pwrite64, (int fd, const void *p, size_t n, off64_t at), (fd, p, n, at))
FAILING(read_errno, pread, (int fd, void *p, size_t n, off_t at), (fd, p, n, at))
FAILING(read_errno, pread64, (int fd, void *p, size_t n, off64_t at), (fd, p, n, at))
