/* doctor: what is well and what is not. Opens the vault only with a passphrase at hand, or for the live checks. */
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/doctor.h"
#include "numdesk/core/session.h"
#include "numdesk/util/file.h"

static const struct out_field fields[] = {
	{"grade", "GRADE", OUT_TEXT, false}, {"check", "CHECK", OUT_TEXT, false},
	{"message", "MESSAGE", OUT_TEXT, false},
};

static void print_line(void *ctx, enum doctor_grade g, const char *what, const char *says)
{
	static const char *const words[] = {[DOCTOR_OK] = "ok", [DOCTOR_NOTE] = "note", [DOCTOR_BAD] = "bad"};

	out_record(ctx, (const char *[]){words[g], what, says});
}

static bool wants_unlock(const struct cli *c)
{
	if (!c->s || !c->s->vault_exists)
		return false;
	return c->a->passphrase_fd >= 0 || file_env("CREDENTIALS_DIRECTORY") || (args_has(c->a, "--live") && ask_can());
}

bool run_doctor(struct cli *c, struct err *e)
{
	struct err locked = {0};
	enum doctor_grade worst;
	struct out *o;

	if (wants_unlock(c) && !cli_unlock(c, &locked) && locked.kind == ERR_STOPPED) {
		*e = locked;
		return false;
	}
	o = out_records(c->a->format, fields, ARRAY_LEN(fields));
	worst = doctor_run(c->s, c->s ? NULL : e, args_has(c->a, "--live"), print_line, o);
	if (locked.kind != ERR_NONE && locked.kind != ERR_LOCKED) {
		print_line(o, DOCTOR_BAD, "vault", locked.msg);
		worst = DOCTOR_BAD;
	}
	if (!out_end(o, c->s ? e : NULL) || !c->s)
		return false;
	if (locked.kind != ERR_NONE && locked.kind != ERR_LOCKED) {
		*e = locked;
		return false;
	}
	return worst != DOCTOR_BAD || err_set(e, ERR_IO, "something is not well: see the lines marked 'bad'");
}
