/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/request_args.h -- the options and arguments that describe a request (ask,
 * request). */
#ifndef CLIMACAST_SERVER_TOOL_REQUEST_ARGS_H
#define CLIMACAST_SERVER_TOOL_REQUEST_ARGS_H

#include "server/base/err.h"
#include "server/tool/args.h"
#include "server/utterance/envelope_build.h"

/* Entries of an option table that fill in a request. */
#define REQUEST_ARGS_OPTIONS(w)                                                                    \
    { "--say", &(w).say, NULL }, { "--user", &(w).user, NULL }, { "--locale", &(w).locale, NULL }, \
        { "--skill-id", &(w).skill_id, NULL }, { "--session", &(w).session, NULL },                \
        { "--attributes", &(w).attributes, NULL }, { "--device", &(w).device, NULL },              \
        { "--api-token", &(w).api_token, NULL }, { "--unchecked", NULL, &(w).unchecked },          \
    {                                                                                              \
        "--timestamp", &(w).timestamp, NULL                                                        \
    }                                                                                              \
    /* no comma: the caller's table continues */
#define REQUEST_ARGS_USAGE                                                                         \
    "  --say TEXT          a spoken phrase instead of an intent; the interaction model maps it\n"  \
    "                      to an intent and slots\n"                                               \
    "  --user ID           user id (default: a fixed test user)\n"                                 \
    "  --locale NAME       locale (default: en-US)\n"                                              \
    "  --skill-id ID       skill id (default: the first of alexa.skill_ids)\n"                     \
    "  --session new|open  start a session (default) or continue one\n"                            \
    "  --attributes JSON   session attributes, as returned by an earlier response\n"               \
    "  --device NAME       a device with a screen: spot, show5, show8, show10, show15,\n"          \
    "                      show15-upright, tv, or clock (four characters)\n"                       \
    "  --api-token TOKEN   apiAccessToken: the daemon may ask for the address and units with it\n" \
    "  --timestamp T       RFC 3339 time, or seconds relative to now such as -200\n"               \
    "  --unchecked         send intents, slots and times that make no sense, too\n"

/* Take the arguments into the request: a name, then slot=value pairs. ST_INVALID: no name, one that
 * the skill does not know, an argument without "=", arguments together with a phrase, or an invalid
 * timestamp. With `unchecked`, names and timestamp are not checked. */
enum status request_args_parse(struct request_spec *spec, const struct args *args, struct err *err);

#endif
