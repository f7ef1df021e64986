/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/towns.c -- names of towns. */
#include "tests/e2e/harness/towns.h"

const char *towns_name(size_t i)
{
    static const char *const names[] = {
#define TOWN(name) name,
#include "tests/e2e/harness/towns.def"
#undef TOWN
    };

    return names[i % (sizeof names / sizeof names[0])];
}
