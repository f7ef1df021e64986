/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/mishaps.c -- mistakes and failures of an operator: each prints one line that names the
 * problem and one with a fix, exits with the documented status, and leaves nothing half done. */
#include <glob.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache/store.h"
#include "server/base/clock.h"
#include "tests/e2e/harness/tool.h"
#include "tests/test.h"

#define HERE "--set persistence.backend=sqlite --set sqlite.path="
#define TOOL "\"$climacast\" "
/* Without AWS credentials. */
#define NO_KEYS "env -i AWS_EC2_METADATA_DISABLED=true HOME=/nonexistent "

enum { LARGE_ITEMS = 40, LARGE_BYTES = 900 * 1000 };

/* Create a table of users with large settings, so that a backup takes a while. */
static void fill(const char *name, int users, size_t bytes)
{
    struct store *store = NULL;
    struct err err = ERR_NONE;
    char *text = calloc(1, bytes + 1), id[40];

    memset(text, 'x', bytes);
    if (store_sqlite_open(scratch_path(&scratch, name), STORE_LAYOUT_ITEM, true, &store, &err) !=
        ST_OK)
        fail_msg("%s", err.text);
    for (int i = 0; i < users; i++) {
        snprintf(id, sizeof id, "amzn1.ask.account.%d", i);
        json_t *item = json_pack("{s:{s:{s:s}}}", "UserCache", id, "note", text);
        CHECK(store_put(store, str_of(id), item, 0, clock_mono_ms() + 20000, NULL) == ST_OK);
        json_decref(item);
    }
    store_free(store);
    free(text);
}

/* ---- standard output ---- */

TEST(unwritable_standard_output_exits_1)
{
    static const char *const commands[] = { "--version", "--help", "config", "config --keys",
                                            "doctor --help" };
    char line[200];

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        snprintf(line, sizeof line, TOOL "%s >/dev/full", commands[i]);
        tool_shell(&scratch, line);
        tool_expect(&scratch, 1, "", "cannot write standard output");
        snprintf(line, sizeof line, TOOL "%s >&-", commands[i]);
        tool_shell(&scratch, line);
        tool_expect(&scratch, 1, "", "cannot write standard output");
    }
}

TEST(a_reader_that_closes_the_pipe_is_not_an_error)
{
    /* The output exceeds a pipe buffer, so the tool is still writing when its reader exits. */
    tool_shell(&scratch, "{ " TOOL "config --keys; echo $? >status; } | head -n 1");
    tool_expect(&scratch, 0, "| key |", "");
    tool_shell(&scratch,
               "{ sleep 0.2; " TOOL "config --keys; echo $? >status; } | true; cat status");
    tool_expect(&scratch, 0, "0\n", "");
    CHECK_STR(scratch.err, "");
}

TEST(a_backup_into_a_closed_pipe_fails)
{
    fill("one.db", 1, 10);
    tool_shell(&scratch, "{ sleep 0.2; " TOOL HERE "one.db backup -; echo $? >status; } | true; "
                         "cat status");
    tool_expect(&scratch, 0, "1\n", "cannot write standard output");
}

/* ---- usage and configuration errors ---- */

TEST(an_unknown_option_before_the_command_is_reported_as_one)
{
    tool_run(&scratch, "--jason stats");
    tool_expect(&scratch, 2, "", "unknown option --jason");
    tool_run(&scratch, "statistics");
    tool_expect(&scratch, 2, "", "unknown command statistics");
}

TEST(an_unreadable_or_malformed_configuration_is_reported)
{
    static const struct {
        const char *make, *says;
    } cases[] = {
        { "true", "it: cannot be read: No such file" },
        { "mkdir it", "it: cannot be read: Is a directory" },
        { "printf '[log]\\nlevel = info\\000\\n' >it",
          "it:2: contains a NUL byte: not a text file" },
        { "printf '[log]\\nlevel = info\\000' >it", "it:2: contains a NUL" },
        { "printf 'level = info\\n' >it", "it:1: level is outside any [section]" },
        { "printf '[log\\nlevel = info\\n' >it", "it:1: a [section] has no closing ]" },
        { "printf '[log]\\nlevel info\\n' >it", "it:2: neither a [section] nor key = value" },
    };
    char line[300];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(line, sizeof line, "rm -rf it; %s; " TOOL "--config it stats", cases[i].make);
        tool_shell(&scratch, line);
        tool_expect(&scratch, 2, "", cases[i].says);
        CHECK_INT(tool_count_lines(scratch.err), 1);
    }
}

TEST(missing_permission_for_the_configuration_is_reported)
{
    if (geteuid() != 0)
        skip(); /* needs root for setpriv */
    tool_shell(&scratch,
               "chmod 711 . && cp \"$climacast\" . && echo >it && chmod 600 it && setpriv "
               "--reuid=4321 --regid=4321 --clear-groups ./climacast --config it stats");
    tool_expect(&scratch, 2, "", "it: cannot be read: Permission denied");
    tool_expect(&scratch, 2, "", "\n  fix: run this as root");
}

