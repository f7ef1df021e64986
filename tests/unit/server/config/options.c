/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/config/options.c: the common options are taken, everything else stays. */
#include "server/config/options.h"

#include "tests/test.h"

enum { WORDS_MAX = 80 };

/* Parse a blank-separated command line; `left` gets the remaining words after the program name. */
static enum status parse(const char *line, struct options *o, char left[400], struct err *err)
{
    static char words[WORDS_MAX][100];
    static char *argv[WORDS_MAX + 1];
    struct str rest = str_of(line), word;
    int argc = 0;

    while (argc < WORDS_MAX && str_word(&rest, &word)) {
        snprintf(words[argc], sizeof words[0], "%.*s", STR_ARG(word));
        argv[argc] = words[argc];
        argc++;
    }
    argv[argc] = NULL;
    *err = ERR_NONE;
    enum status st = options_parse(argc, argv, o, err);
    left[0] = '\0';
    for (int i = 1; st == ST_OK && i < o->argc; i++)
        snprintf(left + strlen(left), 400 - strlen(left), "%s%s", i > 1 ? " " : "", o->argv[i]);
    return st;
}

TEST(options_are_taken_anywhere_on_the_line)
{
    struct options o;
    struct err err;
    char left[400];

    CHECK_INT(parse("climacast --config a.conf ask --set x.y=1 Launch --set=x.z=2 --json", &o, left,
                    &err),
              ST_OK);
    CHECK_STR(left, "ask Launch --json");
    CHECK_STR(o.sources.file, "a.conf");
    CHECK_INT(o.sources.set_count, 2);
    CHECK_STR(o.sources.sets[0], "x.y=1");
    CHECK_STR(o.sources.sets[1], "x.z=2");
    CHECK(!o.version && !o.help);
    assert_non_null(o.sources.environment);
}

TEST(help_and_version_are_recognized)
{
    struct options o;
    struct err err;
    char left[400];

    CHECK(parse("p --help", &o, left, &err) == ST_OK && o.help && !o.version);
    CHECK(parse("p x -h", &o, left, &err) == ST_OK && o.help);
    CHECK(parse("p --version", &o, left, &err) == ST_OK && o.version);
    CHECK(parse("p", &o, left, &err) == ST_OK && !o.help && o.argc == 1);
}

TEST(two_dashes_end_the_options)
{
    struct options o;
    struct err err;
    char left[400];

    CHECK_INT(parse("p ask -- --help --config x", &o, left, &err), ST_OK);
    CHECK_STR(left, "ask -- --help --config x");
    CHECK(!o.help && !o.sources.file);
}

TEST(similar_options_stay)
{
    struct options o;
    struct err err;
    char left[400];

    CHECK_INT(parse("p --configure x --settle y --helpful", &o, left, &err), ST_OK);
    CHECK_STR(left, "--configure x --settle y --helpful");
}

TEST(an_option_without_its_value_is_an_error)
{
    static const struct {
        const char *line, *want;
    } cases[] = {
        { "p --config", "--config needs a file name" },
        { "p --config=", "--config needs a file name" },
        { "p --set", "--set needs section.key=value" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct options o;
        struct err err;
        char left[400];
        CHECK_INT(parse(cases[i].line, &o, left, &err), ST_INVALID);
        CHECK_STR(err.text, cases[i].want);
    }
}

TEST(the_number_of_sets_is_limited)
{
    struct options o;
    struct err err;
    char left[400], line[2000] = "p";

    for (int i = 0; i < OPTIONS_SETS_MAX; i++)
        strcat(line, " --set=a.b=c");
    CHECK_INT(parse(line, &o, left, &err), ST_OK);
    CHECK_INT(o.sources.set_count, OPTIONS_SETS_MAX);
    strcat(line, " --set=a.b=c");
    CHECK_INT(parse(line, &o, left, &err), ST_INVALID);
}

TESTS(options_are_taken_anywhere_on_the_line, help_and_version_are_recognized,
      two_dashes_end_the_options, similar_options_stay, an_option_without_its_value_is_an_error,
      the_number_of_sets_is_limited)
