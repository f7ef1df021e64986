/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/doctor.c -- `climacast doctor` on a healthy installation, and on broken ones. */
#define _XOPEN_SOURCE 700 /* for tests/unit/cache/redis/redis_server.h */
#include <jansson.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache/alerts/lease.h"
#include "server/base/clock.h"
#include "server/base/time_text.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/pushed.h"
#include "tests/e2e/harness/terminal.h"
#include "tests/e2e/harness/tool.h"
#include "tests/test.h"
#include "tests/unit/cache/redis/redis_server.h"

static int setup(void **state)
{
    char text[3000];

    (void)state;
    scratch_create(&scratch);
    world_start(&world);
    snprintf(text, sizeof text,
             "[server]\nlisten = 127.0.0.1:%d\ncertificate = %s/localhost.pem\n"
             "private_key = %s/localhost.key\n[admin]\nlisten = 127.0.0.1:%d\n"
             "[alexa]\nskill_ids = %s\ntrust_anchors = %s/root.pem\n"
             "certificate_connect_to = 127.0.0.1:%d\n[http]\nca_bundle = %s/root.pem\n"
             "[weather]\nbase_url = http://127.0.0.1:%d\nnow = %s\ncontact = me@example.org\n"
             "[persistence]\nbackend = sqlite\n[sqlite]\npath = %s/climacast.db\n",
             world.port, world.certs, world.certs, world.admin_port, SKILL_ID, world.certs,
             world.s3_port, world.certs, world.sim_port, WORLD_NOW, world.dir);
    scratch_write(&scratch, "conf", text);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    world_stop(&world);
    scratch_remove(&scratch);
    return 0;
}

static void doctor(const char *arguments)
{
    char line[1000];

    snprintf(line, sizeof line, "--config conf doctor %s", arguments);
    tool_run(&scratch, line);
}

/* Check that a line of the output begins with `begin` and contains `holds`. */
static void check_line(const char *begin, const char *holds)
{
    char mark[200];
    const char *at, *end;

    snprintf(mark, sizeof mark, "\n%s", begin);
    at = strncmp(scratch.out, begin, strlen(begin)) == 0 ? scratch.out : strstr(scratch.out, mark);
    if (!at) { /* a message of cmocka's has no room for all lines: the one of this check first */
        const char *name = begin + strcspn(begin, " "), *check;
        name += strspn(name, " ") - 1;
        check = strstr(scratch.out, name);
        fail_msg("no line \"%s\"; instead: %.400s%s", begin, check ? check : scratch.err,
                 check ? "" : scratch.out);
    }
    at += *at == '\n';
    end = strchr(at, '\n');
    const char *found = strstr(at, holds);
    if (!found || found > end)
        fail_msg("\"%s\" is not in: %.*s", holds, (int)(end - at), at);
}

TEST(a_healthy_installation_passes_every_check)
{
    struct client_response a = client_ask(&world, "doctor-user", "MetricIntent", "metric",
                                          "temperature", "location", "boulder colorado", NULL);

    client_response_done(&a);
    client_await_writes(&world);
    doctor("");
    tool_expect(&scratch, 0, NULL, "");
    check_line("ok   store: ", "sqlite answers");
    check_line("ok   table: ", "climacast.db");
    check_line("ok   write: ", "wrote, read and removed a test item");
    check_line("ok   user-item: ", "saved, read and removed a test user's setting");
    check_line("ok   shared-cache: ", "LocationCache 1");
    check_line("ok   weather: ", "answers in");
    check_line("ok   clock: ", "matches");
    check_line("ok   contact: ", "me@example.org");
    check_line("ok   signing-chain: ", "s3.amazonaws.com is reachable at");
    check_line("ok   amazon-api: ", "not used");
    check_line("ok   alerts: ", "not used: alerts.enabled is no");
    check_line("ok   alert-polls: ", "not used");
    check_line("ok   certificate: ", "EC P-256");
    check_line("ok   days-left: ", " days left of ");
    check_line("ok   listener: ", "the daemon answers on 127.0.0.1:");
    check_line("ok   ready: ", "the daemon is ready");
    check_line("ok   \"Cache Not Persisting\": ", "no cause found");
    check_line("ok   \"Shared Cache Not Accessible\": ", "no cause found");
    check_line("ok   \"Old Tables Still Referenced\": ", "no cause found");
    /* the test items are gone */
    doctor("");
    check_line("ok   table: ", ": 0 items"); /* the signing chain's URL is the skill's own */
}

