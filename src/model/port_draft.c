#include "numdesk/model/port_draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/dialplan.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

enum { DAY_S = 86400 };

const struct port_field_info port_fields[PORT_FIELD_COUNT] = {
#define PORT_FIELD(id, name, place, flags, max, help) [PORT_F_##id] = {name, PORT_##place, flags, max, help},
#include "numdesk/model/port_fields.def"
#undef PORT_FIELD
};

void port_draft_init(struct port_draft *d)
{
	*d = (struct port_draft){0};
}

void port_draft_release(struct port_draft *d)
{
	for (size_t i = 0; i < PORT_FIELD_COUNT; i++)
		crypto_wiping_free(d->value[i]);
	crypto_wiping_free(d->numbers);
	*d = (struct port_draft){0};
}

/* --- values ------------------------------------------------------------------------------------------------------- */

static bool is_email(const char *s, size_t n)
{
	const char *at = memchr(s, '@', n);

	return at && at > s && (size_t)(at - s) + 1 < n && !memchr(at + 1, '@', n - (size_t)(at - s) - 1) &&
	       !memchr(s, ' ', n) && memchr(at, '.', n - (size_t)(at - s));
}

/* Each word of a list, or the whole. */
static bool all_emails(const char *s, bool list)
{
	for (;;) {
		size_t n, end;

		s += strspn(s, " ");
		n = end = list ? strcspn(s, ",") : strlen(s);
		while (n > 0 && s[n - 1] == ' ')
			n--;
		if (!is_email(s, n))
			return false;
		if (!s[end])
			return true;
		s += end + 1;
	}
}

/* 10:15:00-08:00, ISO 8601's time with an offset. */
static bool is_time(const char *s)
{
	static const char form[] = "dd:dd:ddsdd:dd";

	if (strlen(s) != strlen(form))
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? !text_is_digit(s[i]) : form[i] == 's' ? s[i] != '+' && s[i] != '-' : s[i] != form[i])
			return false;
	return (s[0] - '0') * 10 + s[1] - '0' < 24 && s[3] < '6' && s[6] < '6';
}

static bool is_date(const char *s, int64_t *at)
{
	return strlen(s) == 10 && clock_parse(s, at);
}

static bool check_value(enum port_field f, const char *value, struct err *e)
{
	const struct port_field_info *i = &port_fields[f];
	char phone[E164_SIZE];
	int64_t at;

	if (strlen(value) > i->max)
		return err_set(e, ERR_USAGE, "'%s' is longer than %zu bytes", i->name, i->max);
	if (!text_is_clean(value, strlen(value)))
		return err_set(e, ERR_USAGE, "'%s' holds characters that cannot be sent", i->name);
	if (f == PORT_F_CUSTOMER_TYPE && !text_ieq(value, "Business") && !text_ieq(value, "Individual"))
		return err_set(e, ERR_USAGE, "customer_type '%s' is neither Business nor Individual", value);
	if ((i->flags & PORT_EMAIL) && !all_emails(value, i->flags & PORT_LIST))
		return err_set(e, ERR_USAGE, "%s '%s' is no e-mail address", i->name, value);
	if ((i->flags & PORT_PHONE) && !phone_parse(value, phone, e))
		return err_wrap(e, "%s", i->name);
	if ((i->flags & PORT_TIME) && !is_time(value))
		return err_set(e, ERR_USAGE, "%s '%s' is no time with an offset: write it as 10:15:00-08:00", i->name, value);
	if (f == PORT_F_DATE && !is_date(value, &at))
		return err_set(e, ERR_USAGE, "%s '%s' is no date: write it as 2026-12-15", i->name, value);
	if (f == PORT_F_ADDRESS_SID && !sid_is(value, "AD"))
		return err_set(e, ERR_USAGE, "address_sid '%s' is not the SID of an address (AD...)", value);
	if (f == PORT_F_BUNDLE_SID && !sid_is(value, "BU"))
		return err_set(e, ERR_USAGE, "bundle_sid '%s' is not the SID of a bundle (BU...)", value);
	return true;
}

bool port_draft_set(struct port_draft *d, enum port_field f, const char *value, struct err *e)
{
	char phone[E164_SIZE];

	if (*value && !check_value(f, value, e))
		return false;
	if (*value && (port_fields[f].flags & PORT_PHONE) && phone_parse(value, phone, NULL))
		value = phone;
	if (f == PORT_F_CUSTOMER_TYPE && *value)
		value = text_ieq(value, "Business") ? "Business" : "Individual";
	crypto_wiping_free(d->value[f]);
	d->value[f] = *value ? crypto_wiping_strdup(value) : NULL;
	return true;
}

