#include "twilio_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numdesk/model/money.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/*
 * A request leaves CONNECT_MS after it was started (a write asks before_send then) and is answered ANSWER_MS later.
 * Bodies are made when the request is executed, so an answer tells what was true at that moment.
 */
enum { CONNECT_MS = 10, ANSWER_MS = 40, TIMEOUT_MS = 60000, BUSY_WAIT_MS = 20000, BODY_MAX = 256 << 10 };
enum { CURL_CONNECT = 7, CURL_PARTIAL = 18, CURL_TIMEOUT = 28, CURL_ABORTED = 42, CURL_RESET = 56 };

struct request {
	struct request *next;
	uint32_t id;
	enum http_method method;
	char *url, phone[17], name[65], filter[17];
	struct tw_form set;             /* of a change */
	int page;
	bool left, cancelled;
	int64_t leaves, due;
	http_before_send_fn *before_send; void *before_send_ctx;
	http_done_fn *done; void *ctx;
	int status, curl_code, retry_after_s;
	const char *error;
	bool sent;
	struct buf body;
};
struct tw_http {
	struct http base;               /* first: the seam is the object */
	struct tw_world *w;
	struct clock_fake *clock;
	struct request *list;
	size_t n;
	uint32_t last_id;
	bool (*busy)(void *);
	void *busy_ctx;
};

static struct tw_http *self(struct http *h)
{
	return (struct tw_http *)(void *)h;
}

/* --- the world -------------------------------------------------------------------------------------------------- */

void tw_world_init(struct tw_world *w, int64_t wall_ms)
{
	*w = (struct tw_world){.wall = wall_ms, .price = 1150000, .currency = "USD", .late_ms = 30000};
}

void tw_tell(struct tw_world *w, enum tw_write how)
{
	if (w->write_next == w->writes)
		w->write_next = w->writes = 0;
	if (w->writes < TW_QUEUE)
		w->write[w->writes++] = how;
}

void tw_tell_read(struct tw_world *w, enum tw_read how)
{
	if (w->read_next == w->reads)
		w->read_next = w->reads = 0;
	if (w->reads < TW_QUEUE)
		w->read[w->reads++] = how;
}

struct tw_number *tw_find(struct tw_world *w, const char *phone)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->number[i].phone, phone) == 0)
			return &w->number[i];
	return NULL;
}

static struct tw_number *find_or_add(struct tw_world *w, const char *phone)
{
	struct tw_number *n = tw_find(w, phone);

	if (n)
		return n;
	if (w->n == TW_NUMBERS) {
		fputs("twilio_model: too many numbers\n", stderr);
		abort();
	}
	n = &w->number[w->n++];
	*n = (struct tw_number){0};
	text_copy(n->phone, sizeof n->phone, phone);
	return n;
}

static void execute_buy(struct tw_world *w, const char *phone, const char *name, int64_t now)
{
	struct tw_number *n = find_or_add(w, phone);

	if (n->owned)
		return;
	n->owned = true;
	n->bought++;
	n->bought_at = now;
	n->seen_from = now + w->lag_ms;
	n->seen_until = INT64_MAX;
	snprintf(n->sid, sizeof n->sid, "PN%032x", ++w->sids);
	snprintf(n->name, sizeof n->name, "%s", *name ? name : phone);
}

static struct tw_number *by_sid(struct tw_world *w, const char *sid)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->number[i].sid, sid) == 0)
			return &w->number[i];
	return NULL;
}

static void execute_release(struct tw_world *w, const char *sid, int64_t now)
{
	struct tw_number *n = by_sid(w, sid);

	if (!n || !n->owned)
		return;
	n->owned = false;
	n->released++;
	n->seen_until = now + w->lag_ms;
}

const char *tw_form_get(const struct tw_form *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->v[i].name, name) == 0)
			return f->v[i].value;
	return NULL;
}

void tw_form_set(struct tw_form *f, const char *name, const char *value)
{
	size_t i = 0;

	while (i < f->n && strcmp(f->v[i].name, name) != 0)
		i++;
	if (i == TW_FIELDS) {
		fputs("twilio_model: too many settings\n", stderr);
		abort();
	}
	f->n += i == f->n;
	snprintf(f->v[i].name, sizeof f->v[i].name, "%s", name);
	snprintf(f->v[i].value, sizeof f->v[i].value, "%s", value);
}

