/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/line_editor.c -- loads libedit and calls the functions that it shares with GNU
 * readline. */
#include "server/tool/line_editor.h"

#include <dlfcn.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HISTORY_MAX = 500 };

struct line_editor {
    void *library;
    char *(*read_line)(const char *prompt);
    int (*add_history)(const char *line);
    void (*stifle_history)(int max);
};

/* POSIX lets a pointer from dlsym() be read as one to a function; ISO C has no conversion. */
static bool find(void *library, const char *name, void *ret_function)
{
    void *found = dlsym(library, name);

    memcpy(ret_function, &found, sizeof found);
    return found;
}

struct line_editor *line_editor_open(void)
{
    struct line_editor *e = calloc(1, sizeof *e);
    int *no_completion;

    if (!e)
        return NULL;
    e->library = dlopen("libedit.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!e->library || !find(e->library, "readline", &e->read_line) ||
        !find(e->library, "add_history", &e->add_history) ||
        !find(e->library, "stifle_history", &e->stifle_history)) {
        line_editor_close(e);
        return NULL;
    }
    (void)setlocale(LC_CTYPE, ""); /* it edits characters, not bytes */
    no_completion = dlsym(e->library, "rl_inhibit_completion");
    if (no_completion)
        *no_completion = 1; /* it would complete names of files */
    e->stifle_history(HISTORY_MAX);
    return e;
}

void line_editor_close(struct line_editor *e)
{
    /* The library stays loaded: it keeps its state, and frees it nowhere. */
    free(e);
}

bool line_editor_read(struct line_editor *e, const char *prompt, char *out, size_t size)
{
    char *line = e->read_line(prompt);

    if (!line)
        return false;
    if (line[strspn(line, " \t")] != '\0')
        (void)e->add_history(line);
    (void)snprintf(out, size, "%s", line);
    free(line);
    return true;
}
