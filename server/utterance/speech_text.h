/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/speech_text.h -- SSML as plain text. Pure. */
#ifndef CLIMACAST_SERVER_UTTERANCE_SPEECH_TEXT_H
#define CLIMACAST_SERVER_UTTERANCE_SPEECH_TEXT_H

#include "server/base/str.h"

/* Append the text of an SSML document, without tags and with the five XML entities decoded. */
void speech_text(struct buf *out, struct str ssml);

#endif
