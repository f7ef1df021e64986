/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/recording.c -- finds the recorded file for a target, or derives a response from others.
 *
 * A bundle contains one place at one time: every point gets its points document, and every alert
 * query by point gets its alerts by point. observations/latest and observations?limit=1 contain the
 * same observation, so each can be derived from the other. */
#include "tests/sim/recording.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/str.h"

enum { PATH_SIZE = 4600, FILE_MAX = 16 * 1024 * 1024 };

struct recording {
    char folder[1024];
    char name[256];  /* the last component of the path */
    json_t *headers; /* contents of HEADERS.json, or NULL */
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

static const char *recorded_header(const json_t *entry, const char *name)
{
    return json_string_value(json_object_get(json_object_get(entry, "headers"), name));
}

/* Respond with a file of the bundle, named without ".json". False when there is none. */
static bool respond_with_file(const struct recording *r, const char *file, bool flags,
                              struct recording_response *out)
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
    put_text(out->cache_control, sizeof out->cache_control,
             recorded_header(entry, "Cache-Control"));
    put_text(out->last_modified, sizeof out->last_modified,
             recorded_header(entry, "Last-Modified"));
    put_text(out->location, sizeof out->location, recorded_header(entry, "Location"));
    json_decref(body);
    return true;
}

static void respond_with_json(struct recording_response *out, int status, json_t *json)
{
    free(out->body);
    out->body = json ? json_dumps(json, JSON_INDENT(4)) : NULL;
    out->size = out->body ? strlen(out->body) : 0;
    out->status = status;
    put_text(out->type, sizeof out->type,
             status == 200 ? "application/geo+json" : "application/problem+json");
    json_decref(json);
}

/* Respond with the first file of a folder of the bundle whose name has that prefix. */
static bool respond_with_first(const struct recording *r, const char *folder, const char *prefix,
                               bool flags, struct recording_response *out)
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
    return respond_with_file(r, path, flags, out);
}

/* ---- derived responses ---- */

static bool respond_with_observation(const struct recording *r, const struct doc_request *request,
                                     struct recording_response *out)
{
    char list[PATH_SIZE], one[PATH_SIZE];
    bool latest = request->part_count == 4;

    snprintf(list, sizeof list, "stations/%s/observations__limit=1", request->parts[1]);
    snprintf(one, sizeof one, "stations/%s/observations/latest", request->parts[1]);
    if (!latest && respond_with_file(r, list, true, out))
        return true;
    if (!respond_with_file(r, latest ? list : one, true, out))
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
    respond_with_json(out, 200, made);
    return true;
}

/* The features of all zones' files. */
static void respond_with_zones(const struct recording *r, struct str zones,
                               struct recording_response *out)
{
    json_t *features = json_array();
    struct str id;

    while (zones.n > 0 && str_split(&zones, ',', &id)) {
        char file[PATH_SIZE];
        struct recording_response one = { 0 };
        snprintf(file, sizeof file, "alerts/active/zone/%.*s", STR_ARG(id));
        if (respond_with_file(r, file, true, &one)) {
            json_t *body = json_loadb(one.body, one.size, 0, NULL);
            json_array_extend(features, json_object_get(body, "features"));
            json_decref(body);
        }
        free(one.body);
    }
    respond_with_json(out, 200,
                      json_pack("{s:{s:s}, s:s, s:o, s:s}", "@context", "@version", "1.1", "type",
                                "FeatureCollection", "features", features, "title",
                                "Current watches, warnings, and advisories"));
}

static bool respond_derived(const struct recording *r, const struct doc_request *request,
                            bool flags, struct recording_response *out)
{
    const char *first = request->part_count > 0 ? request->parts[0] : "";

    if (strcmp(first, "points") == 0 && request->part_count == 2)
        return respond_with_first(r, "points", "", flags, out);
    if (strcmp(first, "stations") == 0 && request->part_count >= 3 &&
        strcmp(request->parts[2], "observations") == 0)
        return respond_with_observation(r, request, out);
    if (strcmp(first, "alerts") == 0 && request->part_count >= 2) {
        const char *zones =
            request->part_count == 4 ? request->parts[3] : doc_param(request, "zone");
        if (doc_param(request, "point") &&
            respond_with_first(r, "alerts", "active__point=", flags, out))
            return true;
        respond_with_zones(r, str_of(zones), out);
        return true;
    }
    return false;
}

static bool leaves_folder(const char *target)
{
    return strstr(target, "..") || strchr(target, '\\') || target[0] != '/';
}

void recording_get(const struct recording *r, const char *target, const struct doc_request *request,
                   bool flags, struct recording_response *ret_response)
{
    char file[PATH_SIZE];
    struct recording_response out = { 0 };
    size_t path = strcspn(target, "?");
    bool query = target[path] == '?';
    bool found = false;

    if (!leaves_folder(target)) {
        snprintf(file, sizeof file, "%.*s%s%s", (int)(path - 1), target + 1, query ? "__" : "",
                 query ? target + path + 1 : "");
        found = respond_with_file(r, file, flags, &out);
        if (!found && query && strncmp(target, "/alerts", 7) != 0) {
            snprintf(file, sizeof file, "%.*s", (int)(path - 1), target + 1);
            found = respond_with_file(r, file, flags, &out);
        }
        found = found || respond_derived(r, request, flags, &out);
    }
    if (!found) {
        struct doc_response response = { 0 };
        doc_respond_not_found(&response);
        respond_with_json(&out, 404, response.json);
    }
    *ret_response = out;
}
