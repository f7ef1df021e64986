/* SPDX-License-Identifier: Apache-2.0 */
/* server/streams.h -- standard input, output and error: there, and written to. */
#ifndef CLIMACAST_SERVER_STREAMS_H
#define CLIMACAST_SERVER_STREAMS_H

#include <stdbool.h>

/* First thing in main(): a descriptor from 0 to 2 that was handed over closed is held, so that no
 * file or socket of ours gets its number and then what is meant for a person. Writing to it still
 * fails. */
void streams_reserve(void);

/* Has all that was printed on standard output been written? Also true when its reader has gone
 * without reading on, as head(1) does. */
bool streams_flush(void);

#endif
