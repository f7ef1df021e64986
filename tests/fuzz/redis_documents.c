/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/redis_documents.c -- whatever Redis holds as a document or a shared entry, answers are
 * right: what was read back is used only as it was written, else upstream and the store are asked,
 * and no byte of it gets into a request.
 *
 * Input: three bytes (what is asked; how old the document is, and its lifetime), then the value in
 * Redis: as it is, or, if the first byte says so, what follows the first line of a document. */
#include "cache/documents.h"
#include "cache/layout.h"
#include "cache/redis/record.h"
#include "cache/shared.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "tests/fuzz/fake_redis.h"
#include "tests/unit/intents/weather/fake_nws.h"

enum { ASK_ENTRY = 1, ADD_FRONT = 2, WAIT_MS = 8000, STALE_S = 7200 };

static const char upstream_body[] = "upstream";

static struct {
    struct fake_redis redis;
    int listener;
    char url[100];
    struct http *http;
    struct redis *client;
    struct memory *memory;
    struct store *store;
    struct documents *documents;
    struct shared *shared;
} world;

/* ---- the upstream: any request gets the same document ---- */

/* A request head as libcurl writes it: lines of printable characters, each header once. */
static void check_head(struct str head)
{
    struct str line;
    int validators = 0;

    for (size_t i = 0; i < head.n; i++)
        LAW(head.p[i] != '\n' || (i > 0 && head.p[i - 1] == '\r'));
    while (str_split(&head, '\n', &line) && line.n > 1) {
        line = str_sub(line, 0, line.n - 1);
        for (size_t i = 0; i < line.n; i++)
            LAW((unsigned char)line.p[i] >= ' ' && line.p[i] != 0x7f);
        validators += str_starts(line, STR("If-"));
        LAW(str_starts(line, STR("GET /doc HTTP/1.1")) || str_starts(line, STR("Host: ")) ||
            str_starts(line, STR("User-Agent: ")) || str_starts(line, STR("Accept")) ||
            str_starts(line, STR("If-None-Match: ")) ||
            str_starts(line, STR("If-Modified-Since: ")));
    }
    LAW(validators <= 2);
}

static void answer_request(int fd)
{
    static const char response[] = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n"
                                   "Content-Length: 8\r\nConnection: close\r\n\r\nupstream";
    struct buf head = BUF_INIT(1 << 16);

    while (!strstr(buf_z(&head), "\r\n\r\n")) {
        char *space = buf_reserve(&head, 4096);
        ssize_t got = space ? recv(fd, space, 4096, 0) : 0;
        if (got <= 0)
            break;
        buf_grew(&head, (size_t)got);
    }
    if (head.n > 0) {
        check_head(buf_str(&head));
        (void)send(fd, response, sizeof response - 1, MSG_NOSIGNAL);
    }
    buf_free(&head);
}

static void *run_upstream(void *unused)
{
    (void)unused;
    for (;;) {
        int fd = accept(world.listener, NULL, NULL);
        LAW(fd >= 0);
        answer_request(fd);
        (void)close(fd);
    }
    return NULL;
}

static void start_upstream(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t size = sizeof at;
    pthread_t thread;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    world.listener = socket(AF_INET, SOCK_STREAM, 0);
    LAW(world.listener >= 0 && bind(world.listener, (struct sockaddr *)&at, size) == 0);
    LAW(listen(world.listener, 16) == 0);
    LAW(getsockname(world.listener, (struct sockaddr *)&at, &size) == 0);
    (void)snprintf(world.url, sizeof world.url, "http://127.0.0.1:%u/doc",
                   (unsigned)ntohs(at.sin_port));
    LAW(pthread_create(&thread, NULL, run_upstream, NULL) == 0);
}

