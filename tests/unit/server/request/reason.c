/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/request/reason.c, and of the table against the sources, which lie in
 * $TEST_TOP (the working directory when it is not set). */
#include "server/request/reason.h"

#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/base/err.h"
#include "tests/test.h"

static const char *const source_patterns[] = { "certs/*.c",   "cache/*.c",     "cache/*/*.c",
                                               "intents/*.c", "intents/*/*.c", "intents/*.def",
                                               "server/*.c",  "server/*/*.c" };

static const struct {
    const char *word;
    int http_status;
    const char *fix;
} reasons[] = {
#define REASON(word, http_status, fix) { word, http_status, fix },
#include "server/request/reasons.def"
#undef REASON
};

static bool has_row(const char *word)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (strcmp(reasons[i].word, word) == 0)
            return true;
    return false;
}

static int enter_source_tree(void **state)
{
    const char *top = getenv("TEST_TOP");

    (void)state;
    return top ? chdir(top) : 0;
}

static char *read_source(const char *path)
{
    FILE *f = fopen(path, "re");
    char *text = NULL;
    size_t n = 0;

    assert_non_null(f);
    assert_true(getdelim(&text, &n, '\0', f) > 0);
    fclose(f);
    return text;
}

/* All sources of one pattern after the other; calls fn(path, text, data). */
static void for_each_source(void (*fn)(const char *path, const char *text, void *data), void *data)
{
    for (size_t i = 0; i < sizeof source_patterns / sizeof source_patterns[0]; i++) {
        glob_t found;
        CHECK_INT(glob(source_patterns[i], 0, NULL, &found), 0);
        for (size_t k = 0; k < found.gl_pathc; k++) {
            char *text = read_source(found.gl_pathv[k]);
            fn(found.gl_pathv[k], text, data);
            free(text);
        }
        globfree(&found);
    }
}

/* The end of the string literal that starts at `p`, behind its quote. */
static const char *literal_end(const char *p)
{
    for (p++; *p && *p != '"'; p++)
        if (*p == '\\')
            p++;
    return *p ? p + 1 : p;
}

/* Check the words among the string literals of one argument, "" being none. */
static void check_literals(const char *path, const char *p, const char *end)
{
    while (p < end) {
        if (*p != '"') {
            p++;
            continue;
        }
        const char *behind = literal_end(p);
        char word[80];
        snprintf(word, sizeof word, "%.*s", (int)(behind - p - 2), p + 1);
        if (*word && !has_row(word))
            fail_msg("%s: \"%s\" has no row in server/request/reasons.def", path, word);
        p = behind;
    }
}

/* Find argument number `wanted` (from 0) of the call whose parenthesis has just been opened. */
static const char *find_argument(const char *p, int wanted, const char **ret_end)
{
    const char *start = p;
    int depth = 0, number = 0;

    for (; *p; p++) {
        if (*p == '"')
            p = literal_end(p) - 1;
        else if (*p == '(')
            depth++;
        else if ((*p == ',' || *p == ')') && depth == 0) {
            if (number++ == wanted || *p == ')')
                break;
            start = p + 1;
        } else if (*p == ')')
            depth--;
    }
    *ret_end = p;
    return start;
}

/* Third argument of err_reason(). */
static void check_calls(const char *path, const char *text, void *data)
{
    int *calls = data;

    for (const char *p = text; (p = strstr(p, "err_reason(")); (*calls)++) {
        const char *end;
        p += strlen("err_reason(");
        const char *argument = find_argument(p, 2, &end);
        check_literals(path, argument, end);
    }
}

/* Rows of tables that hold a status and a reason side by side: `ST_DENIED, "access_denied"`. */
static void check_rows(const char *path, const char *text, void *data)
{
    int *rows = data;

    for (const char *p = text; (p = strstr(p, "ST_")); p++) {
        const char *q = p;
        while (isupper((unsigned char)*q) || *q == '_')
            q++;
        if (*q != ',')
            continue;
        q += 1 + strspn(q + 1, " \n");
        size_t n = *q == '"' ? strspn(q + 1, "abcdefghijklmnopqrstuvwxyz_") : 0;
        if (n > 0 && q[1 + n] == '"' && q[2 + n] == ',') {
            check_literals(path, q, q + n + 2);
            (*rows)++;
        }
    }
}

/* First argument of APOLOGY() in intents/apologies.def. */
static void check_apologies(const char *path, const char *text, void *data)
{
    int *apologies = data;

    for (const char *p = text; (p = strstr(p, "\nAPOLOGY(\"")); (*apologies)++) {
        p += strlen("\nAPOLOGY(");
        check_literals(path, p, literal_end(p));
    }
}

TEST(every_reason_in_the_sources_has_a_row)
{
    int calls = 0, rows = 0, apologies = 0;

    for_each_source(check_calls, &calls);
    for_each_source(check_rows, &rows);
    for_each_source(check_apologies, &apologies);
    CHECK(calls > 100 && rows > 20 && apologies > 15);
}

struct search {
    char quoted[80];
    bool found;
};

static void find_word(const char *path, const char *text, void *data)
{
    struct search *s = data;

    (void)path;
    s->found = s->found || strstr(text, s->quoted);
}

TEST(every_row_is_used)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        struct search s = { .found = false };
        snprintf(s.quoted, sizeof s.quoted, "\"%s\"", reasons[i].word);
        for_each_source(find_word, &s);
        if (!s.found)
            fail_msg("%s is in server/request/reasons.def and nowhere else", reasons[i].word);
    }
}

TEST(words_are_short_unique_and_of_lower_case)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        CHECK_ROW(i, strspn(reasons[i].word, "abcdefghijklmnopqrstuvwxyz_") ==
                         strlen(reasons[i].word));
        CHECK_ROW(i, strlen(reasons[i].word) < sizeof((struct err *)NULL)->reason);
        CHECK_ROW(i, strlen(reasons[i].fix) == 0 ||
                         !ispunct((unsigned char)reasons[i].fix[strlen(reasons[i].fix) - 1]) ||
                         reasons[i].fix[strlen(reasons[i].fix) - 1] == ')');
        CHECK_ROW(i, reasons[i].http_status == 0 || reasons[i].http_status >= 400);
        for (size_t k = 0; k < i; k++)
            CHECK_ROW(i, strcmp(reasons[i].word, reasons[k].word) != 0);
    }
}

TEST(a_reason_tells_the_http_status_and_the_fix)
{
    CHECK_INT(reason_http_status("overloaded"), 503);
    CHECK_INT(reason_http_status("replayed"), 400);
    CHECK_INT(reason_http_status("disk_full"), 0);
    CHECK_INT(reason_http_status("no_such_word"), 0);
    CHECK_STR(reason_fix("disk_full"), "free space on the disk of sqlite.path");
    CHECK_STR(reason_fix("replayed"), "");
    CHECK_STR(reason_fix(""), "");
}

TESTS_WITH(enter_source_tree, NULL, every_reason_in_the_sources_has_a_row, every_row_is_used,
           words_are_short_unique_and_of_lower_case, a_reason_tells_the_http_status_and_the_fix)
