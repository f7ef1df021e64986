/* SPDX-License-Identifier: Apache-2.0 */
/* server/log/log_writer.h -- writes log lines on a thread of its own, so that a reader that stalls
 * delays no other thread.
 *
 * Lines are written in the order in which they were added, several with one write(2), but never
 * part of one: other processes may write to the same pipe. */
#ifndef CLIMACAST_SERVER_LOG_LOG_WRITER_H
#define CLIMACAST_SERVER_LOG_LOG_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

/* Bytes that may wait to be written. While the reader stalls, the writer holds as many again. */
enum { LOG_WRITER_BYTES = 512 * 1024, LOG_WRITER_LINE_MAX = 4096 };

struct log_writer;

struct log_writer_settings {
    int fd; /* borrowed */
    /* Writes a line into `out` that says how many lines are missing at this place. Called on the
     * writer's thread. */
    void (*put_dropped)(void *data, struct buf *out, uint64_t count);
    void *data;
};

/* NULL: out of memory or threads. */
struct log_writer *log_writer_create(const struct log_writer_settings *settings);
/* Adds a line of up to LOG_WRITER_LINE_MAX bytes, which ends in '\n'. Never waits: when
 * LOG_WRITER_BYTES are waiting already, the line is dropped and counted. Thread-safe. */
void log_writer_add(struct log_writer *w, struct str line);
/* Waits until every line added so far is written, or given up after a write error, but no longer
 * than `wait_ms`. Thread-safe. */
bool log_writer_flush(struct log_writer *w, int64_t wait_ms);
/* Lines that were dropped or could not be written, so far. Thread-safe. */
uint64_t log_writer_dropped(const struct log_writer *w);
/* Writes what is left for up to `wait_ms`, then ends the thread. Returns false when a write(2) does
 * not return: the thread then still uses the writer, and settings.data too. NULL is allowed. */
bool log_writer_free(struct log_writer *w, int64_t wait_ms);

#endif
