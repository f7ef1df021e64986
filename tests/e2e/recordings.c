/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/recordings.c -- every question over real recorded weather: each answer well-formed and
 * without holes.
 *
 * Runs over the bundles in tests/recordings and, when NWS_RECORDINGS names a folder laid out like
 * it, over every complete bundle there: points, raw grid and station list. INDEX.md beside the
 * bundles has a table row for each with its place and the instant it was recorded at. */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/harness.h"
#include "tests/test.h"

struct bundle {
    char folder[600], place[100], now[40];
};

/* Does a file exist below dir/a whose path ends in `ending`, at that depth? */
static bool has_file(const char *dir, int depth, const char *ending)
{
    DIR *d = opendir(dir);
    bool found = false;

    for (struct dirent *e; d && !found && (e = readdir(d));) {
        char path[900];
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%.600s/%.250s", dir, e->d_name);
        found = depth > 0 ? has_file(path, depth - 1, ending)
                          : str_ends(str_of(e->d_name), str_of(ending));
    }
    if (d)
        closedir(d);
    return found;
}

static bool complete(const char *folder)
{
    char points[700], grids[700];

    snprintf(points, sizeof points, "%s/points", folder);
    snprintf(grids, sizeof grids, "%s/gridpoints", folder);
    return has_file(points, 0, ".json") && has_file(grids, 1, ".json") &&
           has_file(grids, 2, "stations.json");
}

/* "| `bundle` | place | time zone | about 2024-02-20T18:00Z | ..." */
static bool read_row(const char *line, const char *root, struct bundle *ret)
{
    struct str rest = str_of(line), cell;
    struct str cells[5];
    size_t n = 0;

    while (n < 5 && str_split(&rest, '|', &cell))
        cells[n++] = str_trim(cell);
    if (n < 5 || cells[0].n > 0 || cells[1].n < 3 || cells[1].p[0] != '`')
        return false;
    struct str name = str_sub(cells[1], 1, cells[1].n - 1), now = cells[4];
    size_t at = str_find(now, STR("20"));
    now = str_sub(now, at, at + 17); /* 2024-02-20T18:00Z */
    if (now.n < 17)
        return false;
    snprintf(ret->folder, sizeof ret->folder, "%.400s/%.*s", root, STR_ARG(name));
    snprintf(ret->place, sizeof ret->place, "%.*s", STR_ARG(cells[2]));
    snprintf(ret->now, sizeof ret->now, "%.16s:00Z", now.p);
    return complete(ret->folder);
}

static size_t find_bundles(const char *root, struct bundle *ret, size_t room)
{
    char path[700], line[4000];
    size_t n = 0;

    snprintf(path, sizeof path, "%.600s/INDEX.md", root);
    FILE *f = fopen(path, "re");
    while (f && n < room && fgets(line, sizeof line, f))
        n += read_row(line, root, &ret[n]);
    if (f)
        fclose(f);
    return n;
}

static void question(struct world *w, const struct bundle *b, const char *metric, const char *when)
{
    struct client_response a =
        when ? client_ask(w, "user-recordings", "MetricIntent", "metric", metric, "location",
                          b->place, "when_any", when, NULL)
             : client_ask(w, "user-recordings", "MetricIntent", "metric", metric, "location",
                          b->place, NULL);

    if (a.status != 200 || !*a.speech)
        fail_msg("%s %s: status %d %s", metric, when ? when : "now", a.status, a.error);
    speech_check_valid(&a);
    speech_check_omits(&a, "sorry, something went wrong");
    client_response_done(&a);
}

static int ask_everything(const struct bundle *b)
{
    static const char *const metrics[] = {
        "summary",           "temperature", "precipitation", "skys", "wind", "barometric pressure",
        "relative humidity", "dewpoint",    "forecast"
    };
    static const char *const whens[] = { NULL,      "today",     "tonight",  "tomorrow", "monday",
                                         "tuesday", "wednesday", "thursday", "friday" };
    struct world w = { .now = b->now, .recordings = b->folder };
    int asked = 0;

    world_start(&w);
    for (size_t m = 0; m < sizeof metrics / sizeof metrics[0]; m++)
        for (size_t i = 0; i < sizeof whens / sizeof whens[0]; i++, asked++)
            question(&w, b, metrics[m], whens[i]);
    question(&w, b, "alerts", NULL);
    question(&w, b, "extended forecast", NULL);
    question(&w, b, "weather", NULL);
    world_stop(&w);
    return asked + 3;
}

static void ask_all(const char *root)
{
    static struct bundle bundles[40];
    size_t n = find_bundles(root, bundles, 40);

    if (n == 0)
        fail_msg("no complete bundle below %s", root);
    for (size_t i = 0; i < n; i++)
        print_message("%s: %d questions\n", bundles[i].place, ask_everything(&bundles[i]));
}

TEST(the_shipped_recordings_are_answered)
{
    char root[400];
    const char *top = getenv("TEST_TOP");

    snprintf(root, sizeof root, "%.300s/tests/recordings", top ? top : ".");
    ask_all(root);
}

TEST(the_recordings_pointed_at_are_answered)
{
    const char *root = getenv("NWS_RECORDINGS");

    if (root && *root)
        ask_all(root);
    else
        print_message("NWS_RECORDINGS is not set: only the shipped ones were asked\n");
}

TESTS(the_shipped_recordings_are_answered, the_recordings_pointed_at_are_answered)
