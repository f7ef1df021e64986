/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/attack.h -- hostile peers, each a process of its own with many addresses of
 * 127.0.0.0/8, and what they got for an answer. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_ATTACK_H
#define CLIMACAST_TESTS_E2E_HARNESS_ATTACK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "tests/e2e/harness/world.h"

enum { ATTACK_REASONS_MAX = 16, ATTACK_REASON_SIZE = 32 };

/* Shared with the attacking process. */
struct attack_counts {
    atomic_long connects; /* tried */
    atomic_long closed;   /* by the daemon, without a response */
    atomic_long answered; /* 200 */
    struct {
        char word[ATTACK_REASON_SIZE]; /* of a refusal */
        atomic_long n;
    } reasons[ATTACK_REASONS_MAX];
};

struct attack {
    const char *name;
    /* Runs in the process until it is killed. `number` chooses the addresses: 127.0.(number).x. */
    void (*run)(const struct world *w, int number, struct attack_counts *counts);
    const char *refused; /* reasons why requests are refused, with spaces between them */
    const char *closed;  /* reasons why connections are refused or closed */
};

extern const struct attack attacks[];
extern const size_t attack_count;

struct attack_process {
    pid_t pid;
    struct attack_counts *counts;
};

/* Start an attack, at a low priority, on the given processor (-1: any). */
void attack_start(const struct world *w, size_t number, int processor, struct attack_process *ret);
/* Stop it; the counts stay until attack_forget(). */
void attack_stop(struct attack_process *p);
void attack_forget(struct attack_process *p);

#endif