static void start_world(void)
{
    char url[140];
    struct http_settings http = { .user_agent = "fuzz", .system_roots = true };
    struct redis_settings redis = { .url = url, .timeout_ms = 2000, .prefix = "p:" };
    struct documents_settings documents = {
        .accept = "text/plain", .timeout_ms = 2000, .max_bytes = 2000, .stale_s = STALE_S
    };
    struct shared_settings shared = { .ttl_days = 35 };
    json_t *entry;

    if (world.http)
        return;
    entry = json_pack("{s:s}", "from", "store");
    fake_redis_start(&world.redis);
    start_upstream();
    (void)snprintf(url, sizeof url, "unix:%s", world.redis.path);
    world.http = http_create(&http, NULL);
    LAW(redis_create(&redis, NULL, &world.client, NULL) == ST_OK);
    documents.redis = shared.redis = world.client;
    world.memory = memory_create(1 << 20);
    world.store = store_memory_create(STORE_LAYOUT_ITEM);
    world.documents = documents_create(&documents, world.http, world.memory, NULL);
    world.shared = shared_create(&shared, world.memory, world.store, NULL);
    LAW(world.http && world.memory && world.store && world.documents && world.shared);
    LAW(store_put_entry(world.store, (struct entry_name){ "StationCache", STR("KBDU") }, entry, 0,
                        clock_mono_ms() + WAIT_MS, NULL) == ST_OK);
    json_decref(entry);
}

/* ---- a document ---- */

/* Whatever is text is readable, so that what is read can be compared. */
static enum status decode_text(struct str body, void *data, struct object **ret_object,
                               struct err *err)
{
    (void)data;
    if (!str_is_utf8(body))
        return err_set(err, ST_INVALID, "not text");
    *ret_object = object_create(strndup(body.n ? body.p : "", body.n), body.n, free);
    return ST_OK;
}

static void check_document(const struct document *d, struct str value)
{
    struct redis_record_document record = { .body = STR_NONE };
    bool parsed = redis_record_parse_document(value, &record);
    const char *text = d->object ? d->object->data : NULL;

    LAW(d->status == ST_OK && text && !d->stale); /* for upstream always answers */
    LAW(d->age_s >= 0 && d->fetched_at <= clock_wall_s() + 151);
    if (strcmp(text, upstream_body) == 0)
        return;
    LAW(parsed && str_eqz(record.body, text));
    LAW(d->age_s <= record.lifetime_s);
}

static void try_document(struct str value)
{
    struct document_request request = { .url = world.url, .label = "grid", .decode = decode_text };
    struct document d;

    fake_redis_set(&world.redis, 0, 'd', value);
    for (int i = 0; i < 2; i++) { /* the second time from memory */
        documents_get(world.documents, &request, 1, clock_mono_ms() + WAIT_MS, &d);
        check_document(&d, value);
        documents_release(&d, 1);
    }
    documents_forget(world.documents, world.url, clock_mono_ms() + WAIT_MS);
}

/* ---- a shared entry ---- */

static void try_entry(struct str value)
{
    struct entry_name name = { "StationCache", STR("KBDU") };
    struct object *entry = NULL;
    json_t *written = NULL;
    struct err err = ERR_NONE;
    struct str json;
    int64_t ttl;

    fake_redis_set(&world.redis, 1, 'e', value);
    LAW(shared_acquire(world.shared, name, clock_mono_ms() + WAIT_MS, &entry, &err) == ST_OK);
    LAW(json_is_object((json_t *)entry->data));
    if (strcmp(json_string_value(json_object_get(entry->data, "from")) ?: "", "store") != 0) {
        LAW(redis_record_parse_entry(value, &ttl, &json));
        LAW(ttl == 0 || ttl > clock_wall_s());
        LAW(json_parse(json, false, &written, NULL) == ST_OK && json_equal(entry->data, written));
    }
    json_decref(written);
    object_release(entry);
    memory_remove(world.memory, STR("e:StationCache#KBDU"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = { (const char *)data, size };
    unsigned mode = input_byte(&in);
    int64_t age_s = (int64_t)input_byte(&in) - 64, lifetime_s = input_byte(&in) * 16;
    struct buf value = BUF_INIT(1 << 20);

    start_world();
    if (mode & ADD_FRONT && mode & ASK_ENTRY) {
        buf_printf(&value, "1%lld\n", (long long)(clock_wall_s() + age_s));
    } else if (mode & ADD_FRONT) {
        struct redis_record_document front = { .fetched_ms = clock_wall_ms() - age_s * 1000,
                                               .lifetime_s = lifetime_s };
        redis_record_put_front(&value, &front);
    }
    buf_put(&value, in);
    if (mode & ASK_ENTRY)
        try_entry(buf_str(&value));
    else
        try_document(buf_str(&value));
    fake_redis_set(&world.redis, 0, '\0', STR_NONE);
    fake_redis_set(&world.redis, 1, '\0', STR_NONE);
    buf_free(&value);
    return 0;
}
