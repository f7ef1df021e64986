/* SPDX-License-Identifier: Apache-2.0 */
/* server/log.h -- log lines on stderr: one write a line, text or JSON, a name and a few fields.
 *
 *     log_line(log, LOG_INFO, "request", LOG_TEXT("intent", name), LOG_INT("ms", ms));
 *
 * Never a secret, never a whole user id (digest_log_id() stands for it). Values are escaped, so a line is
 * a line. Thread-safe; a line longer than LOG_LINE_MAX is cut. A NULL log writes nothing. */
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

/* `fd` is borrowed (2 for stderr). */
struct log *log_create(int fd, enum log_level level, bool json);
void log_free(struct log *l);
bool log_level_parse(const char *name, enum log_level *ret_level);
void log_set_level(struct log *l, enum log_level level);
bool log_enabled(const struct log *l, enum log_level level);

void log_fields(struct log *l, enum log_level level, const char *event,
                const struct log_field *fields, size_t count);
#define log_line(l, level, event, ...)                                           \
    log_fields((l), (level), (event), (const struct log_field[]){ __VA_ARGS__ }, \
               sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))
/* The fault's text as field "why" (and "reason" when it has one). */
void log_err(struct log *l, enum log_level level, const char *event, const struct err *err);

/* At most `per_second` events pass; the first one after a silence is told how many were held back.
 * Thread-safe. */
struct log_gate {
    int64_t second;
    int64_t passed, held;
};
bool log_gate_open(struct log_gate *gate, int64_t per_second, int64_t *ret_held);

#endif
