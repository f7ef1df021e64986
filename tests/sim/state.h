/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/state.h -- what tests can change while the simulator runs: time, faults, documents; and
 * the log.
 *
 * Thread-safe; one lock, held for moments. Targets are "/path?query", percent-decoded; those of the
 * certificate host have "s3:" in front. */
#ifndef CLIMACAST_TESTS_SIM_STATE_H
#define CLIMACAST_TESTS_SIM_STATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_STATUS,   /* that status instead of the document */
    FAULT_DELAY,    /* the document, `ms` late */
    FAULT_HANG,     /* nothing for `ms`, then the connection is closed */
    FAULT_RESET,    /* the connection is reset */
    FAULT_TRUNCATE, /* half of what Content-Length says, then closed */
    FAULT_GARBAGE,  /* bytes that mean nothing */
    FAULT_HTML,     /* an error page of a proxy */
    FAULT_DRIP,     /* the document, a byte every `ms` */
    FAULT_NULL,     /* the JSON text null */
    FAULT_HUGE,     /* 50 MB of JSON */
    FAULT_EMPTY,    /* no bytes */
    FAULT_DEEP,     /* 100,000 arrays in each other */
};

struct fault {
    char match[256]; /* part of the target; "" fits all but those of the certificate host */
    enum fault_kind kind;
    int status, ms;
    long times; /* -1: for ever */
    double probability;
};

struct state;

struct state *state_create(uint64_t seed); /* NULL: out of memory */
void state_free(struct state *s);

uint64_t state_seed(const struct state *s);
int64_t state_now(struct state *s);
void state_set_now(struct state *s, int64_t t); /* time stands still there */
void state_run_now(struct state *s);            /* back to the system's clock */

void state_stop(struct state *s); /* those who sleep wake up */
bool state_stopping(struct state *s);
/* Sleep; false when the simulator stops meanwhile. */
bool state_sleep(struct state *s, int64_t ms);

bool fault_kind_parse(const char *name, enum fault_kind *ret_kind);
bool state_fault_add(struct state *s, const struct fault *fault); /* false: too many */
void state_fault_clear(struct state *s);
/* The first fault that fits; kind FAULT_NONE when there is none. Uses up one of its times. */
struct fault state_fault_take(struct state *s, const char *target);

void state_log(struct state *s, const char *target);
json_t *state_log_json(struct state *s); /* new reference */
void state_log_clear(struct state *s);

bool state_document_put(struct state *s, const char *target, int status, const char *body,
                        size_t size);
/* A copy of the body, the caller's to free(); NULL when there is no such document. */
char *state_document_get(struct state *s, const char *target, int *ret_status, size_t *ret_size);
void state_document_clear(struct state *s);

#endif
