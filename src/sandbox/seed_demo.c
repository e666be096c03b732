#include "applications.h"
#include "msgservices.h"
#include "numdesk/model/capability.h"
#include "ports.h"
#include "record.h"
#include "seed.h"
#include "trunks.h"

/* A small company and its customers, with the lines such customers have. Two subaccounts are not among the printed
 * credentials: the program has yet to import them. */
#define DEMO_VOICE "https://demo.twilio.com/welcome/voice/"
#define DEMO_SMS "https://demo.twilio.com/welcome/sms/reply"
#define VOICE(x) "https://voice.example.com/" x
#define SMS(x) "https://sms.example.com/" x

static const struct seed_number acme[] = {
	{"+14155550100", "Acme switchboard", 1090, VOICE("switchboard"), SMS("switchboard"), 0},
	{"+18335550100", "Acme toll-free", 1071, VOICE("tollfree"), SMS("tollfree"), 0},
	{"+442079460100", "Acme London", 430, VOICE("london"), NULL, 0},
};

static const struct seed_number client_0[] = {
	{"+14155550137", "Support", 1035, VOICE("support"), SMS("support"), 0},
	{"+14155550174", "Line 2", 1032, VOICE("line?n=2"), SMS("line?n=2"), 0},
	{"+14155550111", "Returns", 988, VOICE("returns"), NULL, CAP_VOICE},
	{"+15105550142", "Oakland warehouse", 845, VOICE("warehouse"), SMS("warehouse"), 0},
	{"+16285550119", NULL, 731, DEMO_VOICE, DEMO_SMS, 0},
	{"+12125550168", "New York desk", 640, VOICE("desk/ny"), SMS("desk/ny"), CAP_VOICE | CAP_SMS},
	{"+13125550150", "Chicago desk", 512, VOICE("desk/chicago"), SMS("desk/chicago"), 0},
	{"+14375550123", "Toronto desk", 390, VOICE("desk/toronto"), SMS("desk/toronto"), 0},
	{"+442079460123", "London desk", 275, VOICE("desk/london"), NULL, 0},
	{"+447700900145", "London texts", 270, NULL, SMS("desk/london"), 0},
	{"+14155550186", "Night line", 96, VOICE("night"), SMS("night"), 0},
	{"+15105550199", NULL, 12, DEMO_VOICE, DEMO_SMS, 0},
};

