/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/apl.h -- writes a document of Alexa's Presentation Language, with drawings in
 * Alexa's vector graphics.
 *
 * Everything is placed at absolute positions, in units of the document's scale. All text goes to
 * the data source, because a device evaluates what the document itself says: text from outside must
 * not be read as an expression, a resource or markup. Colors are names of apl_colors.def, which has
 * a value for dark screens and one for light ones. */
#ifndef CLIMACAST_INTENTS_SCREEN_APL_H
#define CLIMACAST_INTENTS_SCREEN_APL_H

#include <stdbool.h>

#include "server/base/str.h"

enum { APL_BYTES_MAX = 72 * 1024 }; /* of a directive */

enum apl_color {
#define COLOR(id, name, dark, light) APL_##id,
#include "intents/screen/apl_colors.def"
#undef COLOR
    APL_COLORS
};

struct apl_box {
    double x, y, w, h;
};

enum apl_align { APL_LEFT, APL_CENTER, APL_RIGHT };

/* How a text looks. */
struct apl_face {
    double size; /* of the font */
    enum apl_color color;
    enum apl_align align;
    int weight; /* 300, 400 or 700 */
    int lines;  /* at most; 0: as many as it takes */
    bool top;   /* at the top of its box, else in its middle */
};

struct apl {
    double scale;     /* dp of a unit */
    double left, top; /* where the page begins, in units: a round one is centered */
    struct buf items, graphics, data;
    int texts, drawings; /* written so far */
    unsigned icons;      /* those that are in `graphics` */
    bool comma;          /* the list that is being written has an item */
};

void apl_begin(struct apl *a, double scale);
/* Appends the directive to `out`. False when it is too large, or out of memory; `out` is then as
 * before. Frees `a`. */
bool apl_end(struct apl *a, struct str token, int width_dp, int height_dp, struct buf *out);

/* A panel with rounded corners. */
void apl_panel(struct apl *a, struct apl_box box, enum apl_color color, double radius);
void apl_text(struct apl *a, struct apl_box box, struct apl_face face, struct str text);
/* Keeps a text in the data source without showing it. */
void apl_keep_text(struct apl *a, struct str text);
/* Texts below one another, which scroll: begin, texts without a place of their own, end. */
void apl_scroll_begin(struct apl *a, struct apl_box box);
void apl_scroll_text(struct apl *a, double width, double space_before, struct apl_face face,
                     struct str text);
void apl_scroll_end(struct apl *a);

/* A place to touch, which sends the arguments: JSON strings with commas between them. What is drawn
 * there is drawn before. */
enum { APL_ARGUMENTS_MAX = 10, APL_ARGUMENT_MAX = 100 /* characters */ };
void apl_touch(struct apl *a, struct apl_box box, struct str arguments);
/* May a text from outside be an argument?  Not when it could be read as an expression, or is too
 * long. */
bool apl_is_literal(struct str s);

/* ---- drawings: begin, paths and labels in units from the corner of the box, end ---- */
void apl_drawing_begin(struct apl *a, struct apl_box box);
void apl_drawing_end(struct apl *a);
void apl_path_begin(struct apl *a);
void apl_move(struct apl *a, double x, double y);
void apl_line(struct apl *a, double x, double y);
/* A whole rectangle. */
void apl_rectangle(struct apl *a, struct apl_box box);
/* A Bezier curve, with its second handle; the first one mirrors that of the curve before. */
void apl_smooth(struct apl *a, double x2, double y2, double x, double y);
/* The same with both. */
void apl_curve(struct apl *a, double x1, double y1, double x2, double y2, double x, double y);
void apl_stroke(struct apl *a, enum apl_color color, double width); /* ends the path */
void apl_fill(struct apl *a, enum apl_color color, double opacity); /* the same, closed */
/* A short text of ours, without a letter that JSON escapes. */
enum { APL_LABEL_MAX = 64 };
void apl_label(struct apl *a, double x, double y, struct apl_face face, struct str text);

/* ---- for icon.c ---- */
/* Shows the drawing of that name at this place; `arguments` are members that hand it its colors,
 * each after a comma. */
void apl_show(struct apl *a, struct apl_box box, struct str name, struct str arguments);

#endif
