/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/hours_screen.c -- the hours ahead: the curve of the temperature, the sun's hours,
 * bars for the chance of precipitation, and the wind.
 *
 * Every third hour has its figures; what was told is among them, on a lighter ground. */
#include <math.h>

#include "intents/figures/hour.h"
#include "intents/screen/icon.h"
#include "intents/screen/sheet.h"
#include "intents/sky/sun.h"
#include "intents/speech/phrase.h"
#include "intents/speech/units.h"

enum { HOUR = 3600, STEP = 3, HOURS_MAX = 25 };

struct chart {
    struct sheet *sheet;
    struct hour_forecast *hours;   /* HOURS_MAX of them, of which `count` are read */
    struct civil local[HOURS_MAX]; /* when those with figures begin, by the place's clock */
    bool day[HOURS_MAX];           /* the sun is up at its beginning */
    int count;
    struct apl_box box;        /* on the sheet */
    double left, column;       /* within the box: where the first hour is, and an hour's width */
    double curve, curve_end;   /* from top to bottom, within the box */
    double ground;             /* where the curve's area and the bars of the chance end */
    double chance, wind, last; /* baselines of the rows below */
    double low, high;          /* of the temperature, degrees Celsius */
};

/* ---- which hours ---- */

/* What was told is among the hours with figures; far from now, it soon begins the chart. */
static int64_t first_hour(const struct screen_view *v, int hours)
{
    int64_t running = hour_of(v->now), from = hour_of(v->figures->hours.from);

    if (v->figures->hours.next)
        return hour_of(v->now + HOUR - 1);
    if (from < running)
        return running;
    if (from + HOUR > running + (int64_t)(hours - STEP) * HOUR)
        return from - (int64_t)STEP * HOUR;
    return running + (from - running) % ((int64_t)STEP * HOUR);
}

static bool has_figures(int i)
{
    return i % STEP == 0;
}

static void read_chart(struct chart *c)
{
    const struct screen_view *v = c->sheet->view;
    int hours = c->sheet->form == SHEET_WIDE ? 24 : 12;
    int64_t start = first_hour(v, hours);
    bool any = false;

    for (int i = 0; i <= hours && start + (int64_t)i * HOUR < grid_end(v->figures->hours.grid);
         i++) {
        struct hour_forecast *h = &c->hours[i];
        int64_t t = start + (int64_t)i * HOUR;
        if (has_figures(i)) {
            hour_read_weather(v->figures->hours.grid, t, h);
            c->local[i] = civil_of(v->place->zone, t);
        } else {
            hour_read_outline(v->figures->hours.grid, t, h);
        }
        c->count = i + 1;
        if (!h->temperature.has)
            continue;
        c->low = any && c->low < h->temperature.value ? c->low : h->temperature.value;
        c->high = any && c->high > h->temperature.value ? c->high : h->temperature.value;
        any = true;
    }
    sun_is_up_hourly(v->place->lat, v->place->lon, start, c->count, c->day);
    if (c->high - c->low < 6) { /* keeps the curve of a steady day flat */
        double middle = (c->high + c->low) / 2;
        c->low = middle - 3;
        c->high = middle + 3;
    }
}

/* ---- where they are ---- */

enum { ICON_ROW = 10, LABEL = 7, ROW = 7, SIGNS = 6 };

/* Without the decimal that it would have on the screen: none is seen, and a chart has hundreds. */
static double whole(const struct chart *c, double length)
{
    double scale = c->sheet->apl.scale;

    return (double)(int)(length * scale + 0.5) / scale;
}

static void place_rows(struct chart *c, struct apl_box box)
{
    bool round = c->sheet->form == SHEET_ROUND;
    double below = box.h - 1.5;

    c->box = box;
    c->left = round ? 7 : SIGNS + 7;
    c->column = (box.w - c->left - 7) / (c->count > 1 ? c->count - 1 : 1);
    c->last = below;
    below -= ROW;
    c->wind = below;
    below -= ROW;
    c->chance = below;
    c->ground = below - 6.5;
    c->curve = ICON_ROW + LABEL;
    c->curve_end = c->ground - (c->ground - c->curve) * 0.25;
}

