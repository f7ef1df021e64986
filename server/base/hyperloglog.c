/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/hyperloglog.c -- the number of different hashes, estimated. */
#include "server/base/hyperloglog.h"

#include <math.h>
#include <stddef.h>

enum { RANK_MAX = 64 - HYPERLOGLOG_BITS + 1 };

static size_t register_of(uint64_t hash)
{
    return (size_t)(hash >> (64 - HYPERLOGLOG_BITS));
}

/* The position of the first 1 after the bits that select the register, from 1. */
static uint8_t rank_of(uint64_t hash)
{
    uint64_t rest = hash << HYPERLOGLOG_BITS;

    return (uint8_t)(rest == 0 ? RANK_MAX : __builtin_clzll(rest) + 1);
}

bool hyperloglog_is_new(const struct hyperloglog *h, uint64_t hash)
{
    return rank_of(hash) > __atomic_load_n(&h->registers[register_of(hash)], __ATOMIC_RELAXED);
}

void hyperloglog_add(struct hyperloglog *h, uint64_t hash)
{
    if (hyperloglog_is_new(h, hash))
        __atomic_store_n(&h->registers[register_of(hash)], rank_of(hash), __ATOMIC_RELAXED);
}

bool hyperloglog_merge(struct hyperloglog *h, const struct hyperloglog *other)
{
    bool changed = false;

    for (size_t i = 0; i < HYPERLOGLOG_REGISTERS; i++)
        if (other->registers[i] > h->registers[i] && other->registers[i] <= RANK_MAX) {
            __atomic_store_n(&h->registers[i], other->registers[i], __ATOMIC_RELAXED);
            changed = true;
        }
    return changed;
}

void hyperloglog_reset(struct hyperloglog *h)
{
    for (size_t i = 0; i < HYPERLOGLOG_REGISTERS; i++)
        __atomic_store_n(&h->registers[i], 0, __ATOMIC_RELAXED);
}

double hyperloglog_estimate(const struct hyperloglog *h)
{
    const double m = HYPERLOGLOG_REGISTERS, alpha = 0.7213 / (1 + 1.079 / m);
    double sum = 0, estimate;
    size_t empty = 0;

    for (size_t i = 0; i < HYPERLOGLOG_REGISTERS; i++) {
        sum += ldexp(1, -h->registers[i]);
        empty += h->registers[i] == 0;
    }
    estimate = alpha * m * m / sum;
    /* While many registers are empty, counting those is more exact. */
    return estimate <= 2.5 * m && empty > 0 ? m * log(m / (double)empty) : estimate;
}
