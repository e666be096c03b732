#include "state.h"

#include <stdio.h>
#include <stdlib.h>

#include <sqlite3.h>

#include "db.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"
#include "schema.h"
#include "seed.h"
#include "synth.h"

int64_t state_now_ms(void)
{
	return clock_system.wall_ms(&clock_system);
}

int64_t state_now(void)
{
	return state_now_ms() / 1000;
}

static void exec_or_die(struct sandbox *s, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(s->db, sql, NULL, NULL, &message) == SQLITE_OK)
		return;
	fprintf(stderr, "numdesk-sandbox: database: %s\n", message ? message : "?");
	abort();
}

static void fill(struct sandbox *s)
{
	exec_or_die(s, "BEGIN");
	seed_write(s, s->config.seed, s->config.numbers);
	exec_or_die(s, "COMMIT");
}

bool state_open(struct sandbox *s, struct err *e)
{
	int64_t version;

	if (!seed_valid(s->config.seed))
		return err_set(e, ERR_USAGE, "unknown seed '%s': demo, basic or empty", s->config.seed);
	if (s->config.numbers < 0 || s->config.numbers > synth_capacity())
		return err_set(e, ERR_USAGE, "cannot make up so many numbers: at most %lld",
			       (long long)synth_capacity());
	if (!db_open(&s->db, s->config.db_path, e))
		return false;
	version = db_number(s->db, 0, "PRAGMA user_version", "");
	if (version != 0 && version != SCHEMA_VERSION)
		return err_set(e, ERR_CONFIG, "cannot use the database '%s': it is of another version of the sandbox",
			       s->config.db_path);
	if (version == 0) {
		char sql[64];

		snprintf(sql, sizeof sql, "PRAGMA user_version=%d", SCHEMA_VERSION);
		for (size_t i = 0; schema_sql[i]; i++)
			exec_or_die(s, schema_sql[i]);
		exec_or_die(s, sql);
		fill(s);
	}
	synth_load(s);
	return true;
}

void state_close(struct sandbox *s)
{
	synth_release(s);
	sqlite3_close(s->db);
	s->db = NULL;
}

void state_reset(struct sandbox *s)
{
	exec_or_die(s, schema_clear_sql);
	fill(s);
	synth_load(s);
}
