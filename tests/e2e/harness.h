/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness.h -- a world to test in: development chain, simulator, the real daemon, and a
 * signing client.
 *
 * Everything listens on loopback, on ports the system chose; every process is ours and is stopped
 * by its pid. Needs TEST_BUILD (the build folder) in the environment, as tests/run.sh sets it. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_H
#define CLIMACAST_TESTS_E2E_HARNESS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SKILL_ID "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
/* The instant the simulated weather stands at unless a test says otherwise: a Wednesday, noon in
 * New York. */
#define WORLD_NOW "2026-06-17T16:00:00Z"

enum { WORLD_SETS_MAX = 24 };

struct world {
    char dir[200];   /* scratch folder of this world */
    char certs[300]; /* development chain */
    char log[300];   /* the daemon's stderr */
    pid_t sim, daemon;
    int sim_port, s3_port, port, admin_port;
    /* Set before world_start(): more --set texts for the daemon, NULL at the end. */
    const char *sets[WORLD_SETS_MAX];
    const char *now;        /* NULL: WORLD_NOW; "" = the present */
    const char *recordings; /* a bundle for the simulator to serve, or NULL */
    bool no_verify;
    /* In the daemon's process, before it becomes the daemon: environment, descriptors. */
    void (*before_exec)(const struct world *w);
};

/* Start simulator and daemon and wait until both are ready; fails the test when they do not come
 * up. */
void world_start(struct world *w);
/* Only the simulator (world_start does it, too). */
void world_start_sim(struct world *w);
void world_start_daemon(struct world *w);
/* SIGTERM, wait; returns the daemon's exit status (128 + signal when killed). */
int world_stop_daemon(struct world *w);
void world_kill_daemon(struct world *w); /* SIGKILL */
void world_stop(struct world *w);
/* The daemon's log so far, malloc'd. */
char *world_log(const struct world *w);

/* One HTTP answer. */
struct answer {
    int status; /* 0: no answer */
    char *body; /* never NULL */
    size_t size;
    char *headers;               /* as received */
    json_t *json;                /* NULL when it is none */
    const char *ssml, *reprompt; /* "" when there is none */
    char *speech;                /* ssml without markup */
    double ms;
    char fault[200]; /* curl's words when there was no answer */
};
void answer_done(struct answer *a);

/* What to send; zero-initialised means: signed properly, by the good chain, to the skill's path. */
struct send {
    const char *chain;     /* name of the chain and its key: "good" */
    const char *key;       /* name of another key to sign with */
    const char *cert_url;  /* the header as it is */
    const char *signature; /* the header as it is */
    bool no_cert_url, no_signature, sha1_only;
    const char *method, *path;
    const char *const *headers; /* more headers, NULL at the end */
    const char *text;           /* body as it is, instead of the envelope's dump */
    size_t text_size;
    long timeout_ms;
    bool fresh_connection;
    const char *signed_text; /* what is signed when it is not the body */
};
/* POST an envelope (borrowed). */
struct answer post(struct world *w, json_t *envelope, const struct send *how);
struct answer admin_get(struct world *w, const char *path);
/* The same with a method, more headers (NULL: none; NULL at the end) and a body (NULL: none). */
struct answer admin_send(struct world *w, const char *method, const char *path,
                         const char *const *headers, const char *body);

/* Envelopes: new references. slots: name, value, ..., NULL. */
json_t *launch_request(const char *user);
json_t *intent_request(const char *user, const char *intent, ...) __attribute__((sentinel));
json_t *bare_request(const char *user, const char *type);
/* Later requests of a session: session.new false, and the attributes of the answer before. */
void in_session(json_t *envelope, const struct answer *before);
/* Set a member by path, such as "request.timestamp" (value stolen; NULL deletes). */
void set_at(json_t *envelope, const char *path, json_t *value);
void timestamp_offset(json_t *envelope, int seconds);

/* The usual: build, send, free; one-shot unless `before` is given. */
struct answer ask(struct world *w, const char *user, const char *intent, ...)
    __attribute__((sentinel));

/* The simulator's controls. */
void sim_fault(struct world *w, const char *json);
void sim_clear_faults(struct world *w);
void sim_put_doc(struct world *w, const char *path, const char *body, int status);
void sim_clear_docs(struct world *w);
void sim_clear_log(struct world *w);
/* Requests seen whose path holds `part`. */
int sim_seen(struct world *w, const char *part);
/* A target it was asked for that holds `part`; malloc'd, NULL when there is none. */
char *sim_target(struct world *w, const char *part);

/* Is it a well-formed <speak> document within the limits of SPEC 3.2, free of "null", "nan" and
 * empty places? */
void check_sound(const struct answer *a);
/* speech holds all words (checked in lower case), else the test fails and prints it. */
void check_says(const struct answer *a, const char *words);
void check_never_says(const struct answer *a, const char *words);

#endif
