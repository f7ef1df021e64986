/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/html.c -- escapes text and formats numbers for HTML pages. */
#include "server/admin/html.h"

#include <math.h>
#include <stdio.h>

#define REPLACEMENT "\xef\xbf\xbd"

static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static bool is_control(unsigned char c)
{
    return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7f;
}

/* Is this multi-byte character invisible, or does it change where other text is shown? */
static bool is_hidden(struct str point)
{
    const unsigned char *p = (const unsigned char *)point.p;

    if (point.n == 2)
        return p[0] == 0xc2 && p[1] < 0xa0; /* U+0080-009F */
    if (point.n != 3)
        return false;
    if (p[0] == 0xef) /* U+FEFF */
        return p[1] == 0xbb && p[2] == 0xbf;
    if (p[0] != 0xe2)
        return false;
    if (p[1] == 0x80) /* U+200B-200F, U+2028-202E */
        return (p[2] >= 0x8b && p[2] <= 0x8f) || (p[2] >= 0xa8 && p[2] <= 0xae);
    return p[1] == 0x81 && p[2] >= 0xa0 && p[2] <= 0xa9; /* U+2060-2069 */
}

void html_text(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n;) {
        size_t step = str_utf8_step(str_sub(s, i, s.n));
        struct str point = str_sub(s, i, i + step);
        const char *entity = entity_of(s.p[i]);
        if (entity)
            buf_putz(out, entity);
        else if (step == 0 || is_control((unsigned char)s.p[i]) || is_hidden(point))
            buf_putz(out, REPLACEMENT);
        else
            buf_put(out, point);
        i += step ? step : 1;
    }
}

void html_textz(struct buf *out, const char *z)
{
    html_text(out, str_of(z));
}

void html_count(struct buf *out, double n)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%.0f", n > 0 && n < 1e18 ? n : 0);

    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            buf_putc(out, ',');
        buf_putc(out, digits[i]);
    }
}

void html_bytes(struct buf *out, double n)
{
    static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
    size_t unit = 0;

    if (!(n >= 1024)) {
        buf_printf(out, "%.0f B", n > 0 ? n : 0);
        return;
    }
    for (n /= 1024; n >= 1024 && unit < 3; unit++)
        n /= 1024;
    buf_printf(out, "%.1f %s", n, units[unit]);
}

void html_duration(struct buf *out, double seconds)
{
    double ms = seconds * 1000;

    if (ms < 9.95)
        buf_printf(out, "%.*f ms", ms < 0.995 ? 2 : 1, ms);
    else if (ms < 999.5)
        buf_printf(out, "%.0f ms", ms);
    else
        buf_printf(out, "%.1f s", seconds);
}

void html_age(struct buf *out, int64_t seconds)
{
    long long s = seconds > 0 ? (long long)seconds : 0;
    long long days = s / 86400, hours = s / 3600 % 24, minutes = s / 60 % 60;

    if (days > 0)
        buf_printf(out, "%lld %s %lld h", days, days == 1 ? "day" : "days", hours);
    else if (hours > 0)
        buf_printf(out, "%lld h %lld min", hours, minutes);
    else if (minutes > 0)
        buf_printf(out, "%lld min", minutes);
    else
        buf_printf(out, "%lld s", s);
}
