/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/apl.c -- writes the parts of a document into buffers, and joins them at the end.
 *
 * printf() takes longer than all the rest, so numbers are written by hand. */
#include "intents/screen/apl.h"

#include <stdint.h>
#include <string.h>

#include "server/base/json.h"

static const char *const color_names[] = {
#define COLOR(id, name, dark, light) name,
#include "intents/screen/apl_colors.def"
#undef COLOR
};

/* A graphic knows only the colors that are handed to it. */
static const char color_parameters[] = "\"parameters\":["
#define COLOR(id, name, dark, light) "\"" name "\","
#include "intents/screen/apl_colors.def"
#undef COLOR
                                       "\"none\"]";
static const char color_arguments[] = ""
#define COLOR(id, name, dark, light) ",\"" name "\":\"@" name "\""
#include "intents/screen/apl_colors.def"
#undef COLOR
    ;
static const char color_resources[] =
    "\"resources\":[{\"colors\":{"
#define COLOR(id, name, dark, light) "\"" name "\":\"" dark "\","
#include "intents/screen/apl_colors.def"
#undef COLOR
    "\"none\":\"#00000000\"}},{\"when\":\"${viewport.theme == 'light'}\",\"colors\":{"
#define COLOR(id, name, dark, light) "\"" name "\":\"" light "\","
#include "intents/screen/apl_colors.def"
#undef COLOR
    "\"none\":\"#00000000\"}}]";

/* ---- numbers and members ---- */

/* As buf_put(), and quick where there is room, as there nearly always is. */
static inline void put(struct buf *b, struct str s)
{
    if (b->failed || s.n >= b->cap - b->n || s.n > b->max - b->n) {
        buf_put(b, s);
        return;
    }
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
    b->p[b->n] = '\0';
}

static inline void putz(struct buf *b, const char *z)
{
    put(b, str_of(z));
}

/* Two digits of a number below 100. */
static inline char *put_two(char *p, uint32_t value)
{
    *p++ = (char)('0' + value / 10);
    *p++ = (char)('0' + value % 10);
    return p;
}

static char *put_digits(char *p, uint32_t value)
{
    if (value >= 10000) {
        p = put_digits(p, value / 10000);
        return put_two(put_two(p, value / 100 % 100), value % 100);
    }
    if (value >= 1000)
        return put_two(put_two(p, value / 100), value % 100);
    if (value >= 100) {
        *p++ = (char)('0' + value / 100);
        return put_two(p, value % 100);
    }
    if (value >= 10)
        return put_two(p, value);
    *p++ = (char)('0' + value);
    return p;
}

/* With one decimal, where it has one. */
static void put_tenths(struct buf *out, double value)
{
    enum { DIGITS_MAX = 16 };
    double bounded = value < -99999 ? -99999 : value > 99999 ? 99999 : value;
    int32_t tenths = (int32_t)(bounded * 10 + (bounded < 0 ? -0.5 : 0.5));
    uint32_t left = (uint32_t)(tenths < 0 ? -tenths : tenths);
    char digits[DIGITS_MAX], *p = digits;

    if (tenths < 0)
        *p++ = '-';
    p = put_digits(p, left / 10);
    if (left % 10 != 0) {
        *p++ = '.';
        *p++ = (char)('0' + left % 10);
    }
    put(out, (struct str){ digits, (size_t)(p - digits) });
}

static inline void put_member(struct buf *out, struct str name, double value)
{
    put(out, name);
    put_tenths(out, value);
}

/* Weights are texts. */
static void put_weight(struct buf *out, int weight)
{
    put_member(out, STR(",\"fontWeight\":\""), weight);
    buf_putc(out, '"');
}

static inline void put_color(struct buf *out, enum apl_color color, struct str before,
                             struct str after)
{
    put(out, before);
    putz(out, color_names[color]);
    put(out, after);
}

