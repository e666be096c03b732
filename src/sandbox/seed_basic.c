#include "applications.h"
#include "msgservices.h"
#include "numdesk/model/capability.h"
#include "record.h"
#include "seed.h"
#include "trunks.h"

#define VOICE_APP "https://app.example.com/voice"
#define SMS_APP "https://app.example.com/sms"

/* A small world for tests; seed.h says what each account is for. */
static const struct seed_account accounts[] = {
	{"acme", NULL, "Acme Communications", "active", "Full", 1000000000, false},
	{"acme-east", "acme", "Acme East", "active", "Full", 0, false},
	{"acme-west", "acme", "Acme West", "active", "Full", 0, false},
	{"acme-paused", "acme", "Acme Paused", "suspended", "Full", 0, false},
	{"acme-gone", "acme", "Acme Gone", "closed", "Full", 0, false},
	{"trial", NULL, "Trial Account", "active", "Trial", 15500000, false},
	{"trial-sub", "trial", "Trial Sub", "active", "Trial", 0, false},
	{"poor", NULL, "Poor Account", "active", "Full", 500000, false},
	{"halted", NULL, "Halted Account", "suspended", "Full", 0, false},
	{"test", NULL, "Test Credentials", "active", "Full", 0, true},
};

static const struct seed_address addresses[] = {
	{"acme", "acme-us", "San Francisco", "Acme Communications", "1 Market Street", "San Francisco", "CA", "94105",
	 "US"},
	{"acme", "acme-gb", "London", "Acme Communications", "1 Station Road", "London", "London", "EC1A 1BB", "GB"},
	{"acme", "acme-de", "Berlin", "Acme Communications", "Hauptstrasse 1", "Berlin", "Berlin", "10115", "DE"},
	{"acme-east", "acme-east-de", "Berlin East", "Acme East", "Hauptstrasse 2", "Berlin", "Berlin", "10115", "DE"},
};

static const struct seed_bundle bundles[] = {
	{"acme", "acme-de-bundle", "Germany local", "DE", NUMBER_LOCAL, "business", "twilio-approved", 300},
	{"acme", "acme-de-mobile", "Germany mobile", "DE", NUMBER_MOBILE, "business", "twilio-rejected", 0},
	{"acme", "acme-gb-mobile", "UK mobile", "GB", NUMBER_MOBILE, "business", "draft", 0},
};

static const struct seed_number acme_numbers[] = {
	{"+14155550101", "Main line", 700, "https://voice.example.com/main", "https://sms.example.com/main", 0},
	{"+14155550102", NULL, 400, "https://demo.twilio.com/welcome/voice/",
	 "https://demo.twilio.com/welcome/sms/reply", 0},
	{"+442079460101", "London", 90, "https://voice.example.com/london", NULL, 0},
};

static const struct seed_number east_numbers[] = {
	{"+12125550103", "East desk", 300, "https://voice.example.com/east", NULL, CAP_VOICE},
	{"+18335550104", "East toll-free", 200, NULL, "https://sms.example.com/east", 0},
};

static const struct seed_number paused_number = {"+13125550105", "Paused", 100, NULL, NULL, 0};

static const struct seed_traffic traffic[] = {
	{"+14155550101", TRAFFIC_ACTIVE}, {"+14155550102", TRAFFIC_IDLE}, {"+442079460101", TRAFFIC_INBOUND},
	{"+12125550103", TRAFFIC_TRICKLE}, {"+18335550104", TRAFFIC_ACTIVE}, {"+13125550105", TRAFFIC_NONE},
};

void seed_basic(struct sandbox *s)
{
	for (size_t i = 0; i < ARRAY_LEN(accounts); i++)
		seed_account(s, &accounts[i]);
	seed_key(s, "acme", "acme-main", "main");
	seed_key(s, "acme", "acme-standard", "standard");
	seed_key(s, "acme-east", "acme-east-standard", "standard");
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
		seed_address(s, &addresses[i]);
	for (size_t i = 0; i < ARRAY_LEN(bundles); i++)
		seed_bundle(s, &bundles[i]);
	seed_caller_id(s, "acme", "+12025550190", "Front door", 60);
	record_seed(s, &application_kind, "acme", "acme-menu",
		    (const char *const[]){"friendly_name", "Main menu", "voice_url", VOICE_APP, "sms_url", SMS_APP, NULL});
	record_seed(s, &application_kind, "acme", "acme-night", (const char *const[]){"friendly_name", "Night desk", NULL});
	record_seed(s, &application_kind, "acme-east", "east-menu", (const char *const[]){"friendly_name", "Main menu", NULL});
	record_seed(s, &trunk_kind, "acme", "acme-pbx",
		    (const char *const[]){"friendly_name", "Office PBX", "domain_name", "acme.pstn.twilio.com", NULL});
	record_seed(s, &trunk_kind, "acme-east", "east-pbx", (const char *const[]){"friendly_name", "East PBX", NULL});
	for (size_t i = 0; i < ARRAY_LEN(acme_numbers); i++)
		seed_number(s, "acme", &acme_numbers[i]);
	for (size_t i = 0; i < ARRAY_LEN(east_numbers); i++)
		seed_number(s, "acme-east", &east_numbers[i]);
	seed_number(s, "acme-paused", &paused_number);
	seed_traffic(s, traffic, ARRAY_LEN(traffic));
	seed_messaging_basic(s);
}
