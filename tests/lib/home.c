#include "test.h"

#include "home.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/core/jobs.h"
#include "numdesk/core/profiles.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/sync.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/worker.h"

void home_init(struct home *h)
{
	*h = (struct home){.dir = test_dir()};
	clock_fake_init(&h->clock, (int64_t)HOME_NOW * 1000);
}

/* Fixed while a session is being opened, too: then there are no threads yet. */
static bool at_work(void *ctx)
{
	const struct home *h = ctx;

	return h->s && (worker_pending(h->s->writer) > 0 || worker_pending(h->s->reader) > 0);
}

bool home_open(struct home *h, const struct session_options *o, struct err *e)
{
	struct session_options all = o ? *o : (struct session_options){0};

	h->http = fake_http_new(&h->clock);
	fake_http_busy(h->http, at_work, h);
	all.home = h->dir;
	all.clock = &h->clock.base;
	all.http = fake_http_seam(h->http);
	h->s = NULL;
	return session_open(&h->s, &all, e);
}

void home_close(struct home *h)
{
	session_close(h->s);
	h->s = NULL;
}

bool home_unlock(struct home *h, const char *pass, struct err *e)
{
	struct secret *secret = secret_from(pass, strlen(pass));
	const bool ok = session_unlock(h->s, secret, e);

	secret_free(secret);
	return ok;
}

struct wait { bool done; struct err err; };

static void stored(void *ctx, const struct vault_entry *entry, const struct err *err)
{
	struct wait *w = ctx;

	(void)entry;
	w->done = true;
	w->err = *err;
}

void home_add_profile(struct home *h, const char *name, const char *account_sid, const char *base_url)
{
	struct secret *pass = secret_from(HOME_PASS, strlen(HOME_PASS)), *token = secret_from("0123456789abcdef", 16);
	struct profile_request r = {.secret = token};
	struct wait w = {0};
	struct err e = {0};

	if (!h->s->vault_exists && !profile_create_vault(h->s, pass, &e))
		fail_msg("%s", e.msg);
	if (!session_unlocked(h->s) && !session_unlock(h->s, pass, &e))
		fail_msg("%s", e.msg);
	snprintf(r.entry.profile.name, sizeof r.entry.profile.name, "%s", name);
	snprintf(r.entry.profile.account_sid, sizeof r.entry.profile.account_sid, "%s", account_sid);
	snprintf(r.entry.base_url, sizeof r.entry.base_url, "%s", base_url);
	if (!profile_add_start(h->s, &r, stored, &w, &e))
		fail_msg("%s", e.msg);
	home_until(h, &w.done);
	assert_string_equal(w.err.msg, "");
	secret_free(pass);
	secret_free(token);
}

void home_ready(struct home *h)
{
	struct err e;

	home_init(h);
	if (!home_open(h, NULL, &e))
		fail_msg("%s", e.msg);
	home_add_profile(h, "acme", HOME_AC, "");
	assert_string_equal(h->s->profile.name, "acme");
}

void home_until(struct home *h, const bool *done)
{
	struct err e;

	if (!reactor_until(h->s->reactor, done, &e))
		fail_msg("%s", e.msg);
}

void home_settle(struct home *h)
{
	struct job_view job;
	struct err e;

	for (int i = 0; i < 100000; i++) {
		if (h->s->http->running(h->s->http) == 0 && !at_work(h) && jobs_list(h->s->jobs, &job, 1) == 0)
			return;
		if (!reactor_turn(h->s->reactor, NULL, 0, 1000, &e))
			fail_msg("%s", e.msg);
	}
	fail_msg("the session does not come to rest");
}

char *home_number_sid(int i, char dst[SID_SIZE])
{
	snprintf(dst, SID_SIZE, "PN%032x", (unsigned)i);
	return dst;
}

char *home_number(int i, char dst[E164_SIZE])
{
	snprintf(dst, E164_SIZE, "+1415555%04d", i % 10000);
	return dst;
}

