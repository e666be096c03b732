#include "documents.h"

#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "auth.h"
#include "db.h"
#include "ident.h"
#include "ledger.h"
#include "numdesk/util/clock.h"
#include "out.h"
#include "request.h"
#include "state.h"

#define FILE_MAX ((size_t)10 << 20)

static const struct { const char *bytes; size_t n; const char *type; } magics[] = {
	{"%PDF-", 5, "application/pdf"}, {"\x89PNG\r\n\x1a\n", 8, "image/png"}, {"\xff\xd8\xff", 3, "image/jpeg"},
	{"II*\0", 4, "image/tiff"}, {"MM\0*", 4, "image/tiff"}, {"GIF8", 4, "image/gif"},
};

static const char *mime_of(const struct request_file *f)
{
	for (size_t i = 0; i < ARRAY_LEN(magics); i++)
		if (f->len >= magics[i].n && memcmp(f->bytes, magics[i].bytes, magics[i].n) == 0)
			return memmem(f->bytes, f->len, "/Encrypt", 8) ? "" : magics[i].type;
	return "";
}

static bool check(const struct request *q, struct answer *a)
{
	const char *type = param_get(&q->form, "document_type");

	if (!q->file.bytes || strcmp(q->file.field, "File") != 0)
		answer_error(a, 400, 20001, "Missing required parameter File");
	else if (!type || strcmp(type, "utility_bill") != 0)
		answer_error(a, 400, 20001, "Invalid document_type: %s", type ? type : "");
	else if (q->file.len == 0 || q->file.len > FILE_MAX)
		answer_error(a, 400, 20001, "File is empty or larger than 10 MB");
	else
		return true;
	return false;
}

void documents_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	const char *name = param_get(&q->form, "friendly_name");
	char label[64], sid[SID_SIZE], date[24];
	struct buf *b = &a->body;

	if (!check(q, a))
		return;
	snprintf(label, sizeof label, "document %lld", (long long)q->seq);
	ident_sid(sid, "RD", label);
	db_run(s->db, "INSERT INTO port_document (sid, account_sid, mime_type, created) VALUES (?,?,?,?)", "sssi", sid,
	       p->self.sid, mime_of(&q->file), state_now());
	ledger_execution(s, q, "document", p->self.sid, NULL, sid);
	a->status = 201;
	clock_iso(state_now(), date, sizeof date);
	out_open(b, '{');
	out_member(b, "sid", sid);
	out_member(b, "account_sid", p->self.sid);
	out_member(b, "friendly_name", name ? name : q->file.file_name);
	out_member(b, "document_type", "utility_bill");
	out_member(b, "mime_type", mime_of(&q->file));
	out_member(b, "date_created", date);
	out_member(b, "date_updated", date);
	out_close(b, '}');
}

bool document_is_good(struct sandbox *s, const char *account, const char *sid)
{
	return db_number(s->db, 0, "SELECT COUNT(*) FROM port_document WHERE sid=? AND account_sid=? AND mime_type<>''",
			 "ss", sid, account) > 0;
}