static double hour_x(const struct chart *c, int i)
{
    return whole(c, c->left + i * c->column);
}

static double temperature_y(const struct chart *c, int i)
{
    double share = (c->hours[i].temperature.value - c->low) / (c->high - c->low);

    return whole(c, c->curve_end - share * (c->curve_end - c->curve));
}

/* ---- the drawing ---- */

/* What was told, or at least its first hour. */
static void draw_told(const struct chart *c)
{
    const struct figures_hours *told = &c->sheet->view->figures->hours;
    double from = c->box.w, to = 0;

    for (int i = 0; !told->next && i < c->count; i++) {
        if (c->hours[i].start + HOUR <= told->from || c->hours[i].start >= told->to)
            continue;
        double x = hour_x(c, i);
        from = x < from ? x : from;
        to = x > to ? x : to;
    }
    if (to < from)
        return;
    from = from - 7 < 0 ? 0 : from - 7;
    to = to + 7 > c->box.w ? c->box.w : to + 7;
    apl_path_begin(&c->sheet->apl);
    apl_rectangle(&c->sheet->apl, (struct apl_box){ from, 0, to - from, c->box.h });
    apl_fill(&c->sheet->apl, APL_PANEL, 1);
}

/* The stretch of hours from `i` on that have a temperature; returns where it ends. */
static int end_of_stretch(const struct chart *c, int i)
{
    while (i < c->count && c->hours[i].temperature.has)
        i++;
    return i;
}

/* Smooth: each handle points along the line between the neighbors, so that the first one of a
 * stretch mirrors the last one of that before. */
static void draw_curve(const struct chart *c, int from, int to)
{
    struct apl *a = &c->sheet->apl;

    apl_move(a, hour_x(c, from), temperature_y(c, from));
    for (int i = from + 1; i < to; i++) {
        int after = i + 1 < to ? i + 1 : i;
        double slope = (temperature_y(c, after) - temperature_y(c, i - 1)) / 6;
        double x = hour_x(c, i), y = temperature_y(c, i);
        apl_smooth(a, whole(c, x - c->column / 3), whole(c, y - slope), x, y);
    }
}

/* The area below the curve: what its straight edges miss is behind the curve. */
static void draw_area(const struct chart *c, int from, int to)
{
    struct apl *a = &c->sheet->apl;

    apl_move(a, hour_x(c, from), c->ground);
    for (int i = from; i < to; i++)
        apl_line(a, hour_x(c, i), temperature_y(c, i));
    apl_line(a, hour_x(c, to - 1), c->ground);
}

static void draw_temperature(const struct chart *c)
{
    struct apl *a = &c->sheet->apl;

    for (int from = 0; from < c->count; from++) {
        int to = end_of_stretch(c, from);
        if (to - from > 1) {
            apl_path_begin(a);
            draw_area(c, from, to);
            apl_fill(a, APL_WARM, 0.2);
            apl_path_begin(a);
            draw_curve(c, from, to);
            apl_stroke(a, APL_WARM, 1.1);
        }
        from = to > from ? to : from;
    }
}

/* A line under the curve: bright while the sun is up. */
static void draw_sun(const struct chart *c)
{
    struct apl *a = &c->sheet->apl;

    for (int i = 0, to; i + 1 < c->count; i = to) {
        for (to = i + 1; to + 1 < c->count && c->day[to] == c->day[i]; to++)
            ;
        apl_path_begin(a);
        apl_move(a, hour_x(c, i), c->ground);
        apl_line(a, hour_x(c, to), c->ground);
        apl_stroke(a, c->day[i] ? APL_SUN : APL_RULE, 1.2);
    }
}

/* From the ground up: at 100 percent, half as high as the curve may be. */
static void draw_bars(const struct chart *c)
{
    double width = c->column * 0.7 > 4 ? 4 : c->column * 0.7;
    struct apl *a = &c->sheet->apl;

    apl_path_begin(a);
    apl_move(a, hour_x(c, 0), c->ground);
    for (int i = 0; i < c->count; i++) {
        const struct hour_value *chance = &c->hours[i].chance;
        double height = chance->value / 100 * (c->ground - c->curve) / 2;
        if (chance->has && units_round(chance->value) > 0)
            apl_rectangle(
                a, (struct apl_box){ hour_x(c, i) - width / 2, c->ground - height, width, height });
    }
    apl_fill(a, APL_RAIN, 0.8);
}

