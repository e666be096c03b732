#include "synth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "ident.h"
#include "numdesk/model/capability.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"
#include "owned.h"
#include "state.h"

/* Number i has area code i mod N and line FIRST_LINE + i / N of exchange 555; stock.c sells lines from 5000 up and the
 * seeds use 0100 to 0199, so that the three never meet. */
enum { FIRST_LINE = 200, LAST_LINE = 4999, NPA_WIDTH = 3 };
#define FIRST_CREATED INT64_C(1546300800)       /* 2019-01-01: the first number's date; each is a little younger */
#define CREATED_SPAN INT64_C(199000000)         /* to the spring of 2025 */

static const char npas[] =
	"201202203205206207208209210212213214215216217218219220223224225228229231234239240248251252253254256260262267"
	"269270272274276279281301302303304305307308309310312313314315316317318319320321323325330331332334336337339341"
	"346347351352360361364380385386401402404405406407408409410412413414415417419423424425430432434435440442443445"
	"447448458463464469470475478479480484501502503504505507508509510512513515516517518520530531534539540541551559"
	"561562563564567570571573574575580585586601602603605606607608609610612614615616617618619620623626628629630631"
	"636640641646650651657659660661662667669678680681682689701702703704706707708712713714715716717718719720724725"
	"726727731732734737740743747754757760762763765769770771772773774775779781785786801802803804805806808810812813"
	"814815816817818820826828830831832838839840843845847848850854856857858859860862863864865870872878901903904906"
	"907908909910912913914915916917918919920925928929930931934936937938940941943945947948949951952954956959970971"
	"972973978979980984985986989";
enum { NPA_COUNT = (sizeof npas - 1) / NPA_WIDTH };

static const char *const teams[] = {
	"Support", "Sales", "Billing", "Returns", "Dispatch", "Front desk", "Night line", "Alerts", "Store", "Clinic",
	"Warehouse", "Campaign", "Field team", "Tracking", "Callback", "Branch",
};

int64_t synth_capacity(void)
{
	return (int64_t)NPA_COUNT * (LAST_LINE - FIRST_LINE + 1);
}

static void write_phone(char *dst, int64_t i)
{
	const int64_t line = FIRST_LINE + i / NPA_COUNT;

	memcpy(dst, "+1", 2);
	memcpy(dst + 2, npas + i % NPA_COUNT * NPA_WIDTH, NPA_WIDTH);
	memcpy(dst + 5, "555", 3);
	for (int d = 11, v = (int)line; d >= 8; d--, v /= 10)
		dst[d] = (char)('0' + v % 10);
	dst[12] = '\0';
}

static char *add_text(char *d, const char *s)
{
	const size_t n = strlen(s);

	memcpy(d, s, n + 1);
	return d + n;
}

static char *add_number(char *d, int64_t v)
{
	char digits[20];
	int n = 0;

	do
		digits[n++] = (char)('0' + v % 10);
	while ((v /= 10) > 0);
	while (n > 0)
		*d++ = digits[--n];
	*d = '\0';
	return d;
}

/* Every third keeps the name Twilio gives, the others say what the line is for. */
static void write_name(char *dst, const char *phone, int64_t i)
{
	if (i % 3 == 0) {
		dst = add_text(dst, "(");
		memcpy(dst, phone + 2, 3);
		memcpy(dst + 3, ") ", 2);
		memcpy(dst + 5, phone + 5, 3);
		dst[8] = '-';
		memcpy(dst + 9, phone + 8, 5);
		return;
	}
	dst = add_text(dst, teams[ident_mix((uint64_t)i) % ARRAY_LEN(teams)]);
	add_number(add_text(dst, " "), i);
}

static void write_urls(struct synth_row *row, int64_t i)
{
	row->voice_url[0] = row->sms_url[0] = '\0';
	if (i % 5 == 4) {
		add_text(row->voice_url, "https://demo.twilio.com/welcome/voice/");
		add_text(row->sms_url, "https://demo.twilio.com/welcome/sms/reply");
	} else if (i % 5 != 3) {
		add_number(add_text(row->voice_url, "https://voice.example.com/twilio/inbound?line="), i);
		add_number(add_text(row->sms_url, "https://sms.example.com/twilio/inbound?line="), i);
	}
}

