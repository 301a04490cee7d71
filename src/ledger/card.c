/* SPDX-License-Identifier: EUPL-1.2 */
#include "ledger/card.h"

#include <string.h>

#include "crypto/hash.h"

enum { ONSETS = 16, RIMES = 32, TONES = 4, WORD_BITS = 11 };

/* Before i, e, ê the same sound is written otherwise. */
struct onset {
    const char *plain;
    const char *front;
};

static const struct onset onsets[ONSETS] = {
    { "b", "b" },
    { "c", "k" },
    { "ch", "ch" },
    { "đ", "đ" },
    { "g", "gh" },
    { "h", "h" },
    { "kh", "kh" },
    { "l", "l" },
    { "m", "m" },
    { "n", "n" },
    { "nh", "nh" },
    { "ph", "ph" },
    { "t", "t" },
    { "th", "th" },
    { "v", "v" },
    { "x", "x" },
};

struct rime {
    bool front;              /* begins with i, e, ê */
    const char *tone[TONES]; /* level, falling, rising, heavy */
};

static const struct rime rimes[RIMES] = {
    { false, { "a", "à", "á", "ạ" } },
    { true, { "e", "è", "é", "ẹ" } },
    { true, { "ê", "ề", "ế", "ệ" } },
    { true, { "i", "ì", "í", "ị" } },
    { false, { "o", "ò", "ó", "ọ" } },
    { false, { "ô", "ồ", "ố", "ộ" } },
    { false, { "ơ", "ờ", "ớ", "ợ" } },
    { false, { "ư", "ừ", "ứ", "ự" } },
    { false, { "ai", "ài", "ái", "ại" } },
    { false, { "ao", "ào", "áo", "ạo" } },
    { false, { "âu", "ầu", "ấu", "ậu" } },
    { false, { "ây", "ầy", "ấy", "ậy" } },
    { true, { "êu", "ều", "ếu", "ệu" } },
    { false, { "oi", "òi", "ói", "ọi" } },
    { false, { "ôi", "ồi", "ối", "ội" } },
    { false, { "ơi", "ời", "ới", "ợi" } },
    { false, { "ui", "ùi", "úi", "ụi" } },
    { true, { "ia", "ìa", "ía", "ịa" } },
    { false, { "ua", "ùa", "úa", "ụa" } },
    { false, { "ưa", "ừa", "ứa", "ựa" } },
    { false, { "am", "àm", "ám", "ạm" } },
    { true, { "em", "èm", "ém", "ẹm" } },
    { true, { "êm", "ềm", "ếm", "ệm" } },
    { true, { "im", "ìm", "ím", "ịm" } },
    { false, { "ôm", "ồm", "ốm", "ộm" } },
    { false, { "um", "ùm", "úm", "ụm" } },
    { false, { "an", "àn", "án", "ạn" } },
    { false, { "ân", "ần", "ấn", "ận" } },
    { false, { "ơn", "ờn", "ớn", "ợn" } },
    { true, { "in", "ìn", "ín", "ịn" } },
    { false, { "un", "ùn", "ún", "ụn" } },
    { false, { "on", "òn", "ón", "ọn" } },
};

char *
card_word(struct arena *mem, unsigned i)
{
    const struct onset *onset = &onsets[i / (RIMES * TONES) % ONSETS];
    const struct rime *rime = &rimes[i / TONES % RIMES];

    return arena_printf(
        mem, "%s%s", rime->front ? onset->front : onset->plain, rime->tone[i % TONES]);
}

char *
card_words(struct arena *mem, struct bytes body)
{
    struct hash h;
    char *words = NULL;

    hash_bytes(body, &h);
    for (unsigned w = 0; w < CARD_WORDS; w++) {
        unsigned n = 0;

        for (unsigned bit = w * WORD_BITS; bit < (w + 1) * WORD_BITS; bit++)
            n = n << 1 | (h.b[bit / 8] >> (7 - bit % 8) & 1u);
        words = words == NULL ? card_word(mem, n)
                              : arena_printf(mem, "%s %s", words, card_word(mem, n));
    }
    return words;
}

/* Words with one blank between them; *p is moved behind the word. */
static struct bytes
next_word(const char **p)
{
    const char *start = *p + strspn(*p, " \t\r\n");
    size_t len = strcspn(start, " \t\r\n");

    *p = start + len;
    return bytes_of(start, len);
}

/* The words are written in NFC with small letters; đ and Đ are the only capitals beyond ASCII that
 * an onset has. */
static char *
lower(struct arena *mem, struct bytes word)
{
    char *s = bytes_cstr(mem, word);

    for (char *p = s; *p != '\0'; p++) {
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
        else if (memcmp(p, "\xc4\x90", 2) == 0)
            p[1] = '\x91';
    }
    return s;
}

bool
card_words_match(struct arena *mem, struct bytes body, const char *typed)
{
    const char *p = card_words(mem, body), *q = typed;
    struct bytes want, have;

    do {
        want = next_word(&p);
        have = next_word(&q);
        if (!bytes_equal(want, bytes_text(lower(mem, have))))
            return false;
    } while (want.len > 0);
    return true;
}
