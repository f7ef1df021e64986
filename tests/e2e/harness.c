/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness.c -- starting and stopping the world: folders, processes, ports. */
#include "tests/e2e/harness.h"

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

enum { START_MS = 20000, STOP_MS = 30000, ARGS_MAX = 80, CONFIG_ARGS = 20 };

static const char *build_folder(void)
{
    const char *b = getenv("TEST_BUILD");

    return b ? b : "build";
}

char *world_log(const struct world *w)
{
    struct buf b = BUF_INIT(256 * 1024 * 1024); /* ten minutes of load write some forty */
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
        fail_msg("%s is too long to be read", w->log);
    }
    return text;
}

static void world_fail(struct world *w, const char *what)
{
    char *log = w->log[0] ? world_log(w) : NULL;
    size_t n = log ? strlen(log) : 0;

    print_message("%s; the daemon said:\n%s\n", what, log ? log + (n > 3000 ? n - 3000 : 0) : "");
    free(log);
    world_stop(w);
    fail_msg("%s", what);
}

static pid_t spawn(char *const argv[], const char *log, const struct world *daemon_of)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd >= 0) {
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails in the middle leaves nobody behind */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (daemon_of && daemon_of->before_exec)
        daemon_of->before_exec(daemon_of);
    execv(argv[0], argv);
    _exit(127);
}

/* Wait for the process to end; SIGKILL after the time is up. */
static int reap(pid_t pid, int64_t patience_ms)
{
    int64_t deadline = clock_mono_ms() + patience_ms;
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
    static bool made; /* once a program: they last longer than any test */

    snprintf(w->certs, sizeof w->certs, "%s/certs", build_folder());
    if (made)
        return;
    snprintf(command, sizeof command, "%s/certs/dev/make.sh --bad '%s' >/dev/null 2>&1",
             top ? top : ".", w->certs);
    if (system(command) != 0)
        world_fail(w, "certs/dev/make.sh failed");
    made = true;
}

static int number_in(const char *path, const char *name)
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
        fail_msg("no scratch folder: %s", strerror(errno));
    snprintf(w->log, sizeof w->log, "%s/daemon.log", w->dir);
}

void world_start_sim(struct world *w)
{
    char ports[300], program[300], cert[400], key[400], chains[400], log[300];
    char *argv[32];
    size_t n = 0;

    make_folder(w);
    make_certificates(w);
    snprintf(ports, sizeof ports, "%s/ports", w->dir);
    snprintf(log, sizeof log, "%s/sim.log", w->dir);
    snprintf(program, sizeof program, "%s/climasim", build_folder());
    snprintf(cert, sizeof cert, "%s/s3.pem", w->certs);
    snprintf(key, sizeof key, "%s/s3.key", w->certs);
    snprintf(chains, sizeof chains, "%s/chains", w->certs);
    const char *args[] = { program,     "--listen",     "127.0.0.1:0", "--s3-listen", "127.0.0.1:0",
                           "--s3-cert", cert,           "--s3-key",    key,           "--chains",
                           chains,      "--ports-file", ports,         NULL };
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
    w->sim = spawn(argv, log, NULL);
    while (n > 0)
        free(argv[--n]);
    int64_t deadline = clock_mono_ms() + START_MS;
    while (clock_left_ms(deadline) > 0) {
        w->sim_port = number_in(ports, "http");
        w->s3_port = number_in(ports, "s3");
        if (w->sim_port > 0 && w->s3_port > 0)
            return;
        if (waitpid(w->sim, NULL, WNOHANG) == w->sim) {
            w->sim = 0;
            break;
        }
        clock_sleep_ms(5);
    }
    world_fail(w, "the simulator did not come up");
}

/* The port behind "listening address=127.0.0.1:NNN" in the daemon's log, after `from`. */
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
    ARG("http.ca_bundle=%s/root.pem", w->certs);
    ARG("weather.base_url=http://127.0.0.1:%d", w->sim_port);
    ARG("persistence.backend=sqlite");
    ARG("sqlite.path=%s/climacast.db", w->dir);
    if (w->no_verify)
        ARG("alexa.verify=no");
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
    w->daemon = spawn(argv, w->log, w);
    for (size_t i = 0; argv[i]; i++)
        free(argv[i]);
    int64_t deadline = clock_mono_ms() + START_MS;
    while (clock_left_ms(deadline) > 0) {
        char *log = world_log(w);
        bool ready = strstr(log + from, " ready ");
        if (ready) {
            w->port = port_in_log(log + from, "listening");
            w->admin_port = port_in_log(log + from, "admin_listening");
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
    world_fail(w, "the daemon did not come up");
}

void world_start(struct world *w)
{
    world_start_sim(w);
    world_start_daemon(w);
}

int world_stop_daemon(struct world *w)
{
    if (w->daemon <= 0)
        return -1;
    kill(w->daemon, SIGTERM);
    int status = reap(w->daemon, STOP_MS);
    w->daemon = 0;
    return status;
}

void world_kill_daemon(struct world *w)
{
    if (w->daemon <= 0)
        return;
    kill(w->daemon, SIGKILL);
    reap(w->daemon, STOP_MS);
    w->daemon = 0;
}

void world_stop(struct world *w)
{
    char command[600];
    int status = world_stop_daemon(w);

    if (w->sim > 0) {
        kill(w->sim, SIGTERM);
        reap(w->sim, STOP_MS);
    }
    char *log = w->log[0] ? world_log(w) : NULL;
    bool sick = log && (strstr(log, "Sanitizer") || strstr(log, "runtime error:"));
    if (sick)
        print_message("%s\n", log);
    free(log);
    if (w->dir[0]) {
        snprintf(command, sizeof command, "chmod -R u+w '%s' 2>/dev/null; rm -rf '%s'", w->dir,
                 w->dir);
        if (system(command) != 0)
            print_message("%s stays behind\n", w->dir);
    }
    *w = (struct world){ .sim = 0 };
    if (sick)
        fail_msg("a sanitizer complained");
    if (status > 0)
        fail_msg("the daemon ended with status %d", status);
}
