/* SPDX-License-Identifier: Apache-2.0 */
/* intents/amazon/host.h -- which of Amazon's hosts may be called. Pure.
 *
 * A request names the host of its user's region as context.System.apiEndpoint, and a token for it.
 * The name only selects one of the hosts below: no text from outside becomes part of a URL's host,
 * so the token cannot go elsewhere. */
#ifndef CLIMACAST_INTENTS_AMAZON_HOST_H
#define CLIMACAST_INTENTS_AMAZON_HOST_H

#include <stdbool.h>

#include "server/base/str.h"

enum amazon_host {
    AMAZON_HOST_NORTH_AMERICA, /* api.amazonalexa.com */
    AMAZON_HOST_EUROPE,        /* api.eu.amazonalexa.com */
    AMAZON_HOST_FAR_EAST,      /* api.fe.amazonalexa.com */
    AMAZON_HOST_LOGIN,         /* api.amazon.com: tokens of the skill's own; never an apiEndpoint */
    AMAZON_HOSTS
};

const char *amazon_host_name(enum amazon_host host); /* "api.amazonalexa.com" */
/* The region with exactly that name, without scheme; false for any other text. */
bool amazon_host_find(struct str name, enum amazon_host *ret_host);
/* The region that an apiEndpoint names: exactly "https://" and the name, perhaps followed by one
 * slash. False for anything else: upper case, a port, user info, a path. */
bool amazon_host_of_endpoint(struct str endpoint, enum amazon_host *ret_host);

#endif
