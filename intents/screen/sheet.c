/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/sheet.c -- what the templates share. */
#include "intents/screen/sheet.h"

#include <math.h>
#include <string.h>

#include "intents/brief.h"
#include "intents/figures/days.h"
#include "intents/screen/part.h"
#include "server/base/json.h"

enum { TEXT_BYTES = 2000, WHERE_BYTES = 1000, SLOT_BYTES_MAX = 200 };

void sheet_begin(struct sheet *p, const struct screen_view *v)
{
    double width = v->viewport->width, height = v->viewport->height, scale;
    double shorter = width < height ? width : height;
    bool tall = height > width;

    p->view = v;
    p->text = (struct buf)BUF_INIT(TEXT_BYTES);
    p->where = (struct buf)BUF_INIT(WHERE_BYTES);
    if (apl_is_literal(v->location)) {
        buf_put(&p->where, STR(",\"location\","));
        json_put_string(&p->where, v->location);
    }
    p->form = v->viewport->round ? SHEET_ROUND : tall ? SHEET_TALL : SHEET_WIDE;
    if (p->form == SHEET_ROUND) {
        scale = shorter / 100;
    } else {
        double across = width / (tall ? 100 : 160), down = height / (tall ? 160 : 100);
        scale = across < down ? across : down;
    }
    apl_begin(&p->apl, scale);
    p->w = p->form == SHEET_ROUND ? 100 : width / scale;
    p->h = p->form == SHEET_ROUND ? 100 : height / scale;
    p->apl.left = (width / scale - p->w) / 2;
    p->apl.top = (height / scale - p->h) / 2;
}

void sheet_end(struct sheet *p)
{
    buf_free(&p->text);
    buf_free(&p->where);
}

/* ---- the heading ---- */

static void put_place_name(struct buf *out, const struct place *place)
{
    if (!place) {
        buf_putz(out, "Clima Cast");
        return;
    }
    buf_put(out, place->city);
    buf_putz(out, place->state[0] ? ", " : "");
    buf_putz(out, place->state);
}

void sheet_put_heading(struct sheet *p, struct str what)
{
    const struct apl_face name = { .size = 7, .weight = 700, .lines = 1, .color = APL_INK };
    const struct apl_face round = {
        .size = 6, .weight = 700, .lines = 1, .align = APL_CENTER, .color = APL_INK
    };
    const struct apl_face side = { .size = 5, .lines = 1, .align = APL_RIGHT, .color = APL_SOFT };
    struct buf text = BUF_INIT(300);

    put_place_name(&text, p->view->place);
    if (p->form == SHEET_ROUND) {
        apl_text(&p->apl, (struct apl_box){ 22, 8, 56, 9 }, round, buf_str(&text));
    } else if (p->form == SHEET_WIDE) {
        apl_text(&p->apl, (struct apl_box){ SHEET_MARGIN, 4, p->w - 76, 10 }, name, buf_str(&text));
        apl_text(&p->apl, (struct apl_box){ p->w - 68, 4, 62, 10 }, side, what);
    } else {
        apl_text(&p->apl, (struct apl_box){ SHEET_MARGIN, 5, p->w - 12, 10 }, name, buf_str(&text));
        apl_text(&p->apl, (struct apl_box){ SHEET_MARGIN, 15, p->w - 12, 8 },
                 (struct apl_face){ .size = 5, .lines = 1, .color = APL_SOFT }, what);
    }
    buf_free(&text);
}

enum { BUTTONS_HEIGHT = 9, BUTTONS_BELOW = 4 };

struct apl_box sheet_body(const struct sheet *p)
{
    double top = p->form == SHEET_TALL ? 26 : 16;
    double below = BUTTONS_HEIGHT + BUTTONS_BELOW + 3;

    if (p->form == SHEET_ROUND)
        return (struct apl_box){ 14, 20, 72, 60 };
    return (struct apl_box){ SHEET_MARGIN, top, p->w - 2 * SHEET_MARGIN, p->h - top - below };
}

