#ifndef NUMDESK_MODEL_VANITY_H
#define NUMDESK_MODEL_VANITY_H

#include <stdbool.h>
#include <stddef.h>
struct arena;
struct err;
struct offer;

/* Words on a telephone's keypad, and how easy a number is to remember. */
#define VANITY_WORDS 5          /* asked for at once */
#define VANITY_WORD_SIZE 16     /* 15 letters and digits, NUL: with a '$' they are one pattern of Twilio's */
#define VANITY_SIZE 64          /* all of them, "CABS TAXI" */
#define VANITY_WHY_SIZE 80

/* Words as typed, separated by commas or spaces, to capitals with one space between; hyphens inside a word are dropped.
 * "" stays "". ERR_USAGE for other characters, for more than 5 words, for a word of one or more than 15 characters. */
bool vanity_parse(const char *text, char dst[VANITY_SIZE], struct err *e);
/* Word i of a parsed text; false when there is none. */
bool vanity_word(const char *words, size_t i, char dst[VANITY_WORD_SIZE]);
/*
 * Twilio's Contains patterns for the words: each at the end of a number ("2227$"), then each anywhere ("2227"). Digits,
 * never letters: that Twilio maps letters as a keypad does is not documented.
 */
size_t vanity_patterns(const char *words, char (*out)[17], size_t max);

/* 0 to 100, and the reasons that weigh most: "ends CABS (2227), has 555". Digits of the calling code do not count. */
struct vanity_score { int points; char why[VANITY_WHY_SIZE]; };
void vanity_score(const char *e164, const char *words, struct vanity_score *out);
/* Fill an offer's score and why; words may be NULL. */
void offer_judge(struct offer *o, const char *words, struct arena *a);

#endif
