/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/tls.c -- only a usable pair is accepted, also when it is renewed in two
 * steps. */
#include "certs/tls.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "tests/test.h"
#include "tests/unit/certs/pki.h"

static struct {
    struct pki_folder folder;
    char certificate[300], key[300];
    X509 *root, *middle;
} fixture;

static X509 *site(enum pki_key key, int to_s, const char *san)
{
    return pki_issue((struct pki_spec){ .name = "site",
                                        .key = key,
                                        .issuer = fixture.middle,
                                        .signer = PKI_MIDDLE,
                                        .from_s = -10 * PKI_DAY,
                                        .to_s = to_s,
                                        .san = san });
}

static int set_up(void **state)
{
    (void)state;
    fixture.folder = pki_folder_make();
    pki_path(&fixture.folder, "site.pem", fixture.certificate);
    pki_path(&fixture.folder, "site.key", fixture.key);
    fixture.root = pki_root();
    fixture.middle = pki_middle(fixture.root);
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = { "site.pem", "site.key", NULL };

    (void)state;
    X509_free(fixture.root);
    X509_free(fixture.middle);
    pki_folder_remove(&fixture.folder, names);
    return 0;
}

/* Write up to three certificates as the chain, and free the first. */
static void write_chain(X509 *first, X509 *second, X509 *third)
{
    struct buf pem = BUF_INIT(1 << 16);

    pki_put(&pem, first, second, third, NULL);
    pki_write(&fixture.folder, "site.pem", buf_str(&pem));
    buf_free(&pem);
    X509_free(first);
}

static void write_key(enum pki_key key, const char *passphrase)
{
    struct buf pem = BUF_INIT(1 << 16);

    pki_put_key(&pem, key, passphrase);
    pki_write(&fixture.folder, "site.key", buf_str(&pem));
    buf_free(&pem);
}

static void write_good(enum pki_key key)
{
    write_chain(site(key, 30 * PKI_DAY, "DNS:skill.example.org"), fixture.middle, NULL);
    write_key(key, NULL);
}

static struct tls *create_tls(void)
{
    struct tls *t = NULL;
    struct err err = ERR_NONE;

    if (tls_create(fixture.certificate, fixture.key, &t, &err) != ST_OK)
        fail_msg("%s", err.text);
    return t;
}

/* Why the daemon would not start with these files; "" when it would. */
static const char *fault(void)
{
    static struct err err;
    struct tls *t = NULL;

    err = ERR_NONE;
    if (tls_create(fixture.certificate, fixture.key, &t, &err) == ST_OK) {
        tls_free(t);
        return "";
    }
    return err.text;
}

static void check_fault(const char *file, const char *words)
{
    const char *text = fault();

    if (!strstr(text, file) || !strstr(text, words))
        fail_msg("\"%s\" does not name %s and \"%s\"", text, file, words);
}

TEST(a_good_pair_is_returned_as_read)
{
    static const enum pki_key kinds[] = { PKI_EC, PKI_LEAF };

    for (size_t i = 0; i < 2; i++) {
        struct buf key = BUF_INIT(1 << 16);
        write_good(kinds[i]);
        pki_put_key(&key, kinds[i], NULL);
        struct tls *t = create_tls();
        const struct tls_pair *p = tls_current(t);
        CHECK_STR(p->key_pem, buf_z(&key));
        CHECK(strstr(p->certificate_pem, "BEGIN CERTIFICATE"));
        CHECK_STR(p->subject, "skill.example.org");
        CHECK_INT(p->serial, 1);
        CHECK_NEAR((double)(p->not_after - clock_wall_s()), 30.0 * PKI_DAY, 600.0);
        tls_free(t); /* the pair outlives it as long as it is held */
        CHECK_STR(p->key_pem, buf_z(&key));
        tls_pair_release(p);
        buf_free(&key);
    }
}

TEST(an_unusable_pair_is_refused_with_file_and_reason)
{
    write_key(PKI_EC, NULL);
    write_chain(site(PKI_LEAF, PKI_DAY, "DNS:x.org"), fixture.middle, NULL);
    check_fault(fixture.key, "is not the key of");
    write_chain(site(PKI_EC, -PKI_DAY, "DNS:x.org"), fixture.middle, NULL);
    check_fault(fixture.certificate, "expired");
    write_chain(pki_issue((struct pki_spec){
                    .name = "site", .key = PKI_EC, .from_s = PKI_DAY, .to_s = 2 * PKI_DAY }),
                NULL, NULL);
    check_fault(fixture.certificate, "not valid for another");

    X509 *leaf = site(PKI_EC, PKI_DAY, "DNS:x.org");
    CHECK_INT(X509_up_ref(fixture.middle), 1);
    write_chain(fixture.middle, leaf, NULL);
    check_fault(fixture.certificate, "it must be the first");
    write_chain(leaf, fixture.root, fixture.middle);
    check_fault(fixture.certificate, "is not signed by certificate 2");

    write_good(PKI_EC);
    write_key(PKI_EC, "secret");
    check_fault(fixture.key, "encrypted");
    pki_write(&fixture.folder, "site.key", STR(""));
    check_fault(fixture.key, "no readable private key");
    pki_write(&fixture.folder, "site.key", STR("-----BEGIN PRIVATE KEY-----\nAAAA\n"));
    check_fault(fixture.key, "no readable private key");
    pki_write(&fixture.folder, "site.key", STR("a\0b"));
    check_fault(fixture.key, "not a text file");
    CHECK_INT(unlink(fixture.key), 0);
    check_fault(fixture.key, "No such file");

    write_good(PKI_EC);
    CHECK_STR(fault(), "");
    pki_write(&fixture.folder, "site.pem", STR(""));
    check_fault(fixture.certificate, "no certificate");
    pki_write(&fixture.folder, "site.pem", STR("garbage"));
    check_fault(fixture.certificate, "no certificate");
    CHECK_INT(unlink(fixture.certificate), 0);
    check_fault(fixture.certificate, "No such file");
    CHECK_INT(mkdir(fixture.certificate, 0700), 0);
    check_fault(fixture.certificate, "not a regular file");
    CHECK_INT(rmdir(fixture.certificate), 0);

    struct buf big = BUF_INIT(1 << 20);
    while (big.n < 300 * 1024)
        buf_putz(&big, "0123456789abcdef\n");
    pki_write(&fixture.folder, "site.pem", buf_str(&big));
    check_fault(fixture.certificate, "larger than");
    buf_free(&big);
}

