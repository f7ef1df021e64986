/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/killed.c -- the daemon is killed (-9) again and again while people change settings:
 * what was confirmed aloud is there afterwards, in the store and by ear, on each backend.
 *
 * KILLS=50 kills so often on each (4). */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache/user.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"
#include "tests/unit/cache/dynamo/dynamo.h"

enum { KILLS = 4, KILLS_MAX = 1000, WRITERS = 2, LONGEST_MS = 250 };

static char table[DYNAMO_TABLE_SIZE], table_set[100], endpoint_set[200], file[300];
static bool in_table;

/* The number of the change that each writer heard confirmed last, by round; -1: none. */
static int confirmed[KILLS_MAX][WRITERS];
/* What the daemon must say next, when it is asked for this user's rate. */
static struct {
    char user[60];
    int rate;
} known;

static int kills(void)
{
    const char *wish = getenv("KILLS");
    int n = wish ? atoi(wish) : KILLS;

    return n > 0 && n <= KILLS_MAX ? n : KILLS;
}

/* ---- what is changed ---- */

/* A writer's changes are numbered: four for each user, rate and pitch by turns, each time another
 * value, so that the item as it should be follows from the last number that was confirmed. */

enum { CHANGES_OF_USER = 4 };

static const struct {
    const char *name, *intent;
} settings[] = { { "rate", "SetRateIntent" }, { "pitch", "SetPitchIntent" } };

static int value_of(int change)
{
    return 70 + change % 60;
}

static void user_of(char out[60], int round, int writer, int change)
{
    (void)snprintf(out, 60, "user-%d-%d-%d", round, writer, change / CHANGES_OF_USER);
}

/* ---- writers ---- */

/* Processes of their own, which leave by their exit status: 0, the daemon was gone. */

/* What is answered; false when nobody is there any more. */
static bool hear(const char *user, const char *intent, const char *slot, const char *value,
                 bool first, const char *wanted)
{
    json_t *e = envelope_intent(user, intent, slot, value, NULL);
    const struct client_options how = { .fresh_connection = first };
    struct client_response a = client_post(&world, e, &how);
    bool heard = a.status == 200 && !*a.error; /* the whole of it */

    json_decref(e);
    if (heard && !strstr(a.speech, wanted)) {
        print_message("%s of %s: \"%s\" does not say \"%s\"\n", intent, user, a.speech, wanted);
        _exit(2);
    }
    client_response_done(&a);
    return heard;
}

struct told {
    int writer, change;
};

static void write_until_refused(int round, int writer, int to)
{
    char user[60], value[8], wanted[60];
    struct told told = { writer, 0 };

    (void)snprintf(wanted, sizeof wanted, "The rate is %d percent.", known.rate);
    if (*known.user && !hear(known.user, "GetSettingIntent", "setting", "rate", true, wanted))
        _exit(0); /* the other was quicker, and what it heard counts */
    for (;; told.change++) {
        int i = told.change;
        user_of(user, round, writer, i);
        (void)snprintf(value, sizeof value, "%d", value_of(i));
        (void)snprintf(wanted, sizeof wanted, "The %s is now %s percent.", settings[i % 2].name,
                       value);
        if (!hear(user, settings[i % 2].intent, "percent", value, i == 0 && !*known.user, wanted))
            _exit(0);
        if (write(to, &told, sizeof told) != sizeof told)
            _exit(3);
    }
}

