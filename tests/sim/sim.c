/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/sim.c -- climasim: simulates every service that Clima Cast contacts.
 *
 *   the National Weather Service   any place in the United States: generated weather around the
 *                                  present (doc.h, weather.h), or recorded weather (recording.h)
 *   a geocoder                     /geocode/v1/geocode (doc_geocode.c)
 *   the certificate host           TLS as s3.amazonaws.com (s3.h)
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
    const char *listen, *s3_listen, *s3_cert, *s3_key, *chains, *recordings, *now, *ports_file;
    uint64_t seed;
};

static const char usage[] =
    "usage: climasim [--listen 127.0.0.1:0] [--now INSTANT] [--seed N] [--recordings FOLDER]\n"
    "                [--s3-listen 127.0.0.1:0 --s3-cert PEM --s3-key PEM --chains FOLDER]\n"
    "                [--ports-file FILE]\n";

static bool parse_options(int argc, char **argv, struct options *o)
{
    static const struct option names[] = {
        { "listen", required_argument, NULL, 'l' },
        { "s3-listen", required_argument, NULL, 's' },
        { "s3-cert", required_argument, NULL, 'c' },
        { "s3-key", required_argument, NULL, 'k' },
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
    return optind == argc && (!o->s3_listen || (o->s3_cert && o->s3_key && o->chains));
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

static enum status start_s3(const struct options *o, struct state *state, char **cert, char **key,
                            struct server **ret_server, struct err *err)
{
    size_t size;

    *cert = s3_read_file(o->s3_cert, &size);
    *key = s3_read_file(o->s3_key, &size);
    if (!*cert || !*key)
        return err_set(err, ST_SYSTEM, "cannot read %s", *cert ? o->s3_key : o->s3_cert);
    struct server_settings settings = { .state = state,
                                        .listen = o->s3_listen,
                                        .chains = o->chains,
                                        .certificate_pem = *cert,
                                        .key_pem = *key };
    return server_start(&settings, ret_server, err);
}

static enum status print_ports(const struct options *o, const struct server *http,
                               const struct server *s3, struct err *err)
{
    char text[80];
    size_t n = (size_t)snprintf(text, sizeof text, "http=%d\n", server_port(http));

    if (s3)
        snprintf(text + n, sizeof text - n, "s3=%d\n", server_port(s3));
    fputs(text, stdout);
    fflush(stdout);
    return o->ports_file ? write_ports(o->ports_file, text, err) : ST_OK;
}

static enum status run_simulator(const struct options *o, const sigset_t *signals, struct err *err)
{
    struct server *http = NULL, *s3 = NULL;
    struct recording *recording = NULL;
    char *cert = NULL, *key = NULL;
    int64_t now;
    int caught;
    enum status st = ST_OK;
    struct state *state = state_create(o->seed);

    if (!state)
        return err_no_memory(err);
    if (o->now && (!time_parse_rfc3339(str_of(o->now), &now) || now <= 0)) {
        st = err_set(err, ST_INVALID, "--now %s: not an RFC 3339 time", o->now);
        goto out;
    }
    if (o->now)
        state_set_now(state, now);
    if (o->recordings && !(recording = recording_open(o->recordings))) {
        st = err_set(err, ST_SYSTEM, "cannot read folder %s", o->recordings);
        goto out;
    }
    struct server_settings settings = { .state = state,
                                        .listen = o->listen,
                                        .recording = recording };
    st = server_start(&settings, &http, err);
    if (st == ST_OK && o->s3_listen)
        st = start_s3(o, state, &cert, &key, &s3, err);
    if (st == ST_OK)
        st = print_ports(o, http, s3, err);
    if (st == ST_OK)
        sigwait(signals, &caught);
out:
    state_stop(state);
    server_stop(s3);
    server_stop(http);
    recording_close(recording);
    state_free(state);
    free(cert);
    free(key);
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
