/* SPDX-License-Identifier: Apache-2.0 */
/* tests/failing/trial.h -- the skill in this process, over a real store, Redis and the weather
 * simulator: a request, and what was answered. */
#ifndef CLIMACAST_TESTS_FAILING_TRIAL_H
#define CLIMACAST_TESTS_FAILING_TRIAL_H

#include "server/request/pipeline.h"
#include "server/services/services.h"

enum { TRIAL_SETS_MAX = 20 };

struct trial {
    const char *const *sets; /* "section.key=value", NULL at the end */
    long number;             /* names the user and the keys in Redis, so that both are new */
    struct config *config;
    struct log *log;
    struct services services;
    struct verify *verify;
    struct pipeline pipeline;
};

/* Start the services. Nothing is left of an unsuccessful start. */
enum status trial_open(struct trial *t, struct err *err);
void trial_close(struct trial *t);
/* Forget what is shared of places, so that the next question is a cold one. */
void trial_forget_places(struct trial *t);

/* A request as the tool describes it: "SetRateIntent percent=120". */
struct trial_answer {
    int status;        /* HTTP */
    char speech[9000]; /* without markup; "" for none */
    int64_t ms;
};
/* The body of such a request by the trial's user; fixed size, so that it can be made before a fault
 * is armed. */
void trial_make_request(struct trial *t, const char *words, struct buf *body);
/* Send it as the daemon would: without waiting, then on a thread that may wait. Allocates nothing
 * of its own; the result is read by trial_read_answer(). */
void trial_send(struct trial *t, struct str body, struct pipeline_exchange *x, int64_t *ret_ms);
void trial_read_answer(struct trial *t, struct pipeline_exchange *x, struct trial_answer *ret);

#endif
