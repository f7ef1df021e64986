/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/client.h -- an HTTPS client that signs requests the way Alexa does.
 *
 * All requests of a thread share one connection. A thread other than the first calls
 * client_thread_done() before it ends. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_CLIENT_H
#define CLIMACAST_TESTS_E2E_HARNESS_CLIENT_H

#include <jansson.h>
#include <stdbool.h>

#include "tests/e2e/harness/world.h"

struct client_response {
    int status; /* HTTP status; 0 when there was no response */
    char *body; /* never NULL */
    size_t size;
    char *headers;               /* as received */
    json_t *json;                /* NULL when the body is not JSON */
    const char *ssml, *reprompt; /* "" when there is none */
    char *speech;                /* the SSML without markup */
    double ms;
    char error[200]; /* curl's message when there was no response */
};
void client_response_done(struct client_response *r);
void client_thread_done(void);
/* The text of SSML, without markup and with its five entities decoded. The caller frees it. */
char *client_ssml_to_text(const char *ssml);

/* How to send a request. All zero means: properly signed by the valid chain, POST to the skill's
 * path. */
struct client_options {
    const char *chain;     /* name of the certificate chain and its key; "good" is the valid one */
    const char *key;       /* name of another key to sign with */
    const char *cert_url;  /* value of the SignatureCertChainUrl header */
    const char *signature; /* value of the Signature-256 header */
    bool no_cert_url, no_signature, sha1_only;
    const char *method, *path;
    const char *target;         /* of the request line, instead of the path */
    const char *const *headers; /* additional headers, NULL at the end */
    const char *text;           /* the body, instead of the envelope */
    size_t text_size;           /* 0: strlen(text) */
    long timeout_ms;
    bool fresh_connection;
    const char *source; /* the client's address, such as "127.0.0.9"; NULL: the system's choice */
    bool proxy_header;  /* begin the connection with a PROXY header that names the source */
    const char *signed_text; /* sign this text instead of the body */
};
/* POST an envelope (a borrowed reference) to the daemon. NULL options: the defaults. */
struct client_response client_post(struct world *w, json_t *envelope,
                                   const struct client_options *options);
/* Build an intent request, send it, free it. Slots: name, value, ..., NULL. */
struct client_response client_ask(struct world *w, const char *user, const char *intent, ...)
    __attribute__((sentinel));

/* GET a page of the admin listener. */
struct client_response client_admin_get(struct world *w, const char *path);
/* The same with a method, additional headers (NULL: none; NULL at the end) and a body (NULL:
 * none). */
struct client_response client_admin_send(struct world *w, const char *method, const char *path,
                                         const char *const *headers, const char *body);
/* The same to api.listen, which must be in the world's `sets`. */
struct client_response client_api_send(struct world *w, const char *method, const char *path,
                                       const char *const *headers, const char *body);
/* The value of a metric at /metrics, given the start of its line up to the space before the value.
 * -1 when there is no such line. */
double client_metric(struct world *w, const char *series);
/* Wait until the store has what is known of places: it is written after the answer. */
void client_await_writes(struct world *w);
/* Send a request to the simulator's /_sim/ endpoints; the path is shorter than SIM_PATH_MAX. */
enum { SIM_PATH_MAX = 12000 };
struct client_response client_sim_send(struct world *w, const char *method, const char *path,
                                       const char *body);

#endif
