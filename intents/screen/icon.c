/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/icon.c -- chooses and draws pictures of the weather. */
#include "intents/screen/icon.h"

#include <strings.h>

#define FILL(color, path) "{\"type\":\"path\",\"fill\":\"${" color "}\",\"pathData\":\"" path "\"}"
/* A drawing knows only what it is handed. */
#define USES(color) ",\"" color "\":\"@" color "\""
#define STROKE(color, width, path)                                          \
    "{\"type\":\"path\",\"stroke\":\"${" color "}\",\"strokeWidth\":" width \
    ",\"strokeLineCap\":\"round\",\"strokeLineJoin\":\"round\",\"pathData\":\"" path "\"}"

static const struct {
    struct str name, colors, drawing;
} icons[] = {
#define ICON(id, name, colors, parts)                                                   \
    { STR(name), STR(colors),                                                           \
      STR("\"" name "\":{\"type\":\"AVG\",\"version\":\"1.1\",\"parameters\":[\"sun\"," \
          "\"cloud\",\"rain\",\"ink\"],\"width\":100,\"height\":100,\"items\":[" parts "]}") },
#include "intents/screen/icons.def"
#undef ICON
};

/* Words of the table begin with a small letter. */
static bool has_word(struct str text, struct str word)
{
    for (size_t i = 0; i + word.n <= text.n; i++)
        if ((text.p[i] | 0x20) == word.p[0] && strncasecmp(text.p + i, word.p, word.n) == 0)
            return true;
    return false;
}

static enum icon icon_of_words(struct str words)
{
    static const struct {
        struct str word;
        enum icon icon;
    } table[] = {
#define WORD(word, id) { STR(word), ICON_##id },
#include "intents/screen/icon_words.def"
#undef WORD
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (has_word(words, table[i].word))
            return table[i].icon;
    return ICON_NONE;
}

static enum icon at_night(enum icon icon, bool day)
{
    if (day)
        return icon;
    return icon == ICON_CLEAR_DAY    ? ICON_CLEAR_NIGHT
           : icon == ICON_PARTLY_DAY ? ICON_PARTLY_NIGHT
                                     : icon;
}

enum icon icon_of_report(const struct observation *o, bool day)
{
    enum icon icon = ICON_NONE;

    for (size_t i = 0; icon != ICON_THUNDER && i < o->weather_count; i++) {
        enum icon next = icon_of_words(o->weather[i]);
        if (icon == ICON_NONE || next == ICON_THUNDER)
            icon = next;
    }
    return at_night(icon == ICON_NONE ? icon_of_words(o->description) : icon, day);
}

static enum icon icon_of_sky(double percent, bool day)
{
    enum icon icon = percent <= 25 ? ICON_CLEAR_DAY : percent <= 69 ? ICON_PARTLY_DAY : ICON_CLOUDY;

    return at_night(icon, day);
}

enum { CHANCE_MIN = 30 }; /* percent; with less it's drawn as the sky */

static enum icon icon_of_conditions(const struct grid_condition *conditions, size_t count)
{
    enum icon icon = ICON_NONE, next;

    for (size_t i = 0; i < count; i++) {
        next = icon_of_words(str_of(conditions[i].weather));
        if (icon == ICON_NONE || (icon == ICON_FOG && next != ICON_NONE))
            icon = next;
        if (next == ICON_THUNDER)
            return next;
    }
    return icon;
}

static enum icon icon_of_forecast(enum icon weather, bool likely, bool has_sky, double sky,
                                  bool day)
{
    if (weather != ICON_NONE && (likely || weather == ICON_FOG))
        return weather;
    return has_sky ? icon_of_sky(sky, day) : ICON_NONE;
}

enum icon icon_of_hour(const struct hour_forecast *h, bool day)
{
    return icon_of_forecast(icon_of_conditions(h->conditions, h->condition_count),
                            h->chance.has && h->chance.value >= CHANCE_MIN, h->sky_cover.has,
                            h->sky_cover.value, day);
}

enum icon icon_of_day(const struct week_day *d)
{
    return icon_of_forecast(icon_of_conditions(d->conditions, d->condition_count),
                            d->chance.has && d->chance.value >= CHANCE_MIN, d->sky_cover.has,
                            d->sky_cover.value, true);
}

enum icon icon_of_text(struct str words, bool day)
{
    return at_night(icon_of_words(words), day);
}

void icon_put(struct apl *a, struct apl_box box, enum icon icon)
{
    if (icon >= ICON_COUNT)
        return;
    if (!(a->icons & 1U << icon)) {
        a->icons |= 1U << icon;
        if (a->graphics.n > 0)
            buf_putc(&a->graphics, ',');
        buf_put(&a->graphics, icons[icon].drawing);
    }
    apl_show(a, box, icons[icon].name, icons[icon].colors);
}
