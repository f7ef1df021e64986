/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/sim.c -- climasim: simulates every service that Clima Cast contacts.
 *
 *   the National Weather Service   any place in the United States: generated weather around the
 *                                  present (doc.h, weather.h), or recorded weather (recording.h)
 *   a geocoder                     /geocode/v1/geocode (doc_geocode.c)
 *   the certificate host           TLS as s3.amazonaws.com (s3.h)
 *   Amazon's services for skills   TLS as api.amazonalexa.com and others (amazon.h)
 *   faults and control             /_sim/ (control.h)
 *
 * Listens on loopback only. Prints its ports when it is ready, and runs until SIGTERM or SIGINT. */
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/time_text.h"
#include "tests/sim/s3.h"
#include "tests/sim/server.h"

struct options {
    const char *listen, *recordings, *now, *ports_file;
    const char *s3_listen, *s3_cert, *s3_key, *chains;
    const char *amazon_listen, *amazon_cert, *amazon_key;
    uint64_t seed;
};

static const char usage[] =
    "usage: climasim [--listen 127.0.0.1:0] [--now INSTANT] [--seed N] [--recordings FOLDER]\n"
    "                [--s3-listen 127.0.0.1:0 --s3-cert PEM --s3-key PEM --chains FOLDER]\n"
    "                [--amazon-listen 127.0.0.1:0 --amazon-cert PEM --amazon-key PEM]\n"
    "                [--ports-file FILE]\n";

