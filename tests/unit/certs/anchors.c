/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/anchors.c -- where the trusted roots come from. */
#include "tests/unit/certs/chain_case.h"

TEST(unreadable_anchors_are_reported_with_their_path)
{
    struct pki_folder folder = pki_folder_make();
    char path[300];
    struct anchors *a = NULL;
    struct err err = ERR_NONE;
    struct buf pem = BUF_INIT(1 << 16);

    CHECK_INT(anchors_open(pki_path(&folder, "none.pem", path), &a, &err), ST_INVALID);
    CHECK(strstr(err.text, path));
    CHECK_INT(anchors_open(folder.path, &a, NULL), ST_INVALID);
    pki_write(&folder, "empty.pem", STR(""));
    err = ERR_NONE;
    CHECK_INT(anchors_open(pki_path(&folder, "empty.pem", path), &a, &err), ST_INVALID);
    CHECK(strstr(err.text, path));
    pki_write(&folder, "garbage.pem", STR("certificates, they said\n"));
    CHECK_INT(anchors_open(pki_path(&folder, "garbage.pem", path), &a, NULL), ST_INVALID);

    pki_put(&pem, root2, root, NULL);
    pki_write(&folder, "good.pem", buf_str(&pem));
    CHECK_INT(anchors_open(pki_path(&folder, "good.pem", path), &a, NULL), ST_OK);
    struct anchors *saved = anchors;
    anchors = a;
    CHECK_STR(verdict(leaf, middle, NULL, NULL), "");
    anchors = saved;
    anchors_free(a);
    buf_free(&pem);
    static const char *const names[] = { "empty.pem", "garbage.pem", "good.pem", NULL };
    pki_folder_remove(&folder, names);
}

TEST(system_roots_are_reread_for_each_validation)
{
    struct pki_folder folder = pki_folder_make();
    char path[300];
    struct anchors *saved = anchors, *system = NULL;
    struct buf pem = BUF_INIT(1 << 16);

    /* a file named by the environment replaces the system's roots */
    pki_put(&pem, root2, NULL);
    pki_write(&folder, "roots.pem", buf_str(&pem));
    CHECK_INT(setenv("SSL_CERT_FILE", pki_path(&folder, "roots.pem", path), 1), 0);
    CHECK_INT(anchors_open("system", &system, NULL), ST_OK);
    anchors = system;
    CHECK_STR(verdict(leaf, middle, root, NULL), "certificate_untrusted");
    /* a root added later is trusted from the next validation on */
    pki_put(&pem, root, NULL);
    pki_write(&folder, "roots.pem", buf_str(&pem));
    CHECK_STR(verdict(leaf, middle, NULL, NULL), "");
    anchors_free(system);
    anchors = saved;
    CHECK_INT(unsetenv("SSL_CERT_FILE"), 0);
    buf_free(&pem);
    static const char *const names[] = { "roots.pem", NULL };
    pki_folder_remove(&folder, names);
}

TESTS_WITH(chain_case_set_up, chain_case_tear_down, unreadable_anchors_are_reported_with_their_path,
           system_roots_are_reread_for_each_validation)
