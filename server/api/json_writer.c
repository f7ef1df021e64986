/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/json_writer.c -- writes JSON. */
#include "server/api/json_writer.h"

#include <stdio.h>
#include <string.h>

#include "server/base/civil.h"
#include "server/base/json.h"

static void begin_value(struct json_writer *w, const char *name)
{
    if (w->comma)
        buf_putc(w->out, ',');
    w->comma = true;
    if (name)
        buf_printf(w->out, "\"%s\":", name);
}

void json_writer_open(struct json_writer *w, const char *name, char bracket)
{
    begin_value(w, name);
    buf_putc(w->out, bracket);
    w->comma = false;
}

void json_writer_close(struct json_writer *w, char bracket)
{
    buf_putc(w->out, bracket);
    w->comma = true;
}

void json_writer_text(struct json_writer *w, const char *name, struct str value)
{
    begin_value(w, name);
    json_put_string(w->out, value);
}

void json_writer_truth(struct json_writer *w, const char *name, bool value)
{
    begin_value(w, name);
    buf_putz(w->out, value ? "true" : "false");
}

void json_writer_int(struct json_writer *w, const char *name, int64_t value)
{
    begin_value(w, name);
    buf_printf(w->out, "%lld", (long long)value);
}

/* Without zeros at the end. */
static void put_number(struct buf *out, double value, int decimals)
{
    char text[64];
    size_t n;

    (void)snprintf(text, sizeof text, "%.*f", decimals, value);
    n = strlen(text);
    if (strchr(text, '.')) {
        while (text[n - 1] == '0')
            n--;
        n -= text[n - 1] == '.';
    }
    buf_put(out, n == 2 && memcmp(text, "-0", 2) == 0 ? STR("0") : (struct str){ text, n });
}

void json_writer_number(struct json_writer *w, const char *name, double value, int decimals)
{
    begin_value(w, name);
    put_number(w->out, value, decimals);
}

void json_writer_figure(struct json_writer *w, const char *name, double value, int decimals,
                        const char *unit)
{
    json_writer_open(w, name, '{');
    json_writer_number(w, "value", value, decimals);
    json_writer_text(w, "unit", str_of(unit));
    json_writer_close(w, '}');
}

void json_writer_time(struct json_writer *w, const char *name, const struct zone *zone, int64_t t)
{
    struct civil c = civil_of(zone, t);
    int minutes = (c.offset_s < 0 ? -c.offset_s : c.offset_s) / 60;

    begin_value(w, name);
    buf_printf(w->out, "\"%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d\"", c.year, c.month, c.day,
               c.hour, c.minute, c.second, c.offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void json_writer_date(struct json_writer *w, const char *name, const struct zone *zone, int64_t t)
{
    struct civil c = civil_of(zone, t);

    begin_value(w, name);
    buf_printf(w->out, "\"%04d-%02d-%02d\"", c.year, c.month, c.day);
}

void json_writer_raw(struct json_writer *w, const char *name, struct str json)
{
    begin_value(w, name);
    buf_put(w->out, json);
}
