/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/ask_adapter.c -- compatibility with Amazon's own persistence adapter
 * (tests/dynamo/ask.js), in both directions. */
#define _XOPEN_SOURCE 700 /* popen, mkdtemp */
#include "cache/store.h"
#include "tests/unit/cache/dynamo/dynamo.h"
#include "tests/unit/cache/dynamo/json_case.h"

/* Sends one command to the adapter and returns its response as JSON (a string for "ok"), a new
 * reference. */
static json_t *ask(const char *table, const char *command)
{
    static char line[65536];
    const char *top = getenv("TEST_TOP"), *folder = getenv("TMPDIR");
    char path[300], shell[1200];
    json_t *response;
    FILE *file;

    (void)dynamo_variable("NODE_PATH");
    (void)snprintf(path, sizeof path, "%s/ask-%ld", folder ? folder : "/tmp", (long)getpid());
    file = fopen(path, "w");
    CHECK(file && fprintf(file, "%s\n", command) > 0 && fclose(file) == 0);
    (void)snprintf(shell, sizeof shell, "node %s/tests/dynamo/ask.js %s < %s", top ? top : ".",
                   table, path);
    file = popen(shell, "r");
    CHECK(file);
    if (!fgets(line, sizeof line, file))
        fail_msg("no response to: %s", command);
    CHECK_INT(pclose(file), 0);
    CHECK_INT(remove(path), 0);
    response = json_loads(line, JSON_DECODE_ANY, NULL);
    return response ? response : json_string(line);
}

#define USER "amzn1.ask.account.TEST"
/* Settings without empty strings, which the adapter would turn into null. */
#define SETTINGS_WITH(rate, more)                                                                  \
    "{\"userid\":\"" USER "\",\"location\":\"Boulder Colorado\",\"rate\":" rate ",\"pitch\":87.5," \
    "\"metrics\":[\"summary\",\"temperature\"],\"none\":null,\"yes\":true,\"list\":[],\"map\":{"   \
    "}" more "}"
#define SETTINGS SETTINGS_WITH("100", "")

static json_t *get(struct store *s, const char *id)
{
    json_t *got = NULL;

    CHECK_INT(store_get(s, str_of(id), dynamo_deadline(), &got, NULL, NULL), ST_OK);
    return got;
}

TEST(amazons_adapter_reads_what_the_store_writes)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);
    json_t *item = json_loads(
        "{\"UserCache\":{\"" USER "\":" SETTINGS_WITH("100", ",\"empty\":\"\"") "}}", 0, NULL);
    json_t *entry = json_loads("{\"name\":\"Boulder\",\"lat\":40.0394}", 0, NULL);

    CHECK_INT(store_put(s, STR(USER), item, 0, dynamo_deadline(), NULL), ST_OK);
    check_json(ask(table, "get " USER),
               "{\"UserCache\":{\"" USER "\":" SETTINGS_WITH("100", ",\"empty\":\"\"") "}}");
    CHECK_INT(store_put_entry(s, (struct entry_name){ "StationCache", STR("KBDU") }, entry,
                              4000000000, dynamo_deadline(), NULL),
              ST_OK);
    check_json(ask(table, "get SHARED_CACHE"),
               "{\"StationCache\":{\"KBDU\":{\"name\":\"Boulder\",\"lat\":40.0394,\"ttl\":"
               "4000000000}}}");
    check_json(ask(table, "get nobody"), "{}");
    json_decref(item);
    json_decref(entry);
    store_free(s);
}

TEST(the_store_reads_what_amazons_adapter_writes)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);
    const char *const path[] = { "UserCache", USER, "rate", NULL };
    struct store_change change = { path, json_integer(120) };
    json_t *entry = NULL;
    int64_t ttl = 0, count = 0;

    json_decref(ask(table, "save " USER " {\"UserCache\":{\"" USER "\":" SETTINGS "}}"));
    check_json(get(s, USER), "{\"UserCache\":{\"" USER "\":" SETTINGS "}}");
    CHECK_INT(store_update(s, STR(USER), &change, 1, dynamo_deadline(), NULL), ST_OK);
    check_json(ask(table, "get " USER),
               "{\"UserCache\":{\"" USER "\":" SETTINGS_WITH("120", "") "}}");
    json_decref(ask(table, "save SHARED_CACHE {\"ZoneCache\":{\"COZ039\":{\"name\":\"x\",\"ttl\":"
                           "4000000000}},\"StationCache\":{}}"));
    CHECK_INT(store_get_entry(s, (struct entry_name){ "ZoneCache", STR("COZ039") }, 0,
                              dynamo_deadline(), &entry, &ttl, NULL),
              ST_OK);
    check_json(entry, "{\"name\":\"x\"}");
    CHECK(ttl == 4000000000);
    CHECK_INT(store_count_entries(s, "ZoneCache", dynamo_deadline(), &count, NULL), ST_OK);
    CHECK_INT(count, 1);
    json_decref(ask(table, "delete " USER));
    CHECK_INT(store_get(s, STR(USER), dynamo_deadline(), &entry, NULL, NULL), ST_MISS);
    json_decref(change.value);
    store_free(s);
}

TESTS(amazons_adapter_reads_what_the_store_writes, the_store_reads_what_amazons_adapter_writes)
