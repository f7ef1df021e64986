/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/certificate_life.c -- warnings about the server's certificate follow its lifetime: one
 * that lives six days is quiet until renewal is late, in the log, in doctor, on the page and in the
 * metrics. */
#include <stdlib.h>

#include "tests/e2e/harness.h"
#include "tests/e2e/harness/tool.h"
#include "tests/test.h"
#include "tests/unit/certs/pki.h"

enum { HOUR = 3600 };

static const struct life {
    int from_s, to_s;
    bool warn;
    const char *left; /* as doctor says it */
} lives[] = {
    { -HOUR, 159 * HOUR + 600, false, "6 days 15 hours left of 6 days 16 hours" },
    { -100 * HOUR, 60 * HOUR + 600, false, "2 days 12 hours left of" },
    { -120 * HOUR, 40 * HOUR + 600, true, "40 hours left of" },
    { -58 * PKI_DAY, 32 * PKI_DAY + 600, false, "32 days left of 90 days" },
    { -65 * PKI_DAY, 25 * PKI_DAY + 600, true, "25 days left of 90 days" },
};
enum { LIVES = sizeof lives / sizeof lives[0] };

static struct world w;
static char chain_set[500], key_set[500];

static void write_certificate(const struct life *life)
{
    X509 *leaf = pki_issue((struct pki_spec){ .name = "localhost",
                                              .key = PKI_EC,
                                              .from_s = life->from_s,
                                              .to_s = life->to_s,
                                              .san = "DNS:localhost" });
    struct buf pem = BUF_INIT(1 << 16), secret = BUF_INIT(1 << 16);

    pki_put(&pem, leaf, NULL);
    pki_put_key(&secret, PKI_EC, NULL);
    scratch_write(&scratch, "six.pem", buf_z(&pem));
    scratch_write(&scratch, "six.key", buf_z(&secret));
    buf_free(&pem);
    buf_free(&secret);
    X509_free(leaf);
}

static void check_log(const struct life *life)
{
    char *log = world_log(&w);
    const char *line = strstr(log, " warning certificate_expires_soon ");

    if (!line != !life->warn)
        fail_msg("%s: %s", life->left, log);
    CHECK(!line || strstr(line, "left="));
    free(log);
}

static void check_page(const struct life *life)
{
    struct client_response a = client_admin_get(&w, "/");
    const char *at = strstr(a.body, "id=\"certificate\"");

    CHECK(at);
    if (!strstr(at, "Renewal is late") != !life->warn)
        fail_msg("%s: %.600s", life->left, at);
    client_response_done(&a);
    CHECK_NEAR(client_metric(&w, "climacast_certificate_end_timestamp_seconds") -
                   client_metric(&w, "climacast_certificate_start_timestamp_seconds"),
               life->to_s - life->from_s, 5);
}

static void check_doctor(const struct life *life)
{
    char line[1400];
    const char *at;

    (void)snprintf(line, sizeof line,
                   "--set %s --set %s --set weather.base_url=http://127.0.0.1:1 --set "
                   "alexa.certificate_connect_to=127.0.0.1:1 --set persistence.backend=memory "
                   "--set server.listen=127.0.0.1:1 --set admin.listen= doctor --host localhost:1",
                   chain_set, key_set);
    tool_run(&scratch, line);
    at = strstr(scratch.out, life->warn ? "warn days-left: " : "ok   days-left: ");
    if (!at || !strstr(at, life->left))
        fail_msg("%s: %s", life->left, scratch.out);
}

TEST(warnings_follow_the_lifetime_of_the_certificate)
{
    scratch_create(&scratch);
    (void)snprintf(chain_set, sizeof chain_set, "server.certificate=%s/six.pem", scratch.dir);
    (void)snprintf(key_set, sizeof key_set, "server.private_key=%s/six.key", scratch.dir);
    for (size_t i = 0; i < LIVES; i++) {
        w = (struct world){ .sets = { chain_set, key_set } };
        write_certificate(&lives[i]);
        world_start(&w);
        check_log(&lives[i]);
        check_page(&lives[i]);
        check_doctor(&lives[i]);
        world_stop(&w);
    }
    scratch_remove(&scratch);
}

TESTS(warnings_follow_the_lifetime_of_the_certificate)
