/* SPDX-License-Identifier: Apache-2.0 */
/* intents/answer_figures.c -- notes the figures of an answer. */
#include "intents/answer_figures.h"

void figures_show_hours(struct answer_figures *f, const struct grid *grid, int64_t from, int64_t to)
{
    f->view = VIEW_HOURS;
    f->hours = (struct figures_hours){ .grid = grid, .next = to == 0, .from = from, .to = to };
}

static void add_figure(struct answer_figures *f, struct figure figure)
{
    if (f->value_count < FIGURES_MAX)
        f->values[f->value_count++] = figure;
}

void figures_add_number(struct answer_figures *f, const char *name, enum figure_kind kind,
                        double number)
{
    add_figure(f, (struct figure){ .name = name, .kind = kind, .number = number });
}

void figures_add_plain(struct answer_figures *f, const char *name, double number, const char *unit)
{
    add_figure(f, (struct figure){
                      .name = name, .kind = FIGURE_PLAIN, .number = number, .text = str_of(unit) });
}

void figures_add_measure(struct answer_figures *f, const char *name, enum measure m, double value)
{
    static const enum figure_kind kinds[] = {
        [MEASURE_IN_DEGREES] = FIGURE_DEGREES,
        [MEASURE_IN_SPEED] = FIGURE_SPEED,
        [MEASURE_IN_PLAIN] = FIGURE_PERCENT,
    };

    figures_add_number(f, name, kinds[measure_unit(m)], value);
}

void figures_add_time(struct answer_figures *f, const char *name, int64_t time)
{
    add_figure(f, (struct figure){ .name = name, .kind = FIGURE_TIME, .time = time });
}

void figures_add_text(struct answer_figures *f, const char *name, struct str text)
{
    add_figure(f, (struct figure){ .name = name, .kind = FIGURE_TEXT, .text = text });
}

void figures_add_truth(struct answer_figures *f, const char *name, bool truth)
{
    add_figure(f, (struct figure){ .name = name, .kind = FIGURE_TRUTH, .number = truth });
}
