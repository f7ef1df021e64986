/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/aws_credentials_files.c -- AWS credentials from the environment and from the shared
 * files ~/.aws/credentials and ~/.aws/config.
 *
 * The files are INI with rules of their own: '#' and ';' start a comment line, a comment after a
 * value needs a blank before it, and indented lines belong to the key above and are ignored here.
 * In the config file a profile is [profile NAME], except for [default]. */
#include <stdio.h>
#include <string.h>

#include "cache/dynamo/aws_credentials_internal.h"
#include "server/base/file.h"
#include "server/base/json.h"
#include "server/base/secret.h"

enum { FILE_BYTES_MAX = 256 * 1024, PATH_BYTES_MAX = 1024 };

const char *aws_credentials_variable(const struct aws_credentials_search *s, const char *name)
{
    const char *value = s->settings->variable(s->settings->data, name);

    return value ? value : "";
}

static bool copy_printable(char *out, size_t size, struct str s)
{
    if (s.n >= size)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    if (s.n > 0)
        memcpy(out, s.p, s.n);
    out[s.n] = '\0';
    return true;
}

bool aws_credentials_fill(struct aws_credentials *credentials, struct str id, struct str secret,
                          struct str token)
{
    credentials->expires_s = 0;
    return id.n > 0 && secret.n > 0 &&
           copy_printable(credentials->id, sizeof credentials->id, id) &&
           copy_printable(credentials->secret, sizeof credentials->secret, secret) &&
           copy_printable(credentials->token, sizeof credentials->token, token);
}

enum status aws_credentials_from_environment(const struct aws_credentials_search *s,
                                             struct aws_credentials *ret_credentials,
                                             struct err *err)
{
    const char *id = aws_credentials_variable(s, "AWS_ACCESS_KEY_ID");
    const char *secret = aws_credentials_variable(s, "AWS_SECRET_ACCESS_KEY");

    if (!*id && !*secret)
        return ST_MISS;
    if (!*id || !*secret)
        return err_reason(err, ST_DENIED, "no_credentials", "%s is set, but %s is not",
                          *id ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
                          *id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
    if (!aws_credentials_fill(ret_credentials, str_of(id), str_of(secret),
                              str_of(aws_credentials_variable(s, "AWS_SESSION_TOKEN"))))
        return err_reason(
            err, ST_DENIED, "no_credentials",
            "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY or AWS_SESSION_TOKEN is not a valid key");
    return ST_OK;
}

/* ---- profiles ---- */

/* The credentials in a profile. */
struct profile {
    struct str id, secret, token;
    struct str unsupported_key; /* a setting for another way to get credentials */
    bool found;
};

static bool is_profile_header(struct str line, bool config, const char *profile)
{
    struct str name = str_trim(str_sub(line, 1, str_index(line, ']'))), word, rest = name;

    if (config && str_word(&rest, &word) && str_eqz(word, "profile"))
        name = str_trim(rest);
    else if (config && !str_eqz(name, "default"))
        return false;
    return str_eqz(name, profile);
}

static struct str strip_comment(struct str value)
{
    for (size_t i = 1; i < value.n; i++)
        if ((value.p[i] == '#' || value.p[i] == ';') &&
            (value.p[i - 1] == ' ' || value.p[i - 1] == '\t'))
            return str_trim(str_sub(value, 0, i));
    return value;
}

static void profile_set(struct profile *p, struct str line)
{
    static const char *const unsupported[] = { "role_arn", "credential_process", "sso_session",
                                               "sso_start_url", "web_identity_token_file" };
    size_t equals = str_index(line, '=');
    struct str name = str_trim(str_sub(line, 0, equals));
    struct str value = strip_comment(str_trim(str_sub(line, equals + 1, line.n)));

    if (str_ieqz(name, "aws_access_key_id"))
        p->id = value;
    else if (str_ieqz(name, "aws_secret_access_key"))
        p->secret = value;
    else if (str_ieqz(name, "aws_session_token"))
        p->token = value;
    for (size_t i = 0; i < sizeof unsupported / sizeof unsupported[0]; i++)
        if (str_ieqz(name, unsupported[i]))
            p->unsupported_key = name;
}

enum status aws_credentials_parse_profile(struct str text, bool config, const char *profile,
                                          struct aws_credentials *ret_credentials, struct err *err)
{
    struct profile p = { 0 };
    struct str line;
    bool inside = false;

    while (str_split(&text, '\n', &line)) {
        bool indented = line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t');
        line = str_trim(line);
        if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
            continue;
        if (line.p[0] == '[') {
            inside = is_profile_header(line, config, profile);
            p.found |= inside;
        } else if (inside && !indented) {
            profile_set(&p, line);
        }
    }
    if (p.id.n == 0 && p.secret.n == 0 && p.unsupported_key.n > 0)
        return err_reason(err, ST_DENIED, "no_credentials",
                          "profile \"%s\" uses %.*s, which is not supported: give it an access key",
                          profile, STR_ARG(p.unsupported_key));
    if (p.id.n == 0 && p.secret.n == 0)
        return ST_MISS;
    if (!aws_credentials_fill(ret_credentials, p.id, p.secret, p.token))
        return err_reason(err, ST_DENIED, "no_credentials",
                          "profile \"%s\" has a missing or invalid key", profile);
    return ST_OK;
}

/* ST_MISS: the file does not exist. */
static enum status read_shared_file(const char *path, struct buf *out, struct err *err)
{
    struct err why = ERR_NONE;
    enum status st = file_read(path, out, &why);

    if (st == ST_NOT_FOUND)
        return ST_MISS;
    if (st == ST_OK)
        return ST_OK;
    return err_reason(err, ST_DENIED, "no_credentials", "cannot read %s", why.text);
}

static enum status search_file(const struct aws_credentials_search *s, const char *variable,
                               const char *default_name, bool config, const char *profile,
                               struct aws_credentials *ret_credentials, struct err *err)
{
    const char *path = aws_credentials_variable(s, variable),
               *home = aws_credentials_variable(s, "HOME");
    char size[PATH_BYTES_MAX];
    struct buf text = BUF_INIT(FILE_BYTES_MAX);
    enum status st = ST_MISS;

    if (!*path && *home &&
        snprintf(size, sizeof size, "%s/.aws/%s", home, default_name) < (int)sizeof size)
        path = size;
    if (*path)
        st = read_shared_file(path, &text, err);
    if (st == ST_OK)
        st = aws_credentials_parse_profile(buf_str(&text), config, profile, ret_credentials, err);
    secret_wipe(text.p, text.n);
    buf_free(&text);
    return st;
}

enum status aws_credentials_from_files(const struct aws_credentials_search *s,
                                       struct aws_credentials *ret_credentials, struct err *err)
{
    const char *named = aws_credentials_variable(s, "AWS_PROFILE"),
               *profile = *named ? named : "default";
    enum status st = search_file(s, "AWS_SHARED_CREDENTIALS_FILE", "credentials", false, profile,
                                 ret_credentials, err);

    if (st == ST_MISS)
        st = search_file(s, "AWS_CONFIG_FILE", "config", true, profile, ret_credentials, err);
    if (st == ST_MISS && *named) /* a named profile rules out all other sources */
        st = err_reason(err, ST_DENIED, "no_credentials",
                        "AWS_PROFILE names \"%s\", but no readable file has keys for it", named);
    return st;
}
