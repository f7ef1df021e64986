/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/spell.c -- walks through the hours of a grid and joins the wet ones. */
#include "intents/figures/spell.h"

#include "intents/figures/hour.h"

enum {
    HOUR = 3600,
    DRY_HOURS_MIN = 3,        /* what separates two spells */
    TURN_HOURS = 2,           /* how soon snow after rain is a turn of one into the other */
    BACK_MAX = 3 * 24 * HOUR, /* how far before and after now hours are read */
    AHEAD_MAX = 12 * 24 * HOUR,
    KINDS_MAX = 8,
    RAIN = 1 << EVENT_RAIN,
    SNOW = 1 << EVENT_SNOW,
};

/* One hour. */
struct wetness {
    bool known; /* it has a chance */
    double chance;
    bool named;      /* its weather was read */
    unsigned events; /* that its weather names */
};

struct walk {
    const struct grid *g;
    enum event_id event;
    int64_t now, running;
    struct span period;
    struct span same_chance; /* the chance of these hours is: */
    double chance;
    struct span same; /* the weather of these hours is: */
    bool named;
    unsigned events;
    bool active; /* `at` is a spell that may go on */
    struct spell at;
    unsigned last_kind; /* RAIN or SNOW: what its hours named last, if only one of them */
    struct spells spells;
};

/* What the weather layer names at `t`; a run of it lasts many hours, and is looked up once. */
static void read_weather(struct walk *k, int64_t t)
{
    struct grid_condition kinds[KINDS_MAX];
    size_t count = grid_weather_at(k->g, t, kinds, KINDS_MAX, &k->named);

    k->events = 0;
    k->same = (struct span){ t, count > 0 ? kinds[0].end : t + 1 };
    for (size_t i = 0; i < count; i++) {
        k->events |= event_of_weather(kinds[i].weather);
        if (kinds[i].end < k->same.to)
            k->same.to = kinds[i].end;
    }
}

static bool is_within(int64_t t, const struct span *s)
{
    return t >= s->from && t < s->to;
}

/* The chance at `t`; false: it has none. A run of it, too, is looked up once. */
static bool read_chance(struct walk *k, int64_t t)
{
    return is_within(t, &k->same_chance) ||
           grid_run_at(k->g, GRID_PRECIPITATION_CHANCE, t, &k->same_chance.from, &k->same_chance.to,
                       &k->chance);
}

/* The weather is only read where a chance makes it matter. */
static struct wetness read_hour(struct walk *k, int64_t t)
{
    struct wetness w = { .known = false };

    if (!read_chance(k, t))
        return w;
    w.known = true;
    w.chance = k->chance;
    if (w.chance < 0.5)
        return w;
    if (!is_within(t, &k->same))
        read_weather(k, t);
    w.named = k->named;
    w.events = k->events;
    return w;
}

static bool names(const struct walk *k, const struct wetness *w)
{
    return k->event == EVENT_PRECIPITATION || w->events & 1U << k->event;
}

static bool is_wet(const struct walk *k, const struct wetness *w)
{
    return w->known && w->chance >= SPELL_CHANCE_MIN && names(k, w);
}

/* RAIN or SNOW; 0 when the hour names both, or neither. */
static unsigned pure_kind(const struct wetness *w)
{
    unsigned kinds = w->events & (RAIN | SNOW);

    return kinds == (RAIN | SNOW) ? 0 : kinds;
}

/* The first change of kind from the current hour on counts. */
static void note_turn(struct walk *k, int64_t t, const struct wetness *w)
{
    unsigned kind = pure_kind(w);

    if (kind && k->last_kind && kind != k->last_kind && t >= k->running && !k->at.turns) {
        k->at.turns = true;
        k->at.to_snow = kind == SNOW;
        k->at.turns_at = t;
    }
    if (kind)
        k->last_kind = kind;
}

/* Rain that ends because it turns to snow: the hours after the spell tell. */
static void note_turn_at_end(struct walk *k)
{
    for (int64_t t = k->at.end; t < k->at.end + (int64_t)TURN_HOURS * HOUR; t += HOUR) {
        struct wetness w = read_hour(k, t);
        if (w.known && w.chance >= SPELL_CHANCE_MIN)
            note_turn(k, t, &w);
    }
}

static void finish(struct walk *k)
{
    struct wetness next = read_hour(k, k->at.end);
    bool overlaps = k->at.start < k->period.to && k->at.end > k->period.from;

    k->active = false;
    if (k->spells.found || k->at.end <= k->now || !overlaps)
        return;
    k->at.open_end = !next.known || (next.chance >= SPELL_CHANCE_MIN && !next.named);
    if (k->event != EVENT_PRECIPITATION)
        note_turn_at_end(k);
    k->spells.spell = k->at;
    k->spells.found = true;
}

static void add_wet(struct walk *k, int64_t t, const struct wetness *w)
{
    if (!k->active) {
        k->at = (struct spell){ .start = t };
        k->last_kind = 0;
        k->active = true;
    }
    k->at.end = t + HOUR;
    if (t >= k->running && w->chance > k->at.chance)
        k->at.chance = w->chance;
    note_turn(k, t, w);
}

/* What is said when there is no spell. */
static void add_asked(struct walk *k, int64_t t, const struct wetness *w)
{
    struct spells *s = &k->spells;

    if (!w->known)
        return;
    s->has_chance = true;
    if (w->chance >= SPELL_CHANCE_MIN && !(w->named && w->events)) {
        s->open = true;
        s->open_chance = w->chance > s->open_chance ? w->chance : s->open_chance;
    }
    if (!names(k, w) || (s->named && w->chance <= s->highest))
        return;
    s->named = true;
    s->highest = w->chance;
    s->highest_at = t;
}

struct spells spells_read(const struct grid *g, enum event_id event, int64_t now,
                          const struct span *period)
{
    struct walk k = { .g = g, .event = event, .now = now, .running = hour_of(now) };
    int64_t from = hour_of(grid_start(g)), to = grid_end(g) + 24 * (int64_t)HOUR, asked_from;

    k.period = period ? *period : (struct span){ k.running, INT64_MAX };
    k.spells.known_until = k.running;
    asked_from = k.period.to <= k.running ? k.period.from : k.running; /* the hour just over */
    from = from < k.running - BACK_MAX ? k.running - BACK_MAX : from;
    to = to > k.running + AHEAD_MAX ? k.running + AHEAD_MAX : to;
    for (int64_t t = from; t < to; t += HOUR) {
        struct wetness w = read_hour(&k, t);

        if (w.known && t == k.spells.known_until)
            k.spells.known_until = t + HOUR;
        if (t >= asked_from && t + HOUR > k.period.from && t < k.period.to)
            add_asked(&k, t, &w);
        if (is_wet(&k, &w))
            add_wet(&k, t, &w);
        else if (k.active && t >= k.at.end + (int64_t)(DRY_HOURS_MIN - 1) * HOUR)
            finish(&k);
    }
    if (k.active)
        finish(&k);
    return k.spells;
}