static void put_place(struct apl *a, struct apl_box b)
{
    put_member(&a->items, STR(",\"position\":\"absolute\",\"left\":"), (a->left + b.x) * a->scale);
    put_member(&a->items, STR(",\"top\":"), (a->top + b.y) * a->scale);
    put_member(&a->items, STR(",\"width\":"), b.w * a->scale);
    put_member(&a->items, STR(",\"height\":"), b.h * a->scale);
}

static void put_comma(struct buf *out, bool *comma)
{
    if (*comma)
        buf_putc(out, ',');
    *comma = true;
}

/* ---- the document ---- */

void apl_begin(struct apl *a, double scale)
{
    *a = (struct apl){ .scale = scale,
                       .items = BUF_INIT(APL_BYTES_MAX),
                       .graphics = BUF_INIT(APL_BYTES_MAX),
                       .data = BUF_INIT(APL_BYTES_MAX) };
    (void)buf_reserve(&a->items, 12000);
    (void)buf_reserve(&a->graphics, 8000);
    (void)buf_reserve(&a->data, 2000);
}

enum { FRAME_BYTES = sizeof color_resources + 600 }; /* of a document without anything in it */

bool apl_end(struct apl *a, struct str token, int width_dp, int height_dp, struct buf *out)
{
    bool good = !a->items.failed && !a->graphics.failed && !a->data.failed &&
                a->items.n + a->graphics.n + a->data.n < APL_BYTES_MAX;

    if (good) {
        (void)buf_reserve(out, a->items.n + a->graphics.n + a->data.n + FRAME_BYTES);
        put(out, STR("{\"type\":\"Alexa.Presentation.APL.RenderDocument\",\"token\":\""));
        put(out, token);
        put(out, STR("\",\"document\":{\"type\":\"APL\",\"version\":\"1.4\","));
        put(out, (struct str){ color_resources, sizeof color_resources - 1 });
        put(out, STR(",\"graphics\":{"));
        put(out, buf_str(&a->graphics));
        put(out, STR("},\"mainTemplate\":{\"parameters\":[\"payload\"],\"items\":[{\"type\":"
                     "\"Frame\",\"backgroundColor\":\"@ground\",\"width\":\"100vw\",\"height\":"
                     "\"100vh\",\"item\":{\"type\":\"Container\""));
        put_member(out, STR(",\"width\":"), width_dp);
        put_member(out, STR(",\"height\":"), height_dp);
        put(out, STR(",\"items\":["));
        put(out, buf_str(&a->items));
        put(out, STR("]}}]}},\"datasources\":{\"answer\":{"));
        put(out, buf_str(&a->data));
        put(out, STR("}}}"));
    }
    buf_free(&a->items);
    buf_free(&a->graphics);
    buf_free(&a->data);
    return good;
}

/* ---- components ---- */

static void begin_item(struct apl *a, struct str type)
{
    put_comma(&a->items, &a->comma);
    put(&a->items, STR("{\"type\":\""));
    put(&a->items, type);
    buf_putc(&a->items, '"');
}

void apl_panel(struct apl *a, struct apl_box box, enum apl_color color, double radius)
{
    begin_item(a, STR("Frame"));
    put_place(a, box);
    put_color(&a->items, color, STR(",\"backgroundColor\":\"@"), STR("\""));
    if (radius > 0)
        put_member(&a->items, STR(",\"borderRadius\":"), radius * a->scale);
    buf_putc(&a->items, '}');
}

/* The letters that mean something in a Text component, and what stands for them. */
static struct str markup_of(char c)
{
    return c == '&'    ? STR("&amp;")
           : c == '<'  ? STR("&lt;")
           : c == '>'  ? STR("&gt;")
           : c == '\n' ? STR("<br>")
                       : STR_NONE;
}

static void put_datum(struct apl *a, struct str text)
{
    struct buf clean = BUF_INIT(APL_BYTES_MAX);
    size_t from = 0;

    put(&a->data, a->texts > 0 ? STR(",\"t") : STR("\"t"));
    put_tenths(&a->data, a->texts);
    put(&a->data, STR("\":"));
    for (size_t i = 0; i < text.n; i++) {
        struct str markup = markup_of(text.p[i]);
        if (markup.n == 0)
            continue;
        put(&clean, str_sub(text, from, i));
        put(&clean, markup);
        from = i + 1;
    }
    if (from > 0)
        put(&clean, str_sub(text, from, text.n));
    json_put_string(&a->data, from > 0 ? buf_str(&clean) : text);
    a->data.failed = a->data.failed || clean.failed;
    buf_free(&clean);
}

