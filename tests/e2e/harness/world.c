/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/world.c -- starts and stops the simulator and the daemon. */
#include "tests/e2e/harness/world.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/str.h"
#include "tests/test.h"

enum { START_TIMEOUT_MS = 20000, STOP_TIMEOUT_MS = 30000, ARGS_MAX = 80 };

struct world world;

static const char *build_folder(void)
{
    const char *b = getenv("TEST_BUILD");

    return b ? b : "build";
}

long world_resident_kb(const struct world *w)
{
    char path[64], line[200];
    long kb = 0;

    snprintf(path, sizeof path, "/proc/%d/status", (int)w->daemon);
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "VmRSS: %ld", &kb);
    if (f)
        fclose(f);
    return kb;
}

bool world_is_sanitized(void)
{
    const char *mode = getenv("MODE");

    return mode && *mode && strcmp(mode, "release") != 0;
}

char *world_log(const struct world *w)
{
    struct buf b = BUF_INIT(256 * 1024 * 1024); /* ten minutes of load write about 40 MB */
    FILE *f = fopen(w->log, "re");

    for (char *at; f && (at = buf_reserve(&b, 4096));) {
        size_t n = fread(at, 1, 4096, f);
        buf_grew(&b, n);
        if (n < 4096)
            break;
    }
    if (f)
        fclose(f);
    size_t n;
    char *text = buf_take(&b, &n);
    if (!text) {
        buf_free(&b);
        fail_msg("%s is too large to read", w->log);
    }
    return text;
}

static void world_fail(struct world *w, const char *what)
{
    char *log = w->log[0] ? world_log(w) : NULL;
    size_t n = log ? strlen(log) : 0;

    print_message("%s; the daemon's log:\n%s\n", what, log ? log + (n > 3000 ? n - 3000 : 0) : "");
    free(log);
    world_stop(w);
    fail_msg("%s", what);
}

static pid_t spawn_process(char *const argv[], const char *log, const struct world *daemon_of)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd >= 0) {
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* ends with the test, even if the test crashes */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL); /* as a shell starts it, whatever the test has done with it */
    if (daemon_of && daemon_of->before_exec)
        daemon_of->before_exec(daemon_of);
    execv(argv[0], argv);
    _exit(127);
}

/* Waits for the process to exit, and kills it after the timeout. */
static int wait_or_kill(pid_t pid, int64_t timeout_ms)
{
    int64_t deadline = clock_mono_ms() + timeout_ms;
    int status = 0;

    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (clock_left_ms(deadline) == 0) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            break;
        }
        clock_sleep_ms(5);
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void make_certificates(struct world *w)
{
    char command[1000];
    const char *top = getenv("TEST_TOP");
    static bool made; /* once per program: they are valid longer than any test runs */

    snprintf(w->certs, sizeof w->certs, "%s/certs", build_folder());
    if (made)
        return;
    snprintf(command, sizeof command, "%s/certs/dev/make.sh --bad '%s' >/dev/null 2>&1",
             top ? top : ".", w->certs);
    if (system(command) != 0)
        world_fail(w, "certs/dev/make.sh failed");
    made = true;
}

static int read_port(const char *path, const char *name)
{
    char line[200];
    int number = 0;
    FILE *f = fopen(path, "re");
    size_t n = strlen(name);

    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, name, n) == 0 && line[n] == '=')
            number = atoi(line + n + 1);
    if (f)
        fclose(f);
    return number;
}

