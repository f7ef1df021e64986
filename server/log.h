/* SPDX-License-Identifier: Apache-2.0 */
/* server/log.h -- structured log lines on stderr, as text or JSON: an event with a few fields.
 *
 *     log_line(log, LOG_INFO, "request", LOG_TEXT("intent", name), LOG_INT("us", us));
 *
 * Never log a secret or a whole user id; digest_log_id() replaces it.  Values are escaped, so an event
 * is always one line, written by one write(2).  Fields that do not fit into LOG_LINE_MAX are left out.
 * Thread-safe.  A NULL log writes nothing. */
#ifndef CLIMACAST_SERVER_LOG_H
#define CLIMACAST_SERVER_LOG_H

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
void log_free(struct log *l);
/* "error", "warning", "info" or "debug". Returns false for any other word. */
bool log_level_parse(const char *name, enum log_level *ret_level);
void log_set_level(struct log *l, enum log_level level);
/* Is this level written? For a caller to whom the fields cost something. */
bool log_enabled(const struct log *l, enum log_level level);

void log_fields(struct log *l, enum log_level level, const char *event,
                const struct log_field *fields, size_t count);
#define log_line(l, level, event, ...)                                           \
    log_fields((l), (level), (event), (const struct log_field[]){ __VA_ARGS__ }, \
               sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))
/* The error's text as the field "error", and its reason, if any, as "reason". */
void log_err(struct log *l, enum log_level level, const char *event, const struct err *err);

/* Limits the rate of an event; zeroed at first. log_gate_open() lets `per_second` events a second pass.
 * *ret_suppressed is how many it has suppressed since the last one that passed in an earlier second.
 * Thread-safe. */
struct log_gate {
    int64_t second;
    int64_t passed, suppressed;
};
bool log_gate_open(struct log_gate *gate, int64_t per_second, int64_t *ret_suppressed);

#endif