/* Kill the daemon while settings are being confirmed. */
static void kill_in_the_middle(int round)
{
    struct told told;
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
    for (bool killed = false; read(ends[0], &told, sizeof told) == sizeof told; killed = true) {
        if (!killed) { /* they are under way */
            clock_sleep_ms((int64_t)(random_u64() % LONGEST_MS));
            world_kill_daemon(&world);
        }
        confirmed[round][told.writer] = told.change;
    }
    CHECK(close(ends[0]) == 0);
    for (int w = 0; w < WRITERS; w++) {
        CHECK(waitpid(pids[w], &status, 0) == pids[w]);
        CHECK_ROW(w, WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    CHECK_INT(world.daemon, 0);
}

/* ---- what is there afterwards ---- */

static struct store *open_store(void)
{
    struct err err = ERR_NONE;
    struct store *s = NULL;

    if (in_table)
        return dynamo_open(table, STORE_LAYOUT_ITEM);
    if (store_sqlite_open(file, STORE_LAYOUT_ITEM, false, &s, &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

/* The settings of one user, the last of whose changes that were confirmed is `last`; the one behind
 * it was under way and may have been done or not. */
static void check_user(struct store *s, const char *user, int first, int last)
{
    json_t *got = NULL;
    struct err err = ERR_NONE;

    if (user_get(s, str_of(user), dynamo_soon(), &got, &err) != ST_OK)
        fail_msg("nothing is kept of %s, whose change %d was confirmed %s", user, last, err.text);
    for (int i = last; i > last - 2 && i >= first; i--) {
        int64_t found = -1;
        (void)json_int(got, settings[i % 2].name, &found);
        if (found != value_of(i) &&
            !(i == last - 1 && last + 1 < first + CHANGES_OF_USER && found == value_of(last + 1)))
            fail_msg("%s of %s is %lld, confirmed was %d", settings[i % 2].name, user,
                     (long long)found, value_of(i));
        if (i % 2 == 0)
            known.rate = (int)found;
    }
    (void)snprintf(known.user, sizeof known.user, "%s", user);
    json_decref(got);
}

/* How many changes were confirmed in that round; all of them are there. */
static int check_round(struct store *s, int round)
{
    int count = 0;
    char user[60];

    for (int w = 0; w < WRITERS; w++) {
        int last = confirmed[round][w];
        for (int first = 0; first <= last; first += CHANGES_OF_USER) {
            int end = first + CHANGES_OF_USER - 1;
            user_of(user, round, w, first);
            check_user(s, user, first, last < end ? last : end);
        }
        count += last + 1;
    }
    return count;
}

static void kill_often(const char *backend)
{
    int64_t began = clock_mono_ms();
    int total = 0;
    struct store *s;

    *known.user = '\0';
    world_start(&world);
    (void)snprintf(file, sizeof file, "%s/climacast.db", world.dir);
    for (int round = 0; round < kills(); round++) {
        kill_in_the_middle(round);
        world.port = world.admin_port = 0;
        world_start_daemon(&world);
        s = open_store();
        CHECK_ROW(round, check_round(s, round) > 0);
        store_free(s);
    }
    s = open_store(); /* nor did any kill later on cost anything */
    for (int round = 0; round < kills(); round++)
        total += check_round(s, round);
    store_free(s);
    print_message("    %s: killed %d times in %lld ms, %d confirmed changes, all there\n", backend,
                  kills(), (long long)(clock_mono_ms() - began), total);
    world_stop(&world);
}

TEST(what_was_confirmed_survives_kills_with_sqlite)
{
    in_table = false;
    world = (struct world){ .sim = 0 };
    kill_often("sqlite");
}

TEST(what_was_confirmed_survives_kills_with_dynamodb)
{
    in_table = true;
    store_free(dynamo_make(table, STORE_LAYOUT_ITEM));
    (void)snprintf(table_set, sizeof table_set, "persistence.table=%s", table);
    (void)snprintf(endpoint_set, sizeof endpoint_set, "dynamodb.endpoint=%s",
                   dynamo_variable("DYNAMO_ENDPOINT"));
    world = (struct world){ .sets = { "persistence.backend=dynamodb", table_set, endpoint_set } };
    kill_often("dynamodb");
}

TESTS(what_was_confirmed_survives_kills_with_sqlite,
      what_was_confirmed_survives_kills_with_dynamodb)
