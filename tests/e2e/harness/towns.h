/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/towns.h -- names of towns, for tests that need places that are not cached
 * yet. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_TOWNS_H
#define CLIMACAST_TESTS_E2E_HARNESS_TOWNS_H

#include <stddef.h>

/* Town number `i`. There are about 120, each with its own point, grid cell and stations; the
 * numbers wrap around. */
const char *towns_name(size_t i);

#endif
