/* SPDX-License-Identifier: Apache-2.0 */
/* certs/cert_url.c -- parses the certificate URL strictly and builds a new one.
 *
 * Only the path is taken from the raw text; scheme, host and port of the result are literals, so no
 * trick with user info, ports or odd characters can redirect the fetch. The path may hold only what
 * RFC 3986 allows in one, minus the percent sign, because an encoding would let two texts name one
 * object. Empty segments are dropped before dot segments are resolved, so that ".." always removes
 * a real folder; in the other order "/echo.api//.." would keep the prefix that it seems to
 * leave. */
#include "certs/cert_url.h"

#include <string.h>

#define URL_SCHEME "https://"
#define URL_HOST "s3.amazonaws.com"
#define URL_PORT "443"
#define URL_FOLDER "/echo.api/"
#define URL_ORIGIN URL_SCHEME URL_HOST

static enum status url_invalid(struct err *err, const char *why)
{
    return err_reason(err, ST_DENIED, "certificate_url_invalid", "certificate URL %s", why);
}

/* RFC 3986 pchar without the percent sign, and the slash. */
static bool is_path_char(char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
        return true;
    return c != '\0' && strchr("-._~!$&'()*+,;=:@/", c);
}

/* The path being built. Once it holds anything it begins with a slash; it ends in one only if the
 * last segment named a folder. */
struct path {
    char text[CERT_URL_MAX + 1];
    size_t n;
};

static void path_push(struct path *path, struct str segment)
{
    path->text[path->n++] = '/';
    memcpy(path->text + path->n, segment.p, segment.n);
    path->n += segment.n;
}

/* Remove the last segment. False at the root. */
static bool path_pop(struct path *path)
{
    if (path->n == 0)
        return false;
    do
        path->n--;
    while (path->text[path->n] != '/');
    return true;
}

/* `raw` begins with a slash, is at most CERT_URL_MAX bytes and has only path characters. The result
 * is never longer, since each segment kept had a slash of its own. */
static bool path_normalize(struct str raw, struct path *path)
{
    struct str rest = str_sub(raw, 1, raw.n), segment;
    bool folder = false; /* the last segment names a folder: "", "." or ".." */

    while (str_split(&rest, '/', &segment)) {
        folder = segment.n == 0 || str_eqz(segment, ".") || str_eqz(segment, "..");
        if (!folder)
            path_push(path, segment);
        else if (segment.n == 2 && !path_pop(path))
            return false;
    }
    if (folder)
        path->text[path->n++] = '/';
    return true;
}

/* Remove `word`, in any case, from the front of *rest. */
static bool take_prefix(struct str *rest, const char *word)
{
    size_t n = strlen(word);

    if (rest->n < n || !str_ieqz(str_sub(*rest, 0, n), word))
        return false;
    *rest = str_sub(*rest, n, rest->n);
    return true;
}

/* The authority must be the host, optionally with ":443". */
static enum status check_authority(struct str authority, struct err *err)
{
    if (str_index(authority, '@') < authority.n)
        return url_invalid(err, "has user info");
    if (!take_prefix(&authority, URL_HOST))
        return url_invalid(err, "has another host");
    if (authority.n > 0 && authority.p[0] != ':')
        return url_invalid(err, "has another host");
    if (authority.n > 0 && !str_eqz(authority, ":" URL_PORT))
        return url_invalid(err, "has another port");
    return ST_OK;
}

enum status cert_url_normalize(struct str raw, struct cert_url *ret_url, struct err *err)
{
    struct path path = { .n = 0 };
    struct str rest = raw;
    enum status st;

    if (raw.n == 0)
        return url_invalid(err, "is missing");
    if (raw.n > CERT_URL_MAX)
        return url_invalid(err, "is too long");
    if (!take_prefix(&rest, URL_SCHEME))
        return url_invalid(err, "is not https");

    size_t slash = str_index(rest, '/');
    st = check_authority(str_sub(rest, 0, slash), err);
    if (st != ST_OK)
        return st;
    rest = str_sub(rest, slash, rest.n);
    if (rest.n == 0)
        return url_invalid(err, "has no path");
    for (size_t i = 0; i < rest.n; i++)
        if (!is_path_char(rest.p[i]))
            return url_invalid(err, "has a query, a fragment, an encoding or an invalid character");
    if (!path_normalize(rest, &path))
        return url_invalid(err, "climbs above its root");
    if (!str_starts((struct str){ path.text, path.n }, STR(URL_FOLDER)))
        return url_invalid(err, "has another path");

    memcpy(ret_url->text, URL_ORIGIN, sizeof URL_ORIGIN - 1);
    memcpy(ret_url->text + sizeof URL_ORIGIN - 1, path.text, path.n);
    ret_url->text[sizeof URL_ORIGIN - 1 + path.n] = '\0';
    return ST_OK;
}