TEST(host_selects_the_endpoint_to_check)
{
    char line[200];

    snprintf(line, sizeof line, "--host localhost:%d", world.port);
    doctor(line);
    check_line("ok   names: ", "for localhost");
    check_line("ok   dns: ", "localhost resolves to ");
    check_line("warn port-443: ", "the daemon answers on port");
    check_line("ok   server-name: ", "sends no TLS warning");
    snprintf(line, sizeof line, "--host localhost:%d", world.sim_port);
    doctor(line);
    check_line("warn port-443: ", "firewall");
    doctor("--host nobody..example"); /* invalid, so no DNS query is made */
    tool_expect(&scratch, 1, NULL, NULL);
    check_line("FAIL names: ", "not for nobody..example");
    check_line("FAIL dns: ", "add an A (and AAAA) record");
    doctor("--host 'a b'");
    tool_expect(&scratch, 2, "", "--host");
    doctor("well");
    tool_expect(&scratch, 2, "", "expected no arguments");
}

/* ---- what is printed how ---- */

#define ONE_FAILURE "--config conf --set redis.url=redis://127.0.0.1:1/0 doctor "

/* These texts are in the output, in this order. */
static void check_order(const char *const *texts)
{
    const char *at = scratch.out;

    for (; *texts; texts++) {
        const char *found = strstr(at, *texts);
        if (!found)
            fail_msg("no \"%s\" in the rest: %s", *texts, at);
        at = found + 1;
    }
}

TEST(failures_stand_last)
{
    static const char *const order[] = { "ok   configuration: ",
                                         "ok   ready: ",
                                         "ok   \"Cache Not Persisting\": ",
                                         "\n\nwarn ",
                                         "\n\nFAIL redis: ",
                                         "\nFAIL \"Shared Cache Not Accessible\": see",
                                         "\n\n33 checks: ",
                                         NULL };

    tool_run(&scratch, ONE_FAILURE);
    tool_expect(&scratch, 1, NULL, NULL);
    check_order(order);
    CHECK(!strchr(scratch.out, '\033'));
    const char *failures = strstr(scratch.out, "\nFAIL ");
    CHECK(!strstr(failures, "\nok ") && !strstr(failures, "\nwarn "));
}

TEST(quiet_prints_only_what_is_not_ok)
{
    tool_run(&scratch, ONE_FAILURE "--quiet");
    tool_expect(&scratch, 1, "FAIL redis: ", NULL);
    CHECK(!strstr(scratch.out, "ok   ") && !strstr(scratch.out, " checks: "));
    CHECK(!strstr(scratch.out, "\n\n"));
    tool_run(&scratch, ONE_FAILURE "--quiet --json");
    tool_expect(&scratch, 2, "", "at most one of --json and --quiet");
}

TEST(verdicts_are_colored_on_a_terminal_unless_no_color_is_set)
{
    static const struct {
        const char *environment;
        bool color;
    } cases[] = {
        { "", true }, { "NO_COLOR=", true }, { "NO_COLOR=1", false }, { "TERM=dumb", false }
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        terminal_run(&scratch, cases[i].environment, ONE_FAILURE, "");
        CHECK_INT(scratch.status, 1);
        CHECK_ROW(i, !!strstr(scratch.out, "\033[1;31mFAIL\033[0m redis: ") == cases[i].color);
        CHECK_ROW(i, !!strstr(scratch.out, "\033[32mok  \033[0m ") == cases[i].color);
        CHECK_ROW(i, !!strchr(scratch.out, '\033') == cases[i].color);
    }
}

/* ---- problems ---- */

