/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/config/secret_file.c -- a file with a secret is read only if others cannot read
 * it. */
#define _XOPEN_SOURCE 700
#include "server/config/secret_file.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/config/config.h"
#include "tests/test.h"
#include "tests/unit/cache/folder.h"

static char folder[FOLDER_SIZE], path[FILE_SIZE];

static int set_up(void **state)
{
    (void)state;
    folder_make(folder);
    (void)snprintf(path, sizeof path, "%s/secret", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(folder);
    return 0;
}

static void write_secret(const char *text, mode_t mode)
{
    FILE *f = fopen(path, "we");

    CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
    CHECK_INT(chmod(path, mode), 0);
}

TEST(line_ends_are_not_part_of_it)
{
    static const char *const texts[] = { "the secret", "the secret\n", "the secret\r\n",
                                         "the secret\n\n" };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct buf secret = BUF_INIT(SECRET_FILE_MAX);
        write_secret(texts[i], i % 2 ? 0600 : 0400);
        CHECK_ROW(i, secret_file_read(path, &secret, NULL) == ST_OK);
        CHECK_STR(buf_z(&secret), "the secret");
        buf_free(&secret);
    }
}

static void check_refused(const char *file, const char *says)
{
    struct buf secret = BUF_INIT(SECRET_FILE_MAX);
    struct err err = ERR_NONE;

    CHECK_INT(secret_file_read(file, &secret, &err), ST_INVALID);
    CHECK_INT(err.status, ST_INVALID);
    CHECK(strstr(err.text, file) && strstr(err.text, says));
    CHECK_INT(secret.n, 0);
    buf_free(&secret);
}

TEST(what_others_can_read_is_refused_with_its_mode)
{
    static const struct {
        mode_t mode;
        const char *says;
    } cases[] = { { 0640, "0640" }, { 0604, "0604" }, { 0620, "0620" },
                  { 0601, "0601" }, { 0666, "0666" }, { 0677, "0677" } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_secret("the secret", cases[i].mode);
        check_refused(path, cases[i].says);
    }
    write_secret("\n", 0600);
    check_refused(path, "is empty");
    CHECK_INT(unlink(path), 0);
    check_refused(path, "");
    check_refused(folder, "");
}

static enum status validate(const char *enabled, const char *id, const char *file, struct err *err)
{
    char sets[6][FILE_SIZE + 60] = { "server.tls=no", "alexa.skill_ids=amzn1.ask.skill.x" };
    const char *list[6];
    struct config_sources sources = { .sets = list, .set_count = 5 };
    struct config *c = NULL;
    enum status st;

    (void)snprintf(sets[2], sizeof sets[2], "alerts.enabled=%s", enabled);
    (void)snprintf(sets[3], sizeof sets[3], "alerts.client_id=%s", id);
    (void)snprintf(sets[4], sizeof sets[4], "alerts.client_secret_file=%s", file);
    for (size_t i = 0; i < 6; i++)
        list[i] = sets[i];
    CHECK_INT(config_load(&sources, &c, NULL), ST_OK);
    st = config_validate(c, err);
    config_free(c);
    return st;
}

TEST(alerts_need_a_client_id_and_a_secret)
{
    struct err err = ERR_NONE;

    write_secret("the secret\n", 0600);
    CHECK_INT(validate("yes", "amzn1.application-oa2-client.x", path, &err), ST_OK);
    CHECK_INT(validate("no", "", "", &err), ST_OK);
    CHECK_INT(validate("no", "", "/nowhere", &err), ST_OK);
    CHECK_INT(validate("yes", "", path, &err), ST_INVALID);
    CHECK(strstr(err.text, "alerts.client_id"));
    err_clear(&err);
    CHECK_INT(validate("yes", "x", "", &err), ST_INVALID);
    CHECK(strstr(err.text, "alerts.client_secret_file"));
    err_clear(&err);
    write_secret("the secret\n", 0644);
    CHECK_INT(validate("yes", "x", path, &err), ST_INVALID);
    CHECK(strstr(err.text, path) && strstr(err.text, "0644") && !strstr(err.text, "the secret"));
}

TESTS_WITH(set_up, tear_down, line_ends_are_not_part_of_it,
           what_others_can_read_is_refused_with_its_mode, alerts_need_a_client_id_and_a_secret)
