/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/folder.h -- a temporary folder for a test. */
#ifndef CLIMACAST_TESTS_UNIT_CACHE_FOLDER_H
#define CLIMACAST_TESTS_UNIT_CACHE_FOLDER_H

#ifndef _XOPEN_SOURCE
#error "define _XOPEN_SOURCE 700 before the first include: mkdtemp, nftw"
#endif
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/test.h"

enum { FOLDER_SIZE = 256, FILE_SIZE = FOLDER_SIZE + 64 };

static inline void folder_make(char out[FOLDER_SIZE])
{
    const char *tmp = getenv("TMPDIR");

    (void)snprintf(out, FOLDER_SIZE, "%s/climacast-cache-XXXXXX", tmp ? tmp : "/tmp");
    CHECK(mkdtemp(out));
}

static inline int folder_remove_one(const char *path, const struct stat *facts, int type,
                                    struct FTW *walk)
{
    (void)facts, (void)type, (void)walk;
    return remove(path);
}

static inline void folder_remove(const char *folder)
{
    CHECK(nftw(folder, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

#endif
