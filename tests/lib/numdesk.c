#include "test.h"

#include "numdesk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/json.h"

enum { WORDS_MAX = 380 };

void numdesk_init(struct numdesk *n, const char *program, struct sandbox_proc *s)
{
	*n = (struct numdesk){.program = program, .sandbox = s, .home = test_path(test_dir(), "home"), .pass = ND_PASS};
	n->home = strdup(n->home);
}

void numdesk_release(struct numdesk *n)
{
	proc_release(&n->r);
	free((void *)(uintptr_t)n->home);
	*n = (struct numdesk){0};
}

struct line { const char *argv[WORDS_MAX + 16]; struct proc_spec spec; };

static struct line *compose(struct numdesk *n, const struct proc_spec *spec, const char *const *words)
{
	struct line *l = calloc(1, sizeof *l);
	size_t k = 0;

	l->spec = *spec;
	l->spec.argv = l->argv;
	l->argv[k++] = n->program;
	l->argv[k++] = "--home";
	l->argv[k++] = n->home;
	if (n->sandbox) {
		l->argv[k++] = "--base-url";
		l->argv[k++] = sandbox_base(n->sandbox);
	}
	if (n->pass) {
		l->argv[k++] = "--passphrase-fd";
		l->argv[k++] = "3";
		l->spec.fds[l->spec.n_fds++] = (struct proc_fd){3, n->pass};
	}
	for (; *words && k < WORDS_MAX; words++)
		l->argv[k++] = *words;
	return l;
}

struct proc *numdesk_start(struct numdesk *n, const struct proc_spec *spec, const char *const *words)
{
	struct line *l = compose(n, spec, words);
	struct proc *p = proc_start(&l->spec);

	free(l);        /* the child has its own copy */
	return p;
}

int numdesk_spec(struct numdesk *n, const struct proc_spec *spec, const char *const *words)
{
	proc_release(&n->r);
	proc_end(numdesk_start(n, spec, words), &n->r);
	return n->r.status;
}

int numdesk_v(struct numdesk *n, const char *const *words)
{
	return numdesk_spec(n, &(struct proc_spec){.in = NULL}, words);
}

int numdesk(struct numdesk *n, ...)
{
	const char *words[WORDS_MAX], *w;
	size_t k = 0;
	va_list ap;

	va_start(ap, n);
	while ((w = va_arg(ap, const char *)) && k + 1 < WORDS_MAX)
		words[k++] = w;
	va_end(ap);
	words[k] = NULL;
	return numdesk_v(n, words);
}

void numdesk_add(struct numdesk *n, const char *profile, const char *account)
{
	struct proc_spec spec = {.n_fds = 1};
	const char *words[8] = {"profile", "add", profile, "--account-sid", n->account.account_sid, "--secret-fd", "4"};

	sandbox_credentials(n->sandbox, account, &n->account);
	spec.fds[0] = (struct proc_fd){4, n->account.auth_token};
	if (numdesk_spec(n, &spec, words) != 0)
		fail_msg("profile add: exit %d: %s", n->r.status, n->r.err);
}

struct json *numdesk_json(const struct numdesk *n)
{
	struct err e = {0};
	struct json *doc = json_parse(n->r.out, n->r.out_len, 64 << 20, &e);

	if (!doc)
		fail_msg("no JSON: %s\nexit %d, output: %s\nerrors: %s", e.msg, n->r.status, n->r.out, n->r.err);
	return doc;
}

bool numdesk_said(const struct numdesk *n, size_t lines, const char *contains)
{
	size_t got = 0;
	bool ok = !contains || strstr(n->r.err, contains);

	for (const char *s = n->r.err; *s; s += strcspn(s, "\n"), s += *s == '\n') {
		ok = ok && strncmp(s, "numdesk: ", 9) == 0;
		got++;
	}
	if (ok && got == lines)
		return true;
	print_error("exit %d; wanted %zu lines with '%s', not:\n%s", n->r.status, lines, contains ? contains : "",
		    n->r.err);
	return false;
}
