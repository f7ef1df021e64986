/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/phrase_parser.h -- turns a phrase (--say) into the intent and slots that Alexa would
 * send. */
#ifndef CLIMACAST_SERVER_TOOL_PHRASE_PARSER_H
#define CLIMACAST_SERVER_TOOL_PHRASE_PARSER_H

#include "server/base/err.h"
#include "server/base/str.h"
#include "server/utterance/envelope_build.h"

struct phrase_parser;

/* Load the interaction model at `path`. NULL looks for the one of this program, in its source tree
 * or below its installation prefix. The current hour, for "at seven", is that of the
 * configuration's clock in this machine's zone. ST_INVALID: there is none, or it does not parse. */
enum status phrase_parser_create(const char *path, const struct config *config,
                                 struct phrase_parser **ret_parser, struct err *err);
void phrase_parser_free(struct phrase_parser *s); /* NULL allowed */

/* Set the request's name and slots from its phrase; they stay valid until the next call. Appends
 * the equivalent `climacast ask` arguments to `line`, without a newline. A phrase that matches no
 * sample becomes AMAZON.FallbackIntent, with a comment in `line`. ST_INVALID: the phrase has no
 * words. */
enum status phrase_parser_parse(struct phrase_parser *s, struct request_spec *spec,
                                struct buf *line, struct err *err);

#endif