static void put_set_text(struct apl *a, struct apl_face face, struct str text)
{
    static const char *const aligns[] = { "", ",\"textAlign\":\"center\"",
                                          ",\"textAlign\":\"right\"" };
    struct buf *out = &a->items;

    put_datum(a, text);
    put_member(out, STR(",\"text\":\"${payload.answer.t"), a->texts++);
    put_member(out, STR("}\",\"fontSize\":"), face.size * a->scale);
    if (face.weight != 0)
        put_weight(out, face.weight);
    put_color(out, face.color, STR(",\"color\":\"@"), STR("\""));
    putz(out, aligns[face.align]);
    if (face.lines > 0)
        put_member(out, STR(",\"maxLines\":"), face.lines);
    buf_putc(out, '}');
}

void apl_text(struct apl *a, struct apl_box box, struct apl_face face, struct str text)
{
    if (text.n == 0)
        return;
    begin_item(a, STR("Text"));
    put_place(a, box);
    if (!face.top)
        put(&a->items, STR(",\"textAlignVertical\":\"center\""));
    put_set_text(a, face, text);
}

void apl_keep_text(struct apl *a, struct str text)
{
    put_datum(a, text);
    a->texts++;
}

void apl_scroll_begin(struct apl *a, struct apl_box box)
{
    begin_item(a, STR("ScrollView"));
    put_place(a, box);
    put_member(&a->items, STR(",\"item\":{\"type\":\"Container\",\"width\":"), box.w * a->scale);
    put(&a->items, STR(",\"items\":["));
    a->comma = false;
}

void apl_scroll_text(struct apl *a, double width, double space_before, struct apl_face face,
                     struct str text)
{
    if (text.n == 0)
        return;
    begin_item(a, STR("Text"));
    put_member(&a->items, STR(",\"width\":"), width * a->scale);
    put_member(&a->items, STR(",\"paddingTop\":"), space_before * a->scale);
    put_set_text(a, face, text);
}

void apl_scroll_end(struct apl *a)
{
    put(&a->items, STR("]}}"));
    a->comma = true;
}

bool apl_is_literal(struct str s)
{
    return s.n > 0 && s.n <= APL_ARGUMENT_MAX && str_is_utf8(s) && s.p[0] != '@' &&
           str_find(s, STR("${")) == s.n;
}

void apl_touch(struct apl *a, struct apl_box box, struct str arguments)
{
    begin_item(a, STR("TouchWrapper"));
    put_place(a, box);
    put(&a->items, STR(",\"onPress\":[{\"type\":\"SendEvent\",\"arguments\":["));
    put(&a->items, arguments);
    put(&a->items, STR("]}],\"item\":{\"type\":\"Frame\",\"width\":\"100%\",\"height\":"
                       "\"100%\"}}"));
}

/* ---- drawings ---- */

static void show_graphic(struct apl *a, struct apl_box box, const char *name, struct str arguments)
{
    begin_item(a, STR("VectorGraphic"));
    put_place(a, box);
    put(&a->items, STR(",\"scale\":\"best-fit\",\"source\":\""));
    putz(&a->items, name);
    buf_putc(&a->items, '"');
    put(&a->items, arguments);
    buf_putc(&a->items, '}');
}

void apl_show(struct apl *a, struct apl_box box, const char *name)
{
    show_graphic(a, box, name,
                 STR(",\"sun\":\"@sun\",\"cloud\":\"@cloud\",\"rain\":\"@rain\","
                     "\"ink\":\"@ink\""));
}

static bool drawing_comma(const struct apl *a)
{
    return a->graphics.n > 0 && a->graphics.p[a->graphics.n - 1] == '}';
}