static const struct seed_number client_1[] = {
	{"+12065550101", "Clinic Seattle", 1080, VOICE("clinic/1"), SMS("clinic/1"), 0},
	{"+12065550102", "Clinic Seattle, fax", 1080, VOICE("fax/1"), NULL, CAP_VOICE | CAP_FAX},
	{"+15035550103", "Clinic Portland", 1066, VOICE("clinic/2"), SMS("clinic/2"), 0},
	{"+15035550104", "Portland reminders", 1060, NULL, SMS("reminders"), 0},
	{"+13035550105", "Clinic Denver", 1041, VOICE("clinic/3"), SMS("clinic/3"), 0},
	{"+13035550106", "Denver reminders", 1041, NULL, SMS("reminders"), 0},
	{"+16025550107", "Clinic Phoenix", 1003, VOICE("clinic/4"), SMS("clinic/4"), 0},
	{"+17025550108", "Clinic Las Vegas", 977, VOICE("clinic/5"), SMS("clinic/5"), 0},
	{"+15125550109", "Clinic Austin", 941, VOICE("clinic/6"), SMS("clinic/6"), 0},
	{"+17135550110", "Clinic Houston", 940, VOICE("clinic/7"), SMS("clinic/7"), 0},
	{"+12145550111", "Clinic Dallas", 936, VOICE("clinic/8"), SMS("clinic/8"), 0},
	{"+15045550112", "Clinic New Orleans", 901, VOICE("clinic/9"), SMS("clinic/9"), 0},
	{"+14045550113", "Clinic Atlanta", 880, VOICE("clinic/10"), SMS("clinic/10"), 0},
	{"+13055550114", "Clinic Miami", 871, VOICE("clinic/11"), SMS("clinic/11"), 0},
	{"+13055550115", "Miami, Spanish", 870, VOICE("clinic/11?lang=es"), SMS("clinic/11?lang=es"), 0},
	{"+18135550116", "Clinic Tampa", 802, VOICE("clinic/12"), SMS("clinic/12"), 0},
	{"+17045550117", "Clinic Charlotte", 790, VOICE("clinic/13"), SMS("clinic/13"), 0},
	{"+12025550118", "Clinic Washington", 744, VOICE("clinic/14"), SMS("clinic/14"), 0},
	{"+12155550119", "Clinic Philadelphia", 702, VOICE("clinic/15"), SMS("clinic/15"), 0},
	{"+16175550120", "Clinic Boston", 688, VOICE("clinic/16"), SMS("clinic/16"), 0},
	{"+16175550121", "Boston callback", 688, VOICE("callback"), NULL, CAP_VOICE},
	{"+13135550122", "Clinic Detroit", 655, VOICE("clinic/17"), SMS("clinic/17"), 0},
	{"+16125550123", "Clinic Minneapolis", 610, VOICE("clinic/18"), SMS("clinic/18"), 0},
	{"+13145550124", "Clinic St. Louis", 583, VOICE("clinic/19"), SMS("clinic/19"), 0},
	{"+18335550125", "Appointments", 560, VOICE("appointments"), SMS("appointments"), 0},
	{"+18445550126", "Billing questions", 560, VOICE("billing"), SMS("billing"), 0},
	{"+18555550127", "Nurse line", 541, VOICE("nurse"), NULL, 0},
	{"+14165550128", "Clinic Toronto", 520, VOICE("clinic/20"), SMS("clinic/20"), 0},
	{"+16045550129", "Clinic Vancouver", 515, VOICE("clinic/21"), SMS("clinic/21"), 0},
	{"+14385550130", "Clinique Montr\xc3\xa9" "al", 490, VOICE("clinic/22?lang=fr"), SMS("clinic/22?lang=fr"), 0},
	{"+442079460131", "London clinic", 402, VOICE("clinic/23"), NULL, 0},
	{"+441614960132", "Manchester clinic", 400, VOICE("clinic/24"), NULL, 0},
	{"+447700900133", "UK reminders", 399, NULL, SMS("reminders?cc=GB"), 0},
	{"+448081570134", "UK freephone", 398, VOICE("appointments?cc=GB"), NULL, 0},
	{"+493023125135", "Praxis Berlin", 310, VOICE("clinic/25?lang=de"), NULL, 0},
	{"+33199001136", "Cabinet Paris", 288, VOICE("clinic/26?lang=fr"), NULL, 0},
	{"+61255501137", "Sydney clinic", 201, VOICE("clinic/27"), NULL, 0},
	{"+61491570138", "AU reminders", 200, NULL, SMS("reminders?cc=AU"), 0},
	{"+12065550139", NULL, 44, DEMO_VOICE, DEMO_SMS, 0},
	{"+12065550140", NULL, 3, DEMO_VOICE, DEMO_SMS, 0},
};

static const struct seed_number client_2[] = {
	{"+12065550151", "Florist Seattle", 610, VOICE("florist"), SMS("florist"), 0},
	{"+12065550152", "Florist Bellevue", 602, VOICE("florist?shop=2"), SMS("florist?shop=2"), 0},
	{"+18335550153", "Florist orders", 588, VOICE("orders"), NULL, 0},
	{"+442079460154", "Florist London", 233, VOICE("florist?cc=GB"), NULL, 0},
};

/* Suspended for months, and billed all the same. */
static const struct seed_number client_3[] = {
	{"+15035550161", "Bakery Portland", 820, VOICE("bakery"), SMS("bakery"), 0},
	{"+15035550162", "Bakery orders", 815, VOICE("bakery/orders"), NULL, 0},
	{"+18445550163", "Bakery toll-free", 640, VOICE("bakery"), NULL, 0},
};

static const struct seed_account accounts[] = {
	{"acme", NULL, "Acme Communications", "active", "Full", 42170000, false},
	{"client-0", "acme", "Client 0", "active", "Full", 0, false},
	{"client-1", "acme", "Client 1", "active", "Full", 0, false},
	{"client-2", "acme", "Client 2 (flowers)", "active", "Full", 0, false},
	{"client-3", "acme", "Client 3 (bakery)", "suspended", "Full", 0, false},
	{"client-4", "acme", "Client 4 (left in spring)", "closed", "Full", 0, false},
	{"client-5", "acme", "Client 5", "active", "Full", 0, false},
};

