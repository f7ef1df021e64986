/* SPDX-License-Identifier: Apache-2.0 */
/* intents/brief.c -- finds the end of the first sentence, which is not every stop: "St. Louis",
 * "6 A.M. tomorrow". */
#include "intents/brief.h"

#include "server/base/date_names.h"

/* Ends in NULL. What a stop follows without ending a sentence. */
static const char *const abbreviations[] = { "St.", "Ste.", "Mt.",  "Ft.", "Pt.",
                                             "Dr.", "Mr.",  "Mrs.", "Jr.", NULL };

static struct str word_before(struct str text, size_t end)
{
    size_t from = end;

    while (from > 0 && text.p[from - 1] != ' ' && text.p[from - 1] != '\n')
        from--;
    return str_sub(text, from, end);
}

/* "4 P.M. Saturday": the day belongs to the time. */
static bool is_day_or_month(struct str word)
{
    while (word.n > 0 && !(word.p[word.n - 1] >= 'a' && word.p[word.n - 1] <= 'z'))
        word.n--;
    return is_weekday_or_month(word);
}

/* Does the stop before `end` end a sentence that is followed by `rest`? */
static bool ends_sentence(struct str text, size_t end, struct str rest)
{
    struct str word = word_before(text, end), next = STR_NONE;

    if (text.p[end - 1] != '.')
        return true;
    if (str_is_one_of(word, abbreviations) || !str_word(&rest, &next))
        return false;
    if (next.p[0] >= 'a' && next.p[0] <= 'z')
        return false;
    return !str_ends(word, STR(".M.")) || !is_day_or_month(next);
}

size_t brief_sentence_end(struct str text)
{
    for (size_t i = 1; i < text.n; i++) {
        char c = text.p[i - 1], next = text.p[i];
        bool stop = (c == '.' || c == '!' || c == '?') && (next == ' ' || next == '\n');
        if (stop && ends_sentence(text, i, str_sub(text, i, text.n)))
            return i;
    }
    return text.n;
}

/* "Yes.", "Probably not." */
static bool is_verdict(struct str sentence)
{
    enum { VERDICT_WORDS_MAX = 2 };
    struct str word;
    size_t words = 0;

    while (str_word(&sentence, &word))
        words++;
    return words <= VERDICT_WORDS_MAX;
}

void brief_cut(struct turn *turn, struct reply *reply)
{
    struct str text = buf_str(&reply->speech);
    size_t end;

    if (reply->shortened)
        return;
    end = brief_sentence_end(text);
    if (is_verdict(str_sub(text, 0, end)))
        end += brief_sentence_end(str_sub(text, end, text.n));
    if (reply->card_text.n == 0)
        reply->card_text = arena_str(turn->call.arena, text);
    buf_truncate(&reply->speech, end);
    reply->truncated = false;
    reply->first_part_end = 0;
}