/* Which way the wind blows. */
static void draw_arrow(const struct chart *c, double x, double y, double from_degrees)
{
    const double degree = 3.14159265358979323846 / 180, length = 2.2;
    const double back = 1.47, aside = 1.03; /* of a barb, 1.8 long and 35 degrees off the shaft */
    double angle = (from_degrees + 180) * degree, dx = sin(angle), dy = -cos(angle);
    double tip_x = x + dx * length, tip_y = y + dy * length;
    struct apl *a = &c->sheet->apl;

    apl_move(a, x - dx * length, y - dy * length);
    apl_line(a, tip_x, tip_y);
    apl_move(a, tip_x - dx * back - dy * aside, tip_y - dy * back + dx * aside);
    apl_line(a, tip_x, tip_y);
    apl_line(a, tip_x - dx * back + dy * aside, tip_y - dy * back - dx * aside);
}

static bool has_arrow(const struct chart *c, const struct hour_forecast *h)
{
    return h->wind_direction.has && h->wind_speed.has &&
           units_speed(h->wind_speed.value, c->sheet->view->units) > 0;
}

static void draw_arrows(const struct chart *c)
{
    struct apl *a = &c->sheet->apl;

    apl_path_begin(a);
    apl_move(a, hour_x(c, 0), c->wind);
    for (int i = 0; i < c->count; i += STEP)
        if (has_arrow(c, &c->hours[i]))
            draw_arrow(c, hour_x(c, i) - 3.5, c->wind - 1.9, c->hours[i].wind_direction.value);
    apl_stroke(a, APL_SOFT, 0.6);
}

static void label_wind(const struct chart *c, const struct hour_forecast *h, double x)
{
    struct apl_face small = { .size = 5, .align = APL_CENTER, .color = APL_SOFT };
    struct buf *text = &c->sheet->text;
    int speed = units_speed(h->wind_speed.value, c->sheet->view->units);

    buf_reset(text);
    sheet_put_number(text, speed);
    small.align = has_arrow(c, h) ? APL_LEFT : APL_CENTER;
    apl_label(&c->sheet->apl, x, c->wind, small, buf_str(text));
}

/* The highest that the curve is beneath the figure of an hour, which reaches nearly as far as the
 * hours beside it. */
static double curve_top(const struct chart *c, int i)
{
    double here = temperature_y(c, i), top = here;

    for (int k = i - 1; k <= i + 1; k += 2) {
        if (k < 0 || k >= c->count || !c->hours[k].temperature.has)
            continue;
        double beside = 0.3 * here + 0.7 * temperature_y(c, k);
        top = beside < top ? beside : top;
    }
    return top;
}

/* The figures of an hour. */
static void label_hour(const struct chart *c, int i)
{
    struct apl_face face = { .size = 6, .weight = 700, .align = APL_CENTER, .color = APL_INK };
    struct apl *a = &c->sheet->apl;
    const struct hour_forecast *h = &c->hours[i];
    struct buf *text = &c->sheet->text;
    double x = hour_x(c, i);

    if (h->temperature.has)
        apl_label(a, x, curve_top(c, i) - 2, face,
                  sheet_degrees(text, c->sheet, h->temperature.value));
    face = (struct apl_face){ .size = 5, .align = APL_CENTER, .color = APL_RAIN };
    if (h->chance.has)
        apl_label(a, x, c->chance, face, sheet_percent(text, h->chance.value));
    if (h->wind_speed.has)
        label_wind(c, h, x);
    face.color = APL_SOFT;
    apl_label(a, x, c->last, face, sheet_clock(text, c->local[i]));
}

