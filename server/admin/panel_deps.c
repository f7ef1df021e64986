/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/panel_deps.c -- panels on what the daemon leans on: the weather service, its
 * certificate, the store, Redis. */
#include <stdio.h>

#include "server/admin/html.h"
#include "server/admin/panel.h"

enum { DAY_S = 86400, CERTIFICATE_DAYS = 90, WARN_DAYS = 14 };

/* ---- upstream ---- */

static void put_cell(struct buf *out, double n, const char *css_class)
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
    put_cell(out, u->well, "");
    put_cell(out, u->refused, "warn");
    put_cell(out, u->faults, "bad");
    buf_putz(out, "<td class=\"num\">");
    if (u->seconds > 0)
        html_duration(out, u->seconds);
    else
        buf_putz(out, "\xe2\x80\x93");
    buf_putz(out, "</td></tr>");
}

void panel_upstream(const struct dashboard_facts *f, struct buf *out)
{
    double well = 0, faults = 0;

    panel_begin(out, "upstream", "Upstream health",
                "answers of the weather service and geocoders by kind, since the start");
    if (f->upstream_count == 0) {
        panel_empty(out, "Nothing has been asked of them yet.");
        panel_end(out);
        return;
    }
    for (size_t i = 0; i < f->upstream_count; i++) {
        well += f->upstream[i].well + f->upstream[i].refused;
        faults += f->upstream[i].faults;
    }
    panel_rows_begin(out, "Share of sound answers", "Upstream", "Share");
    panel_row_begin(out, "Answered without a fault",
                    faults > 0.05 * (well + faults) ? "amber" : "teal", well, well + faults);
    panel_put_percent(out, well, well + faults);
    panel_row_end(out);
    panel_rows_end(out);
    buf_putz(out, "<div class=\"scroll\" tabindex=\"0\"><table><caption class=\"hide\">Upstream "
                  "answers by kind of document</caption><thead><tr><th scope=\"col\">Document</th>"
                  "<th scope=\"col\" class=\"num\">well</th><th scope=\"col\" class=\"num\">"
                  "refused</th><th scope=\"col\" class=\"num\">faults</th><th scope=\"col\" "
                  "class=\"num\">mean time</th></tr></thead><tbody>");
    for (size_t i = 0; i < f->upstream_count; i++)
        put_upstream(out, &f->upstream[i]);
    buf_putz(out, "</tbody></table></div><p class=\"soft\">Documents served stale: ");
    html_count(out, f->stale);
    buf_putz(out, ", not to be had: ");
    html_count(out, f->failed);
    buf_putz(out, ".</p>");
    panel_end(out);
}

/* ---- places kept warm ---- */

void panel_warm(const struct dashboard_facts *f, struct buf *out)
{
    panel_begin(out, "warm", "Places kept warm",
                "asked for in the background, so that nobody has to wait for them");
    if (f->warm_places <= 0) {
        panel_empty(out, "None yet: cache.warm_file names some, and those that are asked for most "
                         "are added.");
        panel_end(out);
        return;
    }
    buf_putz(out, "<p class=\"big\">");
    html_count(out, f->warm_places);
    buf_printf(out, " <small>%s</small></p><dl class=\"facts\">",
               f->warm_places > 1 ? "places" : "place");
    for (size_t i = 0; i < f->warmed_count; i++) {
        buf_putz(out, "<dt>");
        html_textz(out, f->warmed[i].name);
        buf_putz(out, "</dt><dd>");
        html_count(out, f->warmed[i].value);
        buf_putz(out, " times</dd>");
    }
    buf_putz(out, "</dl>");
    panel_end(out);
}

/* ---- the certificate ---- */

void panel_certificate(const struct dashboard_facts *f, struct buf *out)
{
    int64_t left = f->certificate_end - f->now, days = left > 0 ? left / DAY_S : 0;
    char end[32];

    panel_format_date(f->certificate_end, end);
    panel_begin(out, "certificate", "Certificate", "of the port that Alexa calls");
    buf_printf(out, "<p class=\"big%s\">%lld <small>%s left</small></p>",
               days < WARN_DAYS ? " bad" : "", (long long)days, days == 1 ? "day" : "days");
    svg_meter(out, days < WARN_DAYS ? "red" : "teal", (double)days, CERTIFICATE_DAYS);
    if (left <= 0)
        buf_putz(out, "<p class=\"bad\">It has expired: Alexa refuses to call.</p>");
    buf_putz(out, "<dl class=\"facts\"><dt>For</dt><dd>");
    html_textz(out, f->certificate_name);
    buf_printf(out, "</dd><dt>Ends</dt><dd>%s UTC</dd></dl>", end);
    panel_end(out);
}

/* ---- store and Redis ---- */

static void put_state(struct buf *out, bool well, const char *words)
{
    buf_printf(out, "<p class=\"word %s\">", well ? "good" : "bad");
    html_textz(out, words);
    buf_putz(out, "</p>");
}

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

void panel_store(const struct dashboard_facts *f, struct buf *out)
{
    bool well = f->store_answers && f->store.state == STORE_READY;

    panel_begin(out, "store", "Store", "users' settings and shared entries");
    put_state(out, well, well ? "Answers" : "Away");
    buf_putz(out, "<dl class=\"facts\"><dt>Backend</dt><dd>");
    html_textz(out, f->store.backend ? f->store.backend : "unknown");
    buf_putz(out, "</dd>");
    if (f->store_answers) {
        put_fact(out, "Items", (double)f->store.items, false);
        put_fact(out, "Size", (double)f->store.bytes, true);
    }
    buf_putz(out, "<dt>State</dt><dd>");
    html_textz(out, f->store_answers ? f->store.detail : f->store_why);
    buf_putz(out, "</dd></dl>");
    panel_end(out);
}

void panel_redis(const struct dashboard_facts *f, struct buf *out)
{
    panel_begin(out, "redis", "Redis", "what several instances share; never needed for an answer");
    if (!f->redis_configured) {
        panel_empty(out, "Not configured (redis.url).");
        panel_end(out);
        return;
    }
    put_state(out, f->redis_up && !f->redis_refuses_writes,
              !f->redis_up ? "Away" : (f->redis_refuses_writes ? "Takes no writes" : "Answers"));
    buf_putz(out, "<dl class=\"facts\">");
    put_fact(out, "Connections", f->redis_connections, false);
    put_fact(out, "Look-ups", f->tiers[1].hits + f->tiers[1].misses, false);
    buf_putz(out, "</dl>");
    if (!f->redis_up)
        buf_putz(out, "<p class=\"soft\">It is left alone and tried again in the background.</p>");
    panel_end(out);
}