TEST(the_subject_is_the_first_dns_name_if_any)
{
    static const struct {
        const char *san, *want;
    } cases[] = {
        { "DNS:a.example.org,DNS:b.example.org", "a.example.org" },
        { "IP:127.0.0.1,DNS:localhost", "localhost" },
        { "IP:127.0.0.1", "" },
        { NULL, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_chain(site(PKI_EC, PKI_DAY, cases[i].san), fixture.middle, NULL);
        write_key(PKI_EC, NULL);
        struct tls *t = create_tls();
        const struct tls_pair *p = tls_current(t);
        CHECK_STR(p->subject, cases[i].want);
        tls_pair_release(p);
        tls_free(t);
    }
}

TEST(key_and_certificate_may_be_replaced_one_after_the_other)
{
    write_good(PKI_EC);
    struct tls *t = create_tls();
    const struct tls_pair *old = tls_current(t);
    struct err err = ERR_NONE;
    CHECK(!tls_changed(t));
    CHECK_INT(tls_reload(t, &err), ST_MISS);

    write_key(PKI_LEAF, NULL); /* the key is replaced first */
    CHECK(tls_changed(t));
    CHECK_INT(tls_reload(t, &err), ST_INVALID);
    CHECK(strstr(err.text, "is not the key of"));
    CHECK(!tls_changed(t)); /* already seen, and refused */
    const struct tls_pair *still = tls_current(t);
    CHECK(still == old);
    tls_pair_release(still);

    write_chain(site(PKI_LEAF, 90 * PKI_DAY, "DNS:renewed.example.org"), fixture.middle, NULL);
    CHECK(tls_changed(t));
    CHECK_INT(tls_reload(t, NULL), ST_OK);
    CHECK(!tls_changed(t));
    const struct tls_pair *fresh = tls_current(t);
    CHECK_STR(fresh->subject, "renewed.example.org");
    CHECK_INT(fresh->serial, 2);
    CHECK_STR(old->subject, "skill.example.org"); /* the old pair stays valid while it is held */
    tls_pair_release(old);
    tls_pair_release(fresh);
    tls_free(t);
}

TEST(a_file_that_is_briefly_missing_changes_nothing)
{
    write_good(PKI_EC);
    struct tls *t = create_tls();
    CHECK_INT(unlink(fixture.key), 0);
    CHECK(tls_changed(t));
    CHECK_INT(tls_reload(t, NULL), ST_NOT_FOUND);
    CHECK(!tls_changed(t));
    write_key(PKI_EC, NULL);
    CHECK(tls_changed(t));
    CHECK_INT(tls_reload(t, NULL), ST_MISS); /* the same as before */
    CHECK(!tls_changed(t));
    tls_free(t);
}

enum { RELOADS = 200 };

struct reader {
    struct tls *tls;
    atomic_bool *stop;
};

static void *read_pairs(void *data)
{
    const struct reader *me = data;
    uint64_t last = 0;

    while (!atomic_load(me->stop)) {
        const struct tls_pair *p = tls_current(me->tls);
        bool valid = p->serial >= last && strstr(p->key_pem, "BEGIN PRIVATE KEY");
        last = p->serial;
        tls_pair_release(p);
        (void)tls_changed(me->tls);
        if (!valid)
            return NULL;
    }
    return data;
}

TEST(readers_never_see_a_half_swapped_pair)
{
    struct buf certs[2] = { BUF_INIT(1 << 16), BUF_INIT(1 << 16) };
    atomic_bool stop = false;
    pthread_t threads[2];

    write_good(PKI_EC);
    for (int i = 0; i < 2; i++) {
        X509 *leaf = site(PKI_EC, (30 + i) * PKI_DAY, "DNS:x.org");
        pki_put(&certs[i], leaf, fixture.middle, NULL);
        X509_free(leaf);
    }
    struct reader reader = { create_tls(), &stop };
    for (int i = 0; i < 2; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, read_pairs, &reader), 0);
    for (int i = 0; i < RELOADS; i++) {
        pki_write(&fixture.folder, "site.pem", buf_str(&certs[i % 2]));
        CHECK_INT(tls_reload(reader.tls, NULL), ST_OK);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++) {
        void *valid = NULL;
        CHECK_INT(pthread_join(threads[i], &valid), 0);
        CHECK(valid);
        buf_free(&certs[i]);
    }
    tls_free(reader.tls);
}

TESTS_WITH(set_up, tear_down, a_good_pair_is_returned_as_read,
           an_unusable_pair_is_refused_with_file_and_reason,
           the_subject_is_the_first_dns_name_if_any,
           key_and_certificate_may_be_replaced_one_after_the_other,
           a_file_that_is_briefly_missing_changes_nothing, readers_never_see_a_half_swapped_pair)
