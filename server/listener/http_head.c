/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/http_head.c -- checks the lines of a head one by one. */
#include "server/listener/http_head.h"

#include <string.h>

enum { LINE_END = 2 }; /* CR and LF */

static void set_fault(struct http_head *h, const char *fault)
{
    if (!h->fault)
        h->fault = fault;
}

/* tchar of RFC 9110. */
static bool is_token(struct str s)
{
    static const bool in_token[256] = {
        ['0' ... '9'] = true,  ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['!'] = true,
        ['#' ... '\''] = true, ['*'] = true,         ['+'] = true,         ['-'] = true,
        ['.'] = true,          ['^' ... '`'] = true, ['|'] = true,         ['~'] = true,
    };

    for (size_t i = 0; i < s.n; i++)
        if (!in_token[(unsigned char)s.p[i]])
            return false;
    return s.n > 0;
}

/* May one of these eight bytes be a control character? */
static bool may_have_control(const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;
    uint64_t word, del;

    memcpy(&word, p, sizeof word);
    del = word ^ ones * 0x7f;
    return ((word - ones * 0x20) | (del - ones)) & tops;
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.n - i >= 8 && !may_have_control(s.p + i)) {
            i += 7;
            continue;
        }
        unsigned char c = (unsigned char)s.p[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return true;
    }
    return false;
}

void http_head_start(struct http_head *h, const char *method, const char *version, bool contiguous)
{
    *h = (struct http_head){ .start = method,
                             .next = version + strlen(version) + LINE_END,
                             .is_contiguous = contiguous,
                             .is_http10 = strcmp(version, "HTTP/1.0") == 0 };
    if (!is_token(str_of(method)))
        set_fault(h, "the method is not a token");
}

static void note_length(struct http_head *h, struct str value)
{
    h->lengths++;
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] < '0' || value.p[i] > '9')
            set_fault(h, "Content-Length is not a number");
    if (!str_to_i64(value, &h->length))
        set_fault(h, "Content-Length is not a number");
}

void http_head_add(struct http_head *h, struct str name, struct str value)
{
    if (h->is_contiguous && name.p != h->next)
        set_fault(h, "a header line is folded, contains a NUL, or doesn't end in CR LF");
    h->next = value.p + value.n + LINE_END;
    if (!is_token(name))
        set_fault(h, "the name of a header is not a token");
    else if (has_control(value))
        set_fault(h, "a header contains a control character");
    else if (str_ieqz(name, "Content-Length"))
        note_length(h, value);
    else if (str_ieqz(name, "Host"))
        h->hosts++;
    else if (str_ieqz(name, "Expect"))
        h->expects = true;
    else if (str_ieqz(name, "Transfer-Encoding")) {
        h->encodings++;
        h->chunked = str_ieqz(value, "chunked");
        if (!h->chunked)
            set_fault(h, "Transfer-Encoding is not supported, except for chunked");
    }
}

void http_head_end(struct http_head *h, size_t size)
{
    if (h->is_contiguous && size > 0 && h->next + LINE_END != h->start + size)
        set_fault(h, "the head is folded, contains a NUL, or doesn't end in CR LF");
    if (h->lengths > 1)
        set_fault(h, "Content-Length is repeated");
    if (h->encodings > 1)
        set_fault(h, "Transfer-Encoding is repeated");
    if (h->encodings > 0 && h->lengths > 0)
        set_fault(h, "both Content-Length and Transfer-Encoding");
    if (h->encodings > 0 && h->is_http10)
        set_fault(h, "Transfer-Encoding in HTTP/1.0");
    if (h->hosts > 1)
        set_fault(h, "Host is repeated");
    if (h->hosts == 0 && !h->is_http10)
        set_fault(h, "Host is missing");
}