static const struct seed_traffic traffic[] = {
	{"+14155550100", TRAFFIC_ACTIVE}, {"+18335550100", TRAFFIC_INBOUND}, {"+442079460100", TRAFFIC_TRICKLE},
	{"+14155550137", TRAFFIC_ACTIVE}, {"+14155550174", TRAFFIC_TRICKLE}, {"+14155550111", TRAFFIC_IDLE},
	{"+15105550142", TRAFFIC_INBOUND}, {"+16285550119", TRAFFIC_NONE}, {"+12125550168", TRAFFIC_ACTIVE},
	{"+13125550150", TRAFFIC_ACTIVE}, {"+14375550123", TRAFFIC_TRICKLE}, {"+442079460123", TRAFFIC_INBOUND},
	{"+447700900145", TRAFFIC_ACTIVE}, {"+14155550186", TRAFFIC_IDLE}, {"+15105550199", TRAFFIC_NONE},
	{"+15035550104", TRAFFIC_BUSY}, {"+13035550106", TRAFFIC_BUSY}, {"+447700900133", TRAFFIC_ACTIVE},
	{"+61491570138", TRAFFIC_ACTIVE}, {"+18555550127", TRAFFIC_INBOUND}, {"+12065550140", TRAFFIC_NONE},
	{"+15035550161", TRAFFIC_IDLE}, {"+15035550162", TRAFFIC_NONE}, {"+18445550163", TRAFFIC_IDLE},
};

static const struct seed_address addresses[] = {
	{"acme", "acme-us", "Headquarters", "Acme Communications", "1 Market Street", "San Francisco", "CA", "94105",
	 "US"},
	{"client-0", "client-0-us", "Oakland warehouse", "Client 0", "100 Broadway", "Oakland", "CA", "94607", "US"},
	{"client-0", "client-0-gb", "London desk", "Client 0", "1 Station Road", "London", "London", "EC1A 1BB", "GB"},
	{"client-1", "client-1-us", "Seattle clinic", "Client 1", "200 Pine Street", "Seattle", "WA", "98101", "US"},
	{"client-1", "client-1-de", "Praxis Berlin", "Client 1", "Hauptstrasse 1", "Berlin", "Berlin", "10115", "DE"},
};

static const struct seed_bundle bundles[] = {
	{"acme", "acme-de-local", "Germany, Acme", "DE", NUMBER_LOCAL, "business", "twilio-approved", 500},
	{"acme", "acme-gb-mobile", "UK mobile, Acme", "GB", NUMBER_MOBILE, "business", "pending-review", 0},
	{"client-0", "client-0-gb-mobile", "UK mobile", "GB", NUMBER_MOBILE, "business", "twilio-approved", 210},
	{"client-0", "client-0-de-local", "Germany local", "DE", NUMBER_LOCAL, "business", "draft", 0},
	{"client-1", "client-1-de", "Praxis Berlin", "DE", NUMBER_LOCAL, "business", "twilio-approved", 45},
	{"client-1", "client-1-gb-mobile", "UK reminders", "GB", NUMBER_MOBILE, "business", "twilio-rejected", 0},
};

static const struct seed_port ports[] = {
	{"client-0", "port-bakery", 75, "completed", NULL, "Corner Bakery", {"+14155550111"}, "completed", NULL, NULL, -60},
	{"client-0", "port-florist", 40, "canceled", NULL, "Florist", {"+15105550271"}, "canceled", NULL, NULL, 0},
	{"client-0", "port-cinema", 24, "action_required", "Correct the PIN of the rejected number with the losing carrier",
	 "Cinema", {"+16285550262", "+16285550263"}, "port_rejected", "INVALID_PIN", "1004", 0},
	{"client-0", "port-garage", 12, "in_progress", NULL, "Garage",
	 {"+14155550251", "+14155550252", "+14155550253"}, "port_pending", NULL, NULL, 6},
	{"client-0", "port-school", 3, "waiting_for_signature",
	 "Sign the letter of authorization that was sent to signer@example.com", "Music School",
	 {"+15105550241", "+15105550242"}, "waiting_for_signature", NULL, NULL, 0},
	{"client-1", "port-clinic", 8, "in_progress", NULL, "Clinic", {"+12065550231"}, "port_submitted", NULL, NULL, 0},
	{"acme", "port-acme", 1, "in_review", NULL, "Acme Communications", {"+14155550221", "+14155550222"}, "in_review",
	 NULL, NULL, 0},
};

