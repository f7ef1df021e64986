/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/alexa_client.h -- sends requests to a daemon as Alexa does: over HTTPS, signed with a
 * development chain. With server.tls = no, over plain HTTP, as the proxy in front of it does.
 *
 * A development folder is the output of certs/dev/make.sh: root.pem, signing.key, chains/, keys/.
 * The default is the folder of alexa.trust_anchors, then build/certs, if it has a signing.key.
 * Without a key requests are sent unsigned, which a daemon with alexa.verify = no accepts. */
#ifndef CLIMACAST_SERVER_TOOL_ALEXA_CLIENT_H
#define CLIMACAST_SERVER_TOOL_ALEXA_CLIENT_H

#include <stdbool.h>

#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/str.h"
#include "server/config/config.h"

#define ALEXA_CLIENT_CHAIN_HOST "https://s3.amazonaws.com/echo.api/"

enum { ALEXA_CLIENT_HEADERS_MAX = 8, ALEXA_CLIENT_PATH_MAX = 1000 };

/* What the command line sets; borrowed. NULL takes the default. */
struct alexa_client_settings {
    const char *url; /* default: from server.listen and server.path */
    const char *dev; /* development folder; default as above */
    const char *ca;  /* trusted besides the system roots; default: dev/root.pem, http.ca_bundle */
    const char *key; /* default: dev's signing.key */
    const char *chain_url; /* default: ALEXA_CLIENT_CHAIN_HOST "good.pem" */
    bool unsign;           /* do not sign, even with a key */
};

#define ALEXA_CLIENT_OPTIONS(s)                                                          \
    { "--url", &(s).url, NULL }, { "--dev", &(s).dev, NULL }, { "--ca", &(s).ca, NULL }, \
        { "--key", &(s).key, NULL }, { "--chain-url", &(s).chain_url, NULL },            \
    {                                                                                    \
        "--unsigned", NULL, &(s).unsign                                                  \
    }
#define ALEXA_CLIENT_USAGE                                                                         \
    "  --url URL           the daemon (default: from server.listen and server.path)\n"             \
    "  --dev DIR           development chain in DIR: root.pem, signing.key (default: the folder\n" \
    "                      of alexa.trust_anchors, else build/certs)\n"                            \
    "  --ca FILE           root of the daemon's certificate (default: DIR/root.pem)\n"             \
    "  --key FILE          RSA key to sign with (default: DIR/signing.key)\n"                      \
    "  --chain-url URL     SignatureCertChainUrl to send with the signature\n"                     \
    "  --unsigned          do not sign\n"

struct alexa_client;

/* ST_INVALID: the URL is unusable, or a file cannot be read. */
enum status alexa_client_create(const struct alexa_client_settings *settings,
                                const struct config *config, struct alexa_client **ret_client,
                                struct err *err);
void alexa_client_free(struct alexa_client *c); /* NULL allowed */

const char *alexa_client_url(const struct alexa_client *c);
const char *alexa_client_unix_path(const struct alexa_client *c); /* "" when it is not by one */
bool alexa_client_sends_proxy_header(const struct alexa_client *c);
const char *alexa_client_ca(const struct alexa_client *c);  /* "" for the system's roots alone */
const char *alexa_client_dev(const struct alexa_client *c); /* "" when there is none */
bool alexa_client_signs(const struct alexa_client *c);
const char *alexa_client_chain_url(const struct alexa_client *c);
/* Append the value of Signature-256. ST_INVALID: there is no key. */
enum status alexa_client_sign(const struct alexa_client *c, struct str body, struct buf *out,
                              struct err *err);

/* A request to send as is; only Content-Type is added. */
struct alexa_client_call {
    const char *method; /* NULL for POST */
    const char *url;    /* NULL for alexa_client_url() */
    const struct http_header *headers;
    size_t header_count; /* at most ALEXA_CLIENT_HEADERS_MAX - 1 */
    struct str body;
};
/* ST_OK for any response, whatever its status. In every case the caller calls
 * http_response_done(). */
enum status alexa_client_send(const struct alexa_client *c, const struct alexa_client_call *call,
                              struct http_response *ret_response, struct err *err);
/* POST a body, signed if there is a key. */
enum status alexa_client_post(const struct alexa_client *c, struct str body,
                              struct http_response *ret_response, struct err *err);

#endif
