/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/tls.c -- a pair is taken only when it is good, and a renewal in two steps goes
 * unnoticed. */
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
} world;

static X509 *site(enum pki_key key, int to_s, const char *san)
{
    return pki_issue((struct pki_spec){ .name = "site",
                                        .key = key,
                                        .issuer = world.middle,
                                        .signer = PKI_MIDDLE,
                                        .from_s = -10 * PKI_DAY,
                                        .to_s = to_s,
                                        .san = san });
}

static int world_make(void **state)
{
    (void)state;
    world.folder = pki_folder_make();
    pki_path(&world.folder, "site.pem", world.certificate);
    pki_path(&world.folder, "site.key", world.key);
    world.root = pki_issue((struct pki_spec){ .name = "Root", .key = PKI_ROOT, .basic = PKI_CA });
    world.middle = pki_issue((struct pki_spec){ .name = "Middle",
                                                .key = PKI_MIDDLE,
                                                .issuer = world.root,
                                                .signer = PKI_ROOT,
                                                .basic = PKI_CA });
    return 0;
}

static int world_unmake(void **state)
{
    static const char *const names[] = { "site.pem", "site.key", NULL };

    (void)state;
    X509_free(world.root);
    X509_free(world.middle);
    pki_folder_remove(&world.folder, names);
    return 0;
}

/* Write up to three certificates as the chain; the first is given up. */
static void write_chain(X509 *first, X509 *second, X509 *third)
{
    struct buf pem = BUF_INIT(1 << 16);

    pki_put(&pem, first, second, third, NULL);
    pki_write(&world.folder, "site.pem", buf_str(&pem));
    buf_free(&pem);
    X509_free(first);
}

static void write_key(enum pki_key key, const char *passphrase)
{
    struct buf pem = BUF_INIT(1 << 16);

    pki_put_key(&pem, key, passphrase);
    pki_write(&world.folder, "site.key", buf_str(&pem));
    buf_free(&pem);
}

static void write_good(enum pki_key key)
{
    write_chain(site(key, 30 * PKI_DAY, "DNS:skill.example.org"), world.middle, NULL);
    write_key(key, NULL);
}

static struct tls *make(void)
{
    struct tls *t = NULL;
    struct err err = ERR_NONE;

    if (tls_create(world.certificate, world.key, &t, &err) != ST_OK)
        fail_msg("%s", err.text);
    return t;
}

/* The fault that keeps the daemon from starting with these files. */
static const char *fault(void)
{
    static struct err err;
    struct tls *t = NULL;

    err = ERR_NONE;
    if (tls_create(world.certificate, world.key, &t, &err) == ST_OK) {
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

TEST(a_good_pair_is_given_out_as_it_was_read)
{
    static const enum pki_key kinds[] = { PKI_EC, PKI_LEAF };

    for (size_t i = 0; i < 2; i++) {
        struct buf key = BUF_INIT(1 << 16);
        write_good(kinds[i]);
        pki_put_key(&key, kinds[i], NULL);
        struct tls *t = make();
        const struct tls_pair *p = tls_current(t);
        CHECK_STR(p->key_pem, buf_z(&key));
        CHECK(strstr(p->certificate_pem, "BEGIN CERTIFICATE"));
        CHECK_STR(p->subject, "skill.example.org");
        CHECK_INT(p->serial, 1);
        CHECK_NEAR((double)(p->not_after - clock_wall_s()), 30.0 * PKI_DAY, 600.0);
        tls_free(t); /* the pair outlives it for who holds it */
        CHECK_STR(p->key_pem, buf_z(&key));
        tls_pair_release(p);
        buf_free(&key);
    }
}

TEST(a_pair_that_cannot_serve_is_refused_with_file_and_reason)
{
    write_key(PKI_EC, NULL);
    write_chain(site(PKI_LEAF, PKI_DAY, "DNS:x.org"), world.middle, NULL);
    check_fault(world.key, "is not the key of");
    write_chain(site(PKI_EC, -PKI_DAY, "DNS:x.org"), world.middle, NULL);
    check_fault(world.certificate, "expired");
    write_chain(pki_issue((struct pki_spec){
                    .name = "site", .key = PKI_EC, .from_s = PKI_DAY, .to_s = 2 * PKI_DAY }),
                NULL, NULL);
    check_fault(world.certificate, "not valid for another");

    X509 *leaf = site(PKI_EC, PKI_DAY, "DNS:x.org");
    CHECK_INT(X509_up_ref(world.middle), 1);
    write_chain(world.middle, leaf, NULL);
    check_fault(world.certificate, "it must be the first");
    write_chain(leaf, world.root, world.middle);
    check_fault(world.certificate, "is not signed by certificate 2");

    write_good(PKI_EC);
    write_key(PKI_EC, "secret");
    check_fault(world.key, "encrypted");
    pki_write(&world.folder, "site.key", STR(""));
    check_fault(world.key, "no private key");
    pki_write(&world.folder, "site.key", STR("-----BEGIN PRIVATE KEY-----\nAAAA\n"));
    check_fault(world.key, "no private key");
    pki_write(&world.folder, "site.key", STR("a\0b"));
    check_fault(world.key, "not a text file");
    CHECK_INT(unlink(world.key), 0);
    check_fault(world.key, "No such file");

    write_good(PKI_EC);
    CHECK_STR(fault(), "");
    pki_write(&world.folder, "site.pem", STR(""));
    check_fault(world.certificate, "no certificate");
    pki_write(&world.folder, "site.pem", STR("garbage"));
    check_fault(world.certificate, "no certificate");
    CHECK_INT(unlink(world.certificate), 0);
    check_fault(world.certificate, "No such file");
    CHECK_INT(mkdir(world.certificate, 0700), 0);
    check_fault(world.certificate, "not a regular file");
    CHECK_INT(rmdir(world.certificate), 0);

    struct buf big = BUF_INIT(1 << 20);
    while (big.n < 300 * 1024)
        buf_putz(&big, "0123456789abcdef\n");
    pki_write(&world.folder, "site.pem", buf_str(&big));
    check_fault(world.certificate, "larger than");
    buf_free(&big);
}

TEST(a_name_is_found_or_left_out)
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
        write_chain(site(PKI_EC, PKI_DAY, cases[i].san), world.middle, NULL);
        write_key(PKI_EC, NULL);
        struct tls *t = make();
        const struct tls_pair *p = tls_current(t);
        CHECK_STR(p->subject, cases[i].want);
        tls_pair_release(p);
        tls_free(t);
    }
}

