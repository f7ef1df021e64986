/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_spelling.c -- compares an unknown name with every known one, by its letters
 * and by its sound. */
#include "intents/weather/place_spelling.h"

#include <string.h>

#include "intents/weather/place_name.h"

enum {
    KEY_MAX = 40,       /* nobody gets just one or two letters of a longer name wrong */
    SHORT_KEY = 4,      /* letters; a shorter name is like too many others */
    MEDIUM_KEY = 6,     /* from here on, two letters may differ */
    LONG_KEY = 12,      /* and from here on, three */
    SOUND_SLACK = 4,    /* by how much a name may be longer than one that sounds alike */
    SPACES_MAX = 8,     /* how much longer: spaces, accents */
    FAR = 100,          /* a distance that does not matter */
    ABBREVIATED_MAX = 8 /* how much shorter a written name may be than its key: "St. Johns" */
};

/* ---- distances ---- */

static int min_of(int a, int b)
{
    return a < b ? a : b;
}

/* The number of letters to insert, delete, replace, or swap with their neighbor; FAR when it is
 * larger than `max`. */
static int edit_distance(struct str a, struct str b, int max)
{
    int rows[3][KEY_MAX + 1];

    if (a.n > b.n + (size_t)max || b.n > a.n + (size_t)max)
        return FAR;
    for (int j = 0; j <= (int)b.n; j++)
        rows[0][j] = j;
    for (int i = 1; i <= (int)a.n; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        int least = row[0] = i;
        for (int j = 1; j <= (int)b.n; j++) {
            bool same = a.p[i - 1] == b.p[j - 1];
            row[j] = min_of(min_of(above[j], row[j - 1]) + 1, above[j - 1] + !same);
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
                row[j] = min_of(row[j], before[j - 2] + 1);
            least = min_of(least, row[j]);
        }
        if (least > max)
            return FAR;
    }
    return rows[a.n % 3][b.n] <= max ? rows[a.n % 3][b.n] : FAR;
}

/* ---- sounds ---- */

/* Letters that sound like others, in the order in which they are tried. "^" is the beginning. */
static const struct {
    const char *written, *sound;
} sounds[] = {
    { "^kn", "n" }, { "^wr", "r" }, { "ph", "f" },  { "ck", "k" },  { "gh", "g" }, { "wh", "w" },
    { "ch", "c" },  { "ce", "se" }, { "ci", "si" }, { "cy", "si" }, { "qu", "k" }, { "tz", "s" },
    { "c", "k" },   { "q", "k" },   { "x", "ks" },  { "z", "s" },   { "y", "i" },
};

/* Finds what the letters at `at` sound like; returns how many they are, 0 for none. */
static size_t find_sound(struct str key, size_t at, const char **ret_sound)
{
    if (!strchr("ckgopqtwxyz", key.p[at]))
        return 0;
    for (size_t i = 0; i < sizeof sounds / sizeof sounds[0]; i++) {
        const char *written = sounds[i].written;
        if (*written == '^' && at > 0)
            continue;
        struct str letters = str_of(*written == '^' ? written + 1 : written);
        if (str_starts(str_sub(key, at, key.n), letters)) {
            *ret_sound = sounds[i].sound;
            return letters.n;
        }
    }
    return 0;
}

/* Writes the name as it sounds: a letter for each sound, all vowels alike, none twice in a row. */
static struct str sound_of(struct str key, char out[KEY_MAX])
{
    size_t n = 0, at = 0;

    while (at < key.n) {
        char letter[2] = { key.p[at], '\0' };
        const char *sound = letter;
        size_t used = find_sound(key, at, &sound);
        at += used > 0 ? used : 1;
        for (; *sound && n < KEY_MAX; sound++) {
            char c = strchr("aeiou", *sound) ? 'a' : *sound;
            if (n == 0 || out[n - 1] != c)
                out[n++] = c;
        }
    }
    return (struct str){ out, n };
}

/* ---- searching ---- */

