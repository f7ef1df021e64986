/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/same_figures.h -- the law that speech, card, screen, JSON and MCP tell the same
 * figures for the same question, in one system of units. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_SAME_FIGURES_H
#define CLIMACAST_TESTS_E2E_HARNESS_SAME_FIGURES_H

#include "tests/e2e/harness/client.h"

/* Asks a table of questions about the place, in US and in metric units: as a device with a screen,
 * at /v1 and at /mcp. The world must have an open api.listen. Fails the test, and prints both
 * sides, where they differ. Returns how many questions were asked. */
int same_figures_check(struct world *w, const char *place);

#endif
