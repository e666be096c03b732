/* The three writes on IncomingPhoneNumbers: what is sent, and what the answer has to say to be believed. */
#include "numdesk/twilio/numbers.h"

#include <stdlib.h>
#include <string.h>

#include "client_priv.h"

#include "numdesk/util/mem.h"

static bool check_number(const char *phone_number, struct err *e)
{
	return phone_is_e164(phone_number) || err_set(e, ERR_USAGE, "'%s' is not a number in E.164 form", phone_number);
}

static bool check_params(const struct http_param *params, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		const char *name = params[i].name;

		if (!name || !*name)
			return err_set(e, ERR_USAGE, "a parameter of the change has no name");
		/* By area code Twilio would choose the number, and a lost answer could not be looked up. */
		if (strcmp(name, "AreaCode") == 0 || strcmp(name, "PhoneNumber") == 0)
			return err_set(e, ERR_USAGE, "'%s' cannot be a parameter: the number itself is named", name);
	}
	return true;
}

static const char *param(const struct http_param *params, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(params[i].name, name) == 0)
			return params[i].value;
	return NULL;
}

uint32_t numbers_buy(struct client *c, const char *phone_number, const struct http_param *params, size_t n,
		     http_before_send_fn *before_send, write_fn *done, void *ctx, struct err *e)
{
	char url[BASE_URL_MAX];
	struct write_request w = {
		.method = HTTP_POST, .expect = 201, .phone_number = phone_number, .account_sid = c->account_sid,
		.subject = phone_number, .n_form = n + 1,
	};
	struct http_param *form;
	uint32_t id;

	if (!check_number(phone_number, e) || !check_params(params, n, e) ||
	    !client_account_url(c, url, sizeof url, e, "/IncomingPhoneNumbers.json"))
		return 0;
	form = mem_array(n + 1, sizeof form[0]);
	form[0] = (struct http_param){"PhoneNumber", phone_number};
	if (n)
		memcpy(form + 1, params, n * sizeof form[0]);
	w.form = form;
	id = write_start(c, url, &w, before_send, ctx, done, ctx, e);
	free(form);
	return id;
}

uint32_t numbers_release(struct client *c, const char *phone_sid, http_before_send_fn *before_send, write_fn *done,
			 void *ctx, struct err *e)
{
	const struct write_request w = {
		.method = HTTP_DELETE, .expect = 204, .account_sid = c->account_sid, .subject = phone_sid,
	};
	char url[BASE_URL_MAX];

	if (!client_number_url(c, phone_sid, url, sizeof url, e))
		return 0;
	return write_start(c, url, &w, before_send, ctx, done, ctx, e);
}

uint32_t numbers_update(struct client *c, const char *phone_sid, const char *phone_number,
			const struct http_param *params, size_t n, http_before_send_fn *before_send, write_fn *done,
			void *ctx, struct err *e)
{
	struct write_request w = {
		.method = HTTP_POST, .expect = 200, .phone_number = phone_number, .phone_sid = phone_sid,
		.account_sid = c->account_sid, .subject = phone_number, .form = params, .n_form = n,
	};
	char url[BASE_URL_MAX];
	const char *to;

	if (!client_number_url(c, phone_sid, url, sizeof url, e) || !check_number(phone_number, e) ||
	    !check_params(params, n, e))
		return 0;
	to = param(params, n, "AccountSid");
	if (to && !sid_is(to, "AC"))
		return err_set(e, ERR_USAGE, "'%s' is not an account SID", to);
	if (to)
		w.account_sid = to;
	return write_start(c, url, &w, before_send, ctx, done, ctx, e);
}
