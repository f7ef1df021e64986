/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/amazon_host.c -- whatever an apiEndpoint says, a token goes to one of three hosts or
 * nowhere; and what may be sent as a token cannot end a header line. */
#include "intents/amazon/client.h"
#include "intents/amazon/host.h"

#include "tests/fuzz/laws.h"

/* All that is accepted, byte for byte. */
static const struct {
    const char *endpoint;
    enum amazon_host host;
} accepted[] = {
    { "https://api.amazonalexa.com", AMAZON_HOST_NORTH_AMERICA },
    { "https://api.amazonalexa.com/", AMAZON_HOST_NORTH_AMERICA },
    { "https://api.eu.amazonalexa.com", AMAZON_HOST_EUROPE },
    { "https://api.eu.amazonalexa.com/", AMAZON_HOST_EUROPE },
    { "https://api.fe.amazonalexa.com", AMAZON_HOST_FAR_EAST },
    { "https://api.fe.amazonalexa.com/", AMAZON_HOST_FAR_EAST },
};

static void check_endpoint(struct str endpoint)
{
    enum amazon_host host = AMAZON_HOSTS;
    bool found = amazon_host_of_endpoint(endpoint, &host), listed = false;

    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        if (endpoint.n != strlen(accepted[i].endpoint) ||
            memcmp(endpoint.p, accepted[i].endpoint, endpoint.n) != 0)
            continue;
        listed = true;
        LAW(found && host == accepted[i].host);
    }
    LAW(found == listed);
    LAW(found || host == AMAZON_HOSTS);
}

static void check_credential(struct str credential)
{
    bool clean = credential.n > 0 && credential.n <= AMAZON_CREDENTIAL_MAX;

    for (size_t i = 0; i < credential.n; i++)
        clean = clean && (unsigned char)credential.p[i] >= 0x20 && credential.p[i] != 0x7f;
    LAW(!amazon_may_send(credential) || clean);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };

    check_endpoint(text);
    check_credential(text);
    return 0;
}
