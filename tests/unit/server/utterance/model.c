/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/utterance/model.c: valid models, errors, and limits. */
#include "server/utterance/model.h"

#include "tests/test.h"

#define HEAD "{\"interactionModel\":{\"languageModel\":{\"invocationName\":\"clima cast\","
#define FOOT "}}}"

/* Parse a model whose languageModel has these members. */
static enum status parse(const char *members, struct model **model, struct err *err)
{
    struct buf json = BUF_INIT(MODEL_BYTES_MAX);
    enum status st;

    *err = ERR_NONE;
    buf_printf(&json, HEAD "%s" FOOT, members);
    st = model_parse(buf_str(&json), model, err);
    buf_free(&json);
    return st;
}

TEST(a_model_is_parsed)
{
    struct model *m;
    struct err err;

    CHECK_INT(parse("\"types\":[{\"name\":\"COLOR\",\"values\":[{\"name\":{\"value\":\"red\","
                    "\"synonyms\":[\"Scarlet\",\"dark-red\"]}},{\"name\":{\"value\":\"blue\"}}]}],"
                    "\"intents\":[{\"name\":\"PaintIntent\",\"slots\":[{\"name\":\"color\","
                    "\"type\":\"COLOR\"},{\"name\":\"coats\",\"type\":\"AMAZON.NUMBER\"}],"
                    "\"samples\":[\"paint it {color}\",\"{color}'s number {coats}\"]},"
                    "{\"name\":\"AMAZON.StopIntent\",\"samples\":[]}]",
                    &m, &err),
              ST_OK);
    CHECK_SLICE(m->invocation, "clima cast");
    CHECK_INT(m->intent_count, 2);
    CHECK_INT(m->type_count, 2);
    CHECK_INT(m->types[0].kind, MODEL_KIND_CUSTOM);
    CHECK_INT(m->types[0].value_count, 4);
    CHECK_SLICE(m->types[0].values[1].meaning, "red");
    CHECK_SLICE(m->types[0].values[1].words.word[0], "scarlet");
    CHECK_INT(m->types[0].values[2].words.count, 2);
    CHECK_INT(m->types[1].kind, MODEL_KIND_NUMBER);

    const struct model_intent *paint = &m->intents[0];
    CHECK_SLICE(paint->name, "PaintIntent");
    CHECK_INT(paint->slots[1].type, 1);
    CHECK_INT(paint->samples[0].part_count, 3);
    CHECK_SLICE(paint->samples[0].parts[1].word, "it");
    CHECK_INT(paint->samples[0].parts[2].slot, 0);
    CHECK_INT(paint->samples[1].part_count, 4);
    CHECK_SLICE(paint->samples[1].parts[1].word, "'s");
    CHECK_INT(paint->samples[1].parts[3].slot, 1);
    CHECK_INT(m->intents[1].sample_count, 0);
    model_free(m);
    model_free(NULL);
}

TEST(errors_name_what_is_wrong)
{
    static const struct {
        const char *members, *want;
    } cases[] = {
        { "\"intents\":[]", "no intents, or too many" },
        { "\"intents\":[{}]", "intent without a name" },
        { "\"intents\":[{\"name\":\"A\",\"slots\":[{\"type\":\"AMAZON.NUMBER\"}]}]",
          "slot without a name" },
        { "\"intents\":[{\"name\":\"A\",\"slots\":[{\"name\":\"x\"}]}]", "no such slot type" },
        { "\"intents\":[{\"name\":\"A\",\"slots\":[{\"name\":\"x\",\"type\":\"NONE\"}]}]",
          "no such slot type: NONE" },
        { "\"intents\":[{\"name\":\"A\",\"samples\":[\"go {there}\"]}]",
          "intent A: sample with an unknown slot: go {there}" },
        { "\"intents\":[{\"name\":\"A\",\"samples\":[\"go {\"]}]", "unknown slot" },
        { "\"intents\":[{\"name\":\"A\",\"samples\":[\"go }{\"]}]", "unknown slot" },
        { "\"intents\":[{\"name\":\"A\",\"samples\":[\"\"]}]", "empty sample" },
        { "\"intents\":[{\"name\":\"A\",\"samples\":[7]}]", "empty sample" },
        { "\"types\":[{\"values\":[]}],\"intents\":[{\"name\":\"A\"}]",
          "slot type without a name" },
        { "\"types\":[{\"name\":\"T\",\"values\":[{\"name\":{\"value\":\"?\"}}]}],"
          "\"intents\":[{\"name\":\"A\"}]",
          "type T: invalid slot value: ?" },
        { "\"types\":[{\"name\":\"T\",\"values\":[{}]}],\"intents\":[{\"name\":\"A\"}]",
          "invalid slot value" },
        { "\"types\":[{\"name\":\"T\",\"values\":[{\"name\":{\"value\":\"a\",\"synonyms\":[1]}}]}],"
          "\"intents\":[{\"name\":\"A\"}]",
          "invalid slot value" },
    };
    struct model *m;
    struct err err;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_INT(parse(cases[i].members, &m, &err), ST_INVALID);
        if (!strstr(err.text, cases[i].want))
            fail_msg("row %zu: %s", i, err.text);
    }
    err = ERR_NONE;
    CHECK_INT(model_parse(STR("{}"), &m, &err), ST_INVALID);
    CHECK(strstr(err.text, "invocationName"));
    CHECK_INT(model_parse(STR("{"), &m, NULL), ST_INVALID);
    CHECK_INT(model_parse(STR(""), &m, NULL), ST_INVALID);
}

