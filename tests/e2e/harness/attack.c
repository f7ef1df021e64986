/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/attack.c -- starts and stops the processes of hostile peers, which
 * attacks.def lists. */
#define _GNU_SOURCE /* CPU_SET */
#include "tests/e2e/harness/attack.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/e2e/harness/attack_plan.h"
#include "tests/test.h"

enum { DESCRIPTORS = 8192 };

const struct attack attacks[] = {
#define ATTACK(name, run, refused, closed) { name, run, refused, closed },
#include "tests/e2e/harness/attacks.def"
#undef ATTACK
};
const size_t attack_count = sizeof attacks / sizeof attacks[0];

static void set_up_process(int processor)
{
    struct rlimit limit;
    cpu_set_t set;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    /* They use what the steady caller on the same processor leaves: the table is about the daemon,
     * not about who comes first there. */
    sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){ .sched_priority = 0 });
    CPU_ZERO(&set);
    CPU_SET((size_t)processor, &set);
    if (processor >= 0)
        sched_setaffinity(0, sizeof set, &set);
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void attack_start(const struct world *w, size_t number, int processor, struct attack_process *ret)
{
    ret->counts =
        mmap(NULL, sizeof *ret->counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(ret->counts != MAP_FAILED);
    ret->pid = fork();
    CHECK(ret->pid >= 0);
    if (ret->pid > 0)
        return;
    set_up_process(processor);
    attacks[number].run(w, (int)number + 1, ret->counts);
    _exit(0);
}

void attack_stop(struct attack_process *p)
{
    kill(p->pid, SIGKILL);
    CHECK_INT(waitpid(p->pid, NULL, 0), p->pid);
}

void attack_forget(struct attack_process *p)
{
    munmap(p->counts, sizeof *p->counts);
}
