/*
 * Questions, and what answers them where nobody can be asked. A question goes to /dev/tty, so that redirected output
 * stays clean; whether one may be asked at all is judged by stdin and stderr, which a script redirects.
 */
#include "numdesk/cli/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "numdesk/cli/args.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/guard.h"
#include "numdesk/core/plan.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/session.h"
#include "numdesk/util/err.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"
#include "trade_priv.h"

enum { DIFFS_SHOWN = 20, TRIES = 3, LOOK_MS = 200, CONFIRM_MAX = 64 };

bool ask_can(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* --- one line ----------------------------------------------------------------------------------------------------- */

/* poll returns at a signal, but one that comes just before it does not end it: hence the time limit. */
static bool wait_key(int tty, struct err *e)
{
	struct pollfd p = {.fd = tty, .events = POLLIN};

	for (;;) {
		const int n = poll(&p, 1, LOOK_MS);

		if (reactor_interrupted())
			return err_set(e, ERR_STOPPED, "interrupted");
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return err_set(e, ERR_IO, "cannot ask on the terminal: %s", strerror(errno));
	}
}

/* To the end of the line, whatever fits: the rest must not be left for the shell. */
static bool read_line(int tty, char *dst, size_t dst_size, struct err *e)
{
	size_t n = 0;
	bool cut = false;
	char c;

	for (;;) {
		ssize_t got;

		if (!wait_key(tty, e))
			return false;
		got = read(tty, &c, 1);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got <= 0)
			return err_set(e, ERR_STOPPED, "no answer was given");
		if (c == '\n' || c == '\r')
			break;
		cut = cut || n + 1 >= dst_size;
		if (!cut)
			dst[n++] = c;
	}
	dst[n] = '\0';
	return !cut || err_set(e, ERR_USAGE, "the answer is too long");
}

bool ask_line(const char *prompt, char *dst, size_t dst_size, struct err *e)
{
	const int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	char clean[512];
	bool ok;

	if (tty < 0)
		return err_set(e, ERR_LOCKED, "nobody can be asked: there is no terminal");
	text_clean(clean, sizeof clean, prompt, strlen(prompt));
	tcflush(tty, TCIFLUSH);         /* what was typed before the question is no answer to it */
	ok = write(tty, clean, strlen(clean)) >= 0 ||
	     err_set(e, ERR_LOCKED, "cannot ask on the terminal: %s", strerror(errno));
	ok = ok && read_line(tty, dst, dst_size, e);
	if (!ok)
		/* the question stands on a line of its own; a lost terminal does not matter */
		(void)!write(tty, "\n", 1);
	close(tty);
	return ok;
}

/* --- secrets ------------------------------------------------------------------------------------------------------ */

struct secret *ask_secret(int fd, const char *option, const char *credential, const char *prompt, struct err *e)
{
	struct err why = {0};
	struct secret *s;

	if (fd >= 0)
		return secret_read_fd(fd, option, e);
	s = credential ? secret_from_credentials_dir(credential, &why) : NULL;
	if (s)
		return s;
	if (why.kind != ERR_NONE) {
		*e = why;
		return NULL;
	}
	if (ask_can())
		return secret_ask_tty(prompt, e);
	err_set(e, ERR_USAGE, "a secret is needed and nobody can be asked: give %s N", option);
	return NULL;
}

static struct secret *unlock_once(struct session *s, const struct args *a, struct err *e)
{
	struct secret *pass = ask_secret(a->passphrase_fd, "--passphrase-fd", "numdesk.pass", "Passphrase: ", e);

	if (pass && !session_unlock(s, pass, e)) {
		secret_free(pass);
		pass = NULL;
	}
	return pass;
}

/* Only who types may mistype: what came from a descriptor or a file is the same the second time. */
struct secret *ask_unlock_with(struct session *s, const struct args *a, struct err *e)
{
	const bool typed = a->passphrase_fd < 0 && ask_can();
	struct secret *pass = NULL;

