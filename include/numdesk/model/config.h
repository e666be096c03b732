#ifndef NUMDESK_MODEL_CONFIG_H
#define NUMDESK_MODEL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct err;

/* The options table: rows in options.def. The INI reader, config.example.ini and the man page read it. */
enum option_type { OPT_BOOL, OPT_INT, OPT_CHOICE, OPT_TEXT, OPT_MONEY, OPT_COLUMNS };
struct option {
	const char *section, *key;
	enum option_type type;
	const char *fallback;       /* default, as written in the file */
	int64_t min, max;           /* for OPT_INT; bytes for OPT_TEXT */
	const char *unit;           /* "seconds", "MiB"; NULL when none */
	const char *choices;        /* space separated, for OPT_CHOICE */
	const char *help;
};
enum option_id {
#define OPTION(id, ...) OPTION_##id,
#include "numdesk/model/options.def"
#undef OPTION
	OPTION_COUNT
};
extern const struct option options[OPTION_COUNT];

struct config {
	char *text[OPTION_COUNT];   /* as given or default; owned */
	int64_t value[OPTION_COUNT];/* for bool, int, choice (index) and money (micros; MONEY_UNKNOWN when empty) */
	bool given[OPTION_COUNT];
};
void config_init(struct config *c);                     /* all defaults */
void config_release(struct config *c);
/* Read INI text named `name` in messages. Unknown section or key (with the nearest), bad value, key that looks like a
 * credential (advice: the vault): ERR_CONFIG with "name:line:col: ". c is unchanged on failure. */
bool config_read(struct config *c, const char *name, const char *text, size_t n, struct err *e);
bool config_set(struct config *c, enum option_id o, const char *text, struct err *e);   /* ERR_CONFIG, without place */
bool config_bool(const struct config *c, enum option_id o);
int64_t config_int(const struct config *c, enum option_id o);
const char *config_text(const struct config *c, enum option_id o);
/* The documented default file, from the table. Caller frees. */
char *config_example(void);

#endif
