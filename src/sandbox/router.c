#include "router.h"

#include <string.h>

#include "accounts.h"
#include "addresses.h"
#include "answer.h"
#include "applications.h"
#include "auth.h"
#include "available.h"
#include "bundles.h"
#include "caller_ids.h"
#include "calls.h"
#include "db.h"
#include "documents.h"
#include "keys.h"
#include "lookups.h"
#include "messages.h"
#include "msgservices.h"
#include "numbers.h"
#include "outbox.h"
#include "portability.h"
#include "ports.h"
#include "pricing.h"
#include "regulations.h"
#include "request.h"
#include "state.h"
#include "usage.h"
#include "verify.h"
#include "trunks.h"
#include "xml.h"

typedef void handler_fn(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

enum {
	ITSELF = 1,             /* the account as such: a parent reaches an inactive one */
	MAGIC = 2,              /* test credentials may use it */
};

/* '*' stands for one segment; literal rows come before the starred ones they would be taken for. */
static const struct route { const char *product, *method, *pattern; handler_fn *handler; unsigned flags; } routes[] = {
	{"api", "GET", "2010-04-01/Accounts", accounts_list, 0},
	{"api", "POST", "2010-04-01/Accounts", accounts_create, 0},
	{"api", "GET", "2010-04-01/Accounts/*", accounts_fetch, ITSELF},
	{"api", "POST", "2010-04-01/Accounts/*", accounts_update, ITSELF},
	{"api", "GET", "2010-04-01/Accounts/*/Balance", accounts_balance, 0},
	{"api", "GET", "2010-04-01/Accounts/*/AvailablePhoneNumbers", available_countries, 0},
	{"api", "GET", "2010-04-01/Accounts/*/AvailablePhoneNumbers/*", available_country, 0},
	{"api", "GET", "2010-04-01/Accounts/*/AvailablePhoneNumbers/*/*", available_search, 0},
	{"api", "GET", "2010-04-01/Accounts/*/IncomingPhoneNumbers", numbers_list, 0},
	{"api", "POST", "2010-04-01/Accounts/*/IncomingPhoneNumbers", numbers_buy, MAGIC},
	{"api", "GET", "2010-04-01/Accounts/*/IncomingPhoneNumbers/Local", numbers_list, 0},
	{"api", "POST", "2010-04-01/Accounts/*/IncomingPhoneNumbers/Local", numbers_buy, MAGIC},
	{"api", "GET", "2010-04-01/Accounts/*/IncomingPhoneNumbers/Mobile", numbers_list, 0},
	{"api", "POST", "2010-04-01/Accounts/*/IncomingPhoneNumbers/Mobile", numbers_buy, MAGIC},
	{"api", "GET", "2010-04-01/Accounts/*/IncomingPhoneNumbers/TollFree", numbers_list, 0},
	{"api", "POST", "2010-04-01/Accounts/*/IncomingPhoneNumbers/TollFree", numbers_buy, MAGIC},
	{"api", "GET", "2010-04-01/Accounts/*/IncomingPhoneNumbers/*", numbers_fetch, 0},
	{"api", "POST", "2010-04-01/Accounts/*/IncomingPhoneNumbers/*", numbers_update, 0},
	{"api", "DELETE", "2010-04-01/Accounts/*/IncomingPhoneNumbers/*", numbers_release, 0},
	{"api", "GET", "2010-04-01/Accounts/*/Addresses", addresses_list, 0},
	{"api", "POST", "2010-04-01/Accounts/*/Addresses", addresses_create, 0},
	{"api", "GET", "2010-04-01/Accounts/*/Addresses/*", addresses_fetch, 0},
	{"api", "POST", "2010-04-01/Accounts/*/Addresses/*", addresses_update, 0},
	{"api", "DELETE", "2010-04-01/Accounts/*/Addresses/*", addresses_delete, 0},
	{"api", "GET", "2010-04-01/Accounts/*/Addresses/*/DependentPhoneNumbers", addresses_dependents, 0},
	{"api", "GET", "2010-04-01/Accounts/*/OutgoingCallerIds", caller_ids_list, 0},
	{"api", "POST", "2010-04-01/Accounts/*/OutgoingCallerIds", caller_ids_verify, 0},
	{"api", "GET", "2010-04-01/Accounts/*/OutgoingCallerIds/*", caller_ids_fetch, 0},
	{"api", "POST", "2010-04-01/Accounts/*/OutgoingCallerIds/*", caller_ids_update, 0},
	{"api", "DELETE", "2010-04-01/Accounts/*/OutgoingCallerIds/*", caller_ids_delete, 0},
	{"api", "GET", "2010-04-01/Accounts/*/Keys", keys_list, 0},
	{"api", "POST", "2010-04-01/Accounts/*/Keys", keys_create, 0},
	{"api", "GET", "2010-04-01/Accounts/*/Keys/*", keys_fetch, 0},
	{"api", "POST", "2010-04-01/Accounts/*/Keys/*", keys_update, 0},
	{"api", "DELETE", "2010-04-01/Accounts/*/Keys/*", keys_delete, 0},
	{"api", "GET", "2010-04-01/Accounts/*/Messages", messages_list, 0},
	{"api", "POST", "2010-04-01/Accounts/*/Messages", outbox_send, MAGIC},
	{"api", "GET", "2010-04-01/Accounts/*/Messages/*", messages_fetch, 0},
	{"api", "GET", "2010-04-01/Accounts/*/Calls", calls_list, 0},
	{"api", "GET", "2010-04-01/Accounts/*/Calls/*", calls_fetch, 0},
	{"api", "GET", "2010-04-01/Accounts/*/Applications", applications_list, 0},
	{"api", "POST", "2010-04-01/Accounts/*/Applications", applications_create, 0},
	{"api", "GET", "2010-04-01/Accounts/*/Applications/*", applications_fetch, 0},
	{"api", "POST", "2010-04-01/Accounts/*/Applications/*", applications_update, 0},
	{"api", "DELETE", "2010-04-01/Accounts/*/Applications/*", applications_delete, 0},
	{"trunking", "GET", "v1/Trunks", trunks_list, 0},
	{"trunking", "POST", "v1/Trunks", trunks_create, 0},
	{"trunking", "GET", "v1/Trunks/*", trunks_fetch, 0},
	{"trunking", "POST", "v1/Trunks/*", trunks_update, 0},
	{"trunking", "DELETE", "v1/Trunks/*", trunks_delete, 0},
	{"messaging", "GET", "v1/Services", msgservices_list, 0},
	{"messaging", "POST", "v1/Services", msgservices_create, 0},
	{"messaging", "GET", "v1/Services/*", msgservices_fetch, 0},
	{"messaging", "POST", "v1/Services/*", msgservices_update, 0},
	{"messaging", "DELETE", "v1/Services/*", msgservices_delete, 0},
	{"messaging", "GET", "v1/Services/*/PhoneNumbers", msgpool_list, 0},
	{"messaging", "POST", "v1/Services/*/PhoneNumbers", msgpool_attach, 0},
	{"messaging", "GET", "v1/Services/*/PhoneNumbers/*", msgpool_fetch, 0},
	{"messaging", "DELETE", "v1/Services/*/PhoneNumbers/*", msgpool_detach, 0},
	{"messaging", "GET", "v1/Services/*/Compliance/Usa2p", campaigns_list, 0},
	{"messaging", "GET", "v1/Services/*/Compliance/Usa2p/*", campaigns_fetch, 0},
	{"messaging", "GET", "v1/Tollfree/Verifications", tollfree_list, 0},
	{"messaging", "GET", "v1/Tollfree/Verifications/*", tollfree_fetch, 0},
	{"api", "GET", "2010-04-01/Accounts/*/Usage/Records", usage_records, 0},
	{"api", "GET", "2010-04-01/Accounts/*/Usage/Records/*", usage_records, 0},
	{"numbers", "GET", "v1/Porting/Portability/PhoneNumber/*", portability_fetch, 0},
	{"numbers", "POST", "v1/Porting/PortIn", ports_create, 0},
	{"numbers", "GET", "v1/Porting/PortIn/PortInRequests", ports_list, 0},
	{"numbers", "GET", "v1/Porting/PortIn/*", ports_fetch, 0},
	{"numbers", "DELETE", "v1/Porting/PortIn/*", ports_cancel, 0},
	{"numbers", "GET", "v1/Porting/PortIn/*/PhoneNumber/*", port_number_fetch, 0},
	{"numbers", "DELETE", "v1/Porting/PortIn/*/PhoneNumber/*", port_number_cancel, 0},
	{"numbers-upload", "POST", "v1/Documents", documents_create, 0},
	{"pricing", "GET", "v1/PhoneNumbers/Countries", pricing_countries, 0},
	{"pricing", "GET", "v1/PhoneNumbers/Countries/*", pricing_country, 0},
	{"numbers", "GET", "v2/RegulatoryCompliance/Regulations", regulations_list, 0},
	{"numbers", "GET", "v2/RegulatoryCompliance/Regulations/*", regulations_fetch, 0},
	{"numbers", "GET", "v2/RegulatoryCompliance/Bundles", bundles_list, 0},
	{"numbers", "GET", "v2/RegulatoryCompliance/Bundles/*", bundles_fetch, 0},
	{"numbers", "POST", "v2/RegulatoryCompliance/Bundles/*/Clones", bundles_clone, 0},
	{"lookups", "GET", "v2/PhoneNumbers/*", lookups_fetch, 0},
	{"verify", "GET", "v2/Services", verify_services_list, 0},
	{"verify", "POST", "v2/Services", verify_services_create, 0},
	{"verify", "GET", "v2/Services/*", verify_services_fetch, 0},
	{"verify", "POST", "v2/Services/*/Verifications", verify_start, 0},
	{"verify", "GET", "v2/Services/*/Verifications/*", verify_fetch, 0},
	{"verify", "POST", "v2/Services/*/VerificationCheck", verify_check, 0},
};

static bool path_matches(const struct request *q, const char *pattern)
{
	size_t i = 0;

	for (; *pattern; i++) {
		const size_t n = strcspn(pattern, "/");

		if (i == q->segments)
			return false;
		if (*pattern != '*' && (strlen(q->segment[i]) != n || strncmp(q->segment[i], pattern, n) != 0))
			return false;
		pattern += n + (pattern[n] == '/');
	}
	return i == q->segments;
}

/* NULL with an answer when there is no such path or it does not take the method. Paths without a product serve
 * clients and proxies that know one host only. */
static const struct route *find(const struct request *q, struct answer *a)
{
	const struct route *other = NULL;

	for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
		const struct route *r = &routes[i];

		if ((*q->product && strcmp(q->product, r->product) != 0) || !path_matches(q, r->pattern))
			continue;
		if (request_is(q, r->method))
			return r;
		other = r;
	}
	if (other)
		answer_method(a);
	else
		answer_not_found(a, q->resource);
	return NULL;
}

