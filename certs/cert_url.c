/* SPDX-License-Identifier: Apache-2.0 */
/* certs/cert_url.c -- the certificate URL, taken apart strictly and put together anew.
 *
 * Nothing of the raw text but the path is carried over: scheme, host and port of the result are our
 * own literals, so no trick with user info, ports or odd characters can make the fetch go
 * elsewhere. The path may hold only what RFC 3986 allows there, less the percent sign: an encoding
 * would let two texts name one object, and one text be read in two ways. Empty segments are dropped
 * before dot segments are resolved, so ".." always takes away a real folder; the other order would
 * let "/echo.api//.." keep the prefix that it seems to leave. */
#include "certs/cert_url.h"

#include <string.h>

#define URL_SCHEME "https://"
#define URL_HOST "s3.amazonaws.com"
#define URL_PORT "443"
#define URL_FOLDER "/echo.api/"
#define URL_ORIGIN URL_SCHEME URL_HOST

static enum status refused(struct err *err, const char *why)
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

/* The path being written. Holds always: it begins with a slash once it holds anything, and never
 * ends in one unless a folder was named last. */
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

/* False at the root: there is nothing left to take away. */
static bool path_pop(struct path *path)
{
    if (path->n == 0)
        return false;
    do
        path->n--;
    while (path->text[path->n] != '/');
    return true;
}

/* `raw` begins with a slash, is at most CERT_URL_MAX long and has only path characters. The result
 * is never longer: each segment kept had a slash of its own. */
static bool path_normalise(struct str raw, struct path *path)
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

/* Take `word`, in any case, off the front of *rest. */
static bool take(struct str *rest, const char *word)
{
    size_t n = strlen(word);

    if (rest->n < n || !str_ieqz(str_sub(*rest, 0, n), word))
        return false;
    *rest = str_sub(*rest, n, rest->n);
    return true;
}

/* The authority must be the host, or the host and ":443", and nothing else. */
static enum status check_authority(struct str authority, struct err *err)
{
    if (str_index(authority, '@') < authority.n)
        return refused(err, "has user info");
    if (!take(&authority, URL_HOST))
        return refused(err, "has another host");
    if (authority.n > 0 && authority.p[0] != ':')
        return refused(err, "has another host");
    if (authority.n > 0 && !str_eqz(authority, ":" URL_PORT))
        return refused(err, "has another port");
    return ST_OK;
}

enum status cert_url_normalize(struct str raw, struct cert_url *ret_url, struct err *err)
{
    struct path path = { .n = 0 };
    struct str rest = raw;
    enum status st;

    if (raw.n == 0)
        return refused(err, "is missing");
    if (raw.n > CERT_URL_MAX)
        return refused(err, "is too long");
    if (!take(&rest, URL_SCHEME))
        return refused(err, "is not https");

    size_t slash = str_index(rest, '/');
    st = check_authority(str_sub(rest, 0, slash), err);
    if (st != ST_OK)
        return st;
    rest = str_sub(rest, slash, rest.n);
    if (rest.n == 0)
        return refused(err, "has no path");
    for (size_t i = 0; i < rest.n; i++)
        if (!is_path_char(rest.p[i]))
            return refused(err, "has a query, a fragment, an encoding or a character out of place");
    if (!path_normalise(rest, &path))
        return refused(err, "climbs above its root");
    if (!str_starts((struct str){ path.text, path.n }, STR(URL_FOLDER)))
        return refused(err, "has another path");

    memcpy(ret_url->text, URL_ORIGIN, sizeof URL_ORIGIN - 1);
    memcpy(ret_url->text + sizeof URL_ORIGIN - 1, path.text, path.n);
    ret_url->text[sizeof URL_ORIGIN - 1 + path.n] = '\0';
    return ST_OK;
}
