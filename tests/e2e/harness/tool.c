/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/tool.c -- runs `climacast` and shell commands in a scratch folder. */
#include "tests/e2e/harness/tool.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/str.h"
#include "tests/test.h"

static pid_t start_shell(const struct scratch *s, const char *commands)
{
    const char *build = getenv("TEST_BUILD");
    struct buf all = BUF_INIT(16000);
    pid_t pid;

    buf_printf(&all, "cd '%s' && climacast='%s/climacast' && exec >out 2>err </dev/null && %s",
               s->dir, build ? build : "build", commands);
    pid = fork();
    if (pid == 0) {
        (void)signal(SIGPIPE, SIG_DFL);
        execl("/bin/sh", "sh", "-c", buf_z(&all), (char *)NULL);
        _exit(127);
    }
    buf_free(&all);
    CHECK(pid > 0);
    return pid;
}

static void wait_for(struct scratch *s, pid_t pid)
{
    int status;

    CHECK(waitpid(pid, &status, 0) == pid);
    s->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    free(s->out);
    free(s->err);
    s->out = scratch_read(s, "out");
    s->err = scratch_read(s, "err");
}

pid_t tool_start(struct scratch *s, const char *arguments)
{
    char commands[12000];

    snprintf(commands, sizeof commands, "exec \"$climacast\" %s", arguments);
    return start_shell(s, commands);
}

void tool_run(struct scratch *s, const char *arguments)
{
    wait_for(s, tool_start(s, arguments));
}

void tool_shell(struct scratch *s, const char *commands)
{
    wait_for(s, start_shell(s, commands));
}

void tool_expect(const struct scratch *s, int status, const char *out, const char *err)
{
    if (s->status != status || (out && !strstr(s->out, out)) || (err && !strstr(s->err, err)))
        fail_msg("exit %d, out: %.1500s, err: %.1500s", s->status, s->out, s->err);
}

size_t tool_count_lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}
