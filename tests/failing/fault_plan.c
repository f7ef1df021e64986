/* SPDX-License-Identifier: Apache-2.0 */
/* tests/failing/fault_plan.c -- arming a fault, in this process or in another. */
#include "tests/failing/fault.h"

const char *fault_call_name(enum fault_call call)
{
    static const char *const names[FAULT_CALLS] = {
        [FAULT_MALLOC] = "malloc", [FAULT_OPEN] = "open",       [FAULT_READ] = "read",
        [FAULT_WRITE] = "write",   [FAULT_CONNECT] = "connect", [FAULT_FSYNC] = "fsync",
        [FAULT_POLL] = "poll",
    };

    return names[call];
}

void fault_arm(struct fault_plan *plan, enum fault_call call, long nth)
{
    for (int i = 0; i < FAULT_CALLS; i++)
        atomic_store(&plan->seen[i], 0);
    atomic_store(&plan->countdown, nth);
    atomic_store(&plan->call, (int)call);
}

bool fault_disarm(struct fault_plan *plan)
{
    atomic_store(&plan->call, FAULT_CALLS);
    return atomic_exchange(&plan->countdown, -1) < 0;
}
