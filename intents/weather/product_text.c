/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/product_text.c -- segments and sections of text products. */
#include "intents/weather/product_text.h"

enum { ZONE_LENGTH = 6 }; /* "COZ039": state, kind, number */

static bool is_figure(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Takes the next line, without its end. */
static bool next_line(struct str *rest, struct str *ret_line)
{
    if (rest->n == 0)
        return false;
    (void)str_split(rest, '\n', ret_line);
    while (ret_line->n > 0 &&
           (ret_line->p[ret_line->n - 1] == '\r' || ret_line->p[ret_line->n - 1] == ' '))
        ret_line->n--;
    return true;
}

/* The text between two positions in the same buffer. */
static struct str between(const char *from, const char *to)
{
    return str_trim((struct str){ from, to > from ? (size_t)(to - from) : 0 });
}

/* ---- sections ---- */

/* ".SHORT TERM /TODAY/...Hot" -> "SHORT TERM", "Hot"; ".LONG TERM...(Friday)" -> "LONG TERM", "" */
static bool read_heading(struct str line, struct str *ret_name, struct str *ret_rest)
{
    size_t dots = str_find(line, STR("...")), end;

    if (line.n < 2 || line.p[0] != '.' || !(is_capital(line.p[1]) || is_figure(line.p[1])) ||
        dots == line.n)
        return false;
    for (end = 1; end < dots && line.p[end] != '('; end++)
        if (line.p[end] == '/' && line.p[end - 1] == ' ')
            break;
    *ret_name = str_trim(str_sub(line, 1, end));
    *ret_rest = str_trim(str_sub(line, dots + 3, line.n));
    if (str_starts(*ret_rest, STR("(")))
        *ret_rest = str_trim(str_sub(*ret_rest, str_index(*ret_rest, ')') + 1, ret_rest->n));
    return ret_name->n > 0;
}

size_t product_sections(struct str text, struct product_section ret[PRODUCT_SECTIONS_MAX])
{
    struct str rest = text, line, name, after;
    struct product_section *open = NULL;
    const char *begin = text.p;
    size_t count = 0;

    while (next_line(&rest, &line)) {
        bool heading = read_heading(line, &name, &after);
        if (open && (heading || str_eqz(line, "&&") || str_eqz(line, "$$"))) {
            open->text = between(begin, line.p);
            count += open->text.n > 0;
            open = NULL;
        }
        if (heading && count < PRODUCT_SECTIONS_MAX) {
            open = &ret[count];
            open->name = name;
            begin = after.n > 0 ? after.p : line.p + line.n;
        }
    }
    if (open) {
        open->text = between(begin, text.p + text.n);
        count += open->text.n > 0;
    }
    return count;
}

/* ---- segments ---- */

static bool is_figures(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_figure(s.p[i]))
            return false;
    return s.n > 0;
}

static bool starts_zones(struct str line)
{
    return line.n > ZONE_LENGTH && is_capital(line.p[0]) && is_capital(line.p[1]) &&
           (line.p[2] == 'C' || line.p[2] == 'Z') &&
           (is_figures(str_sub(line, 3, ZONE_LENGTH)) ||
            str_eqz(str_sub(line, 3, ZONE_LENGTH), "ALL")) &&
           (line.p[ZONE_LENGTH] == '-' || line.p[ZONE_LENGTH] == '>');
}

/* Three digits; -1 when it isn't that. */
static int zone_number(struct str s)
{
    if (s.n != 3 || !is_figures(s))
        return -1;
    return (s.p[0] - '0') * 100 + (s.p[1] - '0') * 10 + (s.p[2] - '0');
}

bool product_zones_have(struct str zones, struct str zone)
{
    struct str rest = zones, part, kind = STR_NONE;
    int number = zone.n == ZONE_LENGTH ? zone_number(str_sub(zone, 3, zone.n)) : -1;

    while (number >= 0 && rest.n > 0 && str_split(&rest, '-', &part)) {
        part = str_trim(part);
        if (part.n >= ZONE_LENGTH && is_capital(part.p[0])) {
            kind = str_sub(part, 0, 3);
            part = str_sub(part, 3, part.n);
        }
        if (!str_eq(kind, str_sub(zone, 0, 3)))
            continue;
        int first = zone_number(str_sub(part, 0, 3));
        int last = part.n == 7 && part.p[3] == '>' ? zone_number(str_sub(part, 4, 7)) : first;
        bool all = str_eqz(part, "ALL") || str_eqz(part, "000");
        if (all ||
            ((part.n == 3 || part.n == 7) && first >= 0 && first <= number && number <= last))
            return true;
    }
    return false;
}

/* The zones of a segment, which may take several lines: they end with a time of six digits. */
static struct str segment_zones(struct str segment)
{
    struct str rest = segment, line;
    const char *begin = NULL;

    while (next_line(&rest, &line)) {
        if (!begin && starts_zones(line))
            begin = line.p;
        if (begin && line.n >= 7 && line.p[line.n - 1] == '-' &&
            is_figures(str_sub(line, line.n - 7, line.n - 1)))
            return between(begin, line.p + line.n);
        if (begin && line.n == 0)
            return between(begin, line.p);
    }
    return begin ? between(begin, segment.p + segment.n) : STR_NONE;
}

/* Takes the next segment that has zones. */
static bool next_segment(struct str *rest, struct str *ret_segment, struct str *ret_zones)
{
    while (rest->n > 0) {
        const char *begin = rest->p, *end = begin;
        struct str line;

        while (next_line(rest, &line) && !str_eqz(line, "$$"))
            end = line.p + line.n;
        *ret_segment = between(begin, end);
        *ret_zones = segment_zones(*ret_segment);
        if (ret_zones->n > 0)
            return true;
    }
    return false;
}

bool product_segment(struct str text, struct str forecast_zone, struct str county_zone,
                     struct str *ret_segment)
{
    struct str rest = text, segment, zones;
    size_t count = 0;

    *ret_segment = text;
    while (next_segment(&rest, &segment, &zones)) {
        count++;
        if (!product_zones_have(zones, forecast_zone) && !product_zones_have(zones, county_zone))
            continue;
        *ret_segment = segment;
        return true;
    }
    return count < 2;
}
