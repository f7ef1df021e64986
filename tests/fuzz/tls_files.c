/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/tls_files.c -- any bytes as the files of our own certificate and key: refused with a
 * reason that names the file, or a pair that belongs together; and a bad pair never replaces a good
 * one.
 *
 * Input: for each file up to PIECES_MAX pieces, a byte for each: one of the PEM texts made here, or
 * raw bytes (a length, and the bytes), or a change of what has been put so far. A zero byte ends a
 * file. */
#include "certs/tls.h"

#include "server/listener/handshake.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/laws.h"
#include "tests/unit/certs/pki.h"

enum { PIECES_MAX = 12, FILE_MAX = 300 * 1024 };

/* The texts that pieces are made of. */
enum text {
    TEXT_LEAF,
    TEXT_MIDDLE,
    TEXT_ROOT,
    TEXT_KEY, /* of the leaf */
    TEXT_OTHER_LEAF,
    TEXT_OTHER_KEY,
    TEXT_SEALED_KEY,
    TEXT_EXPIRED,
    TEXT_FUTURE,
    TEXT_RSA_LEAF,
    TEXT_RSA_KEY,
    TEXT_EMPTY_BLOCK,
    TEXT_CRL,
    TEXTS
};

static struct buf texts[TEXTS];

static void put_leaf(enum text which, struct pki_spec spec)
{
    X509 *cert = pki_issue(spec);

    pki_put(&texts[which], cert, NULL);
    X509_free(cert);
}

