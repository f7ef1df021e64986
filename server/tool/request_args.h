/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/request_args.h -- the command line of those subcommands that make a request. */
#ifndef CLIMACAST_SERVER_TOOL_REQUEST_ARGS_H
#define CLIMACAST_SERVER_TOOL_REQUEST_ARGS_H

#include "server/base/err.h"
#include "server/tool/args.h"
#include "server/utterance/envelope_build.h"

/* The options that fill a wish, for an args table. */
#define REQUEST_ARGS_OPTIONS(w)                                                                    \
    { "--say", &(w).say, NULL }, { "--user", &(w).user, NULL }, { "--locale", &(w).locale, NULL }, \
        { "--skill-id", &(w).skill_id, NULL }, { "--session", &(w).session, NULL },                \
        { "--attributes", &(w).attributes, NULL },                                                 \
    {                                                                                              \
        "--timestamp", &(w).timestamp, NULL                                                        \
    }                                                                                              \
    /* no comma: the table goes on */
#define REQUEST_ARGS_USAGE                                                                   \
    "  --say TEXT          instead of an intent: what a person would say; the interaction\n" \
    "                      model's samples tell intent and slots\n"                          \
    "  --user ID           user id; the same made-up one unless given\n"                     \
    "  --locale NAME       en-US unless given\n"                                             \
    "  --skill-id ID       the first of alexa.skill_ids unless given\n"                      \
    "  --session new|open  a question of its own, or within an open session\n"               \
    "  --attributes JSON   session attributes, as an earlier answer gave them\n"             \
    "  --timestamp T       an RFC 3339 instant, or seconds from now such as -200\n"

/* Put the words left of the options into the wish: a name, then slot=value. ST_INVALID: no name, a
 * word without "=", or words beside a sentence. */
enum status request_args_words(struct request_spec *wish, const struct args *args, struct err *err);

#endif
