/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness_tool.c -- see the header. */
#include "tests/e2e/harness_tool.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

void scratch_make(struct scratch *s)
{
    const char *tmp = getenv("TMPDIR");

    *s = (struct scratch){ .status = 0 };
    snprintf(s->dir, sizeof s->dir, "%s/climacast-tool.XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(s->dir));
}

void scratch_remove(struct scratch *s)
{
    char command[sizeof s->dir + 20];

    free(s->out);
    free(s->err);
    snprintf(command, sizeof command, "rm -rf '%s'", s->dir);
    CHECK(system(command) == 0);
}

const char *scratch_path(const struct scratch *s, const char *name)
{
    static char paths[8][400];
    static size_t next;
    char *path = paths[next++ % 8];

    snprintf(path, sizeof paths[0], "%s/%s", s->dir, name);
    return path;
}

void scratch_write(const struct scratch *s, const char *name, const char *text)
{
    FILE *f = fopen(scratch_path(s, name), "we");

    assert_non_null(f);
    fputs(text, f);
    CHECK(fclose(f) == 0);
}

char *scratch_read(const struct scratch *s, const char *name)
{
    struct buf b = BUF_INIT(64 * 1024 * 1024);
    FILE *f = fopen(scratch_path(s, name), "re");
    char chunk[4096];
    size_t n;

    while (f && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_put(&b, (struct str){ chunk, n });
    if (f)
        fclose(f);
    char *text = strdup(buf_z(&b));
    buf_free(&b);
    return text;
}

static pid_t start(const struct scratch *s, const char *commands)
{
    const char *build = getenv("TEST_BUILD");
    struct buf all = BUF_INIT(16000);
    pid_t pid;

    buf_printf(&all, "cd '%s' && climacast='%s/climacast' && exec >out 2>err </dev/null && %s",
               s->dir, build ? build : "build", commands);
    pid = fork();
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", buf_z(&all), (char *)NULL);
        _exit(127);
    }
    buf_free(&all);
    CHECK(pid > 0);
    return pid;
}

static void await(struct scratch *s, pid_t pid)
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
    return start(s, commands);
}

void tool_run(struct scratch *s, const char *arguments)
{
    await(s, tool_start(s, arguments));
}

void shell_run(struct scratch *s, const char *commands)
{
    await(s, start(s, commands));
}

void tool_expect(const struct scratch *s, int status, const char *out, const char *err)
{
    if (s->status != status || (out && !strstr(s->out, out)) || (err && !strstr(s->err, err)))
        fail_msg("exit %d, out: %.1500s, err: %.1500s", s->status, s->out, s->err);
}

size_t text_lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}