static void make_texts(void)
{
    X509 *root, *middle;

    if (texts[0].n > 0)
        return;
    for (size_t i = 0; i < TEXTS; i++)
        texts[i] = BUF_INIT(1 << 16);
    root = pki_issue((struct pki_spec){ .name = "Root", .key = PKI_ROOT, .basic = PKI_CA });
    middle = pki_issue((struct pki_spec){
        .name = "Middle", .key = PKI_MIDDLE, .issuer = root, .signer = PKI_ROOT, .basic = PKI_CA });
    struct pki_spec leaf = { .name = "here",
                             .key = PKI_SERVER,
                             .issuer = middle,
                             .signer = PKI_MIDDLE,
                             .san = "DNS:here.example" };
    pki_put(&texts[TEXT_ROOT], root, NULL);
    pki_put(&texts[TEXT_MIDDLE], middle, NULL);
    put_leaf(TEXT_LEAF, leaf);
    leaf.key = PKI_EC;
    put_leaf(TEXT_OTHER_LEAF, leaf);
    leaf.key = PKI_LEAF;
    put_leaf(TEXT_RSA_LEAF, leaf);
    leaf.key = PKI_SERVER;
    leaf.from_s = -2 * PKI_DAY;
    leaf.to_s = -PKI_DAY;
    put_leaf(TEXT_EXPIRED, leaf);
    leaf.from_s = PKI_DAY;
    leaf.to_s = 2 * PKI_DAY;
    put_leaf(TEXT_FUTURE, leaf);
    pki_put_key(&texts[TEXT_KEY], PKI_SERVER, NULL);
    pki_put_key(&texts[TEXT_OTHER_KEY], PKI_EC, NULL);
    pki_put_key(&texts[TEXT_SEALED_KEY], PKI_SERVER, "word");
    pki_put_key(&texts[TEXT_RSA_KEY], PKI_LEAF, NULL);
    buf_putz(&texts[TEXT_EMPTY_BLOCK], "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
    buf_putz(&texts[TEXT_CRL], "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
    X509_free(root);
    X509_free(middle);
}

/* Changes what has been put: cuts it, flips a bit, or turns its line ends into CR LF. */
static void change_file(struct buf *out, struct str *in, unsigned how)
{
    size_t at = (input_byte(in) * 256U + input_byte(in)) % (out->n + 1);
    struct buf copy = BUF_INIT(FILE_MAX);

    if (how % 3 == 0) {
        buf_truncate(out, at);
    } else if (how % 3 == 1 && at < out->n) {
        out->p[at] = (char)(out->p[at] ^ (1 << how % 8));
    } else {
        for (size_t i = 0; i < out->n; i++) {
            if (out->p[i] == '\n')
                buf_putc(&copy, '\r');
            buf_putc(&copy, out->p[i]);
        }
        buf_reset(out);
        buf_put(out, buf_str(&copy));
    }
    buf_free(&copy);
}

static void make_file(struct buf *out, struct str *in)
{
    for (unsigned i = 0; i < PIECES_MAX; i++) {
        unsigned piece = input_byte(in);
        if (piece == 0)
            return;
        if (piece <= TEXTS)
            buf_put(out, buf_str(&texts[piece - 1]));
        else if (piece < 128)
            buf_put(out, input_text(in, input_byte(in)));
        else
            change_file(out, in, piece);
    }
}

/* A served pair is what the files hold, and the other TLS library can use it as well. */
static void check_pair(struct tls *tls, struct str certificate, struct str key)
{
    const struct tls_pair *pair = tls_current(tls);
    struct handshake *handshake = NULL;
    struct err err = ERR_NONE;
    X509 *leaf;
    EVP_PKEY *private_key;
    BIO *from;

    LAW(str_eqz(certificate, pair->certificate_pem) && str_eqz(key, pair->key_pem));
    LAW(pair->not_after > clock_wall_s() && str_is_utf8(str_of(pair->subject)));
    from = BIO_new_mem_buf(pair->certificate_pem, -1);
    leaf = PEM_read_bio_X509(from, NULL, NULL, NULL);
    BIO_free(from);
    from = BIO_new_mem_buf(pair->key_pem, -1);
    private_key = PEM_read_bio_PrivateKey(from, NULL, NULL, NULL);
    BIO_free(from);
    LAW(leaf && private_key && X509_check_private_key(leaf, private_key) == 1);
    X509_free(leaf);
    EVP_PKEY_free(private_key);
    if (handshake_create(tls, &handshake, &err) != ST_OK)
        LAW(err.status == ST_INVALID && strstr(err.text, "GnuTLS"));
    handshake_free(handshake);
    tls_pair_release(pair);
}

/* A reload of these files over a good pair. */
static void check_reload(const char *certificate_path, const char *key_path, struct str certificate,
                         struct str key)
{
    struct tls *tls = NULL;
    struct err err = ERR_NONE;
    const struct tls_pair *pair;
    enum status st;

    (void)input_file(0, buf_str(&texts[TEXT_LEAF]));
    (void)input_file(1, buf_str(&texts[TEXT_KEY]));
    LAW(tls_create(certificate_path, key_path, &tls, &err) == ST_OK);
    (void)input_file(0, certificate);
    (void)input_file(1, key);
    st = tls_reload(tls, &err);
    LAW(st == ST_OK || st == ST_MISS || (st == ST_INVALID && err.text[0]));
    pair = tls_current(tls);
    LAW(pair->serial == (st == ST_OK ? 2 : 1));
    LAW(str_eqz(st == ST_OK ? certificate : buf_str(&texts[TEXT_LEAF]), pair->certificate_pem));
    tls_pair_release(pair);
    tls_free(tls);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = { (const char *)data, size };
    struct buf certificate = BUF_INIT(FILE_MAX), key = BUF_INIT(FILE_MAX);
    const char *certificate_path, *key_path;
    struct tls *tls = NULL;
    struct err err = ERR_NONE;

    make_texts();
    make_file(&certificate, &in);
    make_file(&key, &in);
    certificate_path = input_file(0, buf_str(&certificate));
    key_path = input_file(1, buf_str(&key));
    if (tls_create(certificate_path, key_path, &tls, &err) == ST_OK)
        check_pair(tls, buf_str(&certificate), buf_str(&key));
    else
        LAW(!tls && err.status == ST_INVALID && strstr(err.text, input_folder()));
    tls_free(tls);
    check_reload(certificate_path, key_path, buf_str(&certificate), buf_str(&key));
    buf_free(&certificate);
    buf_free(&key);
    return 0;
}