int64_t synth_created(const struct sandbox *s, int64_t i)
{
	return FIRST_CREATED + CREATED_SPAN / (s->synth_count ? s->synth_count : 1) * i;
}

void synth_make(const struct sandbox *s, int64_t i, struct owned *n, struct synth_row *row)
{
	owned_defaults(n);
	ident_number(row->sid, "PN", (uint64_t)i);
	write_phone(row->phone, i);
	write_name(row->name, row->phone, i);
	write_urls(row, i);
	n->text[OWNED_sid] = row->sid;
	n->text[OWNED_account_sid] = s->synth_account;
	n->text[OWNED_phone_number] = row->phone;
	n->text[OWNED_friendly_name] = row->name;
	n->text[OWNED_voice_url] = row->voice_url;
	n->text[OWNED_sms_url] = row->sms_url;
	n->text[OWNED_country] = "US";
	n->text[OWNED_type] = "local";
	n->capabilities = CAP_VOICE | (i % 9 ? CAP_SMS : 0) | (i % 9 > 2 ? CAP_MMS : 0);
	n->ord = i;
	n->created = synth_created(s, i);
	n->updated = n->created + (i % 4 == 1 ? 86400 * (i % 90) : 0);
}

bool synth_is_gone(const struct sandbox *s, int64_t i)
{
	return s->synth_gone[i / 8] >> (i % 8) & 1;
}

bool synth_by_sid(const struct sandbox *s, const char *sid, int64_t *i)
{
	uint64_t n;

	if (!ident_unnumber(sid, "PN", &n) || n >= (uint64_t)s->synth_count)
		return false;
	*i = (int64_t)n;
	return !synth_is_gone(s, *i);
}

bool synth_by_phone(const struct sandbox *s, const char *phone, int64_t *i)
{
	int64_t line;

	if (strlen(phone) != 12 || strncmp(phone, "+1", 2) != 0 || strncmp(phone + 5, "555", 3) != 0 ||
	    !text_to_i64(phone + 8, FIRST_LINE, LAST_LINE, &line))
		return false;
	for (int k = 0; k < NPA_COUNT; k++) {
		if (strncmp(npas + k * NPA_WIDTH, phone + 2, NPA_WIDTH) != 0)
			continue;
		*i = (line - FIRST_LINE) * NPA_COUNT + k;
		return *i < s->synth_count && !synth_is_gone(s, *i);
	}
	return false;
}

/* Each name is of one number: its own in brackets, or the index behind the last space. */
bool synth_by_name(const struct sandbox *s, const char *name, int64_t *i)
{
	const char *space = strrchr(name, ' ');
	char phone[17], back[65];

	if (!space)
		return false;
	if (name[0] == '(' && strlen(name) == 14) {
		snprintf(phone, sizeof phone, "+1%.3s%.3s%.4s", name + 1, name + 6, name + 10);
		if (!synth_by_phone(s, phone, i))
			return false;
	} else if (!text_to_i64(space + 1, 0, s->synth_count - 1, i) || synth_is_gone(s, *i)) {
		return false;
	}
	write_phone(phone, *i);
	write_name(back, phone, *i);
	return strcmp(back, name) == 0;
}

void synth_set_gone(struct sandbox *s, int64_t i)
{
	s->synth_gone[i / 8] |= (uint8_t)(1 << (i % 8));
	db_run(s->db, "INSERT OR IGNORE INTO synth_gone VALUES (?)", "i", i);
}

void synth_load(struct sandbox *s)
{
	struct sqlite3_stmt *q;

	synth_release(s);
	q = db_query(s->db, "SELECT account_sid, count FROM synth", "");
	if (db_next(q)) {
		db_copy(s->synth_account, sizeof s->synth_account, q, 0);
		s->synth_count = db_int(q, 1);
	}
	db_end(q);
	s->synth_gone = mem_alloc((size_t)s->synth_count / 8 + 1);
	q = db_query(s->db, "SELECT i FROM synth_gone WHERE i < ?", "i", s->synth_count);
	while (db_next(q))
		s->synth_gone[db_int(q, 0) / 8] |= (uint8_t)(1 << (db_int(q, 0) % 8));
	db_end(q);
}

void synth_release(struct sandbox *s)
{
	free(s->synth_gone);
	s->synth_gone = NULL;
	s->synth_count = 0;
	s->synth_account[0] = '\0';
}
