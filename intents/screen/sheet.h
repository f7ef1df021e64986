/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/sheet.h -- what the templates share: the form of the page, its heading, and the
 * buttons that lead to the other pages.  Pure.
 *
 * Lengths are in units. A wide page is at least 160 by 100 of them, a tall one at least 100 by 160,
 * a round one has a diameter of 100. The smallest text is 5 units high. */
#ifndef CLIMACAST_INTENTS_SCREEN_SHEET_H
#define CLIMACAST_INTENTS_SCREEN_SHEET_H

#include "intents/screen/apl.h"
#include "intents/screen/screen.h"
#include "server/base/civil.h"

enum sheet_form { SHEET_WIDE, SHEET_TALL, SHEET_ROUND };

struct sheet {
    struct apl apl;
    struct buf text;  /* for short texts */
    struct buf where; /* of a touch: the place that it asks about, as its last arguments */
    const struct screen_view *view;
    enum sheet_form form;
    double w, h;
};

enum { SHEET_MARGIN = 6, SHEET_TEXT_MIN = 5 };

void sheet_begin(struct sheet *p, const struct screen_view *v);
void sheet_end(struct sheet *p); /* after apl_end() */
/* Puts the place, and what the page shows of it ("Next 24 hours"). */
void sheet_put_heading(struct sheet *p, struct str what);
/* The part of the page between the heading and the buttons. */
struct apl_box sheet_body(const struct sheet *p);
/* Puts the words of the answer into the box: in letters of `size` or smaller if all of them are
 * likely to fit, else the sentences that fit. Words that aren't shown are in the data source. */
void sheet_put_words(struct sheet *p, struct apl_box box, double size, enum apl_color color);
/* How many bytes of the words that shows, and in which size. */
size_t sheet_words_shown(const struct sheet *p, struct apl_box box, double *size);
/* The same, when that is known. */
void sheet_put_first_words(struct sheet *p, struct apl_box box, double size, enum apl_color color,
                           size_t shown);
/* Puts the buttons for the other pages; `here` is the value of VIEW that is shown, or "". */
void sheet_put_buttons(struct sheet *p, const char *here);
/* Puts a part of the page to touch, which asks the intent with up to three slots, and the place.
 * Names and values are ours: no character needs to be escaped. */
struct sheet_slot {
    struct str name, value;
};
void sheet_put_touch(struct sheet *p, struct apl_box box, struct str intent,
                     const struct sheet_slot *slots, size_t count);

/* The slot that names the date of `t`, seen from now: "today", "tomorrow", or a weekday. */
struct sheet_slot sheet_day_slot(const struct sheet *p, int64_t t);

/* The size of a font in which that many letters are likely to fit in one line, at most `size`. */
double sheet_fit(double width, size_t letters, double size);

/* Appends a whole number. */
void sheet_put_number(struct buf *out, int value);

/* Short texts, in `text`, which is cleared before: "5 PM", "5:53 PM"; "56°"; "12 mph". */
enum { SHEET_SHORT_MAX = 64 };
struct str sheet_clock(struct buf *text, struct civil c);
struct str sheet_degrees(struct buf *text, const struct sheet *p, double degrees_c);
struct str sheet_speed(struct buf *text, const struct sheet *p, double meters_per_second);
struct str sheet_percent(struct buf *text, double percent);
/* "WSW", or "" when it is not an angle. */
struct str sheet_compass(double degrees);

/* The templates. */
void conditions_screen(struct sheet *p);

void hours_screen(struct sheet *p);
void week_screen(struct sheet *p);
void alert_screen(struct sheet *p);
void radar_screen(struct sheet *p);
void text_screen(struct sheet *p);

#endif