static void put_item_comma(struct apl *a)
{
    if (drawing_comma(a))
        buf_putc(&a->graphics, ',');
}

void apl_drawing_begin(struct apl *a, struct apl_box box)
{
    char name[8] = { 'd', (char)('0' + a->drawings % 10), '\0' };

    show_graphic(a, box, name, (struct str){ color_arguments, sizeof color_arguments - 1 });
    a->drawings++;
    put_item_comma(a);
    buf_putc(&a->graphics, '"');
    putz(&a->graphics, name);
    put(&a->graphics, STR("\":{\"type\":\"AVG\",\"version\":\"1.1\","));
    put(&a->graphics, (struct str){ color_parameters, sizeof color_parameters - 1 });
    put_member(&a->graphics, STR(",\"width\":"), box.w * a->scale);
    put_member(&a->graphics, STR(",\"height\":"), box.h * a->scale);
    put(&a->graphics, STR(",\"items\":["));
}

void apl_drawing_end(struct apl *a)
{
    put(&a->graphics, STR("]}"));
}

void apl_path_begin(struct apl *a)
{
    put_item_comma(a);
    put(&a->graphics, STR("{\"type\":\"path\",\"pathData\":\""));
}

static void put_point(struct apl *a, char letter, double x, double y)
{
    put(&a->graphics, (struct str){ &letter, 1 });
    put_tenths(&a->graphics, x * a->scale);
    put(&a->graphics, STR(","));
    put_tenths(&a->graphics, y * a->scale);
}

void apl_move(struct apl *a, double x, double y)
{
    put_point(a, 'M', x, y);
}

void apl_line(struct apl *a, double x, double y)
{
    put_point(a, 'L', x, y);
}

void apl_curve(struct apl *a, double x1, double y1, double x2, double y2, double x, double y)
{
    put_point(a, 'C', x1, y1);
    put_point(a, ' ', x2, y2);
    put_point(a, ' ', x, y);
}

void apl_smooth(struct apl *a, double x2, double y2, double x, double y)
{
    put_point(a, 'S', x2, y2);
    put_point(a, ' ', x, y);
}

void apl_stroke(struct apl *a, enum apl_color color, double width)
{
    put_color(&a->graphics, color, STR("\",\"stroke\":\"${"), STR("}\""));
    put_member(&a->graphics, STR(",\"strokeWidth\":"), width * a->scale);
    put(&a->graphics, STR(",\"strokeLineCap\":\"round\",\"strokeLineJoin\":\"round\"}"));
}

void apl_fill(struct apl *a, enum apl_color color, double opacity)
{
    put_color(&a->graphics, color, STR("Z\",\"fill\":\"${"), STR("}\""));
    if (opacity < 1)
        put_member(&a->graphics, STR(",\"fillOpacity\":"), opacity);
    buf_putc(&a->graphics, '}');
}

/* Steps from the first corner: fewer and shorter numbers than four corners have. */
void apl_rectangle(struct apl *a, struct apl_box b)
{
    apl_move(a, b.x, b.y);
    put_member(&a->graphics, STR("h"), b.w * a->scale);
    put_member(&a->graphics, STR("v"), b.h * a->scale);
    put_member(&a->graphics, STR("h"), -b.w * a->scale);
    put(&a->graphics, STR("Z"));
}

void apl_label(struct apl *a, double x, double y, struct apl_face face, struct str text)
{
    static const char *const anchors[] = { "start", "middle", "end" };
    struct buf *out = &a->graphics;

    put_item_comma(a);
    put(out, STR("{\"type\":\"text\",\"text\":"));
    json_put_string(out, text);
    put_member(out, STR(",\"x\":"), x * a->scale);
    put_member(out, STR(",\"y\":"), y * a->scale);
    put_member(out, STR(",\"fontSize\":"), face.size * a->scale);
    if (face.weight != 0)
        put_weight(out, face.weight);
    put(out, STR(",\"textAnchor\":\""));
    putz(out, anchors[face.align]);
    put_color(out, face.color, STR("\",\"fill\":\"${"), STR("}\"}"));
}
