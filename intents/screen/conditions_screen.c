/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/conditions_screen.c -- the weather now: a picture, the temperature, and what else
 * the station reports. */
#include "intents/screen/icon.h"
#include "intents/screen/sheet.h"
#include "intents/sky/sun.h"
#include "intents/speech/phrase.h"
#include "intents/speech/units.h"

/* A row of the panel. */
struct row {
    const char *name;
    char value[SHEET_SHORT_MAX];
};

enum { ROWS_MAX = 5 };

static void add_row(struct row *rows, size_t *count, const char *name, struct str value)
{
    if (*count == ROWS_MAX || value.n == 0 || value.n >= sizeof rows[0].value)
        return;
    rows[*count].name = name;
    memcpy(rows[*count].value, value.p, value.n);
    rows[(*count)++].value[value.n] = '\0';
}

static struct str wind_text(struct buf *text, const struct sheet *p, const struct observation *o)
{
    struct str speed = sheet_speed(text, p, o->wind_speed.value), point = STR_NONE;
    char said[SHEET_SHORT_MAX];

    if (units_speed(o->wind_speed.value, p->view->units) == 0)
        return STR("Calm");
    if (o->wind_direction.has)
        point = sheet_compass(o->wind_direction.value);
    (void)snprintf(said, sizeof said, "%.*s", STR_ARG(speed));
    buf_reset(text);
    buf_put(text, point);
    buf_putz(text, point.n > 0 ? " " : "");
    buf_putz(text, said);
    return buf_str(text);
}

static struct str pressure_text(struct buf *text, const struct sheet *p, double pascal)
{
    buf_reset(text);
    units_put_pressure(text, pascal, p->view->units);
    buf_putz(text, p->view->units == UNITS_METRIC ? " hPa" : " in");
    return buf_str(text);
}

static size_t read_rows(const struct sheet *p, const struct observation *o, struct row *rows)
{
    const struct observation_value *feels = observation_feels_like(o);
    enum units_system units = p->view->units;
    struct buf text = BUF_INIT(SHEET_SHORT_MAX);
    size_t count = 0;

    if (feels && o->temperature.has &&
        units_degrees(feels->value, units) != units_degrees(o->temperature.value, units))
        add_row(rows, &count, feels == &o->wind_chill ? "Wind chill" : "Heat index",
                sheet_degrees(&text, p, feels->value));
    if (o->wind_speed.has)
        add_row(rows, &count, "Wind", wind_text(&text, p, o));
    if (o->wind_gust.has && o->wind_speed.has &&
        units_gust(o->wind_gust.value, o->wind_speed.value, units) > 0)
        add_row(rows, &count, "Gusts", sheet_speed(&text, p, o->wind_gust.value));
    if (o->humidity.has)
        add_row(rows, &count, "Humidity", sheet_percent(&text, o->humidity.value));
    if (o->dewpoint.has)
        add_row(rows, &count, "Dewpoint", sheet_degrees(&text, p, o->dewpoint.value));
    if (o->pressure.has)
        add_row(rows, &count, "Pressure", pressure_text(&text, p, o->pressure.value));
    buf_free(&text);
    return count;
}

static void put_rows(struct sheet *p, struct apl_box box, const struct row *rows, size_t count)
{
    const struct apl_face name = { .size = 5, .lines = 1, .color = APL_SOFT };
    const struct apl_face value = {
        .size = 5.6, .weight = 700, .lines = 1, .align = APL_RIGHT, .color = APL_INK
    };

    double height = p->form == SHEET_TALL ? 10 : 8.2;

    if (count == 0)
        return;
    box.h = (double)count * height + 3;
    apl_panel(&p->apl, box, APL_PANEL, 3);
    for (size_t i = 0; i < count; i++) {
        struct apl_box row = { box.x + 4, box.y + 1.5 + (double)i * height, box.w - 8, height };
        apl_text(&p->apl, row, name, str_of(rows[i].name));
        row.x += 13;
        row.w -= 13;
        apl_text(&p->apl, row, value, str_of(rows[i].value));
    }
}

