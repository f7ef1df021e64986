/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/doctor.c -- `climacast doctor`: runs the checks of checks.def, prints their findings,
 * and names those that may explain known symptoms. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/host_port.h"
#include "server/config/options.h"
#include "server/services/backend.h"
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

/* Symptoms that owners of the skill report, and the checks that may find their cause. */
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

static const char *const verdict_names[] = { "ok", "warn", "FAIL" };

/* ---- symptoms ---- */

static bool may_explain(const struct symptom *s, const char *check)
{
    for (size_t i = 0; i < CAUSES_MAX && s->causes[i]; i++)
        if (strcmp(s->causes[i], check) == 0)
            return true;
    return false;
}

/* The worst verdict of the checks that may explain `s`; of all checks when `s` is NULL. */
static enum verdict worst_verdict(const struct finding *findings, const struct symptom *s)
{
    enum verdict v = CHECK_OK;

    for (size_t i = 0; i < CHECKS; i++)
        if ((!s || may_explain(s, checks[i].name)) && findings[i].verdict > v)
            v = findings[i].verdict;
    return v;
}

/* ---- printing ---- */

/* The verdict at the start of a line, in color on a terminal. */
static void print_verdict(enum verdict v, bool color)
{
    static const char *const colors[] = { "32", "33", "1;31" }; /* green, yellow, bold red */

    if (color)
        printf("\x1B[%sm%-4s\x1B[0m ", colors[v], verdict_names[v]);
    else
        printf("%-4s ", verdict_names[v]);
}

static void print_check(size_t i, const struct finding *f, bool color)
{
    print_verdict(f->verdict, color);
    printf("%s: %s%s%s\n", checks[i].name, f->text, f->fix[0] ? "; fix: " : "", f->fix);
}

static void print_symptom(const struct symptom *s, const struct finding *findings, enum verdict v,
                          bool color)
{
    print_verdict(v, color);
    printf("\"%s\": %s", s->name, v == CHECK_OK ? "no cause found" : "see");
    for (size_t k = 0; v != CHECK_OK && k < CHECKS; k++)
        if (findings[k].verdict != CHECK_OK && may_explain(s, checks[k].name))
            printf(" %s", checks[k].name);
    printf("\n");
}

/* Print all lines with this verdict. Returns how many of them are checks. */
static size_t print_group(const struct finding *findings, enum verdict v, bool color)
{
    size_t count = 0;

    for (size_t i = 0; i < CHECKS; i++)
        if (findings[i].verdict == v) {
            print_check(i, &findings[i], color);
            count++;
        }
    for (size_t i = 0; i < SYMPTOMS; i++)
        if (worst_verdict(findings, &symptoms[i]) == v)
            print_symptom(&symptoms[i], findings, v, color);
    return count;
}

/* The worst last, where it is seen. */
static void print_text(const struct finding *findings, bool color)
{
    size_t counts[VERDICTS];

    for (enum verdict v = CHECK_OK; v < VERDICTS; v++) {
        counts[v] = print_group(findings, v, color);
        if (counts[v] > 0)
            printf("\n");
    }
    printf("%d checks: %zu ok, %zu warnings, %zu failed\n", CHECKS, counts[CHECK_OK],
           counts[CHECK_WARN], counts[CHECK_FAIL]);
}

/* Only what is not ok. */
static void print_quietly(const struct finding *findings, bool color)
{
    for (enum verdict v = CHECK_WARN; v < VERDICTS; v++)
        (void)print_group(findings, v, color);
}

/* As https://no-color.org asks. */
static bool wants_color(void)
{
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

    return isatty(STDOUT_FILENO) == 1 && (!no_color || !*no_color) &&
           !(terminal && strcmp(terminal, "dumb") == 0);
}

static json_t *json_checks(const struct finding *findings)
{
    json_t *list = json_array();

    for (size_t i = 0; i < CHECKS; i++)
        json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s}", "check", checks[i].name,
                                              "verdict", verdict_names[findings[i].verdict], "text",
                                              findings[i].text, "fix", findings[i].fix));
    return list;
}