static bool parse_options(int argc, char **argv, struct options *o)
{
    static const struct option names[] = {
        { "listen", required_argument, NULL, 'l' },
        { "s3-listen", required_argument, NULL, 's' },
        { "s3-cert", required_argument, NULL, 'c' },
        { "s3-key", required_argument, NULL, 'k' },
        { "amazon-listen", required_argument, NULL, 'a' },
        { "amazon-cert", required_argument, NULL, 'b' },
        { "amazon-key", required_argument, NULL, 'e' },
        { "chains", required_argument, NULL, 'd' },
        { "recordings", required_argument, NULL, 'r' },
        { "now", required_argument, NULL, 'n' },
        { "ports-file", required_argument, NULL, 'p' },
        { "seed", required_argument, NULL, 'S' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    for (int c; (c = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        switch (c) {
        case 'l':
            o->listen = optarg;
            break;
        case 's':
            o->s3_listen = optarg;
            break;
        case 'c':
            o->s3_cert = optarg;
            break;
        case 'k':
            o->s3_key = optarg;
            break;
        case 'a':
            o->amazon_listen = optarg;
            break;
        case 'b':
            o->amazon_cert = optarg;
            break;
        case 'e':
            o->amazon_key = optarg;
            break;
        case 'd':
            o->chains = optarg;
            break;
        case 'r':
            o->recordings = optarg;
            break;
        case 'n':
            o->now = optarg;
            break;
        case 'p':
            o->ports_file = optarg;
            break;
        case 'S':
            o->seed = strtoull(optarg, NULL, 10);
            break;
        default:
            return false;
        }
    }
    return optind == argc && (!o->s3_listen || (o->s3_cert && o->s3_key && o->chains)) &&
           (!o->amazon_listen || (o->amazon_cert && o->amazon_key));
}

/* Atomic: a reader never sees part of the file. */
static enum status write_ports(const char *file, const char *text, struct err *err)
{
    char part[1100];

    snprintf(part, sizeof part, "%s.part", file);
    FILE *f = fopen(part, "w");
    if (!f)
        return err_set(err, ST_SYSTEM, "cannot write %s", part);
    bool written = fputs(text, f) != EOF;
    if (fclose(f) != 0 || !written || rename(part, file) != 0)
        return err_set(err, ST_SYSTEM, "cannot write %s", file);
    return ST_OK;
}

/* The servers, and what they need. */
struct simulator {
    struct state *state;
    struct recording *recording;
    struct amazon_sim *amazon;
    struct server *http, *s3, *amazon_server;
    char *pem[4]; /* certificates and keys */
};

/* A listener that speaks TLS, with the certificate and key in pem[at] and the next. */
static enum status start_tls(struct simulator *s, const struct server_settings *settings,
                             const char *cert, const char *key, size_t at,
                             struct server **ret_server, struct err *err)
{
    struct server_settings with_pem = *settings;
    size_t size;

    s->pem[at] = s3_read_file(cert, &size);
    s->pem[at + 1] = s3_read_file(key, &size);
    if (!s->pem[at] || !s->pem[at + 1])
        return err_set(err, ST_SYSTEM, "cannot read %s", s->pem[at] ? key : cert);
    with_pem.certificate_pem = s->pem[at];
    with_pem.key_pem = s->pem[at + 1];
    return server_start(&with_pem, ret_server, err);
}

static enum status start_servers(const struct options *o, struct simulator *s, struct err *err)
{
    struct server_settings http = {
        .state = s->state, .listen = o->listen, .recording = s->recording, .amazon = s->amazon
    };
    struct server_settings s3 = {
        .state = s->state, .listen = o->s3_listen, .chains = o->chains, .role = SERVER_CERTIFICATES
    };
    struct server_settings amazon = {
        .state = s->state, .listen = o->amazon_listen, .amazon = s->amazon, .role = SERVER_AMAZON
    };
    enum status st = server_start(&http, &s->http, err);

    if (st == ST_OK && o->s3_listen)
        st = start_tls(s, &s3, o->s3_cert, o->s3_key, 0, &s->s3, err);
    if (st == ST_OK && o->amazon_listen)
        st = start_tls(s, &amazon, o->amazon_cert, o->amazon_key, 2, &s->amazon_server, err);
    return st;
}

static enum status print_ports(const struct options *o, const struct simulator *s, struct err *err)
{
    char text[120];
    size_t n = (size_t)snprintf(text, sizeof text, "http=%d\n", server_port(s->http));

    if (s->s3)
        n += (size_t)snprintf(text + n, sizeof text - n, "s3=%d\n", server_port(s->s3));
    if (s->amazon_server)
        snprintf(text + n, sizeof text - n, "amazon=%d\n", server_port(s->amazon_server));
    fputs(text, stdout);
    fflush(stdout);
    return o->ports_file ? write_ports(o->ports_file, text, err) : ST_OK;
}

static enum status prepare(const struct options *o, struct simulator *s, struct err *err)
{
    int64_t now;

    s->state = state_create(o->seed);
    s->amazon = amazon_sim_create();
    if (!s->state || !s->amazon)
        return err_no_memory(err);
    if (o->now && (!time_parse_rfc3339(str_of(o->now), &now) || now <= 0))
        return err_set(err, ST_INVALID, "--now %s: not an RFC 3339 time", o->now);
    if (o->now)
        state_set_now(s->state, now);
    if (o->recordings && !(s->recording = recording_open(o->recordings)))
        return err_set(err, ST_SYSTEM, "cannot read folder %s", o->recordings);
    return ST_OK;
}

static void clean_up(struct simulator *s)
{
    if (s->state)
        state_stop(s->state);
    server_stop(s->amazon_server);
    server_stop(s->s3);
    server_stop(s->http);
    recording_close(s->recording);
    amazon_sim_free(s->amazon);
    state_free(s->state);
    for (size_t i = 0; i < sizeof s->pem / sizeof s->pem[0]; i++)
        free(s->pem[i]);
}

static enum status run_simulator(const struct options *o, const sigset_t *signals, struct err *err)
{
    struct simulator s = { .state = NULL };
    int caught;
    enum status st = prepare(o, &s, err);

    if (st == ST_OK)
        st = start_servers(o, &s, err);
    if (st == ST_OK)
        st = print_ports(o, &s, err);
    if (st == ST_OK)
        sigwait(signals, &caught);
    clean_up(&s);
    return st;
}

int main(int argc, char **argv)
{
    struct options o = { .listen = "127.0.0.1:0", .seed = 1 };
    struct err err = ERR_NONE;
    sigset_t signals;

    if (!parse_options(argc, argv, &o)) {
        fputs(usage, stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (run_simulator(&o, &signals, &err) != ST_OK) {
        fprintf(stderr, "climasim: %s\n", err.text);
        return 1;
    }
    return 0;
}