char *home_page(const char *account_sid, int first, int n, const char *next)
{
	char sid[SID_SIZE], number[E164_SIZE];
	struct buf b;

	buf_init(&b, 8 << 20);
	buf_adds(&b, "{\"page\":0,\"incoming_phone_numbers\":[");
	for (int i = first; i < first + n; i++)
		buf_addf(&b, "%s{\"sid\":\"%s\",\"account_sid\":\"%s\",\"phone_number\":\"%s\","
			 "\"friendly_name\":\"Line %d\","
			 "\"capabilities\":{\"voice\":true,\"sms\":%s,\"mms\":false,\"fax\":false},\"type\":\"local\","
			 "\"status\":\"in-use\",\"date_created\":\"Thu, 30 Jul 2015 20:12:31 +0000\","
			 "\"date_updated\":\"Thu, 30 Jul 2015 20:12:31 +0000\","
			 "\"voice_url\":\"https://example.com/%d\"}",
			 i > first ? "," : "", home_number_sid(i, sid), account_sid, home_number(i, number), i,
			 i % 2 ? "true" : "false", i);
	buf_adds(&b, "],\"next_page_uri\":");
	if (next)
		buf_addf(&b, "\"%s\"}", next);
	else
		buf_adds(&b, "null}");
	return buf_take(&b);
}

char *home_offers(int first, int n)
{
	char number[E164_SIZE];
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_adds(&b, "{\"available_phone_numbers\":[");
	for (int i = first; i < first + n; i++)
		buf_addf(&b, "%s{\"friendly_name\":\"n\",\"phone_number\":\"%s\",\"locality\":\"San "
			 "Francisco\",\"region\":\"CA\","
			 "\"iso_country\":\"US\",\"address_requirements\":\"none\",\"beta\":false,"
			 "\"capabilities\":{\"voice\":true,\"SMS\":true,\"MMS\":true}}",
			 i > first ? "," : "", home_number(i, number));
	buf_adds(&b, "],\"uri\":\"/x\"}");
	return buf_take(&b);
}

void home_script_facts(struct home *h)
{
	fake_http_on(h->http, HTTP_GET, "/Accounts/" HOME_AC ".json", &(struct fake_reply){.status = 200, .body =
		"{\"sid\":\"" HOME_AC "\",\"owner_account_sid\":\"" HOME_AC "\",\"friendly_name\":\"Client 0\","
		"\"status\":\"active\",\"type\":\"Full\",\"auth_token\":\"x\"}"});
	fake_http_on(h->http, HTTP_GET, "/Balance.json", &(struct fake_reply){.status = 200, .body =
		"{\"account_sid\":\"" HOME_AC "\",\"balance\":\"42.17\",\"currency\":\"USD\"}"});
	fake_http_on(h->http, HTTP_GET, "/v1/PhoneNumbers/Countries/US", &(struct fake_reply){.status = 200, .body =
		"{\"country\":\"United States\",\"iso_country\":\"US\",\"price_unit\":\"USD\",\"phone_number_prices\":["
		"{\"number_type\":\"local\",\"base_price\":\"1.15\",\"current_price\":\"1.15\"},"
		"{\"number_type\":\"toll free\",\"base_price\":\"2.15\",\"current_price\":\"2.15\"}]}"});
	fake_http_on(h->http, HTTP_GET, "/AvailablePhoneNumbers.json", &(struct fake_reply){.status = 200, .body =
		"{\"countries\":[{\"country_code\":\"US\",\"country\":\"United States\",\"beta\":false,"
		"\"subresource_uris\":{\"local\":\"/a\",\"toll_free\":\"/b\"}},"
		"{\"country_code\":\"GB\",\"country\":\"United Kingdom\","
		"\"beta\":false,"
		"\"subresource_uris\":{\"local\":\"/a\",\"mobile\":\"/c\",\"national\":\"/d\"}}]}"});
}

void home_script_list(struct home *h, int n, int per_page)
{
	char part[64], next[160];

	for (int page = 0; page * per_page < n || page == 0; page++) {
		const int rows = n - page * per_page < per_page ? n - page * per_page : per_page;
		char *body;

		snprintf(next, sizeof next, "/2010-04-01%s?PageSize=1000&Page=%d&PageToken=PA%d", HOME_LIST, page + 1,
			 page + 1);
		body = home_page(HOME_AC, page * per_page, rows, (page + 1) * per_page < n ? next : NULL);
		snprintf(part, sizeof part, page ? "PageToken=PA%d" : "IncomingPhoneNumbers.json?PageSize=1000 ", page);
		fake_http_on(h->http, HTTP_GET, part, &(struct fake_reply){.status = 200, .body = body,
									   .delay_ms = 100});
		free(body);
	}
}

static void synced(void *ctx, const struct cache_report *report, const struct err *err)
{
	struct wait *w = ctx;

	(void)report;
	w->done = true;
	w->err = *err;
}

void home_sync(struct home *h)
{
	struct wait w = {0};
	struct err e;

	if (!sync_start(h->s, synced, &w, &e))
		fail_msg("%s", e.msg);
	home_until(h, &w.done);
	assert_string_equal(w.err.msg, "");
}
