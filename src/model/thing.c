#include "numdesk/model/thing.h"

#include <string.h>

const struct thing_info things[THING_COUNT] = {
#define THING(id, ...) [THING_##id] = {__VA_ARGS__},
#include "numdesk/model/things.def"
#undef THING
};

bool thing_kind_parse(const char *name, enum thing_kind *out)
{
	for (unsigned k = 0; name && k < THING_COUNT; k++)
		if (strcmp(things[k].name, name) == 0) {
			*out = (enum thing_kind)k;
			return true;
		}
	return false;
}