/* Where everything is. */
struct places {
    struct apl_box icon, temperature, description, rows, words;
    double figure, description_size, words_size; /* of the fonts */
    enum apl_align align;
};

static struct places places_of(const struct sheet *p)
{
    struct apl_box body = sheet_body(p);
    double rows = p->w - SHEET_MARGIN - 54, words = body.y + body.h - 23;

    switch (p->form) {
    case SHEET_ROUND:
        return (struct places){ .icon = { 15, 22, 30, 30 },
                                .temperature = { 47, 20, 48, 34 },
                                .description = { 12, 54, 76, 9 },
                                .words = { 18, 64, 64, 20 },
                                .figure = 26,
                                .description_size = 6.5,
                                .words_size = 5,
                                .align = APL_CENTER };
    case SHEET_TALL:
        return (struct places){ .icon = { 8, 28, 38, 38 },
                                .temperature = { 52, 28, 46, 38 },
                                .description = { SHEET_MARGIN, 68, body.w, 12 },
                                .rows = { SHEET_MARGIN, 84, body.w, 0 },
                                .words = { SHEET_MARGIN, p->h - 53, body.w, 36 },
                                .figure = 28,
                                .description_size = 8,
                                .words_size = 6.5 };
    case SHEET_WIDE:
        break;
    }
    return (struct places){ .icon = { SHEET_MARGIN, body.y, 34, 34 },
                            .temperature = { 44, body.y, rows - 46, 36 },
                            .description = { SHEET_MARGIN, body.y + 35, rows - 10, 11 },
                            .rows = { rows, body.y, 54, 0 },
                            .words = { SHEET_MARGIN, words, body.w, 22 },
                            .figure = 36,
                            .description_size = 8,
                            .words_size = 5.5 };
}

static void put_report(struct sheet *p, const struct places *at, const struct observation *o)
{
    const struct screen_view *v = p->view;
    bool day = sun_is_up(v->place->lat, v->place->lon, v->now);
    struct buf text = BUF_INIT(500);

    icon_put(&p->apl, at->icon, icon_of_report(o, day));
    if (o->temperature.has) {
        struct str degrees = sheet_degrees(&text, p, o->temperature.value);
        double size = sheet_fit(at->temperature.w, str_utf8_length(degrees), at->figure);
        apl_text(&p->apl, at->temperature,
                 (struct apl_face){ .size = size, .weight = 300, .lines = 1, .color = APL_INK },
                 degrees);
    }
    buf_reset(&text);
    phrase_put_description(&text, o->description);
    phrase_capitalize(&text, 0);
    apl_text(&p->apl, at->description,
             (struct apl_face){ .size = sheet_fit(at->description.w, text.n, at->description_size),
                                .weight = 700,
                                .lines = 1,
                                .align = at->align,
                                .color = APL_INK },
             buf_str(&text));
    buf_free(&text);
}

static void put_heading(struct sheet *p, const struct current_observation *c)
{
    struct buf text = BUF_INIT(SHEET_SHORT_MAX), clock = BUF_INIT(SHEET_SHORT_MAX);

    buf_putz(&text, "At ");
    buf_put(&text, sheet_clock(&clock, civil_of(p->view->place->zone, c->observation.time)));
    sheet_put_heading(p, buf_str(&text));
    buf_free(&text);
    buf_free(&clock);
}

void conditions_screen(struct sheet *p)
{
    const struct current_observation *c = p->view->figures->report;
    const struct places at = places_of(p);
    const struct sheet_slot hours = { STR("view"), STR("hours") };
    struct row rows[ROWS_MAX];

    put_heading(p, c);
    put_report(p, &at, &c->observation);
    if (p->form != SHEET_ROUND)
        put_rows(p, at.rows, rows, read_rows(p, &c->observation, rows));
    sheet_put_words(p, at.words, at.words_size, APL_SOFT);
    sheet_put_touch(p, sheet_body(p), STR("ShowIntent"), &hours, 1);
    sheet_put_buttons(p, "conditions");
}
