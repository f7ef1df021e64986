/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/fault_local.c -- what the daemon needs of its machine fails in each way: the disk, the
 * reader of the log, the clock. Dependencies over a connection are in fault_matrix.c.
 *
 * A preloaded library (preload/machine.c) simulates the disk and the clock. */
#define _GNU_SOURCE /* pipe2, F_SETPIPE_SZ */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness/fault_case.h"
#include "tests/e2e/harness/towns.h"
#include "tests/e2e/preload/machine.h"
#include "tests/unit/cache/dynamo/dynamo.h"

enum { HOUR_S = 3600, DAY_S = 86400, PIPE_BYTES = 4096, POLL_MS = 10, DRIP_BYTES = 16 };

/* ---- the machine ---- */

static struct machine_faults *machine;
static char machine_path[300];

static void preload(const struct world *w)
{
    const char *build = getenv("TEST_BUILD"), *options = getenv("ASAN_OPTIONS");
    char text[600];

    (void)w;
    setenv(MACHINE_FAULTS_VARIABLE, machine_path, 1);
    snprintf(text, sizeof text, "%s:verify_asan_link_order=0", options ? options : "");
    setenv("ASAN_OPTIONS", text, 1);
    snprintf(text, sizeof text, "%s/preload/machine.so", build ? build : "build");
    setenv("LD_PRELOAD", text, 1);
}

static void start_machine(const char *set)
{
    static const struct machine_faults none;
    int fd;

    world = (struct world){ .before_exec = preload, .sets = { set } };
    fault_case_reset_towns();
    world_start_sim(&world);
    snprintf(machine_path, sizeof machine_path, "%s/machine", world.dir);
    fd = open(machine_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, &none, sizeof none) == (ssize_t)sizeof none);
    machine = mmap(NULL, sizeof *machine, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(machine != MAP_FAILED && close(fd) == 0);
}

static void stop_machine(void)
{
    world_stop(&world);
    munmap(machine, sizeof *machine);
}

static void warm_up(void)
{
    for (int i = 0; i < 2; i++) {
        struct client_response warm = fault_case_ask_warm_town();
        speech_check_says(&warm, "degrees");
        client_response_done(&warm);
    }
}

/* ---- the disk ---- */

static sqlite3 *lock;

