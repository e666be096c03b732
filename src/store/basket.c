#include "numdesk/store/basket.h"

#include "ledger_priv.h"

/* Two columns are not the offer's but are kept with it: why the score is what it is depends on the search it came from. */

static bool put(struct ledger *l, const char *account_sid, const struct offer *o, const char *from, struct err *e)
{
	sqlite3_stmt *q = db_kept(&l->db, "INSERT INTO basket VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,"
				  "?17,?17,0) ON CONFLICT DO UPDATE SET country=?3,type=?4,capabilities=?5,price_micros=?6,"
				  "currency=?7,beta=?8,friendly_name=?9,locality=?10,region=?11,postal_code=?12,"
				  "address_requirements=?13,score=max(score,?14),why=CASE WHEN score>?14 THEN why ELSE ?15 END,"
				  "seen_at=?17,gone_at=0", e);

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, o->phone_number);
	db_bind_text(q, 3, o->country);
	db_bind_text(q, 4, number_type_name(o->type));
	db_bind_int(q, 5, o->capabilities);
	if (o->monthly_price == MONEY_UNKNOWN)
		db_bind_text(q, 6, NULL);
	else
		db_bind_int(q, 6, o->monthly_price);
	db_bind_text(q, 7, o->currency);
	db_bind_int(q, 8, o->beta);
	db_bind_text(q, 9, o->friendly_name);
	db_bind_text(q, 10, o->locality);
	db_bind_text(q, 11, o->region);
	db_bind_text(q, 12, o->postal_code);
	db_bind_text(q, 13, o->address_requirements);
	db_bind_int(q, 14, o->score);
	db_bind_text(q, 15, o->why);
	db_bind_text(q, 16, from);
	db_bind_int(q, 17, ledger_now_ms(l) / 1000);
	return db_run(&l->db, q, e);
}

bool basket_put(struct ledger *l, const char *account_sid, const struct offer *o, const char *from, struct err *e)
{
	return ledger_begin(l, e) && db_finish(&l->db, put(l, account_sid, o, from, e), e);
}

/* A statement of constant text over the account, the number and the time. */
static bool run(struct ledger *l, const char *sql, const char *account_sid, const char *phone_number, size_t *changed,
		struct err *e)
{
	sqlite3_stmt *q;
	bool ok;

	if (!ledger_begin(l, e))
		return false;
	q = db_kept(&l->db, sql, e);
	if (q) {
		db_bind_text(q, 1, account_sid);
		db_bind_text(q, 2, phone_number);
		db_bind_int(q, 3, ledger_now_ms(l) / 1000);
	}
	ok = q && db_run(&l->db, q, e);
	if (ok && changed)
		*changed = (size_t)sqlite3_changes(l->db.h);
	return db_finish(&l->db, ok, e);
}

bool basket_gone(struct ledger *l, const char *account_sid, const char *phone_number, struct err *e)
{
	return run(l, "UPDATE basket SET gone_at=?3 WHERE account_sid=?1 AND phone_number=?2 AND gone_at=0", account_sid,
		   phone_number, NULL, e);
}

bool basket_remove(struct ledger *l, const char *account_sid, const char *phone_number, bool *there, struct err *e)
{
	size_t n = 0;

	if (!run(l, "DELETE FROM basket WHERE account_sid=?1 AND phone_number=?2 AND ?3>=0", account_sid, phone_number, &n, e))
		return false;
	if (there)
		*there = n > 0;
	return true;
}

bool basket_clear(struct ledger *l, const char *account_sid, size_t *removed, struct err *e)
{
	return run(l, "DELETE FROM basket WHERE account_sid=?1 AND ?2 IS NULL AND ?3>=0", account_sid, NULL, removed, e);
}

static void read_item(sqlite3_stmt *q, struct basket_item *i)
{
	struct offer *o = &i->offer;

	*i = (struct basket_item){.from = db_text(q, 14), .added_at = sqlite3_column_int64(q, 15),
				  .seen_at = sqlite3_column_int64(q, 16), .gone_at = sqlite3_column_int64(q, 17)};
	db_chars(q, 0, o->phone_number, sizeof o->phone_number);
	db_chars(q, 1, o->country, sizeof o->country);
	o->type = number_type_parse(db_text(q, 2));
	o->capabilities = (unsigned)sqlite3_column_int64(q, 3);
	o->monthly_price = db_text(q, 4) ? sqlite3_column_int64(q, 4) : MONEY_UNKNOWN;
	db_chars(q, 5, o->currency, sizeof o->currency);
	o->beta = sqlite3_column_int(q, 6);
	o->friendly_name = db_text(q, 7);
	o->locality = db_text(q, 8);
	o->region = db_text(q, 9);
	o->postal_code = db_text(q, 10);
	o->address_requirements = db_text(q, 11);
	o->score = sqlite3_column_int(q, 12);
	o->why = db_text(q, 13);
}

bool basket_each(struct ledger *l, const char *account_sid, basket_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(&l->db, "SELECT phone_number,country,type,capabilities,price_micros,currency,beta,"
				     "friendly_name,locality,region,postal_code,address_requirements,score,why,origin,added_at,"
				     "seen_at,gone_at FROM basket WHERE account_sid=?1 ORDER BY added_at,phone_number", e);
	enum db_step step = DB_FAILED;

	if (!q)
		return false;
	db_bind_text(q, 1, account_sid);
	while ((step = db_next(&l->db, q, e)) == DB_ROW) {
		struct basket_item i;

		read_item(q, &i);
		if (!fn(ctx, &i))
			break;
	}
	sqlite3_finalize(q);
	return step != DB_FAILED;
}

static int64_t number_of(struct ledger *l, const char *sql, const char *account_sid, const char *phone_number)
{
	sqlite3_stmt *q = db_kept(&l->db, sql, NULL);
	int64_t n = 0;

	if (!q)
		return 0;
	db_bind_text(q, 1, account_sid);
	db_bind_text(q, 2, phone_number);
	if (db_next(&l->db, q, NULL) == DB_ROW)
		n = sqlite3_column_int64(q, 0);
	db_done(q);
	return n;
}

size_t basket_count(struct ledger *l, const char *account_sid)
{
	return (size_t)number_of(l, "SELECT count(*) FROM basket WHERE account_sid=?1 AND ?2 IS NULL", account_sid, NULL);
}

bool basket_has(struct ledger *l, const char *account_sid, const char *phone_number)
{
	return number_of(l, "SELECT count(*) FROM basket WHERE account_sid=?1 AND phone_number=?2", account_sid,
			 phone_number) > 0;
}
