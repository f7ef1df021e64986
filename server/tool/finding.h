/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/finding.h -- the result of one `climacast doctor` check. */
#ifndef CLIMACAST_SERVER_TOOL_FINDING_H
#define CLIMACAST_SERVER_TOOL_FINDING_H

enum verdict { CHECK_OK, CHECK_WARN, CHECK_FAIL };

struct finding {
    enum verdict verdict; /* CHECK_OK until something is found */
    char text[400];       /* what was seen */
    char fix[300];        /* what to do; "" when nothing is to be done */
};

/* "text" and "fix" as by printf; `fix` NULL for none. */
void finding_set(struct finding *f, enum verdict verdict, const char *fix, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
