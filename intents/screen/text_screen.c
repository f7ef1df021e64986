/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/text_screen.c -- words: the shorter they are, the larger. */
#include "intents/screen/sheet.h"

/* The largest size in which the words are likely to fit without scrolling: letters are half as wide
 * as they are high, and lines a quarter higher. */
static double fitting_size(struct apl_box box, size_t letters)
{
    enum { SIZES = 6 };
    static const double sizes[SIZES] = { 13, 11, 9, 8, 7, 6 };

    for (int i = 0; i < SIZES; i++) {
        double in_line = box.w / (sizes[i] * 0.56), lines = (double)letters / in_line + 1;
        if (lines * sizes[i] * 1.3 <= box.h)
            return sizes[i];
    }
    return sizes[SIZES - 1];
}

void text_screen(struct sheet *p)
{
    struct apl_box body = sheet_body(p);
    double size = fitting_size(body, str_utf8_length(p->view->words));

    sheet_put_heading(p, STR_NONE);
    apl_scroll_begin(&p->apl, body);
    apl_scroll_text(&p->apl, body.w, 0,
                    (struct apl_face){ .size = size,
                                       .color = APL_INK,
                                       .align = p->form == SHEET_ROUND ? APL_CENTER : APL_LEFT },
                    p->view->words);
    apl_scroll_end(&p->apl);
    sheet_put_buttons(p, "");
}
