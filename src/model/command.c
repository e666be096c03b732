#include "numdesk/model/command.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

const struct command commands[COMMAND_COUNT] = {
#define CMD(id, ...) [CMD_##id] = {__VA_ARGS__},
#include "numdesk/model/commands.def"
#undef CMD
};

/* How many of the n words the path takes, 0 when it is not their beginning. */
static size_t words_taken(const char *path, const char *const *words, size_t n)
{
	size_t used = 0;

	while (*path) {
		size_t len = strcspn(path, " ");

		if (used == n || strlen(words[used]) != len || strncmp(path, words[used], len) != 0)
			return 0;
		used++;
		path += len + (path[len] == ' ');
	}
	return used;
}

enum command_id command_find(const char *const *words, size_t n, size_t *used)
{
	enum command_id best = COMMAND_COUNT;
	size_t most = 0;

	for (unsigned c = 0; c < COMMAND_COUNT; c++) {
		size_t taken = commands[c].path ? words_taken(commands[c].path, words, n) : 0;

		if (taken > most) {
			most = taken;
			best = (enum command_id)c;
		}
	}
	if (used)
		*used = most;
	return best;
}

const char *command_suggest(const char *word)
{
	const char *paths[COMMAND_COUNT], *near;
	size_t n = 0;

	for (unsigned c = 0; c < COMMAND_COUNT; c++)
		if (commands[c].path && (commands[c].cli || commands[c].palette))
			paths[n++] = commands[c].path;
	near = text_nearest(word, paths, n);
	for (size_t i = 0; !near && i < n; i++) {       /* "profle" alone: the first command of that group */
		char group[32];
		const char *const one = group;

		if (!strchr(paths[i], ' '))
			continue;
		snprintf(group, sizeof group, "%.*s", (int)strcspn(paths[i], " "), paths[i]);
		if (text_ieq(word, group) || text_nearest(word, &one, 1))
			near = paths[i];
	}
	return near;
}

static void add_argument(struct buf *b, const struct command_arg *a)
{
	buf_addf(b, " %s%s", a->required ? "" : "[", a->name);
	if (a->value)
		buf_addf(b, " %s", a->value);
	buf_addf(b, "%s%s", a->required ? "" : "]", a->repeats ? "..." : "");
}

char *command_usage(enum command_id c, char *dst, size_t dst_size)
{
	struct buf b;

	buf_init(&b, 4096);
	buf_adds(&b, commands[c].path ? commands[c].path : commands[c].title);
	for (const struct command_arg *a = commands[c].args; a < commands[c].args + COMMAND_MAX_ARGS && a->name; a++)
		add_argument(&b, a);
	snprintf(dst, dst_size, "%s", buf_str(&b));
	buf_release(&b);
	return dst;
}

/* --- why not now ------------------------------------------------------------------------------------------------ */

static const char *write_blocked(const char *title, const struct command_state *s, char *dst, size_t dst_size)
{
	if (s->read_only) {
		snprintf(dst, dst_size, "'%s' cannot run: changes are off because of %s; lift that, then try again", title,
			 s->read_only_why ? s->read_only_why : "--read-only");
		return dst;
	}
	if (s->ledger_failed) {
		snprintf(dst, dst_size,
			 "'%s' cannot run: the journal could not be written, so nothing more is changed in this "
			 "session; look for a full disk, then start numdesk again",
			 title);
		return dst;
	}
	return NULL;
}

static const char *reach_blocked(const char *title, unsigned needs, const struct command_state *s, char *dst,
				 size_t dst_size)
{
	if ((needs & NEED_NETWORK) && s->offline) {
		snprintf(dst, dst_size, "'%s' cannot run: numdesk runs with --offline; start it without", title);
		return dst;
	}
	if ((needs & NEED_UNLOCKED) && !s->unlocked && !s->can_unlock) {
		snprintf(dst, dst_size,
			 "'%s' cannot run: the vault is locked and nobody can be asked; run it on a terminal or give "
			 "--passphrase-fd N",
			 title);
		return dst;
	}
	return NULL;
}

const char *command_blocked(enum command_id c, const struct command_state *s, char *dst, size_t dst_size)
{
	const char *title = commands[c].title, *why = NULL;
	unsigned needs = commands[c].needs;

	if ((needs & NEED_TERMINAL) && !s->on_terminal) {
		snprintf(dst, dst_size, "'%s' cannot run: this needs a terminal; run it in one", title);
		return dst;
	}
	if ((needs & NEED_PROFILE) && !s->has_profile) {
		snprintf(dst, dst_size, "'%s' cannot run: there is no profile yet; add one with 'numdesk profile add NAME "
			 "--account-sid AC...', or press P", title);
		return dst;
	}
	if (needs & NEED_WRITE)
		why = write_blocked(title, s, dst, dst_size);
	if (!why && (needs & NEED_NUMBER) && s->numbers == 0) {
		snprintf(dst, dst_size,
			 "'%s' cannot run: there is no number here; move to one, or clear the filter with / and Enter",
			 title);
		return dst;
	}
	if (!why && (needs & NEED_OFFER) && s->offers == 0) {
		snprintf(dst, dst_size, "'%s' cannot run: there is no number for sale here; search first, then move to one",
			 title);
		return dst;
	}
	return why ? why : reach_blocked(title, needs, s, dst, dst_size);
}
