#include "kdf_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail_priv.h"

#include "numdesk/util/file.h"
#include "numdesk/util/text.h"

static const struct vault_kdf cap = {.ops = 16, .mem_bytes = UINT64_C(2) << 30};

#ifdef NUMDESK_TEST_BUILD
static const struct vault_kdf default_cost = {.ops = 1, .mem_bytes = 8 << 10};
static const struct vault_kdf lowest = {.ops = 1, .mem_bytes = 8 << 10};
#else
static const struct vault_kdf default_cost = {.ops = 3, .mem_bytes = 256 << 20};
static const struct vault_kdf lowest = {.ops = 2, .mem_bytes = 64 << 20};
#endif

struct vault_kdf vault_kdf_default(void)
{
	return default_cost;
}

struct vault_kdf vault_kdf_floor(void)
{
	return lowest;
}

bool vault_kdf_is_fair(struct vault_kdf kdf, struct vault_defect *d)
{
	char size[32], floor_size[32];

	if (kdf.ops <= cap.ops && kdf.mem_bytes <= cap.mem_bytes && kdf.ops >= lowest.ops &&
	    kdf.mem_bytes >= lowest.mem_bytes)
		return true;
	d->code = VAULT_COST_REFUSED;
	if (kdf.mem_bytes > cap.mem_bytes)
		snprintf(d->what, sizeof d->what, "would need %" PRIu64 " MiB (limit %" PRIu64 ")", kdf.mem_bytes >> 20,
			 cap.mem_bytes >> 20);
	else if (kdf.ops > cap.ops)
		snprintf(d->what, sizeof d->what, "would need %" PRIu32 " passes (limit %" PRIu32 ")", kdf.ops,
			 cap.ops);
	else
		snprintf(d->what, sizeof d->what, "at %" PRIu32 " x %s is weaker than the floor of %" PRIu32 " x %s",
			 kdf.ops, vault_size_text(kdf.mem_bytes, size), lowest.ops,
			 vault_size_text(lowest.mem_bytes, floor_size));
	return false;
}

uint64_t vault_kdf_available(const char *meminfo)
{
	static const char KEY[] = "MemAvailable:";
	const char *s = strstr(meminfo, KEY);
	char digits[24];
	int64_t kib;
	size_t n;

	if (!s)
		return UINT64_MAX;
	s += sizeof KEY - 1;
	s += strspn(s, " ");
	n = strspn(s, "0123456789");
	if (n >= sizeof digits)
		return UINT64_MAX;
	memcpy(digits, s, n);
	digits[n] = '\0';
	return text_to_i64(digits, 0, INT64_MAX >> 10, &kib) ? (uint64_t)kib << 10 : UINT64_MAX;
}

bool vault_kdf_fits(struct vault_kdf kdf, uint64_t available)
{
	return kdf.mem_bytes <= available / 2;
}

bool vault_kdf_has_memory(struct vault_kdf kdf, struct err *e)
{
	char *meminfo = file_read("/proc/meminfo", 1 << 16, false, NULL, NULL);
	const bool fits = vault_kdf_fits(kdf, meminfo ? vault_kdf_available(meminfo) : UINT64_MAX);
	char size[32];

	free(meminfo);
	return fits || vault_fail(e, ERR_NOMEM, VAULT_NO_MEMORY, "not enough memory to unlock: needs %s",
				  vault_size_text(kdf.mem_bytes, size));
}
