#include "numdesk/model/account.h"

#include <string.h>

#include "numdesk/util/err.h"
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
