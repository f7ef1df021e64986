/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/web_address.h -- removes web addresses from a text, with the words around them
 * that make no sense without them.
 *
 * "Call 2-1-1 or visit www.maricopa.gov/heat." becomes "Call 2-1-1.", and a sentence that is about
 * nothing but an address is dropped. Pure. */
#ifndef CLIMACAST_INTENTS_SPEECH_WEB_ADDRESS_H
#define CLIMACAST_INTENTS_SPEECH_WEB_ADDRESS_H

#include "server/base/str.h"

/* Appends `text`, which is one line with a MARK_ADDRESS for each address, without them. */
void web_address_leave_out(struct buf *out, struct str text);

#endif
