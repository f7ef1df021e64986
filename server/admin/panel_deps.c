/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel_deps.c -- panels of what the daemon depends on: upstream services,
 * circuit breakers, its certificate, the store, Redis. */
#include <stdio.h>

#include "certs/renewal.h"
#include "server/admin/html.h"
#include "server/admin/panel.h"
#include "server/admin/svg.h"

/* ---- upstream services ---- */

static void put_upstream_count(struct buf *out, double n, const char *css_class)
{
    buf_printf(out, "<td class=\"num %s\">", n > 0 ? css_class : "");
    html_count(out, n);
    buf_putz(out, "</td>");
}

static void put_upstream(struct buf *out, const struct dashboard_upstream *u)
{
    buf_putz(out, "<tr><th scope=\"row\">");
    html_textz(out, u->name);
    buf_putz(out, "</th>");
    put_upstream_count(out, u->ok, "");
    put_upstream_count(out, u->client_errors, "warn");
    put_upstream_count(out, u->failures, "bad");
    buf_putz(out, "<td class=\"num\">");
    if (u->seconds > 0)
        html_duration(out, u->seconds);
    else
        buf_putz(out, PANEL_NO_VALUE);
    buf_putz(out, "</td></tr>");
}

static void put_upstream_table(const struct dashboard_data *d, struct buf *out)
{
    buf_putz(out, "<div class=\"scroll\" tabindex=\"0\"><table><caption class=\"hide\">Upstream "
                  "responses by document type</caption><thead><tr><th scope=\"col\">Document</th>"
                  "<th scope=\"col\" class=\"num\">OK</th><th scope=\"col\" class=\"num\">"
                  "4xx</th><th scope=\"col\" class=\"num\">Failed</th><th scope=\"col\" "
                  "class=\"num\">Mean time</th></tr></thead><tbody>");
    for (size_t i = 0; i < d->upstream_count; i++)
        put_upstream(out, &d->upstream[i]);
    buf_putz(out, "</tbody></table></div>");
}

void panel_upstream(const struct dashboard_data *d, struct buf *out)
{
    double ok = 0, failures = 0;
    char summary[32];

    for (size_t i = 0; i < d->upstream_count; i++) {
        ok += d->upstream[i].ok + d->upstream[i].client_errors;
        failures += d->upstream[i].failures;
    }
    panel_format_percent(ok, ok + failures, summary);
    panel_begin(d, out,
                &(struct panel_head){ .id = "upstream",
                                      .title = "Upstream services",
                                      .note = "Responses of the National Weather Service and "
                                              "geocoders since startup",
                                      .summary = d->upstream_count ? summary : "no calls yet" });
    if (d->upstream_count == 0) {
        panel_empty(out, "No upstream requests yet.");
        panel_end(out);
        return;
    }
    panel_rows_begin(out, "Availability", "Upstream", "Share");
    panel_row_begin(out, "Available", failures > 0.05 * (ok + failures) ? "amber" : "teal", ok,
                    ok + failures);
    panel_put_percent(out, ok, ok + failures);
    panel_row_end(out);
    panel_rows_end(out);
    put_upstream_table(d, out);
    buf_putz(out, "<p class=\"soft\">Documents served stale: ");
    html_count(out, d->stale);
    buf_putz(out, "; unavailable: ");
    html_count(out, d->failed);
    buf_putz(out, ".</p>");
    panel_end(out);
}

/* ---- circuit breakers ---- */

static void put_breaker(struct buf *out, const struct dashboard_breaker *b)
{
    buf_putz(out, "<tr><th scope=\"row\">");
    html_textz(out, b->name);
    buf_printf(out, "</th><td class=\"%s\">%s</td><td class=\"num\">", b->closed ? "" : "bad",
               b->closed ? "closed" : "open");
    html_count(out, b->opened);
    buf_putz(out, "</td><td class=\"num\">");
    html_count(out, b->rejected);
    buf_putz(out, "</td></tr>");
}

void panel_breakers(const struct dashboard_data *d, struct buf *out)
{
    size_t open = 0;
    char summary[32] = "all closed";

    for (size_t i = 0; i < d->breaker_count; i++)
        open += !d->breakers[i].closed;
    if (open > 0)
        (void)snprintf(summary, sizeof summary, "%zu open", open);
    panel_begin(d, out,
                &(struct panel_head){ .id = "breakers",
                                      .title = "Circuit breakers",
                                      .note = "Open: calls are skipped until a probe succeeds",
                                      .summary = summary,
                                      .summary_class = open > 0 ? "bad" : "good" });
    if (d->breaker_count == 0) {
        panel_empty(out, "None has opened since startup.");
        panel_end(out);
        return;
    }
    buf_putz(out, "<div class=\"scroll\" tabindex=\"0\"><table><caption class=\"hide\">Circuit "
                  "breakers that have opened since startup</caption><thead><tr><th scope=\"col\">"
                  "Breaker</th><th scope=\"col\">State</th><th scope=\"col\" class=\"num\">Opened"
                  "</th><th scope=\"col\" class=\"num\">Calls not made</th></tr></thead><tbody>");
    for (size_t i = 0; i < d->breaker_count; i++)
        put_breaker(out, &d->breakers[i]);
    buf_putz(out, "</tbody></table></div>");
    panel_end(out);
}

/* ---- cache warming ---- */