static void add_numbers(struct sandbox *s, const char *account, const struct seed_number *n, size_t count)
{
	for (size_t i = 0; i < count; i++)
		seed_number(s, account, &n[i]);
}

static const struct { const char *account, *name, *friendly_name, *voice, *sms; } applications[] = {
	{"acme", "acme-menu", "Main menu", "https://app.example.com/menu/voice", "https://app.example.com/menu/sms"},
	{"client-0", "client-0-menu", "Main menu", "https://app.example.com/0/voice", "https://app.example.com/0/sms"},
	{"client-0", "client-0-night", "Night desk", "https://app.example.com/0/night", NULL},
	{"client-0", "client-0-bot", "Text bot", NULL, "https://bot.example.com/0"},
	{"client-1", "client-1-menu", "Clinic menu", "https://app.example.com/1/voice", "https://app.example.com/1/sms"},
};

static const struct { const char *account, *name, *friendly_name, *domain; } trunks[] = {
	{"acme", "acme-pbx", "Acme PBX", "acme.pstn.twilio.com"},
	{"client-0", "client-0-pbx", "Office PBX", "client-0.pstn.twilio.com"},
	{"client-0", "client-0-spare", "Spare trunk", "client-0-spare.pstn.twilio.com"},
};

/* Numbers whose calls go elsewhere than their URL says, and what a check would find. */
static void add_routes(struct sandbox *s)
{
	for (size_t i = 0; i < ARRAY_LEN(applications); i++) {
		const char *const sets[] = {"friendly_name", applications[i].friendly_name, "voice_url",
			applications[i].voice ? applications[i].voice : "", "sms_url",
			applications[i].sms ? applications[i].sms : "", NULL};

		record_seed(s, &application_kind, applications[i].account, applications[i].name, sets);
	}
	for (size_t i = 0; i < ARRAY_LEN(trunks); i++)
		record_seed(s, &trunk_kind, trunks[i].account, trunks[i].name,
			    (const char *const[]){"friendly_name", trunks[i].friendly_name, "domain_name", trunks[i].domain, NULL});
	seed_set_sid(s, "+14155550186", "voice_application_sid", "AP", "client-0-night");
	seed_set_sid(s, "+12125550168", "trunk_sid", "TK", "client-0-pbx");
	seed_set_sid(s, "+13125550150", "sms_application_sid", "AP", "client-0-bot");
	seed_set_sid(s, "+15105550142", "emergency_address_sid", "AD", "client-0-us");
	seed_set(s, "+15105550142", "emergency_status", "Active");
	seed_set(s, "+15105550142", "emergency_address_status", "registered");
	seed_set(s, "+14375550123", "voice_url", "http://voice.example.com/desk/toronto");
	seed_set(s, "+14155550137", "voice_fallback_url", VOICE("fallback"));
	seed_set(s, "+14155550137", "status_callback", "https://status.example.com/support");
}

void seed_demo(struct sandbox *s)
{
	for (size_t i = 0; i < ARRAY_LEN(accounts); i++)
		seed_account(s, &accounts[i]);
	seed_unlist(s, "client-2");
	seed_unlist(s, "client-5");
	seed_key(s, "acme", "acme-main", "main");
	seed_key(s, "client-0", "client-0-key", "standard");
	seed_key(s, "client-1", "client-1-key", "standard");
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
		seed_address(s, &addresses[i]);
	for (size_t i = 0; i < ARRAY_LEN(bundles); i++)
		seed_bundle(s, &bundles[i]);
	seed_caller_id(s, "client-0", "+12025550191", "Head office", 220);
	seed_caller_id(s, "client-0", "+442079460971", "London reception", 31);
	seed_caller_id(s, "client-1", "+12065550192", "Clinic front desk", 400);
	add_numbers(s, "acme", acme, ARRAY_LEN(acme));
	add_numbers(s, "client-0", client_0, ARRAY_LEN(client_0));
	add_numbers(s, "client-1", client_1, ARRAY_LEN(client_1));
	add_numbers(s, "client-2", client_2, ARRAY_LEN(client_2));
	add_numbers(s, "client-3", client_3, ARRAY_LEN(client_3));
	seed_traffic(s, traffic, ARRAY_LEN(traffic));
	add_routes(s);
	seed_messaging_demo(s);
	for (size_t i = 0; i < ARRAY_LEN(ports); i++)
		seed_port(s, &ports[i]);
}
