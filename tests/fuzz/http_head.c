/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/http_head.c -- any bytes to the real listener, over TLS: well-formed responses
 * of known statuses and reasons, no more of them than requests, none of success to what is not
 * signed, one at most to what two servers may read differently, and the connection ends.
 *
 * Input: a byte, then what the client sends before it closes its side. By the byte's bits it goes
 * to a listener that verifies or to one that does not, and in how many pieces. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/listener/alexa_listener.h"
#include "server/request/reason.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/laws.h"
#include "tests/unit/certs/pki.h"
#include "tests/unit/intents/skill_world.h"

enum { REQUEST_BYTES_MAX = 2048, PATIENCE_MS = 8000, RESPONSES_MAX = 1 << 20 };

/* ---- the listeners ---- */

struct endpoint {
    int port;
    struct verify *verify;
    struct pipeline pipeline;
    struct alexa_listener *listener;
};

static struct {
    struct endpoint strict, open; /* the second does not verify */
    struct config *config;
    struct log *log;
    struct metrics *metrics;
    struct workers *workers;
    struct parking *parking;
    struct handshake *handshake;
    struct skill_world skill;
    gnutls_certificate_credentials_t credentials; /* of the client, which trusts anybody */
    gnutls_datum_t session;                       /* to be resumed: a handshake for half the time */
} world;

static int listen_anywhere(int *ret_port)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    LAW(fd >= 0 && bind(fd, (struct sockaddr *)&at, size) == 0 && listen(fd, 64) == 0);
    LAW(getsockname(fd, (struct sockaddr *)&at, &size) == 0);
    *ret_port = ntohs(at.sin_port);
    return fd;
}

static void start_endpoint(struct endpoint *e, bool verify)
{
    static const char *const skill_ids[] = { "skill-1", NULL };
    struct verify_settings settings = { .on = verify,
                                        .skill_ids = skill_ids,
                                        .tolerance_s = 150,
                                        .trust_anchors = "system",
                                        .connect_to = "127.0.0.1:1",
                                        .reject_replays = true };
    int fd = listen_anywhere(&e->port);
    struct alexa_listener_settings listener = { .path = "/alexa",
                                                .threads = 1,
                                                .max_connections = 50,
                                                .connection_timeout_s = 2,
                                                .max_request_bytes = REQUEST_BYTES_MAX,
                                                .max_pending_bytes = 1 << 20,
                                                .metrics = world.metrics,
                                                .fds = &fd,
                                                .fd_count = 1,
                                                .pipeline = &e->pipeline,
                                                .workers = world.workers,
                                                .parking = world.parking,
                                                .handshake = world.handshake,
                                                .log = world.log };

    LAW(verify_create(&settings, world.skill.w.http, world.metrics, &e->verify, NULL) == ST_OK);
    struct pipeline_settings pipeline = { .config = world.config,
                                          .skill = &world.skill.skill,
                                          .verify = e->verify,
                                          .metrics = world.metrics,
                                          .log = world.log };
    LAW(pipeline_init(&e->pipeline, &pipeline, NULL) == ST_OK);
    listener.verify = e->verify;
    LAW(alexa_listener_create(&listener, &e->listener, NULL) == ST_OK);
}

/* A certificate of our own, and what the client needs. */
static void start_tls(void)
{
    struct buf certificate = BUF_INIT(1 << 16), key = BUF_INIT(1 << 16);
    X509 *cert = pki_issue(
        (struct pki_spec){ .name = "here", .key = PKI_SERVER, .san = "DNS:here.example" });
    struct tls *tls;

    pki_put(&certificate, cert, NULL);
    pki_put_key(&key, PKI_SERVER, NULL);
    LAW(tls_create(input_file(0, buf_str(&certificate)), input_file(1, buf_str(&key)), &tls,
                   NULL) == ST_OK);
    LAW(handshake_create(tls, &world.handshake, NULL) == ST_OK);
    LAW(gnutls_certificate_allocate_credentials(&world.credentials) == 0);
    X509_free(cert);
    buf_free(&certificate);
    buf_free(&key);
}

static void start_world(void)
{
    struct config_sources none = { .file = NULL };

    if (world.config)
        return;
    LAW(config_load(&none, &world.config, NULL) == ST_OK);
    world.log = log_create(open("/dev/null", O_WRONLY | O_CLOEXEC), LOG_DEBUG, false);
    world.metrics = metrics_create();
    world.workers = workers_create(2, 8);
    world.parking = parking_create(world.workers, 8);
    skill_start(&world.skill);
    LAW(world.log && world.metrics && world.workers && world.parking);
    start_tls();
    start_endpoint(&world.strict, true);
    start_endpoint(&world.open, false);
}

