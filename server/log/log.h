/* SPDX-License-Identifier: Apache-2.0 */
/* server/log/log.h -- structured log lines on stderr, as text or JSON: an event with a few fields.
 *
 *     log_line(log, LOG_INFO, "request", LOG_TEXT("intent", name), LOG_INT("ms", ms));
 *
 * Never log a secret or a whole user id; digest_log_id() replaces it. Values are escaped, so an
 * event is always one line of visible characters. Fields that do not fit into LOG_LINE_MAX are left
 * out.
 *
 * At first, the caller's thread writes each line with one write(2), which waits when the reader has
 * stalled. After log_start_writer(), logging never waits (server/log/log_writer.h).
 *
 * Thread-safe, except as noted.  A NULL log writes nothing. */
#ifndef CLIMACAST_SERVER_LOG_LOG_H
#define CLIMACAST_SERVER_LOG_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum { LOG_LINE_MAX = 2000 };
enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

struct log;

struct log_field {
    const char *name;
    bool is_number;
    struct str text;
    int64_t number;
};
#define LOG_STR(field, value) ((struct log_field){ (field), false, (value), 0 })
#define LOG_TEXT(field, value) ((struct log_field){ (field), false, str_of(value), 0 })
#define LOG_INT(field, value) ((struct log_field){ (field), true, STR_NONE, (value) })

/* `fd` is borrowed; 2 for stderr. NULL: out of memory. */
struct log *log_create(int fd, enum log_level level, bool json);
/* Before other threads log: from now on a thread of its own writes the lines. The caller has
 * blocked the signals that this thread must not receive. */
enum status log_start_writer(struct log *l, struct err *err);
/* Waits, for a limited time, until the lines so far are written: before something else is written
 * to the same place. */
void log_flush(struct log *l);
/* Lines that were dropped because their reader stalled, or that could not be written. */
uint64_t log_dropped(const struct log *l);
/* Also flushes. */
void log_free(struct log *l);
/* "error", "warning", "info" or "debug". Returns false for any other word. */
bool log_level_parse(const char *name, enum log_level *ret_level);
void log_set_level(struct log *l, enum log_level level);
/* Is this level written? For callers whose fields are expensive to compute. */
bool log_enabled(const struct log *l, enum log_level level);

void log_fields(struct log *l, enum log_level level, const char *event,
                const struct log_field *fields, size_t count);
#define log_line(l, level, event, ...)                                           \
    log_fields((l), (level), (event), (const struct log_field[]){ __VA_ARGS__ }, \
               sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))
/* The error's text as the field "error", and its reason, if any, as "reason". */
void log_err(struct log *l, enum log_level level, const char *event, const struct err *err);

/* Limits the rate of an event; zeroed at first. log_gate_open() lets `per_second` events a second
 * pass. *ret_suppressed is how many it has suppressed since the last one that passed in an earlier
 * second. Thread-safe. */
struct log_gate {
    int64_t second;
    int64_t passed, suppressed;
};
bool log_gate_open(struct log_gate *gate, int64_t per_second, int64_t *ret_suppressed);

#endif
