/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_scan.c -- reads JSON in one pass, without recursion.
 *
 * Open containers are on a stack of fixed depth. Strings are skipped eight bytes at a time until a
 * byte needs attention. When an object closes, it is checked for duplicate names: small objects
 * pair by pair, large ones by sorting, so that hostile input cannot make it slow. Nodes below
 * `count` are complete, except for length and span of those still open. */
#include "server/base/json_scan.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/hex.h"
#include "server/base/json.h" /* JSON_DEPTH_MAX */

enum {
    PAIRS_MAX = 16,      /* members that are compared pair by pair */
    BYTES_PER_NODE = 12, /* roughly, in Alexa's requests */
    NODES_MIN = 16,
};

struct scan {
    const char *start, *at, *end;
    struct json_scan_rules rules;
    struct arena *arena;
    struct json_node *nodes;
    uint32_t count, cap;
    uint32_t open[JSON_DEPTH_MAX]; /* the containers around the current position, outermost first */
    int depth;
    const char *why; /* the reason for a refusal; NULL: out of memory */
};

static bool scan_fault(struct scan *s, const char *why)
{
    s->why = why;
    return false;
}

/* ---- nodes ---- */

static bool nodes_grow(struct scan *s)
{
    uint32_t cap = s->cap < s->rules.nodes_max / 2 ? s->cap * 2 : s->rules.nodes_max;
    struct json_node *nodes;

    if (s->cap == s->rules.nodes_max)
        return scan_fault(s, "too many values");
    nodes = arena_alloc(s->arena, cap * sizeof *nodes);
    if (!nodes)
        return scan_fault(s, NULL);
    memcpy(nodes, s->nodes, s->count * sizeof *nodes);
    s->nodes = nodes;
    s->cap = cap;
    return true;
}

static inline bool node_add(struct scan *s, enum json_kind kind, const char *text, size_t length)
{
    if (s->count == s->cap && !nodes_grow(s))
        return false;
    s->nodes[s->count++] = (struct json_node){ text, (uint32_t)length, 1, kind };
    return true;
}

/* ---- strings ---- */

/* The byte at which the lowest of the top bits is set; 0 where it is not known. */
static size_t first_odd(uint64_t tops)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (size_t)__builtin_ctzll(tops) / 8;
#else
    (void)tops;
    return 0;
#endif
}

/* Skip ASCII bytes that stand for themselves. A byte that needs attention sets its own top bit in
 * `odd` and, through a borrow, perhaps that of the next; so those before the lowest are plain. */
static const char *plain_end(const char *p, const char *end)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;

    while (end - p >= 8) {
        uint64_t word, quote, slash, odd;
        memcpy(&word, p, sizeof word);
        quote = word ^ ones * '"';
        slash = word ^ ones * '\\';
        odd = word | (word - ones * 0x20) | (quote - ones) | (slash - ones);
        if (odd & tops) {
            p += first_odd(odd & tops);
            break;
        }
        p += 8;
    }
    while (p < end && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 && *p != '"' &&
           *p != '\\')
        p++;
    return p;
}

/* The four hexadecimal digits after "\u"; -1 when malformed. */
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

/* The code point of the escape "\u" at s->at; two escapes for a surrogate pair. */
static bool read_code_point(struct scan *s, int32_t *ret)
{
    int32_t high = read_unit(s->at + 2, s->end), low;

    if (high < 0)
        return scan_fault(s, "malformed escape");
    if (high == 0 && !s->rules.nul)
        return scan_fault(s, "NUL in a string");
    s->at += 6;
    *ret = high;
    if (high < 0xD800 || high > 0xDFFF)
        return true;
    if (high > 0xDBFF || s->end - s->at < 2 || s->at[0] != '\\' || s->at[1] != 'u')
        return scan_fault(s, "half a surrogate pair");
    low = read_unit(s->at + 2, s->end);
    if (low < 0xDC00 || low > 0xDFFF)
        return scan_fault(s, "half a surrogate pair");
    s->at += 6;
    *ret = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

/* Decode the escape at s->at to out. */
static bool read_escape(struct scan *s, char *out, size_t *n)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *letter;
    int32_t point;

    if (s->end - s->at < 2)
        return scan_fault(s, "ends too early");
    if (s->at[1] == 'u') {
        if (!read_code_point(s, &point))
            return false;
        *n += put_utf8(out + *n, point);
        return true;
    }
    letter = s->at[1] ? strchr(letters, s->at[1]) : NULL;
    if (!letter)
        return scan_fault(s, "malformed escape");
    out[(*n)++] = meanings[letter - letters];
    s->at += 2;
    return true;
}

