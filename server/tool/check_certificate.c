/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/check_certificate.c -- `climacast doctor`: the daemon's certificate, as Alexa's
 * client will validate it. */
#include <stdio.h>
#include <string.h>

#include "certs/renewal.h"
#include "certs/tls.h"
#include "server/base/clock.h"
#include "server/tool/check.h"

static const char skipped[] = "skipped: certificate unreadable";
static const char see_certificate[] = "see \"certificate\"";

/* With server.tls = no there is none to check. */
static bool is_plain(const struct doctor_context *ctx, struct finding *f)
{
    if (config_bool(ctx->config, CONFIG_SERVER_TLS))
        return false;
    finding_set(f, CHECK_OK, NULL,
                "not applicable: server.tls = no, the certificate is the proxy's");
    return true;
}

/* Of what is wrong with it for Alexa, nothing is for a proxy. */
static bool is_for_proxy(struct doctor_context *ctx, struct finding *f)
{
    if (!check_is_for_proxy(ctx))
        return false;
    finding_set(f, CHECK_OK, NULL,
                "not applicable: server.certificate is seen by a proxy only, which shows Alexa its "
                "own%s",
                ctx->public_tried && ctx->public_ours ? "; that one is valid" : "");
    return true;
}

void check_certificate(struct doctor_context *ctx, struct finding *f)
{
    const char *path = config_text(ctx->config, CONFIG_SERVER_CERTIFICATE);
    const char *key = config_text(ctx->config, CONFIG_SERVER_PRIVATE_KEY);
    struct tls *tls = NULL;
    struct err err = ERR_NONE;

    if (is_plain(ctx, f))
        return;
    if (!*path || !*key) {
        finding_set(f, CHECK_FAIL, "set server.certificate and server.private_key",
                    "no certificate is configured");
        return;
    }
    ctx->certificate_read = cert_info_read(path, ctx->host, &ctx->certificate, &err) == ST_OK;
    if (ctx->certificate_read && !ctx->host[0])
        (void)snprintf(ctx->host, sizeof ctx->host, "%s", ctx->certificate.public_name);
    if (ctx->certificate_read && tls_create(path, key, &tls, &err) == ST_OK)
        finding_set(f, CHECK_OK, NULL, "%s (%s) matches its private key", path,
                    ctx->certificate.key);
    else if (err.status == ST_DENIED)
        finding_set(f, CHECK_FAIL,
                    "make it readable by the daemon's user (as the unit's LoadCredential does)",
                    "%s", err.text);
    else if (ctx->certificate_read && ctx->certificate.not_after < clock_wall_s())
        finding_set(f, CHECK_FAIL, "renew it (certbot renew) and check why auto-renewal failed",
                    "%s", err.text);
    else
        finding_set(f, CHECK_FAIL, "correct server.certificate and server.private_key", "%s",
                    err.text);
    tls_free(tls);
}

void check_days_left(struct doctor_context *ctx, struct finding *f)
{
    const struct cert_info *c = &ctx->certificate;
    int64_t now = clock_wall_s();
    char left[RENEWAL_TEXT_BYTES], lifetime[RENEWAL_TEXT_BYTES];

    if (is_plain(ctx, f))
        return;
    renewal_format_left(c->not_after - now, left);
    renewal_format_left(c->not_after - c->not_before, lifetime);
    if (!ctx->certificate_read)
        finding_set(f, CHECK_WARN, see_certificate, "%s", skipped);
    else if (c->not_after <= now)
        finding_set(f, CHECK_FAIL, "renew it (certbot renew)", "the certificate has expired");
    else if (renewal_is_overdue(c->not_before, c->not_after, now))
        finding_set(f, CHECK_WARN, "renew it (certbot renew) and check why auto-renewal failed",
                    "%s left of %s", left, lifetime);
    else
        finding_set(f, CHECK_OK, NULL, "%s left of %s", left, lifetime);
}

/* Also tells which "SSL certificate type" to choose in the Alexa console. */
void check_chain(struct doctor_context *ctx, struct finding *f)
{
    const struct cert_info *a = &ctx->certificate;

    if (is_plain(ctx, f))
        return;
    if (!ctx->certificate_read)
        finding_set(f, CHECK_WARN, see_certificate, "%s", skipped);
    else if ((a->self_signed || !a->trusted) && is_for_proxy(ctx, f))
        return;
    else if (a->self_signed)
        finding_set(
            f, CHECK_WARN,
            "behind a proxy, run doctor --host NAME; else, in the Alexa console, choose \"I will "
            "upload a self-signed certificate in X.509 format\" (for testing only, not for a "
            "published skill)",
            "the certificate is self-signed");
    else if (!a->trusted)
        finding_set(f, ctx->host[0] ? CHECK_FAIL : CHECK_WARN,
                    a->count == 1 ? "append the issuer's certificate to server.certificate "
                                    "(certbot: fullchain.pem)"
                                  : "use a certificate from a public authority",
                    "the chain does not lead to a root in the system's trust store: %s",
                    a->untrusted);
    else if (a->matches_wildcard)
        finding_set(
            f, CHECK_OK, NULL,
            "complete, issued by %s; in the Alexa console, choose \"My development endpoint is a "
            "sub-domain of a domain that has a wildcard certificate from a certificate "
            "authority\"",
            a->issuer);
    else
        finding_set(
            f, CHECK_OK, NULL,
            "complete, issued by %s; in the Alexa console, choose \"My development endpoint has a "
            "certificate from a trusted certificate authority\"",
            a->issuer);
}

void check_names(struct doctor_context *ctx, struct finding *f)
{
    const struct cert_info *a = &ctx->certificate;

    if (is_plain(ctx, f))
        return;
    if (!ctx->certificate_read)
        finding_set(f, CHECK_WARN, see_certificate, "%s", skipped);
    else if ((!a->names[0] || !ctx->host[0] || !a->matches_host) && is_for_proxy(ctx, f))
        return;
    else if (!a->names[0])
        finding_set(f, CHECK_FAIL,
                    "get a certificate with a subjectAltName; clients ignore the common name",
                    "the certificate names no host");
    else if (!ctx->host[0])
        finding_set(f, CHECK_WARN, "get a certificate for the endpoint's public name",
                    "the certificate is for %s, which Alexa cannot reach", a->names);
    else if (!a->matches_host)
        finding_set(f, CHECK_FAIL, "get a certificate for that name, or correct --host",
                    "the certificate is for %s, not for %s", a->names, ctx->host);
    else
        finding_set(f, CHECK_OK, NULL, "the certificate is for %s", ctx->host);
}
