/* SPDX-License-Identifier: Apache-2.0 */
/* certs/cert_url.h -- checks and normalizes SignatureCertChainUrl. Pure.
 *
 * Amazon's rule: scheme https, host s3.amazonaws.com, path below /echo.api/, port 443 if any.
 *
 * One function both checks and normalizes, and its output is what gets fetched and what the cache
 * is keyed by, so no second reading of the text can see another host or path. */
#ifndef CLIMACAST_CERTS_CERT_URL_H
#define CLIMACAST_CERTS_CERT_URL_H

#include "server/base/err.h"
#include "server/base/str.h"

enum { CERT_URL_MAX = 2000 };

/* The normalized URL "https://s3.amazonaws.com/echo.api/...", printable ASCII. */
struct cert_url {
    char text[CERT_URL_MAX + 1];
};

/* ST_OK, or ST_DENIED with certificate_url_invalid and *ret_url untouched. */
enum status cert_url_normalize(struct str raw, struct cert_url *ret_url, struct err *err);

#endif
