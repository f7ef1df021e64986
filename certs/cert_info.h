/* SPDX-License-Identifier: Apache-2.0 */
/* certs/cert_info.h -- what our own certificate file looks like to those who call us: its names,
 * its key, its dates, and whether the chain in it leads to a root that the system trusts.
 *
 * certs/tls.h says whether a pair can serve at all; this is for the owner's check-up. */
#ifndef CLIMACAST_CERTS_CERT_INFO_H
#define CLIMACAST_CERTS_CERT_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"

struct appraisal {
    char names[300];       /* DNS names of the leaf: "skill.example.org, *.example.org"; or "" */
    char public_name[256]; /* the first that Alexa could call: no wildcard, not localhost; or "" */
    char key[24];          /* "EC P-256", "RSA 2048" */
    char issuer[160];      /* of the leaf */
    int64_t not_before, not_after;
    int count; /* certificates in the file */
    bool self_signed;
    bool trusted;         /* what is in the file leads from the leaf to a root of the system */
    char untrusted[200];  /* why not */
    bool names_host;      /* the leaf is for the host asked about */
    bool names_by_a_star; /* and only by a wildcard */
};

/* Read the file and look at it as of now. `host` may be "": then nothing is said of it.
 * ST_NOT_FOUND, ST_DENIED, ST_TOO_LARGE, ST_INVALID, ST_SYSTEM: it cannot be read. */
enum status appraise(const char *certificate_path, const char *host, struct appraisal *ret,
                     struct err *err);

#endif
