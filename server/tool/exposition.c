/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/exposition.c -- rescans the text for each query: it has a few hundred lines, and
 * there are few queries. */
#include "server/tool/exposition.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 16 * 1024 * 1024, LABELS_MAX = 8 };

struct exposition {
    struct buf text;
};

struct label {
    struct str name, value; /* the value still has its escapes */
};

struct series {
    struct str name;
    struct label labels[LABELS_MAX];
    size_t count;
    double value;
};

enum status exposition_parse(struct str text, struct exposition **ret, struct err *err)
{
    struct exposition *e = calloc(1, sizeof *e);

    if (e) {
        e->text = BUF_INIT(TEXT_MAX);
        buf_put(&e->text, text);
    }
    if (!e || e->text.failed) {
        exposition_free(e);
        return err_no_memory(err);
    }
    *ret = e;
    return ST_OK;
}

void exposition_free(struct exposition *e)
{
    if (!e)
        return;
    buf_free(&e->text);
    free(e);
}

/* Parse name="value" and an optional comma off the front of *rest. */
static bool parse_label(struct str *rest, struct label *ret)
{
    size_t equals = str_index(*rest, '='), end;

    if (equals + 1 >= rest->n || rest->p[equals + 1] != '"')
        return false;
    for (end = equals + 2; end < rest->n && rest->p[end] != '"'; end++)
        if (rest->p[end] == '\\')
            end++;
    if (end >= rest->n)
        return false;
    *ret = (struct label){ str_sub(*rest, 0, equals), str_sub(*rest, equals + 2, end) };
    end++;
    if (end < rest->n && rest->p[end] == ',')
        end++;
    *rest = str_sub(*rest, end, rest->n);
    return true;
}

/* Parse "name{labels} value". */
static bool parse_series(struct str line, struct series *s)
{
    size_t brace = str_index(line, '{'), blank = str_index(line, ' ');

    *s = (struct series){ .name = str_sub(line, 0, brace < blank ? brace : blank) };
    if (s->name.n == 0 || s->name.p[0] == '#')
        return false;
    line = str_sub(line, s->name.n, line.n);
    if (line.n > 0 && line.p[0] == '{') {
        line = str_sub(line, 1, line.n);
        while (line.n > 0 && line.p[0] != '}')
            if (s->count == LABELS_MAX || !parse_label(&line, &s->labels[s->count++]))
                return false;
        line = str_sub(line, 1, line.n);
    }
    return str_to_double(str_trim(line), &s->value);
}

static bool has_label(const struct series *s, const char *name, const char *value)
{
    for (size_t i = 0; i < s->count; i++)
        if (str_eqz(s->labels[i].name, name))
            return str_eqz(s->labels[i].value, value);
    return false;
}

static bool has_labels(const struct series *s, va_list wanted)
{
    const char *name;

    while ((name = va_arg(wanted, const char *)))
        if (!has_label(s, name, va_arg(wanted, const char *)))
            return false;
    return true;
}

double exposition_sum(const struct exposition *e, const char *name, ...)
{
    struct str rest = buf_str(&e->text), line;
    struct series s;
    double sum = 0;

    while (str_split(&rest, '\n', &line)) {
        va_list wanted;
        if (!parse_series(line, &s) || !str_eqz(s.name, name))
            continue;
        va_start(wanted, name);
        if (has_labels(&s, wanted))
            sum += s.value;
        va_end(wanted);
    }
    return sum;
}

static bool parse_name(const struct series *s, struct topk_name *ret)
{
    size_t n = 0;

    for (size_t i = 0; i < s->count; i++) {
        struct str value = s->labels[i].value;
        if (!str_eqz(s->labels[i].name, "name") || value.n > 2 * TOPK_NAME_MAX)
            continue;
        for (size_t k = 0; k < value.n && n < TOPK_NAME_MAX; k++) {
            k += value.p[k] == '\\' && k + 1 < value.n;
            ret->name[n++] = value.p[k];
        }
    }
    ret->name[n] = '\0';
    ret->count = (int64_t)s->value;
    return n > 0;
}

size_t exposition_top(const struct exposition *e, const char *kind, struct topk_name *ret_names,
                      size_t cap)
{
    struct str rest = buf_str(&e->text), line;
    struct series s;
    size_t count = 0;

    while (count < cap && str_split(&rest, '\n', &line))
        if (parse_series(line, &s) && str_eqz(s.name, "climacast_most_asked") &&
            has_label(&s, "kind", kind) && parse_name(&s, &ret_names[count]))
            count++;
    return count;
}
