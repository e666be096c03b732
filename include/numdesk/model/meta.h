#ifndef NUMDESK_MODEL_META_H
#define NUMDESK_MODEL_META_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/number.h"
struct arena;
struct err;

/*
 * What is kept here about a number: tags, note, owner, customer reference. Tags are words: 1 to 32 characters, lower case,
 * beginning with a letter or a digit, then also - _ . : / @ & + #; stored sorted, each once, separated by single spaces.
 * The texts are one line of printable characters.
 */
enum { TAG_MAX_CHARS = 32, TAG_SIZE = 4 * TAG_MAX_CHARS + 1, TAGS_MAX = 20, NOTE_MAX_CHARS = 1000, OWNER_MAX_CHARS = 64,
       CUSTOMER_MAX_CHARS = 64 };

/* A word as it is typed, to a tag: in lower case. ERR_USAGE says what is wrong with it. */
bool tag_parse(const char *word, char out[TAG_SIZE], struct err *e);
/* Words separated by spaces or commas, to the form that is stored ("" when there are none). ERR_USAGE: a word that is no tag,
 * or more than TAGS_MAX. */
bool tags_parse(const char *list, struct arena *a, const char **out, struct err *e);
/* Call fn with each tag of a stored list (NULL: none). */
typedef void tag_fn(void *ctx, const char *tag);
void tags_each(const char *tags, tag_fn *fn, void *ctx);
bool tags_have(const char *tags, const char *tag);

/* One number of an account may be primary, and another one for messages or for voice in its place. */
enum primary_purpose { PRIMARY_PLAIN, PRIMARY_MESSAGES, PRIMARY_VOICE, PRIMARY_PURPOSE_COUNT };
const char *primary_purpose_name(enum primary_purpose p);       /* "", "messages", "voice" */
bool primary_purpose_parse(const char *s, enum primary_purpose *out, struct err *e);   /* one of the words; ERR_USAGE */

/* Bits 1 << enum primary_purpose in words: "primary number", "primary number for messages and voice"; "" for none. */
const char *primary_title(unsigned of);

/* Is it one line, printable, short enough? what: "the note". "" is fine: it clears. */
bool meta_note_valid(const char *s, struct err *e);
bool meta_owner_valid(const char *s, struct err *e);
bool meta_customer_valid(const char *s, struct err *e);

/* One change for any number of numbers. Tags are given in the stored form. */
struct meta_change {
	const char *add, *remove;               /* tags; NULL: none */
	bool no_tags;                           /* first all tags are taken away */
	const char *note, *owner, *customer_ref;/* NULL: as it is; "": cleared */
};
/* Change m, whose texts then lie in a, in the change or where they were. ERR_USAGE when it would have too many tags. */
bool meta_apply(struct number_meta *m, const struct meta_change *c, struct arena *a, struct err *e);
/* Does it say the same (account and number apart)? */
bool meta_equal(const struct number_meta *a, const struct number_meta *b);

#endif