/* ---- the client ---- */

/* From another address of 127.0.0.0/8 each time, so that none is treated as a frequent caller. The
 * address may still be in use from a run before. */
static int connect_to(int port)
{
    static uint32_t turn;
    struct sockaddr_in from = { .sin_family = AF_INET }, to = { .sin_family = AF_INET };

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons((uint16_t)port);
    for (int tries = 0; tries < 100; tries++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
        turn = turn == 0 ? (uint32_t)getpid() * 1000 : turn + 1;
        from.sin_addr.s_addr = htonl(0x7f000001U + turn % 0xfffffd);
        LAW(fd >= 0 && bind(fd, (struct sockaddr *)&from, sizeof from) == 0);
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
            return fd;
        (void)close(fd);
    }
    perror("connect");
    abort();
}

/* Version 1.2, because a session of it can be resumed as soon as the handshake is done. */
static gnutls_session_t shake_hands(int fd)
{
    gnutls_session_t session;

    LAW(gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL) == 0);
    LAW(gnutls_priority_set_direct(session, "NORMAL:-VERS-ALL:+VERS-TLS1.2", NULL) == 0);
    LAW(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, world.credentials) == 0);
    if (world.session.size > 0)
        LAW(gnutls_session_set_data(session, world.session.data, world.session.size) == 0);
    gnutls_transport_set_int(session, fd);
    gnutls_handshake_set_timeout(session, PATIENCE_MS);
    LAW(gnutls_handshake(session) == 0);
    if (world.session.size == 0)
        LAW(gnutls_session_get_data2(session, &world.session) == 0);
    return session;
}

/* Sends the bytes and reads until the listener closes. It may have closed before it read all. */
static void converse(int port, struct str bytes, size_t piece, struct buf *out)
{
    int fd = connect_to(port);
    gnutls_session_t session = shake_hands(fd);
    struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    while (bytes.n > 0) {
        struct str part = input_text(&bytes, piece);
        if (gnutls_record_send(session, part.p, part.n) != (ssize_t)part.n)
            break;
    }
    (void)gnutls_bye(session, GNUTLS_SHUT_WR);
    for (;;) {
        char *space = buf_reserve(out, 16384);
        ssize_t got = space ? gnutls_record_recv(session, space, 16384) : 0;
        LAW(space && got != GNUTLS_E_AGAIN); /* the listener has closed */
        if (got <= 0)
            break;
        buf_grew(out, (size_t)got);
    }
    gnutls_deinit(session);
    (void)close(fd);
}

/* ---- the responses ---- */

struct response {
    int64_t status, length;
    bool has_length, is_ours; /* JSON, not an error of libmicrohttpd itself */
    struct str body;
};

/* Takes one header line. */
static void read_header(struct response *r, struct str line)
{
    size_t colon = str_index(line, ':');
    struct str name = str_sub(line, 0, colon), value = str_trim(str_sub(line, colon + 1, line.n));

    LAW(colon > 0 && colon < line.n);
    for (size_t i = 0; i < line.n; i++)
        LAW((unsigned char)line.p[i] >= ' ' && line.p[i] != 0x7f);
    if (str_ieqz(name, "Content-Length")) {
        LAW(!r->has_length && str_to_i64(value, &r->length) && r->length >= 0);
        r->has_length = true;
    }
    if (str_ieqz(name, "Content-Type"))
        r->is_ours = str_eqz(value, "application/json;charset=UTF-8");
}

/* Takes the next response off the front of *in; false when its end is missing. */
static bool read_response(struct str *in, struct response *r)
{
    struct str line;
    size_t head = str_find(*in, STR("\r\n\r\n"));

    *r = (struct response){ .length = 0 };
    LAW(str_starts(*in, str_sub(STR("HTTP/1.1 "), 0, in->n)) ||
        str_starts(*in, str_sub(STR("HTTP/1.0 "), 0, in->n)));
    if (head == in->n)
        return false;
    struct str lines = str_sub(*in, 0, head + 2);
    LAW(str_split(&lines, '\n', &line) && str_to_i64(str_sub(line, 9, 12), &r->status));
    while (str_split(&lines, '\n', &line) && line.n > 0) {
        LAW(line.p[line.n - 1] == '\r');
        read_header(r, str_sub(line, 0, line.n - 1));
    }
    *in = str_sub(*in, head + 4, in->n);
    LAW(r->has_length || r->status == 100);
    if (in->n < (size_t)r->length)
        return false;
    r->body = input_text(in, (size_t)r->length);
    return true;
}