static void lock_file(const struct fault_case *c)
{
    char path[300];

    (void)c;
    snprintf(path, sizeof path, "%s/climacast.db", world.dir);
    CHECK_INT(sqlite3_open(path, &lock), SQLITE_OK);
    sqlite3_busy_timeout(lock, 5000);
    CHECK_INT(sqlite3_exec(lock, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
}

static void unlock_file(const struct fault_case *c)
{
    (void)c;
    sqlite3_close(lock);
}

static void fail_writes(const struct fault_case *c)
{
    machine->write_errno = c->data;
}

static void fail_reads(const struct fault_case *c)
{
    machine->read_errno = c->data;
}

static void mend_disk(const struct fault_case *c)
{
    (void)c;
    machine->write_errno = machine->read_errno = 0;
}

TEST(a_disk_that_fails_loses_no_setting_and_holds_up_nothing_else)
{
    static const struct {
        const char *fault;
        void (*begin)(const struct fault_case *c), (*end)(const struct fault_case *c);
        int data;
    } rows[] = {
        { "locked", lock_file, unlock_file, 0 },
        { "full", fail_writes, mend_disk, ENOSPC },
        { "read-only", fail_writes, mend_disk, EROFS },
        { "I/O error", fail_writes, mend_disk, EIO },
        { "unreadable", fail_reads, mend_disk, EIO },
    };

    start_machine(NULL);
    world_start_daemon(&world);
    warm_up();
    fault_case_print_head();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        fault_case_run(&(struct fault_case){ .dependency = "SQLite",
                                             .fault = rows[i].fault,
                                             .needs = fault_case_set_rate,
                                             .does_not_need = fault_case_ask_warm_town,
                                             .right = "rate",
                                             .not_heard = "weather service",
                                             .begin = rows[i].begin,
                                             .end = rows[i].end,
                                             .after = fault_case_check_rate,
                                             .data = rows[i].data });
    stop_machine();
}

/* ---- the reader of the log ---- */

enum reading { READ_ALL, READ_NOTHING, READ_SLOWLY, READ_NO_MORE };

static int log_pipe[2];
static _Atomic enum reading reading;
static atomic_bool stop_reading;

static void log_to_pipe(const struct world *w)
{
    (void)w;
    dup2(log_pipe[1], STDERR_FILENO);
}

/* Copies the daemon's log to its file. */
static void *read_log(void *data)
{
    int fd = open(data, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    char text[PIPE_BYTES];

    while (!atomic_load(&stop_reading) && atomic_load(&reading) != READ_NO_MORE) {
        enum reading how = atomic_load(&reading);
        ssize_t n = how == READ_NOTHING
                        ? 0
                        : read(log_pipe[0], text, how == READ_SLOWLY ? DRIP_BYTES : sizeof text);
        if (n > 0)
            (void)!write(fd, text, (size_t)n);
        if (n <= 0 || how == READ_SLOWLY)
            clock_sleep_ms(POLL_MS);
    }
    close(log_pipe[0]);
    close(fd);
    return NULL;
}

/* And let the daemon write more than the pipe holds. */
static void read_otherwise(const struct fault_case *c)
{
    atomic_store(&reading, (enum reading)c->data);
    clock_sleep_ms(5 * POLL_MS);
    for (int i = 0; i < 60; i++) {
        struct client_response r = fault_case_ask_warm_town();
        speech_check_says(&r, "degrees");
        client_response_done(&r);
    }
}

static void read_again(const struct fault_case *c)
{
    if (c->data != READ_NO_MORE)
        atomic_store(&reading, READ_ALL);
}

TEST(a_log_that_is_not_read_changes_no_answer)
{
    static const char *const names[] = {
        [READ_NOTHING] = "hang", [READ_SLOWLY] = "drip", [READ_NO_MORE] = "closed"
    };
    pthread_t thread;

    world = (struct world){ .before_exec = log_to_pipe };
    fault_case_reset_towns();
    CHECK_INT(pipe2(log_pipe, O_CLOEXEC | O_NONBLOCK), 0);
    CHECK(fcntl(log_pipe[1], F_SETPIPE_SZ, PIPE_BYTES) >= PIPE_BYTES);
    world_start_sim(&world);
    CHECK_INT(pthread_create(&thread, NULL, read_log, world.log), 0);
    world_start_daemon(&world);
    close(log_pipe[1]);
    warm_up();
    for (enum reading how = READ_NOTHING; how <= READ_NO_MORE; how++)
        fault_case_run(&(struct fault_case){ .dependency = "log",
                                             .fault = names[how],
                                             .needs = fault_case_ask_new_town,
                                             .does_not_need = fault_case_ask_warm_town,
                                             .right = "degrees",
                                             .must_be_right = true,
                                             .begin = read_otherwise,
                                             .end = read_again,
                                             .data = (int)how });
    atomic_store(&stop_reading, true);
    pthread_join(thread, NULL);
    world_stop(&world);
}

/* ---- the clock ---- */

static int clients_are_ahead_s; /* the clock of Alexa, as the test plays it */

static struct client_response send_shifted(json_t *e)
{
    envelope_shift_timestamp(e, clients_are_ahead_s);
    struct client_response r = client_post(&world, e, NULL);
    json_decref(e);
    return r;
}

static struct client_response ask_warm_town_shifted(void)
{
    return send_shifted(envelope_intent("user-matrix", "MetricIntent", "metric", "temperature",
                                        "when_any", "tomorrow", "location", towns_name(1), NULL));
}

static struct client_response set_rate_shifted(void)
{
    char user[40];

    snprintf(user, sizeof user, "user-matrix-%zu", fault_case_number);
    return send_shifted(envelope_intent(user, "SetRateIntent", "percent", "120", NULL));
}

/* Only the daemon's clock is wrong. */
static void shift_daemon(const struct fault_case *c)
{
    machine->clock_offset_s = c->data;
}

/* All clocks jump: the machine slept, or its clock has been set. */
static void shift_all(const struct fault_case *c)
{
    machine->clock_offset_s = clients_are_ahead_s = c->data;
    sim_clear_log(&world);
}

static void shift_nothing(const struct fault_case *c)
{
    (void)c;
    machine->clock_offset_s = clients_are_ahead_s = 0;
    sim_clear_log(&world);
}

/* What was fetched while the clock was ahead is not fresh until the clock gets there. */
static void check_fetched_again(const struct client_response *needed)
{
    struct client_response r = ask_warm_town_shifted();

    (void)needed;
    speech_check_says(&r, "degrees");
    client_response_done(&r);
    CHECK(sim_count_requests(&world, "/gridpoints/") > 0);
}

static const struct {
    const char *name;
    int offset_s;
} clocks[] = { { "+2 h", 2 * HOUR_S }, { "-2 h", -2 * HOUR_S }, { "+40 d", 40 * DAY_S } };

static void run_clock_cases(struct fault_case c)
{
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        c.fault = clocks[i].name;
        c.data = clocks[i].offset_s;
        fault_case_run(&c);
    }
}

TEST(a_wrong_clock_refuses_requests_and_a_jump_changes_no_answer)
{
    start_machine(NULL);
    world_start_daemon(&world);
    warm_up();
    run_clock_cases((struct fault_case){ .dependency = "clock (daemon)",
                                         .needs = fault_case_ask_warm_town,
                                         .right = "degrees",
                                         .is_never_right = true,
                                         .refusal = "timestamp_stale",
                                         .begin = shift_daemon,
                                         .end = shift_nothing });
    run_clock_cases((struct fault_case){ .dependency = "clock (all)",
                                         .needs = ask_warm_town_shifted,
                                         .does_not_need = set_rate_shifted,
                                         .right = "degrees",
                                         .other = "now 120",
                                         .must_be_right = true,
                                         .begin = shift_all,
                                         .end = shift_nothing,
                                         .after = check_fetched_again });
    stop_machine();
}

TEST(a_clock_that_differs_from_amazons_saves_settings_in_dynamodb)
{
    char table[DYNAMO_TABLE_SIZE], set[100];

    store_free(dynamo_create_store(table, STORE_LAYOUT_ITEM));
    snprintf(set, sizeof set, "persistence.table=%s", table);
    start_machine(set);
    world.sets[1] = "persistence.backend=dynamodb";
    char endpoint[200];
    snprintf(endpoint, sizeof endpoint, "dynamodb.endpoint=%s", dynamo_variable("DYNAMO_ENDPOINT"));
    world.sets[2] = endpoint;
    world_start_daemon(&world);
    warm_up();
    run_clock_cases((struct fault_case){ .dependency = "clock (DynamoDB)",
                                         .needs = set_rate_shifted,
                                         .right = "rate",
                                         .must_be_right = true,
                                         .begin = shift_all,
                                         .end = shift_nothing,
                                         .after = fault_case_check_rate });
    stop_machine();
}

TESTS(a_disk_that_fails_loses_no_setting_and_holds_up_nothing_else,
      a_log_that_is_not_read_changes_no_answer,
      a_wrong_clock_refuses_requests_and_a_jump_changes_no_answer,
      a_clock_that_differs_from_amazons_saves_settings_in_dynamodb)