/* The account in the path: reachable, and active unless it is the account as such that is asked for. */
static bool reach(struct sandbox *s, const struct route *r, const struct request *q, struct principal *p,
		  struct answer *a)
{
	if (q->segments < 3 || strcmp(r->product, "api") != 0)
		return true;
	if (!auth_target(s, q->segment[2], p)) {
		if ((r->flags & ITSELF) && p->key == KEY_NONE)
			answer_not_found(a, q->resource);
		else
			answer_unauthorized(a);
		return false;
	}
	if ((r->flags & ITSELF) || account_is_active(s, &p->target))
		return true;
	answer_unauthorized(a);
	return false;
}

static void dispatch(struct sandbox *s, struct request *q, struct answer *a)
{
	const struct route *r;
	struct principal p;

	if (!auth_login(s, q, &p)) {
		answer_unauthorized(a);
		return;
	}
	r = find(q, a);
	if (p.self.is_test && !(r && (r->flags & MAGIC))) {
		answer_error(a, 403, 20008, "Resource not accessible with Test Account Credentials");
		return;
	}
	if (!r || !reach(s, r, q, &p, a))
		return;
	if (q->malformed)
		answer_error(a, 400, 20001, "The request cannot be read");
	else
		r->handler(s, &p, q, a);
}

void router_answer(struct sandbox *s, struct request *q, struct answer *a)
{
	const bool writes = !request_is(q, "GET");

	if (writes)
		db_run(s->db, "BEGIN IMMEDIATE", "");
	dispatch(s, q, a);
	if (writes)
		db_run(s->db, "COMMIT", "");
	if (!q->is_json && q->segments > 0 && strcmp(q->segment[0], "2010-04-01") == 0)
		xml_from_json(a);
}
