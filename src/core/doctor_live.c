#include "doctor_priv.h"

#include <stdio.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/model/capability.h"
#include "numdesk/model/money.h"
#include "numdesk/twilio/accounts.h"
#include "numdesk/twilio/available.h"
#include "numdesk/twilio/http.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/*
 * What Twilio's documents leave open and a read can show: each line says what was seen, no more. A
 * question that failed is a note, never a fault of this machine.
 */
struct answer {
	bool done;
	struct err err;
	size_t rows;
	int status;
	struct buf text;
};

static bool begun(struct doctor *d, struct client *c, uint32_t request, struct answer *a, const char *what)
{
	if (request)
		doctor_await(d, c, request, &a->done);
	if (a->err.kind == ERR_NONE)
		return true;
	doctor_say(d, DOCTOR_NOTE, what, "not observed: %s", a->err.msg);
	return false;
}

static void take_err(struct answer *a, const struct err *err)
{
	a->done = true;
	if (failed(err))
		a->err = *err;
}

/* --- 15 (c): how many rows a search gives ----------------------------------------------------------------------- */

static void offers_came(void *ctx, const struct offer *v, size_t n, const struct err *err)
{
	struct answer *a = ctx;

	(void)v;
	take_err(a, err);
	a->rows = n;
}

static bool count_offers(struct doctor *d, int limit, size_t *rows)
{
	struct answer a = {0};
	struct search s;

	search_init(&s);
	s.limit = limit;
	if (!begun(d, &d->s->client, available_search(&d->s->client, &s, offers_came, &a, &a.err), &a, "search"))
		return false;
	*rows = a.rows;
	return true;
}

static void observe_search(struct doctor *d)
{
	size_t few, many;

	if (count_offers(d, 50, &few) && count_offers(d, 1000, &many))
		doctor_say(d, DOCTOR_OK, "search", "observed: PageSize 50 gives %zu rows, 1000 gives %zu (US local)",
			   few, many);
}

/* --- 15 (d): the words of owned numbers ------------------------------------------------------------------------- */

struct words { struct answer a; char seen[24][24]; size_t n; };

static void add_word(struct words *w, const char *word)
{
	char clean[24];

	text_clean(clean, sizeof clean, word, strlen(word));
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->seen[i], clean) == 0)
			return;
	if (w->n < ARRAY_LEN(w->seen))
		memcpy(w->seen[w->n++], clean, sizeof clean);
}

static void list_came(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct words *w = ctx;
	const struct json *list = json_get(doc, "incoming_phone_numbers");
	char word[64];

	(void)r;
	take_err(&w->a, err);
	for (const struct json *v = json_is_array(list) ? json_first(list) : NULL; v; v = json_next(v)) {
		const char *type = json_text(v, "type"), *status = json_text(v, "status");

		w->a.rows++;
		snprintf(word, sizeof word, "type=%s", type ? type : "absent");
		add_word(w, word);
		snprintf(word, sizeof word, "status=%s", status ? status : "absent");
		add_word(w, word);
	}
}

static void observe_words(struct doctor *d)
{
	const struct http_param query[] = {{"PageSize", "100"}};
	struct client *c = &d->s->client;
	struct words w = {0};
	struct buf text;
	char path[128];

	snprintf(path, sizeof path, "/2010-04-01/Accounts/%s/IncomingPhoneNumbers.json", c->account_sid);
	if (!begun(d, c, client_get(c, "api", path, query, 1, list_came, &w, &w.a.err), &w.a, "owned numbers"))
		return;
	buf_init(&text, 1024);
	for (size_t i = 0; i < w.n; i++)
		buf_addf(&text, "%s%s", i ? ", " : "", w.seen[i]);
	doctor_say(d, DOCTOR_OK, "owned numbers", "observed in %zu: %s", w.a.rows, w.n ? buf_str(&text) : "nothing");
	buf_release(&text);
}

/* --- 15 (e): the balance, of a subaccount too ------------------------------------------------------------------- */

static void balance_came(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct answer *a = ctx;
	const char *balance = json_text(doc, "balance");

	/* any HTTP answer is an observation here */
	a->done = true;
	a->status = r ? r->status : 0;
	a->rows = balance != NULL;
	if (a->status == 0 && failed(err))
		a->err = *err;
}

static void observe_balance(struct doctor *d)
{
	const struct account_facts *f = &d->s->account;
	const char *whose = !f->owner_account_sid[0] ? "whether a subaccount is not known" :
			    strcmp(f->owner_account_sid, f->account_sid) != 0 ? "a subaccount" : "a parent account";
	struct client *c = &d->s->client;
	struct answer a = {0};
	char path[128];

	snprintf(path, sizeof path, "/2010-04-01/Accounts/%s/Balance.json", c->account_sid);
	if (begun(d, c, client_get(c, "api", path, NULL, 0, balance_came, &a, &a.err), &a, "balance"))
		doctor_say(d, DOCTOR_OK, "balance", "observed: HTTP %d, %s balance in it (%s)", a.status,
			   a.rows ? "a" : "no", whose);
}

/* --- 15 (h): a parent's credentials on a subaccount's path ------------------------------------------------------ */

static void probed(void *ctx, const struct err *err)
{
	struct answer *a = ctx;

	take_err(a, err);
}

static bool find_child(struct doctor *d, char account_sid[SID_SIZE])
{
	struct session *s = d->s;
	struct vault_entry entry;

	for (size_t i = 0; i < vault_count(s->vault); i++) {
		if (!vault_entry_at(s->vault, i, &entry, NULL))
			continue;
		if (strcmp(entry.profile.owner_account_sid, s->profile.account_sid) == 0 &&
		    strcmp(entry.profile.account_sid, s->profile.account_sid) != 0) {
			memcpy(account_sid, entry.profile.account_sid, SID_SIZE);
			return true;
		}
	}
	return false;
}

static void observe_child(struct doctor *d)
{
	struct client c = d->s->client;
	struct answer a = {0};
	uint32_t id;

	if (!find_child(d, c.account_sid)) {
		doctor_say(d, DOCTOR_OK, "subaccount", "not observed: no profile of one of its subaccounts is stored");
		return;
	}
	id = account_probe(&c, probed, &a, &a.err);
	if (id)
		doctor_await(d, &c, id, &a.done);
	if (a.err.kind == ERR_NONE)
		doctor_say(d, DOCTOR_OK, "subaccount", "observed: this profile may read numbers of %s", c.account_sid);
	else
		doctor_say(d, DOCTOR_OK, "subaccount", "observed: this profile may not read numbers of %s: %s",
			   c.account_sid, a.err.msg);
}

void doctor_live(struct doctor *d)
{
	struct err e;

	if (!session_ready(d->s, &e)) {
		doctor_say(d, DOCTOR_NOTE, "live", "not asked: %s", e.msg);
		return;
	}
	observe_search(d);
	observe_words(d);
	observe_balance(d);
	observe_child(d);
}
