#include "schema.h"

#define OWNED(column, form, check) #column " TEXT, "
const char schema_sql[] =
	"CREATE TABLE account (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, owner TEXT NOT NULL,"
	" label TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, type TEXT NOT NULL, token TEXT NOT NULL,"
	" is_test INTEGER NOT NULL, balance INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,"
	" visible_ms INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE api_key (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, account_sid TEXT NOT NULL,"
	" label TEXT NOT NULL, secret TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,"
	" created INTEGER NOT NULL, updated INTEGER NOT NULL);"
	"CREATE TABLE address (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, account_sid TEXT NOT NULL,"
	" customer_name TEXT, street TEXT, street_secondary TEXT, city TEXT, region TEXT, postal_code TEXT,"
	" iso_country TEXT, friendly_name TEXT, emergency INTEGER NOT NULL,"
	" created INTEGER NOT NULL, updated INTEGER NOT NULL);"
	"CREATE TABLE bundle (sid TEXT PRIMARY KEY, account_sid TEXT NOT NULL, iso_country TEXT NOT NULL);"
	"CREATE TABLE number ("
#include "owned_fields.def"
	" ord INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, visible_ms INTEGER NOT NULL,"
	" capabilities INTEGER NOT NULL, beta INTEGER NOT NULL, lookup INTEGER NOT NULL,"
	" PRIMARY KEY (sid), UNIQUE (phone_number));"
	"CREATE INDEX number_list ON number (account_sid, ord);"
	"CREATE TABLE released (phone_number TEXT PRIMARY KEY) WITHOUT ROWID;"
	"CREATE TABLE synth (account_sid TEXT NOT NULL, count INTEGER NOT NULL);"
	"CREATE TABLE synth_gone (i INTEGER PRIMARY KEY);"
	"CREATE TABLE arrival (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, connection INTEGER NOT NULL,"
	" method TEXT NOT NULL, target TEXT NOT NULL, body TEXT NOT NULL, user TEXT NOT NULL,"
	" has_auth INTEGER NOT NULL, complete INTEGER NOT NULL);"
	"CREATE TABLE execution (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, arrival INTEGER NOT NULL,"
	" action TEXT NOT NULL, account_sid TEXT, phone_number TEXT, sid TEXT);";
#undef OWNED

const char schema_clear_sql[] =
	"DELETE FROM account; DELETE FROM api_key; DELETE FROM address; DELETE FROM bundle; DELETE FROM number;"
	"DELETE FROM released; DELETE FROM synth; DELETE FROM synth_gone; DELETE FROM arrival; DELETE FROM execution;";
