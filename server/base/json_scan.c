/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_scan.c -- one pass over JSON, without recursion.
 *
 * The containers that are open stand in a stack of fixed depth. Strings are passed over eight bytes
 * at a time until something in them needs a look. An object is looked through for names that stand
 * twice when it closes: small ones pair by pair, large ones sorted, so that nobody can make it
 * slow. Holds always: nodes below `count` are whole, but for the length and span of those still
 * open. */
#include "server/base/json_scan.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/json.h" /* JSON_DEPTH_MAX */

enum {
    PAIRS_MAX = 16,      /* members that are compared each with each */
    BYTES_PER_NODE = 12, /* about, in what Alexa sends */
    NODES_MIN = 16,
};

struct scan {
    const char *start, *at, *end;
    struct arena *arena;
    struct json_node *nodes;
    uint32_t count, room;
    uint32_t open[JSON_DEPTH_MAX]; /* the containers that the place lies in, outermost first */
    int depth;
    const char *why; /* it was refused; NULL: no memory */
};

static bool fault(struct scan *s, const char *why)
{
    s->why = why;
    return false;
}

/* ---- nodes ---- */

static bool nodes_grow(struct scan *s)
{
    uint32_t room = s->room * 2 < JSON_NODES_MAX ? s->room * 2 : JSON_NODES_MAX;
    struct json_node *nodes;

    if (s->room == JSON_NODES_MAX)
        return fault(s, "too many values");
    nodes = arena_alloc(s->arena, room * sizeof *nodes);
    if (!nodes)
        return fault(s, NULL);
    memcpy(nodes, s->nodes, s->count * sizeof *nodes);
    s->nodes = nodes;
    s->room = room;
    return true;
}

static bool node_add(struct scan *s, enum json_kind kind, const char *text, size_t length)
{
    if (s->count == s->room && !nodes_grow(s))
        return false;
    s->nodes[s->count++] = (struct json_node){ text, (uint32_t)length, 1, kind };
    return true;
}

/* ---- strings ---- */

/* Over bytes of ASCII that stand for themselves. A byte that needs a look sets its own top bit in
 * `odd`, and with a borrow perhaps that of the next; so a word without top bits is plain. */
static const char *plain_end(const char *p, const char *end)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;

    while (end - p >= 8) {
        uint64_t word, quote, slash, odd;
        memcpy(&word, p, sizeof word);
        quote = word ^ ones * '"';
        slash = word ^ ones * '\\';
        odd = word | (word - ones * 0x20) | (quote - ones) | (slash - ones);
        if (odd & tops)
            break;
        p += 8;
    }
    while (p < end && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 && *p != '"' &&
           *p != '\\')
        p++;
    return p;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits behind "\u"; -1 when they are none. */
