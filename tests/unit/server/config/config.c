/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/config/config.c: the four sources, what each kind of value allows, and the
 * one-line error for what it does not. */
#include "server/config/config.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

/* The configuration file of the current test; its name ends in x.conf. */
static char folder[200], file[220];

static int make_folder(void **state)
{
    const char *tmp = getenv("TMPDIR");

    (void)state;
    snprintf(folder, sizeof folder, "%s/config.XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(folder))
        return -1;
    snprintf(file, sizeof file, "%s/x.conf", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(file);
    return rmdir(folder);
}

static void write_bytes(const char *text, size_t n)
{
    FILE *f = fopen(file, "we");

    assert_non_null(f);
    CHECK_INT(fwrite(text, 1, n, f), n);
    fclose(f);
}

static enum status load(const char *text, const char *const *sets, const char *const *environment,
                        struct config **ret, struct err *err)
{
    struct config_sources sources = { .sets = sets, .environment = environment };

    while (sets && sets[sources.set_count])
        sources.set_count++;
    if (text) {
        write_bytes(text, strlen(text));
        sources.file = file;
    }
    return config_load(&sources, ret, err);
}

static struct config *load_ok(const char *text, const char *const *sets,
                              const char *const *environment)
{
    struct config *c = NULL;
    struct err err = ERR_NONE;

    if (load(text, sets, environment, &c, &err) != ST_OK)
        fail_msg("%s", err.text);
    return c;
}

/* Loading must fail with a one-line error that contains each part of `wants` (separated by |). */
static void load_fails(const char *text, const char *const *sets, const char *const *environment,
                       const char *wants)
{
    struct config *c = NULL;
    struct err err = ERR_NONE;
    struct str rest = str_of(wants), want;

    if (load(text, sets, environment, &c, &err) != ST_INVALID)
        fail_msg("accepted: %s", text ? text : "");
    assert_null(c);
    CHECK(!strchr(err.text, '\n'));
    while (str_split(&rest, '|', &want))
        if (str_find(str_of(err.text), want) == strlen(err.text))
            fail_msg("\"%s\" does not contain \"%.*s\"", err.text, STR_ARG(want));
}

TEST(defaults_apply_when_nothing_is_set)
{
    struct config *c = load_ok(NULL, NULL, NULL);
    int64_t t;

    CHECK_STR(config_text(c, CONFIG_SERVER_LISTEN), "127.0.0.1:8443");
    CHECK_STR(config_list(c, CONFIG_SERVER_LISTEN)[0], "127.0.0.1:8443");
    CHECK_STR(config_text(c, CONFIG_SERVER_PATH), "/alexa");
    CHECK_INT(config_int(c, CONFIG_SERVER_WORKERS), 16);
    CHECK_INT(config_int(c, CONFIG_SERVER_MAX_REQUEST_BYTES), 262144);
    CHECK(config_bool(c, CONFIG_ALEXA_VERIFY));
    CHECK(!config_bool(c, CONFIG_ADMIN_ALLOW_REMOTE));
    assert_null(config_list(c, CONFIG_ALEXA_SKILL_IDS)[0]);
    CHECK(config_is(c, CONFIG_PERSISTENCE_BACKEND, "dynamodb"));
    CHECK_INT(config_int(c, CONFIG_CACHE_TTL_DAYS), 35);
    CHECK(!config_instant(c, CONFIG_WEATHER_NOW, &t));
    config_free(c);
}

TEST(later_sources_override_earlier_ones)
{
    static const char text[] = "[server]\nworkers = 3\npath = /from/file\nthreads = 1\n";
    static const char *const environment[] = { "CLIMACAST_SERVER_WORKERS=4",
                                               "CLIMACAST_SERVER_PATH=/from/environment", "HOME=/x",
                                               NULL };
    static const char *const sets[] = { "server.workers=5", "server.workers=6", NULL };
    struct config *c = load_ok(text, sets, environment);

    CHECK_INT(config_int(c, CONFIG_SERVER_WORKERS), 6);
    CHECK_STR(config_text(c, CONFIG_SERVER_PATH), "/from/environment");
    CHECK_INT(config_int(c, CONFIG_SERVER_THREADS), 1);
    CHECK_INT(config_int(c, CONFIG_SERVER_MAX_CONNECTIONS), 1000);
    config_free(c);
}

TEST(keys_with_underscores_are_found_in_the_environment)
{
    static const char *const environment[] = { "CLIMACAST_SERVER_MAX_CONNECTIONS_PER_IP=7",
                                               "CLIMACAST_ALEXA_SKILL_IDS=a,b", NULL };
    struct config *c = load_ok(NULL, NULL, environment);

    CHECK_INT(config_int(c, CONFIG_SERVER_MAX_CONNECTIONS_PER_IP), 7);
    CHECK_STR(config_list(c, CONFIG_ALEXA_SKILL_IDS)[1], "b");
    config_free(c);
}

TEST(a_variable_of_an_unknown_section_is_ignored_and_remembered)
{
    static const char *const environment[] = { "CLIMACAST_BUILD=/somewhere", NULL };
    struct config *c = load_ok(NULL, NULL, environment);

    CHECK(strstr(config_ignored_variable(c), "CLIMACAST_BUILD"));
    config_free(c);
    c = load_ok(NULL, NULL, NULL);
    CHECK_STR(config_ignored_variable(c), "");
    config_free(c);
}

TEST(comments_start_at_the_beginning_of_a_line_or_after_a_blank)
{
    struct config *c = load_ok("# one\n[server] # two\n  # three\nworkers = 9 # four\n"
                               "path = /a\t#five\n[weather]\ncontact = me#you@example.org\n",
                               NULL, NULL);

    CHECK_INT(config_int(c, CONFIG_SERVER_WORKERS), 9);
    CHECK_STR(config_text(c, CONFIG_SERVER_PATH), "/a");
    CHECK_STR(config_text(c, CONFIG_WEATHER_CONTACT), "me#you@example.org");
    config_free(c);
}

TEST(a_list_may_continue_on_indented_lines)
{
    struct config *c = load_ok("[alexa]\nskill_ids = one,\n  two, three\n  four\n", NULL, NULL);
    const char *const *ids = config_list(c, CONFIG_ALEXA_SKILL_IDS);

    CHECK_STR(ids[0], "one");
    CHECK_STR(ids[3], "four");
    assert_null(ids[4]);
    config_free(c);
    load_fails("[server]\npath = /a\n  /b\n", NULL, NULL, "x.conf:3|only a list");
}

TEST(errors_name_the_line_the_key_the_value_and_what_is_allowed)
{
    static const struct {
        const char *text, *wants;
    } cases[] = {
        { "[server]\nworkers = 0\n", "x.conf:2|server.workers|\"0\"|from 1 to 256" },
        { "[server]\nworkers = many\n", "server.workers|\"many\"|a whole number" },
        { "[server]\nworkers = 5 5\n", "server.workers" },
        { "[server]\nworkers = 99999999999999999999\n", "server.workers" },
        { "[server]\nworkers =\n", "server.workers" },
        { "[server]\nlisten = localhost:80\n", "server.listen|address numeric" },
        { "[server]\nlisten =\n", "server.listen" },
        { "[server]\nlisten = ::1:80\n", "server.listen" },
        { "[server]\nlisten = [::1]:99999\n", "server.listen" },
        { "[server]\nlisten = 1.2.3.4:1,\n  ,\n", "server.listen" },
        { "[server]\npath = alexa\n", "server.path|starts with /" },
        { "[server]\npath = /a//b\n", "server.path" },
        { "[server]\npath = /../x\n", "server.path" },
        { "[server]\npath = /a b\n", "server.path" },
        { "[alexa]\nverify = perhaps\n", "alexa.verify|\"perhaps\"|yes or no" },
        { "[alexa]\ntimestamp_tolerance = 151\n", "from 1 to 150" },
        { "[alexa]\ncertificate_connect_to = host\n", "host:port" },
        { "[alexa]\ncertificate_connect_to = a/b:1\n", "host:port" },
        { "[persistence]\nbackend = mysql\n", "one of: dynamodb sqlite memory" },
        { "[geocoder]\nproviders = gazetteer, google\n",
          "a comma-separated list of: gazetteer here" },
        { "[geocoder]\nproviders =\n", "geocoder.providers" },
        { "[weather]\nbase_url = ftp://x\n", "http:// or https://" },
        { "[weather]\nbase_url = https://x/\n", "weather.base_url" },
        { "[weather]\nbase_url = https://x?y\n", "weather.base_url" },
        { "[weather]\nnow = tomorrow\n", "ISO-8601" },
        { "[weather]\ncontact = a\x01z\n", "weather.contact|printable" },
        { "[log]\nlevel = loud\n", "error warning info debug" },
        { "[server]\nnothing = 1\n", "x.conf:2|unknown key server.nothing" },
        { "[servers]\nworkers = 1\n", "x.conf:2|unknown section [servers]" },
        { "[server]\nworkers = 1\nworkers = 2\n", "x.conf:3|server.workers is set twice" },
        { "[server]\nworkers\n", "x.conf:2|neither a [section] nor key = value" },
        { "[server\nworkers = 1\n", "x.conf:1|a [section] has no closing ]" },
        { "  [server # ]\nworkers = 1\n", "x.conf:1|a [section] has no closing ]" },
        { "workers = 1\n", "x.conf:1|workers is outside any [section]" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        load_fails(cases[i].text, NULL, NULL, cases[i].wants);
}

TEST(the_environment_and_the_command_line_are_validated_too)
{
    static const char *const bad_value[] = { "CLIMACAST_SERVER_WORKERS=0", NULL };
    static const char *const bad_key[] = { "CLIMACAST_SERVER_NOTHING=0", NULL };
    static const char *const no_value[] = { "CLIMACAST_SERVER_WORKERS", NULL };
    static const char *const sets[][2] = { { "server.workers=0", NULL },
                                           { "server.nothing=1", NULL },
                                           { "nothing", NULL },
                                           { "server=1.2", NULL } };

    load_fails(NULL, NULL, bad_value, "environment CLIMACAST_SERVER_WORKERS|from 1 to 256");
    load_fails(NULL, NULL, bad_key, "environment CLIMACAST_SERVER_NOTHING|unknown key");
    load_fails(NULL, NULL, no_value, "server.workers");
    load_fails(NULL, sets[0], NULL, "--set: server.workers|from 1 to 256");
    load_fails(NULL, sets[1], NULL, "--set: unknown key");
    load_fails(NULL, sets[2], NULL, "--set nothing|section.key=value");
    load_fails(NULL, sets[3], NULL, "section.key=value");
}

TEST(lines_that_are_too_long_are_rejected)
{
    char text[6000];

    for (size_t n = 190; n < sizeof text - 100; n += 1000) {
        int front = snprintf(text, sizeof text, "[weather]\ncontact = ");
        memset(text + front, 'x', n);
        snprintf(text + front + n, 10, "\n");
        load_fails(text, NULL, NULL, "x.conf:2|too long");
    }
    memset(text, ' ', sizeof text);
    memcpy(text, "[server]\nworkers = 2 #", 22);
    text[300] = '\n';
    text[301] = '\0';
    config_free(load_ok(text, NULL, NULL)); /* a comment may be long */
}

TEST(unreadable_files_are_rejected)
{
    struct config_sources sources = { .file = "/nonexistent/x.conf" };
    struct config *c = NULL;
    struct err err = ERR_NONE;

    CHECK_INT(config_load(&sources, &c, &err), ST_INVALID);
    CHECK(strstr(err.text, "/nonexistent/x.conf: cannot be read"));
    sources.file = folder;
    err = ERR_NONE;
    CHECK_INT(config_load(&sources, &c, &err), ST_INVALID);
}

TEST(any_bytes_load_or_give_an_error)
{
    static const char bytes[] = "[server]\nworkers = 2\n\0[=\xff\xfe\n]\r\n \t;#\n=\n[]\n";

    for (size_t n = 0; n < sizeof bytes; n++) {
        struct config_sources sources = { .file = file };
        struct config *c = NULL;
        struct err err = ERR_NONE;
        write_bytes(bytes, n);
        enum status st = config_load(&sources, &c, &err);
        CHECK((st == ST_OK) == !!c && (st == ST_OK) == (err.text[0] == '\0'));
        config_free(c);
    }
}

TEST(secrets_are_never_printed)
{
    static const char *const sets[] = { "geocoder.here_api_key=SECRET-KEY", NULL };
    static const char *const bad[] = { "geocoder.here_api_key=SECRET\tKEY", NULL };
    struct config *c = load_ok(NULL, sets, NULL), *none = NULL;
    struct err err = ERR_NONE;
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);

    config_print(c, f);
    fclose(f);
    CHECK(!strstr(text, "SECRET-KEY"));
    CHECK(strstr(text, "here_api_key = ********  # --set"));
    free(text);
    config_free(c);
    CHECK_INT(load(NULL, bad, NULL, &none, &err), ST_INVALID);
    CHECK(!strstr(err.text, "SECRET"));
}

TEST(redis_urls_are_validated_and_their_passwords_never_printed)
{
    static const char *const fine[][2] = { { "redis.url=redis://ann:SECRET@[::1]:7/2", NULL },
                                           { "redis.url=redis://localhost", NULL },
                                           { "redis.url=unix:/run/redis/redis.sock", NULL },
                                           { "redis.url=", NULL } };
    static const char *const bad[][2] = { { "redis.url=rediss://ann:SECRET@host:7/2", NULL },
                                          { "redis.url=redis://SECRET@host", NULL },
                                          { "redis.url=redis://ann:SECRET@host:0", NULL },
                                          { "redis.url=unix:SECRET", NULL } };

    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        struct config *c = load_ok(NULL, fine[i], NULL);
        char *text = NULL;
        size_t n = 0;
        FILE *f = open_memstream(&text, &n);
        config_print(c, f);
        fclose(f);
        CHECK_ROW(i, !strstr(text, "SECRET"));
        free(text);
        config_free(c);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct config *none = NULL;
        struct err err = ERR_NONE;
        CHECK_ROW(i, load(NULL, bad[i], NULL, &none, &err) == ST_INVALID);
        CHECK_ROW(i, !strstr(err.text, "SECRET"));
        CHECK_ROW(i, strstr(err.text, "rediss:// is not supported"));
    }
}

static char *printed(const struct config *c)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);

    config_print(c, f);
    fclose(f);
    return text;
}

