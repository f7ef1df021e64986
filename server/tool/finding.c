/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/finding.c -- fills in the result of a `climacast doctor` check. */
#include "server/tool/finding.h"

#include <stdarg.h>
#include <stdio.h>

#include "server/base/visible.h"

void finding_set(struct finding *f, enum verdict verdict, const char *fix, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    visible_clean(f->text); /* it may quote arbitrary bytes of a path or a certificate */
    f->verdict = verdict;
    (void)snprintf(f->fix, sizeof f->fix, "%s", fix ? fix : "");
}
