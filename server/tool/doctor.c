/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/doctor.c -- `climacast doctor`: what is checked is checks.def, and this runs it,
 * prints it, and tells which finding explains which symptom. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/backend.h"
#include "server/base/host_port.h"
#include "server/options.h"
#include "server/tool/args.h"
#include "server/tool/check.h"
#include "server/tool/tool.h"

static const struct {
    const char *name;
    check_fn *run;
} checks[] = {
#define CHECK_ITEM(word, function) { word, function },
#include "server/tool/checks.def"
#undef CHECK_ITEM
};
enum { CHECKS = sizeof checks / sizeof checks[0], CAUSES_MAX = 12 };

/* Troubles as owners of the skill know them, and the checks that may explain each. */
static const struct symptom {
    const char *name;
    const char *causes[CAUSES_MAX];
} symptoms[] = {
    { "Cache Not Persisting",
      { "store", "credentials", "region", "table", "key-schema", "disk", "write", "read",
        "user-item" } },
    { "Shared Cache Not Accessible",
      { "store", "credentials", "table", "read", "shared-cache", "shared-size", "expired", "redis",
        "redis-policy" } },
    { "Old Tables Still Referenced", { "old-tables" } },
};
enum { SYMPTOMS = sizeof symptoms / sizeof symptoms[0] };

static const char *const words[] = { "ok", "warn", "FAIL" };

/* ---- symptoms ---- */

static bool explains(const struct symptom *s, const char *check)
{
    for (size_t i = 0; i < CAUSES_MAX && s->causes[i]; i++)
        if (strcmp(s->causes[i], check) == 0)
            return true;
    return false;
}

static enum verdict worst(const struct finding *findings, const struct symptom *s)
{
    enum verdict v = CHECK_OK;

    for (size_t i = 0; i < CHECKS; i++)
        if ((!s || explains(s, checks[i].name)) && findings[i].verdict > v)
            v = findings[i].verdict;
    return v;
}

/* ---- printing ---- */

static void print_text(const struct finding *findings)
{
    size_t counts[3] = { 0 };

    for (size_t i = 0; i < CHECKS; i++) {
        const struct finding *f = &findings[i];
        counts[f->verdict]++;
        printf("%-4s %s: %s%s%s\n", words[f->verdict], checks[i].name, f->text,
               f->fix[0] ? "; to do: " : "", f->fix);
    }
    printf("\n");
    for (size_t i = 0; i < SYMPTOMS; i++) {
        enum verdict v = worst(findings, &symptoms[i]);
        printf("%-4s \"%s\": %s", words[v], symptoms[i].name,
               v == CHECK_OK ? "no cause for it here" : "see");
        for (size_t k = 0; v != CHECK_OK && k < CHECKS; k++)
            if (findings[k].verdict != CHECK_OK && explains(&symptoms[i], checks[k].name))
                printf(" %s", checks[k].name);
        printf("\n");
    }
    printf("\n%d checks: %zu ok, %zu to be looked at, %zu failed\n", CHECKS, counts[CHECK_OK],
           counts[CHECK_WARN], counts[CHECK_FAIL]);
}

static json_t *json_checks(const struct finding *findings)
{
    json_t *list = json_array();

    for (size_t i = 0; i < CHECKS; i++)
        json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s}", "check", checks[i].name,
                                              "verdict", words[findings[i].verdict], "text",
                                              findings[i].text, "fix", findings[i].fix));
    return list;
}

static json_t *json_symptoms(const struct finding *findings)
{
    json_t *list = json_array();

    for (size_t i = 0; i < SYMPTOMS; i++) {
        json_t *see = json_array();
        for (size_t k = 0; k < CHECKS; k++)
            if (findings[k].verdict != CHECK_OK && explains(&symptoms[i], checks[k].name))
                json_array_append_new(see, json_string(checks[k].name));
        json_array_append_new(list,
                              json_pack("{s:s,s:s,s:o}", "symptom", symptoms[i].name, "verdict",
                                        words[worst(findings, &symptoms[i])], "see", see));
    }
    return list;
}

static void print_json(const struct finding *findings)
{
    json_t *all = json_pack("{s:b,s:o,s:o}", "ok", worst(findings, NULL) != CHECK_FAIL, "checks",
                            json_checks(findings), "symptoms", json_symptoms(findings));
    char *text = all ? json_dumps(all, JSON_INDENT(2)) : NULL;

    printf("%s\n", text ? text : "{}");
    free(text);
    json_decref(all);
}

/* ---- the command ---- */

static enum status take_host(struct doctor_context *p, const char *host, struct err *err)
{
    p->host_port = 443;
    if (!host)
        return ST_OK;
    if (strchr(host, ':')) {
        if (!host_port_split(host, p->host, &p->host_port) || p->host_port == 0)
            return err_set(err, ST_INVALID, "--host %s: must be NAME or NAME:PORT", host);
    } else if (!*host || strlen(host) >= sizeof p->host || strpbrk(host, "/ ")) {
        return err_set(err, ST_INVALID, "--host %s: must be NAME or NAME:PORT", host);
    } else {
        (void)snprintf(p->host, sizeof p->host, "%s", host);
    }
    return ST_OK;
}

static int doctor_run(struct tool *tool)
{
    struct doctor_context p = {
        .config = tool->config, .shared_entries = -1, .expired_entries = -1, .shared_bytes = -1
    };
    struct finding findings[CHECKS];
    const char *host = NULL;
    bool json = false;
    const struct arg_option options[] = { { "--json", NULL, &json }, { "--host", &host, NULL } };
    struct args args;
    struct err err = ERR_NONE;

    memset(findings, 0, sizeof findings);
    if (args_parse(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                   &args, &err) != ST_OK ||
        take_host(&p, host, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    if (args.count > 0) {
        err_set(&err, ST_INVALID, "takes no words (see --help)");
        return tool_fail(tool, EXIT_USAGE, &err);
    }
    if (backend_http(tool->config, &p.http, &err) != ST_OK)
        return tool_fail(tool, EXIT_REFUSED, &err);
    for (size_t i = 0; i < CHECKS; i++)
        checks[i].run(&p, &findings[i]);
    if (json)
        print_json(findings);
    else
        print_text(findings);
    store_free(p.store);
    http_free(p.http);
    return worst(findings, NULL) == CHECK_FAIL ? EXIT_REFUSED : EXIT_SUCCESS;
}

const struct command command_doctor = {
    .name = "doctor",
    .summary = "is all well here, and if not, what to do",
    .usage = "[--json] [--host NAME[:PORT]]\n"
             "\n"
             "Looks at the configuration, the table, Redis, the weather service, the clock, the\n"
             "certificate and the way in, a line each: ok, warn or FAIL, what was seen, and what\n"
             "to do; then which of that explains the troubles that owners of the skill know.\n"
             "It writes one item of its own into the table and removes it.\n"
             "  --host NAME[:PORT]   the name that Alexa calls; unless given the first public\n"
             "                       one in the certificate, port 443\n"
             "  --json               for programs\n"
             "\nExit status: 0 nothing failed, 1 something did, 2 used wrongly.\n",
    .run = doctor_run,
};
