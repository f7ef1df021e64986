/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/phrase_parser.h -- a sentence for `climacast ask --say`, made the request that Alexa would
 * send. */
#ifndef CLIMACAST_SERVER_TOOL_PHRASE_PARSER_H
#define CLIMACAST_SERVER_TOOL_PHRASE_PARSER_H

#include "server/base/err.h"
#include "server/base/str.h"
#include "server/utterance/envelope_build.h"

struct phrase_parser;

/* Read the interaction model at `path`; NULL: the one that comes with the program, in the source
 * tree it was built in or below the prefix it is installed under. ST_INVALID: none is there, or it
 * is no model. */
enum status phrase_parser_create(const char *path, struct phrase_parser **ret_parser,
                                 struct err *err);
void phrase_parser_free(struct phrase_parser *s); /* NULL allowed */

/* Fill the wish's name and words from its sentence; they live until the next call. `line` gets what
 * was understood, in the words of `climacast ask`, without a line's end. A sentence that fits
 * nothing is AMAZON.FallbackIntent, and `line` says so. ST_INVALID: nothing to understand. */
enum status phrase_parser_parse(struct phrase_parser *s, struct request_spec *wish,
                                struct buf *line, struct err *err);

#endif
