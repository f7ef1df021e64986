/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/broadcast_ssml.h -- the SSML of a weather radio script, made safe for Alexa.
 *
 * The script comes from outside: with a DTD, an entity other than the five of XML, or elements
 * nested too deeply, it is rejected. Only these elements are kept, with the attributes that Alexa
 * knows: break, emphasis, p, s, phoneme, prosody, say-as, sub, w. Others are dropped and their text
 * is kept; audio, desc, metadata, script and style are dropped with their text. Pure. */
#ifndef CLIMACAST_INTENTS_ALEXA_BROADCAST_SSML_H
#define CLIMACAST_INTENTS_ALEXA_BROADCAST_SSML_H

#include "server/base/err.h"
#include "server/base/str.h"

/* Appends the script as markup (intents/alexa/markup.h): well-formed, without <speak>.
 *   ST_OK       something can be heard
 *   ST_INVALID  it is not well-formed, has a DTD or an unknown entity, or nothing to say; what was
 *               appended must not be used */
enum status broadcast_ssml(struct buf *out, struct str script, struct err *err);

#endif