static bool check_pin(const char *number, const char *pin, struct err *e)
{
	if (strlen(pin) >= PORT_PIN_SIZE)
		return err_set(e, ERR_USAGE, "the PIN of %s is longer than %d characters", number, PORT_PIN_SIZE - 1);
	for (const char *s = pin; *s; s++)
		if (!text_is_alnum(*s) && !strchr("-_.#*", *s))
			return err_set(e, ERR_USAGE, "the PIN of %s holds something else than letters and digits", number);
	return true;
}

bool port_draft_add(struct port_draft *d, const char *number, const char *pin, struct err *e)
{
	char phone[E164_SIZE];
	struct port_line *l;

	if (!phone_parse(number, phone, e) || (pin && !check_pin(phone, pin, e)))
		return false;
	if (d->n == PORT_NUMBERS_MAX)
		return err_set(e, ERR_USAGE, "more than %d numbers: make several requests", PORT_NUMBERS_MAX);
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->numbers[i].phone_number, phone) == 0)
			return err_set(e, ERR_USAGE, "%s is named twice", phone);
	if (d->n % 16 == 0) {
		l = crypto_wiping_realloc(d->numbers, (d->n + 16) * sizeof *l);
		if (!l)
			return err_set(e, ERR_NOMEM, "not enough memory for %zu numbers", d->n);
		d->numbers = l;
	}
	l = &d->numbers[d->n++];
	*l = (struct port_line){0};
	text_copy(l->phone_number, sizeof l->phone_number, phone);
	if (pin)
		text_copy(l->pin, sizeof l->pin, pin);
	return true;
}

/* --- is it whole? -------------------------------------------------------------------------------------------------- */

static bool check_country(const struct port_draft *d, struct err *e)
{
	const struct dialplan_match first = dialplan_lookup(d->numbers[0].phone_number);

	for (size_t i = 1; i < d->n; i++) {
		const struct dialplan_match m = dialplan_lookup(d->numbers[i].phone_number);

		if (strcmp(m.country, first.country) != 0)
			return err_set(e, ERR_USAGE, "%s is in %s and %s in %s: one request holds numbers of one country",
				       d->numbers[i].phone_number, dialplan_country_name(m.country),
				       d->numbers[0].phone_number, dialplan_country_name(first.country));
	}
	return true;
}

static bool check_date(const struct port_draft *d, int64_t now, struct err *e)
{
	const char *date = d->value[PORT_F_DATE];
	const struct dialplan_match m = dialplan_lookup(d->numbers[0].phone_number);
	const int days = strcmp(m.country, "JP") == 0 ? 10 : 7;
	const int64_t first = (now / DAY_S + days) * DAY_S;
	char earliest[16];
	int64_t at;

	if (!date && (d->value[PORT_F_TIME_FROM] || d->value[PORT_F_TIME_TO]))
		return err_set(e, ERR_USAGE, "a time is given and no date: give target_port_in_date as well");
	if (!date || (is_date(date, &at) && at >= first))
		return true;
	return err_set(e, ERR_USAGE, "target_port_in_date %s is too soon: it must be %d days ahead, %s or later", date, days,
		       clock_date(first, earliest, sizeof earliest));
}

static bool check_documents(const struct port_draft *d, struct err *e)
{
	const char *s = d->value[PORT_F_DOCUMENTS];

	while (s && *s) {
		const size_t n = strcspn(s, ", ");
		char sid[SID_SIZE] = "";

		if (n > 0 && n < sizeof sid)
			memcpy(sid, s, n);
		if (n > 0 && !sid_is(sid, "RD"))
			return err_set(e, ERR_USAGE, "documents: '%.*s' is not the SID of a document (RD...)",
				       n < 60 ? (int)n : 60, s);
		s += n + strspn(s + n, ", ");
	}
	return true;
}

bool port_draft_check(const struct port_draft *d, int64_t now, struct err *e)
{
	if (d->n == 0)
		return err_set(e, ERR_USAGE, "there is no number to port: name at least one");
	for (size_t f = 0; f < PORT_FIELD_COUNT; f++) {
		const struct port_field_info *i = &port_fields[f];

		if (!(i->flags & PORT_NEEDED) || d->value[f] ||
		    (i->place == PORT_ADDRESS && d->value[PORT_F_ADDRESS_SID]))
			continue;
		return err_set(e, ERR_USAGE, "'%s' is missing: %s", i->name, i->help);
	}
	return check_country(d, e) && check_date(d, now, e) && check_documents(d, e);
}

