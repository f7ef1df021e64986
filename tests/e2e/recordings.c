/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/recordings.c -- asks every question about recorded real weather; each response must
 * pass speech_check_valid(), and the JSON API must give the same words, with their figures
 * (harness/same_answer.h); of a few more, speech, card, screen, JSON and MCP must tell the same
 * figures (harness/same_figures.h).
 *
 * Runs over the bundles in tests/recordings and, when NWS_RECORDINGS names a folder with the same
 * layout, over every complete bundle there (points, raw grid and station list). The table in
 * INDEX.md next to the bundles gives each one's place and the time it was recorded. */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/harness.h"
#include "tests/e2e/harness/same_answer.h"
#include "tests/e2e/harness/same_figures.h"
#include "tests/test.h"

struct bundle {
    char folder[600], place[100], now[40];
};

/* Is there a file exactly `depth` levels below `dir` whose name ends in `ending`? */
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

static bool is_complete(const char *folder)
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
    return is_complete(ret->folder);
}

static size_t find_bundles(const char *root, struct bundle *ret, size_t cap)
{
    char path[700], line[4000];
    size_t n = 0;

    snprintf(path, sizeof path, "%.600s/INDEX.md", root);
    FILE *f = fopen(path, "re");
    while (f && n < cap && fgets(line, sizeof line, f))
        n += read_row(line, root, &ret[n]);
    if (f)
        fclose(f);
    return n;
}

static void ask_about(struct world *w, const struct bundle *b, const char *metric, const char *when)
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
    same_answer_check(w, b->place, metric, when, &a);
    client_response_done(&a);
}

static int ask_all_metrics(const struct bundle *b)
{
    static const char *const metrics[] = {
        "summary",           "temperature", "precipitation", "skys", "wind", "barometric pressure",
        "relative humidity", "dewpoint",    "forecast"
    };
    static const char *const whens[] = { NULL,      "today",     "tonight",  "tomorrow", "monday",
                                         "tuesday", "wednesday", "thursday", "friday" };
    struct world w = { .now = b->now,
                       .recordings = b->folder,
                       .sets = { "api.listen=127.0.0.1:0", "api.open=yes",
                                 "api.rate_per_minute=0" } };
    int count = 0;

    world_start(&w);
    for (size_t m = 0; m < sizeof metrics / sizeof metrics[0]; m++)
        for (size_t i = 0; i < sizeof whens / sizeof whens[0]; i++, count++)
            ask_about(&w, b, metrics[m], whens[i]);
    ask_about(&w, b, "alerts", NULL);
    ask_about(&w, b, "extended forecast", NULL);
    ask_about(&w, b, "weather", NULL);
    count += same_figures_check(&w, b->place);
    world_stop(&w);
    return count + 3;
}

static void ask_all_bundles(const char *root)
{
    static struct bundle bundles[40];
    size_t n = find_bundles(root, bundles, 40);

    if (n == 0)
        fail_msg("no complete bundle in %s", root);
    for (size_t i = 0; i < n; i++)
        print_message("%s: %d questions\n", bundles[i].place, ask_all_metrics(&bundles[i]));
}

TEST(the_shipped_recordings_are_answered)
{
    char root[400];
    const char *top = getenv("TEST_TOP");

    snprintf(root, sizeof root, "%.300s/tests/recordings", top ? top : ".");
    ask_all_bundles(root);
}

TEST(recordings_in_nws_recordings_are_answered)
{
    const char *root = getenv("NWS_RECORDINGS");

    if (root && *root)
        ask_all_bundles(root);
    else
        print_message("NWS_RECORDINGS is not set: skipped\n");
}

TESTS(the_shipped_recordings_are_answered, recordings_in_nws_recordings_are_answered)