void panel_warm(const struct dashboard_data *d, struct buf *out)
{
    char count[32], summary[50];

    panel_format_count(d->warm_places, count);
    (void)snprintf(summary, sizeof summary, "%s place%s", count, d->warm_places == 1 ? "" : "s");
    panel_begin(d, out,
                &(struct panel_head){ .id = "warm",
                                      .title = "Cache warming",
                                      .note = "Places refreshed in the background",
                                      .summary = summary });
    if (d->warm_places <= 0) {
        panel_empty(out, "No places yet. List places in cache.warm_file; the most requested ones "
                         "are added automatically.");
        panel_end(out);
        return;
    }
    buf_putz(out, "<p class=\"big\">");
    html_count(out, d->warm_places);
    buf_printf(out, " <small>%s</small></p><dl class=\"facts\">",
               d->warm_places > 1 ? "places" : "place");
    for (size_t i = 0; i < d->warmed_count; i++) {
        buf_putz(out, "<dt>");
        html_textz(out, d->warmed[i].name);
        buf_putz(out, "</dt><dd>");
        html_count(out, d->warmed[i].value);
        buf_putz(out, d->warmed[i].value > 1 ? " times</dd>" : " time</dd>");
    }
    buf_putz(out, "</dl>");
    panel_end(out);
}

/* ---- certificate ---- */

static void put_no_certificate(const struct dashboard_data *d, struct buf *out)
{
    panel_begin(d, out,
                &(struct panel_head){ .id = "certificate",
                                      .title = "Certificate",
                                      .note = "TLS certificate that Alexa connects to",
                                      .summary = "the proxy's" });
    buf_putz(out, "<p>The daemon speaks plain HTTP; the certificate is the proxy's.</p>");
    panel_end(out);
}

void panel_certificate(const struct dashboard_data *d, struct buf *out)
{
    int64_t left = d->certificate_end - d->now,
            lifetime = d->certificate_end - d->certificate_start;
    bool overdue = renewal_is_overdue(d->certificate_start, d->certificate_end, d->now);
    char text[RENEWAL_TEXT_BYTES], summary[RENEWAL_TEXT_BYTES + 8];

    if (d->certificate_end == 0) {
        put_no_certificate(d, out);
        return;
    }
    renewal_format_left(left, text);
    (void)snprintf(summary, sizeof summary, left > 0 ? "%s left" : "expired", text);
    panel_begin(d, out,
                &(struct panel_head){ .id = "certificate",
                                      .title = "Certificate",
                                      .note = "TLS certificate that Alexa connects to",
                                      .summary = summary,
                                      .summary_class = overdue ? "bad" : "" });
    svg_meter(out, overdue ? "red" : "teal", (double)left, (double)lifetime);
    if (left <= 0)
        buf_putz(out, "<p class=\"bad\">Expired: Alexa will not connect.</p>");
    else if (overdue)
        buf_putz(out, "<p class=\"bad\">Renewal is late: run certbot renew, and check why "
                      "auto-renewal failed.</p>");
    buf_putz(out, "<dl class=\"facts\"><dt>Subject</dt><dd>");
    html_textz(out, d->certificate_name);
    buf_putz(out, "</dd><dt>Expires</dt><dd>");
    panel_put_date(d, d->certificate_end, out);
    buf_putz(out, "</dd></dl>");
    panel_end(out);
}

/* ---- store and Redis ---- */

static void put_fact(struct buf *out, const char *name, double n, bool bytes)
{
    if (n < 0)
        return;
    buf_printf(out, "<dt>%s</dt><dd>", name);
    if (bytes)
        html_bytes(out, n);
    else
        html_count(out, n);
    buf_putz(out, "</dd>");
}

void panel_store(const struct dashboard_data *d, struct buf *out)
{
    bool healthy = d->store_available && d->store.state == STORE_READY;

    panel_begin(d, out,
                &(struct panel_head){ .id = "store",
                                      .title = "Store",
                                      .note = "User settings and shared entries",
                                      .summary = healthy ? "Available" : "Unavailable",
                                      .summary_class = healthy ? "good" : "bad" });
    buf_putz(out, "<dl class=\"facts\"><dt>Backend</dt><dd>");
    html_textz(out, d->store.backend ? d->store.backend : "unknown");
    buf_putz(out, "</dd>");
    if (d->store_available) {
        put_fact(out, "Items", (double)d->store.items, false);
        put_fact(out, "Size", (double)d->store.bytes, true);
    }
    buf_putz(out, "<dt>Status</dt><dd>");
    html_textz(out, d->store_available ? d->store.detail : d->store_error);
    buf_putz(out, "</dd></dl>");
    panel_end(out);
}

static const char *redis_health(const struct dashboard_data *d)
{
    if (!d->redis_configured)
        return "Not configured";
    if (!d->redis_up)
        return "Unavailable";
    return d->redis_read_only ? "Read-only" : "Available";
}

void panel_redis(const struct dashboard_data *d, struct buf *out)
{
    bool healthy = d->redis_up && !d->redis_read_only;

    panel_begin(d, out,
                &(struct panel_head){ .id = "redis",
                                      .title = "Redis",
                                      .note = "Optional cache shared by several instances",
                                      .summary = redis_health(d),
                                      .summary_class = !d->redis_configured ? ""
                                                       : healthy            ? "good"
                                                                            : "bad" });
    if (!d->redis_configured) {
        panel_empty(out, "Set redis.url to use one.");
        panel_end(out);
        return;
    }
    buf_putz(out, "<dl class=\"facts\">");
    put_fact(out, "Connections", d->redis_connections, false);
    put_fact(out, "Lookups", d->tiers[1].hits + d->tiers[1].misses, false);
    buf_putz(out, "</dl>");
    if (!d->redis_up)
        buf_putz(out, "<p class=\"soft\">Not used until it responds again; reconnecting in the "
                      "background.</p>");
    panel_end(out);
}
