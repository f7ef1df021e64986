/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/killed.c -- kills the daemon with SIGKILL again and again while users change settings.
 * Every confirmed change must be in the store afterwards and be spoken, on each backend.
 *
 * KILLS=50 sets the number of kills per backend (default 4). */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache/user.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"
#include "tests/unit/cache/dynamo/dynamo.h"

enum { KILLS = 4, KILLS_MAX = 1000, WRITERS = 2, KILL_DELAY_MAX_MS = 250 };

static char table[DYNAMO_TABLE_SIZE], table_set[100], endpoint_set[200], file[300];
static bool use_dynamodb;

/* The last change confirmed to each writer, by round; -1 when there was none. */
static int confirmed[KILLS_MAX][WRITERS];
/* The rate that the daemon must report next for this user. */
static struct {
    char user[60];
    int rate;
} expected_rate;

static int kill_count(void)
{
    const char *value = getenv("KILLS");
    int n = value ? atoi(value) : KILLS;

    return n > 0 && n <= KILLS_MAX ? n : KILLS;
}

/* ---- changes ---- */

/* Each writer numbers its changes: four per user, alternating between rate and pitch, each with a
 * different value. The expected item follows from the number of the last confirmed change. */

enum { CHANGES_PER_USER = 4 };

static const struct {
    const char *name, *intent;
} settings[] = { { "rate", "SetRateIntent" }, { "pitch", "SetPitchIntent" } };

static int value_of_change(int change)
{
    return 70 + change % 60;
}

static void user_of_change(char out[60], int round, int writer, int change)
{
    (void)snprintf(out, 60, "user-%d-%d-%d", round, writer, change / CHANGES_PER_USER);
}

/* ---- writers ---- */

/* Writers are processes. They exit with status 0 when the daemon is gone. */

/* Sends a request, whose response must contain `expected`. Returns false when the daemon is
 * gone. */
static bool send_and_check(const char *user, const char *intent, const char *slot,
                           const char *value, bool first, const char *expected)
{
    json_t *e = envelope_intent(user, intent, slot, value, NULL);
    const struct client_options how = { .fresh_connection = first };
    struct client_response a = client_post(&world, e, &how);
    bool complete = a.status == 200 && !*a.error; /* not cut off */

    json_decref(e);
    if (complete && !strstr(a.speech, expected)) {
        print_message("%s of %s: \"%s\" does not say \"%s\"\n", intent, user, a.speech, expected);
        _exit(2);
    }
    client_response_done(&a);
    return complete;
}

struct confirmation {
    int writer, change;
};

static void write_until_refused(int round, int writer, int to)
{
    char user[60], value[8], expected[60];
    struct confirmation done = { writer, 0 };

    (void)snprintf(expected, sizeof expected, "The rate is %d percent.", expected_rate.rate);
    if (*expected_rate.user &&
        !send_and_check(expected_rate.user, "GetSettingIntent", "setting", "rate", true, expected))
        _exit(0); /* the daemon is gone already */
    for (;; done.change++) {
        int i = done.change;
        user_of_change(user, round, writer, i);
        (void)snprintf(value, sizeof value, "%d", value_of_change(i));
        (void)snprintf(expected, sizeof expected, "The %s is now %s percent.", settings[i % 2].name,
                       value);
        if (!send_and_check(user, settings[i % 2].intent, "percent", value,
                            i == 0 && !*expected_rate.user, expected))
            _exit(0);
        if (write(to, &done, sizeof done) != sizeof done)
            _exit(3);
    }
}

