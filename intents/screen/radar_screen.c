/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/radar_screen.c -- what the radar sees around a place, drawn as paths: the place in
 * the middle, circles for the distance, and a color with its word for each strength. */
#include "intents/screen/sheet.h"
#include "intents/weather/radar.h"

static const struct {
    enum radar_strength strength;
    const char *word;
    enum apl_color color;
} strengths[] = {
    { RADAR_LIGHT, "Light", APL_RAIN },
    { RADAR_MODERATE, "Moderate", APL_SUN },
    { RADAR_HEAVY, "Heavy", APL_ALARM },
    { RADAR_VERY_HEAVY, "Very heavy", APL_INK },
};
enum { STRENGTHS = sizeof strengths / sizeof strengths[0] };

/* Neighbors in a row are one rectangle. */
static void draw_strength(struct apl *a, const struct radar *r, size_t which, double cell)
{
    bool begun = false;

    for (int row = 0; row < RADAR_CELLS; row++) {
        for (int from = 0, to; from < RADAR_CELLS; from = to + 1) {
            for (to = from; to < RADAR_CELLS && r->strength[row][to] == strengths[which].strength;
                 to++)
                ;
            if (to == from)
                continue;
            if (!begun)
                apl_path_begin(a);
            begun = true;
            apl_rectangle(a, (struct apl_box){ from * cell, row * cell, (to - from) * cell, cell });
        }
    }
    if (begun)
        apl_fill(a, strengths[which].color, 1);
}

static void draw_circle(struct apl *a, double x, double y, double radius)
{
    const double bend = 0.5523 * radius; /* of four Bezier curves that are nearly a circle */

    apl_move(a, x + radius, y);
    apl_curve(a, x + radius, y + bend, x + bend, y + radius, x, y + radius);
    apl_curve(a, x - bend, y + radius, x - radius, y + bend, x - radius, y);
    apl_curve(a, x - radius, y - bend, x - bend, y - radius, x, y - radius);
    apl_curve(a, x + bend, y - radius, x + radius, y - bend, x + radius, y);
}

/* Two distances from the place, with their lengths. */
static void draw_circles(struct sheet *p, double side)
{
    bool metric = p->view->units == UNITS_METRIC;
    const struct apl_face face = { .size = 5, .align = APL_CENTER, .color = APL_INK };
    struct apl *a = &p->apl;

    for (int i = 1; i <= 2; i++) {
        double km = metric ? 50 * i : 30 * 1.609344 * i, radius = side * km / RADAR_KM;
        struct buf text = BUF_INIT(SHEET_SHORT_MAX);
        apl_path_begin(a);
        draw_circle(a, side / 2, side / 2, radius);
        apl_stroke(a, APL_SOFT, 0.4);
        sheet_put_number(&text, metric ? 50 * i : 30 * i);
        buf_putz(&text, metric ? " km" : " mi");
        apl_label(a, side / 2, side / 2 + radius + 5, face, buf_str(&text));
        buf_free(&text);
    }
    apl_path_begin(a);
    draw_circle(a, side / 2, side / 2, 1.5);
    apl_fill(a, APL_INK, 1);
    apl_label(a, side / 2, 5, face, STR("N"));
}

static void draw_map(struct sheet *p, double x, double y, double side)
{
    struct apl_box box = { x, y, side, side };

    apl_panel(&p->apl, box, APL_PANEL, 0);
    apl_drawing_begin(&p->apl, box);
    for (size_t i = 0; i < STRENGTHS; i++)
        draw_strength(&p->apl, p->view->figures->radar, i, side / RADAR_CELLS);
    draw_circles(p, side);
    apl_drawing_end(&p->apl);
}

static void put_legend(struct sheet *p, double x, double y, double height)
{
    for (size_t i = 0; i < STRENGTHS; i++, y += height) {
        apl_panel(&p->apl, (struct apl_box){ x, y + (height - 5) / 2, 5, 5 }, strengths[i].color,
                  1);
        apl_text(&p->apl, (struct apl_box){ x + 8, y, 40, height },
                 (struct apl_face){ .size = 5, .lines = 1, .color = APL_INK },
                 str_of(strengths[i].word));
    }
}

void radar_screen(struct sheet *p)
{
    enum { GAP = 6, LEGEND_ROW = 7, LEGEND = STRENGTHS * LEGEND_ROW };
    struct apl_box body = sheet_body(p);
    double side = body.h, right;

    sheet_put_heading(p, STR("Radar"));
    if (p->form == SHEET_ROUND) {
        draw_map(p, 23, 18, 54);
        sheet_put_words(p, (struct apl_box){ 20, 73, 60, 20 }, 5, APL_INK);
        return;
    }
    if (p->form == SHEET_TALL) {
        side = body.w < body.h - LEGEND - GAP ? body.w : body.h - LEGEND - GAP;
        draw_map(p, body.x, body.y, side);
        body.y += side + GAP;
        body.h -= side + GAP;
        put_legend(p, body.x, body.y, LEGEND_ROW);
        sheet_put_words(p, (struct apl_box){ body.x + 42, body.y, body.w - 42, body.h }, 6,
                        APL_INK);
    } else {
        right = body.x + side + GAP;
        draw_map(p, body.x, body.y, side);
        sheet_put_words(
            p, (struct apl_box){ right, body.y, body.x + body.w - right, body.h - LEGEND - 2 }, 6.5,
            APL_INK);
        put_legend(p, right, body.y + body.h - LEGEND, LEGEND_ROW);
    }
    sheet_put_buttons(p, "");
}
