/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/file.c -- reads a whole file into memory. */
#include "server/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024 }; /* read at a time when the size is not known */

static enum status file_error(struct err *err, const char *path, int code)
{
    enum status st = code == ENOENT || code == ENOTDIR ? ST_NOT_FOUND
                     : code == EACCES                  ? ST_DENIED
                                                       : ST_SYSTEM;

    return err_reason(err, st, st == ST_DENIED ? "unreadable" : "", "%s: %s", path, strerror(code));
}

static enum status too_large(struct err *err, const char *path, const struct buf *out)
{
    return err_set(err, ST_TOO_LARGE, "%s: larger than %zu bytes", path, out->max);
}

static enum status read_to_end(int fd, const char *path, size_t size, struct buf *out,
                               struct err *err)
{
    size_t want = size + 1; /* the last read finds the end without growing the buffer */

    for (;;) {
        size_t left = out->max - out->n;
        char extra, *to = &extra;
        ssize_t n;
        if (want > left)
            want = left;
        if (want > 0)
            to = buf_reserve(out, want);
        if (!to)
            return err_set(err, ST_SYSTEM, "%s: out of memory", path);
        n = read(fd, to, want > 0 ? want : 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return file_error(err, path, errno);
        if (n == 0)
            return ST_OK;
        if (left == 0)
            return too_large(err, path, out);
        buf_grew(out, (size_t)n);
        want -= (size_t)n;
        if (want == 0)
            want = CHUNK_BYTES;
    }
}

static enum status read_file(const char *path, bool regular, struct buf *out, struct err *err)
{
    struct stat file;
    enum status st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (regular ? O_NONBLOCK : 0));

    if (fd < 0)
        return file_error(err, path, errno);
    if (fstat(fd, &file) != 0)
        st = file_error(err, path, errno);
    else if (regular && !S_ISREG(file.st_mode))
        st = err_set(err, ST_INVALID, "%s: not a regular file", path);
    else if (S_ISREG(file.st_mode) && (uintmax_t)file.st_size > out->max - out->n)
        st = too_large(err, path, out);
    else
        st = read_to_end(fd, path, S_ISREG(file.st_mode) ? (size_t)file.st_size : CHUNK_BYTES, out,
                         err);
    (void)close(fd);
    return st;
}

enum status file_read(const char *path, struct buf *out, struct err *err)
{
    return read_file(path, false, out, err);
}

enum status file_read_regular(const char *path, struct buf *out, struct err *err)
{
    return read_file(path, true, out, err);
}
