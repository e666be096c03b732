#include "numdesk/model/account.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

bool profile_name_valid(const char *name, struct err *e)
{
	if (!name || !*name)
		return err_set(e, ERR_USAGE, "the profile has no name: give it a short word such as 'acme'");
	if (strlen(name) >= PROFILE_NAME_MAX)
		return err_set(e, ERR_USAGE, "profile name '%.20s...' is too long: use at most %d characters", name,
			       PROFILE_NAME_MAX - 1);
	if (!text_is_alnum(name[0]))
		return err_set(e, ERR_USAGE, "profile name '%s' does not begin with a letter or digit", name);
	for (const char *p = name; *p; p++)
		if (!text_is_alnum(*p) && !strchr("._-", *p))
			return err_set(e, ERR_USAGE, "profile name '%s' has a character that is not allowed: "
				       "use letters, digits, dot, dash and underscore", name);
	return true;
}

bool profile_label_valid(const char *label, struct err *e)
{
	const size_t n = strlen(label);

	return (n < sizeof ((struct profile *)0)->label && text_is_clean(label, n)) ||
	       err_set(e, ERR_USAGE, "label '%.20s' cannot be used: take a word of at most %zu characters", label,
		       sizeof ((struct profile *)0)->label - 1);
}

bool profile_color_valid(const char *color, struct err *e)
{
	static const char *const colors[] = {"", "red", "green", "yellow", "blue", "magenta", "cyan"};

	for (size_t i = 0; i < ARRAY_LEN(colors); i++)
		if (strcmp(color, colors[i]) == 0)
			return true;
	return err_set(e, ERR_USAGE, "color '%.20s' is unknown: choose red, green, yellow, blue, magenta or cyan",
		       color);
}

char *profile_name_from(const char *account_name, const char *account_sid, unsigned attempt,
			char dst[PROFILE_NAME_MAX])
{
	enum { ROOM = PROFILE_NAME_MAX - 1 - 16 };      /* what is added below always fits */
	const size_t sid_len = strlen(account_sid);
	size_t n = 0;

	for (const char *p = account_name; *p && n < ROOM; p++) {
		if (text_is_alnum(*p))
			dst[n++] = text_lower(*p);
		else if (n > 0 && dst[n - 1] != '-')
			dst[n++] = '-';
	}
	while (n > 0 && dst[n - 1] == '-')
		n--;
	dst[n] = '\0';
	if (n == 0)
		n = (size_t)snprintf(dst, PROFILE_NAME_MAX, "account");
	if (attempt > 0)
		n += (size_t)snprintf(dst + n, PROFILE_NAME_MAX - n, "-%s", account_sid + (sid_len > 4 ? sid_len - 4 : 0));
	if (attempt > 1)
		snprintf(dst + n, PROFILE_NAME_MAX - n, "-%u", attempt);
	return dst;
}
