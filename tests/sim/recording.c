/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/recording.c -- finds the recorded file for a target, and stands in where one is
 * missing.
 *
 * A bundle is one place at one moment: any point asked for gets its points document, any alert
 * query by point its alerts by point. observations/latest and observations?limit=1 hold the same
 * observation, so either is made from the other. */
#include "tests/sim/recording.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/str.h"

enum { PATH_SIZE = 4600, FILE_MAX = 16 * 1024 * 1024 };

struct recording {
    char folder[1024];
    char name[256];  /* the folder's own name */
    json_t *headers; /* of HEADERS.json, or NULL */
};

static void put_text(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text ? text : "");
}

struct recording *recording_open(const char *folder)
{
    struct recording *r = calloc(1, sizeof *r);
    DIR *dir = opendir(folder);
    char path[PATH_SIZE];

    if (dir)
        closedir(dir);
    if (!r || !dir || strlen(folder) >= sizeof r->folder) {
        free(r);
        return NULL;
    }
    put_text(r->folder, sizeof r->folder, folder);
    for (size_t n = strlen(r->folder); n > 1 && r->folder[n - 1] == '/';)
        r->folder[--n] = '\0';
    const char *slash = strrchr(r->folder, '/');
    put_text(r->name, sizeof r->name, slash ? slash + 1 : r->folder);
    snprintf(path, sizeof path, "%s/../HEADERS.json", r->folder);
    r->headers = json_load_file(path, 0, NULL);
    return r;
}

void recording_close(struct recording *r)
{
    if (!r)
        return;
    json_decref(r->headers);
    free(r);
}

static char *read_file(const char *path, size_t *ret_size)
{
    FILE *f = fopen(path, "rb");

    if (!f)
        return NULL;
    char *text = NULL;
    long size = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
    if (size >= 0 && size <= FILE_MAX && fseek(f, 0, SEEK_SET) == 0)
        text = malloc((size_t)size + 1);
    if (text && fread(text, 1, (size_t)size, f) != (size_t)size) {
        free(text);
        text = NULL;
    }
    fclose(f);
    if (text) {
        text[size] = '\0';
        *ret_size = (size_t)size;
    }
    return text;
}

/* ---- one file ---- */

static const char *header(const json_t *entry, const char *name)
{
    return json_string_value(json_object_get(json_object_get(entry, "headers"), name));
}

/* A file of the bundle by its name without ".json"; false when there is none. */
static bool give(const struct recording *r, const char *file, bool flags, struct recorded *out)
{
    static const char problems[] = "https://api.weather.gov/problems/";
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/%s.json", r->name, file);
    const json_t *entry = json_object_get(r->headers, path);
    if (!flags && json_object_get(json_object_get(entry, "request_headers"), "Feature-Flags"))
        return false;
    snprintf(path, sizeof path, "%s/%s.json", r->folder, file);
    out->body = read_file(path, &out->size);
    if (!out->body)
        return false;
    json_t *body = json_loadb(out->body, out->size, 0, NULL);
    const char *type = json_string_value(json_object_get(body, "type"));
    bool problem = type && strncmp(type, problems, sizeof problems - 1) == 0;
    json_int_t status = json_integer_value(json_object_get(problem ? body : entry, "status"));
    out->status = status ? (int)status : 200;
    put_text(out->type, sizeof out->type,
             problem ? "application/problem+json" : "application/geo+json");
    put_text(out->cache_control, sizeof out->cache_control, header(entry, "Cache-Control"));
    put_text(out->last_modified, sizeof out->last_modified, header(entry, "Last-Modified"));
    put_text(out->location, sizeof out->location, header(entry, "Location"));
    json_decref(body);
    return true;
}

static void give_json(struct recorded *out, int status, json_t *json)
{
    free(out->body);
    out->body = json ? json_dumps(json, JSON_INDENT(4)) : NULL;
    out->size = out->body ? strlen(out->body) : 0;
    out->status = status;
    put_text(out->type, sizeof out->type,
             status == 200 ? "application/geo+json" : "application/problem+json");
    json_decref(json);
}