/* Kill the daemon while settings are being changed. */
static void kill_during_writes(int round)
{
    struct confirmation done;
    pid_t pids[WRITERS];
    int ends[2], status;

    CHECK(pipe(ends) == 0);
    for (int w = 0; w < WRITERS; w++) {
        confirmed[round][w] = -1;
        pids[w] = fork();
        CHECK(pids[w] >= 0);
        if (pids[w] == 0)
            write_until_refused(round, w, ends[1]);
    }
    CHECK(close(ends[1]) == 0);
    for (bool killed = false; read(ends[0], &done, sizeof done) == sizeof done; killed = true) {
        if (!killed) { /* the writers are running */
            clock_sleep_ms((int64_t)(random_u64() % KILL_DELAY_MAX_MS));
            world_kill_daemon(&world);
        }
        confirmed[round][done.writer] = done.change;
    }
    CHECK(close(ends[0]) == 0);
    for (int w = 0; w < WRITERS; w++) {
        CHECK(waitpid(pids[w], &status, 0) == pids[w]);
        CHECK_ROW(w, WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    CHECK_INT(world.daemon, 0);
}

/* ---- checking the store ---- */

static struct store *open_store(void)
{
    struct err err = ERR_NONE;
    struct store *s = NULL;

    if (use_dynamodb)
        return dynamo_open(table, STORE_LAYOUT_ITEM);
    if (store_sqlite_open(file, STORE_LAYOUT_ITEM, false, &s, &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

/* Checks the settings of one user, whose last confirmed change is `last`. The change after that was
 * in progress when the daemon was killed, so it may or may not be there. */
static void check_user(struct store *s, const char *user, int first, int last)
{
    json_t *got = NULL;
    struct err err = ERR_NONE;

    if (user_get(s, USER_ACCOUNT(str_of(user)), dynamo_deadline(), &got, &err) != ST_OK)
        fail_msg("no settings of %s, whose change %d was confirmed: %s", user, last, err.text);
    for (int i = last; i > last - 2 && i >= first; i--) {
        int64_t found = -1;
        (void)json_int(got, settings[i % 2].name, &found);
        if (found != value_of_change(i) && !(i == last - 1 && last + 1 < first + CHANGES_PER_USER &&
                                             found == value_of_change(last + 1)))
            fail_msg("%s of %s is %lld, but %d was confirmed", settings[i % 2].name, user,
                     (long long)found, value_of_change(i));
        if (i % 2 == 0)
            expected_rate.rate = (int)found;
    }
    (void)snprintf(expected_rate.user, sizeof expected_rate.user, "%s", user);
    json_decref(got);
}

/* Checks all changes confirmed in a round. Returns how many there were. */
static int check_round(struct store *s, int round)
{
    int count = 0;
    char user[60];

    for (int w = 0; w < WRITERS; w++) {
        int last = confirmed[round][w];
        for (int first = 0; first <= last; first += CHANGES_PER_USER) {
            int end = first + CHANGES_PER_USER - 1;
            user_of_change(user, round, w, first);
            check_user(s, user, first, last < end ? last : end);
        }
        count += last + 1;
    }
    return count;
}

static void kill_repeatedly(const char *backend)
{
    int64_t began = clock_mono_ms();
    int total = 0;
    struct store *s;

    *expected_rate.user = '\0';
    world_start(&world);
    (void)snprintf(file, sizeof file, "%s/climacast.db", world.dir);
    for (int round = 0; round < kill_count(); round++) {
        kill_during_writes(round);
        world.port = world.admin_port = 0;
        world_start_daemon(&world);
        s = open_store();
        CHECK_ROW(round, check_round(s, round) > 0);
        store_free(s);
    }
    s = open_store(); /* nothing was lost in later rounds either */
    for (int round = 0; round < kill_count(); round++)
        total += check_round(s, round);
    store_free(s);
    print_message("    %s: killed %d times in %lld ms, all %d confirmed changes are there\n",
                  backend, kill_count(), (long long)(clock_mono_ms() - began), total);
    world_stop(&world);
}

TEST(confirmed_changes_survive_kills_with_sqlite)
{
    use_dynamodb = false;
    world = (struct world){ .sim = 0 };
    kill_repeatedly("sqlite");
}

TEST(confirmed_changes_survive_kills_with_dynamodb)
{
    use_dynamodb = true;
    store_free(dynamo_create_store(table, STORE_LAYOUT_ITEM));
    (void)snprintf(table_set, sizeof table_set, "persistence.table=%s", table);
    (void)snprintf(endpoint_set, sizeof endpoint_set, "dynamodb.endpoint=%s",
                   dynamo_variable("DYNAMO_ENDPOINT"));
    world = (struct world){ .sets = { "persistence.backend=dynamodb", table_set, endpoint_set } };
    kill_repeatedly("dynamodb");
}

TESTS(confirmed_changes_survive_kills_with_sqlite, confirmed_changes_survive_kills_with_dynamodb)
