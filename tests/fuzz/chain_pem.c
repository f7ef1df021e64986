/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/chain_pem.c -- whatever the host sends in place of a chain, it is judged and never
 * believed.
 *
 * The anchor is made anew for each run and its key is in no bundle, so nothing may be taken. */
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "certs/chain.h"
#include "tests/unit/certs/pki.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct anchors *anchors_of_this_run(void)
{
    static struct anchors *anchors;

    if (!anchors) {
        struct buf pem = BUF_INIT(1 << 16);
        X509 *root =
            pki_issue((struct pki_spec){ .name = "Root", .key = PKI_ROOT, .basic = PKI_CA });
        pki_put(&pem, root, NULL);
        PKI_CHECK(anchors_parse(buf_str(&pem), "fuzz", &anchors, NULL) == ST_OK);
        X509_free(root);
        buf_free(&pem);
    }
    return anchors;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str pem = { (const char *)data, size };
    struct chain *chain = NULL;
    struct err err = ERR_NONE;

    PKI_CHECK(chain_validate(pem, anchors_of_this_run(), 1700000000, &chain, &err) == ST_UNTRUSTED);
    PKI_CHECK(!chain && strncmp(err.reason, "certificate_", 12) == 0);
    return 0;
}
