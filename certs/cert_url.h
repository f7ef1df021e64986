/* SPDX-License-Identifier: Apache-2.0 */
/* certs/cert_url.h -- may this SignatureCertChainUrl be asked? SPEC 3.1 step 1. Pure.
 *
 * One function both judges and normalises, and what it wrote is what gets fetched and what the
 * cache is keyed by: there is no second reading of the text that could see another host or path. */
#ifndef CLIMACAST_CERTS_CERT_URL_H
#define CLIMACAST_CERTS_CERT_URL_H

#include "server/base/err.h"
#include "server/base/str.h"

enum { CERT_URL_MAX = 2000 };

/* The normalised URL: "https://s3.amazonaws.com/echo.api/...", printable ASCII, NUL behind it. */
struct cert_url {
    char text[CERT_URL_MAX + 1];
};

/* ST_OK, or ST_DENIED with reason certificate_url_invalid; *ret_url is untouched then. */
enum status cert_url_normalize(struct str raw, struct cert_url *ret_url, struct err *err);

#endif