/* ---- the words of the answer ---- */

/* How many letters are likely to fit: they are a little more than half as wide as high, and a line
 * that breaks between words isn't full. */
static size_t letters_in(struct apl_box box, double size)
{
    double lines = floor(box.h / (size * 1.25)), in_line = box.w / (size * 0.56);

    return lines < 1 ? 0 : (size_t)(in_line * (lines - (lines - 1) * 0.12));
}

size_t sheet_words_shown(const struct sheet *p, struct apl_box box, double *size)
{
    struct str words = str_trim(p->view->words);
    size_t letters = str_utf8_length(words), fit, shown = 0, end;

    for (; *size > SHEET_TEXT_MIN && letters > letters_in(box, *size); *size -= 0.5)
        ;
    if (*size < SHEET_TEXT_MIN)
        *size = SHEET_TEXT_MIN;
    fit = letters_in(box, *size);
    if (letters <= fit)
        return words.n;
    while (shown < words.n) {
        end = shown + brief_sentence_end(str_sub(words, shown, words.n));
        letters = str_utf8_length(str_sub(words, shown, end));
        if (end == shown || letters > fit)
            break;
        shown = end;
        fit -= letters;
    }
    return shown;
}

void sheet_put_first_words(struct sheet *p, struct apl_box box, double size, enum apl_color color,
                           size_t shown)
{
    struct str words = str_trim(p->view->words);

    if (shown < words.n)
        apl_keep_text(&p->apl, words);
    apl_text(&p->apl, box,
             (struct apl_face){ .size = size,
                                .lines = (int)(box.h / (size * 1.25)),
                                .align = p->form == SHEET_ROUND ? APL_CENTER : APL_LEFT,
                                .color = color },
             str_trim(str_sub(words, 0, shown)));
}

void sheet_put_words(struct sheet *p, struct apl_box box, double size, enum apl_color color)
{
    size_t shown = sheet_words_shown(p, box, &size);

    sheet_put_first_words(p, box, size, color, shown);
}

/* ---- touch ---- */

static char *put_argument(char *p, struct str argument)
{
    p = part_words(part_words(p, STR(",\"")), argument);
    *p++ = '"';
    return p;
}

static bool are_short(const struct sheet_slot *slots, size_t count)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        n += slots[i].name.n + slots[i].value.n;
    return n <= SLOT_BYTES_MAX;
}

void sheet_put_touch(struct sheet *p, struct apl_box box, struct str intent,
                     const struct sheet_slot *slots, size_t count)
{
    struct buf *arguments = &p->text;
    char *to;

    buf_reset(arguments);
    if (p->view->location.n > 0 && p->where.n == 0)
        return; /* it would ask about another place */
    to = are_short(slots, count) ? part_begin(arguments) : NULL;
    if (!to)
        return;
    to = put_argument(to, intent);
    for (size_t i = 0; i < count; i++)
        if (slots[i].value.n > 0)
            to = put_argument(put_argument(to, slots[i].name), slots[i].value);
    part_end(arguments, to);
    buf_put(arguments, buf_str(&p->where));
    if (!arguments->failed && !p->where.failed)
        apl_touch(&p->apl, box, str_sub(buf_str(arguments), 1, arguments->n));
}

void sheet_put_buttons(struct sheet *p, const char *here)
{
    static const struct {
        const char *view, *name;
    } views[] = {
        { "conditions", "Now" }, { "hours", "Hours" }, { "week", "Week" }, { "alerts", "Alerts" }
    };
    enum { VIEWS = sizeof views / sizeof views[0], GAP = 3 };
    double width = (p->w - 2 * SHEET_MARGIN - (VIEWS - 1) * GAP) / VIEWS;

    if (p->form == SHEET_ROUND || !p->view->place)
        return;
    width = width < 32 ? width : 32;
    for (int i = 0; i < VIEWS; i++) {
        bool now = strcmp(views[i].view, here) == 0;
        struct apl_box box = { SHEET_MARGIN + i * (width + GAP),
                               p->h - BUTTONS_HEIGHT - BUTTONS_BELOW, width, BUTTONS_HEIGHT };
        struct sheet_slot view = { STR("view"), str_of(views[i].view) };
        apl_panel(&p->apl, box, now ? APL_INK : APL_PANEL, BUTTONS_HEIGHT / 2.0);
        apl_text(&p->apl, box,
                 (struct apl_face){ .size = SHEET_TEXT_MIN,
                                    .align = APL_CENTER,
                                    .lines = 1,
                                    .weight = now ? 700 : 400,
                                    .color = now ? APL_GROUND : APL_INK },
                 str_of(views[i].name));
        sheet_put_touch(p, box, STR("ShowIntent"), &view, 1);
    }
}

