/* SPDX-License-Identifier: Apache-2.0 */
/* server/streams.h -- makes sure that standard input, output and error are safe to use. For the
 * main thread. */
#ifndef CLIMACAST_SERVER_STREAMS_H
#define CLIMACAST_SERVER_STREAMS_H

#include <stdbool.h>

/* Call it first in main(). Opens /dev/null on descriptors 0 to 2 that the parent left closed, so
 * that no file or socket gets one of these numbers and with it the program's messages. Writing to
 * them still fails. */
void streams_reserve(void);

/* Flush standard output. Returns whether everything was written; true as well when the reader
 * closed the pipe early, as head(1) does. */
bool streams_flush(void);

#endif
