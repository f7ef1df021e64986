/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/console_page.h -- the test console's page, written from what was asked and answered.
 * Pure. */
#ifndef CLIMACAST_SERVER_ADMIN_CONSOLE_PAGE_H
#define CLIMACAST_SERVER_ADMIN_CONSOLE_PAGE_H

#include <stdbool.h>

#include "server/base/str.h"
#include "server/utterance/model.h"
#include "server/utterance/utterance_match.h"

/* An answer, as it was read from the response. */
struct console_answer {
    int status; /* of HTTP */
    double ms;
    struct str request, response; /* JSON, indented */
    struct str ssml, speech, reprompt, card_title, card_text;
    struct str attributes; /* of the session, JSON */
    bool session_open;
};

struct console_view {
    const struct model *model;
    const char *token;
    struct str phrase; /* as it was typed */
    struct utterance_match said;  /* understood, or picked; its name is empty when nothing was asked */
    bool from_phrase, fits;
    bool in_session;
    const char *problem; /* why there is no answer, or NULL */
    bool answered;
    struct console_answer answer;
};

void console_page_write(const struct console_view *v, struct buf *out);

extern const char console_script[]; /* the page's only one */

#endif