static void make_folder(struct world *w)
{
    const char *tmp = getenv("TMPDIR");

    if (w->dir[0])
        return;
    snprintf(w->dir, sizeof w->dir, "%s/world.XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(w->dir))
        fail_msg("cannot create a scratch folder: %s", strerror(errno));
    snprintf(w->log, sizeof w->log, "%s/daemon.log", w->dir);
}

void world_start_sim(struct world *w)
{
    char ports[300], program[300], cert[400], key[400], chains[400], log[300];
    char amazon_cert[400], amazon_key[400];
    char *argv[32];
    size_t n = 0;

    make_folder(w);
    make_certificates(w);
    snprintf(ports, sizeof ports, "%s/ports", w->dir);
    snprintf(log, sizeof log, "%s/sim.log", w->dir);
    snprintf(program, sizeof program, "%s/climasim", build_folder());
    snprintf(cert, sizeof cert, "%s/s3.pem", w->certs);
    snprintf(key, sizeof key, "%s/s3.key", w->certs);
    snprintf(amazon_cert, sizeof amazon_cert, "%s/amazon.pem", w->certs);
    snprintf(amazon_key, sizeof amazon_key, "%s/amazon.key", w->certs);
    snprintf(chains, sizeof chains, "%s/chains", w->certs);
    const char *args[] = { program,       "--listen",      "127.0.0.1:0", "--s3-listen",
                           "127.0.0.1:0", "--s3-cert",     cert,          "--s3-key",
                           key,           "--chains",      chains,        "--amazon-listen",
                           "127.0.0.1:0", "--amazon-cert", amazon_cert,   "--amazon-key",
                           amazon_key,    "--ports-file",  ports,         NULL };
    for (size_t i = 0; args[i]; i++)
        argv[n++] = strdup(args[i]);
    const char *now = w->now ? w->now : WORLD_NOW;
    if (*now) {
        argv[n++] = strdup("--now");
        argv[n++] = strdup(now);
    }
    if (w->recordings) {
        argv[n++] = strdup("--recordings");
        argv[n++] = strdup(w->recordings);
    }
    argv[n] = NULL;
    unlink(ports);
    w->sim = spawn_process(argv, log, NULL);
    while (n > 0)
        free(argv[--n]);
    int64_t deadline = clock_mono_ms() + START_TIMEOUT_MS;
    while (clock_left_ms(deadline) > 0) {
        w->sim_port = read_port(ports, "http");
        w->s3_port = read_port(ports, "s3");
        w->amazon_port = read_port(ports, "amazon");
        if (w->sim_port > 0 && w->s3_port > 0 && w->amazon_port > 0)
            return;
        if (waitpid(w->sim, NULL, WNOHANG) == w->sim) {
            w->sim = 0;
            break;
        }
        clock_sleep_ms(5);
    }
    world_fail(w, "the simulator did not start");
}

/* The port in a log line such as "listening address=127.0.0.1:NNN". */
static int port_in_log(const char *log, const char *event)
{
    char mark[100];

    snprintf(mark, sizeof mark, " %s address=127.0.0.1:", event);
    const char *at = strstr(log, mark);
    return at ? atoi(at + strlen(mark)) : 0;
}

static void daemon_arguments(struct world *w, char **argv)
{
    size_t n = 0;
    char text[700];

#define ARG(...)                                  \
    do {                                          \
        snprintf(text, sizeof text, __VA_ARGS__); \
        argv[n++] = strdup("--set");              \
        argv[n++] = strdup(text);                 \
    } while (0)
    snprintf(text, sizeof text, "%s/climacastd", build_folder());
    argv[n++] = strdup(text);
    ARG("server.listen=127.0.0.1:%d", w->port);
    ARG("admin.listen=127.0.0.1:%d", w->admin_port);
    ARG("server.certificate=%s/localhost.pem", w->certs);
    ARG("server.private_key=%s/localhost.key", w->certs);
    ARG("alexa.skill_ids=%s", SKILL_ID);
    ARG("alexa.trust_anchors=%s/root.pem", w->certs);
    ARG("alexa.certificate_connect_to=127.0.0.1:%d", w->s3_port);
    ARG("alexa.api_connect_to=127.0.0.1:%d", w->amazon_port);
    ARG("http.ca_bundle=%s/root.pem", w->certs);
    ARG("weather.base_url=http://127.0.0.1:%d", w->sim_port);
    ARG("persistence.backend=sqlite");
    ARG("sqlite.path=%s/climacast.db", w->dir);
    if (w->no_verify)
        ARG("alexa.verify=no");
    if (w->plain)
        ARG("server.tls=no");
    const char *now = w->now ? w->now : WORLD_NOW;
    if (*now)
        ARG("weather.now=%s", now);
    for (size_t i = 0; i < WORLD_SETS_MAX && w->sets[i]; i++)
        ARG("%s", w->sets[i]);
    argv[n] = NULL;
#undef ARG
}

void world_start_daemon(struct world *w)
{
    char *argv[ARGS_MAX];

    daemon_arguments(w, argv);
    char *before = world_log(w);
    size_t from = strlen(before);
    free(before);
    w->daemon = spawn_process(argv, w->log, w);
    for (size_t i = 0; argv[i]; i++)
        free(argv[i]);
    int64_t deadline = clock_mono_ms() + START_TIMEOUT_MS;
    while (clock_left_ms(deadline) > 0) {
        char *log = world_log(w);
        bool ready = strstr(log + from, "ready version=");
        if (ready) {
            w->port = port_in_log(log + from, "listening");
            w->admin_port = port_in_log(log + from, "admin_listening");
            w->api_port = port_in_log(log + from, "api_listening");
        }
        free(log);
        if (ready)
            return;
        if (waitpid(w->daemon, NULL, WNOHANG) == w->daemon) {
            w->daemon = 0;
            break;
        }
        clock_sleep_ms(5);
    }
    world_fail(w, "the daemon did not start");
}

void world_start(struct world *w)
{
    world_start_sim(w);
    world_start_daemon(w);
}

/* Prints the daemon's log if it has a report of a sanitizer. Returns whether it has. */
static bool print_sanitizer_report(struct world *w)
{
    char *log = w->log[0] ? world_log(w) : NULL;
    bool reported = log && (strstr(log, "Sanitizer") || strstr(log, "runtime error:"));

    if (reported)
        print_message("%s\n", log);
    free(log);
    return reported;
}

int world_stop_daemon(struct world *w)
{
    if (w->daemon <= 0)
        return -1;
    kill(w->daemon, SIGTERM);
    int status = wait_or_kill(w->daemon, STOP_TIMEOUT_MS);
    w->daemon = 0;
    if (status != 0)
        (void)print_sanitizer_report(w);
    return status;
}

void world_kill_daemon(struct world *w)
{
    if (w->daemon <= 0)
        return;
    kill(w->daemon, SIGKILL);
    wait_or_kill(w->daemon, STOP_TIMEOUT_MS);
    w->daemon = 0;
}

void world_restart_daemon(struct world *w)
{
    CHECK_INT(world_stop_daemon(w), 0);
    w->port = w->admin_port = 0;
    world_start_daemon(w);
}

void world_stop(struct world *w)
{
    char command[600];
    int status = world_stop_daemon(w);

    if (w->sim > 0) {
        kill(w->sim, SIGTERM);
        wait_or_kill(w->sim, STOP_TIMEOUT_MS);
    }
    bool sanitizer_error = print_sanitizer_report(w);
    if (w->dir[0]) {
        snprintf(command, sizeof command, "chmod -R u+w '%s' 2>/dev/null; rm -rf '%s'", w->dir,
                 w->dir);
        if (system(command) != 0)
            print_message("cannot remove %s\n", w->dir);
    }
    *w = (struct world){ .sim = 0 };
    if (sanitizer_error)
        fail_msg("a sanitizer reported an error");
    if (status > 0)
        fail_msg("the daemon exited with status %d", status);
}

const char *world_bundle(const char *name)
{
    static char paths[4][500];
    static size_t next;
    const char *top = getenv("TEST_TOP");
    char *path = paths[next++ % 4];

    snprintf(path, sizeof paths[0], "%.300s/tests/cases/bundles/%.100s", top ? top : ".", name);
    return path;
}

int world_setup(void **state)
{
    (void)state;
    world_start(&world);
    return 0;
}

int world_teardown(void **state)
{
    (void)state;
    world_stop(&world);
    return 0;
}
