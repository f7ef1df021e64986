/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/aws_credentials_files.c -- AWS credentials from the environment and from
 * files, and in which order these are tried. */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */
#include <sys/stat.h>

#include "tests/unit/cache/dynamo/aws_credentials_world.h"

TEST(the_environment_takes_precedence)
{
    world_start();
    set_variable("AWS_ACCESS_KEY_ID", "AKENV", "");
    set_variable("AWS_SECRET_ACCESS_KEY", "hidden", "");
    set_variable("AWS_SHARED_CREDENTIALS_FILE", world.folder, "/c");
    write_file("c", "[default]\naws_access_key_id=AKFILE\naws_secret_access_key=s\n");
    check_keys("AKENV", "hidden", "");
    world_stop();
    world_start();
    set_variable("AWS_ACCESS_KEY_ID", "AKENV", "");
    set_variable("AWS_SECRET_ACCESS_KEY", "hidden", "");
    set_variable("AWS_SESSION_TOKEN", "token", "");
    check_keys("AKENV", "hidden", "token");
    world_stop();
}

TEST(incomplete_environment_variables_are_an_error)
{
    world_start();
    set_variable("AWS_ACCESS_KEY_ID", "AKENV", "");
    check_none(ST_DENIED, "no_credentials", "AWS_SECRET_ACCESS_KEY is not");
    world_stop();
    world_start();
    set_variable("AWS_ACCESS_KEY_ID", "AKENV", "");
    set_variable("AWS_SECRET_ACCESS_KEY", "hidden key", "");
    check_none(ST_DENIED, "no_credentials", "not a valid key");
    world_stop();
}

TEST(profiles_are_parsed_as_aws_tools_write_them)
{
    static const char text[] =
        "# comment\n"
        "[other]\naws_access_key_id = AKOTHER\naws_secret_access_key = other\n\n"
        "[ default ]\r\n"
        "aws_access_key_id=AKDEFAULT  # mine\r\n"
        "AWS_SECRET_ACCESS_KEY = a/b+c=#d\r\n"
        "; another\n"
        "region = us-east-1\n"
        "s3 =\n"
        "  aws_access_key_id = nested\n"
        "[temp]\naws_access_key_id = AKTEMP\naws_secret_access_key = t\naws_session_token = "
        "x==\n"
        "[role]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = default\n"
        "[half]\naws_access_key_id = AKHALF\n"
        "[profile named]\naws_access_key_id = AKNAMED\naws_secret_access_key = n\n";

    static const struct {
        const char *profile;
        bool config;
        enum status want;
        const char *id, *secret, *token;
    } cases[] = {
        { "default", false, ST_OK, "AKDEFAULT", "a/b+c=#d", "" },
        { "other", false, ST_OK, "AKOTHER", "other", "" },
        { "temp", false, ST_OK, "AKTEMP", "t", "x==" },
        { "role", false, ST_DENIED, NULL, NULL, NULL },
        { "half", false, ST_DENIED, NULL, NULL, NULL },
        { "none", false, ST_MISS, NULL, NULL, NULL },
        { "named", false, ST_MISS, NULL, NULL, NULL },
        { "named", true, ST_OK, "AKNAMED", "n", "" },
        { "default", true, ST_OK, "AKDEFAULT", "a/b+c=#d", "" },
        { "other", true, ST_MISS, NULL, NULL, NULL }, /* not called [profile other] */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct aws_credentials keys;
        struct err err = ERR_NONE;
        CHECK_ROW(i, aws_credentials_parse_profile(str_of(text), cases[i].config, cases[i].profile,
                                                   &keys, &err) == cases[i].want);
        CHECK_ROW(i, (err.status == ST_OK) == (cases[i].want != ST_DENIED));
        if (cases[i].want == ST_OK) {
            CHECK_STR(keys.id, cases[i].id);
            CHECK_STR(keys.secret, cases[i].secret);
            CHECK_STR(keys.token, cases[i].token);
        }
    }
}

TEST(files_are_found_by_variable_by_home_and_by_profile)
{
    world_start();
    set_variable("AWS_SHARED_CREDENTIALS_FILE", world.folder, "/c");
    write_file("c", "[default]\naws_access_key_id=AKFILE\naws_secret_access_key=s\n"
                    "[p]\naws_access_key_id=AKP\naws_secret_access_key=p\n");
    check_keys("AKFILE", "s", "");
    world_stop();
    world_start();
    set_variable("AWS_SHARED_CREDENTIALS_FILE", world.folder, "/c");
    set_variable("AWS_CONFIG_FILE", world.folder, "/config");
    set_variable("AWS_PROFILE", "q", "");
    write_file("config", "[profile q]\naws_access_key_id=AKQ\naws_secret_access_key=q\n");
    check_keys("AKQ", "q", "");
    world_stop();
    world_start();
    set_variable("AWS_PROFILE", "missing", "");
    check_none(ST_DENIED, "no_credentials", "\"missing\"");
    world_stop();
    world_start();
    {
        char aws[FILE_SIZE];
        (void)snprintf(aws, sizeof aws, "%s/.aws", world.folder);
        CHECK(mkdir(aws, 0700) == 0);
    }
    write_file(".aws/credentials", "[default]\naws_access_key_id=AKH\naws_secret_access_key=h\n");
    check_keys("AKH", "h", "");
    world_stop();
}

TEST(a_changed_file_is_read_again)
{
    world_start();
    set_variable("AWS_SHARED_CREDENTIALS_FILE", world.folder, "/c");
    write_file("c", "[default]\naws_access_key_id=AK1\naws_secret_access_key=s\n");
    check_keys("AK1", "s", "");
    write_file("c", "[default]\naws_access_key_id=AK2\naws_secret_access_key=s\n");
    check_keys("AK1", "s", "");
    world.now_s += 400;
    await_keys("AK2");
    write_file("c", "[default]\naws_access_key_id=AK3\naws_secret_access_key=s\n");
    {
        struct aws_credentials keys;
        CHECK_INT(get_credentials(&keys, NULL), ST_OK);
        world.now_s += 5;
        aws_credentials_provider_reject(world.credentials,
                                        &keys); /* sooner, when AWS does not take them */
    }
    check_keys("AK3", "s", "");
    world_stop();
}

TEST(without_any_source_the_error_lists_all_of_them)
{
    world_start();
    check_none(ST_DENIED, "no_credentials", "AWS_ACCESS_KEY_ID");
    check_none(ST_DENIED, "no_credentials", "~/.aws/credentials"); /* remembered */
    set_variable("AWS_ACCESS_KEY_ID", "AK", "");
    set_variable("AWS_SECRET_ACCESS_KEY", "s", "");
    world.now_s += 4;
    check_keys("AK", "s", "");
    world_stop();
}

TESTS(the_environment_takes_precedence, incomplete_environment_variables_are_an_error,
      profiles_are_parsed_as_aws_tools_write_them,
      files_are_found_by_variable_by_home_and_by_profile, a_changed_file_is_read_again,
      without_any_source_the_error_lists_all_of_them)
