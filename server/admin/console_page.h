/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/console_page.h -- the HTML of the test console. Pure. */
#ifndef CLIMACAST_SERVER_ADMIN_CONSOLE_PAGE_H
#define CLIMACAST_SERVER_ADMIN_CONSOLE_PAGE_H

#include <stdbool.h>

#include "server/base/str.h"
#include "server/utterance/device.h"
#include "server/utterance/model.h"
#include "server/utterance/utterance_match.h"

enum { CONSOLE_SLOTS_MAX = 32 };

/* What was read from the response. */
struct console_answer {
    int status; /* HTTP status */
    double ms;
    struct str request, response; /* indented JSON */
    struct str ssml, speech, reprompt, card_title, card_text;
    struct str attributes; /* session attributes as JSON */
    bool session_open;
    struct str topic; /* the intent that the session keeps as its topic; "" when none */
    struct utterance_slot topic_slots[CONSOLE_SLOTS_MAX];
    size_t topic_slot_count;
    struct str asked;      /* what the skill wants to know ("day"), or "" */
    struct str directives; /* for the screen: a JSON list; "" when there are none */
};

struct console_view {
    const struct model *model;
    const char *token;
    struct str phrase; /* as typed */
    struct utterance_match
        match;                 /* from the phrase or the intent form; no name: nothing was asked */
    bool from_phrase, matched; /* matched: a sample utterance matched the phrase */
    const struct device *device; /* that asks; NULL: one without a screen */
    bool in_session;
    struct str talk; /* the session so far: lines of what was said and what was answered, in turn */
    const char *problem; /* why there is no response, or NULL */
    bool answered;
    struct console_answer answer;
};

void console_page_write(const struct console_view *v, struct buf *out);

extern const char console_script[] __attribute__((visibility("hidden"))); /* JavaScript */

#endif