/* The first file of a folder of the bundle whose name begins so. */
static bool give_first(const struct recording *r, const char *folder, const char *prefix,
                       bool flags, struct recorded *out)
{
    char path[PATH_SIZE], best[256] = "";

    snprintf(path, sizeof path, "%s/%s", r->folder, folder);
    DIR *dir = opendir(path);
    if (!dir)
        return false;
    for (struct dirent *e; (e = readdir(dir));) {
        size_t n = strlen(e->d_name);
        if (n > 5 && n < sizeof best && strcmp(e->d_name + n - 5, ".json") == 0 &&
            strncmp(e->d_name, prefix, strlen(prefix)) == 0 &&
            (!best[0] || strcmp(e->d_name, best) < 0))
            put_text(best, sizeof best, e->d_name);
    }
    closedir(dir);
    if (!best[0])
        return false;
    best[strlen(best) - 5] = '\0';
    snprintf(path, sizeof path, "%s/%s", folder, best);
    return give(r, path, flags, out);
}

/* ---- what stands in ---- */

static bool give_observation(const struct recording *r, const struct ask *ask, struct recorded *out)
{
    char list[PATH_SIZE], one[PATH_SIZE];
    bool latest = ask->part_count == 4;

    snprintf(list, sizeof list, "stations/%s/observations__limit=1", ask->parts[1]);
    snprintf(one, sizeof one, "stations/%s/observations/latest", ask->parts[1]);
    if (!latest && give(r, list, true, out))
        return true;
    if (!give(r, latest ? list : one, true, out))
        return false;
    if (out->status != 200)
        return true;
    json_t *body = json_loadb(out->body, out->size, 0, NULL), *made;
    if (latest)
        made = json_incref(json_array_get(json_object_get(body, "features"), 0));
    else
        made = json_pack("{s:s, s:[O]}", "type", "FeatureCollection", "features", body);
    json_decref(body);
    if (!made)
        return false;
    give_json(out, 200, made);
    return true;
}

/* The features of each zone's file together. */
static void give_zones(const struct recording *r, struct str zones, struct recorded *out)
{
    json_t *features = json_array();
    struct str id;

    while (zones.n > 0 && str_split(&zones, ',', &id)) {
        char file[PATH_SIZE];
        struct recorded one = { 0 };
        snprintf(file, sizeof file, "alerts/active/zone/%.*s", STR_ARG(id));
        if (give(r, file, true, &one)) {
            json_t *body = json_loadb(one.body, one.size, 0, NULL);
            json_array_extend(features, json_object_get(body, "features"));
            json_decref(body);
        }
        free(one.body);
    }
    give_json(out, 200,
              json_pack("{s:{s:s}, s:s, s:o, s:s}", "@context", "@version", "1.1", "type",
                        "FeatureCollection", "features", features, "title",
                        "Current watches, warnings, and advisories"));
}

static bool stand_in(const struct recording *r, const struct ask *ask, bool flags,
                     struct recorded *out)
{
    const char *first = ask->part_count > 0 ? ask->parts[0] : "";

    if (strcmp(first, "points") == 0 && ask->part_count == 2)
        return give_first(r, "points", "", flags, out);
    if (strcmp(first, "stations") == 0 && ask->part_count >= 3 &&
        strcmp(ask->parts[2], "observations") == 0)
        return give_observation(r, ask, out);
    if (strcmp(first, "alerts") == 0 && ask->part_count >= 2) {
        const char *zones = ask->part_count == 4 ? ask->parts[3] : ask_param(ask, "zone");
        if (ask_param(ask, "point") && give_first(r, "alerts", "active__point=", flags, out))
            return true;
        give_zones(r, str_of(zones), out);
        return true;
    }
    return false;
}

static bool climbs(const char *target)
{
    return strstr(target, "..") || strchr(target, '\\') || target[0] != '/';
}

void recording_get(const struct recording *r, const char *target, const struct ask *ask, bool flags,
                   struct recorded *ret_recorded)
{
    char file[PATH_SIZE];
    struct recorded out = { 0 };
    size_t path = strcspn(target, "?");
    bool query = target[path] == '?';
    bool found = false;

    if (!climbs(target)) {
        snprintf(file, sizeof file, "%.*s%s%s", (int)(path - 1), target + 1, query ? "__" : "",
                 query ? target + path + 1 : "");
        found = give(r, file, flags, &out);
        if (!found && query && strncmp(target, "/alerts", 7) != 0) {
            snprintf(file, sizeof file, "%.*s", (int)(path - 1), target + 1);
            found = give(r, file, flags, &out);
        }
        found = found || stand_in(r, ask, flags, &out);
    }
    if (!found) {
        struct answer answer = { 0 };
        answer_not_found(&answer);
        give_json(&out, 404, answer.json);
    }
    *ret_recorded = out;
}
