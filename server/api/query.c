/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/query.c -- parses query strings. */
#include "server/api/query.h"

#include "server/base/percent_encoding.h"

static bool is_text(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return str_is_utf8(s);
}

static bool decode(struct str coded, struct arena *arena, struct str *ret)
{
    struct buf out = BUF_INIT(coded.n);
    bool good = percent_decode(&out, coded, true) && !out.failed && is_text(buf_str(&out));

    *ret = good ? arena_str(arena, buf_str(&out)) : STR_NONE;
    buf_free(&out);
    return good && !arena_failed(arena);
}

bool query_parse(struct str text, struct arena *arena, struct query *ret_query)
{
    struct str part;

    ret_query->count = 0;
    while (text.n > 0 && str_split(&text, '&', &part)) {
        size_t equals = str_index(part, '=');
        struct query_value *v = &ret_query->at[ret_query->count];
        if (part.n == 0)
            continue;
        if (ret_query->count == QUERY_MAX || !decode(str_sub(part, 0, equals), arena, &v->name) ||
            !decode(str_sub(part, equals + 1, part.n), arena, &v->value))
            return false;
        ret_query->count++;
    }
    return true;
}

static const struct query_value *find_value(const struct query *q, const char *name)
{
    for (size_t i = 0; i < q->count; i++)
        if (str_eqz(q->at[i].name, name))
            return &q->at[i];
    return NULL;
}

struct str query_get(const struct query *q, const char *name)
{
    const struct query_value *v = find_value(q, name);

    return v ? str_trim(v->value) : STR_NONE;
}

bool query_has(const struct query *q, const char *name)
{
    return find_value(q, name);
}

struct str query_repeated(const struct query *q)
{
    for (size_t i = 0; i < q->count; i++)
        for (size_t j = 0; j < i; j++)
            if (str_eq(q->at[i].name, q->at[j].name))
                return q->at[i].name;
    return STR_NONE;
}

struct str query_unknown(const struct query *q, const char *const *names)
{
    for (size_t i = 0; i < q->count; i++)
        if (!str_is_one_of(q->at[i].name, names))
            return q->at[i].name.n > 0 ? q->at[i].name : STR("(empty)");
    return STR_NONE;
}
