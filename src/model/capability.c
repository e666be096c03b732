#include "numdesk/model/capability.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/util/text.h"

const char *const capability_names[CAP_COUNT] = {"voice", "sms", "mms", "fax", "rcs"};

unsigned capability_bit(const char *name)
{
	for (unsigned i = 0; name && i < CAP_COUNT; i++)
		if (text_ieq(name, capability_names[i]))
			return 1u << i;
	return 0;
}

char *capability_flags(unsigned caps, bool ascii, char *dst)
{
	char *p = dst;

	for (unsigned i = 0; i < 4; i++)
		p = stpcpy(p, caps & (1u << i) ? (const char *[]){"V", "S", "M", "F"}[i] : ascii ? "." : "\u00b7");
	return dst;
}

char *capability_words(unsigned caps, char *dst, size_t dst_size)
{
	size_t n = 0;

	for (unsigned i = 0; i < CAP_COUNT; i++)
		if (caps & (1u << i))
			n += (size_t)snprintf(n < dst_size ? dst + n : NULL, n < dst_size ? dst_size - n : 0, "%s%s",
					      n ? ", " : "", capability_names[i]);
	if (n == 0)
		snprintf(dst, dst_size, "none");
	return dst;
}
