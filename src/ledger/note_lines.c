/* SPDX-License-Identifier: EUPL-1.2 */
#include "ledger/note_lines.h"

#include <string.h>

#include "base/date.h"

struct note_lines
note_lines_of(struct arena *mem, struct bytes body)
{
    return (struct note_lines){ .mem = mem, .rest = body };
}

bool
note_lines_done(const struct note_lines *l)
{
    return l->rest.len == 0;
}

/* The line that comes next, without its newline; not taken. */
static bool
peek(const struct note_lines *l, struct bytes *ret_line)
{
    const unsigned char *end = l->rest.len == 0 ? NULL : memchr(l->rest.p, '\n', l->rest.len);

    if (end == NULL)
        return false;
    *ret_line = bytes_of(l->rest.p, (size_t)(end - l->rest.p));
    return true;
}

static void
take(struct note_lines *l, struct bytes line)
{
    l->rest = bytes_of(l->rest.p + line.len + 1, l->rest.len - line.len - 1);
    l->number++;
}

bool
note_lines_flag(struct note_lines *l, const char *keyword)
{
    struct bytes line;

    if (!peek(l, &line) || !bytes_equal(line, bytes_text(keyword)))
        return false;
    take(l, line);
    return true;
}

bool
note_lines_take(struct note_lines *l, const char *keyword, const char **ret_value)
{
    size_t len = strlen(keyword);
    struct bytes line;

    if (!peek(l, &line) || line.len < len + 2 || memcmp(line.p, keyword, len) != 0 ||
        line.p[len] != ' ' || line.p[len + 1] == ' ' || line.p[line.len - 1] == ' ')
        return false;
    *ret_value = bytes_cstr(l->mem, bytes_of(line.p + len + 1, line.len - len - 1));
    take(l, line);
    return true;
}

bool
note_lines_words(struct note_lines *l, const char *keyword, size_t min, size_t max,
    const char **ret_words, size_t *ret_count)
{
    struct note_lines before = *l;
    const char *value;
    size_t n = 0;

    if (!note_lines_take(l, keyword, &value))
        return false;
    for (const char *p = value;; n++) {
        size_t len = strcspn(p, " ");

        if (len == 0 || n == max) {
            *l = before;
            return false;
        }
        ret_words[n] = bytes_cstr(l->mem, bytes_of(p, len));
        p += len;
        if (*p == '\0')
            break;
        p++;
    }
    *ret_count = n + 1;
    if (n + 1 < min)
        *l = before;
    return n + 1 >= min;
}

bool
note_number(const char *s, uint64_t *ret_n)
{
    size_t len = strspn(s, "0123456789");
    uint64_t n = 0;

    if (len == 0 || len > 15 || s[len] != '\0' || (len > 1 && s[0] == '0'))
        return false;
    for (; *s != '\0'; s++)
        n = n * 10 + (uint64_t)(*s - '0');
    *ret_n = n;
    return true;
}

bool
note_time(struct arena *mem, const char *s, int64_t *ret_ms)
{
    int64_t ms;

    if (!date_parse_rfc3339(s, &ms) || strcmp(date_format_rfc3339(mem, ms), s) != 0)
        return false;
    *ret_ms = ms;
    return true;
}

bool
note_hash_hex(const char *s, struct hash *ret_hash)
{
    return dec_hex(s, strlen(s), ret_hash->b, sizeof(ret_hash->b));
}

bool
note_key_base64(struct arena *mem, const char *s, unsigned char ret_key[32])
{
    struct bytes raw;

    if (!dec_base64(mem, s, strlen(s), &raw) || raw.len != 32)
        return false;
    memcpy(ret_key, raw.p, raw.len);
    return true;
}
