/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/broadcast_ssml.c -- keeps those parts of a weather radio script that Alexa knows.
 *
 * Expat reads the XML, since the script comes from outside: it is strict, bounded, and survives
 * without memory. The elements and values that Alexa accepts are in broadcast_ssml.def; it rejects
 * a whole response for one unknown value, so an attribute with another value is dropped, and an
 * element that needs it too. */
#include "intents/alexa/broadcast_ssml.h"

#include <expat.h>
#include <stdbool.h>
#include <string.h>

#include "intents/alexa/ssml.h"

enum { KEPT_DEPTH_MAX = 8, DEPTH_MAX = 64, VALUE_MAX = 100 };

static const struct {
    const char *element, *attribute;
    bool needed;        /* the element means nothing without it */
    const char *values; /* "|a|b|"; "%": a percentage; "time": seconds; "": any text */
} rules[] = {
#define SSML(element, attribute, needed, values) { element, attribute, needed, values },
#include "intents/alexa/broadcast_ssml.def"
#undef SSML
};
enum { RULES = sizeof rules / sizeof rules[0] };

struct filter {
    XML_Parser parser;
    struct buf *out;
    int depth;            /* elements open in the script */
    int silent_from;      /* nothing within the element at this depth is heard; 0: all is */
    int kept_count;       /* elements open in `out` */
    bool kept[DEPTH_MAX]; /* of those open in the script */
    bool heard;           /* there is text */
    const char *fault;
};

static void stop(struct filter *f, const char *fault)
{
    if (!f->fault)
        f->fault = fault;
    (void)XML_StopParser(f->parser, XML_FALSE);
}

/* ---- values ---- */

/* A number with this suffix: "90%", "500ms". */
static bool is_number_with(struct str value, struct str end)
{
    size_t digits = 0;

    if (value.n <= end.n || !str_eq(str_sub(value, value.n - end.n, value.n), end))
        return false;
    for (size_t i = 0; i < value.n - end.n; i++) {
        bool sign = i == 0 && (value.p[i] == '+' || value.p[i] == '-');
        bool digit = value.p[i] >= '0' && value.p[i] <= '9';
        if (!digit && !sign && value.p[i] != '.')
            return false;
        digits += digit;
    }
    return digits > 0 && digits <= 4;
}

static bool is_listed(struct str value, struct str list)
{
    struct str one;

    while (str_split(&list, '|', &one))
        if (value.n > 0 && str_eq(one, value))
            return true;
    return false;
}

static bool value_allowed(struct str value, struct str values)
{
    if (value.n == 0 || value.n > VALUE_MAX)
        return false;
    if (values.n == 0)
        return true;
    if (str_eqz(values, "time"))
        return is_number_with(value, STR("ms")) || is_number_with(value, STR("s"));
    return is_listed(value, values) ||
           (str_starts(values, STR("%")) && is_number_with(value, STR("%")));
}

/* ---- elements ---- */

static const char *attribute_value(const char *const *attributes, const char *name)
{
    for (; *attributes; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return NULL;
}

/* Appends an element's tag; false when it is not one that is kept. */
static bool put_tag(struct filter *f, const char *element, const char *const *attributes)
{
    size_t start = f->out->n;
    bool known = false;

    for (size_t i = 0; i < RULES; i++) {
        if (strcmp(rules[i].element, element) != 0)
            continue;
        if (!known)
            buf_printf(f->out, "<%s", element);
        known = true;
        const char *value =
            *rules[i].attribute ? attribute_value(attributes, rules[i].attribute) : NULL;
        if (value && value_allowed(str_of(value), str_of(rules[i].values))) {
            buf_printf(f->out, " %s=\"", rules[i].attribute);
            ssml_escape(f->out, str_of(value));
            buf_putc(f->out, '"');
        } else if (rules[i].needed) {
            buf_truncate(f->out, start);
            return false;
        }
    }
    if (known)
        buf_putz(f->out, strcmp(element, "break") == 0 ? "/>" : ">");
    return known;
}

static bool is_silent(const char *element)
{
    static const char *const silent[] = { "audio", "desc", "metadata", "script", "style" };

    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++)
        if (strcmp(silent[i], element) == 0)
            return true;
    return false;
}

static void XMLCALL start_element(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct filter *f = data;
    bool kept = false;

    if (f->depth == 0 && strcmp(name, "speak") != 0)
        stop(f, "it is not SSML");
    if (f->depth == DEPTH_MAX)
        stop(f, "its elements are nested too deeply");
    if (f->fault)
        return;
    if (f->silent_from == 0 && is_silent(name))
        f->silent_from = f->depth + 1;
    if (f->silent_from == 0 && f->kept_count < KEPT_DEPTH_MAX)
        kept = put_tag(f, name, (const char *const *)attributes);
    kept = kept && strcmp(name, "break") != 0;
    f->kept_count += kept;
    f->kept[f->depth++] = kept;
}

static void XMLCALL end_element(void *data, const XML_Char *name)
{
    struct filter *f = data;

    if (f->fault)
        return;
    f->depth--;
    if (f->silent_from == f->depth + 1)
        f->silent_from = 0;
    if (!f->kept[f->depth])
        return;
    buf_printf(f->out, "</%s>", name);
    f->kept_count--;
}

static void XMLCALL hear_text(void *data, const XML_Char *text, int length)
{
    struct filter *f = data;
    struct str s = { text, (size_t)length };

    if (f->fault || f->silent_from > 0)
        return;
    f->heard = f->heard || str_trim(s).n > 0;
    ssml_escape(f->out, s);
}

static void XMLCALL refuse_doctype(void *data, const XML_Char *name, const XML_Char *system,
                                   const XML_Char *public_id, int internal)
{
    (void)name;
    (void)system;
    (void)public_id;
    (void)internal;
    stop(data, "it has a DTD");
}

enum status broadcast_ssml(struct buf *out, struct str script, struct err *err)
{
    struct filter f = { .parser = XML_ParserCreate(NULL), .out = out };
    const char *fault = NULL;

    if (!f.parser)
        return err_no_memory(err);
    XML_SetUserData(f.parser, &f);
    XML_SetElementHandler(f.parser, start_element, end_element);
    XML_SetCharacterDataHandler(f.parser, hear_text);
    XML_SetStartDoctypeDeclHandler(f.parser, refuse_doctype);
    if (XML_Parse(f.parser, script.p, (int)script.n, XML_TRUE) != XML_STATUS_OK)
        fault = f.fault ? f.fault : XML_ErrorString(XML_GetErrorCode(f.parser));
    else if (!f.heard)
        fault = "it has no text";
    XML_ParserFree(f.parser);
    if (out->failed)
        return err_no_memory(err);
    if (fault)
        return err_reason(err, ST_INVALID, "document_odd", "weather radio script: %s", fault);
    return ST_OK;
}
