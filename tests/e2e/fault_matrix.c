/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/fault_matrix.c -- each dependency that the daemon reaches over a connection fails in
 * each way. What fails on the machine itself is in fault_local.c.
 *
 * A proxy in front of the dependency does the failing; where that would only break TLS, the
 * simulator does it. FAULT_MATRIX=all runs every fault (make faults), FAULT_ONLY=Redis only the
 * dependencies with this in their name. */
#define _GNU_SOURCE /* accept4, in the harness; struct timeval, in redis_server.h */
#include <stdlib.h>

#include "server/base/time_text.h"
#include "tests/e2e/harness/fault_case.h"
#include "tests/e2e/harness/fault_proxy.h"
#include "tests/unit/cache/dynamo/dynamo.h"
#include "tests/unit/cache/redis/redis_server.h"

#define HTTP_JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
#define WRONG_JSON HTTP_JSON "Content-Length: 33\r\n\r\n{\"properties\":[1,{\"items\":null}]}"
#define HUGE_JSON HTTP_JSON "\r\n{\"items\":[\""
#define WRONG_REDIS "*2\r\n:42\r\n$-1\r\n"
#define HUGE_REDIS "$900000000\r\n"

enum { SETS = 6, ANSWER_BYTES_MAX = 2000 };

static struct fault_proxy *proxy;
static char proxy_sets[SETS][200];
static struct redis_server redis;
static char table[DYNAMO_TABLE_SIZE];

/* ---- requests ---- */

static struct client_response ask_alerts(void)
{
    return client_ask(&world, "user-matrix", "MetricIntent", "metric", "alerts", "location",
                      "seattle washington", NULL);
}

/* The gazetteer does not know it. */
static struct client_response ask_unknown_town(void)
{
    char name[40];

    snprintf(name, sizeof name, "zzyzx %c colorado", (char)('a' + fault_case_number % 26));
    return client_ask(&world, "user-matrix", "MetricIntent", "metric", "temperature", "when_any",
                      "tomorrow", "location", name, NULL);
}

static struct client_response ask_own_place(void)
{
    return client_ask(&world, "user-at-home", "MetricIntent", "metric", "temperature", "when_any",
                      "tomorrow", NULL);
}

static void save_own_place(void)
{
    struct client_response r = client_ask(&world, "user-at-home", "SetLocationIntent", "location",
                                          "boulder colorado", NULL);

    speech_check_says(&r, "Boulder");
    client_response_done(&r);
}

/* Signed by another chain, which the daemon has not fetched yet. */
static struct client_response ask_by_new_chain(void)
{
    json_t *e = envelope_intent("user-matrix", "AMAZON.HelpIntent", NULL);
    struct client_response r = client_post(&world, e, &(struct client_options){ .chain = "good2" });

    json_decref(e);
    return r;
}

static struct client_response ask_for_help(void)
{
    return client_ask(&world, "user-matrix", "AMAZON.HelpIntent", NULL);
}

/* ---- starting each dependency ---- */

__attribute__((format(printf, 1, 2))) static void add_set(const char *format, ...)
{
    size_t i = 0;
    va_list args;

    while (world.sets[i])
        i++;
    CHECK(i < SETS);
    va_start(args, format);
    vsnprintf(proxy_sets[i], sizeof proxy_sets[i], format, args);
    va_end(args);
    world.sets[i] = proxy_sets[i];
}

static void use_proxy(struct fault_proxy *p, const char *wrong, const char *huge)
{
    proxy = p;
    fault_proxy_set_texts(p, wrong, huge);
}

static void start_weather(void)
{
    use_proxy(fault_proxy_start(world.sim_port, NULL), WRONG_JSON, HUGE_JSON);
    add_set("weather.base_url=http://127.0.0.1:%d", fault_proxy_port(proxy));
}

static void use_geocoder(const char *order)
{
    add_set("geocoder.here_base_url=http://127.0.0.1:%d/geocode/v1", fault_proxy_port(proxy));
    add_set("geocoder.providers=%s", order);
    add_set("geocoder.here_api_key=secret-key-0123456789");
}

static void start_first_geocoder(void)
{
    use_proxy(fault_proxy_start(world.sim_port, NULL), WRONG_JSON, HUGE_JSON);
    use_geocoder("here,gazetteer");
}