/* What the rows are: a drop, and moving air. */
static void draw_signs(const struct chart *c)
{
    struct apl *a = &c->sheet->apl;
    double y = c->chance - 1.8, w = c->wind - 1.8;

    if (c->sheet->form == SHEET_ROUND)
        return;
    apl_path_begin(a);
    apl_move(a, 2, y - 3);
    apl_curve(a, 3, y - 1.5, 4, y - 0.5, 4, y + 0.5);
    apl_curve(a, 4, y + 2.6, 0, y + 2.6, 0, y + 0.5);
    apl_curve(a, 0, y - 0.5, 1, y - 1.5, 2, y - 3);
    apl_fill(a, APL_RAIN, 1);
    apl_path_begin(a);
    for (int i = -1; i <= 1; i++) {
        apl_move(a, i == 0 ? 1 : 0, w + i * 1.6);
        apl_line(a, i == 0 ? 5 : 4, w + i * 1.6);
    }
    apl_stroke(a, APL_SOFT, 0.7);
}

static void draw_chart(const struct chart *c)
{
    apl_drawing_begin(&c->sheet->apl, c->box);
    draw_told(c);
    draw_bars(c);
    draw_temperature(c);
    draw_sun(c);
    draw_signs(c);
    draw_arrows(c);
    for (int i = 0; i < c->count; i++)
        if (has_figures(i))
            label_hour(c, i);
    apl_drawing_end(&c->sheet->apl);
}

/* ---- the rest ---- */

static void put_icons(const struct chart *c)
{
    double size = c->column * STEP < ICON_ROW ? c->column * STEP : ICON_ROW;

    for (int i = 0; i < c->count; i += STEP)
        icon_put(&c->sheet->apl,
                 (struct apl_box){ c->box.x + hour_x(c, i) - size / 2, c->box.y, size, size },
                 icon_of_hour(&c->hours[i], c->day[i]));
}

static void put_touches(const struct chart *c)
{
    double width = c->column * STEP;
    struct sheet_slot slots[2];

    for (int i = 0; i < c->count; i += STEP) {
        const struct civil *at = &c->local[i];
        const char time[] = { (char)('0' + at->hour / 10), (char)('0' + at->hour % 10), ':', '0',
                              '0' };
        slots[0] = (struct sheet_slot){ STR("time"), { time, sizeof time } };
        if (i == 0 || at->day != c->local[i - STEP].day)
            slots[1] = sheet_day_slot(c->sheet, c->hours[i].start);
        double x = hour_x(c, i) - width / 2;
        double from = x < 0 ? 0 : x, to = x + width > c->box.w ? c->box.w : x + width;
        sheet_put_touch(c->sheet,
                        (struct apl_box){ c->box.x + from, c->box.y, to - from, c->box.h },
                        STR("HoursIntent"), slots, 2);
    }
}

static void put_heading(const struct chart *c)
{
    struct sheet_slot day = sheet_day_slot(c->sheet, c->hours[0].start);
    struct buf text = BUF_INIT(SHEET_SHORT_MAX);

    if (str_eqz(day.value, "today")) {
        buf_putz(&text, "Next ");
        sheet_put_number(&text, c->count - 1);
        buf_putz(&text, " hours, in ");
        buf_putz(&text, c->sheet->view->units == UNITS_METRIC ? "°C, km/h" : "°F, mph");
    } else {
        buf_putz(&text, "From ");
        buf_put(&text, day.value);
        phrase_capitalize(&text, 5);
    }
    sheet_put_heading(c->sheet, buf_str(&text));
    buf_free(&text);
}

void hours_screen(struct sheet *p)
{
    struct apl_box body = sheet_body(p);
    struct apl_box words = body;
    struct hour_forecast hours[HOURS_MAX];
    struct chart c = { .sheet = p, .hours = hours };
    double size = p->form == SHEET_ROUND ? SHEET_TEXT_MIN : p->form == SHEET_TALL ? 6.5 : 5.5;
    size_t shown;

    read_chart(&c);
    if (c.count < 2) {
        text_screen(p);
        return;
    }
    words.h = p->form == SHEET_TALL ? 51 : p->form == SHEET_ROUND ? 13 : 7.5;
    words.y = body.y + body.h - words.h;
    shown = sheet_words_shown(p, words, &size);
    if (shown > 0)
        body.h -= words.h + 2;
    place_rows(&c, body);
    put_heading(&c);
    draw_chart(&c);
    put_icons(&c);
    sheet_put_first_words(p, words, size, APL_SOFT, shown);
    put_touches(&c);
    sheet_put_buttons(p, "hours");
}
