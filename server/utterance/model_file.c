/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/model_file.c -- searches upwards from the program's own folder: a source tree
 * has deploy/, an installation share/climacast/. */
#include "server/utterance/model_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MODEL_FILE "skill-package/interactionModels/custom/en-US.json"

enum { LEVELS_UP = 4 };

static bool is_readable(char out[MODEL_PATH_BYTES], const char *folder, const char *below)
{
    int n = snprintf(out, MODEL_PATH_BYTES, "%s/%s/" MODEL_FILE, folder, below);

    return n > 0 && n < MODEL_PATH_BYTES && access(out, R_OK) == 0;
}

bool model_file_find(char out[MODEL_PATH_BYTES])
{
    char folder[MODEL_PATH_BYTES];
    ssize_t n = readlink("/proc/self/exe", folder, sizeof folder - 1);

    if (n <= 0)
        return false;
    folder[n] = '\0';
    for (int level = 0; level < LEVELS_UP; level++) {
        char *slash = strrchr(folder, '/');
        if (!slash)
            return false;
        *slash = '\0';
        if (is_readable(out, folder, "deploy") || is_readable(out, folder, "share/climacast"))
            return true;
    }
    return false;
}