static int32_t read_unit(const char *p, const char *end)
{
    int32_t unit = 0;

    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_value(p[i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static size_t put_utf8(char *out, int32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* The code point of the escape "\u" at s->at; two escapes when it is beyond the first plane. */
static bool read_code_point(struct scan *s, int32_t *ret)
{
    int32_t high = read_unit(s->at + 2, s->end), low;

    if (high < 0)
        return fault(s, "malformed escape");
    if (high == 0)
        return fault(s, "NUL in a string");
    s->at += 6;
    *ret = high;
    if (high < 0xD800 || high > 0xDFFF)
        return true;
    if (high > 0xDBFF || s->end - s->at < 2 || s->at[0] != '\\' || s->at[1] != 'u')
        return fault(s, "half a surrogate pair");
    low = read_unit(s->at + 2, s->end);
    if (low < 0xDC00 || low > 0xDFFF)
        return fault(s, "half a surrogate pair");
    s->at += 6;
    *ret = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

/* The escape at s->at, into out. */
static bool read_escape(struct scan *s, char *out, size_t *n)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *letter;
    int32_t point;

    if (s->end - s->at < 2)
        return fault(s, "ends too early");
    if (s->at[1] == 'u') {
        if (!read_code_point(s, &point))
            return false;
        *n += put_utf8(out + *n, point);
        return true;
    }
    letter = s->at[1] ? strchr(letters, s->at[1]) : NULL;
    if (!letter)
        return fault(s, "malformed escape");
    out[(*n)++] = meanings[letter - letters];
    s->at += 2;
    return true;
}

/* Pass over what is no escape; true at a backslash or the closing quote. */
static bool pass_plain(struct scan *s)
{
    for (;;) {
        size_t step;
        s->at = plain_end(s->at, s->end);
        if (s->at == s->end)
            return fault(s, "ends too early");
        if (*s->at == '"' || *s->at == '\\')
            return true;
        if ((unsigned char)*s->at < 0x20)
            return fault(s, "control character in a string");
        step = str_utf8_step((struct str){ s->at, (size_t)(s->end - s->at) });
        if (step == 0)
            return fault(s, "invalid UTF-8");
        s->at += step;
    }
}

/* Bytes up to the closing quote, or the end: no meaning is longer. */
static size_t raw_length(const char *p, const char *end)
{
    const char *from = p;

    while (p < end && *p != '"')
        p += *p == '\\' && end - p > 1 ? 2 : 1;
    return (size_t)(p - from);
}

/* The rest of a string whose first escape stands at s->at. */
static bool read_escaped(struct scan *s, const char *from)
{
    size_t n = (size_t)(s->at - from);
    char *out = arena_alloc(s->arena, n + raw_length(s->at, s->end) + 1);

    if (!out)
        return fault(s, NULL);
    memcpy(out, from, n);
    while (*s->at != '"') {
        const char *plain;
        if (!read_escape(s, out, &n))
            return false;
        plain = s->at;
        if (!pass_plain(s))
            return false;
        memcpy(out + n, plain, (size_t)(s->at - plain));
        n += (size_t)(s->at - plain);
    }
    s->at++;
    return node_add(s, JSON_KIND_STRING, out, n);
}

static bool read_string(struct scan *s)
{
    const char *from = ++s->at;

    if (!pass_plain(s))
        return false;
    if (*s->at == '\\')
        return read_escaped(s, from);
    s->at++;
    return node_add(s, JSON_KIND_STRING, from, (size_t)(s->at - 1 - from));
}

/* ---- numbers and words ---- */

static bool pass_digits(struct scan *s)
{
    const char *from = s->at;

    while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
        s->at++;
    return s->at > from;
}

static bool pass_one(struct scan *s, const char *choice)
{
    if (s->at == s->end || !*s->at || !strchr(choice, *s->at))
        return false;
    s->at++;
    return true;
}

static bool read_number(struct scan *s)
{
    const char *from = s->at;
    struct str text;
    bool sound, whole = true;
    int64_t integer;
    double real;

    (void)pass_one(s, "-");
    sound = pass_one(s, "0") || pass_digits(s);
    if (sound && pass_one(s, ".")) {
        whole = false;
        sound = pass_digits(s);
    }
    if (sound && pass_one(s, "eE")) {
        whole = false;
        (void)pass_one(s, "+-");
        sound = pass_digits(s);
    }
    if (!sound)
        return fault(s, "malformed");
    text = (struct str){ from, (size_t)(s->at - from) };
    if (text.n > JSON_NUMBER_MAX)
        return fault(s, "number too long");
    if (whole ? !str_to_i64(text, &integer) : !str_to_double(text, &real))
        return fault(s, "number out of range");
    return node_add(s, JSON_KIND_NUMBER, text.p, text.n);
}

static bool read_word(struct scan *s, const char *word, enum json_kind kind)
{
    size_t n = strlen(word);
    const char *from = s->at;

    if ((size_t)(s->end - s->at) < n || memcmp(s->at, word, n) != 0)
        return fault(s, "malformed");
    s->at += n;
    return node_add(s, kind, from, n);
}

/* ---- containers ---- */

/* The next byte that is no white space; NUL at the end, where it would be malformed as well. */
static char next_mark(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t'))
        s->at++;
    return s->at < s->end ? *s->at : '\0';
}

static int by_name(const void *a, const void *b)
{
    const struct str *left = a, *right = b;

    return str_cmp(*left, *right);
}

/* The node behind the value of a name at index `name`. */
static uint32_t member_after(const struct scan *s, uint32_t name)
{
    return name + 1 + s->nodes[name + 1].span;
}

static bool names_differ_sorted(struct scan *s, uint32_t object, size_t members)
{
    struct str *names = arena_alloc(s->arena, members * sizeof *names);
    size_t n = 0;

    if (!names)
        return fault(s, NULL);
    for (uint32_t i = object + 1; i < s->count; i = member_after(s, i))
        names[n++] = json_node_text(&s->nodes[i]);
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 1; i < n; i++)
        if (str_eq(names[i - 1], names[i]))
            return fault(s, "a key stands twice");
    return true;
}

static bool names_differ(struct scan *s, uint32_t object)
{
    struct str names[PAIRS_MAX];
    size_t n = 0, members = 0;

    for (uint32_t i = object + 1; i < s->count; i = member_after(s, i))
        members++;
    if (members > PAIRS_MAX)
        return names_differ_sorted(s, object, members);
    for (uint32_t i = object + 1; i < s->count; i = member_after(s, i)) {
        struct str name = json_node_text(&s->nodes[i]);
        for (size_t k = 0; k < n; k++)
            if (names[k].n == name.n && memcmp(names[k].p, name.p, name.n) == 0)
                return fault(s, "a key stands twice");
        names[n++] = name;
    }
    return true;
}

static bool container_open(struct scan *s, enum json_kind kind)
{
    if (s->depth == JSON_DEPTH_MAX)
        return fault(s, "nested too deeply");
    s->open[s->depth++] = s->count;
    return node_add(s, kind, s->at++, 0);
}

static bool container_close(struct scan *s)
{
    uint32_t at = s->open[--s->depth];
    struct json_node *n = &s->nodes[at];

    s->at++;
    n->length = (uint32_t)(s->at - n->text);
    n->span = s->count - at;
    return n->kind == JSON_KIND_ARRAY || names_differ(s, at);
}

/* A value, or the beginning of one. */
static bool read_value(struct scan *s)
{
    switch (next_mark(s)) {
    case '{':
        return container_open(s, JSON_KIND_OBJECT);
    case '[':
        return container_open(s, JSON_KIND_ARRAY);
    case '"':
        return read_string(s);
    case 't':
        return read_word(s, "true", JSON_KIND_TRUE);
    case 'f':
        return read_word(s, "false", JSON_KIND_FALSE);
    case 'n':
        return read_word(s, "null", JSON_KIND_NULL);
    default:
        return read_number(s);
    }
}

/* One member or element of the innermost container, or its end. */
static bool step(struct scan *s)
{
    uint32_t container = s->open[s->depth - 1];
    bool is_object = s->nodes[container].kind == JSON_KIND_OBJECT;
    char mark = next_mark(s);

    if (mark == (is_object ? '}' : ']'))
        return container_close(s);
    if (s->count > container + 1) {
        if (mark != ',')
            return fault(s, mark ? "malformed" : "ends too early");
        s->at++;
        mark = next_mark(s);
    }
    if (is_object) {
        if (mark != '"')
            return fault(s, mark ? "malformed" : "ends too early");
        if (!read_string(s))
            return false;
        if (next_mark(s) != ':')
            return fault(s, "malformed");
        s->at++;
    }
    return read_value(s);
}

static bool document(struct scan *s)
{
    char mark = next_mark(s);

    if (mark != '{' && mark != '[')
        return fault(s, "neither object nor array");
    if (!read_value(s))
        return false;
    while (s->depth > 0)
        if (!step(s))
            return false;
    (void)next_mark(s);
    return s->at == s->end || fault(s, "something stands behind the end");
}

enum status json_scan(struct str text, struct arena *arena, const struct json_node **ret_root,
                      struct err *err)
{
    struct scan s = { .start = text.p, .at = text.p, .end = text.p + text.n, .arena = arena };
    size_t guess = text.n / BYTES_PER_NODE + NODES_MIN;

    if (text.n == 0)
        return err_set(err, ST_INVALID, "JSON: empty");
    if (text.n > UINT32_MAX)
        return err_set(err, ST_INVALID, "JSON: too long");
    s.room = guess < JSON_NODES_MAX ? (uint32_t)guess : JSON_NODES_MAX;
    s.nodes = arena_alloc(arena, s.room * sizeof *s.nodes);
    if (!s.nodes)
        return err_set(err, ST_SYSTEM, "JSON: no memory");
    if (!document(&s))
        return s.why ? err_set(err, ST_INVALID, "JSON: %s at byte %zu", s.why,
                               (size_t)(s.at - s.start))
                     : err_set(err, ST_SYSTEM, "JSON: no memory");
    *ret_root = s.nodes;
    return ST_OK;
}
