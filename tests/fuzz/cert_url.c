/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/cert_url.c -- a certificate URL is accepted or refused as a second implementation
 * says, which goes by segments; and a normalized one stays under /echo.api/ and normalizes to
 * itself. */
#include "certs/cert_url.h"

#include <string.h>

#include "tests/fuzz/laws.h"

#define ORIGIN "https://s3.amazonaws.com"

/* Resolves the segments of a path that begins with a slash. Returns false when it climbs above its
 * root, at whatever point. */
static bool resolve_segments(struct str path, char *out)
{
    static struct str kept[CERT_URL_MAX + 1];
    size_t count = 0, n = 0;
    bool folder = false;

    for (size_t at = 1; at <= path.n;) {
        size_t end = at + str_index(str_sub(path, at, path.n), '/');
        struct str segment = str_sub(path, at, end);
        folder = segment.n == 0 || str_eqz(segment, ".") || str_eqz(segment, "..");
        if (!folder)
            kept[count++] = segment;
        else if (segment.n == 2 && count-- == 0)
            return false;
        at = end + 1;
    }
    for (size_t i = 0; i < count; i++) {
        out[n++] = '/';
        memcpy(out + n, kept[i].p, kept[i].n);
        n += kept[i].n;
    }
    if (folder)
        out[n++] = '/';
    out[n] = '\0';
    return true;
}

static bool is_plain(struct str path)
{
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] <= ' ' || path.p[i] >= 0x7f || strchr("%\\?#\"<>[]^`{|}", path.p[i]))
            return false;
    return true;
}

/* What the rules allow, and the path that they lead to. */
static bool is_allowed(struct str raw, char *path)
{
    size_t slash = sizeof "https://" - 1;
    struct str authority;

    if (raw.n > CERT_URL_MAX || raw.n <= slash || !str_ieqz(str_sub(raw, 0, slash), "https://"))
        return false;
    slash += str_index(str_sub(raw, slash, raw.n), '/');
    authority = str_sub(raw, sizeof "https://" - 1, slash);
    if (!str_ieqz(authority, "s3.amazonaws.com") && !str_ieqz(authority, "s3.amazonaws.com:443"))
        return false;
    raw = str_sub(raw, slash, raw.n);
    return raw.n > 0 && is_plain(raw) && resolve_segments(raw, path) &&
           strncmp(path, "/echo.api/", sizeof "/echo.api/" - 1) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[CERT_URL_MAX + 3];
    static struct cert_url url, again;
    struct str raw = { (const char *)data, size };
    struct err err = ERR_NONE;
    bool allowed = is_allowed(raw, path);

    if (cert_url_normalize(raw, &url, &err) != ST_OK) {
        LAW(!allowed);
        LAW(err.status == ST_DENIED && strcmp(err.reason, "certificate_url_invalid") == 0);
        return 0;
    }
    LAW(allowed);
    LAW(strncmp(url.text, ORIGIN "/echo.api/", sizeof ORIGIN "/echo.api/" - 1) == 0);
    LAW(strcmp(url.text + sizeof ORIGIN - 1, path) == 0);
    LAW(!strstr(path, "//") && !strstr(path, "/./") && !strstr(path, "/../"));
    LAW(cert_url_normalize(str_of(url.text), &again, NULL) == ST_OK);
    LAW(strcmp(url.text, again.text) == 0);
    return 0;
}
