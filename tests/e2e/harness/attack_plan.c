/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/attack_plan.c -- connects from many addresses, counts what comes back, and runs
 * an attack's threads. */
#include "tests/e2e/harness/attack_plan.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/test.h"

enum { THREADS = 24, ADDRESSES = 20 };

static const char *address_of(int number, long i, char out[20])
{
    snprintf(out, 20, "127.0.%d.%ld", number, i % ADDRESSES + 1);
    return out;
}

struct raw_client *attack_open_client(struct attack_plan *p, long i)
{
    char from[20];

    atomic_fetch_add(&p->counts->connects, 1);
    struct raw_client *c =
        raw_client_open(p->world->port, address_of(p->number, i, from), ATTACK_PATIENCE_MS);
    if (!c) {
        atomic_fetch_add(&p->counts->closed, 1);
        clock_sleep_ms(1);
    }
    return c;
}

int attack_open_socket(struct attack_plan *p, long i)
{
    char from[20];
    struct linger reset = { .l_onoff = 1 }; /* leave no port in TIME_WAIT */
    int fd = raw_client_connect(p->world->port, address_of(p->number, i, from));

    atomic_fetch_add(&p->counts->connects, 1);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    else
        clock_sleep_ms(1);
    return fd;
}

static void count_reason(struct attack_counts *counts, const char *word)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    size_t i = 0;

    pthread_mutex_lock(&lock);
    while (i < ATTACK_REASONS_MAX - 1 && counts->reasons[i].word[0] &&
           strcmp(counts->reasons[i].word, word) != 0)
        i++;
    if (!counts->reasons[i].word[0])
        snprintf(counts->reasons[i].word, ATTACK_REASON_SIZE, "%s", word);
    pthread_mutex_unlock(&lock);
    atomic_fetch_add(&counts->reasons[i].n, 1);
}

void attack_count_response(struct attack_counts *counts, int status, const char *text)
{
    const char *error = strstr(text, "{\"error\":\"");
    char word[ATTACK_REASON_SIZE];

    if (status == 200)
        atomic_fetch_add(&counts->answered, 1);
    else if (status == 0)
        atomic_fetch_add(&counts->closed, 1);
    else
        count_reason(counts, error && sscanf(error + 10, "%31[a-z_]", word) == 1 ? word : "none");
}

void attack_run_threads(struct attack_plan *p, void *(*run)(void *))
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, run, p) != 0)
            _exit(1);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}
