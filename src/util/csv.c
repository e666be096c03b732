#include "numdesk/util/csv.h"

#include <string.h>

#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* +14155550100: an E.164 number is a plain number to a spreadsheet. */
static bool is_e164(const char *s)
{
	const size_t n = strlen(s);

	return s[0] == '+' && n >= 8 && n <= 16 && s[1] != '0' && text_all_digits(s + 1);
}

static bool is_decimal(const char *s)
{
	const char *dot;

	s += *s == '-';
	for (dot = s; text_is_digit(*dot); dot++)
		;
	if (dot == s)
		return false;
	return !*dot || (*dot == '.' && text_all_digits(dot + 1));
}

/* A spreadsheet would run it as a formula (CWE-1236). */
static bool is_formula(const char *s)
{
	return *s && strchr("=+-@\t\r\n", *s) && !is_e164(s) && !is_decimal(s);
}

void csv_cell(struct buf *out, const char *s, bool raw)
{
	bool quoted;

	s = s ? s : "";
	quoted = strpbrk(s, ",\"\r\n") != NULL;
	if (quoted)
		buf_addc(out, '"');
	if (!raw && is_formula(s))
		buf_addc(out, '\'');
	for (; *s; s++) {
		if (*s == '"')
			buf_addc(out, '"');
		buf_addc(out, *s);
	}
	if (quoted)
		buf_addc(out, '"');
}

void csv_row(struct buf *out, const char *const *cells, size_t n, bool raw)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(out, ',');
		csv_cell(out, cells[i], raw);
	}
	buf_adds(out, "\r\n");
}
