/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_scan.c -- reads JSON in one pass, without recursion.
 *
 * Open containers are on a stack of fixed depth. Strings are skipped sixteen bytes at a time until
 * a byte needs attention. When an object closes, it is checked for duplicate names: small objects
 * by what few of them have in common, large ones by sorting, so that hostile input cannot make it
 * slow. Nodes below `count` are complete, except for length and span of those still open. */
#include "server/base/json_scan.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/json.h" /* JSON_DEPTH_MAX */
#include "server/base/json_escape.h"
#include "server/base/plain_text.h"

enum {
    PAIRS_MAX = 32,     /* members that are compared with each other, not sorted */
    DIGITS_SURE = 18,   /* a number of so few fits into int64_t */
    BYTES_PER_NODE = 8, /* roughly, in Alexa's requests */
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
    bool in_object;  /* is the innermost one an object? */
    char closer;     /* what ends it */
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
    nodes = arena_room(s->arena, cap * sizeof *nodes);
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

/* Skip to the next backslash or closing quote. */
static bool skip_plain(struct scan *s)
{
    for (;;) {
        size_t step;
        s->at = plain_text_end(s->at, s->end);
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
    char *out = arena_room(s->arena, n + raw_length(s->at, s->end) + 1);

    if (!out)
        return scan_fault(s, NULL);
    memcpy(out, from, n);
    while (*s->at != '"') {
        const char *plain;
        const char *why = json_escape_decode(&s->at, s->end, s->rules.nul, out, &n);
        if (why)
            return scan_fault(s, why);
        plain = s->at;
        if (!skip_plain(s))
            return false;
        memcpy(out + n, plain, (size_t)(s->at - plain));
        n += (size_t)(s->at - plain);
    }
    s->at++;
    return node_add(s, JSON_KIND_STRING, out, n);
}

/* A string in which not all is plain. */
static bool read_odd_string(struct scan *s)
{
    const char *from = ++s->at;

    if (!skip_plain(s))
        return false;
    if (*s->at == '\\')
        return read_escaped(s, from);
    s->at++;
    return node_add(s, JSON_KIND_STRING, from, (size_t)(s->at - 1 - from));
}

/* Reads the string at `at`. Returns where it ends; NULL when it is refused. */
static inline const char *read_string(struct scan *s, const char *at)
{
    const char *from = at + 1, *to = plain_text_end(from, s->end);

    if (to < s->end && *to == '"')
        return node_add(s, JSON_KIND_STRING, from, (size_t)(to - from)) ? to + 1 : NULL;
    s->at = at;
    return read_odd_string(s) ? s->at : NULL;
}

/* The same of a member's name, which never holds a NUL: names are read as C strings. */
static inline const char *read_name(struct scan *s, const char *at)
{
    uint32_t name = s->count;

    at = read_string(s, at);
    if (at && s->rules.nul && memchr(s->nodes[name].text, '\0', s->nodes[name].length)) {
        (void)scan_fault(s, "NUL in a name");
        return NULL;
    }
    return at;
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

/* Any number, or something that is not one. */
static bool read_odd_number(struct scan *s)
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

static inline bool read_plain_number(struct scan *s)
{
    const char *from = s->at, *digits = from + (*from == '-'), *to = digits;

    while (to < s->end && *to >= '0' && *to <= '9')
        to++;
    if (to == digits || to - digits > DIGITS_SURE || (*digits == '0' && to - digits > 1) ||
        to == s->end || *to == '.' || *to == 'e' || *to == 'E')
        return read_odd_number(s);
    s->at = to;
    return node_add(s, JSON_KIND_NUMBER, from, (size_t)(to - from));
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

/* ---- names that occur twice ---- */

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

static bool names_are_unique_sorted(struct scan *s, uint32_t object)
{
    struct str *names;
    size_t members = 0, n = 0;

    for (uint32_t i = object + 1; i < s->count; i = member_after(s, i))
        members++;
    names = arena_room(s->arena, members * sizeof *names);
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

/* One of 64 kinds of names, by length and the letters at both ends. */
static inline uint64_t kind_of_name(const struct json_node *name)
{
    uint32_t kind = name->length;

    if (kind > 0)
        kind += 5U * (unsigned char)name->text[0] + 11U * (unsigned char)name->text[kind - 1];
    return UINT64_C(1) << (kind & 63);
}

static bool occurs_before(const struct scan *s, uint32_t object, uint32_t name)
{
    struct str text = json_node_text(&s->nodes[name]);

    for (uint32_t i = object + 1; i < name; i = member_after(s, i))
        if (str_eq(json_node_text(&s->nodes[i]), text))
            return true;
    return false;
}

static bool names_are_unique(struct scan *s, uint32_t object)
{
    uint64_t kinds = 0;
    size_t members = 0;

    for (uint32_t i = object + 1; i < s->count; i = member_after(s, i)) {
        uint64_t kind = kind_of_name(&s->nodes[i]);
        if (++members > PAIRS_MAX)
            return names_are_unique_sorted(s, object);
        if ((kinds & kind) && occurs_before(s, object, i))
            return scan_fault(s, "duplicate key");
        kinds |= kind;
    }
    return true;
}

/* ---- containers ---- */

static inline void enter_container(struct scan *s, enum json_kind kind)
{
    s->in_object = kind == JSON_KIND_OBJECT;
    s->closer = s->in_object ? '}' : ']';
}

static bool container_open(struct scan *s, enum json_kind kind)
{
    if (s->depth == JSON_DEPTH_MAX)
        return scan_fault(s, "nested too deeply");
    s->open[s->depth++] = s->count;
    enter_container(s, kind);
    return node_add(s, kind, s->at++, 0);
}

static bool container_close(struct scan *s)
{
    uint32_t at = s->open[--s->depth];
    struct json_node *n = &s->nodes[at];

    s->at++;
    n->length = (uint32_t)(s->at - n->text);
    n->span = s->count - at;
    if (s->depth > 0)
        enter_container(s, s->nodes[s->open[s->depth - 1]].kind);
    return n->kind == JSON_KIND_ARRAY || s->rules.duplicates || names_are_unique(s, at);
}

/* Mostly there are none, or a line break and the many spaces of an indented document. */
static inline const char *blanks_end(const char *at, const char *end)
{
    static const char spaces[] = "        ";

    while (at < end && (unsigned char)*at <= ' ' &&
           (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) {
        at++;
        while ((size_t)(end - at) >= sizeof spaces - 1 &&
               memcmp(at, spaces, sizeof spaces - 1) == 0)
            at += sizeof spaces - 1;
    }
    return at;
}

/* There is another byte than there must be, or none. */
static bool refuse_byte(struct scan *s, const char *at)
{
    s->at = at;
    return scan_fault(s, at == s->end ? "ends too early" : "malformed");
}

/* The value at s->at, which is not a string: a scalar, or the opening of a container. */
static bool read_other_value(struct scan *s)
{
    switch (*s->at) {
    case '{':
        return container_open(s, JSON_KIND_OBJECT);
    case '[':
        return container_open(s, JSON_KIND_ARRAY);
    case 't':
        return read_word(s, "true", JSON_KIND_TRUE);
    case 'f':
        return read_word(s, "false", JSON_KIND_FALSE);
    case 'n':
        return read_word(s, "null", JSON_KIND_NULL);
    default:
        return read_plain_number(s);
    }
}

/* One member or element of the innermost container, or its end. The position is kept in a variable
 * here, as nearly all time is spent here. */
static inline bool read_next(struct scan *s)
{
    const char *end = s->end, *at = blanks_end(s->at, end);

    if (at < end && *at == s->closer) {
        s->at = at;
        return container_close(s);
    }
    if (s->count > s->open[s->depth - 1] + 1) {
        if (at == end || *at != ',')
            return refuse_byte(s, at);
        at = blanks_end(at + 1, end);
    }
    if (s->in_object) {
        if (at == end || *at != '"')
            return refuse_byte(s, at);
        at = read_name(s, at);
        if (!at)
            return false;
        at = blanks_end(at, end);
        if (at == end || *at != ':')
            return refuse_byte(s, at);
        at = blanks_end(at + 1, end);
    }
    if (at == end || *at != '"') {
        s->at = at;
        return at == end ? scan_fault(s, "malformed") : read_other_value(s);
    }
    at = read_string(s, at);
    if (at)
        s->at = at;
    return at;
}

static bool read_document(struct scan *s)
{
    s->at = blanks_end(s->at, s->end);
    if (s->at == s->end || (*s->at != '{' && *s->at != '['))
        return scan_fault(s, "neither an object nor an array");
    if (!read_other_value(s))
        return false;
    while (s->depth > 0)
        if (!read_next(s))
            return false;
    s->at = blanks_end(s->at, s->end);
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
    s.nodes = arena_room(arena, s.cap * sizeof *s.nodes);
    if (!s.nodes)
        return err_no_memory(err);
    if (!read_document(&s))
        return s.why ? err_set(err, ST_INVALID, "JSON: %s at byte %zu", s.why,
                               (size_t)(s.at - s.start))
                     : err_no_memory(err);
    arena_give_back(arena, s.nodes, s.cap * sizeof *s.nodes, s.count * sizeof *s.nodes);
    *ret_root = s.nodes;
    return ST_OK;
}

enum status json_scan(struct str text, struct arena *arena, const struct json_node **ret_root,
                      struct err *err)
{
    static const struct json_scan_rules rules = { .nodes_max = JSON_NODES_MAX };

    return json_scan_by(text, &rules, arena, ret_root, err);
}
