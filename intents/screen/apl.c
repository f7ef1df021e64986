/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/apl.c -- writes the parts of a document into buffers, and joins them at the
 * end. */
#include "intents/screen/apl.h"

#include <string.h>

#include "intents/screen/part.h"
#include "server/base/json.h"

static const struct str color_names[] = {
#define COLOR(id, name, dark, light) STR(name),
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

/* Weights are texts. */
static inline char *put_weight(char *p, int weight)
{
    p = part_member(p, STR(",\"fontWeight\":\""), weight);
    *p++ = '"';
    return p;
}

static inline char *put_color(char *p, struct str before, enum apl_color color, struct str after)
{
    p = part_words(part_words(p, before), color_names[color]);
    return part_words(p, after);
}

static inline char *put_place(char *p, const struct apl *a, struct apl_box b)
{
    p = part_member(p, STR(",\"position\":\"absolute\",\"left\":"), (a->left + b.x) * a->scale);
    p = part_member(p, STR(",\"top\":"), (a->top + b.y) * a->scale);
    p = part_member(p, STR(",\"width\":"), b.w * a->scale);
    return part_member(p, STR(",\"height\":"), b.h * a->scale);
}

/* ---- the document ---- */

void apl_begin(struct apl *a, double scale)
{
    *a = (struct apl){ .scale = scale,
                       .items = BUF_INIT(APL_BYTES_MAX),
                       .graphics = BUF_INIT(APL_BYTES_MAX),
                       .data = BUF_INIT(APL_BYTES_MAX) };
    (void)buf_reserve(&a->items, 12000);
    (void)buf_reserve(&a->graphics, 12000);
    (void)buf_reserve(&a->data, 2000);
}

enum {
    FRAME_BYTES = sizeof color_resources + 600 + PART_MAX
}; /* of a document without anything in it */

static void put_size(struct buf *out, double width, double height)
{
    char *p = part_begin(out);

    if (!p)
        return;
    p = part_member(p, STR(",\"width\":"), width);
    p = part_member(p, STR(",\"height\":"), height);
    part_end(out, part_words(p, STR(",\"items\":[")));
}

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
        put_size(out, width_dp, height_dp);
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

/* Begins a component: a part, which the caller goes on with and ends. */
static inline char *begin_item(struct apl *a, struct str type)
{
    char *p = part_begin(&a->items);

    if (!p)
        return NULL;
    if (a->comma)
        *p++ = ',';
    a->comma = true;
    return part_words(part_words(part_words(p, STR("{\"type\":\"")), type), STR("\""));
}

void apl_panel(struct apl *a, struct apl_box box, enum apl_color color, double radius)
{
    char *p = begin_item(a, STR("Frame"));

    if (!p)
        return;
    p = put_place(p, a, box);
    p = put_color(p, STR(",\"backgroundColor\":\"@"), color, STR("\""));
    if (radius > 0)
        p = part_member(p, STR(",\"borderRadius\":"), radius * a->scale);
    *p++ = '}';
    part_end(&a->items, p);
}

/* What stands for a letter that means something in a Text component. */
static struct str markup_of(char c)
{
    return c == '&' ? STR("&amp;") : c == '<' ? STR("&lt;") : c == '>' ? STR("&gt;") : STR("<br>");
}

static bool is_markup(char c)
{
    const uint64_t letters =
        UINT64_C(1) << '&' | UINT64_C(1) << '<' | UINT64_C(1) << '>' | UINT64_C(1) << '\n';

    return (unsigned char)c < 64 && (letters >> c & 1);
}

static void put_datum_name(struct apl *a)
{
    char *p = part_begin(&a->data);

    if (!p)
        return;
    p = part_member(p, a->texts > 0 ? STR(",\"t") : STR("\"t"), a->texts);
    part_end(&a->data, part_words(p, STR("\":")));
}

static void put_datum(struct apl *a, struct str text)
{
    struct buf clean = BUF_INIT(APL_BYTES_MAX);
    size_t from = 0;

    put_datum_name(a);
    for (size_t i = 0; i < text.n; i++) {
        if (!is_markup(text.p[i]))
            continue;
        put(&clean, str_sub(text, from, i));
        put(&clean, markup_of(text.p[i]));
        from = i + 1;
    }
    if (from > 0)
        put(&clean, str_sub(text, from, text.n));
    json_put_string(&a->data, from > 0 ? buf_str(&clean) : text);
    a->data.failed = a->data.failed || clean.failed;
    buf_free(&clean);
}

/* Ends a Text. */
static void end_text(struct apl *a, char *p, struct apl_face face, struct str text)
{
    static const struct str aligns[] = { STR(""), STR(",\"textAlign\":\"center\""),
                                         STR(",\"textAlign\":\"right\"") };

    put_datum(a, text);
    p = part_member(p, STR(",\"text\":\"${payload.answer.t"), a->texts++);
    p = part_member(p, STR("}\",\"fontSize\":"), face.size * a->scale);
    if (face.weight != 0)
        p = put_weight(p, face.weight);
    p = put_color(p, STR(",\"color\":\"@"), face.color, STR("\""));
    p = part_words(p, aligns[face.align]);
    if (face.lines > 0)
        p = part_member(p, STR(",\"maxLines\":"), face.lines);
    *p++ = '}';
    part_end(&a->items, p);
}

void apl_text(struct apl *a, struct apl_box box, struct apl_face face, struct str text)
{
    char *p = text.n > 0 ? begin_item(a, STR("Text")) : NULL;

    if (!p)
        return;
    p = put_place(p, a, box);
    if (!face.top)
        p = part_words(p, STR(",\"textAlignVertical\":\"center\""));
    end_text(a, p, face, text);
}

void apl_keep_text(struct apl *a, struct str text)
{
    put_datum(a, text);
    a->texts++;
}

void apl_scroll_begin(struct apl *a, struct apl_box box)
{
    char *p = begin_item(a, STR("ScrollView"));

    if (!p)
        return;
    p = put_place(p, a, box);
    p = part_member(p, STR(",\"item\":{\"type\":\"Container\",\"width\":"), box.w * a->scale);
    part_end(&a->items, part_words(p, STR(",\"items\":[")));
    a->comma = false;
}

void apl_scroll_text(struct apl *a, double width, double space_before, struct apl_face face,
                     struct str text)
{
    char *p = text.n > 0 ? begin_item(a, STR("Text")) : NULL;

    if (!p)
        return;
    p = part_member(p, STR(",\"width\":"), width * a->scale);
    p = part_member(p, STR(",\"paddingTop\":"), space_before * a->scale);
    end_text(a, p, face, text);
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
    char *p = begin_item(a, STR("TouchWrapper"));

    if (!p)
        return;
    p = put_place(p, a, box);
    p = part_words(p, STR(",\"onPress\":[{\"type\":\"SendEvent\",\"arguments\":["));
    part_end(&a->items, p);
    put(&a->items, arguments);
    put(&a->items, STR("]}],\"item\":{\"type\":\"Frame\"}}"));
}

/* ---- drawings ---- */

/* A graphic, without what is handed to it and the end. */
static void begin_graphic(struct apl *a, struct apl_box box, struct str name)
{
    char *p = begin_item(a, STR("VectorGraphic"));

    if (!p)
        return;
    p = put_place(p, a, box);
    p = part_words(part_words(p, STR(",\"scale\":\"best-fit\",\"source\":\"")), name);
    *p++ = '"';
    part_end(&a->items, p);
}

void apl_show(struct apl *a, struct apl_box box, struct str name, struct str arguments)
{
    begin_graphic(a, box, name);
    put(&a->items, arguments);
    put(&a->items, STR("}"));
}

/* Items of a graphic are objects, and so are graphics. */
static inline char *begin_drawn(struct apl *a)
{
    char *p = part_begin(&a->graphics);

    if (p && a->graphics.n > 0 && p[-1] == '}')
        *p++ = ',';
    return p;
}

void apl_drawing_begin(struct apl *a, struct apl_box box)
{
    const char digit = (char)('0' + a->drawings % 10), name[] = { 'd', digit };
    char *p;

    apl_show(a, box, (struct str){ name, sizeof name },
             (struct str){ color_arguments, sizeof color_arguments - 1 });
    a->drawings++;
    p = begin_drawn(a);
    if (!p)
        return;
    p = part_words(p, STR("\"d"));
    *p++ = digit;
    p = part_words(p, STR("\":{\"type\":\"AVG\",\"version\":\"1.1\""));
    p = part_member(p, STR(",\"width\":"), box.w * a->scale);
    p = part_member(p, STR(",\"height\":"), box.h * a->scale);
    part_end(&a->graphics, part_words(p, STR(",")));
    put(&a->graphics, (struct str){ color_parameters, sizeof color_parameters - 1 });
    put(&a->graphics, STR(",\"items\":["));
}

void apl_drawing_end(struct apl *a)
{
    put(&a->graphics, STR("]}"));
}

void apl_path_begin(struct apl *a)
{
    char *p = begin_drawn(a);

    if (p)
        part_end(&a->graphics, part_words(p, STR("{\"type\":\"path\",\"pathData\":\"")));
}

static inline char *put_point(char *p, const struct apl *a, char letter, double x, double y)
{
    *p++ = letter;
    p = part_number(p, x * a->scale);
    *p++ = ',';
    return part_number(p, y * a->scale);
}

void apl_move(struct apl *a, double x, double y)
{
    char *p = part_begin(&a->graphics);

    if (p)
        part_end(&a->graphics, put_point(p, a, 'M', x, y));
}

void apl_line(struct apl *a, double x, double y)
{
    char *p = part_begin(&a->graphics);

    if (p)
        part_end(&a->graphics, put_point(p, a, 'L', x, y));
}

void apl_curve(struct apl *a, double x1, double y1, double x2, double y2, double x, double y)
{
    char *p = part_begin(&a->graphics);

    if (!p)
        return;
    p = put_point(p, a, 'C', x1, y1);
    p = put_point(p, a, ' ', x2, y2);
    part_end(&a->graphics, put_point(p, a, ' ', x, y));
}

void apl_smooth(struct apl *a, double x2, double y2, double x, double y)
{
    char *p = part_begin(&a->graphics);

    if (!p)
        return;
    p = put_point(p, a, 'S', x2, y2);
    part_end(&a->graphics, put_point(p, a, ' ', x, y));
}

void apl_stroke(struct apl *a, enum apl_color color, double width)
{
    char *p = part_begin(&a->graphics);

    if (!p)
        return;
    p = put_color(p, STR("\",\"stroke\":\"${"), color, STR("}\""));
    p = part_member(p, STR(",\"strokeWidth\":"), width * a->scale);
    p = part_words(p, STR(",\"strokeLineCap\":\"round\",\"strokeLineJoin\":\"round\"}"));
    part_end(&a->graphics, p);
}

void apl_fill(struct apl *a, enum apl_color color, double opacity)
{
    char *p = part_begin(&a->graphics);

    if (!p)
        return;
    p = put_color(p, STR("Z\",\"fill\":\"${"), color, STR("}\""));
    if (opacity < 1)
        p = part_member(p, STR(",\"fillOpacity\":"), opacity);
    *p++ = '}';
    part_end(&a->graphics, p);
}

/* Steps from the first corner: fewer and shorter numbers than four corners have. */
void apl_rectangle(struct apl *a, struct apl_box b)
{
    char *p = part_begin(&a->graphics);

    if (!p)
        return;
    p = put_point(p, a, 'M', b.x, b.y);
    p = part_member(p, STR("h"), b.w * a->scale);
    p = part_member(p, STR("v"), b.h * a->scale);
    p = part_member(p, STR("h"), -b.w * a->scale);
    *p++ = 'Z';
    part_end(&a->graphics, p);
}

void apl_label(struct apl *a, double x, double y, struct apl_face face, struct str text)
{
    static const struct str anchors[] = { STR("start"), STR("middle"), STR("end") };
    char *p = text.n <= APL_LABEL_MAX ? begin_drawn(a) : NULL;

    if (!p)
        return;
    p = part_words(p, STR("{\"type\":\"text\",\"x\":"));
    p = part_member(part_number(p, x * a->scale), STR(",\"y\":"), y * a->scale);
    p = part_member(p, STR(",\"fontSize\":"), face.size * a->scale);
    if (face.weight != 0)
        p = put_weight(p, face.weight);
    p = part_words(part_words(p, STR(",\"textAnchor\":\"")), anchors[face.align]);
    p = put_color(p, STR("\",\"fill\":\"${"), face.color, STR("}\",\"text\":\""));
    part_end(&a->graphics, part_words(part_words(p, text), STR("\"}")));
}
