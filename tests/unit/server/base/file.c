/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/file.c -- whole files, pipes, and what cannot be read. */
#include "tests/test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/file.h"

static char folder[] = "/tmp/climacast-file.XXXXXX", path[64], pipe_path[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/a", folder);
    (void)snprintf(pipe_path, sizeof pipe_path, "%s/pipe", folder);
    return mkfifo(pipe_path, 0600);
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    (void)unlink(pipe_path);
    return rmdir(folder);
}

static void write_file(const char *text, size_t n)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    CHECK_INT(fwrite(text, 1, n, f), n);
    CHECK_INT(fclose(f), 0);
}

TEST(a_file_is_appended_whole)
{
    struct buf b = BUF_INIT(100);
    struct err err = ERR_NONE;

    write_file("two\0words", 9);
    buf_putz(&b, "> ");
    CHECK_INT(file_read(path, &b, &err), ST_OK);
    CHECK_INT(b.n, 11);
    CHECK(memcmp(b.p, "> two\0words", 11) == 0);
    buf_reset(&b);
    CHECK_INT(file_read_regular(path, &b, &err), ST_OK);
    CHECK_INT(b.n, 9);
    write_file("", 0);
    buf_reset(&b);
    CHECK_INT(file_read(path, &b, &err), ST_OK);
    CHECK_INT(b.n, 0);
    buf_free(&b);
}

TEST(the_bound_is_exact)
{
    struct buf b = BUF_INIT(9), small = BUF_INIT(8);
    struct err err = ERR_NONE;

    write_file("123456789", 9);
    CHECK_INT(file_read(path, &b, &err), ST_OK);
    CHECK_STR(buf_z(&b), "123456789");
    CHECK_INT(file_read(path, &small, &err), ST_TOO_LARGE);
    CHECK(strstr(err.text, path) == err.text);
    CHECK(strstr(err.text, "larger than 8 bytes"));
    buf_free(&b);
    buf_free(&small);
}

TEST(a_missing_file_is_not_found)
{
    struct buf b = BUF_INIT(9);
    struct err err = ERR_NONE;

    CHECK_INT(file_read("/no/such/file", &b, &err), ST_NOT_FOUND);
    CHECK(strstr(err.text, "/no/such/file: ") == err.text);
    CHECK_INT(file_read("/dev/null/file", &b, NULL), ST_NOT_FOUND);
    CHECK_INT(file_read(folder, &b, NULL), ST_SYSTEM); /* a directory */
    CHECK_INT(file_read_regular(folder, &b, NULL), ST_INVALID);
    buf_free(&b);
}

TEST(a_file_without_permission_is_denied)
{
    struct buf b = BUF_INIT(9);
    struct err err = ERR_NONE;

    if (geteuid() == 0)
        return; /* root may read everything */
    write_file("x", 1);
    CHECK_INT(chmod(path, 0), 0);
    CHECK_INT(file_read(path, &b, &err), ST_DENIED);
    CHECK_STR(err.reason, "unreadable");
    CHECK_INT(chmod(path, 0600), 0);
    buf_free(&b);
}

/* The output of a shell command, as in `--model <(command)`. */
static enum status read_output(const char *command, struct buf *out)
{
    FILE *f = popen(command, "r"); /* NOLINT(cert-env33-c): a literal */
    char name[32];
    enum status st;

    assert_non_null(f);
    (void)snprintf(name, sizeof name, "/dev/fd/%d", fileno(f));
    st = file_read(name, out, NULL);
    (void)pclose(f);
    return st;
}

TEST(a_pipe_is_read_to_its_end)
{
    struct buf b = BUF_INIT(300000), small = BUF_INIT(100);

    CHECK_INT(read_output("head -c 200000 /dev/zero", &b), ST_OK);
    CHECK_INT(b.n, 200000);
    CHECK_INT(read_output("head -c 101 /dev/zero", &small), ST_TOO_LARGE);
    buf_free(&b);
    buf_free(&small);
}

TEST(a_named_pipe_does_not_block_where_a_regular_file_is_required)
{
    struct buf b = BUF_INIT(9);
    struct err err = ERR_NONE;

    CHECK_INT(file_read_regular(pipe_path, &b, &err), ST_INVALID);
    CHECK(strstr(err.text, "not a regular file"));
    buf_free(&b);
}

TESTS_WITH(make_folder, remove_folder, a_file_is_appended_whole, the_bound_is_exact,
           a_missing_file_is_not_found, a_file_without_permission_is_denied,
           a_pipe_is_read_to_its_end, a_named_pipe_does_not_block_where_a_regular_file_is_required)
