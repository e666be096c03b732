#include "fixture.h"

#include "fake_http.h"

#include "numdesk/twilio/papers.h"
#include "numdesk/util/json.h"

#define RN "RN0123456789abcdef0123456789abcdef"
#define REGULATION "{\"sid\":\"" RN "\",\"friendly_name\":\"Germany: Local - Business\",\"iso_country\":\"DE\"," \
	"\"number_type\":\"toll-free\",\"end_user_type\":\"business\",\"requirements\":{}}"

struct desk {
	struct clock_fake clock;
	struct http *h;
	struct fake_http *f;
	struct secret *secret;
	struct client c;
	int calls;
	size_t n;
	struct regulation first;
	struct err err;
};

static void desk_open(struct desk *d, const char *part, int status, const char *body)
{
	memset(d, 0, sizeof *d);
	clock_fake_init(&d->clock, 1700000000000);
	d->f = fake_http_new(&d->clock);
	d->h = fake_http_seam(d->f);
	d->secret = secret_from(TOKEN, strlen(TOKEN));
	d->c = (struct client){.http = d->h, .base_url = "http://127.0.0.1:1/{product}", .account_sid = ACCOUNT,
			       .user = ACCOUNT, .secret = d->secret};
	fake_http_on(d->f, HTTP_GET, part, &(struct fake_reply){.status = status, .body = body});
}

static void desk_close(struct desk *d)
{
	d->h->free(d->h);
	secret_free(d->secret);
}

static void on_regulations(void *ctx, const struct regulation *v, size_t n, const struct err *err)
{
	struct desk *d = ctx;

	d->calls++;
	d->n = n;
	d->err = err ? *err : (struct err){0};
	if (n)
		d->first = v[0];
}

static struct json *parsed(const char *text)
{
	struct json *doc = json_parse(text, strlen(text), 65536, NULL);

	assert_non_null(doc);
	return doc;
}

static void objects(void **state)
{
	struct json *doc = parsed("{\"sid\":\"AD0123456789abcdef0123456789abcdef\",\"iso_country\":\"DE\",\"city\":\"Berlin\","
				  "\"customer_name\":\"\",\"validated\":true}");
	struct arena a = {0};
	struct regulation r;
	struct address at;
	struct bundle b;

	(void)state;
	assert_true(address_decode(doc, &at, &a));
	assert_string_equal(at.city, "Berlin");
	assert_null(at.customer_name);
	assert_true(at.validated);
	assert_false(bundle_decode(doc, &b, &a));
	assert_false(regulation_decode(doc, &r));
	json_free(doc);
	doc = parsed("{\"sid\":\"BU0123456789abcdef0123456789abcdef\",\"regulation_sid\":\"" RN "\",\"friendly_name\":\"B\","
		     "\"status\":\"draft\",\"valid_until\":\"2026-01-02T00:00:00Z\",\"email\":null}");
	assert_true(bundle_decode(doc, &b, &a));
	assert_string_equal(b.regulation_sid, RN);
	assert_string_equal(b.email, "");
	assert_int_equal(b.valid_until, 1767312000);
	assert_string_equal(b.country, "");
	assert_false(address_decode(doc, &at, &a));
	json_free(doc);
	doc = parsed("{\"sid\":\"BU0123456789abcdef0123456789abcdef\",\"regulation_sid\":\"RN1\"}");
	assert_true(bundle_decode(doc, &b, &a));
	assert_string_equal(b.regulation_sid, "");
	assert_string_equal(b.status, "");
	json_free(doc);
	doc = parsed(REGULATION);
	assert_true(regulation_decode(doc, &r));
	assert_int_equal(r.type, NUMBER_TOLLFREE);
	assert_string_equal(r.end_user, "business");
	json_free(doc);
	arena_release(&a);
}

static void what_a_country_asks(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, "/numbers/v2/RegulatoryCompliance/Regulations?PageSize=50&IsoCountry=DE&NumberType=toll-free", 200,
		  "{\"results\":[" REGULATION "],\"meta\":{\"next_page_url\":null}}");
	assert_true(regulations_list(&d.c, "DE", NUMBER_TOLLFREE, on_regulations, &d, NULL));
	run_until(d.h, &d.calls, 1);
	assert_int_equal(d.n, 1);
	assert_string_equal(d.first.country, "DE");
	desk_close(&d);
	desk_open(&d, "Regulations?", 200, "{\"results\":[],\"meta\":{}}");
	assert_true(regulations_list(&d.c, "US", NUMBER_LOCAL, on_regulations, &d, NULL));
	run_until(d.h, &d.calls, 1);
	assert_int_equal(d.err.kind, ERR_NONE);
	assert_int_equal(d.n, 0);
	desk_close(&d);
}

static void one_of_them(void **state)
{
	struct err e = {0};
	struct desk d;

	(void)state;
	desk_open(&d, "/numbers/v2/RegulatoryCompliance/Regulations/" RN, 200, REGULATION);
	assert_int_equal(regulation_fetch(&d.c, "RN1", on_regulations, &d, &e), 0);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_true(regulation_fetch(&d.c, RN, on_regulations, &d, NULL));
	run_until(d.h, &d.calls, 1);
	assert_string_equal(d.first.name, "Germany: Local - Business");
	desk_close(&d);
}

/* Nothing may look like "nothing is asked for" that is not. */
static void failures(void **state)
{
	static const struct { int status; const char *body; enum err_kind kind; } rows[] = {
		{200, "{}", ERR_PROTO}, {200, "{\"results\":[{}]}", ERR_PROTO}, {200, "{\"results\":null}", ERR_PROTO},
		{403, "{\"code\":20006}", ERR_AUTH}, {404, "{\"code\":20404}", ERR_NOT_FOUND},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct desk d;

		desk_open(&d, "Regulations", rows[i].status, rows[i].body);
		assert_true(regulations_list(&d.c, "DE", NUMBER_LOCAL, on_regulations, &d, NULL));
		run_until(d.h, &d.calls, 1);
		if (d.err.kind != rows[i].kind || d.n)
			fail_msg("row %zu: %d %s", i, d.err.kind, d.err.msg);
		assert_true(regulation_fetch(&d.c, RN, on_regulations, &d, NULL));
		run_until(d.h, &d.calls, 2);
		assert_int_not_equal(d.err.kind, ERR_NONE);
		desk_close(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(objects), cmocka_unit_test(what_a_country_asks),
					   cmocka_unit_test(one_of_them), cmocka_unit_test(failures)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
