#include "numdesk/twilio/accounts.h"

#include <stdlib.h>
#include <string.h>

#include "client_priv.h"

#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

struct account_call {
	char account_sid[SID_SIZE];
	account_fn *done;
	void *ctx;
};

char *account_next_token(char *text, size_t *len)
{
	static const char key[] = "\"auth_token\"";

	while ((text = strstr(text, key))) {
		char *end;

		text += sizeof key - 1;
		text += strspn(text, " \t\r\n:");
		if (*text != '"')
			continue;
		for (end = ++text; *end && *end != '"'; end++)
			end += *end == '\\' && end[1];
		*len = (size_t)(end - text);
		return text;
	}
	return NULL;
}

void account_blank_token(char *text)
{
	size_t len;

	while ((text = account_next_token(text, &len))) {
		memset(text, '*', len);
		text += len;
	}
}

bool account_decode(const struct json *doc, struct account_facts *f)
{
	const char *sid = json_text(doc, "sid"), *owner = json_text(doc, "owner_account_sid");
	const char *status = json_text(doc, "status"), *type = json_text(doc, "type");
	struct arena a = {0};
	const char *name;

	*f = (struct account_facts){.balance = MONEY_UNKNOWN};
	if (!sid || !sid_is(sid, "AC"))
		return false;
	text_copy(f->account_sid, sizeof f->account_sid, sid);
	text_copy(f->owner_account_sid, sizeof f->owner_account_sid, owner && sid_is(owner, "AC") ? owner : "");
	text_copy(f->status, sizeof f->status, status ? status : "");
	text_copy(f->type, sizeof f->type, type ? type : "");
	if (json_text(doc, "date_created"))
		(void)clock_parse(json_text(doc, "date_created"), &f->created_at);      /* unreadable stays unknown */
	name = text_decode_prose(doc, "friendly_name", sizeof f->name - 1, &a);
	text_copy(f->name, sizeof f->name, name ? name : "");
	arena_release(&a);
	return true;
}

static bool read_account(const struct account_call *call, const struct http_reply *r, struct account_facts *f,
			 struct err *e)
{
	struct json *doc;
	char *text;
	bool ok;

	if (!client_check(r, call->account_sid, e))
		return false;
	/* the answer carries the account's auth token */
	text = client_blanked(r);
	if (!text)
		return err_set(e, ERR_NOMEM, "not enough memory to read an answer");
	doc = json_parse(text, r->len, r->len, e);
	crypto_wiping_free(text);
	if (!doc)
		return false;
	ok = (account_decode(doc, f) && text_ieq(f->account_sid, call->account_sid)) ||
	     err_set(e, ERR_PROTO, "the answer about account '%s' is not about it", call->account_sid);
	json_free(doc);
	return ok;
}

static void account_done(void *ctx, const struct http_reply *r)
{
	struct account_call *call = ctx;
	struct account_facts f;
	struct err e = {0};

	if (read_account(call, r, &f, &e))
		call->done(call->ctx, &f, NULL);
	else
		call->done(call->ctx, NULL, &e);
	free(call);
}

uint32_t account_fetch(struct client *c, account_fn *done, void *ctx, struct err *e)
{
	char url[BASE_URL_MAX];
	struct http_request r = {.method = HTTP_GET, .url = url};
	struct account_call *call;
	uint32_t id;

	if (!client_account_url(c, url, sizeof url, e, ".json"))
		return 0;
	call = mem_alloc(sizeof *call);
	*call = (struct account_call){.done = done, .ctx = ctx};
	text_copy(call->account_sid, sizeof call->account_sid, c->account_sid);
	id = client_start(c, &r, account_done, call, e);
	if (!id)
		free(call);
	return id;
}

struct balance_call {
	balance_fn *done;
	void *ctx;
};

static void balance_done(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct balance_call *call = ctx;
	const char *currency = json_text(doc, "currency");
	int64_t micros = MONEY_UNKNOWN;
	char text[64];

	if (err && r->status != 400 && r->status != 404) {
		call->done(call->ctx, MONEY_UNKNOWN, "", err);
	} else {
		/* A subaccount has no balance of its own; Twilio does not say how it puts that. */
		if (json_text_or_number(doc, "balance", text, sizeof text))
			(void)money_parse(text, &micros);       /* unreadable stays unknown */
		call->done(call->ctx, micros, currency && strlen(currency) == 3 ? currency : "", NULL);
	}
	free(call);
}

uint32_t account_balance(struct client *c, balance_fn *done, void *ctx, struct err *e)
{
	char url[BASE_URL_MAX];
	struct balance_call *call;
	uint32_t id;

	if (!client_account_url(c, url, sizeof url, e, "/Balance.json"))
		return 0;
	call = mem_alloc(sizeof *call);
	*call = (struct balance_call){.done = done, .ctx = ctx};
	id = client_get_url(c, url, NULL, 0, c->account_sid, balance_done, call, e);
	if (!id)
		free(call);
	return id;
}

struct probe_call {
	probe_fn *done;
	void *ctx;
};

static void probe_done(void *ctx, const struct json *doc, const struct http_reply *r, const struct err *err)
{
	struct probe_call *call = ctx;
	struct err e = {0};

	(void)r;
	if (err)
		e = *err;
	else if (!json_is_array(json_get(doc, "incoming_phone_numbers")))
		err_set(&e, ERR_PROTO, "cannot check the credentials: the answer is not a list of numbers");
	call->done(call->ctx, &e);
	free(call);
}

uint32_t account_probe(struct client *c, probe_fn *done, void *ctx, struct err *e)
{
	const struct http_param query[] = {{"PageSize", "1"}};
	char url[BASE_URL_MAX];
	struct probe_call *call;
	uint32_t id;

	if (!client_account_url(c, url, sizeof url, e, "/IncomingPhoneNumbers.json"))
		return 0;
	call = mem_alloc(sizeof *call);
	*call = (struct probe_call){.done = done, .ctx = ctx};
	id = client_get_url(c, url, query, 1, c->account_sid, probe_done, call, e);
	if (!id)
		free(call);
	return id;
}
