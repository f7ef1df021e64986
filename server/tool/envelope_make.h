/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/envelope_make.h -- a request envelope as Alexa sends it, made from a few words. */
#ifndef CLIMACAST_TOOL_ENVELOPE_MAKE_H
#define CLIMACAST_TOOL_ENVELOPE_MAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/err.h"
#include "server/base/str.h"
#include "server/config.h"
#include "server/tool/args.h"

/* What is wished for; borrowed.  NULL or "" takes what stands behind it. */
struct wish {
    const char *say;          /* a sentence instead of name and words: see say.h */
    const char *name;         /* an intent, or a request type such as LaunchRequest */
    const char *const *words; /* "slot=value"; for a request type "member=value" */
    size_t word_count;
    const char *user;       /* one and the same made-up id */
    const char *locale;     /* en-US */
    const char *skill_id;   /* the first of alexa.skill_ids */
    const char *session;    /* "new" or "open": one that is already under way; new */
    const char *attributes; /* session.attributes as JSON; {} */
    const char *timestamp;  /* as it is, or seconds from now such as -200; now */
    const char *request_id; /* a new one */
};

/* The options that fill a wish, for an args table. */
#define WISH_OPTIONS(w)                                                                            \
    { "--say", &(w).say, NULL }, { "--user", &(w).user, NULL }, { "--locale", &(w).locale, NULL }, \
        { "--skill-id", &(w).skill_id, NULL }, { "--session", &(w).session, NULL },                \
        { "--attributes", &(w).attributes, NULL },                                                 \
    {                                                                                              \
        "--timestamp", &(w).timestamp, NULL                                                        \
    }                                                                                              \
    /* no comma: the table goes on */
#define WISH_USAGE                                                                           \
    "  --say TEXT          instead of an intent: what a person would say; the interaction\n" \
    "                      model's samples tell intent and slots\n"                          \
    "  --user ID           user id; the same made-up one unless given\n"                     \
    "  --locale NAME       en-US unless given\n"                                             \
    "  --skill-id ID       the first of alexa.skill_ids unless given\n"                      \
    "  --session new|open  a question of its own, or within an open session\n"               \
    "  --attributes JSON   session attributes, as an earlier answer gave them\n"             \
    "  --timestamp T       an RFC 3339 instant, or seconds from now such as -200\n"

/* Put the words left of the options into the wish: a name, then slot=value.  ST_INVALID: no name,
 * a word without "=", or words beside a sentence. */
enum status wish_words(struct wish *wish, const struct args *args, struct err *err);

/* Append the envelope's JSON.  ST_INVALID: a wish that cannot be: no UTF-8, attributes that are no
 * JSON object, another session word. */
enum status envelope_make(const struct wish *wish, const struct config *config, struct buf *out,
                          struct err *err);

#endif