TEST(printed_configuration_can_be_loaded_again)
{
    static const char *const sets[] = { "server.listen=127.0.0.1:1,[::1]:2", "log.level=debug",
                                        "weather.now=2026-11-22T11:00:00Z", NULL };
    struct config *c = load_ok("[server]\nworkers = 3\n", sets, NULL), *again;
    char *text = printed(c);

    CHECK(strstr(text, "x.conf:2"));
    CHECK(strstr(text, "path = /alexa  # default"));
    CHECK(strstr(text, "level = debug  # --set"));
    again = load_ok(text, NULL, NULL);
    CHECK_INT(config_int(again, CONFIG_SERVER_WORKERS), 3);
    CHECK_STR(config_list(again, CONFIG_SERVER_LISTEN)[1], "[::1]:2");
    CHECK_STR(config_text(again, CONFIG_WEATHER_NOW), "2026-11-22T11:00:00Z");
    CHECK_STR(config_text(again, CONFIG_REDIS_URL), "");
    config_free(c);
    config_free(again);
    free(text);
}

TEST(a_long_list_is_printed_over_several_lines)
{
    struct buf set = BUF_INIT(4000);
    const char *sets[] = { NULL, NULL };
    struct config *c, *again;
    char *text;

    for (int i = 0; i < 32; i++)
        buf_printf(&set, "%samzn1.ask.skill.00000000-0000-0000-0000-0000000000%02d",
                   i ? "," : "alexa.skill_ids=", i);
    sets[0] = buf_z(&set);
    c = load_ok("", sets, NULL);
    text = printed(c);
    again = load_ok(text, NULL, NULL);
    CHECK_STR(config_text(again, CONFIG_ALEXA_SKILL_IDS), config_text(c, CONFIG_ALEXA_SKILL_IDS));
    CHECK(strstr(text,
                 "00,amzn1.ask.skill.00000000-0000-0000-0000-000000000001  # --set\n    amzn1"));
    config_free(c);
    config_free(again);
    free(text);
    buf_free(&set);
}

