/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/finding.h -- the result of one `climacast doctor` check. */
#ifndef CLIMACAST_SERVER_TOOL_FINDING_H
#define CLIMACAST_SERVER_TOOL_FINDING_H

enum verdict { CHECK_OK, CHECK_WARN, CHECK_FAIL, VERDICTS };

struct finding {
    enum verdict verdict; /* CHECK_OK in a zeroed finding */
    char text[400];       /* what the check saw */
    char fix[300];        /* what to do about it; "" for nothing */
};

/* Set the finding. The text is formatted as by printf(); `fix` may be NULL. */
void finding_set(struct finding *f, enum verdict verdict, const char *fix, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