/* Parse `frame` with %s replaced by `count` times `piece`, separated by commas. */
static enum status parse_many(const char *frame, const char *piece, size_t count, struct model **m,
                              struct err *err)
{
    struct buf list = BUF_INIT(MODEL_BYTES_MAX), members = BUF_INIT(MODEL_BYTES_MAX);
    const char *hole = strstr(frame, "%s");
    enum status st;

    for (size_t i = 0; i < count; i++)
        buf_printf(&list, "%s%s", i ? "," : "", piece);
    buf_put(&members, (struct str){ frame, (size_t)(hole - frame) });
    buf_put(&members, buf_str(&list));
    buf_putz(&members, hole + 2);
    st = parse(buf_z(&members), m, err);
    buf_free(&list);
    buf_free(&members);
    return st;
}

TEST(every_list_is_limited)
{
    static const struct {
        const char *frame, *piece;
        size_t max;
    } cases[] = {
        { "\"intents\":[%s]", "{\"name\":\"A\"}", MODEL_INTENTS_MAX },
        { "\"intents\":[{\"name\":\"A\",\"samples\":[%s]}]", "\"a\"", MODEL_SAMPLES_MAX },
        { "\"intents\":[{\"name\":\"A\",\"slots\":[%s]}]",
          "{\"name\":\"x\",\"type\":\"AMAZON.NUMBER\"}", MODEL_SLOTS_MAX },
        { "\"types\":[%s],\"intents\":[{\"name\":\"A\"}]", "{\"name\":\"T\"}", MODEL_TYPES_MAX },
        { "\"types\":[{\"name\":\"T\",\"values\":[%s]}],\"intents\":[{\"name\":\"A\"}]",
          "{\"name\":{\"value\":\"a\"}}", MODEL_VALUES_MAX },
    };
    struct model *m;
    struct err err;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_INT(parse_many(cases[i].frame, cases[i].piece, cases[i].max, &m, &err), ST_OK);
        model_free(m);
        CHECK_INT(parse_many(cases[i].frame, cases[i].piece, cases[i].max + 1, &m, &err),
                  ST_INVALID);
        CHECK(strstr(err.text, "too many"));
    }
}

TEST(a_file_that_is_too_large_or_missing_is_rejected)
{
    struct buf json = BUF_INIT(MODEL_BYTES_MAX + 1);
    struct err err = ERR_NONE;
    struct model *m;

    while (json.n <= MODEL_BYTES_MAX)
        buf_putc(&json, ' ');
    CHECK_INT(model_parse(buf_str(&json), &m, &err), ST_INVALID);
    CHECK(strstr(err.text, "larger than"));
    buf_free(&json);
    err = ERR_NONE;
    CHECK_INT(model_load("/nonexistent/model.json", &m, &err), ST_INVALID);
    CHECK(strstr(err.text, "/nonexistent/model.json"));
    err = ERR_NONE;
    CHECK_INT(model_load("/", &m, &err), ST_INVALID);
}

TESTS(a_model_is_parsed, errors_name_what_is_wrong, every_list_is_limited,
      a_file_that_is_too_large_or_missing_is_rejected)
