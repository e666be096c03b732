/* profile set: what stands beside the credentials. */
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/profiles.h"
#include "numdesk/core/session.h"
#include "numdesk/util/text.h"

/* below 0: not given */
static bool read_yes(const struct args *a, const char *option, int *v, struct err *e)
{
	const char *text = args_value(a, option);

	*v = !text ? -1 : text_ieq(text, "yes");
	return !text || *v || text_ieq(text, "no") || err_set(e, ERR_USAGE, "%s '%.20s': say yes or no", option, text);
}

static const char *word(const struct args *a, const char *option)
{
	const char *text = args_value(a, option);

	return text && strcmp(text, "-") == 0 ? "" : text;
}

static bool read_change(const struct args *a, struct profile_change *c, struct err *e)
{
	*c = (struct profile_change){.label = word(a, "--label"), .color = word(a, "--color")};
	if (!profile_name_valid(a->words[0], e) || !read_yes(a, "--read-only", &c->read_only, e) ||
	    !read_yes(a, "--protected", &c->is_protected, e) || (c->label && !profile_label_valid(c->label, e)) ||
	    (c->color && !profile_color_valid(c->color, e)))
		return false;
	return c->label || c->color || c->read_only >= 0 || c->is_protected >= 0 ||
	       err_set(e, ERR_USAGE, "nothing to change: give --read-only, --protected, --label or --color");
}

bool check_profile_set(const struct args *a, struct err *e)
{
	struct profile_change c;

	return read_change(a, &c, e);
}

bool run_profile_set(struct cli *c, struct err *e)
{
	struct profile_change change;
	const struct profile *v;
	size_t n;

	if (!read_change(c->a, &change, e) || !profile_set(c->s, c->a->words[0], &change, e))
		return false;
	v = cli_profiles(c, &n, e);
	for (size_t i = 0; v && i < n; i++)
		if (text_ieq(v[i].name, c->a->words[0]))
			return cli_print_profiles(c->a, &v[i], 1, e);
	return v != NULL;
}
