/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/page.c -- what all browser pages share: head, style sheet, navigation, security
 * policy. */
#include "server/admin/page.h"

#include <string.h>

#include "server/admin/html.h"
#include "server/base/base64.h"
#include "server/base/digest.h"

void page_begin(struct buf *out, const char *title, int refresh_s, const char *url)
{
    buf_putz(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<meta name=\"robots\" content=\"noindex\">\n<title>");
    html_textz(out, title);
    buf_putz(out, "</title>\n<link rel=\"icon\" href=\"data:,\">\n");
    if (refresh_s > 0)
        buf_printf(out, "<meta http-equiv=\"refresh\" content=\"%d;url=%s\">\n", refresh_s, url);
    buf_printf(out, "<style>%s</style>\n</head>\n<body>\n", page_style);
}

static void put_nav_link(struct buf *out, const char *path, const char *label, const char *here)
{
    buf_printf(out, "<li><a href=\"%s\"%s>%s</a></li>", path,
               strcmp(path, here) == 0 ? " aria-current=\"page\"" : "", label);
}

void page_header(struct buf *out, const char *here, bool console)
{
    buf_putz(out, "<header class=\"top\"><p class=\"brand\">Clima Cast</p>"
                  "<nav aria-label=\"Pages\"><ul>");
    put_nav_link(out, "/", "Dashboard", here);
    if (console)
        put_nav_link(out, "/console", "Test console", here);
    put_nav_link(out, "/metrics", "Metrics", here);
    buf_putz(out, "</ul></nav></header>\n");
}

void page_end(struct buf *out, const char *script)
{
    buf_putz(out, "</main>\n");
    if (script)
        buf_printf(out, "<script>%s</script>\n", script);
    buf_putz(out, "</body>\n</html>\n");
}

/* The source expression 'sha256-...' of an inline element: the hash covers every byte between its
 * tags. */
static void put_hash_source(struct buf *out, const char *text)
{
    uint8_t hash[SHA256_BYTES];

    if (!text) {
        buf_putz(out, "'none'");
        return;
    }
    if (!digest_sha256(str_of(text), hash)) {
        buf_putz(out, "'none'"); /* out of memory: a page without style is better than none */
        return;
    }
    buf_putz(out, "'sha256-");
    base64_encode(out, hash, sizeof hash);
    buf_putc(out, '\'');
}

void page_policy(struct buf *out, const char *script)
{
    buf_putz(out, "default-src 'none'; style-src ");
    put_hash_source(out, page_style);
    buf_putz(out, "; script-src ");
    put_hash_source(out, script);
    buf_putz(out, "; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
}
