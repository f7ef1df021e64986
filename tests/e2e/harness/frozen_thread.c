/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/frozen_thread.c -- stops a single thread of the daemon. */
#define _GNU_SOURCE /* __WALL */
#include "tests/e2e/harness/frozen_thread.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "server/base/clock.h"
#include "tests/test.h"

enum { THREADS_MAX = 200, NAMED_MS = 5000 /* threads get their names soon after the start */ };

static bool has_name(pid_t process, pid_t thread, const char *name)
{
    char path[80], line[40] = "";

    snprintf(path, sizeof path, "/proc/%d/task/%d/comm", (int)process, (int)thread);
    FILE *f = fopen(path, "re");
    if (f) {
        if (!fgets(line, sizeof line, f))
            line[0] = '\0';
        fclose(f);
    }
    line[strcspn(line, "\n")] = '\0';
    return strcmp(line, name) == 0;
}

static int compare_ids(const void *a, const void *b)
{
    return *(const pid_t *)a - *(const pid_t *)b;
}

/* 0 when there is no such thread. */
static pid_t find_thread(pid_t process, const char *name, int index)
{
    char path[60];
    pid_t found[THREADS_MAX];
    int n = 0;

    snprintf(path, sizeof path, "/proc/%d/task", (int)process);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir)) && n < THREADS_MAX;) {
        pid_t thread = (pid_t)atol(entry->d_name);
        if (thread > 0 && has_name(process, thread, name))
            found[n++] = thread;
    }
    if (dir)
        closedir(dir);
    qsort(found, (size_t)n, sizeof found[0], compare_ids);
    return index < n ? found[index] : 0;
}

pid_t frozen_thread_stop(pid_t process, const char *name, int index)
{
    int64_t deadline = clock_mono_ms() + NAMED_MS;
    pid_t thread;

    while (!(thread = find_thread(process, name, index)) && clock_left_ms(deadline) > 0)
        clock_sleep_ms(10);
    if (!thread)
        fail_msg("the daemon has no thread named %s, number %d", name, index);
    if (ptrace(PTRACE_SEIZE, thread, NULL, NULL) != 0 ||
        ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) != 0 ||
        waitpid(thread, NULL, __WALL) != thread)
        fail_msg("cannot stop thread %d: %s (is ptrace(2) allowed here?)", (int)thread,
                 strerror(errno));
    return thread;
}

void frozen_thread_continue(pid_t thread)
{
    CHECK_INT(ptrace(PTRACE_DETACH, thread, NULL, NULL), 0);
}
