/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/alexa/broadcast_ssml.c -- a weather radio script, made safe for Alexa. */
#include "intents/alexa/broadcast_ssml.h"

#include <string.h>

#include "intents/alexa/markup.h"
#include "tests/test.h"

TEST(only_the_tags_of_alexa_are_kept)
{
    static const struct {
        const char *script, *want;
    } cases[] = {
        { "<speak>Sunny.</speak>", "Sunny." },
        { "<speak version='1.0' xml:lang='en-US'><p><s>Hot &amp; dry.</s></p></speak>",
          "<p><s>Hot &amp; dry.</s></p>" },
        { "<speak>A<break time='500ms'/>B<break strength='weak'></break>C<break/></speak>",
          "A<break time=\"500ms\"/>B<break strength=\"weak\"/>C<break/>" },
        { "<speak><emphasis level='strong'>now</emphasis></speak>",
          "<emphasis level=\"strong\">now</emphasis>" },
        { "<speak><prosody rate='95%' pitch='+2st' volume='loud'>x</prosody></speak>",
          "<prosody rate=\"95%\" volume=\"loud\">x</prosody>" },
        { "<speak><say-as interpret-as='vxml:date'>0714</say-as></speak>", "0714" },
        { "<speak><say-as interpret-as='date' format='md'>0714</say-as></speak>",
          "<say-as interpret-as=\"date\" format=\"md\">0714</say-as>" },
        { "<speak><sub alias='miles per hour'>MPH</sub></speak>",
          "<sub alias=\"miles per hour\">MPH</sub>" },
        { "<speak><sub>MPH</sub></speak>", "MPH" },
        { "<speak><sub alias='a&quot;&lt;b'>x</sub></speak>",
          "<sub alias=\"a&quot;&lt;b\">x</sub>" },
        { "<speak><phoneme alphabet='ipa' ph='x'>y</phoneme></speak>",
          "<phoneme alphabet=\"ipa\" ph=\"x\">y</phoneme>" },
        { "<speak><w role='amazon:VB'>read</w></speak>", "<w role=\"amazon:VB\">read</w>" },
        { "<speak><voice name='paul'>A<mark name='m'/><lang xml:lang='es'>B</lang></voice></speak>",
          "AB" },
        { "<speak>A<audio src='https://x'>tone<p>s</p></audio>B<desc>d</desc><script>s</script>"
          "<style>t</style></speak>",
          "AB" },
        { "<speak><unknown p='1'><s>A</s></unknown><!-- c --><?pi x?><![CDATA[<b>]]></speak>",
          "<s>A</s>&lt;b&gt;" },
        { "<speak>&#65;&#x42;\x01</speak>", NULL }, /* no XML */
        { "<speak>&nbsp;</speak>", NULL },
        { "<!DOCTYPE speak [<!ENTITY a 'b'>]><speak>&a;</speak>", NULL },
        { "<speak><p>A</speak>", NULL },
        { "<html><body>Access Denied</body></html>", NULL },
        { "<speak> <break/> </speak>", NULL }, /* nothing to hear */
        { "", NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(1000);
        struct err err = ERR_NONE;
        enum status st = broadcast_ssml(&out, str_of(cases[i].script), &err);
        CHECK_ROW(i, (st == ST_OK) == !!cases[i].want);
        CHECK_ROW(i, st == ST_OK || strcmp(err.reason, "document_odd") == 0);
        if (st == ST_OK && strcmp(buf_z(&out), cases[i].want) != 0)
            fail_msg("row %zu: %s", i, buf_z(&out));
        buf_free(&out);
    }
}

TEST(nesting_is_bounded)
{
    struct buf script = BUF_INIT(1 << 16), out = BUF_INIT(1 << 16);
    struct err err = ERR_NONE;

    buf_putz(&script, "<speak>");
    for (int i = 0; i < 20; i++)
        buf_putz(&script, "<s>");
    buf_putz(&script, "A");
    for (int i = 0; i < 20; i++)
        buf_putz(&script, "</s>");
    buf_putz(&script, "</speak>");
    CHECK_INT(broadcast_ssml(&out, buf_str(&script), &err), ST_OK);
    CHECK_STR(buf_z(&out),
              "<s><s><s><s><s><s><s><s>A</s></s></s></s></s></s></s></s>"); /* eight are kept */
    buf_reset(&script);
    for (int i = 0; i < 100; i++)
        buf_putz(&script, "<speak>");
    CHECK_INT(broadcast_ssml(&out, buf_str(&script), &err), ST_INVALID);
    buf_free(&script);
    buf_free(&out);
}

TEST(a_page_of_markup_is_well_formed)
{
    static const struct {
        const char *markup;
        size_t max, words;
        const char *want, *next;
    } cases[] = {
        { "One. Two.", 100, 0, "One. Two.", "" },
        { "<p><s>One.</s><s>Two.</s></p>", 25, 0, "<p><s>One.</s></p>", "<p><s>Two.</s></p>" },
        { "<p>One. <prosody rate=\"95%\">Two. Three.</prosody></p>", 1000, 2,
          "<p>One. <prosody rate=\"95%\">Two.</prosody></p>",
          "<p><prosody rate=\"95%\"> Three.</prosody></p>" },
        { "A &amp; B. C.", 10, 0, "A &amp; B.", " C." },
        { "Hail, <sub alias=\"miles per hour\">MPH</sub>. Two.", 1000, 4,
          "Hail, <sub alias=\"miles per hour\">MPH</sub>.", " Two." },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str markup = str_of(cases[i].markup);
        struct buf out = BUF_INIT(1000);
        size_t n = markup_fit(markup, cases[i].max, cases[i].words);
        markup_put_part(&out, markup, 0, n);
        if (strcmp(buf_z(&out), cases[i].want) != 0)
            fail_msg("row %zu: %s", i, buf_z(&out));
        buf_reset(&out);
        markup_put_part(&out, markup, n, markup.n);
        if (strcmp(buf_z(&out), cases[i].next) != 0)
            fail_msg("row %zu, next: %s", i, buf_z(&out));
        buf_free(&out);
    }
}

TEST(plain_text_has_what_is_heard)
{
    struct buf out = BUF_INIT(1000);

    markup_put_plain(&out, STR("<p><s>A &amp; <sub alias=\"x &lt; y\">B</sub>.</s><break/>C</p>"));
    CHECK_STR(buf_z(&out), "A & x < y.\nC\n");
    buf_free(&out);
}

TESTS(only_the_tags_of_alexa_are_kept, nesting_is_bounded, a_page_of_markup_is_well_formed,
      plain_text_has_what_is_heard)
