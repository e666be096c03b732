#include <inttypes.h>
#include <string.h>

#include "numdesk/model/config.h"
#include "numdesk/util/mem.h"

static void add_limits(struct buf *b, const struct option *o)
{
	const char *unit = o->unit ? o->unit : "";

	switch (o->type) {
	case OPT_BOOL:
		buf_adds(b, "yes or no");
		break;
	case OPT_INT:
		buf_addf(b, "%" PRId64 " to %" PRId64 "%s%s", o->min, o->max, *unit ? " " : "", unit);
		break;
	case OPT_CHOICE:
		buf_addf(b, "one of: %s", o->choices);
		break;
	case OPT_MONEY:
		buf_adds(b, "an amount such as 1.15, or empty");
		break;
	case OPT_COLUMNS:
		buf_adds(b, "names separated by commas; 'numdesk list --columns help' lists them");
		break;
	case OPT_TEXT:
		buf_addf(b, "text of at most %" PRId64 " bytes", o->max);
		break;
	}
}

char *config_example(void)
{
	const char *section = "";
	struct buf b;

	buf_init(&b, 64 * 1024);
	buf_adds(&b, "# numdesk: the documented defaults. Copy to $XDG_CONFIG_HOME/numdesk/config.ini (mode 0600)\n"
		     "# and change what you need; a line left out means its default. Credentials never belong here:\n"
		     "# 'numdesk profile add' stores them in the vault. Generated from the program's table of options;\n"
		     "# see numdesk-config(5).\n");
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		const struct option *o = &options[i];

		if (strcmp(section, o->section) != 0)
			buf_addf(&b, "\n[%s]\n", section = o->section);
		buf_addf(&b, "# %s (", o->help);
		add_limits(&b, o);
		buf_addf(&b, ")\n%s =%s%s\n", o->key, *o->fallback ? " " : "", o->fallback);
	}
	return buf_take(&b);
}
