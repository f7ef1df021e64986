/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/chain_pem.c -- no input is accepted as a certificate chain.
 *
 * The anchor is new in each run and its key signs nothing, so every bundle must be refused. */
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "certs/chain.h"
#include "tests/unit/certs/pki.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct anchors *anchors_for_run(void)
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

    PKI_CHECK(chain_validate(pem, anchors_for_run(), 1700000000, &chain, &err) == ST_UNTRUSTED);
    PKI_CHECK(!chain && strncmp(err.reason, "certificate_", 12) == 0);
    return 0;
}
