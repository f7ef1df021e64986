/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/cert_url.c -- an accepted certificate URL is in Amazon's folder and fully
 * normalized. */
#include "certs/cert_url.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX "https://s3.amazonaws.com/echo.api/"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str raw = { (const char *)data, size };
    struct cert_url url, again;
    struct err err = ERR_NONE;

    if (cert_url_normalize(raw, &url, &err) != ST_OK) {
        require(err.status == ST_DENIED && strcmp(err.reason, "certificate_url_invalid") == 0);
        return 0;
    }
    size_t n = strlen(url.text);
    require(n <= size && n <= CERT_URL_MAX);
    require(strncmp(url.text, PREFIX, strlen(PREFIX)) == 0);
    for (size_t i = 0; i < n; i++)
        require(url.text[i] > ' ' && url.text[i] < 0x7f && !strchr("%\\?#", url.text[i]));
    const char *path = url.text + strlen("https://");
    require(!strstr(path, "//") && !strstr(path, "/./") && !strstr(path, "/../"));
    require(!str_ends((struct str){ url.text, n }, STR("/.")) &&
            !str_ends((struct str){ url.text, n }, STR("/..")));
    require(cert_url_normalize((struct str){ url.text, n }, &again, NULL) == ST_OK);
    require(strcmp(url.text, again.text) == 0);
    return 0;
}