TEST(every_problem_comes_with_a_fix)
{
    static const struct {
        const char *sets;          /* changes to a valid configuration */
        const char *begin, *holds; /* of its line */
        int status;
    } cases[] = {
        { "--set alexa.skill_ids=", "FAIL configuration: ", "alexa.skill_ids", 1 },
        { "--set alexa.verify=no", "warn configuration: ", "not verified", 0 },
        { "--set persistence.backend=memory", "warn store: ", "lost on restart", 0 },
        { "--set sqlite.path=new.db",
          "warn table: ", "the daemon creates the file when it first starts", 0 },
        { "--set sqlite.path=nowhere/new.db", "FAIL disk: ", "create the folder", 1 },
        { "--set sqlite.path=conf", "FAIL store: ", "another file", 1 },
        { "--set weather.base_url=http://127.0.0.1:1", "FAIL weather: ", "firewall", 1 },
        { "--set weather.base_url=http://127.0.0.1:1", "warn clock: ", "no reference time", 1 },
        { "--set weather.contact=", "warn contact: ", "set weather.contact", 0 },
        { "--set alexa.device_address=yes --set alexa.api_connect_to=127.0.0.1:1",
          "FAIL amazon-api: ", "no device's address or units can be asked for", 1 },
        { "--set alexa.certificate_connect_to=127.0.0.1:1",
          "FAIL signing-chain: ", "no request can be verified", 1 },
        { "--set redis.url=redis://127.0.0.1:1/0", "FAIL redis: ", "start Redis", 1 },
        { "--set redis.url=redis://127.0.0.1:1/0",
          "FAIL \"Shared Cache Not Accessible\": ", "see redis", 1 },
        { "--set server.certificate=", "FAIL certificate: ", "set server.certificate", 1 },
        { "--set server.certificate=none.pem", "FAIL certificate: ", "No such file", 1 },
        { "--set server.certificate=conf", "FAIL certificate: ", "conf", 1 },
        { "--set server.private_key=\"$CERTS\"/s3.key", "FAIL certificate: ", "is not the key", 1 },
        { "--set server.certificate=\"$CERTS\"/chains/expired.pem "
          "--set server.private_key=\"$CERTS\"/keys/expired.key --host localhost:1",
          "FAIL certificate: ", "certbot renew", 1 },
        { "--set server.certificate=\"$CERTS\"/chains/expired.pem "
          "--set server.private_key=\"$CERTS\"/keys/expired.key --host localhost:1",
          "FAIL days-left: ", "has expired", 1 },
        { "--set server.certificate=\"$CERTS\"/chains/self-signed.pem "
          "--set server.private_key=\"$CERTS\"/keys/self-signed.key --host localhost:1",
          "warn chain: ", "I will upload a self-signed certificate", 1 },
        { "--set server.certificate=\"$CERTS\"/chains/no-intermediate.pem "
          "--set server.private_key=\"$CERTS\"/keys/no-intermediate.key --host localhost:1",
          "FAIL chain: ", "fullchain.pem", 1 },
        { "--set server.certificate=\"$CERTS\"/chains/cn-only.pem "
          "--set server.private_key=\"$CERTS\"/keys/cn-only.key",
          "FAIL names: ", "clients ignore the common name", 1 },
        { "--set server.listen=127.0.0.1:1", "warn listener: ", "systemctl start climacast", 0 },
        { "--set server.listen=127.0.0.1:\"$SIM_PORT\"", "FAIL listener: ", "is in use", 1 },
        { "--set server.listen=127.0.0.1:\"$S3_PORT\"", "warn listener: ", "untrusted certificate",
          0 },
        { "--set admin.listen=", "ok   ready: ", "admin.listen is empty", 0 },
        { "--set admin.listen=127.0.0.1:1", "warn ready: ", "start the daemon", 0 },
    };
    char command[1000];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(command, sizeof command,
                 "CERTS='%s' SIM_PORT=%d S3_PORT=%d; \"$climacast\" --config conf doctor %s",
                 world.certs, world.sim_port, world.s3_port, cases[i].sets);
        tool_shell(&scratch, command);
        check_line(cases[i].begin, cases[i].holds);
        if (scratch.status != cases[i].status)
            fail_msg("row %zu: exit %d: %s", i, scratch.status, scratch.out);
    }
}

#define ALERTS                                                                                  \
    "printf the-secret > secret; chmod \"${SECRET_MODE-600}\" secret; \"$climacast\" --config " \
    "conf "                                                                                     \
    "--set alerts.enabled=yes --set alerts.client_secret_file=secret "

