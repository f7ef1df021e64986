/* SPDX-License-Identifier: Apache-2.0 */
/* certs/cert_info.h -- what our own certificate file looks like to clients: names, key, dates, and
 * whether its chain leads to a root that the system trusts.
 *
 * For diagnosis (`climacast doctor`); certs/tls.h decides whether a pair can serve at all.
 * Thread-safe. */
#ifndef CLIMACAST_CERTS_CERT_INFO_H
#define CLIMACAST_CERTS_CERT_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"

struct cert_info {
    char names[300];       /* DNS names of the leaf: "skill.example.org, *.example.org"; or "" */
    char public_name[256]; /* the first one Alexa could call: no wildcard, not local; or "" */
    char key[24];          /* "EC P-256", "RSA 2048" */
    char issuer[160];      /* of the leaf */
    int64_t not_before, not_after;
    int count; /* certificates in the file */
    bool self_signed;
    bool trusted;          /* the chain in the file leads to a root of the system */
    char untrusted[200];   /* why it is not trusted */
    bool matches_host;     /* the leaf is valid for the host */
    bool matches_wildcard; /* and only through a wildcard name */
};

/* Read the file and describe it as of now. `host` is the name to match; "" means public_name.
 * ST_NOT_FOUND, ST_DENIED, ST_TOO_LARGE, ST_INVALID, ST_SYSTEM: it cannot be read. */
enum status cert_info_read(const char *certificate_path, const char *host, struct cert_info *ret,
                           struct err *err);

#endif
