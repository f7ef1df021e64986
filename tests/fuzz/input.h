/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/input.h -- takes the bytes of a fuzz input apart: numbers, texts, and the rest. */
#ifndef CLIMACAST_TESTS_FUZZ_INPUT_H
#define CLIMACAST_TESTS_FUZZ_INPUT_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/str.h"

/* One byte off the front; 0 when there is none. */
static inline unsigned input_byte(struct str *in)
{
    unsigned c;

    if (in->n == 0)
        return 0;
    c = (unsigned char)in->p[0];
    *in = str_sub(*in, 1, in->n);
    return c;
}

/* Up to n bytes off the front, borrowed. */
static inline struct str input_text(struct str *in, size_t n)
{
    struct str text = str_sub(*in, 0, n);

    *in = str_sub(*in, text.n, in->n);
    return text;
}

static char input_folder_path[200];

static inline void input_folder_remove(void)
{
    char command[300];

    (void)snprintf(command, sizeof command, "rm -rf '%s'", input_folder_path);
    if (system(command) != 0)
        abort();
}

/* A temporary folder for the process, empty when it starts; in memory, where fsync costs
 * nothing. */
static inline const char *input_folder(void)
{
    const char *tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

    if (!input_folder_path[0]) {
        (void)snprintf(input_folder_path, sizeof input_folder_path, "%s/climacast-fuzz-XXXXXX",
                       tmp);
        if (!mkdtemp(input_folder_path) || atexit(input_folder_remove) != 0)
            abort();
    }
    return input_folder_path;
}

/* A file that holds `text`, by its path. It is the same file every time, one for each `slot`. */
static inline const char *input_file(unsigned slot, struct str text)
{
    static int files[4];
    static char paths[4][240];

    if (files[slot] == 0) {
        (void)snprintf(paths[slot], sizeof paths[slot], "%s/file%u", input_folder(), slot);
        files[slot] = open(paths[slot], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    }
    if (files[slot] < 0 || ftruncate(files[slot], 0) != 0 ||
        pwrite(files[slot], text.n ? text.p : "", text.n, 0) != (ssize_t)text.n)
        abort();
    return paths[slot];
}

#endif