TEST(what_pushed_alerts_need_is_checked)
{
    static const struct {
        const char *before, *sets, *alerts, *holds, *other, *other_holds;
        int status;
    } cases[] = {
        { "", "", "ok   alerts: ", "gives a token for alerts.client_id; stage development",
          "warn alert-polls: ", "have never been read", 0 },
        { "", "--set alerts.client_id=", "FAIL alerts: ", "alerts.client_id is empty",
          "ok   amazon-api: ", "is reachable", 1 },
        { "", "--set alerts.client_id=wrong --set persistence.backend=memory",
          "FAIL alerts: ", "from the console", "warn alert-polls: ", "lost on restart", 1 },
        { "", "--set alerts.client_secret_file=none", "FAIL alerts: ", "none",
          "FAIL configuration: ", "alerts.client_secret_file", 1 },
        { "", "--set alexa.api_connect_to=127.0.0.1:1", "FAIL alerts: ", "no alert can be pushed",
          "FAIL amazon-api: ", "no alert pushed", 1 },
        { "SECRET_MODE=644;", "", "FAIL alerts: ", "has the mode 0644",
          "FAIL configuration: ", "has the mode 0644", 1 },
    };
    char command[1000];

    sim_amazon_set(&world, PUSHED_AMAZON);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(command, sizeof command,
                 "%s" ALERTS "--set alerts.client_id=the-client "
                 "--set alexa.api_connect_to=127.0.0.1:%d %s doctor",
                 cases[i].before, world.amazon_port, cases[i].sets);
        tool_shell(&scratch, command);
        check_line(cases[i].alerts, cases[i].holds);
        check_line(cases[i].other, cases[i].other_holds);
        if (scratch.status != cases[i].status)
            fail_msg("row %zu: exit %d: %s", i, scratch.status, scratch.out);
        CHECK(!strstr(scratch.out, "the-secret"));
    }
}

/* As if the daemon had read them so long ago. */
static void note_reading(int64_t ago_s)
{
    struct store *store;
    struct lease lease;
    char path[400];
    int64_t now_s;

    CHECK(time_parse_rfc3339(str_of(WORLD_NOW), &now_s));
    snprintf(path, sizeof path, "%s/climacast.db", world.dir);
    CHECK_INT(store_sqlite_open(path, STORE_LAYOUT_ITEM, true, &store, NULL), ST_OK);
    (void)store_delete(store, STR("ALERT_LEASE"), clock_mono_ms() + 5000, NULL);
    lease_init(&lease, store);
    CHECK_INT(lease_keep(&lease, clock_mono_ms() + 5000, NULL), ST_OK);
    alert_reading_note(&lease.reading, (now_s - ago_s) * 1000);
    CHECK_INT(lease_keep(&lease, clock_mono_ms() + 5000, NULL), ST_OK);
    lease_done(&lease);
    store_free(store);
}

TEST(how_long_ago_alerts_were_read_is_told)
{
    char command[1000];

    snprintf(command, sizeof command,
             ALERTS "--set alerts.client_id=the-client --set alexa.api_connect_to=127.0.0.1:%d "
                    "doctor",
             world.amazon_port);
    note_reading(20);
    tool_shell(&scratch, command);
    check_line("ok   alert-polls: ", "last read 2");
    note_reading(3600);
    tool_shell(&scratch, command);
    check_line("warn alert-polls: ", "start the daemon");
}

TEST(a_full_disk_explains_cache_not_persisting)
{
    /* The file cannot grow beyond 50 blocks of 512 bytes. */
    tool_shell(&scratch, "\"$climacast\" --config conf --set sqlite.path=small.db ask --direct "
                         "MetricIntent metric=temperature zipcode=80301 && ulimit -f 50 && "
                         "\"$climacast\" --config conf --set sqlite.path=small.db doctor");
    tool_expect(&scratch, 1, "free space on the disk of sqlite.path", NULL);
    check_line("FAIL \"Cache Not Persisting\": ", "user-item");
}

TEST(a_database_owned_by_another_user_is_reported)
{
    if (geteuid() != 0)
        skip(); /* needs root for chown */
    tool_shell(&scratch, "\"$climacast\" --config conf --set sqlite.path=other.db ask --direct "
                         "MetricIntent metric=temperature zipcode=80301 && chown 4321 other.db && "
                         "\"$climacast\" --config conf --set sqlite.path=other.db doctor");
    check_line("warn disk: ", "belongs to user 4321");
}

