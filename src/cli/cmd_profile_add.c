/*
 * profile add. The first one makes the vault, but only once the credentials have been shown to work: who mistyped a
 * token can then try again from the beginning, with any passphrase.
 */
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/profiles.h"
#include "numdesk/core/session.h"
#include "numdesk/model/sid.h"
#include "numdesk/twilio/accounts.h"
#include "numdesk/twilio/base.h"
#include "numdesk/util/file.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

#define CREDENTIAL "numdesk.secret"

/* Values are not repeated in messages: a token given in the wrong place would be printed. */
static bool read_sids(const struct args *a, struct profile *p, struct err *e)
{
	const char *account = args_value(a, "--account-sid"), *key = args_value(a, "--key-sid");

	if (!sid_is(account, "AC"))
		return err_set(e, ERR_USAGE, "--account-sid is no account SID: it is AC and 32 hexadecimal digits");
	if (key && !sid_is(key, "SK"))
		return err_set(e, ERR_USAGE, "--key-sid is no key SID: it is SK and 32 hexadecimal digits");
	p->auth = key ? AUTH_APIKEY : AUTH_TOKEN;
	return text_copy(p->account_sid, sizeof p->account_sid, account) &&
	       text_copy(p->key_sid, sizeof p->key_sid, key ? key : "");
}

static bool read_looks(const struct args *a, struct profile *p, struct err *e)
{
	const char *label = args_value(a, "--label"), *color = args_value(a, "--color");

	if ((label && !profile_label_valid(label, e)) || (color && !profile_color_valid(color, e)))
		return err_wrap(e, "profile add");
	return text_copy(p->label, sizeof p->label, label ? label : "") &&
	       text_copy(p->color, sizeof p->color, color ? color : "");
}

static bool read_request(const struct args *a, struct profile_request *r, int *fd, struct err *e)
{
	*r = (struct profile_request){.probe = !args_has(a, "--no-probe"), .replace = args_has(a, "--replace")};
	if (!profile_name_valid(a->words[0], e) || !cli_fd_option(a, "--secret-fd", fd, e))
		return false;
	text_copy(r->entry.profile.name, sizeof r->entry.profile.name, a->words[0]);
	return read_sids(a, &r->entry.profile, e) && read_looks(a, &r->entry.profile, e);
}

bool check_profile_add(const struct args *a, struct err *e)
{
	struct profile_request r;
	int fd;

	if (!read_request(a, &r, &fd, e))
		return false;
	if (fd >= 0 || ask_can() || file_env("CREDENTIALS_DIRECTORY"))
		return true;
	return err_set(e, ERR_USAGE, "'profile add' needs the %s and nobody can be asked: give --secret-fd N",
		       r.entry.profile.auth == AUTH_APIKEY ? "key's secret" : "auth token");
}

/* --- doing -------------------------------------------------------------------------------------------------------- */

static bool probe(struct cli *c, const struct profile_request *r, const struct secret *secret, struct err *e)
{
	const struct profile *p = &r->entry.profile;
	struct client *client = arena_alloc(&c->mem, sizeof *client);
	struct cli_answer *x = cli_answer(c);

	*client = (struct client){.http = c->s->http, .secret = secret, .read_only = true};
	memcpy(client->base_url, r->entry.base_url, sizeof client->base_url);
	memcpy(client->account_sid, p->account_sid, sizeof client->account_sid);
	memcpy(client->user, p->auth == AUTH_APIKEY ? p->key_sid : p->account_sid, sizeof client->user);
	if (!account_probe(client, cli_answered, x, e))
		return false;
	if (!cli_wait(c, &x->done, e)) {
		c->s->http->drop(c->s->http);   /* the secret goes with its caller: no request may keep it */
		return false;
	}
	*e = x->err;
	return e->kind == ERR_NONE;
}

struct adding { bool done; struct vault_entry stored; struct err err; };

