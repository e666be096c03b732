/* bundle list, show, clone: what Twilio has approved, for which country and type of number. */
#include <stdio.h>
#include <string.h>

#include "trade_priv.h"

#include "numdesk/cli/ask.h"
#include "numdesk/cli/out.h"
#include "numdesk/core/papers.h"
#include "numdesk/core/session.h"
#include "numdesk/core/things.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/text.h"

static const struct out_field fields[] = {
	{"friendly_name", "NAME", OUT_TEXT, false}, {"status", "STATUS", OUT_TEXT, false}, {"country", "CC", OUT_TEXT, false},
	{"type", "TYPE", OUT_TEXT, false}, {"end_user", "FOR", OUT_TEXT, false}, {"usable", "USABLE", OUT_BOOL, false},
	{"valid_until", "VALID UNTIL", OUT_TEXT, false}, {"bundle_sid", "BUNDLE", OUT_TEXT, false},
	{"regulation_sid", "REGULATION", OUT_TEXT, true}, {"email", "EMAIL", OUT_TEXT, true},
	{"updated_at", "UPDATED", OUT_TEXT, true},
};

static void print(struct out *o, const struct bundle *b, int64_t now)
{
	char until[24] = "", updated[24] = "";

	if (b->valid_until)
		clock_iso(b->valid_until, until, sizeof until);
	if (b->updated_at)
		clock_iso(b->updated_at, updated, sizeof updated);
	out_record(o, (const char *[]){b->name, b->status, b->country, number_type_name(b->type), b->end_user,
				       bundle_is_valid(b, now) ? "true" : "false", until, b->sid, b->regulation_sid, b->email,
				       updated});
}

static bool refresh(struct cli *c, bool fresh, struct err *e)
{
	struct cli_answer *x = cli_answer(c);

	papers_need_bundles(c->s, fresh, cli_answered, x);
	if (!cli_wait(c, &x->done, e))
		return false;
	*e = x->err;
	return e->kind == ERR_NONE;
}

bool check_bundle_list(const struct args *a, struct err *e)
{
	const char *country = args_value(a, "--country"), *type = args_value(a, "--type");

	if (country && strlen(country) != 2)
		return err_set(e, ERR_USAGE, "country '%.40s' is unknown: give its two letters, such as DE", country);
	return !type || number_type_parse(type) != NUMBER_TYPE_UNKNOWN ||
	       err_set(e, ERR_USAGE, "type '%.40s' is unknown: local, mobile, tollfree or national", type);
}

static bool is_wanted(const struct args *a, const struct bundle *b, int64_t now)
{
	const char *country = args_value(a, "--country"), *type = args_value(a, "--type");

	return (!country || text_ieq(country, b->country)) && (!type || number_type_parse(type) == b->type) &&
	       (!args_has(a, "--usable") || bundle_is_valid(b, now));
}

bool run_bundle_list(struct cli *c, struct err *e)
{
	const bool fresh = args_has(c->a, "--refresh");
	struct papers x;
	struct out *o;

	if ((fresh || (!things_at(c->s, THING_BUNDLE, NULL) && !c->s->offline && cli_may_unlock(c))) &&
	    (!cli_unlock(c, e) || !refresh(c, fresh, e)))
		return false;
	papers_open(c->s, NULL, &x);
	o = out_records(c->a->format, fields, ARRAY_LEN(fields));
	for (size_t i = 0; i < x.n_bundles && !out_broken(o); i++)
		if (is_wanted(c->a, &x.bundles[i], x.now))
			print(o, &x.bundles[i], x.now);
	papers_release(&x);
	return out_end(o, e);
}

/* The account's bundle of this SID or name; x is open when it is true. */
static bool find(struct cli *c, const char *word, struct papers *x, const struct bundle **b, struct err *e)
{
	struct thing t;

	if (!cli_thing(c, THING_BUNDLE, word, &t, e) || !refresh(c, false, e))
		return false;
	papers_open(c->s, NULL, x);
	*b = papers_bundle(x, t.sid);
	if (*b)
		return true;
	papers_release(x);
	return err_set(e, ERR_NOT_FOUND, "bundle '%.80s' went away meanwhile", word);
}

bool run_bundle_show(struct cli *c, struct err *e)
{
	const struct bundle *b;
	struct papers x;
	struct out *o;

	if (!find(c, c->a->words[0], &x, &b, e))
		return false;
	o = out_records(c->a->format, fields, ARRAY_LEN(fields));
	print(o, b, x.now);
	papers_release(&x);
	return out_end(o, e);
}

/* --- a clone ---------------------------------------------------------------------------------------------------------- */

bool check_bundle_clone(const struct args *a, struct err *e)
{
	const char *name = args_value(a, "--name");

	if (name && !paper_name_valid(name, ADDRESS_NAME_MAX, e))
		return false;
	return a->yes || a->dry_run || ask_can() ||
	       err_set(e, ERR_GUARD, "no bundle is cloned: nobody can be asked; give --yes");
}

/* An account by SID, by its profile's name, or by Twilio's name for it. */
static bool account_of(struct cli *c, const char *word, char sid[SID_SIZE], const char **name, struct err *e)
{
	size_t n, hits = 0;
	struct profile *rows = cli_profiles(c, &n, e);

	*name = "";
	if (sid_is(word, "AC"))
		return text_copy(sid, SID_SIZE, word);
	for (size_t i = 0; rows && i < n; i++)
		if (text_ieq(rows[i].name, word) || text_ieq(rows[i].account_name, word)) {
			if (hits && text_ieq(sid, rows[i].account_sid))
				continue;
			hits++;
			text_copy(sid, SID_SIZE, rows[i].account_sid);
			*name = rows[i].name;
		}
	if (hits == 1)
		return true;
	return err_set(e, hits ? ERR_USAGE : ERR_NOT_FOUND, hits ? "several accounts are called '%.60s': give a SID" :
		       "no profile or account is called '%.60s': 'numdesk profile list' shows them", word);
}

bool run_bundle_clone(struct cli *c, struct err *e)
{
	static const struct guard_options none = {.max_price = MONEY_UNKNOWN};
	const struct bundle *b;
	const char *account;
	char to[SID_SIZE];
	struct papers x;
	struct plan p;
	bool ok;

	if (!account_of(c, args_value(c->a, "--to"), to, &account, e) || !find(c, c->a->words[0], &x, &b, e))
		return false;
	plan_init(&p, "cli");
	plan_add_bundle_clone(&p, c->s, b, to, account, args_value(c->a, "--name"));
	ok = trade(c, &p, &none, e);
	papers_release(&x);
	return ok;
}