static json_t *json_symptoms(const struct finding *findings)
{
    json_t *list = json_array();

    for (size_t i = 0; i < SYMPTOMS; i++) {
        json_t *see = json_array();
        for (size_t k = 0; k < CHECKS; k++)
            if (findings[k].verdict != CHECK_OK && may_explain(&symptoms[i], checks[k].name))
                json_array_append_new(see, json_string(checks[k].name));
        json_array_append_new(
            list, json_pack("{s:s,s:s,s:o}", "symptom", symptoms[i].name, "verdict",
                            verdict_names[worst_verdict(findings, &symptoms[i])], "see", see));
    }
    return list;
}

static void print_findings_json(const struct finding *findings)
{
    (void)tool_print_json(json_pack("{s:b,s:o,s:o}", "ok",
                                    worst_verdict(findings, NULL) != CHECK_FAIL, "checks",
                                    json_checks(findings), "symptoms", json_symptoms(findings)));
}

/* ---- the command ---- */

static enum status parse_host(struct doctor_context *ctx, const char *host, struct err *err)
{
    ctx->host_port = 443;
    if (!host)
        return ST_OK;
    if (strchr(host, ':')) {
        if (!host_port_split(host, ctx->host, &ctx->host_port) || ctx->host_port == 0)
            return err_set(err, ST_INVALID, "--host %s: expected NAME or NAME:PORT", host);
    } else if (!*host || strlen(host) >= sizeof ctx->host || strpbrk(host, "/ ")) {
        return err_set(err, ST_INVALID, "--host %s: expected NAME or NAME:PORT", host);
    } else {
        (void)snprintf(ctx->host, sizeof ctx->host, "%s", host);
    }
    return ST_OK;
}

static int doctor_run(struct tool *tool)
{
    struct doctor_context ctx = {
        .config = tool->config, .shared_entries = -1, .expired_entries = -1, .shared_bytes = -1
    };
    struct finding findings[CHECKS];
    const char *host = NULL;
    bool json = false, quiet = false;
    const struct arg_option options[] = { { "--json", NULL, &json },
                                          { "--quiet", NULL, &quiet },
                                          { "--host", &host, NULL } };
    struct args args;
    struct err err = ERR_NONE;

    memset(findings, 0, sizeof findings);
    if (args_parse(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                   &args, &err) != ST_OK ||
        parse_host(&ctx, host, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    if (args.count > 0 || (json && quiet)) {
        err_set(&err, ST_INVALID,
                "expected no arguments, and at most one of --json and --quiet (see --help)");
        return tool_fail(tool, EXIT_USAGE, &err);
    }
    if (backend_http(tool->config, &ctx.http, &err) != ST_OK)
        return tool_fail(tool, EXIT_REFUSED, &err);
    for (size_t i = 0; i < CHECKS; i++)
        checks[i].run(&ctx, &findings[i]);
    if (json)
        print_findings_json(findings);
    else if (quiet)
        print_quietly(findings, wants_color());
    else
        print_text(findings, wants_color());
    store_free(ctx.store);
    http_free(ctx.http);
    return worst_verdict(findings, NULL) == CHECK_FAIL ? EXIT_REFUSED : EXIT_SUCCESS;
}

const struct command command_doctor = {
    .name = "doctor",
    .summary = "diagnose problems and suggest fixes",
    .usage = "[--json | --quiet] [--host NAME[:PORT]]\n"
             "\n"
             "Checks the configuration, the table, Redis, the weather service, the clock, the\n"
             "certificate and the endpoint.  Prints a line for each check (ok, warn or FAIL, what\n"
             "it found and how to fix it), the worst last; lines in quotes are known symptoms and\n"
             "the findings that may explain them.  Writes test items to the table and removes\n"
             "them.  Colored on a terminal, unless NO_COLOR is set.\n"
             "  --host NAME[:PORT]   host name of the endpoint (default: the first public name of\n"
             "                       the certificate, port 443)\n"
             "  --json               print JSON\n"
             "  --quiet              print only what is not ok\n"
             "\nExit status: 0 nothing failed, 1 a check failed, 2 usage error.\n",
    .run = doctor_run,
};