	for (int i = 0; i < TRIES && !pass; i++) {
		if (i > 0)
			out_note("%s", e->msg);
		err_clear(e);
		pass = unlock_once(s, a, e);
		if (!pass && (!typed || e->kind != ERR_AUTH))
			break;
	}
	if (!pass && e->kind == ERR_USAGE && a->passphrase_fd < 0)
		err_set(e, ERR_LOCKED, "the vault is locked and nobody can be asked: give --passphrase-fd N, or run it "
			"on a terminal");
	return pass;
}

bool ask_unlock(struct session *s, const struct args *a, struct err *e)
{
	struct secret *pass = ask_unlock_with(s, a, e);

	secret_free(pass);
	return pass != NULL;
}

static bool is_long_enough(const struct secret *s, struct err *e)
{
	return secret_len(s) >= VAULT_MIN_PASSPHRASE ||
	       err_set(e, ERR_USAGE, "the passphrase is too short: use at least %d characters", VAULT_MIN_PASSPHRASE);
}

/* Twice the same; NULL without an error when another try makes sense. */
static struct secret *ask_twice(struct err *e)
{
	struct secret *first = secret_ask_tty("New passphrase: ", e), *second = NULL;

	if (first && !is_long_enough(first, e)) {
		out_note("%s", e->msg);
		err_clear(e);
	} else if (first && (second = secret_ask_tty("The same again: ", e))) {
		if (secret_equal(first, second)) {
			secret_free(second);
			return first;
		}
		out_note("that was not the same");
	}
	secret_free(first);
	secret_free(second);
	return NULL;
}

struct secret *ask_new_passphrase(int fd, const char *what, struct err *e)
{
	struct secret *s = NULL;

	if (fd >= 0) {
		s = secret_read_fd(fd, what, e);
		if (s && !is_long_enough(s, e)) {
			secret_free(s);
			s = NULL;
		}
		return s;
	}
	if (!ask_can()) {
		err_set(e, ERR_USAGE, "a new passphrase is needed and nobody can be asked: give %s N", what);
		return NULL;
	}
	err_clear(e);
	for (int i = 0; i < TRIES && !s && e->kind == ERR_NONE; i++)
		s = ask_twice(e);
	if (!s && e->kind == ERR_NONE)
		err_set(e, ERR_USAGE, "no new passphrase was chosen in %d tries", TRIES);
	return s;
}

/* --- confirmation ------------------------------------------------------------------------------------------------- */

static void show_plan(struct session *s, const struct plan *p, const struct verdict *v)
{
	char line[160], before[48], after[48];

	for (size_t i = 0; i < p->n; i++)
		if (p->ops[i].kind != OP_CONFIGURE)
			fprintf(stderr, "  %s\n", plan_line(&p->ops[i], line, sizeof line));
	cli_diff(s, stderr, p, DIFFS_SHOWN);
	text_clean(line, sizeof line, s->profile.account_name, strlen(s->profile.account_name));
	fprintf(stderr, "  profile %s, account %s%s%s\n", s->profile.name, s->profile.account_sid, *line ? ", " : "",
		line);
	if (v->adds_micros != MONEY_UNKNOWN && v->total_before != MONEY_UNKNOWN)
		fprintf(stderr, "  monthly total: %s -> %s\n",
			money_show(v->total_before, v->currency, before, sizeof before),
			money_show(v->total_after, v->currency, after, sizeof after));
}

static void show_warnings(const struct verdict *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (!v->findings[i].blocks)
			out_note("note: %s", v->findings[i].says);
}

static bool is_given(const char *const *values, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(values[i], word) == 0)
			return true;
	return false;
}

/* A number may be written as people write it; its last four digits alone are for who sees the question. */
static bool is_number_given(const char *const *values, size_t n, const char *phone_number)
{
	char e164[E164_SIZE];

	for (size_t i = 0; i < n; i++)
		if (phone_parse(values[i], e164, NULL) && strcmp(e164, phone_number) == 0)
			return true;
	return false;
}

