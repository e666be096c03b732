#include "numdesk/model/vanity.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/phone.h"
#include "numdesk/util/err.h"
#include "numdesk/util/text.h"

/* What is asked for: words and the patterns they become. How a number is judged is in vanity_score.c. */

/* The next word of text as typed, without hyphens; *text is moved behind it. False at the end, or when it does not fit:
 * *too_long tells. */
static bool take_word(const char **text, char dst[VANITY_WORD_SIZE], bool *too_long)
{
	const char *p = *text + strspn(*text, " ,\t");
	size_t n = 0;

	*too_long = false;
	for (; *p && !strchr(" ,\t", *p); p++) {
		if (*p == '-')
			continue;
		if (n + 1 == VANITY_WORD_SIZE) {
			*too_long = true;
			return false;
		}
		dst[n++] = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
	}
	dst[n] = '\0';
	*text = p;
	return n > 0;
}

static bool word_valid(const char *word, struct err *e)
{
	for (const char *p = word; *p; p++)
		if (!text_is_alnum(*p))
			return err_set(e, ERR_USAGE, "the word '%.20s' has more than letters and digits: write it as it "
				       "would be keyed in, such as CABS", word);
	return word[1] || err_set(e, ERR_USAGE, "the word '%s' is too short: give 2 to %d letters or digits", word,
				  VANITY_WORD_SIZE - 1);
}

bool vanity_parse(const char *text, char dst[VANITY_SIZE], struct err *e)
{
	char all[VANITY_SIZE] = "", word[VANITY_WORD_SIZE];
	size_t n = 0, used = 0;
	bool too_long;

	while (take_word(&text, word, &too_long)) {
		if (!word_valid(word, e))
			return false;
		if (n++ == VANITY_WORDS || used + strlen(word) + 2 > sizeof all)
			return err_set(e, ERR_USAGE, "these are too many words: give at most %d, %d characters in all",
				       VANITY_WORDS, VANITY_SIZE - 1);
		used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", used ? " " : "", word);
	}
	if (too_long)
		return err_set(e, ERR_USAGE, "the word in '%.30s' is too long: give 2 to %d letters or digits", text,
			       VANITY_WORD_SIZE - 1);
	memcpy(dst, all, sizeof all);
	return true;
}

bool vanity_word(const char *words, size_t i, char dst[VANITY_WORD_SIZE])
{
	bool too_long;

	for (size_t at = 0; take_word(&words, dst, &too_long); at++)
		if (at == i)
			return true;
	return false;
}

size_t vanity_patterns(const char *words, char (*out)[17], size_t max)
{
	char word[VANITY_WORD_SIZE], digits[VANITY_WORD_SIZE];
	size_t n = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; n < max && vanity_word(words, i, word); i++) {
			phone_vanity_digits(word, digits, sizeof digits);
			snprintf(out[n++], sizeof out[0], "%s%s", digits, pass == 0 ? "$" : "");
		}
	return n;
}
