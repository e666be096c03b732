#include "numdesk/model/setting_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "numdesk/model/capability.h"
#include "numdesk/model/setting.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

struct check {
	const struct number *before, *after;
	struct setting_remark *out;
	size_t n;
};

const char *setting_rule_name(enum setting_rule r)
{
	static const char *const names[SETTING_RULE_COUNT] = {
		[SETTING_PLAIN_HTTP] = "plain_http", [SETTING_UNREACHABLE] = "unreachable", [SETTING_DEMO] = "demo",
		[SETTING_PASSWORD] = "password", [SETTING_FALLBACK_ALONE] = "fallback_alone",
		[SETTING_OVERRIDDEN] = "overridden", [SETTING_NO_SMS] = "no_sms", [SETTING_NO_VOICE] = "no_voice",
		[SETTING_NO_ANSWER] = "no_answer", [SETTING_LOOKUP] = "lookup",
		[SETTING_NO_EMERGENCY_ADDRESS] = "no_emergency_address",
	};

	return (unsigned)r < SETTING_RULE_COUNT ? names[r] : "";
}

static void remark(struct check *k, enum setting_rule rule, enum column_id c, bool refused, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
static void remark(struct check *k, enum setting_rule rule, enum column_id c, bool refused, const char *fmt, ...)
{
	struct setting_remark *r = &k->out[k->n];
	char raw[sizeof r->says];
	va_list ap;

	if (k->n == SETTING_REMARKS_MAX)
		return;
	k->n++;
	*r = (struct setting_remark){.rule = rule, .column = c, .refused = refused};
	va_start(ap, fmt);
	vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	text_clean(r->says, sizeof r->says, raw, strlen(raw));
}

static const char *value(const struct check *k, enum column_id c)
{
	return setting_value(c, k->after);
}

/* Is this what the change is about? */
static bool touched(const struct check *k, enum column_id c)
{
	return !k->before || !setting_same(c, setting_value(c, k->before), value(k, c));
}

/* --- one address ------------------------------------------------------------------------------------------------------- */
/* The host of an address without user and port, in lower case; "" when it has none or it is too long. */
static const char *host_of(const char *url, char *dst, size_t dst_size)
{
	const char *p = strstr(url, "://"), *at;
	size_t n, i;

	dst[0] = '\0';
	if (!p)
		return dst;
	p += 3;
	n = strcspn(p, "/?#");
	at = memchr(p, '@', n);
	if (at)
		n -= (size_t)(at + 1 - p), p = at + 1;
	if (*p == '[')
		n = strcspn(p, "]") + 1;
	else
		n = strcspn(p, ":/?#") < n ? strcspn(p, ":/?#") : n;
	for (i = 0; i < n && i + 1 < dst_size; i++)
		dst[i] = text_lower(p[i]);
	dst[n + 1 <= dst_size ? i : 0] = '\0';
	return dst;
}

static bool ends_with(const char *s, const char *tail)
{
	const size_t n = strlen(s), t = strlen(tail);

	return n >= t && strcmp(s + n - t, tail) == 0;
}

/* 172.16.0.0 to 172.31.255.255 */
static bool is_172(const char *host)
{
	int64_t second = 0;
	char digits[4];

	if (strncmp(host, "172.", 4) != 0)
		return false;
	snprintf(digits, sizeof digits, "%.*s", (int)(strcspn(host + 4, ".") < 3 ? strcspn(host + 4, ".") : 3), host + 4);
	return text_to_i64(digits, 16, 31, &second);
}

bool setting_host_is_private(const char *url)
{
	static const char *const starts[] = {"127.", "10.", "192.168.", "169.254.", "0.", "[::1]", "[fc", "[fd", "[fe80:"};
	static const char *const ends[] = {".localhost", ".local", ".internal", ".lan", ".home.arpa"};
	char host[256];

	host_of(url, host, sizeof host);
	if (strcmp(host, "localhost") == 0 || is_172(host))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(starts); i++)
		if (strncmp(host, starts[i], strlen(starts[i])) == 0 && (host[0] == '[' || text_is_digit(host[strlen(host) - 1])))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (ends_with(host, ends[i]))
			return true;
	return false;
}

static bool has_password(const char *url)
{
	const char *p = strstr(url, "://");
	const size_t n = p ? strcspn(p + 3, "/?#") : 0;

	return p && memchr(p + 3, '@', n);
}

static void check_url(struct check *k, enum column_id c)
{
	const char *url = value(k, c);
	char host[256], label[40];

	if (!*url || !touched(k, c))
		return;
	setting_label(c, label, sizeof label);
	host_of(url, host, sizeof host);
	if (setting_host_is_private(url))
		remark(k, SETTING_UNREACHABLE, c, false, "%s: Twilio cannot reach '%.60s', which is here or in a private network",
		       label, host);
	else if (text_istarts(url, "http://"))
		remark(k, SETTING_PLAIN_HTTP, c, false, "%s: plain http, so anybody on the way can read and change it", label);
	if (strcmp(host, "demo.twilio.com") == 0)
		remark(k, SETTING_DEMO, c, false, "%s: this is Twilio's demonstration, not your own", label);
	if (has_password(url))
		remark(k, SETTING_PASSWORD, c, false, "%s: the address holds a password, which lists and the journal will show",
		       label);
}

