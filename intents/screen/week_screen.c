/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/week_screen.c -- the days ahead: a picture, the chance of precipitation, and a bar
 * from the low to the high, on one scale for all of them.
 *
 * They come from the forecast grid, or from the forecaster's own periods when those were read. */
#include "intents/figures/week.h"
#include "intents/screen/icon.h"
#include "intents/screen/sheet.h"
#include "server/base/date_names.h"

#include <string.h>

/* A day as it is drawn. */
struct bar {
    int64_t at; /* within the day */
    enum icon icon;
    struct hour_value high, low, chance;
};

struct week {
    struct sheet *sheet;
    struct bar bars[DAYS_AHEAD];
    int count;
    double low, high; /* of the scale, degrees Celsius */
};

/* ---- the figures ---- */

static void read_grid_days(struct week *w)
{
    const struct screen_view *v = w->sheet->view;
    const struct days days = { v->place->zone, v->now };
    struct week_day read[DAYS_AHEAD];
    size_t count = week_read(v->figures->hours.grid, &days, DAYS_AHEAD, read);

    for (size_t i = 0; i < count; i++) {
        const struct week_day *d = &read[i];
        w->bars[w->count++] =
            (struct bar){ d->span.from, icon_of_day(d), d->high, d->low, d->chance };
    }
}

/* A period by day begins a new bar; one by night completes it. */
static void read_periods(struct week *w)
{
    const struct forecast_periods *periods = w->sheet->view->figures->extended;

    for (size_t i = 0; i < periods->count; i++) {
        const struct forecast_period *p = &periods->at[i];
        struct hour_value temperature = { p->has_temperature, p->temperature_c };
        bool night_alone = !p->daytime && i == 0;
        if (p->daytime || night_alone) {
            if (w->count == DAYS_AHEAD)
                return;
            w->bars[w->count++] = (struct bar){
                .at = p->start,
                .icon = icon_of_text(str_of(p->brief), p->daytime),
                .chance = { p->has_chance, p->chance },
            };
        }
        if (p->daytime)
            w->bars[w->count - 1].high = temperature;
        else
            w->bars[w->count - 1].low = temperature;
    }
}

static void read_scale(struct week *w)
{
    bool any = false;

    for (int i = 0; i < w->count; i++) {
        const struct hour_value *values[] = { &w->bars[i].low, &w->bars[i].high };
        for (int k = 0; k < 2; k++) {
            if (!values[k]->has)
                continue;
            w->low = any && w->low < values[k]->value ? w->low : values[k]->value;
            w->high = any && w->high > values[k]->value ? w->high : values[k]->value;
            any = true;
        }
    }
    if (w->high - w->low < 6)
        w->high = w->low + 6;
}

/* 0 at the lowest low, 1 at the highest high. */
static double share(const struct week *w, double value)
{
    return (value - w->low) / (w->high - w->low);
}

/* ---- parts that both forms share ---- */

static struct str day_name(const struct week *w, const struct bar *b)
{
    const struct days days = { w->sheet->view->place->zone, w->sheet->view->now };

    if (days_ahead_of(&days, b->at) == 0)
        return STR("Today");
    return str_of(weekday_short_name(civil_of(days.zone, b->at).weekday));
}

static void touch_day(const struct week *w, struct apl_box box, const struct bar *b)
{
    const struct sheet_slot slots[] = { { STR("metric"), STR("forecast") },
                                        sheet_day_slot(w->sheet, b->at) };

    sheet_put_touch(w->sheet, box, STR("MetricIntent"), slots, 2);
}

static struct str chance_text(struct buf *text, const struct bar *b)
{
    return b->chance.has ? sheet_percent(text, b->chance.value) : STR_NONE;
}

/* ---- columns, on a wide sheet ---- */

enum { NAME_ROW = 8, ICON_ROW = 13, CHANCE_ROW = 7, FIGURE = 8 };

static void draw_column(const struct week *w, const struct bar *b, double x, double top,
                        double below)
{
    const struct apl_face figure = {
        .size = 7, .weight = 700, .align = APL_CENTER, .color = APL_INK
    };
    struct apl_face low = figure;
    struct apl *a = &w->sheet->apl;
    struct buf *text = &w->sheet->text;
    double height = below - top;
    double high_y = below - (b->high.has ? share(w, b->high.value) : 1) * height;
    double low_y = below - (b->low.has ? share(w, b->low.value) : 0) * height;

    if (b->high.has && b->low.has) {
        apl_path_begin(a);
        apl_move(a, x, high_y + 2);
        apl_line(a, x, low_y - 2 > high_y + 2 ? low_y - 2 : high_y + 2.1);
        apl_stroke(a, APL_WARM, 4);
    }
    if (b->high.has)
        apl_label(a, x, high_y - 2, figure, sheet_degrees(text, w->sheet, b->high.value));
    low.color = APL_COLD;
    low.weight = 400;
    if (b->low.has)
        apl_label(a, x, low_y + 7.5, low, sheet_degrees(text, w->sheet, b->low.value));
}

static void put_column(const struct week *w, const struct bar *b, struct apl_box box)
{
    const struct apl_face name = {
        .size = 6, .weight = 700, .align = APL_CENTER, .lines = 1, .color = APL_INK
    };
    const struct apl_face chance = {
        .size = 5, .align = APL_CENTER, .lines = 1, .color = APL_RAIN
    };
    struct apl *a = &w->sheet->apl;
    struct buf *text = &w->sheet->text;

    apl_text(a, (struct apl_box){ box.x, box.y + 1, box.w, NAME_ROW }, name, day_name(w, b));
    icon_put(a,
             (struct apl_box){ box.x + (box.w - ICON_ROW) / 2, box.y + NAME_ROW + 1, ICON_ROW,
                               ICON_ROW },
             b->icon);
    apl_text(a, (struct apl_box){ box.x, box.y + NAME_ROW + ICON_ROW + 1, box.w, CHANCE_ROW },
             chance, chance_text(text, b));
    touch_day(w, box, b);
}

