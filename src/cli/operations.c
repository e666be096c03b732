/* Rows of the journal as every command that writes prints them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli_priv.h"

#include "numdesk/cli/out.h"
#include "numdesk/core/session.h"
#include "numdesk/core/settle.h"

struct operation cli_operation(struct cli *c, const struct operation *op)
{
	struct operation copy = *op;
	char text[ERR_MSG_MAX];

	copy.message = arena_dup(&c->mem, settle_sentence(c->s, op, text, sizeof text));
	copy.before_json = copy.want_json = copy.owner = copy.result_json = copy.unsaved = NULL;
	return copy;
}

static const struct out_field fields[] = {
	{"operation", "OP", OUT_NUMBER, false}, {"kind", "KIND", OUT_TEXT, false},
	{"phone_number", "NUMBER", OUT_TEXT, false}, {"phone_sid", "SID", OUT_TEXT, false},
	{"state", "STATE", OUT_TEXT, false}, {"code", "CODE", OUT_NUMBER, false},
	{"message", "MESSAGE", OUT_TEXT, false}, {"subject", "SUBJECT", OUT_TEXT, true}, {"sid", "RESULT", OUT_TEXT, true},
};

const char *cli_number_cell(const struct operation *op, enum cli_format f)
{
	return *op->phone_number || f == FORMAT_JSON || f == FORMAT_CSV ? op->phone_number : op->subject;
}

bool cli_print_operations(const struct args *a, const struct operation *v, size_t n, struct err *e)
{
	struct out *o = out_records(a->format, fields, ARRAY_LEN(fields));

	for (size_t i = 0; i < n; i++) {
		char id[24] = "", code[16] = "";

		if (v[i].id)
			snprintf(id, sizeof id, "%" PRId64, v[i].id);
		if (v[i].twilio_code)
			snprintf(code, sizeof code, "%d", v[i].twilio_code);
		out_record(o, (const char *[]){id, op_kind_name(v[i].kind), cli_number_cell(&v[i], a->format),
					       v[i].phone_sid, op_state_name(v[i].state), code, v[i].message, v[i].subject,
					       v[i].result_sid});
	}
	return out_end(o, e);
}
