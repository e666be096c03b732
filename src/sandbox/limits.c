#include "limits.h"

#include <string.h>

#include "answer.h"
#include "numdesk/util/text.h"

enum { NAME_CHARACTERS = 64 };

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s & 0xC0) != 0x80;
	return n;
}

bool limits_name(const char *name, struct answer *a)
{
	const size_t n = characters(name);

	if (n >= 1 && n <= NAME_CHARACTERS && text_is_utf8(name, strlen(name)))
		return true;
	answer_error(a, 400, 20002, "Invalid FriendlyName: must be 1 to 64 characters");
	return false;
}

bool limits_url(const char *url, const char *param, struct answer *a)
{
	const char *host = text_istarts(url, "https://") ? url + 8 : text_istarts(url, "http://") ? url + 7 : NULL;

	if (!*url || (host && *host && *host != '/' && !strpbrk(url, " \t\r\n\"<>")))
		return true;
	answer_error(a, 400, 21402, "%s is not a valid URL", param);
	return false;
}

bool limits_method(const char *method, const char *param, struct answer *a)
{
	if (!*method || text_ieq(method, "GET") || text_ieq(method, "POST"))
		return true;
	answer_error(a, 400, 21403, "%s is not a valid HTTP method", param);
	return false;
}