static void put_columns(const struct week *w, struct apl_box body)
{
    enum { GAP = 2 };
    struct apl *a = &w->sheet->apl;
    double width = (body.w - (w->count - 1) * GAP) / w->count;
    double top = NAME_ROW + ICON_ROW + CHANCE_ROW + FIGURE + 2, below = body.h - FIGURE - 2;

    for (int i = 0; i < w->count; i++)
        apl_panel(a, (struct apl_box){ body.x + i * (width + GAP), body.y, width, body.h },
                  APL_PANEL, 3);
    apl_drawing_begin(a, body);
    for (int i = 0; i < w->count; i++)
        draw_column(w, &w->bars[i], i * (width + GAP) + width / 2, top, below);
    apl_drawing_end(a);
    for (int i = 0; i < w->count; i++)
        put_column(w, &w->bars[i],
                   (struct apl_box){ body.x + i * (width + GAP), body.y, width, body.h });
}

/* ---- rows, on a tall or round sheet ---- */

struct row_places {
    double name, icon, chance, low, bar, bar_width, high; /* from the left */
    double size;
};

static void draw_row(const struct week *w, const struct bar *b, const struct row_places *at,
                     double y)
{
    struct apl *a = &w->sheet->apl;
    double from = at->bar + share(w, b->low.value) * at->bar_width;
    double to = at->bar + share(w, b->high.value) * at->bar_width;

    apl_path_begin(a);
    apl_move(a, at->bar, y);
    apl_line(a, at->bar + at->bar_width, y);
    apl_stroke(a, APL_RULE, 1);
    if (!b->high.has || !b->low.has)
        return;
    apl_path_begin(a);
    apl_move(a, from, y);
    apl_line(a, to > from ? to : from + 0.1, y);
    apl_stroke(a, APL_WARM, 2.5);
}

static void put_row(const struct week *w, const struct bar *b, const struct row_places *at,
                    struct apl_box box)
{
    struct apl *a = &w->sheet->apl;
    struct apl_face face = { .size = at->size, .weight = 700, .lines = 1, .color = APL_INK };
    struct buf *text = &w->sheet->text;
    double icon = box.h < 12 ? box.h - 1 : 11;

    apl_text(a, (struct apl_box){ box.x + at->name, box.y, at->icon - at->name, box.h }, face,
             day_name(w, b));
    icon_put(a, (struct apl_box){ box.x + at->icon, box.y + (box.h - icon) / 2, icon, icon },
             b->icon);
    face.align = APL_RIGHT;
    if (b->high.has)
        apl_text(a, (struct apl_box){ box.x + at->high, box.y, box.w - at->high, box.h }, face,
                 sheet_degrees(text, w->sheet, b->high.value));
    face.color = APL_COLD;
    face.weight = 400;
    if (b->low.has)
        apl_text(a, (struct apl_box){ box.x + at->low, box.y, at->bar - at->low - 3, box.h }, face,
                 sheet_degrees(text, w->sheet, b->low.value));
    face.color = APL_RAIN;
    face.size = SHEET_TEXT_MIN;
    if (at->chance > 0)
        apl_text(a, (struct apl_box){ box.x + at->chance, box.y, at->low - at->chance, box.h },
                 face, chance_text(text, b));
    touch_day(w, box, b);
}

static void put_rows(const struct week *w, struct apl_box body)
{
    bool round = w->sheet->form == SHEET_ROUND;
    const struct row_places at =
        round ? (struct row_places){ 0, 21, 0, 30, 46, body.w - 46 - 18, body.w - 16, 6 }
              : (struct row_places){ 0, 20, 31, 43, 58, body.w - 58 - 17, body.w - 15, 6.2 };
    double height = body.h / w->count;
    struct apl *a = &w->sheet->apl;

    height = height > 16 ? 16 : height;
    apl_drawing_begin(a, body);
    for (int i = 0; i < w->count; i++)
        draw_row(w, &w->bars[i], &at, (i + 0.5) * height);
    apl_drawing_end(a);
    for (int i = 0; i < w->count; i++)
        put_row(w, &w->bars[i], &at,
                (struct apl_box){ body.x, body.y + i * height, body.w, height });
}

/* ---- the sheet ---- */

void week_screen(struct sheet *p)
{
    struct apl_box body = sheet_body(p), words = body;
    struct week w = { .sheet = p };
    double size = p->form == SHEET_ROUND ? SHEET_TEXT_MIN : 5.5;

    if (p->view->figures->extended)
        read_periods(&w);
    else
        read_grid_days(&w);
    if (w.count == 0) {
        text_screen(p);
        return;
    }
    read_scale(&w);
    sheet_put_heading(p, STR("The days ahead"));
    words.h = p->form == SHEET_TALL ? 30 : 8;
    words.y = body.y + body.h - words.h;
    if (p->form == SHEET_ROUND) {
        body = (struct apl_box){ 13, 19, 74, 66 };
        words = (struct apl_box){ 24, 86, 52, 7 };
    } else if (sheet_words_shown(p, words, &size) > 0) {
        body.h -= words.h + 2;
    }
    if (p->form == SHEET_WIDE)
        put_columns(&w, body);
    else
        put_rows(&w, body);
    sheet_put_words(p, words, size, APL_SOFT);
    sheet_put_buttons(p, "week");
}