/* What a script gave: true when it answers the question, *given when it tried to. */
static bool scripted(const struct args *a, const struct plan *p, const struct verdict *v, char *typed,
		     size_t typed_size, bool *given)
{
	const char *values[CONFIRM_MAX];
	const size_t n = args_values(a, "--confirm", values, CONFIRM_MAX);

	if (v->by_yes) {
		*given = a->yes;
		return a->yes && text_copy(typed, typed_size, v->confirm == CONFIRM_YES ? "y" : v->expect);
	}
	*given = n > 0;
	if (v->confirm != CONFIRM_LAST4)
		return is_given(values, n, v->expect) && text_copy(typed, typed_size, v->expect);
	return is_number_given(values, n, p->ops[0].phone_number) &&
	       text_copy(typed, typed_size, p->ops[0].phone_number);
}

/* "acme primary" as one value or as two. */
static bool scripted_also(const struct args *a, const struct verdict *v)
{
	const char *values[CONFIRM_MAX], *space = strchr(v->also_type, ' ');
	const size_t n = args_values(a, "--confirm", values, CONFIRM_MAX);
	char name[sizeof v->also_type];

	if (is_given(values, n, v->also_type))
		return true;
	if (!space)
		return false;
	snprintf(name, sizeof name, "%.*s", (int)(space - v->also_type), v->also_type);
	return is_given(values, n, name) && is_given(values, n, space + 1);
}

static bool refuse(const struct plan *p, const struct verdict *v, struct err *e)
{
	const struct op_kind_info *k = &op_kinds[p->ops[0].kind];

	if (v->by_yes)
		return err_set(e, ERR_GUARD, "nothing is %s: nobody can be asked; give --yes", k->past);
	if (v->confirm == CONFIRM_COUNT)
		return err_set(e, ERR_GUARD, "nothing is %s: give --confirm %s, how many %s these are", k->past,
			       v->expect, k->nouns);
	if (v->confirm == CONFIRM_NAME)
		return err_set(e, ERR_GUARD, "'%s' is not %s: give --confirm '%s'", p->ops[0].subject, k->past, v->expect);
	return err_set(e, ERR_GUARD, "%s is not %s: give --confirm %s", p->ops[0].phone_number, k->past,
		       p->ops[0].phone_number);
}

static bool ask_main(const struct plan *p, const struct verdict *v, char *typed, size_t typed_size, struct err *e)
{
	const struct op_kind_info *k = &op_kinds[p->ops[0].kind];
	char prompt[2 * OP_SUBJECT_MAX + 80];

	switch (v->confirm) {
	case CONFIRM_YES:
		snprintf(prompt, sizeof prompt, "Type y to %s it: ", k->verb);
		break;
	case CONFIRM_COUNT:
		snprintf(prompt, sizeof prompt, "Type %s to %s these %s %s: ", v->expect, k->verb, v->expect, k->nouns);
		break;
	case CONFIRM_NAME:
		snprintf(prompt, sizeof prompt, "Type '%s' to %s it: ", v->expect, k->verb);
		break;
	case CONFIRM_LAST4:
		snprintf(prompt, sizeof prompt, "Type the last four digits of the number to %s it: ", k->verb);
		break;
	}
	return ask_line(prompt, typed, typed_size, e);
}

static bool ask_also(const struct verdict *v, char *typed, size_t typed_size, struct err *e)
{
	char prompt[160];

	snprintf(prompt, sizeof prompt, "Type '%s' as well: ", v->also_type);
	return ask_line(prompt, typed, typed_size, e);
}

bool ask_confirm(struct session *s, const struct args *a, const struct plan *p, const struct verdict *v, char *typed,
		 size_t typed_size, char *also_typed, size_t also_size, struct err *e)
{
	bool given, answered = scripted(a, p, v, typed, typed_size, &given);
	const bool also = !*v->also_type || scripted_also(a, v), can = ask_can();

	show_warnings(v);
	*also_typed = '\0';
	if (*v->also_type && also)
		text_copy(also_typed, also_size, v->also_type);
	if (!answered && (given || !can))
		return refuse(p, v, e);
	if (!also && !can)
		return err_set(e, ERR_GUARD, "nothing is done: give --confirm '%s' as well", v->also_type);
	if (answered && also)
		return true;
	show_plan(s, p, v);
	return (answered || ask_main(p, v, typed, typed_size, e)) && (also || ask_also(v, also_typed, also_size, e));
}