/* Skip to the next backslash or closing quote. */
static bool skip_plain(struct scan *s)
{
    for (;;) {
        size_t step;
        s->at = plain_end(s->at, s->end);
        if (s->at == s->end)
            return scan_fault(s, "ends too early");
        if (*s->at == '"' || *s->at == '\\')
            return true;
        if ((unsigned char)*s->at < 0x20)
            return scan_fault(s, "control character in a string");
        step = str_utf8_step((struct str){ s->at, (size_t)(s->end - s->at) });
        if (step == 0)
            return scan_fault(s, "invalid UTF-8");
        s->at += step;
    }
}

/* Bytes up to the closing quote or the end: an upper bound of the decoded length. */
static size_t raw_length(const char *p, const char *end)
{
    const char *from = p;

    while (p < end && *p != '"')
        p += *p == '\\' && end - p > 1 ? 2 : 1;
    return (size_t)(p - from);
}

/* The rest of a string whose first escape is at s->at. */
static bool read_escaped(struct scan *s, const char *from)
{
    size_t n = (size_t)(s->at - from);
    char *out = arena_alloc(s->arena, n + raw_length(s->at, s->end) + 1);

    if (!out)
        return scan_fault(s, NULL);
    memcpy(out, from, n);
    while (*s->at != '"') {
        const char *plain;
        if (!read_escape(s, out, &n))
            return false;
        plain = s->at;
        if (!skip_plain(s))
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

    if (!skip_plain(s))
        return false;
    if (*s->at == '\\')
        return read_escaped(s, from);
    s->at++;
    return node_add(s, JSON_KIND_STRING, from, (size_t)(s->at - 1 - from));
}

/* The name of a member, which never holds a NUL: names are read as C strings. */
static bool read_name(struct scan *s)
{
    uint32_t at = s->count;

    if (!read_string(s))
        return false;
    if (s->rules.nul && memchr(s->nodes[at].text, '\0', s->nodes[at].length))
        return scan_fault(s, "NUL in a name");
    return true;
}

/* ---- numbers and words ---- */

static bool skip_digits(struct scan *s)
{
    const char *from = s->at;

    while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
        s->at++;
    return s->at > from;
}

static bool skip_one_of(struct scan *s, const char *choice)
{
    if (s->at == s->end || !*s->at || !strchr(choice, *s->at))
        return false;
    s->at++;
    return true;
}

static bool scan_number(struct scan *s)
{
    const char *from = s->at;
    struct str text;
    bool valid, whole = true;
    int64_t integer;
    double real;

    (void)skip_one_of(s, "-");
    valid = skip_one_of(s, "0") || skip_digits(s);
    if (valid && skip_one_of(s, ".")) {
        whole = false;
        valid = skip_digits(s);
    }
    if (valid && skip_one_of(s, "eE")) {
        whole = false;
        (void)skip_one_of(s, "+-");
        valid = skip_digits(s);
    }
    if (!valid)
        return scan_fault(s, "malformed");
    text = (struct str){ from, (size_t)(s->at - from) };
    if (s->rules.numbers)
        return node_add(s, JSON_KIND_NUMBER, text.p, text.n);
    if (text.n > JSON_NUMBER_MAX)
        return scan_fault(s, "number too long");
    if (whole ? !str_to_i64(text, &integer) : !str_to_double(text, &real))
        return scan_fault(s, "number out of range");
    return node_add(s, JSON_KIND_NUMBER, text.p, text.n);
}

static bool read_word(struct scan *s, const char *word, enum json_kind kind)
{
    size_t n = strlen(word);
    const char *from = s->at;

    if ((size_t)(s->end - s->at) < n || memcmp(s->at, word, n) != 0)
        return scan_fault(s, "malformed");
    s->at += n;
    return node_add(s, kind, from, n);
}

/* ---- containers ---- */

/* Skip white space and return the next byte; NUL at the end, which is malformed in either case. */
static inline char next_mark(struct scan *s)
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

/* The index after the value of the name at index `name`. */
static uint32_t member_after(const struct scan *s, uint32_t name)
{
    return name + 1 + s->nodes[name + 1].span;
}

static bool names_are_unique_sorted(struct scan *s, uint32_t object, size_t members)
{
    struct str *names = arena_alloc(s->arena, members * sizeof *names);
    size_t n = 0;

    if (!names)
        return scan_fault(s, NULL);
    for (uint32_t i = object + 1; i < s->count; i = member_after(s, i))
        names[n++] = json_node_text(&s->nodes[i]);
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 1; i < n; i++)
        if (str_eq(names[i - 1], names[i]))
            return scan_fault(s, "duplicate key");
    return true;
}