struct sheet_slot sheet_day_slot(const struct sheet *p, int64_t t)
{
    static const char *const days[] = { "sunday",   "monday", "tuesday", "wednesday",
                                        "thursday", "friday", "saturday" };
    const struct days now = { p->view->place->zone, p->view->now };
    int ahead = days_ahead_of(&now, t);

    if (ahead == 0)
        return (struct sheet_slot){ STR("when_abs"), STR("today") };
    if (ahead == 1)
        return (struct sheet_slot){ STR("when_abs"), STR("tomorrow") };
    if (ahead < 0 || ahead >= 7)
        return (struct sheet_slot){ STR("day"), STR_NONE };
    return (struct sheet_slot){ STR("day"), str_of(days[civil_of(now.zone, t).weekday]) };
}

/* Letters of common fonts are six tenths as wide as high, on average. */
double sheet_fit(double width, size_t letters, double size)
{
    double fits = letters > 0 ? width / ((double)letters * 0.6) : size;

    return fits < size ? fits : size;
}

/* ---- short texts ---- */

/* printf() takes several times as long, and a chart has a hundred numbers. */
void sheet_put_number(struct buf *out, int value)
{
    char digits[16], *p = digits + sizeof digits;
    unsigned left = value < 0 ? 0U - (unsigned)value : (unsigned)value;

    do
        *--p = (char)('0' + left % 10);
    while (left /= 10);
    if (value < 0)
        *--p = '-';
    buf_put(out, (struct str){ p, (size_t)(digits + sizeof digits - p) });
}

struct str sheet_clock(struct buf *text, struct civil c)
{
    buf_reset(text);
    sheet_put_number(text, c.hour % 12 == 0 ? 12 : c.hour % 12);
    if (c.minute != 0)
        buf_printf(text, ":%02d", c.minute);
    buf_putz(text, c.hour < 12 ? " AM" : " PM");
    return buf_str(text);
}

struct str sheet_degrees(struct buf *text, const struct sheet *p, double degrees_c)
{
    buf_reset(text);
    sheet_put_number(text, units_degrees(degrees_c, p->view->units));
    buf_putz(text, "°");
    return buf_str(text);
}

struct str sheet_speed(struct buf *text, const struct sheet *p, double meters_per_second)
{
    buf_reset(text);
    sheet_put_number(text, units_speed(meters_per_second, p->view->units));
    buf_putz(text, p->view->units == UNITS_METRIC ? " km/h" : " mph");
    return buf_str(text);
}

struct str sheet_percent(struct buf *text, double percent)
{
    buf_reset(text);
    sheet_put_number(text, units_round(percent));
    buf_putc(text, '%');
    return buf_str(text);
}

struct str sheet_compass(double degrees)
{
    static const char *const points[UNITS_COMPASS_POINTS] = { "N",  "NNE", "NE", "ENE", "E",  "ESE",
                                                              "SE", "SSE", "S",  "SSW", "SW", "WSW",
                                                              "W",  "WNW", "NW", "NNW" };
    int point = (int)(degrees / (360.0 / UNITS_COMPASS_POINTS) + 0.5) % UNITS_COMPASS_POINTS;

    return degrees >= 0 && degrees <= 360 ? str_of(points[point]) : STR_NONE;
}