TEST(key_and_certificate_may_be_replaced_one_after_the_other)
{
    write_good(PKI_EC);
    struct tls *t = make();
    const struct tls_pair *old = tls_current(t);
    struct err err = ERR_NONE;
    CHECK(!tls_changed(t));
    CHECK_INT(tls_reload(t, &err), ST_MISS);

    write_key(PKI_LEAF, NULL); /* the key comes first */
    CHECK(tls_changed(t));
    CHECK_INT(tls_reload(t, &err), ST_INVALID);
    CHECK(strstr(err.text, "is not the key of"));
    CHECK(!tls_changed(t)); /* seen, and known to be no good */
    const struct tls_pair *still = tls_current(t);
    CHECK(still == old);
    tls_pair_release(still);

    write_chain(site(PKI_LEAF, 90 * PKI_DAY, "DNS:renewed.example.org"), world.middle, NULL);
    CHECK(tls_changed(t));
    CHECK_INT(tls_reload(t, NULL), ST_OK);
    CHECK(!tls_changed(t));
    const struct tls_pair *fresh = tls_current(t);
    CHECK_STR(fresh->subject, "renewed.example.org");
    CHECK_INT(fresh->serial, 2);
    CHECK_STR(old->subject, "skill.example.org"); /* whoever holds the old one keeps it */
    tls_pair_release(old);
    tls_pair_release(fresh);
    tls_free(t);
}

TEST(a_file_that_vanishes_for_a_while_does_no_harm)
{
    write_good(PKI_EC);
    struct tls *t = make();
    CHECK_INT(unlink(world.key), 0);
    CHECK(tls_changed(t));
    CHECK_INT(tls_reload(t, NULL), ST_NOT_FOUND);
    CHECK(!tls_changed(t));
    write_key(PKI_EC, NULL);
    CHECK(tls_changed(t));
    CHECK_INT(tls_reload(t, NULL), ST_MISS); /* back as it was */
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
        bool sound = p->serial >= last && strstr(p->key_pem, "BEGIN PRIVATE KEY");
        last = p->serial;
        tls_pair_release(p);
        (void)tls_changed(me->tls);
        if (!sound)
            return NULL;
    }
    return data;
}

TEST(readers_never_meet_a_pair_half_swapped)
{
    struct buf certs[2] = { BUF_INIT(1 << 16), BUF_INIT(1 << 16) };
    atomic_bool stop = false;
    pthread_t threads[2];

    write_good(PKI_EC);
    for (int i = 0; i < 2; i++) {
        X509 *leaf = site(PKI_EC, (30 + i) * PKI_DAY, "DNS:x.org");
        pki_put(&certs[i], leaf, world.middle, NULL);
        X509_free(leaf);
    }
    struct reader reader = { make(), &stop };
    for (int i = 0; i < 2; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, read_pairs, &reader), 0);
    for (int i = 0; i < RELOADS; i++) {
        pki_write(&world.folder, "site.pem", buf_str(&certs[i % 2]));
        CHECK_INT(tls_reload(reader.tls, NULL), ST_OK);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++) {
        void *sound = NULL;
        CHECK_INT(pthread_join(threads[i], &sound), 0);
        CHECK(sound);
        buf_free(&certs[i]);
    }
    tls_free(reader.tls);
}

TESTS_WITH(world_make, world_unmake, a_good_pair_is_given_out_as_it_was_read,
           a_pair_that_cannot_serve_is_refused_with_file_and_reason, a_name_is_found_or_left_out,
           key_and_certificate_may_be_replaced_one_after_the_other,
           a_file_that_vanishes_for_a_while_does_no_harm, readers_never_meet_a_pair_half_swapped)
