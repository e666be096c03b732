#include "fail_priv.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "disk_priv.h"

bool vault_fail(struct err *e, enum err_kind kind, int code, const char *fmt, ...)
{
	char text[ERR_MSG_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	err_set(e, kind, "vault: %s", text);
	if (e)
		e->code = code;
	return false;
}

bool vault_fail_altered(struct err *e, const char *path)
{
	return vault_fail(e, ERR_DAMAGED, VAULT_ALTERED, "%s: ALTERED: passphrase is right but the authentication code "
			  "is not; do not use; compare with %s.bak", path, path);
}

char *vault_size_text(uint64_t bytes, char *dst)
{
	const bool large = bytes >= 1 << 20;

	snprintf(dst, 32, "%" PRIu64 " %s", large ? bytes >> 20 : bytes >> 10, large ? "MiB" : "KiB");
	return dst;
}

static bool fail_incomplete(struct err *e, const char *path, const struct vault_defect *d, uint64_t bak)
{
	if (bak == 0)
		return vault_fail(e, ERR_DAMAGED, d->code, "%s: incomplete: %" PRIu64 " of %" PRIu64 " bytes", path,
				  d->have, d->want);
	return vault_fail(e, ERR_DAMAGED, d->code, "%s: incomplete: %" PRIu64 " of %" PRIu64 " bytes; restore %s.bak "
			  "(generation %" PRIu64 ")", path, d->have, d->want, path, bak);
}

static bool fail_broken(struct err *e, const char *path, const struct vault_defect *d, uint64_t bak)
{
	if (bak == 0)
		return vault_fail(e, ERR_DAMAGED, d->code, "%s: damaged (%s); the passphrase was not tried", path,
				  d->what);
	return vault_fail(e, ERR_DAMAGED, d->code, "%s: damaged (%s); the passphrase was not tried; restore %s.bak",
			  path, d->what, path);
}

static bool fail_too_new(struct err *e, const char *path, const struct vault_defect *d)
{
	if (d->have == 1)
		return vault_fail(e, ERR_DAMAGED, d->code, "%s: format 1.%" PRIu64 " is newer than this program (1.0); "
				  "upgrade numdesk", path, d->want);
	return vault_fail(e, ERR_DAMAGED, d->code, "%s: format %" PRIu64 ".x is newer than this program (1.x); "
			  "upgrade numdesk", path, d->have);
}

bool vault_fail_defect(struct err *e, const char *path, const struct vault_defect *d)
{
	switch (d->code) {
	case VAULT_NOT_A_VAULT:
		return vault_fail(e, ERR_DAMAGED, d->code, "%s: not a numdesk vault", path);
	case VAULT_TOO_NEW:
		return fail_too_new(e, path, d);
	case VAULT_INCOMPLETE:
		return fail_incomplete(e, path, d, vault_disk_backup_generation(path));
	case VAULT_COST_REFUSED:
		return vault_fail(e, ERR_CONFIG, d->code, "%s: refused: unlocking %s", path, d->what);
	default:
		return fail_broken(e, path, d, vault_disk_backup_generation(path));
	}
}
