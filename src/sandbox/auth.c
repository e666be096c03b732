#include "auth.h"

#include <string.h>

#include "db.h"
#include "request.h"
#include "state.h"

static bool login_key(struct sandbox *s, const struct request *q, struct principal *p)
{
	struct sqlite3_stmt *row = db_query(s->db, "SELECT account_sid, kind='main' FROM api_key WHERE sid=? AND "
					    "secret=?", "ss", q->user, q->password);
	char sid[SID_SIZE] = "";

	if (db_next(row)) {
		db_copy(sid, sizeof sid, row, 0);
		p->key = db_int(row, 1) ? KEY_MAIN : KEY_STANDARD;
	}
	db_end(row);
	return account_load(s, sid, &p->self);
}

bool auth_login(struct sandbox *s, const struct request *q, struct principal *p)
{
	*p = (struct principal){.key = KEY_NONE};
	if (strncmp(q->user, "SK", 2) == 0) {
		if (!login_key(s, q, p))
			return false;
	} else if (!account_load(s, q->user, &p->self) || strcmp(p->self.token, q->password) != 0) {
		return false;
	}
	p->target = p->self;
	return account_is_active(s, &p->self);
}

bool auth_target(struct sandbox *s, const char *sid, struct principal *p)
{
	if (strcmp(sid, p->self.sid) == 0)
		return true;
	/* Keys reach the account they were made in and no other; only a parent's token reaches its subaccounts. */
	return p->key == KEY_NONE && account_load(s, sid, &p->target) && strcmp(p->target.owner, p->self.sid) == 0;
}