bool port_draft_suits(const struct port_draft *d, const struct portability *p, struct err *e)
{
	char says[200];

	if (!p->portable)
		return err_set(e, ERR_API, "%s cannot be ported: %s", p->phone_number,
			       port_reason_say(p->reason_code, p->reason, says, sizeof says));
	for (size_t i = 0; p->pin_required && i < d->n; i++) {
		if (strcmp(d->numbers[i].phone_number, p->phone_number) != 0)
			continue;
		if (!d->numbers[i].pin[0])
			return err_set(e, ERR_USAGE, "%s is a mobile number: its PIN at the losing carrier is needed",
				       p->phone_number);
		if (!d->value[PORT_F_ACCOUNT_NUMBER])
			return err_set(e, ERR_USAGE, "%s is a mobile number: the account number at the losing carrier is "
				       "needed (account_number)", p->phone_number);
	}
	return true;
}

/* --- the body ------------------------------------------------------------------------------------------------------ */

static const char *shown(const struct port_draft *d, size_t f, bool hidden)
{
	return d->value[f] && hidden && (port_fields[f].flags & PORT_SECRET) ? PORT_HIDDEN : d->value[f];
}

static void write_list(struct json_writer *w, const char *s)
{
	while (s && *s) {
		const size_t n = strcspn(s, ",");
		char word[256];
		size_t len = n < sizeof word ? n : 0;

		memcpy(word, s, len);
		while (len > 0 && word[len - 1] == ' ')
			len--;
		word[len] = '\0';
		if (len > 0)
			json_w_text(w, word + strspn(word, " "));
		s += n + (s[n] == ',');
	}
}

static void write_fields(struct json_writer *w, const struct port_draft *d, enum port_place place, bool hidden)
{
	for (size_t f = 0; f < PORT_FIELD_COUNT; f++) {
		const struct port_field_info *i = &port_fields[f];

		if (i->place != place || !d->value[f] || f == PORT_F_DOCUMENTS ||
		    (place == PORT_ADDRESS && d->value[PORT_F_ADDRESS_SID]))
			continue;
		json_w_key(w, i->name);
		if (i->flags & PORT_LIST) {
			json_w_array(w);
			write_list(w, d->value[f]);
			json_w_end(w);
		} else {
			json_w_text(w, shown(d, f, hidden));
		}
	}
}

static void write_numbers(struct json_writer *w, const struct port_draft *d, bool hidden)
{
	json_w_key(w, "phone_numbers");
	json_w_array(w);
	for (size_t i = 0; i < d->n; i++) {
		json_w_object(w);
		json_w_key(w, "phone_number");
		json_w_text(w, d->numbers[i].phone_number);
		if (d->numbers[i].pin[0]) {
			json_w_key(w, "pin");
			json_w_text(w, hidden ? PORT_HIDDEN : d->numbers[i].pin);
		}
		json_w_end(w);
	}
	json_w_end(w);
}

static void write_body(struct json_writer *w, const struct port_draft *d, const char *account_sid,
		       const char *document, bool hidden)
{
	json_w_object(w);
	json_w_key(w, "account_sid");
	json_w_text(w, account_sid);
	json_w_key(w, "documents");
	json_w_array(w);
	write_list(w, d->value[PORT_F_DOCUMENTS]);
	if (document)
		json_w_text(w, document);
	json_w_end(w);
	write_numbers(w, d, hidden);
	json_w_key(w, "losing_carrier_information");
	json_w_object(w);
	write_fields(w, d, PORT_CARRIER, hidden);
	if (!d->value[PORT_F_ADDRESS_SID]) {
		json_w_key(w, "address");
		json_w_object(w);
		write_fields(w, d, PORT_ADDRESS, hidden);
		json_w_end(w);
	}
	json_w_end(w);
	write_fields(w, d, PORT_TOP, hidden);
	json_w_end(w);
}

char *port_draft_json(const struct port_draft *d, const char *account_sid, const char *document, bool hidden)
{
	/* Room for all of it at once, so that no shorter copy of a PIN is left behind where it grew. */
	size_t size = 8192 + d->n * 160;
	struct json_writer w;
	struct buf b;

	for (size_t f = 0; f < PORT_FIELD_COUNT; f++)
		size += d->value[f] ? strlen(d->value[f]) * 6 + 64 : 0;
	b = (struct buf){.s = crypto_wiping_malloc(size), .cap = size, .max = size - 1};
	if (!b.s)
		return NULL;
	b.s[0] = '\0';
	json_w_init(&w, &b);
	write_body(&w, d, account_sid, document, hidden);
	if (!b.overflow)
		return b.s;
	crypto_wiping_free(b.s);
	return NULL;
}