/* A trunk and an application drive each other out. */
static void execute_change(struct tw_world *w, const char *sid, const struct tw_form *set)
{
	struct tw_number *n = by_sid(w, sid);

	if (!n || !n->owned)
		return;
	n->configured++;
	for (size_t i = 0; i < set->n; i++) {
		const char *name = set->v[i].name, *value = set->v[i].value;

		if (strcmp(name, "FriendlyName") == 0)
			snprintf(n->name, sizeof n->name, "%.64s", value);
		tw_form_set(&n->set, name, value);
		if (*value && strcmp(name, "TrunkSid") == 0)
			tw_form_set(&n->set, "VoiceApplicationSid", "");
		if (*value && strcmp(name, "VoiceApplicationSid") == 0)
			tw_form_set(&n->set, "TrunkSid", "");
	}
}

struct tw_number *tw_own(struct tw_world *w, const char *phone)
{
	struct tw_number *n;

	execute_buy(w, phone, "", w->wall);
	n = tw_find(w, phone);
	n->bought = 0;
	n->seen_from = 0;
	return n;
}

bool tw_is_owned(struct tw_world *w, const char *phone)
{
	const struct tw_number *n = tw_find(w, phone);

	return n && n->owned;
}

int tw_bought(struct tw_world *w, const char *phone)
{
	const struct tw_number *n = tw_find(w, phone);

	return n ? n->bought : 0;
}

void tw_run_late(struct tw_world *w, int64_t wall_ms)
{
	for (size_t i = 0; i < TW_LATE; i++) {
		struct tw_late *l = &w->late[i];

		if (!l->pending || l->at > wall_ms)
			continue;
		l->pending = false;
		if (l->set.n)
			execute_change(w, l->sid, &l->set);
		else if (*l->sid)
			execute_release(w, l->sid, l->at);
		else
			execute_buy(w, l->phone, l->name, l->at);
	}
}

size_t tw_pending(const struct tw_world *w)
{
	size_t n = 0;

	for (size_t i = 0; i < TW_LATE; i++)
		n += w->late[i].pending;
	return n;
}

static void add_late(struct tw_world *w, const struct request *q, const char *sid, int64_t now)
{
	for (size_t i = 0; i < TW_LATE; i++)
		if (!w->late[i].pending) {
			w->late[i] = (struct tw_late){.at = now + w->late_ms, .pending = true};
			snprintf(w->late[i].phone, sizeof w->late[i].phone, "%s", q->phone);
			snprintf(w->late[i].name, sizeof w->late[i].name, "%s", q->name);
			snprintf(w->late[i].sid, sizeof w->late[i].sid, "%s", sid);
			w->late[i].set = q->set;
			return;
		}
}

static bool is_visible(const struct tw_number *n, int64_t now)
{
	return *n->sid && now >= n->seen_from && now < n->seen_until;
}

/* --- answers ---------------------------------------------------------------------------------------------------- */

static void answer(struct request *q, int status, const char *body)
{
	q->status = status;
	buf_clear(&q->body);
	buf_adds(&q->body, body);
}

static void answer_error(struct request *q, int status, int code, const char *message)
{
	q->status = status;
	buf_clear(&q->body);
	if (code)
		buf_addf(&q->body, "{\"code\":%d,\"message\":\"%s\",\"status\":%d}", code, message, status);
	else
		buf_addf(&q->body, "{\"message\":\"%s\",\"status\":%d}", message, status);
}

static void fail(struct request *q, int curl_code, const char *error)
{
	q->curl_code = curl_code;
	q->error = error;
	q->status = 0;
	buf_clear(&q->body);
}

