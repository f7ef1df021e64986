/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/err.h -- errors as values: how a call ended, and what went wrong first.
 *
 * A function that can fail returns `enum status` and takes a `struct err *` last. The function that
 * detects the error fills it with err_set(); callers may prepend context with err_context(). The
 * first error wins: err_set() on a filled err changes nothing but still returns the status passed
 * to it. `err` may be NULL everywhere; then only the status is passed on. A struct err belongs to
 * one thread. */
#ifndef CLIMACAST_SERVER_BASE_ERR_H
#define CLIMACAST_SERVER_BASE_ERR_H

#include <stdbool.h>

enum status {
    ST_OK = 0,
    ST_MISS,        /* not there; not an error, err untouched */
    ST_WOULD_WAIT,  /* it would have to wait but may not; not an error, err untouched */
    ST_TIMEOUT,     /* the deadline passed */
    ST_UNAVAILABLE, /* the peer refused, disconnected or failed */
    ST_INVALID,     /* the input is malformed or out of range */
    ST_TOO_LARGE,   /* over a limit */
    ST_UNTRUSTED,   /* a certificate or signature does not verify */
    ST_DENIED,      /* understood and refused: credentials, permissions, unknown skill id, replay */
    ST_CONFLICT,    /* a condition failed: another writer was first */
    ST_NOT_FOUND,   /* the peer says that it does not exist (HTTP 404) */
    ST_SYSTEM,      /* the operating system failed: memory, files, sockets */
};

struct err {
    enum status status; /* ST_OK when there is no error */
    /* A short stable word for programs, such as "signature_invalid"; "" for none. */
    char reason[40];
    char text[320]; /* one line for people, without secrets */
    /* Of a failed write: it may have happened anyway, for example when the response was lost. */
    bool outcome_unknown;
};

#define ERR_NONE ((struct err){ ST_OK, "", "", false })

const char *err_status_name(enum status st); /* "ok", "miss", "would_wait", ... */
/* Record the error and return st, so that a caller can `return err_set(...)`. */
enum status err_set(struct err *err, enum status st, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with a stable reason word. */
enum status err_reason(struct err *err, enum status st, const char *reason, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same as err_set(err, ST_SYSTEM, "out of memory"). */
enum status err_no_memory(struct err *err);
/* Prepend "context: " to the text; returns err's status. */
enum status err_context(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Sets outcome_unknown; `err` must be filled. */
void err_mark_unknown(struct err *err);
void err_clear(struct err *err);

#endif
