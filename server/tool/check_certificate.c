/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/check_certificate.c -- `climacast doctor`: our own certificate, as Alexa's client
 * will judge it. */
#include <stdio.h>
#include <string.h>

#include "certs/tls.h"
#include "server/base/clock.h"
#include "server/tool/check.h"

enum { DAY_S = 86400, DAYS_WARN = 20 };

static const char not_looked[] = "not looked at, for the certificate cannot be read";
static const char see_certificate[] = "see the line \"certificate\"";

void check_certificate(struct doctor_context *p, struct finding *f)
{
    const char *path = config_text(p->config, CONFIG_SERVER_CERTIFICATE);
    const char *key = config_text(p->config, CONFIG_SERVER_PRIVATE_KEY);
    struct tls *tls = NULL;
    struct err err = ERR_NONE;

    if (!*path || !*key) {
        finding_set(f, CHECK_FAIL, "set server.certificate and server.private_key",
                    "no certificate is configured");
        return;
    }
    p->certificate_read = appraise(path, p->host, &p->certificate, &err) == ST_OK;
    if (p->certificate_read && !p->host[0])
        (void)snprintf(p->host, sizeof p->host, "%s", p->certificate.public_name);
    if (p->certificate_read && tls_create(path, key, &tls, &err) == ST_OK)
        finding_set(f, CHECK_OK, NULL, "%s (%s) and its key belong together", path,
                    p->certificate.key);
    else if (err.status == ST_DENIED)
        finding_set(f, CHECK_FAIL, "let the daemon's user read it (the unit's LoadCredential does)",
                    "%s", err.text);
    else if (p->certificate_read && p->certificate.not_after < clock_wall_s())
        finding_set(f, CHECK_FAIL, "renew it (certbot renew), and see why that has not been done",
                    "%s", err.text);
    else
        finding_set(f, CHECK_FAIL, "correct server.certificate and server.private_key", "%s",
                    err.text);
    tls_free(tls);
}

void check_days_left(struct doctor_context *p, struct finding *f)
{
    int64_t left = p->certificate.not_after - clock_wall_s();
    int64_t days = left / DAY_S;

    if (!p->certificate_read)
        finding_set(f, CHECK_WARN, see_certificate, "%s", not_looked);
    else if (left <= 0)
        finding_set(f, CHECK_FAIL, "renew it (certbot renew)", "the certificate has expired");
    else if (days < DAYS_WARN)
        finding_set(f, CHECK_WARN, "renew it (certbot renew): that should go by itself",
                    "%lld days are left", (long long)days);
    else
        finding_set(f, CHECK_OK, NULL, "%lld days are left", (long long)days);
}

/* And which of the three kinds in the Alexa console ("SSL certificate type") this one is. */
void check_chain(struct doctor_context *p, struct finding *f)
{
    const struct appraisal *a = &p->certificate;

    if (!p->certificate_read)
        finding_set(f, CHECK_WARN, see_certificate, "%s", not_looked);
    else if (a->self_signed)
        finding_set(
            f, CHECK_WARN,
            "in the Alexa console choose \"I will upload a self-signed certificate in X.509 "
            "format\" (good for testing, not for a published skill)",
            "the certificate is self-signed");
    else if (!a->trusted)
        finding_set(f, p->host[0] ? CHECK_FAIL : CHECK_WARN,
                    a->count == 1
                        ? "put the issuer's certificate behind ours in server.certificate "
                          "(certbot: fullchain.pem)"
                        : "use a certificate of a public authority",
                    "the chain leads to no root that the system trusts: %s", a->untrusted);
    else if (a->names_by_a_star)
        finding_set(f, CHECK_OK, NULL,
                    "complete, by %s; in the Alexa console choose \"My development endpoint is a "
                    "sub-domain of a domain that has a wildcard certificate from a certificate "
                    "authority\"",
                    a->issuer);
    else
        finding_set(f, CHECK_OK, NULL,
                    "complete, by %s; in the Alexa console choose \"My development endpoint has a "
                    "certificate from a trusted certificate authority\"",
                    a->issuer);
}

void check_names(struct doctor_context *p, struct finding *f)
{
    const struct appraisal *a = &p->certificate;

    if (!p->certificate_read)
        finding_set(f, CHECK_WARN, see_certificate, "%s", not_looked);
    else if (!a->names[0])
        finding_set(f, CHECK_FAIL,
                    "get a certificate with a subjectAltName: the common name counts for "
                    "nothing",
                    "the certificate names no host");
    else if (!p->host[0])
        finding_set(f, CHECK_WARN, "for Alexa, get a certificate for the host's public name",
                    "the certificate is for %s: no name that Alexa could call", a->names);
    else if (!a->names_host)
        finding_set(f, CHECK_FAIL, "get a certificate for that name, or correct --host",
                    "the certificate is for %s, not for %s", a->names, p->host);
    else
        finding_set(f, CHECK_OK, NULL, "the certificate is for %s", p->host);
}
