/* SPDX-License-Identifier: Apache-2.0 */
/* server/config/secret_file.c -- reads a file that holds a secret of the owner's. */
#include "server/config/secret_file.h"

#include <sys/stat.h>

#include "server/base/file.h"

enum { OTHERS = 0077 };

enum status secret_file_read(const char *path, struct buf *out, struct err *err)
{
    size_t before = out->n;
    struct stat seen;

    if (file_read_regular(path, out, err) != ST_OK) {
        if (err)
            err->status = ST_INVALID;
        return ST_INVALID;
    }
    if (stat(path, &seen) != 0 || (seen.st_mode & OTHERS) != 0) {
        buf_truncate(out, before);
        return err_set(err, ST_INVALID,
                       "%s has the mode %04o: others can read it or write to it; chmod 600 it",
                       path, (unsigned)seen.st_mode & 07777);
    }
    while (out->n > before && (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == '\r'))
        buf_truncate(out, out->n - 1);
    return out->n > before ? ST_OK : err_set(err, ST_INVALID, "%s is empty", path);
}