TEST(a_wrong_clock_is_reported)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    char line[200], date[32];

    CHECK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 5) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&at, &n) == 0);
    time_format_http(clock_wall_s() + 7200, date);
    pid_t pid = fork();
    if (pid == 0) { /* plays a weather service whose clock is two hours ahead */
        int fd = accept(listener, NULL, NULL);
        char answer[300], request[2000];
        (void)!read(fd, request, sizeof request);
        snprintf(answer, sizeof answer,
                 "HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
                 date);
        (void)!write(fd, answer, strlen(answer));
        close(fd);
        _exit(0);
    }
    close(listener);
    snprintf(line, sizeof line, "--config conf --set weather.base_url=http://127.0.0.1:%d doctor",
             ntohs(at.sin_port));
    tool_run(&scratch, line);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    tool_expect(&scratch, 1, NULL, NULL);
    check_line("FAIL clock: ", "seconds behind; fix: run timedatectl set-ntp true");
}

TEST(redis_and_its_eviction_policy_are_checked)
{
    struct redis_server redis;
    char line[400], out[200];

    redis_server_start(&redis, NULL);
    snprintf(line, sizeof line, "--config conf --set redis.url=%s doctor", redis.unix_url);
    tool_run(&scratch, line);
    tool_expect(&scratch, 0, NULL, NULL);
    check_line("ok   redis: ", "answers in");
    check_line("warn redis-policy: ", "without limit");
    REDIS_RUN(redis.unix_url, out, "CONFIG", "SET", "maxmemory", "100mb");
    tool_run(&scratch, line);
    check_line("warn redis-policy: ", "noeviction");
    REDIS_RUN(redis.unix_url, out, "CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    tool_run(&scratch, line);
    check_line("ok   redis-policy: ", "allkeys-lru, maxmemory 100 MB");
    snprintf(line, sizeof line,
             "--config conf --set redis.url=redis://me:wrong@127.0.0.1:%d/0 doctor", redis.port);
    tool_run(&scratch, line);
    tool_expect(&scratch, 1, NULL, NULL);
    check_line("FAIL redis: ", "correct the user and password");
    CHECK(!strstr(scratch.out, "wrong"));
    redis_server_stop(&redis);
}

TEST(json_has_every_check)
{
    doctor("--json");
    json_t *all = json_loads(scratch.out, 0, NULL), *one;
    size_t i, seen = 0;

    CHECK(json_is_true(json_object_get(all, "ok")));
    json_array_foreach (json_object_get(all, "checks"), i, one) {
        const char *verdict = json_string_value(json_object_get(one, "verdict"));
        CHECK(strcmp(verdict, "ok") == 0 || strcmp(verdict, "warn") == 0);
        CHECK((*json_string_value(json_object_get(one, "fix")) == '\0') ==
              (strcmp(verdict, "ok") == 0));
        seen += *json_string_value(json_object_get(one, "text")) != '\0';
    }
    CHECK(seen > 20 && seen == json_array_size(json_object_get(all, "checks")));
    CHECK_INT(json_array_size(json_object_get(all, "symptoms")), 3);
    json_decref(all);
}

TEST(json_is_valid_for_any_bytes_in_a_path)
{
    tool_shell(&scratch,
               "\"$climacast\" --config conf --set sqlite.path=\"$(printf 'no\\377/new.db')\" "
               "doctor --json");
    json_t *all = json_loads(scratch.out, 0, NULL), *one;
    size_t i, seen = 0;

    json_array_foreach (json_object_get(all, "checks"), i, one) {
        const char *text = json_string_value(json_object_get(one, "text"));
        seen += text && strstr(text, "no?/new.db");
    }
    CHECK(seen > 0);
    size_t checks = json_array_size(json_object_get(all, "checks"));
    json_decref(all);
    doctor("--json");
    all = json_loads(scratch.out, 0, NULL);
    CHECK_INT(checks, json_array_size(json_object_get(all, "checks")));
    json_decref(all);
}

TESTS_WITH(setup, teardown, a_healthy_installation_passes_every_check,
           host_selects_the_endpoint_to_check, failures_stand_last,
           quiet_prints_only_what_is_not_ok,
           verdicts_are_colored_on_a_terminal_unless_no_color_is_set,
           every_problem_comes_with_a_fix, what_pushed_alerts_need_is_checked,
           how_long_ago_alerts_were_read_is_told, a_full_disk_explains_cache_not_persisting,
           a_database_owned_by_another_user_is_reported, a_wrong_clock_is_reported,
           redis_and_its_eviction_policy_are_checked, json_has_every_check,
           json_is_valid_for_any_bytes_in_a_path)
