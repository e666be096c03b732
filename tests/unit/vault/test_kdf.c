#include "test.h"

#include <inttypes.h>
#include <string.h>

#include "fail_priv.h"
#include "kdf_priv.h"

#include "numdesk/util/mem.h"

static void meminfo(void **state)
{
	static const struct { const char *text; uint64_t want; } cases[] = {
		{"", UINT64_MAX},
		{"MemTotal:  100 kB\n", UINT64_MAX},
		{"MemAvailable:\n", UINT64_MAX},
		{"MemAvailable: lots\n", UINT64_MAX},
		{"MemAvailable: 99999999999999999999999999 kB\n", UINT64_MAX},
		{"MemAvailable: 9999999999999999999 kB\n", UINT64_MAX},
		{"MemAvailable:       0 kB\n", 0},
		{"MemTotal:       24683952 kB\nMemFree:  1 kB\nMemAvailable:   24417892 kB\nBuffers: 2 kB\n",
		 UINT64_C(24417892) << 10},
		{"MemAvailable: 7", 7 << 10},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (vault_kdf_available(cases[i].text) != cases[i].want)
			fail_msg("'%s': %" PRIu64, cases[i].text, vault_kdf_available(cases[i].text));
}

static void half_of_the_memory_at_most(void **state)
{
	const struct vault_kdf kdf = {.ops = 3, .mem_bytes = 256 << 20};
	(void)state;

	assert_false(vault_kdf_fits(kdf, 0));
	assert_false(vault_kdf_fits(kdf, (512 << 20) - 1));
	assert_true(vault_kdf_fits(kdf, 512 << 20));
	assert_true(vault_kdf_fits(kdf, UINT64_MAX));
}

static void fair_costs(void **state)
{
	static const struct { struct vault_kdf kdf; const char *says; } cases[] = {
		{{0, 0}, "at 0 x 0 KiB is weaker than the floor of 1 x 8 KiB"},
		{{0, 64 << 20}, "at 0 x 64 MiB is weaker than the floor of 1 x 8 KiB"},
		{{1, (8 << 10) - 1}, "at 1 x 7 KiB is weaker than the floor of 1 x 8 KiB"},
		{{1, 8 << 10}, NULL},
		{{16, UINT64_C(2) << 30}, NULL},
		{{17, 8 << 10}, "would need 17 passes (limit 16)"},
		{{UINT32_MAX, 8 << 10}, "would need 4294967295 passes (limit 16)"},
		{{3, (UINT64_C(2) << 30) + 1}, "would need 2048 MiB (limit 2048)"},
		{{UINT32_MAX, UINT64_MAX}, "would need 17592186044415 MiB (limit 2048)"},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct vault_defect d = {0};
		const bool fair = vault_kdf_is_fair(cases[i].kdf, &d);

		if (fair != !cases[i].says || d.code != (fair ? 0 : 44) ||
		    strcmp(d.what, fair ? "" : cases[i].says) != 0)
			fail_msg("case %zu: %d %s", i, d.code, d.what);
	}
}

static void defaults_are_fair(void **state)
{
	struct vault_defect d = {0};
	(void)state;

	assert_true(vault_kdf_is_fair(vault_kdf_default(), &d));
	assert_true(vault_kdf_is_fair(vault_kdf_floor(), &d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(meminfo),
		cmocka_unit_test(half_of_the_memory_at_most),
		cmocka_unit_test(fair_costs),
		cmocka_unit_test(defaults_are_fair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
