/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef LEDGER_CARD_H
#define LEDGER_CARD_H

#include "base/bytes.h"

/*
 * The eight words that two people read to each other before their nodes trust each other: the first
 * 88 bits of the hash of the body of a contact card, eleven bits a word (docs/format/note.md 5).
 *
 * A word is a syllable of the standard spelling: one of 16 initial consonants, 32 rimes, 4 tones.
 * What sounds alike in the north or the south of the country is not in the list twice (d gi r, s x,
 * tr ch, hỏi ngã, -n -ng, -t -c), nor are syllables that nobody wants to say on the phone.
 *
 * Pure; any thread.
 */
enum { CARD_WORDS = 8, CARD_LIST = 2048 };

char *card_word(struct arena *mem, unsigned i);         /* i < CARD_LIST */
char *card_words(struct arena *mem, struct bytes body); /* eight, a blank between them */
/* What somebody typed (NFC) is those words: blanks and a capital initial do not matter, marks do. */
bool card_words_match(struct arena *mem, struct bytes body, const char *typed);

#endif
