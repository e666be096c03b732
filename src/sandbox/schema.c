#include "schema.h"

#include <stddef.h>

#define OWNED(column, form, check) #column " TEXT, "
const char *const schema_sql[] = {
	"CREATE TABLE account (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, owner TEXT NOT NULL,"
	" label TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, type TEXT NOT NULL, token TEXT NOT NULL,"
	" is_test INTEGER NOT NULL, balance INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,"
	" visible_ms INTEGER NOT NULL DEFAULT 0);",
	"CREATE TABLE api_key (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, account_sid TEXT NOT NULL,"
	" label TEXT NOT NULL, secret TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,"
	" created INTEGER NOT NULL, updated INTEGER NOT NULL);",
	"CREATE TABLE address (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, account_sid TEXT NOT NULL,"
	" customer_name TEXT, street TEXT, street_secondary TEXT, city TEXT, region TEXT, postal_code TEXT,"
	" iso_country TEXT, friendly_name TEXT, emergency INTEGER NOT NULL,"
	" created INTEGER NOT NULL, updated INTEGER NOT NULL);",
	"CREATE TABLE bundle (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, account_sid TEXT NOT NULL,"
	" regulation_sid TEXT NOT NULL, friendly_name TEXT NOT NULL, status TEXT NOT NULL, email TEXT NOT NULL,"
	" valid_until INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL);",
	"CREATE TABLE caller_id (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, account_sid TEXT NOT NULL,"
	" phone_number TEXT NOT NULL, friendly_name TEXT NOT NULL, created INTEGER NOT NULL,"
	" updated INTEGER NOT NULL, UNIQUE (account_sid, phone_number));",
	"CREATE TABLE caller_call (ord INTEGER PRIMARY KEY, sid TEXT NOT NULL, account_sid TEXT NOT NULL,"
	" phone_number TEXT NOT NULL, friendly_name TEXT NOT NULL, code TEXT NOT NULL, status TEXT NOT NULL,"
	" due_ms INTEGER NOT NULL);",
	"CREATE TABLE verify_service (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, account_sid TEXT NOT NULL,"
	" friendly_name TEXT NOT NULL, code_length INTEGER NOT NULL, created INTEGER NOT NULL);",
	"CREATE TABLE verification (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, service_sid TEXT NOT NULL,"
	" account_sid TEXT NOT NULL, phone_to TEXT NOT NULL, channel TEXT NOT NULL, status TEXT NOT NULL,"
	" code TEXT NOT NULL, checks INTEGER NOT NULL, sends INTEGER NOT NULL, created INTEGER NOT NULL,"
	" updated INTEGER NOT NULL);",
	"CREATE TABLE msgservice (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, account_sid TEXT NOT NULL,"
	" friendly_name TEXT NOT NULL, inbound_request_url TEXT, inbound_method TEXT NOT NULL DEFAULT 'POST',"
	" fallback_url TEXT, fallback_method TEXT NOT NULL DEFAULT 'POST', status_callback TEXT,"
	" scan_message_content TEXT NOT NULL DEFAULT 'inherit', usecase TEXT NOT NULL DEFAULT 'undeclared',"
	" sticky_sender INTEGER NOT NULL DEFAULT 1, mms_converter INTEGER NOT NULL DEFAULT 1,"
	" smart_encoding INTEGER NOT NULL DEFAULT 1, fallback_to_long_code INTEGER NOT NULL DEFAULT 1,"
	" area_code_geomatch INTEGER NOT NULL DEFAULT 1, synchronous_validation INTEGER NOT NULL DEFAULT 0,"
	" use_inbound_webhook_on_number INTEGER NOT NULL DEFAULT 0, validity_period INTEGER NOT NULL DEFAULT 36000,"
	" created INTEGER NOT NULL, updated INTEGER NOT NULL);",
	"CREATE TABLE msgpool (ord INTEGER PRIMARY KEY, service_sid TEXT NOT NULL, phone_sid TEXT UNIQUE NOT NULL,"
	" created INTEGER NOT NULL);",
	"CREATE INDEX msgpool_list ON msgpool (service_sid, ord);",
	"CREATE TABLE campaign (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, account_sid TEXT NOT NULL,"
	" service_sid TEXT NOT NULL, brand_sid TEXT NOT NULL, description TEXT NOT NULL, usecase TEXT NOT NULL,"
	" status TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL);",
	"CREATE TABLE tollfree (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, account_sid TEXT NOT NULL,"
	" phone_sid TEXT NOT NULL, phone_number TEXT NOT NULL, status TEXT NOT NULL, reason TEXT,"
	" created INTEGER NOT NULL, updated INTEGER NOT NULL);",
	"CREATE TABLE number ("
#include "owned_fields.def"
	" ord INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, visible_ms INTEGER NOT NULL,"
	" capabilities INTEGER NOT NULL, beta INTEGER NOT NULL, lookup INTEGER NOT NULL,"
	" PRIMARY KEY (sid), UNIQUE (phone_number));",
	"CREATE INDEX number_list ON number (account_sid, ord);",
	"CREATE TABLE released (phone_number TEXT PRIMARY KEY) WITHOUT ROWID;",
	"CREATE TABLE synth (account_sid TEXT NOT NULL, count INTEGER NOT NULL);",
	"CREATE TABLE synth_gone (i INTEGER PRIMARY KEY);",
	"CREATE TABLE record (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, kind TEXT NOT NULL,"
	" account_sid TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL);",
	"CREATE TABLE record_text (sid TEXT NOT NULL, name TEXT NOT NULL, value TEXT, PRIMARY KEY (sid, name)) WITHOUT ROWID;",
	"CREATE TABLE message (ord INTEGER PRIMARY KEY, sid TEXT NOT NULL, account_sid TEXT NOT NULL, from_number TEXT,"
	" to_number TEXT, body TEXT, status TEXT NOT NULL, direction TEXT NOT NULL, num_segments INTEGER NOT NULL,"
	" num_media INTEGER NOT NULL, price INTEGER, error_code INTEGER NOT NULL, error_message TEXT,"
	" messaging_service_sid TEXT, created INTEGER NOT NULL, sent INTEGER NOT NULL, updated INTEGER NOT NULL);",
	"CREATE INDEX message_list ON message (account_sid, ord);",
	"CREATE TABLE outbox (ord INTEGER PRIMARY KEY, created_ms INTEGER NOT NULL, sender TEXT NOT NULL,"
	" final TEXT NOT NULL, error INTEGER NOT NULL);",
	"CREATE TABLE call (ord INTEGER PRIMARY KEY, sid TEXT NOT NULL, account_sid TEXT NOT NULL, from_number TEXT,"
	" to_number TEXT, phone_number_sid TEXT, status TEXT NOT NULL, direction TEXT NOT NULL, start INTEGER NOT NULL,"
	" duration INTEGER NOT NULL, price INTEGER);",
	"CREATE INDEX call_list ON call (account_sid, ord);",
	"CREATE TABLE traffic (phone_number TEXT PRIMARY KEY, kind INTEGER NOT NULL) WITHOUT ROWID;",
	"CREATE TABLE traffic_made (at INTEGER NOT NULL);",
	"CREATE TABLE port_document (sid TEXT PRIMARY KEY, account_sid TEXT NOT NULL, mime_type TEXT NOT NULL,"
	" created INTEGER NOT NULL);",
	"CREATE TABLE port_request (ord INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, account_sid TEXT NOT NULL,"
	" status TEXT NOT NULL, action TEXT, cancel_reason TEXT, carrier TEXT NOT NULL, documents TEXT, emails TEXT,"
	" target_date TEXT, range_start TEXT, range_end TEXT, bundle_sid TEXT, moves INTEGER NOT NULL,"
	" visible_ms INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL);",
	"CREATE TABLE port_number (ord INTEGER PRIMARY KEY, sid TEXT NOT NULL, request_sid TEXT NOT NULL,"
	" phone_number TEXT NOT NULL, pin TEXT, number_type TEXT NOT NULL, portable INTEGER NOT NULL, reason TEXT,"
	" reason_code INTEGER NOT NULL DEFAULT 0, status TEXT NOT NULL, port_date INTEGER NOT NULL DEFAULT 0,"
	" rejection TEXT, rejection_code TEXT, created INTEGER NOT NULL, updated INTEGER NOT NULL);",
	"CREATE INDEX port_number_of ON port_number (request_sid, ord);",
	"CREATE INDEX port_number_phone ON port_number (phone_number);",
	"CREATE TABLE arrival (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, connection INTEGER NOT NULL,"
	" method TEXT NOT NULL, target TEXT NOT NULL, body TEXT NOT NULL, user TEXT NOT NULL,"
	" has_auth INTEGER NOT NULL, complete INTEGER NOT NULL);",
	"CREATE TABLE execution (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, arrival INTEGER NOT NULL,"
	" action TEXT NOT NULL, account_sid TEXT, phone_number TEXT, sid TEXT);",
	NULL,
};
#undef OWNED

const char schema_clear_sql[] =
	"DELETE FROM account; DELETE FROM api_key; DELETE FROM address; DELETE FROM bundle; DELETE FROM number;"
	"DELETE FROM msgservice; DELETE FROM msgpool; DELETE FROM campaign; DELETE FROM tollfree; DELETE FROM outbox;"
	"DELETE FROM released; DELETE FROM synth; DELETE FROM synth_gone; DELETE FROM arrival; DELETE FROM execution;"
	"DELETE FROM message; DELETE FROM call; DELETE FROM traffic; DELETE FROM traffic_made;"
	"DELETE FROM caller_id; DELETE FROM caller_call; DELETE FROM verify_service; DELETE FROM verification;"
	"DELETE FROM record; DELETE FROM record_text;"
	"DELETE FROM port_document; DELETE FROM port_request; DELETE FROM port_number;";
