/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/viewport.c -- reads what a device can show. */
#include "intents/screen/viewport.h"

#include <stddef.h>
#include <stdint.h>

#include "server/base/json_node.h"

enum { DEFAULT_WIDTH = 1280, DEFAULT_HEIGHT = 800, DP_PER_INCH = 160 };

/* ---- the interfaces ---- */

/* A number of a version; false unless it is a few digits. */
static bool read_version_part(struct str digits, int64_t *ret_part)
{
    enum { DIGITS_MAX = 6 };

    for (size_t i = 0; i < digits.n; i++)
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
    return digits.n > 0 && digits.n <= DIGITS_MAX && str_to_i64(digits, ret_part);
}

bool viewport_version_is_at_least(struct str version, int major, int minor)
{
    int64_t parts[2] = { 0, 0 }, part;
    size_t count = 0;
    struct str rest = version, digits;

    while (str_split(&rest, '.', &digits)) {
        if (!read_version_part(digits, &part))
            return false;
        if (count < 2)
            parts[count] = part;
        count++;
    }
    if (count == 0)
        return false;
    return parts[0] > major || (parts[0] == major && parts[1] >= minor);
}

/* A member whose name has dots, which json_node_at() would take for a path. */
static const struct json_node *find_interface(const struct json_node *interfaces, const char *name)
{
    const struct json_node *at =
        json_node_is(interfaces, JSON_KIND_OBJECT) ? json_node_first(interfaces) : NULL;

    for (; at; at = json_node_after(interfaces, at + 1))
        if (str_eqz(json_node_text(at), name))
            return at + 1;
    return NULL;
}

static bool has_interface(const struct envelope *e, const char *name, int major, int minor)
{
    const struct json_node *interface = find_interface(e->interfaces, name);

    return viewport_version_is_at_least(json_node_str(interface, "runtime.maxVersion"), major,
                                        minor);
}

/* A display of characters may be of another kind; one that says nothing is taken as known. */
static bool is_four_characters(const struct json_node *viewports)
{
    const struct json_node *at =
        json_node_is(viewports, JSON_KIND_ARRAY) ? json_node_first(viewports) : NULL;
    bool other = false;

    for (; at; at = json_node_after(viewports, at)) {
        const struct json_node *profiles = json_node_at(at, "supportedProfiles");
        if (!json_node_is(at, JSON_KIND_OBJECT) || !str_eqz(json_node_str(at, "type"), "APLT") ||
            !json_node_is(profiles, JSON_KIND_ARRAY))
            continue;
        other = true;
        for (const struct json_node *p = json_node_first(profiles); p;
             p = json_node_after(profiles, p))
            if (json_node_is(p, JSON_KIND_STRING) &&
                str_eqz(json_node_text(p), "FOUR_CHARACTER_CLOCK"))
                return true;
    }
    return !other;
}

/* ---- the size ---- */

/* A positive number that a device could mean: nearly always a few digits. */
static bool read_length(const struct json_node *at, double *ret_value)
{
    enum { PIXELS_MAX = 100000, DIGITS_MAX = 6 };
    struct str text = json_node_is(at, JSON_KIND_NUMBER) ? json_node_text(at) : STR_NONE;
    int64_t whole;
    double value;

    if (text.n <= DIGITS_MAX && str_to_i64(text, &whole))
        value = (double)whole;
    else if (!str_to_double(text, &value))
        return false;
    if (!(value > 0 && value <= PIXELS_MAX))
        return false;
    *ret_value = value;
    return true;
}

/* Without it, the value stays as it is. */
static bool read_changed_length(const struct json_node *at, double *value)
{
    return !at || read_length(at, value);
}

static int to_dp(double pixels, double dpi)
{
    double dp = pixels * DP_PER_INCH / dpi;

    return dp < VIEWPORT_DP_MIN   ? VIEWPORT_DP_MIN
           : dp > VIEWPORT_DP_MAX ? VIEWPORT_DP_MAX
                                  : (int)dp;
}

/* A screen that has been turned tells its pixels as they are now. */
static bool read_size(const struct json_node *viewport, struct viewport *v)
{
    double width, height, dpi;

    if (!json_node_is(viewport, JSON_KIND_OBJECT) ||
        !read_length(json_node_at(viewport, "dpi"), &dpi) ||
        !read_length(json_node_at(viewport, "pixelWidth"), &width) ||
        !read_length(json_node_at(viewport, "pixelHeight"), &height) ||
        !read_changed_length(json_node_at(viewport, "currentPixelWidth"), &width) ||
        !read_changed_length(json_node_at(viewport, "currentPixelHeight"), &height))
        return false;
    v->width = to_dp(width, dpi);
    v->height = to_dp(height, dpi);
    v->round = str_eqz(json_node_str(viewport, "shape"), "ROUND");
    return true;
}

void viewport_read(const struct envelope *e, struct viewport *ret_viewport)
{
    struct viewport v = { .width = DEFAULT_WIDTH, .height = DEFAULT_HEIGHT };

    v.has_screen = has_interface(e, "Alexa.Presentation.APL", 1, 4);
    v.has_digits =
        has_interface(e, "Alexa.Presentation.APLT", 1, 0) && is_four_characters(e->viewports);
    if (v.has_screen)
        (void)read_size(e->viewport, &v);
    *ret_viewport = v;
}
