#ifndef NUMDESK_TESTS_STORE_FIXTURE_H
#define NUMDESK_TESTS_STORE_FIXTURE_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "numdesk/model/number.h"
#include "numdesk/util/mem.h"

#define ACCOUNT_A "AC000000000000000000000000000000aa"
#define ACCOUNT_B "AC000000000000000000000000000000bb"

/* 64 well-mixed bits from 64 (splitmix64): the same on every run. */
static inline uint64_t mixed(uint64_t v)
{
	v += 0x9e3779b97f4a7c15u;
	v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9u;
	v = (v ^ (v >> 27)) * 0x94d049bb133111ebu;
	return v ^ (v >> 31);
}

static inline void sample_sid(char dst[SID_SIZE], const char *prefix, uint64_t i)
{
	snprintf(dst, SID_SIZE, "%s%016" PRIx64 "%016" PRIx64, prefix, mixed(i), mixed(~i));
}

static inline void sample_phone(char dst[E164_SIZE], uint64_t i)
{
	/* scattered, and different for different i: 7919 and 10^7 have no common factor */
	snprintf(dst, E164_SIZE, "+1555%07" PRIu64, i * 7919 % 10000000);
}

/* Number i of an account, with the fields a listing fills; texts live in a. */
static inline struct number sample_number(const char *account_sid, uint64_t i, struct arena *a)
{
	static const char *const names[] = {"Support", "Billing", "Returns", "Line", "Spare"};
	static const char *const countries[] = {"US", "US", "US", "CA", "GB"};
	struct number n = {.type = (enum number_type)(NUMBER_LOCAL + mixed(i) % 3),
			   .capabilities = (unsigned)mixed(i + 7) & 15,
			   .monthly_price = MONEY_UNKNOWN,
			   .purchased_at = 1600000000 + (int64_t)(mixed(i) % 100000000),
			   .updated_at = 1700000000 + (int64_t)(i % 1000),
			   .friendly_name = arena_printf(a, "%s %" PRIu64, names[mixed(i + 3) % 5], i),
			   .status = "in-use",
			   .origin = "twilio",
			   .address_requirements = "none",
			   .api_version = "2010-04-01",
			   .voice_url = "https://example.com/voice",
			   .voice_method = "POST",
			   .sms_url = "https://example.com/sms",
			   .sms_method = "POST",
			   .status_callback = "https://example.com/status",
			   .status_callback_method = "POST",
			   .voice_receive_mode = "voice",
			   .emergency_status = "Inactive",
			   .voice_fallback_method = "POST",
			   .sms_fallback_method = "POST"};

	snprintf(n.account_sid, sizeof n.account_sid, "%s", account_sid);
	snprintf(n.country, sizeof n.country, "%s", countries[mixed(i + 11) % 5]);
	sample_sid(n.phone_sid, "PN", i);
	sample_phone(n.phone_number, i);
	return n;
}

#endif