TEST(rules_between_keys_are_enforced)
{
    static const char *const base[] = { "server.certificate=/c.pem", "server.private_key=/k.pem",
                                        "alexa.skill_ids=amzn1.ask.skill.x" };

    static const struct {
        const char *sets[3];
        const char *wants; /* NULL: allowed */
    } cases[] = {
        { { NULL }, NULL },
        { { "alexa.skill_ids=" }, "alexa.skill_ids" },
        { { "alexa.skill_ids=", "alexa.verify=no" }, NULL },
        { { "alexa.verify=no", "server.listen=0.0.0.0:443" }, "alexa.verify" },
        { { "alexa.verify=no", "server.listen=127.0.0.1:1,192.0.2.1:1" }, "alexa.verify" },
        { { "alexa.verify=no", "server.listen=127.9.9.9:1,[::1]:1" }, NULL },
        { { "admin.listen=0.0.0.0:9180" }, "admin.listen" },
        { { "admin.listen=[::]:9180" }, "admin.listen" },
        { { "admin.listen=0.0.0.0:9180", "admin.allow_remote=yes" }, NULL },
        { { "admin.listen=" }, NULL },
        { { "api.listen=127.0.0.1:9181" }, NULL },
        { { "api.listen=[::1]:9181", "api.open=yes" }, NULL },
        { { "api.listen=0.0.0.0:9181" }, "api.listen" },
        { { "api.listen=0.0.0.0:9181", "api.open=yes" }, "api.listen" },
        { { "api.listen=0.0.0.0:9181", "api.allow_remote=yes" }, NULL },
        { { "api.listen=0.0.0.0:9181", "api.allow_remote=yes", "api.open=yes" }, "api.open" },
        { { "api.listen=127.0.0.1:9181", "api.allow_remote=yes", "api.open=yes" }, "api.open" },
        { { "server.certificate=" }, "server.certificate" },
        { { "server.tls=no", "server.certificate=", "server.private_key=" }, NULL },
        { { "server.tls=no", "server.listen=unix:/run/c.sock" }, NULL },
        { { "server.tls=no", "server.listen=0.0.0.0:8080" }, "server.tls" },
        { { "server.tls=no", "server.listen=127.0.0.1:1,[2001:db8::1]:1" }, "server.tls" },
        { { "server.tls=no", "server.listen=0.0.0.0:1", "server.trusted_proxies=10.0.0.1" }, NULL },
        { { "server.proxy_protocol=yes" }, "server.proxy_protocol" },
        { { "server.proxy_protocol=yes", "server.trusted_proxies=10.0.0.0/8" }, NULL },
        { { "alexa.verify=no", "server.listen=unix:/run/c.sock" }, NULL },
        { { "server.private_key=" }, "server.private_key" },
        { { "geocoder.providers=gazetteer,here" }, "geocoder.providers" },
        { { "geocoder.providers=here", "geocoder.here_api_key=k" }, NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *sets[8] = { base[0], base[1], base[2] };
        struct err err = ERR_NONE;
        for (size_t k = 0; k < 3 && cases[i].sets[k]; k++)
            sets[3 + k] = cases[i].sets[k];
        struct config *c = load_ok(NULL, sets, NULL);
        enum status st = config_validate(c, &err);
        if ((st == ST_OK) != (!cases[i].wants))
            fail_msg("row %zu: %s", i, err.text);
        if (cases[i].wants && !strstr(err.text, cases[i].wants))
            fail_msg("row %zu: %s", i, err.text);
        config_free(c);
    }
}

TEST(the_printed_table_has_every_key)
{
    char *text = NULL;
    size_t n = 0, rows = 0;
    FILE *f = open_memstream(&text, &n);

    config_print_table(f);
    fclose(f);
    for (const char *at = text; (at = strstr(at, "\n| `")); at++)
        rows++;
    CHECK_INT(rows, CONFIG_KEYS);
    CHECK(strstr(text, "| `server.listen` | `127.0.0.1:8443` |"));
    CHECK(strstr(text, "| `admin.simulator` | `no` | yes or no |"));
    free(text);
}

TESTS_EACH_WITH(make_folder, remove_folder, defaults_apply_when_nothing_is_set,
                later_sources_override_earlier_ones,
                keys_with_underscores_are_found_in_the_environment,
                a_variable_of_an_unknown_section_is_ignored_and_remembered,
                comments_start_at_the_beginning_of_a_line_or_after_a_blank,
                a_list_may_continue_on_indented_lines,
                errors_name_the_line_the_key_the_value_and_what_is_allowed,
                the_environment_and_the_command_line_are_validated_too,
                lines_that_are_too_long_are_rejected, unreadable_files_are_rejected,
                any_bytes_load_or_give_an_error, secrets_are_never_printed,
                redis_urls_are_validated_and_their_passwords_never_printed,
                printed_configuration_can_be_loaded_again,
                a_long_list_is_printed_over_several_lines, rules_between_keys_are_enforced,
                the_printed_table_has_every_key)
