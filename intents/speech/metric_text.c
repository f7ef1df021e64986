/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/metric_text.c -- finds numbers with what they measure, and rewrites them.
 *
 * A number is in digits ("1,500", "0.25", "1/4") or, with a unit, in words ("three quarters of an
 * inch"). Two that are joined ("10 to 15 miles per hour") are converted together. */
#include "intents/speech/metric_text.h"

#include <math.h>
#include <stdlib.h>

#include "intents/speech/letter.h"
#include "intents/speech/metric_number.h"

enum unit_kind { SPEED, DISTANCE, HEIGHT, DEPTH, PRESSURE, DEGREES };

static const struct unit {
    struct str words;
    enum unit_kind kind;
    double factor;
} units[] = {
#define UNIT(words, kind, factor) { STR(words), kind, factor },
#include "intents/speech/metric_units.def"
#undef UNIT
};
enum { UNITS = sizeof units / sizeof units[0] };

/* ---- words ---- */

static size_t any_words_at(struct str text, size_t at, const struct str *list, size_t count)
{
    size_t end = 0;

    for (size_t i = 0; i < count && end == 0; i++)
        end = metric_words_at(text, at, list[i]);
    return end;
}
#define ANY_WORDS_AT(text, at, list) any_words_at(text, at, list, sizeof(list) / sizeof((list)[0]))

static size_t skip_spaces(struct str text, size_t at)
{
    while (at < text.n && text.p[at] == ' ')
        at++;
    return at;
}

/* ---- numbers ---- */

/* One number, or two that are joined. */
struct quantity {
    struct number low, high;
    struct str joint; /* " to "; "" when there is one number */
    size_t end;
};

static bool read_joined(struct str text, const struct quantity *single, struct quantity *ret)
{
    static const struct str joints[] = { STR(" to "), STR(" and "), STR(" or "), STR("-") };

    for (size_t i = 0; i < sizeof joints / sizeof joints[0]; i++) {
        size_t at = single->end;
        if (!str_starts(str_sub(text, at, text.n), joints[i]) ||
            !metric_number_read(text, at + joints[i].n, &ret->high))
            continue;
        ret->low = single->low;
        ret->joint = joints[i];
        ret->end = ret->high.end;
        return true;
    }
    return false;
}

/* ---- what it measures ---- */

/* What may be between a number and its unit; longer ones first. */
static const struct str fillers[] = { STR(" of an "), STR(" of a "), STR(" plus "), STR(" an "),
                                      STR(" a "),     STR("-"),      STR(" "),      STR("") };

static const struct unit *unit_at(struct str text, size_t at, size_t *ret_end)
{
    for (size_t f = 0; f < sizeof fillers / sizeof fillers[0]; f++) {
        if (!str_starts(str_sub(text, at, text.n), fillers[f]))
            continue;
        for (size_t i = 0; i < UNITS; i++) {
            *ret_end = metric_words_at(text, at + fillers[f].n, units[i].words);
            if (*ret_end > 0)
                return &units[i];
        }
    }
    return NULL;
}

/* "degrees" of an angle, or in Celsius already. */
static bool is_other_degrees(struct str text, size_t end)
{
    static const struct str others[] = { STR("Celsius"), STR("north"),    STR("south"),
                                         STR("east"),    STR("west"),     STR("latitude"),
                                         STR("C"),       STR("longitude") };

    return ANY_WORDS_AT(text, skip_spaces(text, end), others) > 0;
}

/* "10 degrees above normal" is a difference. */
static bool is_difference(struct str text, size_t end)
{
    static const struct str signs[] = {
        STR("above normal"),   STR("below normal"),   STR("above average"), STR("below average"),
        STR("above seasonal"), STR("below seasonal"), STR("warmer"),        STR("cooler"),
        STR("colder"),         STR("hotter"),         STR("of warming"),    STR("of cooling"),
    };

    return ANY_WORDS_AT(text, skip_spaces(text, end), signs) > 0;
}

/* The word that ends at or before `at`, in the same sentence; empty at its beginning. */
static struct str word_before(struct str text, size_t at)
{
    size_t end = at, start;

    while (end > 0 && (text.p[end - 1] == ' ' || text.p[end - 1] == ',' || text.p[end - 1] == '-'))
        end--;
    start = end;
    while (start > 0 && metric_is_part_of_word(text.p[start - 1]))
        start--;
    return str_sub(text, start, end);
}

/* Do the words before a number without a unit say that it is a temperature? */
static bool is_temperature(struct str text, size_t at)
{
    enum { WORDS_MAX = 14 };
    static const char *const cues[] = { "highs",    "lows",      "temperature", "temperatures",
                                        "index",    "chill",     "chills",      "indices",
                                        "dewpoint", "dewpoints", "feels",       "feeling",
                                        "readings", NULL };
    static const char *const between[] = {
        "near",     "around",    "of",      "to",        "in",        "the",      "as",
        "values",   "value",     "up",      "down",      "from",      "between",  "and",
        "or",       "will",      "be",      "rising",    "falling",   "dropping", "warming",
        "cooling",  "about",     "only",    "at",        "reaching",  "steady",   "mainly",
        "mostly",   "upper",     "lower",   "mid",       "middle",    "with",     "possible",
        "expected", "are",       "is",      "was",       "day",       "night",    "overnight",
        "daytime",  "nighttime", "morning", "afternoon", "like",      "below",    "above",
        "zero",     "then",      "over",    "under",     "range",     "ranging",  "into",
        "high",     "low",       "a",       "likely",    "remaining", "today",    "tonight",
        "degrees",  NULL
    };

    for (int i = 0; i < WORDS_MAX; i++) {
        struct str word = word_before(text, at);
        size_t start = (size_t)(word.p - text.p);
        struct str before = word.n > 0 ? word_before(text, start) : STR_NONE;
        char lower[16];
        if (word.n == 0 || word.n >= sizeof lower)
            return false;
        for (size_t k = 0; k < word.n; k++)
            lower[k] = letter_is_upper(word.p[k]) ? letter_lowered(word.p[k]) : word.p[k];
        struct str plain = { lower, word.n };
        bool high_or_low = str_eqz(plain, "high") || str_eqz(plain, "low");
        if (str_is_one_of(plain, cues) || (high_or_low && !str_ieqz(before, "as")))
            return true;
        if (!letter_is_digit(word.p[0]) && !str_is_one_of(plain, between))
            return false;
        at = start;
    }
    return false;
}

/* What may follow a number that is not a temperature. */
static bool is_other_number(struct str text, size_t end)
{
    static const struct str others[] = { STR("percent"), STR("A.M"),     STR("P.M"),  STR("%"),
                                         STR("hours"),   STR("minutes"), STR("days"), STR("cubic"),
                                         STR("PM"),      STR("hour"),    STR("day"),  STR("UTC"),
                                         STR("AM") };

    return ANY_WORDS_AT(text, skip_spaces(text, end), others) > 0;
}

static bool is_of_snow(struct str text, size_t at)
{
    enum { FAR = 200 };
    size_t from = at, to = at;

    while (from > 0 && at - from < FAR && text.p[from - 1] != '.')
        from--;
    while (to < text.n && to - at < FAR && text.p[to] != '.')
        to++;
    struct str sentence = str_sub(text, from, to);
    return str_find(sentence, STR("now")) < sentence.n && /* snow, Snow */
           str_find(sentence, STR("know")) == sentence.n;
}

/* ---- writing ---- */

struct figures {
    const char *unit; /* "" for none */
    bool plural;
    int decimals;
    double low, high;
};

static double celsius(double fahrenheit)
{
    return (fahrenheit - 32) / 1.8;
}

/* "7", "3.2": without a decimal that says nothing. */
static void put_rounded(struct buf *out, double value, int decimals)
{
    int tenths = units_round(value * 10);

    if (decimals == 0 || tenths % 10 == 0)
        buf_printf(out, "%d", units_round(value));
    else
        buf_printf(out, "%s%d.%d", tenths < 0 ? "-" : "", abs(tenths) / 10, abs(tenths) % 10);
}

static void put_metric(struct buf *out, const struct quantity *q, const struct figures *f)
{
    size_t start = out->n;

    put_rounded(out, f->low, f->decimals);
    if (q->joint.n > 0) {
        size_t first_end = out->n, second;
        buf_put(out, str_eqz(q->joint, "-") ? STR(" to ") : q->joint);
        second = out->n;
        put_rounded(out, f->high, f->decimals);
        if (str_eq(str_sub(buf_str(out), start, first_end), str_sub(buf_str(out), second, out->n)))
            buf_truncate(out, first_end);
    }
    if (f->unit[0])
        buf_printf(out, " %s", f->unit);
    if (f->unit[0] && f->plural && !str_eqz(str_sub(buf_str(out), start, start + 2), "1 "))
        buf_putc(out, 's');
}

static double nearest(double value, double step)
{
    return round(value / step) * step;
}

/* In the unit that people would use for such a length. */
static struct figures length_of(enum unit_kind kind, bool snow, double low, double high)
{
    if (kind == HEIGHT && snow && high < 2)
        return (struct figures){ "centimeter", true, 0, low * 100, high * 100 };
    if (kind == DEPTH && snow && high >= 10)
        return (struct figures){ "centimeter", true, 0, low / 10, high / 10 };
    if (kind == DEPTH)
        return (struct figures){ "millimeter", true, 0, low, high };
    if (kind == DISTANCE && high < 1)
        return (struct figures){ "meter", true, 0, nearest(low * 1000, 50),
                                 nearest(high * 1000, 50) };
    if (kind == DISTANCE)
        return (struct figures){ "kilometer", true, high < 10, low, high };
    if (high >= 100)
        return (struct figures){ "meter", true, 0, nearest(low, 10), nearest(high, 10) };
    return (struct figures){ "meter", true, high < 10, low, high };
}

static void put_with_unit(struct buf *out, struct str text, const struct quantity *q,
                          const struct unit *unit, size_t unit_end)
{
    double low = q->low.value * unit->factor;
    double high = (q->joint.n > 0 ? q->high.value : q->low.value) * unit->factor;
    bool below_zero = metric_words_at(text, skip_spaces(text, unit_end), STR("below zero")) > 0;
    bool plural = text.p[unit_end - 1] == 's' || high / unit->factor <= 1 ||
                  str_eqz(unit->words, "feet") || unit->words.n <= 3;
    struct figures f = { "", true, 0, low, high };

    switch (unit->kind) {
    case SPEED:
        f.unit = "kilometers per hour";
        plural = false;
        break;
    case PRESSURE:
        f.unit = "hectopascals";
        plural = false;
        break;
    case DEGREES:
        f.unit = "degree";
        if (!is_difference(text, unit_end)) {
            f.low = celsius(below_zero ? -q->low.value : q->low.value);
            f.high = celsius(below_zero ? -q->high.value : q->high.value);
        }
        plural = true;
        break;
    case DISTANCE:
    case HEIGHT:
    case DEPTH:
        f = length_of(unit->kind, is_of_snow(text, unit_end), low, high);
        break;
    }
    f.plural = plural;
    put_metric(out, q, &f);
}

/* "in the upper 70s" is three or four degrees, of which the ends are converted. Returns where it
 * ends, or 0. */
static size_t put_decade(struct buf *out, struct str text, size_t at, bool joined)
{
    static const struct {
        struct str words;
        int from, to;
    } parts[] = { { STR("upper"), 7, 9 },  { STR("lower"), 0, 3 }, { STR("mid"), 4, 6 },
                  { STR("middle"), 4, 6 }, { STR("low"), 0, 3 },   { STR("high"), 7, 9 } };
    size_t in = metric_words_at(text, at, STR("in the")),
           the = metric_words_at(text, at, STR("the"));
    size_t p = in > 0 ? skip_spaces(text, in) : the > 0 ? skip_spaces(text, the) : at, end;
    int from = 0, to = 9;
    double decade;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        end = metric_words_at(text, p, parts[i].words);
        if (end == 0)
            continue;
        p = end + 1;
        from = parts[i].from;
        to = parts[i].to;
        break;
    }
    end = metric_number_digits(text, p, &decade);
    if (end != p + 2 || text.p[end - 1] != '0' || !metric_words_at(text, end, STR("s")) ||
        !(joined || is_temperature(text, at)))
        return 0;
    end++;
    if (joined) {
        buf_printf(out, "%d", units_round(celsius(decade + to)));
        return end;
    }
    buf_printf(out, "%s%d to ", in > 0 ? "from " : "", units_round(celsius(decade + from)));
    if (str_starts(str_sub(text, end, text.n), STR(" to "))) {
        size_t second = put_decade(out, text, end + 4, true);
        if (second > 0)
            return second;
    }
    buf_printf(out, "%d", units_round(celsius(decade + to)));
    return end;
}

