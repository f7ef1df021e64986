/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/hyperloglog.h -- estimates how many different things were seen, in 1 KB and without
 * remembering them (Flajolet et al., 2007).
 *
 * A register holds the longest run of leading zeros of the hashes that fell to it. Up to about 100
 * the estimate is nearly exact; beyond, its standard error is 3.3 %. Sketches of the same hash
 * function can be merged. */
#ifndef CLIMACAST_SERVER_BASE_HYPERLOGLOG_H
#define CLIMACAST_SERVER_BASE_HYPERLOGLOG_H

#include <stdbool.h>
#include <stdint.h>

enum { HYPERLOGLOG_BITS = 10, HYPERLOGLOG_REGISTERS = 1 << HYPERLOGLOG_BITS };

/* All zero: nothing was seen. */
struct hyperloglog {
    uint8_t registers[HYPERLOGLOG_REGISTERS];
};

/* Would adding this hash change anything? May be called while another thread adds. */
bool hyperloglog_is_new(const struct hyperloglog *h, uint64_t hash);
/* Add a hash whose bits are uniformly distributed. */
void hyperloglog_add(struct hyperloglog *h, uint64_t hash);
/* Add everything that `other` has seen. Returns whether that changed anything. Registers beyond
 * what a hash can give are ignored, because `other` may come from outside. */
bool hyperloglog_merge(struct hyperloglog *h, const struct hyperloglog *other);
/* Forget everything. */
void hyperloglog_reset(struct hyperloglog *h);
double hyperloglog_estimate(const struct hyperloglog *h);

#endif