static void add_object(struct buf *b, const struct tw_number *n, const char *phone)
{
	static const struct { const char *form, *member, *unset; } settings[] = {
		{"VoiceUrl", "voice_url", "https://example.com/voice"}, {"VoiceMethod", "voice_method", "POST"},
		{"SmsUrl", "sms_url", ""}, {"TrunkSid", "trunk_sid", ""},
		{"VoiceApplicationSid", "voice_application_sid", ""},
	};
	char when[32];

	clock_rfc2822(n->bought_at / 1000, when, sizeof when);
	buf_addf(b, "{\"sid\":\"%s\",\"account_sid\":\"%s\",\"phone_number\":\"%s\",\"friendly_name\":\"%s\","
		 "\"capabilities\":{\"voice\":true,\"sms\":true,\"mms\":true,\"fax\":false},\"status\":\"in-use\","
		 "\"date_created\":\"%s\",\"date_updated\":\"%s\",\"beta\":false",
		 n->sid, TW_ACCOUNT, phone, n->name, when, when);
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		const char *value = tw_form_get(&n->set, settings[i].form);

		buf_addf(b, ",\"%s\":\"%s\"", settings[i].member, value ? value : settings[i].unset);
	}
	buf_addc(b, '}');
}

/* A pattern, as Twilio's filter is: any number that has the digits in it. */
static void answer_list(struct tw_http *h, struct request *q, enum tw_read how)
{
	const int64_t now = h->clock->wall;
	const int rows = h->w->page_rows ? h->w->page_rows : TW_NUMBERS;
	int seen = 0, shown = 0;
	bool more = false;

	q->status = 200;
	buf_adds(&q->body, "{\"incoming_phone_numbers\":[");
	for (size_t i = 0; i < h->w->n; i++) {
		const struct tw_number *n = &h->w->number[i];

		if (!is_visible(n, now) || (*q->filter && !strstr(n->phone, q->filter + 1)))
			continue;
		if (seen++ < q->page * rows)
			continue;
		if (shown == rows) {
			more = true;
			break;
		}
		if (how == TW_READ_SKIPPED_ROW) {
			buf_adds(&q->body, shown++ ? ",{\"sid\":1}" : "{\"sid\":1}");
			continue;
		}
		buf_adds(&q->body, shown++ ? "," : "");
		add_object(&q->body, n, n->phone);
	}
	if (how == TW_READ_SKIPPED_ROW && shown == 0)
		buf_adds(&q->body, "{\"sid\":1}");
	buf_addf(&q->body, "],\"uri\":\"/x\",\"next_page_uri\":");
	if (more || how == TW_READ_ENDLESS)
		buf_addf(&q->body, "\"/2010-04-01/Accounts/%s/IncomingPhoneNumbers.json?PhoneNumber=%%2B%s&Page=%d\"}",
			 TW_ACCOUNT,
			 *q->filter ? q->filter + 1 : "", q->page + 1);
	else
		buf_adds(&q->body, "null}");
}

static void answer_fetch(struct tw_http *h, struct request *q, const char *sid)
{
	struct tw_number *n = by_sid(h->w, sid);

	if (!n || !is_visible(n, h->clock->wall)) {
		answer_error(q, 404, 20404, "not found");
		return;
	}
	q->status = 200;
	add_object(&q->body, n, n->phone);
}

static void answer_prices(struct tw_http *h, struct request *q)
{
	char price[32];

	q->status = 200;
	money_decimal(h->w->price < 0 ? MONEY_UNKNOWN : h->w->price, price, sizeof price);
	buf_addf(&q->body, "{\"country\":\"United States\",\"iso_country\":\"US\",\"price_unit\":\"%s\",\"url\":\"x\","
		 "\"phone_number_prices\":[{\"number_type\":\"local\",\"base_price\":%s%s%s,"
		 "\"current_price\":%s%s%s}]}",
		 h->w->currency, *price ? "\"" : "", *price ? price : "null", *price ? "\"" : "", *price ? "\"" : "",
		 *price ? price : "null", *price ? "\"" : "");
}

/* The SID in ".../IncomingPhoneNumbers/PN....json"; "" when the URL names none. */
static const char *sid_of(const char *url, char sid[35])
{
	const char *at = strstr(url, "/IncomingPhoneNumbers/PN");

	snprintf(sid, 35, "%.34s", at ? at + strlen("/IncomingPhoneNumbers/") : "");
	return sid;
}