/* A temperature without a unit: "25", "20 to 25 below zero". Returns where it ends. */
static size_t put_temperature(struct buf *out, struct str text, const struct quantity *q)
{
    size_t next = skip_spaces(text, q->end);
    size_t minus = metric_words_at(text, next, STR("below zero"));
    size_t plus = metric_words_at(text, next, STR("above zero"));
    size_t below = metric_words_at(text, next, STR("below"));

    if (below > 0 && (below == text.n || text.p[below] == '.' || text.p[below] == ','))
        minus = below;
    double sign = minus > 0 ? -1 : 1;
    const struct figures f = { "", false, 0, celsius(sign * q->low.value),
                               celsius(sign * q->high.value) };

    put_metric(out, q, &f);
    return minus > 0 ? minus : plus > 0 ? plus : q->end;
}

/* Converts what begins at `at`. Returns where it ends, or 0 when it is nothing to convert. */
static size_t put_quantity(struct buf *out, struct str text, size_t at)
{
    struct quantity single = { .joint = STR_NONE }, q;
    const struct unit *unit;
    size_t unit_end = 0;

    if (!metric_number_read(text, at, &single.low))
        return 0;
    single.end = single.low.end;
    q = single;
    if (read_joined(text, &single, &q)) {
        unit = unit_at(text, q.end, &unit_end);
        if (unit && !(unit->kind == DEGREES && is_other_degrees(text, unit_end))) {
            put_with_unit(out, text, &q, unit, unit_end);
            return unit_end;
        }
        if (!q.low.in_words && !q.high.in_words && is_temperature(text, at) &&
            !is_other_number(text, q.end))
            return put_temperature(out, text, &q);
    }
    unit = unit_at(text, single.end, &unit_end);
    if (unit && !(unit->kind == DEGREES && is_other_degrees(text, unit_end))) {
        put_with_unit(out, text, &single, unit, unit_end);
        return unit_end;
    }
    if (!single.low.in_words && is_temperature(text, at) && !is_other_number(text, single.end))
        return put_temperature(out, text, &single);
    return 0;
}

