/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/finding.c -- fills in the result of a `climacast doctor` check. */
#include "server/tool/finding.h"

#include <stdarg.h>
#include <stdio.h>

#include "server/base/str.h"

/* What was seen may quote a path or a certificate in any bytes, and may have been cut within a
 * character; it goes to a terminal, and into JSON. */
static void make_plain(char *text)
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
    make_plain(f->text);
    f->verdict = verdict;
    (void)snprintf(f->fix, sizeof f->fix, "%s", fix ? fix : "");
}
