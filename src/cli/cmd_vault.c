/* passwd and vault rekey: the vault itself. */
#include "cli_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/profiles.h"
#include "numdesk/core/session.h"
#include "numdesk/util/secret.h"

bool check_passwd(const struct args *a, struct err *e)
{
	int fd;

	if (!cli_fd_option(a, "--new-passphrase-fd", &fd, e))
		return false;
	return fd >= 0 || ask_can() ||
	       err_set(e, ERR_USAGE, "'passwd' needs a new passphrase and nobody can be asked: give "
		       "--new-passphrase-fd N");
}

bool run_passwd(struct cli *c, struct err *e)
{
	struct secret *pass;
	bool ok;
	int fd;

	if (!cli_fd_option(c->a, "--new-passphrase-fd", &fd, e))
		return false;
	pass = ask_new_passphrase(fd, "--new-passphrase-fd", e);
	ok = pass && profile_passwd(c->s, pass, e);
	secret_free(pass);
	if (!ok)
		return false;
	out_note("the passphrase is changed; copies of the vault made before still open with the old one");
	return cli_print_nothing(c->a, e);
}

/* The new key is wrapped with the passphrase that has just opened the vault, so it cannot be mistyped. */
bool run_rekey(struct cli *c, struct err *e)
{
	struct secret *pass;
	bool ok;

	if (!cli_have_vault(c, e))
		return false;
	pass = ask_unlock_with(c->s, c->a, e);
	ok = pass && profile_rekey(c->s, pass, e);
	secret_free(pass);
	if (!ok)
		return false;
	out_note("everything in the vault is encrypted anew; other sessions have to unlock it again");
	return cli_print_nothing(c->a, e);
}
