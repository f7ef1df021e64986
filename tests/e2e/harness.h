/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness.h -- everything an end-to-end test of the daemon needs. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_H
#define CLIMACAST_TESTS_E2E_HARNESS_H

#include "tests/e2e/harness/client.h"
#include "tests/e2e/harness/envelope.h"
#include "tests/e2e/harness/sim.h"
#include "tests/e2e/harness/speech.h"
#include "tests/e2e/harness/world.h"

#endif