static void execute_read(struct tw_http *h, struct request *q)
{
	struct tw_world *w = h->w;
	const bool numbers = strstr(q->url, "/IncomingPhoneNumbers") != NULL;
	const enum tw_read how = !numbers ? TW_READ_OK :
				 w->read_next < w->reads ? w->read[w->read_next++] : w->always_read;
	char sid[35];

	w->gets++;
	if (how == TW_READ_503)
		answer_error(q, 503, 20503, "unavailable");
	else if (how == TW_READ_LOST)
		fail(q, CURL_RESET, "the connection was lost");
	else if (how == TW_READ_RUBBISH)
		answer(q, 200, "{\"incoming_phone_numbers\":[{");
	else if (how == TW_READ_401)
		answer_error(q, 401, 20003, "authenticate");
	else if (how == TW_READ_404 && *sid_of(q->url, sid))
		answer_error(q, 404, 20404, "not found");
	else if (numbers && *sid_of(q->url, sid))
		answer_fetch(h, q, sid);
	else if (numbers)
		answer_list(h, q, how);
	else if (strstr(q->url, "/PhoneNumbers/Countries/US"))
		answer_prices(h, q);
	else
		answer_error(q, 404, 20404, "nothing here");
}

static void answer_bought(struct tw_http *h, struct request *q, const char *phone)
{
	q->status = 201;
	buf_clear(&q->body);
	add_object(&q->body, tw_find(h->w, q->phone), phone);
}

static void die(const struct tw_http *h, enum tw_die at)
{
	if (h->w->die_at != at)
		return;
	h->w->die_at = TW_DIE_NEVER;
	_exit(TW_DIED);
}

/* What is done, however it is answered. */
static bool is_executed(enum tw_write how)
{
	return how == TW_OK || how == TW_RESET_AFTER || how == TW_500_AFTER || how == TW_HALF_BODY ||
	how == TW_BAD_JSON ||
	       how == TW_WRONG_NUMBER;
}

static void answer_changed(struct request *q, const struct tw_number *n, const char *phone)
{
	q->status = 200;
	buf_clear(&q->body);
	add_object(&q->body, n, phone);
}

static void answer_ok(struct tw_http *h, struct request *q, bool was_owned, bool was_there)
{
	char sid[35];

	if (q->method == HTTP_POST && *sid_of(q->url, sid) && was_there)
		answer_changed(q, by_sid(h->w, sid), by_sid(h->w, sid)->phone);
	else if (q->method == HTTP_POST && *sid)
		answer_error(q, 404, 20404, "not found");
	else if (q->method == HTTP_POST && was_owned)
		answer_error(q, 400, 21422, "not available");
	else if (q->method == HTTP_POST)
		answer_bought(h, q, q->phone);
	else if (was_there)
		answer(q, 204, "");
	else
		answer_error(q, 404, 20404, "not found");
}

static void answer_write(struct tw_http *h, struct request *q, enum tw_write how)
{
	char sid[35];
	const bool change = q->method == HTTP_POST && *sid_of(q->url, sid);

	switch (how) {
	case TW_RESET_BEFORE: case TW_RESET_AFTER:
		fail(q, CURL_RESET, "the connection was lost");
		break;
	case TW_500_BEFORE: case TW_500_AFTER:
		answer_error(q, 500, 20500, "internal error");
		break;
	case TW_HALF_BODY:
		fail(q, CURL_PARTIAL, "the answer ended early");
		break;
	case TW_BAD_JSON:
		answer(q, q->method == HTTP_POST && !change ? 201 : 200, "{\"sid\":\"PN");
		break;
	case TW_TIMEOUT_LATE: case TW_TIMEOUT:
		fail(q, CURL_TIMEOUT, "no answer in time");
		q->due += TIMEOUT_MS;
		break;
	case TW_WRONG_NUMBER:
		if (change)
			answer_changed(q, by_sid(h->w, sid), "+14155550999");
		else
			answer_bought(h, q, "+14155550999");
		break;
	case TW_409_BEFORE:
		answer_error(q, 409, 20409, "conflict");
		break;
	case TW_302_BEFORE:
		answer(q, 302, "");
		break;
	case TW_429: case TW_429_AFTER_90S:
		answer_error(q, 429, 20429, "too many requests");
		q->retry_after_s = how == TW_429 ? -1 : 90;
		break;
	case TW_GONE:
		answer_error(q, 400, 21422, "not available");
		break;
	case TW_REFUSED:
		answer_error(q, 400, 21649, "bundle required");
		break;
	case TW_NO_CODE:
		answer_error(q, 400, 0, "bad");
		break;
	case TW_AUTH:
		answer_error(q, 401, 20003, "authenticate");
		break;
	case TW_NOT_FOUND:
		answer_error(q, 404, 20404, "not found");
		break;
	case TW_OK: case TW_NO_CONNECT: case TW_WRITE_COUNT:
		break;
	}
}