static void on_added(void *ctx, const struct vault_entry *stored, const struct err *err)
{
	struct adding *x = ctx;

	x->done = true;
	x->stored = *stored;
	x->err = *err;
}

static bool store(struct cli *c, struct profile_request *r, const struct secret *secret, struct err *e)
{
	struct adding *x = arena_alloc(&c->mem, sizeof *x);

	r->secret = secret;
	if (!profile_add_start(c->s, r, on_added, x, e) || !cli_wait(c, &x->done, e))
		return false;
	if (x->err.kind != ERR_NONE) {
		*e = x->err;
		return false;
	}
	x->stored.profile.is_default = strcmp(c->s->profile.name, x->stored.profile.name) == 0 &&
					    c->s->profile.is_default;
	if (c->a->format != FORMAT_TABLE)
		return cli_print_profiles(c->a, &x->stored.profile, 1, e);
	out_note("profile '%s' is stored%s", x->stored.profile.name,
		 r->probe ? "; its credentials work" : ", unchecked");
	return true;
}

static struct secret *ask(struct cli *c, const struct profile_request *r, int fd, struct err *e)
{
	const bool key = r->entry.profile.auth == AUTH_APIKEY;
	struct secret *s = ask_secret(fd, "--secret-fd", CREDENTIAL, key ? "Secret of the API key: " : "Auth token: ",
				      e);

	(void)c;
	if (s)
		secret_trim(s);
	return s;
}

static struct secret *new_passphrase(struct cli *c, struct err *e)
{
	struct err why = {0};
	struct secret *s = c->a->passphrase_fd < 0 ? secret_from_credentials_dir("numdesk.pass", &why) : NULL;

	if (s)
		return s;
	if (why.kind != ERR_NONE) {
		*e = why;
		return NULL;
	}
	if (c->a->passphrase_fd < 0)
		out_note("there is no vault yet: choose the passphrase that will open it; it cannot be recovered");
	return ask_new_passphrase(c->a->passphrase_fd, "--passphrase-fd", e);
}

/* The passphrase before the token: one descriptor may give both, a line each. */
static bool add_first(struct cli *c, struct profile_request *r, int fd, struct err *e)
{
	struct secret *pass = new_passphrase(c, e), *secret = pass ? ask(c, r, fd, e) : NULL;
	const bool ok = secret && (!r->probe || probe(c, r, secret, e)) && profile_create_vault(c->s, pass, e) &&
			store(c, r, secret, e);

	secret_free(pass);
	secret_free(secret);
	return ok;
}

static bool is_new(struct cli *c, const struct profile_request *r, struct err *e)
{
	struct vault_entry known;
	struct err none;

	if (r->replace || !vault_find(c->s->vault, r->entry.profile.name, &known, &none))
		return true;
	return err_set(e, ERR_USAGE, "profile '%s' exists already: choose another name, or give --replace",
		       r->entry.profile.name);
}

static bool add_another(struct cli *c, struct profile_request *r, int fd, struct err *e)
{
	struct secret *secret;
	bool ok;

	if (!cli_unlock(c, e) || !is_new(c, r, e))
		return false;
	secret = ask(c, r, fd, e);
	ok = secret && store(c, r, secret, e);
	secret_free(secret);
	return ok;
}

bool run_profile_add(struct cli *c, struct err *e)
{
	const struct session *s = c->s;
	const char *base = c->a->base_url ? c->a->base_url : *s->base_url_asked ? s->base_url_asked : BASE_DEFAULT;
	struct profile_request r;
	int fd;

	if (!read_request(c->a, &r, &fd, e) || !base_check(base, r.entry.base_url, sizeof r.entry.base_url, e))
		return false;
	if (r.probe && s->offline)
		return err_set(e, ERR_OFFLINE, "cannot check credentials: started with --offline; add --no-probe to "
			       "store them unchecked");
	return s->vault_exists ? add_another(c, &r, fd, e) : add_first(c, &r, fd, e);
}
