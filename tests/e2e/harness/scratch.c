/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/scratch.c -- a scratch folder for one test. */
#include "tests/e2e/harness/scratch.h"

#include <stdlib.h>

#include "server/base/str.h"
#include "tests/test.h"

struct scratch scratch;

void scratch_create(struct scratch *s)
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

int scratch_setup(void **state)
{
    (void)state;
    scratch_create(&scratch);
    return 0;
}

int scratch_teardown(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return 0;
}