/* Statuses of requests that cannot be parsed. */
static bool is_parser_error(int64_t status)
{
    static const int64_t statuses[] = { 400, 413, 414, 431, 501, 505 };

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (status == statuses[i])
            return true;
    return false;
}

static void check_error(const struct response *r)
{
    json_t *root = NULL;
    char reason[60];

    LAW(json_parse(r->body, true, &root, NULL) == ST_OK && json_object_size(root) == 1);
    (void)snprintf(reason, sizeof reason, "%.*s", STR_ARG(json_str(root, "error")));
    LAW(reason_http_status(reason) == r->status ||
        ((strcmp(reason, "http_malformed") == 0 ||
          strcmp(reason, "proxy_header_unexpected") == 0) &&
         is_parser_error(r->status)));
    json_decref(root);
}

static void check_answer(const struct response *r)
{
    json_t *root = NULL;
    struct str ssml;

    LAW(json_parse(r->body, true, &root, NULL) == ST_OK);
    LAW(json_is_object(json_at(root, "response")));
    ssml = json_str(root, "response.outputSpeech.ssml");
    if (ssml.n > 0)
        law_ssml(ssml, 8000);
    json_decref(root);
}

static size_t count_of(struct str text, struct str word)
{
    size_t count = 0, at;

    while ((at = str_find(text, word)) < text.n) {
        text = str_sub(text, at + 1, text.n);
        count++;
    }
    return count;
}

/* Would two servers read this head differently? Its first line may be anything, and a NUL for a CR
 * is overlooked: libmicrohttpd writes one there itself. */
static bool is_ambiguous(struct str head)
{
    struct str line;
    int lengths = 0, encodings = 0;
    bool odd = false, first = true;

    while (str_split(&head, '\n', &line) && line.n > 0) {
        size_t colon = str_index(line, ':');
        struct str name = str_sub(line, 0, colon);
        struct str value = str_trim(str_sub(line, colon + 1, line.n));
        odd = odd || (line.p[line.n - 1] != '\r' && line.p[line.n - 1] != '\0');
        if (!first && line.n > 1) {
            odd = odd || memchr(line.p, '\0', line.n - 1) || colon == 0 || colon == line.n ||
                  str_index(name, ' ') < name.n || str_index(name, '\t') < name.n;
            lengths += str_ieqz(name, "Content-Length");
            encodings += str_ieqz(name, "Transfer-Encoding");
            odd = odd || (str_ieqz(name, "Transfer-Encoding") && !str_ieqz(value, "chunked"));
            odd = odd || (str_ieqz(name, "Content-Length") &&
                          (value.n == 0 || strspn(value.p, "0123456789") < value.n));
        }
        first = false;
    }
    return odd || lengths + encodings > 1;
}

static void check_responses(struct str sent, struct str received, bool verifies)
{
    size_t requests = 1 + count_of(sent, STR("\n\n")) + count_of(sent, STR("\n\r\n"));
    size_t head = str_find(sent, STR("\r\n\r\n"));
    bool ambiguous =
        head > 0 && head < sent.n && sent.p[0] >= 'A' && is_ambiguous(str_sub(sent, 0, head + 2));
    struct response r;
    size_t count = 0;

    while (received.n > 0 && read_response(&received, &r)) {
        if (r.status == 100)
            continue;
        count++;
        LAW(r.status != 200 || !(verifies || ambiguous));
        if (r.status == 200)
            check_answer(&r);
        else if (r.is_ours)
            check_error(&r);
        else
            LAW(is_parser_error(r.status));
    }
    LAW(count <= (ambiguous ? 1 : requests));
}

/* Nothing is left of a connection that has ended. */
static void check_idle(const struct endpoint *e)
{
    int64_t deadline = clock_mono_ms() + PATIENCE_MS;
    struct alexa_listener_stats stats;

    do {
        stats = alexa_listener_stats(e->listener);
        LAW(clock_left_ms(deadline) > 0);
    } while (stats.connections > 0 || stats.running > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = { (const char *)data, size };
    unsigned mode = input_byte(&in);
    const struct endpoint *e = mode & 1 ? &world.open : &world.strict;
    size_t piece = mode & 2 ? 1 + mode / 4 : in.n + 1;
    struct buf out = BUF_INIT(RESPONSES_MAX);

    start_world();
    converse(e->port, in, piece, &out);
    check_responses(in, buf_str(&out), e == &world.strict);
    check_idle(e);
    buf_free(&out);
    return 0;
}
