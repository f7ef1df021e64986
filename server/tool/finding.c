/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/finding.c -- fills in the result of a `climacast doctor` check. */
#include "server/tool/finding.h"

#include <stdarg.h>
#include <stdio.h>

#include "server/base/str.h"

/* Replace control characters and invalid UTF-8: the text may quote arbitrary bytes of a path or a
 * certificate, or be truncated within a character, and is printed on a terminal and as JSON. */
static void sanitize(char *text)
{
    size_t step;

    for (; *text; text += step) {
        step = str_utf8_step(str_of(text));
        if (step == 0 || (unsigned char)*text < ' ' || *text == 127) {
            *text = '?';
            step = 1;
        }
    }
}

void finding_set(struct finding *f, enum verdict verdict, const char *fix, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    sanitize(f->text);
    f->verdict = verdict;
    (void)snprintf(f->fix, sizeof f->fix, "%s", fix ? fix : "");
}