static void execute_write(struct tw_http *h, struct request *q, enum tw_write how)
{
	const bool was_owned = tw_is_owned(h->w, q->phone);
	char sid[35];
	const struct tw_number *n = by_sid(h->w, sid_of(q->url, sid));
	const bool was_there = n && n->owned;

	h->w->arrivals++;
	if (is_executed(how) && q->method == HTTP_POST && *sid)
		execute_change(h->w, sid, &q->set);
	else if (is_executed(how) && q->method == HTTP_POST)
		execute_buy(h->w, q->phone, q->name, h->clock->wall);
	else if (is_executed(how))
		execute_release(h->w, sid, h->clock->wall);
	else if (how == TW_TIMEOUT_LATE)
		add_late(h->w, q, sid, h->clock->wall);
	if (how == TW_OK || (how == TW_WRONG_NUMBER && q->method != HTTP_POST))
		answer_ok(h, q, was_owned, was_there);
	else
		answer_write(h, q, how);
}

/* --- the transport ---------------------------------------------------------------------------------------------- */

static void copy_param(char *dst, size_t size, const struct http_param *p, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(p[i].name, name) == 0)
			snprintf(dst, size, "%s", p[i].value);
}

static uint32_t tw_start(struct http *base, const struct http_request *r, http_done_fn *done, void *ctx)
{
	struct tw_http *h = self(base);
	struct request *q = mem_alloc(sizeof *q), **at = &h->list;
	const char *filter = strstr(r->url, "PhoneNumber=%2B"), *page = strstr(r->url, "&Page=");
	int64_t number;

	*q = (struct request){.id = ++h->last_id, .method = r->method, .url = mem_dup(r->url), .done = done, .ctx = ctx,
			      .before_send = r->before_send, .before_send_ctx = r->before_send_ctx,
			      .retry_after_s = -1};
	buf_init(&q->body, BODY_MAX);
	copy_param(q->filter, sizeof q->filter, r->query, r->n_query, "PhoneNumber");
	if (filter)
		snprintf(q->filter, sizeof q->filter, "+%.*s", (int)strspn(filter + 15, "0123456789"), filter + 15);
	if (page && text_to_i64(page + 6, 0, 100000, &number))
		q->page = (int)number;
	copy_param(q->phone, sizeof q->phone, r->form, r->n_form, "PhoneNumber");
	copy_param(q->name, sizeof q->name, r->form, r->n_form, "FriendlyName");
	for (size_t i = 0; r->method == HTTP_POST && strstr(r->url, "/IncomingPhoneNumbers/PN") && i < r->n_form; i++)
		tw_form_set(&q->set, r->form[i].name, r->form[i].value);
	q->leaves = h->clock->mono + CONNECT_MS;
	q->due = q->leaves + ANSWER_MS;
	while (*at)
		at = &(*at)->next;
	*at = q;
	h->n++;
	return q->id;
}

static void tw_cancel(struct http *base, uint32_t id)
{
	for (struct request *q = self(base)->list; q; q = q->next)
		if (q->id == id)
			q->cancelled = true;
}

static void leave(struct tw_http *h, struct request *q)
{
	struct tw_world *w = h->w;
	enum tw_write how;

	q->left = true;
	if (q->method == HTTP_GET) {
		q->sent = true;
		execute_read(h, q);
		return;
	}
	how = w->write_next < w->writes ? w->write[w->write_next++] : TW_OK;
	die(h, TW_DIE_CONNECTING);
	if (how == TW_NO_CONNECT) {
		fail(q, CURL_CONNECT, "cannot connect to 'api.example.com'");
		return;
	}
	if (!q->before_send || !q->before_send(q->before_send_ctx)) {
		fail(q, CURL_ABORTED, "stopped before it was sent");
		return;
	}
	q->sent = true;
	die(h, TW_DIE_ARMED);
	execute_write(h, q, how);
	die(h, TW_DIE_EXECUTED);
}