static void find_anything(const char *request, char *ret_response, size_t size)
{
    static const char body[] =
        "{\"items\":[{\"resultType\":\"locality\",\"address\":{\"countryCode\":\"USA\","
        "\"stateCode\":\"CO\",\"city\":\"Zzyzx\"},\"position\":{\"lat\":39.74,\"lng\":-104.98},"
        "\"scoring\":{\"fieldScore\":{\"city\":1.0}}}]}";

    (void)request;
    snprintf(ret_response, size, HTTP_JSON "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
}

static void start_last_geocoder(void)
{
    use_proxy(fault_proxy_serve(find_anything), WRONG_JSON, HUGE_JSON);
    use_geocoder("gazetteer,here");
}

static void start_certificate_host(void)
{
    use_proxy(fault_proxy_start(world.s3_port, NULL), NULL, NULL);
    add_set("alexa.certificate_connect_to=127.0.0.1:%d", fault_proxy_port(proxy));
    add_set("persistence.backend=memory"); /* else it fetches chains that it has known */
}

static void start_redis(void)
{
    redis_server_start(&redis, NULL);
    use_proxy(fault_proxy_start(0, redis.socket), WRONG_REDIS, HUGE_REDIS);
    add_set("redis.url=redis://127.0.0.1:%d", fault_proxy_port(proxy));
}

static int dynamo_port(void)
{
    return atoi(strrchr(dynamo_variable("DYNAMO_ENDPOINT"), ':') + 1);
}

static void use_table(int port)
{
    store_free(dynamo_create_store(table, STORE_LAYOUT_ITEM));
    add_set("dynamodb.endpoint=http://127.0.0.1:%d", port);
    add_set("persistence.backend=dynamodb");
    add_set("persistence.table=%s", table);
}

static void start_dynamo(void)
{
    use_proxy(fault_proxy_start(dynamo_port(), NULL), WRONG_JSON, HUGE_JSON);
    use_table(fault_proxy_port(proxy));
}

/* Only what writes fails, after it has been carried out. */
static void start_dynamo_replies(void)
{
    start_dynamo();
    fault_proxy_set_match(proxy, "DynamoDB_20120810.UpdateItem");
}

/* The metadata service of an EC2 instance, version 2. */
static void give_credentials(const char *request, char *ret_response, size_t size)
{
    static const char folder[] = "/latest/meta-data/iam/security-credentials/";
    char body[ANSWER_BYTES_MAX / 2] = "role", until[64];
    const char *role = strstr(request, folder);

    time_format_rfc3339(clock_wall_s() + 3600, until);
    if (strncmp(request, "PUT ", 4) == 0)
        snprintf(body, sizeof body, "session-token");
    else if (role && role[sizeof folder - 1] == 'r')
        snprintf(body, sizeof body,
                 "{\"Code\":\"Success\",\"AccessKeyId\":\"ASIATEST\",\"SecretAccessKey\":"
                 "\"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLETMP\",\"Token\":"
                 "\"token-of-the-tests+/==\",\"Expiration\":\"%s\"}",
                 until);
    snprintf(ret_response, size, HTTP_JSON "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
}

static void forget_keys(const struct world *w)
{
    char base[100];

    (void)w;
    snprintf(base, sizeof base, "http://127.0.0.1:%d", fault_proxy_port(proxy));
    unsetenv("AWS_ACCESS_KEY_ID");
    unsetenv("AWS_SECRET_ACCESS_KEY");
    unsetenv("AWS_SESSION_TOKEN");
    setenv("HOME", "/nonexistent", 1);
    setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", base, 1);
}

static void start_metadata(void)
{
    use_proxy(fault_proxy_serve(give_credentials), WRONG_JSON, HUGE_JSON);
    use_table(dynamo_port());
    world.before_exec = forget_keys;
}

/* ---- failing ---- */

static void begin_fault(const struct fault_case *c)
{
    fault_proxy_set(proxy, (enum fault)c->data);
}

static void end_fault(const struct fault_case *c)
{
    (void)c;
    fault_proxy_set(proxy, FAULT_NONE);
}

/* The daemon forgets what it knows of the dependency. */
static void begin_afresh(const struct fault_case *c)
{
    begin_fault(c);
    world_restart_daemon(&world);
}

static const char *const simulated[FAULTS] = {
    [FAULT_DRIP] = "drip",  [FAULT_TRUNCATED] = "truncate", [FAULT_GARBAGE] = "garbage",
    [FAULT_WRONG] = "html", [FAULT_HUGE] = "huge",
};

/* The fault is inside TLS where it must be. */
static void begin_certificate_fault(const struct fault_case *c)
{
    char fault[100];

    if (!simulated[c->data]) {
        begin_fault(c);
        return;
    }
    snprintf(fault, sizeof fault, "{\"match\":\"s3:\",\"kind\":\"%s\"}", simulated[c->data]);
    sim_add_fault(&world, fault);
}

static void begin_afresh_without_chains(const struct fault_case *c)
{
    begin_certificate_fault(c);
    world_restart_daemon(&world);
}

/* One chain is in memory, the other is not. */
static void begin_with_one_chain(const struct fault_case *c)
{
    world_restart_daemon(&world);
    struct client_response r = ask_for_help();
    CHECK_INT(r.status, 200);
    client_response_done(&r);
    begin_certificate_fault(c);
}

static void end_certificate_fault(const struct fault_case *c)
{
    sim_clear_faults(&world);
    end_fault(c);
}

/* ---- the matrix ---- */

static const struct dependency {
    void (*start)(void);
    void (*warm_up)(void);  /* may be NULL */
    const char *not_faults; /* those that mean nothing here; NULL: none */
    const char *in_short;   /* those in the short form */
    struct fault_case c;
} dependencies[] = {
    { start_weather,
      NULL,
      NULL,
      "hang",
      { .dependency = "weather service",
        .needs = fault_case_ask_new_town,
        .does_not_need = fault_case_ask_warm_town,
        .right = "degrees",
        .not_heard = "settings" } },
    { start_weather,
      NULL,
      NULL,
      "reset",
      { .dependency = "weather (alerts)",
        .needs = ask_alerts,
        .does_not_need = ask_for_help,
        .right = "Wind Advisory",
        .not_heard = "no alerts",
        .other = "ask",
        .begin = begin_afresh } },
    { start_first_geocoder,
      NULL,
      NULL,
      "hang",
      { .dependency = "HERE, gazetteer",
        .needs = fault_case_ask_new_town,
        .does_not_need = fault_case_ask_warm_town,
        .right = "degrees",
        .not_heard = "weather service",
        .must_be_right = true,
        .needed_ms = 4000 } },
    { start_last_geocoder,
      NULL,
      NULL,
      "hang",
      { .dependency = "gazetteer, HERE",
        .needs = ask_unknown_town,
        .does_not_need = fault_case_ask_warm_town,
        .right = "Zzyzx",
        .not_heard = "weather service",
        .needed_ms = 4000 } },
    { start_certificate_host,
      NULL,
      NULL,
      "",
      { .dependency = "certificate host",
        .needs = ask_for_help,
        .right = "ask",
        .not_heard = "weather service",
        .refusal = "certificate_",
        .begin = begin_afresh_without_chains,
        .end = end_certificate_fault } },
    { start_certificate_host,
      NULL,
      NULL,
      "",
      { .dependency = "certificate (new)",
        .needs = ask_by_new_chain,
        .does_not_need = ask_for_help,
        .right = "ask",
        .not_heard = "weather service",
        .other = "ask",
        .refusal = "certificate_",
        .begin = begin_with_one_chain,
        .end = end_certificate_fault } },
    { start_redis,
      NULL,
      NULL,
      "refused hang",
      { .dependency = "Redis",
        .needs = fault_case_ask_new_town,
        .does_not_need = fault_case_ask_warm_town,
        .right = "degrees",
        .needed_ms = 1500,
        .must_be_right = true } },
    { start_dynamo,
      save_own_place,
      NULL,
      "hang wrong",
      { .dependency = "DynamoDB (read)",
        .needs = ask_own_place,
        .does_not_need = fault_case_ask_warm_town,
        .right = "in Boulder",
        .not_heard = "weather service" } },
    { start_dynamo,
      NULL,
      NULL,
      "",
      { .dependency = "DynamoDB (write)",
        .needs = fault_case_set_rate,
        .does_not_need = fault_case_ask_warm_town,
        .right = "rate",
        .not_heard = "weather service",
        .after = fault_case_check_rate } },
    { start_dynamo_replies,
      NULL,
      "refused wrong huge flapping",
      "reset",
      { .dependency = "DynamoDB (replies)",
        .needs = fault_case_set_rate,
        .does_not_need = fault_case_ask_warm_town,
        .right = "rate",
        .not_heard = "weather service",
        .after = fault_case_check_rate } },
    { start_metadata,
      save_own_place,
      NULL,
      "hang",
      { .dependency = "metadata service",
        .needs = ask_own_place,
        .does_not_need = ask_for_help,
        .right = "in Boulder",
        .not_heard = "weather service",
        .other = "ask",
        .begin = begin_afresh } },
};

static bool is_selected(const struct dependency *n, enum fault fault)
{
    if (n->not_faults && strstr(n->not_faults, fault_names[fault]))
        return false;
    return fault_case_all() || strstr(n->in_short, fault_names[fault]);
}

static void run_dependency(const struct dependency *n)
{
    struct fault_case c = n->c;

    world = (struct world){ .sim = 0 };
    fault_case_reset_towns();
    world_start_sim(&world);
    n->start();
    world_start_daemon(&world);
    if (n->warm_up)
        n->warm_up();
    (void)fault_case_recover(&c);
    for (int i = 0; i < 2; i++) {
        struct client_response warm = fault_case_ask_warm_town();
        speech_check_says(&warm, "degrees");
        client_response_done(&warm);
    }
    if (!c.begin)
        c.begin = begin_fault;
    if (!c.end)
        c.end = end_fault;
    for (int fault = FAULT_NONE + 1; fault < FAULTS; fault++) {
        c.fault = fault_names[fault];
        c.data = fault;
        if (is_selected(n, (enum fault)fault))
            fault_case_run(&c);
    }
    world_stop(&world);
    fault_proxy_stop(proxy);
    if (n->start == start_redis)
        redis_server_stop(&redis);
}

TEST(each_fault_of_each_dependency_is_survived_and_told_rightly)
{
    const char *only = getenv("FAULT_ONLY");

    fault_case_print_head();
    for (size_t i = 0; i < sizeof dependencies / sizeof dependencies[0]; i++)
        if ((!only || strstr(dependencies[i].c.dependency, only)) &&
            (fault_case_all() || *dependencies[i].in_short))
            run_dependency(&dependencies[i]);
}

TESTS(each_fault_of_each_dependency_is_survived_and_told_rightly)
