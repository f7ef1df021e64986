/* SPDX-License-Identifier: Apache-2.0 */
/* server/request/reason.c -- lookup in the table of reason words.
 *
 * The code that finds an error knows what it saw, but not which program it is in or who reads it.
 * So the advice is kept in one table, for the daemon that cannot start, the tool, and climacast
 * doctor. */
#include "server/request/reason.h"

#include <stddef.h>
#include <string.h>

static const struct reason {
    const char *word;
    int http_status;
    const char *fix;
} reasons[] = {
#define REASON(word, http_status, fix) { word, http_status, fix },
#include "server/request/reasons.def"
#undef REASON
};

static const struct reason *reason_find(const char *word)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (strcmp(reasons[i].word, word) == 0)
            return &reasons[i];
    return NULL;
}

int reason_http_status(const char *word)
{
    const struct reason *r = reason_find(word);

    return r ? r->http_status : 0;
}

const char *reason_fix(const char *word)
{
    const struct reason *r = reason_find(word);

    return r ? r->fix : "";
}
