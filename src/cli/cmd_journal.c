/* journal: what was done and what is open, of all accounts unless --profile names one. audit verify: is it whole? */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/session.h"
#include "numdesk/core/settle.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/file.h"

enum { LIMIT = 100, LIMIT_MAX = 1000000 };

static const struct out_field fields[] = {
	{"operation", "OP", OUT_NUMBER, false}, {"created_at", "WHEN", OUT_TEXT, false},
	{"kind", "KIND", OUT_TEXT, false}, {"phone_number", "NUMBER", OUT_TEXT, false},
	{"phone_sid", "SID", OUT_TEXT, true}, {"state", "STATE", OUT_TEXT, false}, {"code", "CODE", OUT_NUMBER, false},
	{"message", "MESSAGE", OUT_TEXT, false}, {"account_sid", "ACCOUNT", OUT_TEXT, true},
	{"monthly_price", "$/MO", OUT_TEXT, true}, {"currency", "CUR", OUT_TEXT, true},
	{"updated_at", "UPDATED", OUT_TEXT, true}, {"http_status", "HTTP", OUT_NUMBER, true},
	{"request_id", "REQUEST", OUT_TEXT, true}, {"subject", "SUBJECT", OUT_TEXT, true},
	{"sid", "RESULT", OUT_TEXT, true}, {"plan", "PLAN", OUT_NUMBER, true},
};

struct journal { struct cli *c; struct out *out; };

static const char *number_or_none(int64_t v, char dst[24])
{
	snprintf(dst, 24, "%" PRId64, v);
	return v ? dst : "";
}

static bool print_row(void *ctx, const struct operation *op)
{
	struct journal *j = ctx;
	char id[24], plan[24], code[24], http[24], created[21], updated[21], price[32], says[ERR_MSG_MAX];

	clock_iso(op->created_at / 1000, created, sizeof created);
	clock_iso(op->updated_at / 1000, updated, sizeof updated);
	money_decimal(op->price_micros, price, sizeof price);
	out_record(j->out, (const char *[]){
		number_or_none(op->id, id), created, op_kind_name(op->kind), cli_number_cell(op, j->c->a->format), op->phone_sid,
		op_state_name(op->state), number_or_none(op->twilio_code, code),
		settle_sentence(j->c->s, op, says, sizeof says), op->account_sid, price, op->currency, updated,
		number_or_none(op->http_status, http), op->request_id, op->subject, op->result_sid,
		number_or_none(op->plan_id, plan)});
	return !out_broken(j->out);
}

static bool read_filter(const struct args *a, struct ledger_filter *f, char number[E164_SIZE], struct err *e)
{
	long long limit;

	if (!cli_number_option(a, "--number", number, e) || !args_int(a, "--limit", 1, LIMIT_MAX, LIMIT, &limit, e))
		return false;
	*f = (struct ledger_filter){.phone_number = *number ? number : NULL, .only_open = args_has(a, "--open"),
				    .limit = (int)limit};
	return true;
}

bool check_journal(const struct args *a, struct err *e)
{
	struct ledger_filter f;
	char number[E164_SIZE];

	return read_filter(a, &f, number, e);
}

bool run_journal(struct cli *c, struct err *e)
{
	struct ledger_filter f;
	char number[E164_SIZE];
	struct journal j = {.c = c};
	bool ok;

	if (!read_filter(c->a, &f, number, e))
		return false;
	if (c->a->profile)
		f.account_sid = c->s->profile.account_sid;
	j.out = out_records(c->a->format, fields, ARRAY_LEN(fields));
	ok = ledger_each(c->s->ledger, &f, print_row, &j, e);
	return out_end(j.out, ok ? e : NULL) && ok;
}

/* --- audit verify ------------------------------------------------------------------------------------------------- */

/* Without the vault the chain is checked by itself: who rewrote all of it is found out by the sealed end only. */
bool run_audit_verify(struct cli *c, struct err *e)
{
	static const struct out_field audit[] = {
		{"events", "EVENTS", OUT_NUMBER, false}, {"sealed_at", "SEALED AT", OUT_NUMBER, false},
		{"sealed", "SEALED", OUT_BOOL, false}, {"head", "HEAD", OUT_TEXT, false},
	};
	const bool asked = c->a->passphrase_fd >= 0 || file_env("CREDENTIALS_DIRECTORY") != NULL;
	uint8_t head[CRYPTO_HASH], sealed_hash[CRYPTO_HASH];
	char events[24], at[24], hex[2 * CRYPTO_HASH + 1];
	int64_t seq, sealed = 0;
	struct out *o;

	if (c->s->vault_exists && (asked || ask_can()) && !cli_unlock(c, e))
		return false;
	if (c->s->vault && !vault_head_get(c->s->vault, &sealed, sealed_hash))
		sealed = 0;
	if (!ledger_verify(c->s->ledger, sealed, sealed_hash, e) || !ledger_head(c->s->ledger, &seq, head, e))
		return false;
	if (!sealed)
		out_note("the vault was not opened, so the sealed end was not compared: give the passphrase to have it checked");
	crypto_hex(hex, head, sizeof head);
	snprintf(events, sizeof events, "%" PRId64, seq);
	o = out_records(c->a->format, audit, ARRAY_LEN(audit));
	out_record(o, (const char *[]){events, number_or_none(sealed, at), sealed ? "true" : "false", hex});
	return out_end(o, e);
}