TEST(without_a_configuration_the_fix_suggests_one)
{
    tool_shell(&scratch, NO_KEYS TOOL "stats");
    tool_expect(&scratch, 1, "", "no AWS credentials");
    tool_expect(&scratch, 1, "", "fix: pass --config FILE");
    tool_shell(&scratch, NO_KEYS TOOL "--set persistence.table=mine stats");
    tool_expect(&scratch, 1, "", "fix: set AWS_ACCESS_KEY_ID");
}

TEST(doctor_does_not_report_skipped_checks_as_ok)
{
    tool_shell(&scratch, NO_KEYS TOOL "--set weather.base_url=http://127.0.0.1:1 --set "
                                      "alexa.certificate_connect_to=127.0.0.1:1 doctor");
    tool_expect(&scratch, 1, "FAIL credentials: no AWS credentials", NULL);
    tool_expect(&scratch, 1, "warn store: dynamodb not tested", NULL);
    tool_expect(&scratch, 1, "warn old-tables: skipped", NULL);
    tool_expect(&scratch, 1, "warn \"Old Tables Still Referenced\": see old-tables", NULL);
}

/* ---- the database file ---- */

TEST(an_unusable_database_is_reported_with_a_fix)
{
    static const struct {
        const char *make, *says, *to_do;
    } cases[] = {
        { "true", "it.db does not exist", "the daemon creates the file when it first starts" },
        { "echo 'no database, but long enough to be looked at as one............................"
          "....................................................................' >it.db",
          "not a SQLite database", "set sqlite.path to another file" },
        { "cp sound.db it.db && printf 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' | "
          "dd of=it.db bs=1 seek=100 conv=notrunc 2>/dev/null",
          "is damaged", "climacast restore" },
    };
    char line[600];

    fill("sound.db", 1, 10);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(line, sizeof line, "rm -f it.db*; %s; " TOOL HERE "it.db stats", cases[i].make);
        tool_shell(&scratch, line);
        tool_expect(&scratch, 1, "", cases[i].says);
        tool_expect(&scratch, 1, "", "\n  fix: ");
        tool_expect(&scratch, 1, "", cases[i].to_do);
    }
}

TEST(a_database_created_by_root_belongs_to_the_folders_owner)
{
    struct stat seen;

    if (geteuid() != 0)
        skip();
    fill("one.db", 1, 10);
    tool_shell(&scratch, TOOL HERE
               "one.db backup saved && mkdir theirs && chown 4321:4322 theirs && " TOOL HERE
               "theirs/two.db restore saved");
    tool_expect(&scratch, 0, "users", NULL);
    CHECK(stat(scratch_path(&scratch, "theirs/two.db"), &seen) == 0);
    CHECK_INT(seen.st_uid, 4321);
    CHECK_INT(seen.st_gid, 4322);
    CHECK_INT(seen.st_mode & 0777, 0600);
    tool_shell(&scratch, "find theirs ! -user 4321");
    CHECK_STR(scratch.out, "");
}

/* ---- interrupted ---- */

static size_t parts_of(const char *name)
{
    char pattern[500];
    glob_t found;
    size_t n = 0;

    snprintf(pattern, sizeof pattern, "%s.part-*", scratch_path(&scratch, name));
    if (glob(pattern, 0, NULL, &found) == 0)
        n = found.gl_pathc;
    globfree(&found);
    return n;
}

TEST(an_interrupted_backup_leaves_no_temporary_file)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

    fill("one.db", LARGE_ITEMS, LARGE_BYTES);
    scratch_write(&scratch, "saved", "");
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        int64_t deadline = clock_mono_ms() + 20000;
        int status = 0;
        pid_t pid = tool_start(&scratch, HERE "one.db backup saved");
        while (parts_of("saved") == 0 && clock_left_ms(deadline) > 0)
            clock_sleep_ms(1);
        CHECK_INT(parts_of("saved"), 1);
        kill(pid, signals[i]);
        CHECK(waitpid(pid, &status, 0) == pid);
        CHECK_INT(WIFSIGNALED(status) ? WTERMSIG(status) : -1, signals[i]);
        CHECK_INT(parts_of("saved"), 0);
    }
    char *saved = scratch_read(&scratch, "saved");
    CHECK_STR(saved, "");
    free(saved);
}

TESTS_EACH_WITH(scratch_setup, scratch_teardown, unwritable_standard_output_exits_1,
                a_reader_that_closes_the_pipe_is_not_an_error, a_backup_into_a_closed_pipe_fails,
                an_unknown_option_before_the_command_is_reported_as_one,
                an_unreadable_or_malformed_configuration_is_reported,
                missing_permission_for_the_configuration_is_reported,
                without_a_configuration_the_fix_suggests_one,
                doctor_does_not_report_skipped_checks_as_ok,
                an_unusable_database_is_reported_with_a_fix,
                a_database_created_by_root_belongs_to_the_folders_owner,
                an_interrupted_backup_leaves_no_temporary_file)
