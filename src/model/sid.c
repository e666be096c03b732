#include "numdesk/model/sid.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool sid_is(const char *s, const char *prefix)
{
	if (!s || strnlen(s, SID_SIZE) != SID_SIZE - 1)
		return false;
	if (prefix ? strncmp(s, prefix, 2) != 0 : !is_capital(s[0]) || !is_capital(s[1]))
		return false;
	for (int i = 2; i < SID_SIZE - 1; i++)
		if (!is_hex(s[i]))
			return false;
	return true;
}

char *sid_short(const char *sid, bool ascii, char *dst)
{
	size_t n = sid ? strlen(sid) : 0;

	if (n <= 10)            /* no shorter with the dots; an unset SID stays "" */
		snprintf(dst, 16, "%s", sid ? sid : "");
	else
		snprintf(dst, 16, "%.4s%s%.4s", sid, ascii ? ".." : "\u2026", sid + n - 4);
	return dst;
}