/* --- what belongs together --------------------------------------------------------------------------------------------- */
static void check_fallback(struct check *k, enum column_id fallback, enum column_id url, enum column_id app)
{
	char label[40], what[40];

	if (!*value(k, fallback) || *value(k, url) || *value(k, app) || (!touched(k, fallback) && !touched(k, url)))
		return;
	remark(k, SETTING_FALLBACK_ALONE, fallback, true, "%s: there is nothing to fall back from; set the %s too",
	       setting_label(fallback, label, sizeof label), setting_label(url, what, sizeof what));
}

static void check_overridden(struct check *k, const struct route *r, const struct route_service *service)
{
	char label[40], by[40];

	for (size_t i = 0; i < r->n_idle; i++) {
		if (!touched(k, r->idle[i]) && !(r->by != COLUMN_COUNT && touched(k, r->by)))
			continue;
		setting_label(r->idle[i], label, sizeof label);
		if (r->by == COLUMN_COUNT)
			remark(k, SETTING_OVERRIDDEN, r->idle[i], false, "%s: not used, the messaging service %.60s answers", label,
			       service && service->name ? service->name : "");
		else
			remark(k, SETTING_OVERRIDDEN, r->idle[i], false, "%s: not used while the %s is set", label,
			       setting_label(r->by, by, sizeof by));
	}
}

static void check_silence(struct check *k, const struct route *was, const struct route *is, unsigned capability, const char *what)
{
	if (k->before && was->kind != ROUTE_NOTHING && is->kind == ROUTE_NOTHING && k->after->capabilities & capability)
		remark(k, SETTING_NO_ANSWER, was->by, false, "nothing answers %s any more", what);
}

static void check_capabilities(struct check *k)
{
	static const enum column_id sms[] = {COL_SMS_URL, COL_SMS_FALLBACK_URL, COL_SMS_APPLICATION_SID};
	static const enum column_id voice[] = {COL_VOICE_URL, COL_VOICE_APPLICATION_SID, COL_TRUNK_SID};
	char label[40];

	for (size_t i = 0; i < ARRAY_LEN(sms); i++)
		if (!(k->after->capabilities & CAP_SMS) && *value(k, sms[i]) && touched(k, sms[i]))
			remark(k, SETTING_NO_SMS, sms[i], true, "%s: the number takes no SMS; leave it out",
			       setting_label(sms[i], label, sizeof label));
	for (size_t i = 0; i < ARRAY_LEN(voice); i++)
		if (!(k->after->capabilities & CAP_VOICE) && *value(k, voice[i]) && touched(k, voice[i]))
			remark(k, SETTING_NO_VOICE, voice[i], false, "%s: the number takes no calls",
			       setting_label(voice[i], label, sizeof label));
}

static void check_lookup(struct check *k)
{
	const bool nanp = text_ieq(k->after->country, "US") || text_ieq(k->after->country, "CA");

	if (!k->after->voice_caller_id_lookup || !touched(k, COL_VOICE_CALLER_ID_LOOKUP))
		return;
	if (nanp)
		remark(k, SETTING_LOOKUP, COL_VOICE_CALLER_ID_LOOKUP, false, "each call is charged for the look-up of its caller's name");
	else
		remark(k, SETTING_LOOKUP, COL_VOICE_CALLER_ID_LOOKUP, false,
		       "the look-up of callers' names is for US and Canadian numbers; Twilio may refuse it");
}

static void check_emergency(struct check *k)
{
	if (text_ieq(value(k, COL_EMERGENCY_STATUS), "Active") && !*value(k, COL_EMERGENCY_ADDRESS_SID) &&
	    (touched(k, COL_EMERGENCY_STATUS) || touched(k, COL_EMERGENCY_ADDRESS_SID)))
		remark(k, SETTING_NO_EMERGENCY_ADDRESS, COL_EMERGENCY_ADDRESS_SID, false,
		       "emergency calling is on without an address that could be told to the dispatcher");
}

static void refused_first(struct setting_remark *v, size_t n)
{
	for (size_t i = 1, at = 0; i < n; i++) {
		const struct setting_remark moved = v[i];

		while (at < n && v[at].refused)
			at++;
		if (!moved.refused || at >= i)
			continue;
		memmove(&v[at + 1], &v[at], (i - at) * sizeof v[0]);
		v[at] = moved;
	}
}

size_t setting_check(const struct number *before, const struct number *after, const struct route_service *service,
		     struct setting_remark out[SETTING_REMARKS_MAX])
{
	struct check k = {.before = before, .after = after, .out = out};
	const struct route voice = route_voice(after), messages = route_messages(after, service);
	const struct route was_voice = route_voice(before ? before : after);
	const struct route was_messages = route_messages(before ? before : after, service);

	for (unsigned c = 0; c < COLUMN_COUNT; c++)
		if (columns[c].setting == SETTING_URL)
			check_url(&k, (enum column_id)c);
	check_fallback(&k, COL_VOICE_FALLBACK_URL, COL_VOICE_URL, COL_VOICE_APPLICATION_SID);
	check_fallback(&k, COL_SMS_FALLBACK_URL, COL_SMS_URL, COL_SMS_APPLICATION_SID);
	check_overridden(&k, &voice, NULL);
	check_overridden(&k, &messages, service);
	check_silence(&k, &was_voice, &voice, CAP_VOICE, "calls");
	check_silence(&k, &was_messages, &messages, CAP_SMS, "messages");
	check_capabilities(&k);
	check_lookup(&k);
	check_emergency(&k);
	refused_first(out, k.n);
	return k.n;
}
