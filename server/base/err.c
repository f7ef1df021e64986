/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/err.c -- errors as values; the first error wins.
 *
 * A text may quote outside input, so control characters become '?' and it stays one line. */
#include "server/base/err.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

const char *err_status_name(enum status st)
{
    static const char *const names[] = {
        [ST_OK] = "ok",
        [ST_MISS] = "miss",
        [ST_WOULD_WAIT] = "would_wait",
        [ST_TIMEOUT] = "timeout",
        [ST_UNAVAILABLE] = "unavailable",
        [ST_INVALID] = "invalid",
        [ST_TOO_LARGE] = "too_large",
        [ST_UNTRUSTED] = "untrusted",
        [ST_DENIED] = "denied",
        [ST_CONFLICT] = "conflict",
        [ST_NOT_FOUND] = "not_found",
        [ST_SYSTEM] = "system",
    };

    if ((size_t)st >= sizeof names / sizeof names[0])
        return "unknown";
    return names[st];
}

static void mask_control_characters(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            *text = '?';
}

static void err_record(struct err *err, enum status st, const char *reason, const char *format,
                       va_list args) __attribute__((format(printf, 4, 0)));

static void err_record(struct err *err, enum status st, const char *reason, const char *format,
                       va_list args)
{
    if (!err || err->status != ST_OK)
        return;
    err->status = st;
    (void)snprintf(err->reason, sizeof err->reason, "%s", reason);
    (void)vsnprintf(err->text, sizeof err->text, format, args);
    mask_control_characters(err->text);
}

enum status err_set(struct err *err, enum status st, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    err_record(err, st, "", format, args);
    va_end(args);
    return st;
}

enum status err_reason(struct err *err, enum status st, const char *reason, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    err_record(err, st, reason, format, args);
    va_end(args);
    return st;
}

enum status err_no_memory(struct err *err)
{
    return err_set(err, ST_SYSTEM, "out of memory");
}

enum status err_context(struct err *err, const char *format, ...)
{
    char text[sizeof err->text];
    va_list args;
    size_t used, rest;
    int length;

    if (!err || err->status == ST_OK)
        return ST_OK;
    va_start(args, format);
    length = vsnprintf(text, sizeof text - 2, format, args);
    va_end(args);
    if (length < 0)
        return err->status;
    used = strlen(text);
    memcpy(text + used, ": ", 2);
    used += 2;
    rest = strlen(err->text);
    if (rest > sizeof text - 1 - used)
        rest = sizeof text - 1 - used;
    memmove(err->text + used, err->text, rest);
    memcpy(err->text, text, used);
    err->text[used + rest] = '\0';
    mask_control_characters(err->text);
    return err->status;
}

void err_mark_unknown(struct err *err)
{
    if (err)
        err->outcome_unknown = true;
}

void err_clear(struct err *err)
{
    if (err)
        *err = ERR_NONE;
}
