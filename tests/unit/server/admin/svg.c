/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/admin/svg.c: coordinates of bars, lines and meters. */
#include "server/admin/svg.h"

#include <math.h>

#include "tests/unit/server/admin/markup.h"

static const struct svg_chart three = { "id", "A <title>", "A & description", 3, 10, NULL, 0 };

TEST(an_axis_ends_at_a_round_number)
{
    static const struct {
        double value, want;
    } cases[] = { { 0, 1 },   { 0.3, 1 },  { 1, 1 },     { 1.5, 2 },   { 2, 2 },
                  { 3, 4 },   { 7, 8 },    { 10, 10 },   { 11, 20 },   { 20, 20 },
                  { 21, 40 }, { 99, 100 }, { 100, 100 }, { 101, 200 }, { 523456, 600000 } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_NEAR(svg_axis_max(cases[i].value), cases[i].want, 1e-9);
    CHECK_NEAR(svg_axis_max(-5), 1, 0);
    CHECK_NEAR(svg_axis_max(NAN), 1, 0);
    CHECK_NEAR(svg_axis_max(INFINITY), 1, 0);
}

TEST(bars_are_stacked_and_zero_draws_no_bar)
{
    static const double low[] = { 5, 0, 10 }, high[] = { 5, 2, 0 };
    static const struct svg_layer layers[] = { { "blue", low }, { "red", high } };
    struct buf out = BUF_INIT(4000);

    svg_bars(&out, &three, layers, 2);
    markup_check(buf_str(&out));
    CHECK(strstr(buf_z(&out), "viewBox=\"0 0 30 100\""));
    CHECK(strstr(buf_z(&out), "role=\"img\" aria-labelledby=\"id-t id-d\""));
    CHECK(strstr(buf_z(&out), "A &lt;title&gt;</title>"));
    CHECK(strstr(buf_z(&out), "A &amp; description</desc>"));
    CHECK(strstr(buf_z(&out), "class=\"blue\" d=\"M1 100.00h8V50.00h-8zM21 100.00h8V0.00h-8z\""));
    CHECK(strstr(buf_z(&out), "class=\"red\" d=\"M1 50.00h8V0.00h-8zM11 100.00h8V80.00h-8z\""));
    buf_free(&out);
}

TEST(lines_break_at_gaps_and_isolated_points_are_dots)
{
    static const double values[] = { 10, 5, -1, 10, -1 };
    static const struct svg_chart five = { "id", "t", "d", 5, 10, NULL, 0 };
    static const struct svg_layer layer = { "teal", values };
    struct buf out = BUF_INIT(4000);

    svg_lines(&out, &five, &layer, 1);
    markup_check(buf_str(&out));
    CHECK(strstr(buf_z(&out), "class=\"line teal\" d=\"M5 0.00L15 50.00\""));
    CHECK(strstr(buf_z(&out), "class=\"line dots teal\" d=\"M35 0.00h0\""));
    buf_free(&out);
}

TEST(values_above_the_maximum_are_clipped)
{
    static const double values[] = { 1e9, 10, -3 };
    static const struct svg_layer layer = { "blue", values };
    struct buf out = BUF_INIT(4000);

    svg_bars(&out, &three, &layer, 1);
    CHECK(strstr(buf_z(&out), "d=\"M1 100.00h8V0.00h-8zM11 100.00h8V0.00h-8z\""));
    buf_free(&out);
}

TEST(a_meter_shows_at_least_a_sliver_of_small_values)
{
    static const struct {
        double value, max;
        const char *want;
    } cases[] = { { 0, 10, "h0.00v" },    { 0.001, 10, "h0.80v" }, { 5, 10, "h50.00v" },
                  { 20, 10, "h100.00v" }, { 5, 0, "h0.00v" },      { -5, 10, "h0.00v" } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(1000);
        svg_meter(&out, "blue", cases[i].value, cases[i].max);
        markup_check(buf_str(&out));
        if (!strstr(buf_z(&out), cases[i].want))
            fail_msg("%g of %g is not %s", cases[i].value, cases[i].max, cases[i].want);
        buf_free(&out);
    }
}

TEST(one_peak_does_not_flatten_the_rest)
{
    static const double busy[] = { 4, 5, 6, 5, 4, 6, 5, 4, 5, 600 };
    static const double steady[] = { 40, 50, 60, 50, 40, 60, 50, 40, 50, 90 };
    static const double raised[] = { 4, 5, 600, 580, 610, 6, 5, 4, 5, 4 };
    static const double one[] = { 0, 0, 600 }, none[] = { 0, -1, 0 }, few[] = { 2, 3, 500 };

    CHECK_NEAR(svg_scale(busy, 10), 8, 0);
    CHECK_NEAR(svg_scale(steady, 10), 100, 0);
    CHECK_NEAR(svg_scale(raised, 10), 800, 0); /* not just one peak */
    CHECK_NEAR(svg_scale(one, 3), 600, 0);
    CHECK_NEAR(svg_scale(none, 3), 1, 0);
    CHECK_NEAR(svg_scale(few, 3), 4, 0);
    CHECK_NEAR(svg_scale(NULL, 0), 1, 0);
}

TEST(clipped_columns_are_marked_highest_first_and_apart)
{
    double values[70] = { 0 };
    size_t columns[SVG_PEAKS_MAX];

    values[3] = 50;
    values[4] = 90;
    values[40] = 200;
    values[60] = 10;
    CHECK_INT(svg_peaks(values, 70, 10, columns), 2);
    CHECK_INT(columns[0], 40);
    CHECK_INT(columns[1], 4);
    for (size_t i = 0; i < 70; i++)
        values[i] = 100;
    CHECK_INT(svg_peaks(values, 70, 10, columns), SVG_PEAKS_MAX);
    CHECK_INT(svg_peaks(values, 70, 100, columns), 0);
    static const double clipped[] = { 12, 9, 10 };
    static const struct svg_layer layer = { "blue", clipped };
    struct buf out = BUF_INIT(4000);
    svg_bars(&out, &three, &layer, 1);
    CHECK(strstr(buf_z(&out), "class=\"cut\" d=\"M0 7h10\""));
    CHECK(!strstr(buf_z(&out), "class=\"cut\" d=\"M10"));
    buf_free(&out);
}

TEST(labels_stay_within_the_chart_and_are_escaped)
{
    static const struct svg_label labels[] = { { 0, "<0>" }, { 0.5, "12:00" }, { 1, "24:00" } };
    struct buf out = BUF_INIT(4000);

    svg_labels(&out, "ticks", labels, 3);
    markup_check(buf_str(&out));
    CHECK(strstr(buf_z(&out), "<text x=\"0.00%\" y=\"11\" text-anchor=\"start\">&lt;0&gt;</text>"));
    CHECK(strstr(buf_z(&out), "<text x=\"50.00%\" y=\"11\">12:00</text>"));
    CHECK(strstr(buf_z(&out), "<text x=\"100.00%\" y=\"11\" text-anchor=\"end\">24:00</text>"));
    buf_free(&out);
}

TESTS(an_axis_ends_at_a_round_number, bars_are_stacked_and_zero_draws_no_bar,
      lines_break_at_gaps_and_isolated_points_are_dots, values_above_the_maximum_are_clipped,
      one_peak_does_not_flatten_the_rest, clipped_columns_are_marked_highest_first_and_apart,
      labels_stay_within_the_chart_and_are_escaped, a_meter_shows_at_least_a_sliver_of_small_values)
