/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/alexa_client.h -- plays Alexa towards a daemon: HTTPS, signed with a development
 * chain.
 *
 * A development folder is what certs/dev/make.sh makes: root.pem, signing.key, chains/, keys/.
 * Where none is named it is the folder of alexa.trust_anchors, else build/certs, if that holds a
 * signing.key; without one requests go out unsigned, which a daemon takes with alexa.verify =
 * no. */
#ifndef CLIMACAST_SERVER_TOOL_ALEXA_CLIENT_H
#define CLIMACAST_SERVER_TOOL_ALEXA_CLIENT_H

#include <stdbool.h>

#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/str.h"
#include "server/config.h"

#define ALEXA_CLIENT_CHAIN_HOST "https://s3.amazonaws.com/echo.api/"

enum { ALEXA_CLIENT_HEADERS_MAX = 8, ALEXA_CLIENT_PATH_MAX = 1000 };

/* As the command line says; borrowed; NULL takes what stands behind it. */
struct alexa_client_settings {
    const char *url; /* where server.listen and server.path of the configuration point */
    const char *dev; /* development folder, as above */
    const char *ca;  /* root.pem of that folder, else http.ca_bundle; with the system's roots */
    const char *key; /* signing.key of that folder */
    const char *chain_url; /* ALEXA_CLIENT_CHAIN_HOST "good.pem" */
    bool unsign;           /* whatever key there is */
};

#define ALEXA_CLIENT_OPTIONS(s)                                                          \
    { "--url", &(s).url, NULL }, { "--dev", &(s).dev, NULL }, { "--ca", &(s).ca, NULL }, \
        { "--key", &(s).key, NULL }, { "--chain-url", &(s).chain_url, NULL },            \
    {                                                                                    \
        "--unsigned", NULL, &(s).unsign                                                  \
    }
#define ALEXA_CLIENT_USAGE                                                                        \
    "  --url URL           the daemon; where server.listen and server.path point unless given\n"  \
    "  --dev DIR           development chain: DIR/root.pem, DIR/signing.key; unless given the\n"  \
    "                      folder of alexa.trust_anchors, else build/certs\n"                     \
    "  --ca FILE           trust the daemon's certificate by this root instead of DIR/root.pem\n" \
    "  --key FILE          sign with this RSA key instead of DIR/signing.key\n"                   \
    "  --chain-url URL     the SignatureCertChainUrl that goes with the key\n"                    \
    "  --unsigned          send no signature\n"

struct alexa_client;

/* ST_INVALID: no usable URL, or a file cannot be read. */
enum status alexa_client_create(const struct alexa_client_settings *settings,
                                const struct config *config, struct alexa_client **ret_client,
                                struct err *err);
void alexa_client_free(struct alexa_client *c); /* NULL allowed */

const char *alexa_client_url(const struct alexa_client *c);
const char *
alexa_client_ca(const struct alexa_client *c); /* "" when only the system's roots count */
const char *alexa_client_dev(const struct alexa_client *c); /* "" when there is none */
bool alexa_client_signs(const struct alexa_client *c);
const char *alexa_client_chain_url(const struct alexa_client *c);
/* Append the value of Signature-256. ST_INVALID when there is no key. */
enum status alexa_client_sign(const struct alexa_client *c, struct str body, struct buf *out,
                              struct err *err);

/* One call as it is said, without anything added but Content-Type. ST_OK whenever an answer came.
 * http_response_done() is the caller's in either case. */
struct alexa_client_call {
    const char *method; /* "POST" when NULL */
    const char *url;    /* NULL: alexa_client_url() */
    const struct http_header *headers;
    size_t header_count; /* at most ALEXA_CLIENT_HEADERS_MAX - 1 */
    struct str body;
};
enum status alexa_client_send(const struct alexa_client *c, const struct alexa_client_call *call,
                              struct http_response *ret_response, struct err *err);
/* POST a body, signed where there is a key. */
enum status alexa_client_post(const struct alexa_client *c, struct str body,
                              struct http_response *ret_response, struct err *err);

#endif
