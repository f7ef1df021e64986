/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/config/config_secret_files.c -- CLIMACAST_<SECTION>_<KEY>_FILE: a value in a
 * file, as Docker and systemd pass secrets. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/config/config.h"
#include "tests/test.h"

static char variable[200];

/* Writes the file that `variable` names. */
static void write_secret(const char *name, const char *bytes, size_t n)
{
    FILE *f = fopen("secret", "w");

    CHECK(f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
    (void)snprintf(variable, sizeof variable, "%s=secret", name);
}

static enum status load(const char *more, struct config **ret_config, struct err *err)
{
    const char *const environment[] = { variable, more, NULL };
    struct config_sources sources = { .environment = environment };

    return config_load(&sources, ret_config, err);
}

static void check_refused(const char *more, const char *want)
{
    struct config *c = NULL;
    struct err err = ERR_NONE;

    CHECK_INT(load(more, &c, &err), ST_INVALID);
    if (!strstr(err.text, want))
        fail_msg("\"%s\" does not contain \"%s\"", err.text, want);
}

TEST(a_value_is_read_from_the_file_without_its_line_end)
{
    struct config *c = NULL;

    write_secret("CLIMACAST_GEOCODER_HERE_API_KEY_FILE", "abc123\n", 7);
    CHECK_INT(load(NULL, &c, NULL), ST_OK);
    CHECK_STR(config_text(c, CONFIG_GEOCODER_HERE_API_KEY), "abc123");
    config_free(c);
}

TEST(a_key_that_ends_in_file_is_still_a_key)
{
    struct config *c = NULL;

    write_secret("CLIMACAST_CACHE_WARM_FILE", "unread", 6);
    CHECK_INT(load(NULL, &c, NULL), ST_OK);
    CHECK_STR(config_text(c, CONFIG_CACHE_WARM_FILE), "secret");
    config_free(c);
}

TEST(what_cannot_be_a_value_is_refused_with_the_variable)
{
    char huge[5000];

    write_secret("CLIMACAST_GEOCODER_HERE_API_KEY_FILE", "\n", 1);
    check_refused(NULL, "CLIMACAST_GEOCODER_HERE_API_KEY_FILE: secret is empty");
    write_secret("CLIMACAST_GEOCODER_HERE_API_KEY_FILE", "a\0b", 3);
    check_refused(NULL, "NUL byte");
    memset(huge, 'x', sizeof huge);
    write_secret("CLIMACAST_GEOCODER_HERE_API_KEY_FILE", huge, sizeof huge);
    check_refused(NULL, "CLIMACAST_GEOCODER_HERE_API_KEY_FILE: secret");
    write_secret("CLIMACAST_SERVER_WORKERS_FILE", "many", 4);
    check_refused(NULL, "from 1 to 256");
    CHECK_INT(unlink("secret"), 0);
    check_refused(NULL, "CLIMACAST_SERVER_WORKERS_FILE: secret");
    (void)snprintf(variable, sizeof variable, "CLIMACAST_SERVER_WORKERS_FILE=.");
    check_refused(NULL, "CLIMACAST_SERVER_WORKERS_FILE: .");
    (void)snprintf(variable, sizeof variable, "CLIMACAST_SERVER_NOTHING_FILE=secret");
    check_refused(NULL, "unknown key");
}

TEST(a_value_and_a_file_for_one_key_are_refused)
{
    write_secret("CLIMACAST_SERVER_WORKERS_FILE", "5", 1);
    check_refused("CLIMACAST_SERVER_WORKERS=4", "set by another variable, too");
}

TESTS(a_value_is_read_from_the_file_without_its_line_end, a_key_that_ends_in_file_is_still_a_key,
      what_cannot_be_a_value_is_refused_with_the_variable,
      a_value_and_a_file_for_one_key_are_refused)