struct search {
    struct str key, sound;
    int max;           /* how many letters may differ */
    const char *state; /* "" for anywhere */
    struct gazetteer_hit *hits;
    int *ranks; /* of the hits: twice the letters that differ or, if names sound alike, twice the
                   sounds that differ and SOUND_RANK */
    size_t n, size;
};

enum { SAME_NAME = -1, SOUND_RANK = 3, ALIAS_RANK_MAX = 2, CODE_MAX = 4, RANKS_MAX = 8 };

static void add_hit(struct search *s, const struct gazetteer_hit *hit, int rank)
{
    size_t at = s->n;

    for (size_t i = 0; i < s->n; i++) {
        if (str_eq(s->hits[i].city, hit->city) && strcmp(s->hits[i].state, hit->state) == 0)
            return;
    }
    while (at > 0 && (s->ranks[at - 1] > rank ||
                      (s->ranks[at - 1] == rank && s->hits[at - 1].population < hit->population)))
        at--;
    if (at == s->size)
        return;
    size_t moved = (s->n < s->size ? s->n : s->size - 1) - at;
    memmove(s->hits + at + 1, s->hits + at, moved * sizeof *s->hits);
    memmove(s->ranks + at + 1, s->ranks + at, moved * sizeof *s->ranks);
    s->hits[at] = *hit;
    s->ranks[at] = rank;
    s->n += s->n < s->size;
}

/* How many letters may differ in names that sound alike: "sinsinati", Cincinnati. */
static int sound_letters_max(struct str key)
{
    return (int)key.n * 2 / 5 + 1;
}

static int rank_of(const struct search *s, struct str key)
{
    char buffer[KEY_MAX];
    int letters = edit_distance(s->key, key, s->max), sound = letters;
    bool may_sound_alike = key.n <= s->sound.n + SOUND_SLACK && key.n + SOUND_SLACK >= s->sound.n;

    if (letters > 1 && may_sound_alike)
        sound = edit_distance(s->sound, sound_of(key, buffer), s->max - 1);
    if (sound < letters && edit_distance(s->key, key, sound_letters_max(s->key)) == FAR)
        sound = letters; /* "nowhere at all" and New Britain share sounds, but hardly a letter */
    return min_of(2 * letters, 2 * sound + SOUND_RANK);
}

static void try_name(struct search *s, struct str name)
{
    char buffer[PLACE_NAME_MAX + 1];

    if (name.n > s->key.n + SPACES_MAX || name.n + ABBREVIATED_MAX + (size_t)s->max < s->key.n)
        return;
    struct str key = { buffer, place_name_key(name, buffer) };
    if (key.n < SHORT_KEY || key.n > KEY_MAX)
        return;
    int rank = rank_of(s, key);
    if (rank >= FAR)
        return;
    struct gazetteer_hit hit;
    /* A code, or a nickname that is not much like it, would be offered as a name that is nothing
     * like it. */
    if (gazetteer_city(name, s->state, &hit, 1) > 0 &&
        (!hit.alias || (rank <= ALIAS_RANK_MAX && key.n > CODE_MAX)))
        add_hit(s, &hit, rank);
}

size_t place_spelling_find(const struct gazetteer_query *query, struct gazetteer_hit *hits,
                           size_t max)
{
    char key[PLACE_NAME_MAX + 1], sound[KEY_MAX];
    int ranks[RANKS_MAX];
    struct search s = { .state = query->state, .hits = hits, .ranks = ranks, .size = max };

    if (query->zip[0] != '\0' || max > RANKS_MAX)
        return 0;
    s.key = (struct str){ key, place_name_key(query->city, key) };
    if (s.key.n < SHORT_KEY || s.key.n > KEY_MAX)
        return 0;
    s.sound = sound_of(s.key, sound);
    s.max = s.key.n < MEDIUM_KEY ? 1 : s.key.n < LONG_KEY ? 2 : 3;
    struct gazetteer_hit elsewhere;
    if (*s.state != '\0' && gazetteer_city(query->city, NULL, &elsewhere, 1) > 0)
        add_hit(&s, &elsewhere, SAME_NAME);
    for (size_t i = 0; i < gazetteer_name_count(); i++)
        try_name(&s, gazetteer_name(i));
    return s.n;
}