static void finish(struct tw_http *h, struct request *q)
{
	struct http_reply r = {.status = q->status, .body = buf_str(&q->body), .len = q->body.len,
			       .curl_code = q->curl_code,
			       .error = q->error, .retry_after_s = q->retry_after_s, .sent = q->sent, .tries = 1};

	if (q->cancelled && !(q->method != HTTP_GET && q->left)) {
		r.cancelled = true;
		r.status = 0;
		r.curl_code = CURL_ABORTED;
		r.error = "stopped";
		r.len = 0;
		r.body = "";
	}
	snprintf(r.request_id, sizeof r.request_id, "RQ%032x", q->id);
	h->n--;
	if (q->method != HTTP_GET && q->sent)
		die(h, TW_DIE_ANSWERED);
	q->done(q->ctx, &r);
	buf_release(&q->body);
	free(q->url);
	free(q);
}

static struct request *take_due(struct tw_http *h, uint32_t up_to)
{
	for (struct request **at = &h->list; *at; at = &(*at)->next) {
		struct request *q = *at;
		const bool stopped = q->cancelled && (q->method == HTTP_GET || !q->left);

		if (q->id > up_to)
			continue;
		if (!stopped && !q->left && q->leaves <= h->clock->mono)
			leave(h, q);
		if (stopped || (q->left && q->due <= h->clock->mono)) {
			*at = q->next;
			return q;
		}
	}
	return NULL;
}

static void tw_step(struct http *base)
{
	struct tw_http *h = self(base);
	const uint32_t up_to = h->last_id;
	struct request *q;

	tw_run_late(h->w, h->clock->wall);
	h->w->wall = h->clock->wall;
	while ((q = take_due(h, up_to)))
		finish(h, q);
}

static int64_t next_due(const struct tw_http *h)
{
	int64_t due = INT64_MAX;

	for (const struct request *q = h->list; q; q = q->next) {
		const int64_t at = q->cancelled ? h->clock->mono : q->left ? q->due : q->leaves;

		if (at < due)
			due = at;
	}
	return due;
}

static bool tw_wait(struct http *base, struct pollfd *fds, size_t n, int timeout_ms, struct err *e)
{
	struct tw_http *h = self(base);
	const int64_t now = h->clock->mono, due = next_due(h);
	const int64_t sleep = timeout_ms >= 0 && (due == INT64_MAX || timeout_ms < due - now) ? timeout_ms : due - now;

	if (poll(fds, (nfds_t)n, 0) > 0 || due <= now || timeout_ms == 0)
		return true;
	if (h->busy && h->busy(h->busy_ctx)) {
		if (poll(fds, (nfds_t)n, BUSY_WAIT_MS) > 0)
			return true;
		return err_set(e, ERR_IO, "a thread of the test is stuck");
	}
	if (due == INT64_MAX && timeout_ms < 0)
		return err_set(e, ERR_IO, "the test would wait for ever: nothing is under way");
	clock_fake_advance(h->clock, sleep);
	return true;
}

static size_t tw_running(const struct http *base)
{
	return ((const struct tw_http *)(const void *)base)->n;
}

static void tw_warm(struct http *base, const char *url)
{
	(void)base, (void)url;
}

static void tw_drop(struct http *base)
{
	for (struct request *q = self(base)->list; q; q = q->next)
		q->cancelled = true;
}

static void tw_free(struct http *base)
{
	struct tw_http *h = self(base);

	while (h->list) {
		struct request *q = h->list;

		h->list = q->next;
		buf_release(&q->body);
		free(q->url);
		free(q);
	}
	free(h);
}

struct http *tw_http_new(struct tw_world *w, struct clock_fake *clock)
{
	struct tw_http *h = mem_alloc(sizeof *h);

	h->base = (struct http){.start = tw_start, .cancel = tw_cancel, .step = tw_step, .wait = tw_wait,
				.running = tw_running, .warm = tw_warm, .drop = tw_drop, .free = tw_free};
	h->w = w;
	h->clock = clock;
	return &h->base;
}

void tw_http_busy(struct http *base, bool (*busy)(void *ctx), void *ctx)
{
	self(base)->busy = busy;
	self(base)->busy_ctx = ctx;
}