void metric_text_put(struct buf *out, struct str text)
{
    for (size_t at = 0; at < text.n;) {
        bool begins = at == 0 || text.p[at - 1] == ' ' || text.p[at - 1] == '(' ||
                      text.p[at - 1] == '>' || text.p[at - 1] == '\n';
        size_t end = begins ? put_decade(out, text, at, false) : 0;
        if (begins && end == 0)
            end = put_quantity(out, text, at);
        if (end == 0 && text.p[at] == '<')
            end = at + str_index(str_sub(text, at, text.n), '>') + 1;
        if (end > 0 && text.p[at] == '<')
            buf_put(out, str_sub(text, at, end));
        if (end == 0) {
            end = at + 1;
            while (end < text.n && metric_is_part_of_word(text.p[at]) &&
                   metric_is_part_of_word(text.p[end]))
                end++;
            buf_put(out, str_sub(text, at, end));
        }
        at = end;
    }
}

void metric_text_convert(struct buf *out, size_t start, enum units_system system)
{
    struct buf converted = BUF_INIT(out->max);

    if (system == UNITS_US || out->failed)
        return;
    metric_text_put(&converted, str_sub(buf_str(out), start, out->n));
    buf_truncate(out, start);
    buf_put(out, buf_str(&converted));
    out->failed = out->failed || converted.failed;
    buf_free(&converted);
}
