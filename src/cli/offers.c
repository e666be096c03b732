/* Numbers for sale as rows: what search, saved, watch and basket print. */
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/model/number.h"

enum { PHONE, NAME, LOCALITY, REGION, POSTAL, COUNTRY, TYPE, CAPS, ADDRESS, BETA, LATA, CENTER, PRICE, CURRENCY,
       SCORE, WHY, N_CELLS };

static const struct out_column csv_columns[N_CELLS] = {
	{"phone_number", "NUMBER", false}, {"friendly_name", "NAME", false}, {"locality", "PLACE", false},
	{"region", "REGION", false}, {"postal_code", "POSTAL", false}, {"country", "CC", false},
	{"type", "TYPE", false}, {"capabilities", "CAPS", false}, {"address_requirements", "ADDRESS", false},
	{"beta", "BETA", false}, {"lata", "LATA", false}, {"rate_center", "RATE CENTER", false},
	{"monthly_price", "$/MO", true}, {"currency", "CUR", false}, {"score", "SCORE", true}, {"why", "WHY", false},
};
static const int table_cells[] = {PHONE, LOCALITY, COUNTRY, TYPE, CAPS, ADDRESS, PRICE, CURRENCY, SCORE, WHY};

struct cells { const char *v[N_CELLS]; char place[160], caps[40], price[32], phone[32], score[8]; };

static void machine_caps(unsigned caps, char *dst, size_t n)
{
	size_t used = 0;

	dst[0] = '\0';
	for (unsigned i = 0; i < CAP_COUNT; i++)
		if (caps & 1u << i)
			used += (size_t)snprintf(dst + used, n - used, "%s%s", used ? " " : "", capability_names[i]);
}

static void fill(struct cells *x, const struct offer *o, enum cli_format f, bool ascii)
{
	*x = (struct cells){.v = {
		[PHONE] = o->phone_number, [NAME] = o->friendly_name, [LOCALITY] = o->locality, [REGION] = o->region,
		[POSTAL] = o->postal_code, [COUNTRY] = o->country, [TYPE] = number_type_name(o->type), [CAPS] = x->caps,
		[ADDRESS] = o->address_requirements, [BETA] = o->beta ? "true" : "false", [LATA] = o->lata,
		[CENTER] = o->rate_center, [PRICE] = x->price, [CURRENCY] = o->currency, [SCORE] = x->score,
		[WHY] = o->why}};
	machine_caps(o->capabilities, x->caps, sizeof x->caps);
	money_decimal(o->monthly_price, x->price, sizeof x->price);
	snprintf(x->score, sizeof x->score, "%d", o->score);
	if (f != FORMAT_CSV)
		x->v[LOCALITY] = offer_place(o, x->place, sizeof x->place);
	if (f != FORMAT_TABLE)
		return;
	x->v[PHONE] = phone_format(o->phone_number, x->phone, sizeof x->phone);
	capability_flags(o->capabilities, ascii, x->caps);
}

struct out *cli_offers_out(const struct cli *c)
{
	static struct out_column few[ARRAY_LEN(table_cells)];

	for (size_t i = 0; i < ARRAY_LEN(table_cells); i++)
		few[i] = csv_columns[table_cells[i]];
	return c->a->format == FORMAT_CSV ? out_new(FORMAT_CSV, csv_columns, N_CELLS) :
					    out_new(c->a->format, few, ARRAY_LEN(few));
}

void cli_offers_row(const struct cli *c, struct out *o, const struct offer *offer)
{
	const enum cli_format f = c->a->format;
	const char *row[N_CELLS];
	struct cells x;

	if (out_is_json(o)) {
		out_offer_json(out_json(o), offer);
		return;
	}
	fill(&x, offer, f, cli_ascii(c->s));
	if (f == FORMAT_CSV) {
		out_row(o, x.v);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(table_cells); i++)
		row[i] = x.v[table_cells[i]];
	out_row(o, row);
}
