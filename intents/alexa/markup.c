/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/markup.c -- cuts SSML markup into parts that are well-formed themselves. */
#include "intents/alexa/markup.h"

#include <stdbool.h>
#include <string.h>

#include "intents/alexa/ssml.h"

/* One step through markup: a tag, or a character. */
struct token {
    size_t bytes;
    bool tag;
    struct str text; /* of a character: what it stands for */
};

static struct token next_token(struct str markup)
{
    static const struct {
        struct str entity, text;
    } entities[] = {
        { STR("&amp;"), STR("&") },
        { STR("&lt;"), STR("<") },
        { STR("&gt;"), STR(">") },
        { STR("&quot;"), STR("\"") },
    };
    size_t step;

    if (markup.p[0] == '<') {
        size_t end = str_index(markup, '>');
        return (struct token){ end < markup.n ? end + 1 : markup.n, true, STR_NONE };
    }
    for (size_t i = 0; markup.p[0] == '&' && i < sizeof entities / sizeof entities[0]; i++)
        if (str_starts(markup, entities[i].entity))
            return (struct token){ entities[i].entity.n, false, entities[i].text };
    step = (unsigned char)markup.p[0] < 0x80 ? 1 : str_utf8_step(markup);
    step = step > 0 ? step : 1;
    return (struct token){ step, false, str_sub(markup, 0, step) };
}

/* "</p>" -> "p", "<break time=\"1s\"/>" -> "break" */
static struct str tag_name(struct str tag)
{
    size_t from = tag.n > 1 && tag.p[1] == '/' ? 2 : 1, to = from;

    while (to < tag.n && tag.p[to] != ' ' && tag.p[to] != '/' && tag.p[to] != '>')
        to++;
    return str_sub(tag, from, to);
}

static bool closes(struct str tag)
{
    return tag.n > 1 && tag.p[1] == '/';
}

static bool is_empty_element(struct str tag)
{
    return tag.n > 1 && tag.p[tag.n - 2] == '/';
}

/* ---- plain text ---- */

/* The alias of <sub alias="..."> is what is heard in place of its content. */
static struct str alias_of(struct str tag)
{
    static const struct str start = STR("<sub alias=\"");

    return str_starts(tag, start) ? str_sub(tag, start.n, tag.n - strlen("\">")) : STR_NONE;
}

/* What a token gives in plain text. `sub` counts the elements within an alias. */
static void put_plain_token(struct buf *out, struct str tag, struct token token, int *sub)
{
    struct str alias = token.tag ? alias_of(tag) : STR_NONE;

    if (*sub > 0) {
        if (token.tag && !is_empty_element(tag))
            *sub += closes(tag) ? -1 : 1;
        return;
    }
    if (!token.tag)
        buf_put(out, token.text);
    else if (closes(tag) && (str_eqz(tag_name(tag), "p") || str_eqz(tag_name(tag), "s")))
        buf_putc(out, '\n');
    *sub += alias.n > 0;
    for (; alias.n > 0; alias = str_sub(alias, token.bytes, alias.n)) {
        token = next_token(alias);
        buf_put(out, token.text);
    }
}

void markup_put_plain(struct buf *out, struct str markup)
{
    int sub = 0;

    for (struct str rest = markup; rest.n > 0;) {
        struct token token = next_token(rest);
        put_plain_token(out, str_sub(rest, 0, token.bytes), token, &sub);
        rest = str_sub(rest, token.bytes, rest.n);
    }
}

/* ---- parts ---- */

struct open_tags {
    size_t count;
    struct str at[MARKUP_DEPTH_MAX];
};

/* The tags that are open after the first `to` bytes. */
static void find_open(struct str markup, size_t to, struct open_tags *ret_open)
{
    ret_open->count = 0;
    for (size_t i = 0; i < to;) {
        struct token token = next_token(str_sub(markup, i, markup.n));
        struct str tag = str_sub(markup, i, i + token.bytes);
        if (token.tag && closes(tag))
            ret_open->count -= ret_open->count > 0;
        else if (token.tag && !is_empty_element(tag) && ret_open->count < MARKUP_DEPTH_MAX)
            ret_open->at[ret_open->count++] = tag;
        i += token.bytes;
    }
}

static size_t closing_length(const struct open_tags *open)
{
    size_t n = 0;

    for (size_t i = 0; i < open->count; i++)
        n += tag_name(open->at[i]).n + 3;
    return n;
}

void markup_put_part(struct buf *out, struct str markup, size_t from, size_t to)
{
    struct open_tags open;

    find_open(markup, from, &open);
    for (size_t i = 0; i < open.count; i++)
        buf_put(out, open.at[i]);
    buf_put(out, str_sub(markup, from, to));
    find_open(markup, to, &open);
    for (size_t i = open.count; i > 0; i--)
        buf_printf(out, "</%.*s>", STR_ARG(tag_name(open.at[i - 1])));
}

/* ---- fitting ---- */

/* Where the markup of the first `plain` bytes of plain text ends. */
static size_t markup_end(struct str markup, size_t plain)
{
    struct buf seen = BUF_INIT(markup.n + 1);
    size_t i = 0;
    int sub = 0;

    while (i < markup.n && (seen.n < plain || sub > 0) && !seen.failed) {
        struct token token = next_token(str_sub(markup, i, markup.n));
        put_plain_token(&seen, str_sub(markup, i, i + token.bytes), token, &sub);
        i += token.bytes;
    }
    buf_free(&seen);
    return i;
}

/* The characters of the first `end` bytes, with the tags opened again in front and closed behind,
 * which is at most once each. */
static size_t cost(struct str markup, size_t end)
{
    struct open_tags open;
    size_t n = str_utf8_length(str_sub(markup, 0, end));

    find_open(markup, end, &open);
    return n + closing_length(&open);
}

/* What ends right there doesn't begin again on the next page. */
static size_t skip_closing(struct str markup, size_t at)
{
    while (at < markup.n && str_starts(str_sub(markup, at, markup.n), STR("</")))
        at += next_token(str_sub(markup, at, markup.n)).bytes;
    return at;
}

size_t markup_fit(struct str markup, size_t max, size_t words)
{
    struct buf plain = BUF_INIT(markup.n + 1);
    size_t limit = max, end = 0;

    markup_put_plain(&plain, markup);
    while (limit > 0 && !plain.failed) {
        struct str text = buf_str(&plain);
        size_t n = ssml_fit(text, limit);
        if (words > 0)
            n = ssml_fit_words(str_sub(text, 0, n), words);
        end = n == str_trim(text).n ? markup.n : markup_end(markup, n);
        size_t used = cost(markup, end);
        if (used <= max)
            break;
        limit = used - max < limit ? limit - (used - max) : 0;
        end = 0;
    }
    buf_free(&plain);
    return skip_closing(markup, end);
}