static bool names_are_unique(struct scan *s, uint32_t object)
{
    struct str names[PAIRS_MAX];
    size_t n = 0, members = 0;

    for (uint32_t i = object + 1; i < s->count; i = member_after(s, i))
        members++;
    if (members > PAIRS_MAX)
        return names_are_unique_sorted(s, object, members);
    for (uint32_t i = object + 1; i < s->count; i = member_after(s, i)) {
        struct str name = json_node_text(&s->nodes[i]);
        for (size_t k = 0; k < n; k++)
            if (names[k].n == name.n && memcmp(names[k].p, name.p, name.n) == 0)
                return scan_fault(s, "duplicate key");
        names[n++] = name;
    }
    return true;
}

static bool container_open(struct scan *s, enum json_kind kind)
{
    if (s->depth == JSON_DEPTH_MAX)
        return scan_fault(s, "nested too deeply");
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
    return n->kind == JSON_KIND_ARRAY || s->rules.duplicates || names_are_unique(s, at);
}

/* A scalar, or the opening of a container. */
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
        return scan_number(s);
    }
}

/* One member or element of the innermost container, or its end. */
static bool read_next(struct scan *s)
{
    uint32_t container = s->open[s->depth - 1];
    bool is_object = s->nodes[container].kind == JSON_KIND_OBJECT;
    char mark = next_mark(s);

    if (mark == (is_object ? '}' : ']'))
        return container_close(s);
    if (s->count > container + 1) {
        if (mark != ',')
            return scan_fault(s, mark ? "malformed" : "ends too early");
        s->at++;
        mark = next_mark(s);
    }
    if (is_object) {
        if (mark != '"')
            return scan_fault(s, mark ? "malformed" : "ends too early");
        if (!read_name(s))
            return false;
        if (next_mark(s) != ':')
            return scan_fault(s, "malformed");
        s->at++;
    }
    return read_value(s);
}

static bool read_document(struct scan *s)
{
    char mark = next_mark(s);

    if (mark != '{' && mark != '[')
        return scan_fault(s, "neither an object nor an array");
    if (!read_value(s))
        return false;
    while (s->depth > 0)
        if (!read_next(s))
            return false;
    (void)next_mark(s);
    return s->at == s->end || scan_fault(s, "trailing characters");
}

enum status json_scan_by(struct str text, const struct json_scan_rules *rules, struct arena *arena,
                         const struct json_node **ret_root, struct err *err)
{
    struct scan s = { .start = text.p, .at = text.p, .rules = *rules, .arena = arena };
    size_t guess = text.n / BYTES_PER_NODE + NODES_MIN;

    if (text.n == 0)
        return err_set(err, ST_INVALID, "JSON: empty");
    s.end = text.p + text.n;
    if (text.n > UINT32_MAX)
        return err_set(err, ST_INVALID, "JSON: too long");
    s.cap = guess < rules->nodes_max ? (uint32_t)guess : rules->nodes_max;
    s.nodes = arena_alloc(arena, s.cap * sizeof *s.nodes);
    if (!s.nodes)
        return err_no_memory(err);
    if (!read_document(&s))
        return s.why ? err_set(err, ST_INVALID, "JSON: %s at byte %zu", s.why,
                               (size_t)(s.at - s.start))
                     : err_no_memory(err);
    *ret_root = s.nodes;
    return ST_OK;
}

enum status json_scan(struct str text, struct arena *arena, const struct json_node **ret_root,
                      struct err *err)
{
    static const struct json_scan_rules rules = { .nodes_max = JSON_NODES_MAX };

    return json_scan_by(text, &rules, arena, ret_root, err);
}
