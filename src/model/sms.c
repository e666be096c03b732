#include "numdesk/model/sms.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/text.h"

/* The default alphabet of GSM 03.38 (3GPP TS 23.038, 6.2.1) beyond ASCII, in rising order. */
static const uint16_t gsm_other[] = {
	0x00A1, 0x00A3, 0x00A4, 0x00A5, 0x00A7, 0x00BF, 0x00C4, 0x00C5, 0x00C6, 0x00C7, 0x00C9, 0x00D1, 0x00D6, 0x00D8,
	0x00DC, 0x00DF, 0x00E0, 0x00E4, 0x00E5, 0x00E6, 0x00E8, 0x00E9, 0x00EC, 0x00F1, 0x00F2, 0x00F6, 0x00F8, 0x00F9,
	0x00FC, 0x0393, 0x0394, 0x0398, 0x039B, 0x039E, 0x03A0, 0x03A3, 0x03A6, 0x03A8, 0x03A9,
};

/* Units per segment: alone, and where a segment carries the header of a series (3GPP TS 23.040, 9.2.3.24.1). */
static const struct { size_t alone, of_series; } room[] = {[SMS_GSM7] = {160, 153}, [SMS_UCS2] = {70, 67}};

static bool in_table(uint32_t cp)
{
	size_t low = 0, high = ARRAY_LEN(gsm_other);

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (gsm_other[mid] < cp)
			low = mid + 1;
		else
			high = mid;
	}
	return low < ARRAY_LEN(gsm_other) && gsm_other[low] == cp;
}

/* Septets of a character: 1, 2 through the extension table, 0 when the alphabet lacks it. */
static size_t septets(uint32_t cp)
{
	if (cp == 0x20AC || (cp > 0 && cp < 0x80 && strchr("^{}\\[~]|\f", (int)cp)))
		return 2;
	if (cp == '\n' || cp == '\r' || (cp >= 0x20 && cp < 0x7F && cp != '`'))
		return 1;
	return in_table(cp) ? 1 : 0;
}

static size_t units_of(enum sms_alphabet a, uint32_t cp)
{
	return a == SMS_GSM7 ? septets(cp) : cp > 0xFFFF ? 2 : 1;
}

static void look_for_odd(struct sms *m, const char *text, size_t n)
{
	uint32_t cp;

	for (size_t used; (used = text_decode(text, n, &cp)) > 0; text += used, n -= used) {
		m->characters++;
		if (septets(cp))
			continue;
		if (m->odd_count++ == 0)
			m->odd = cp, m->odd_at = m->characters;
	}
	m->alphabet = m->odd_count ? SMS_UCS2 : SMS_GSM7;
}

/* Segments of a series: each holds at most `room` units and never half a pair. */
static size_t pack(enum sms_alphabet a, const char *text, size_t n)
{
	const size_t each = room[a].of_series;
	size_t segments = 1, filled = 0;
	uint32_t cp;

	for (size_t used; (used = text_decode(text, n, &cp)) > 0; text += used, n -= used) {
		const size_t units = units_of(a, cp);

		if (filled + units > each)
			segments++, filled = 0;
		filled += units;
	}
	return segments;
}

void sms_measure(struct sms *m, const char *text, size_t n)
{
	const char *s = text;
	size_t left = n;
	uint32_t cp;

	*m = (struct sms){0};
	look_for_odd(m, text, n);
	for (size_t used; (used = text_decode(s, left, &cp)) > 0; s += used, left -= used)
		m->units += units_of(m->alphabet, cp);
	m->too_long = m->characters > SMS_CHARACTERS_MAX;
	if (m->units <= room[m->alphabet].alone) {
		m->segments = m->units > 0;
		m->room = room[m->alphabet].alone;
		return;
	}
	m->segments = pack(m->alphabet, text, n);
	m->room = m->segments * room[m->alphabet].of_series;
}

const char *sms_alphabet_name(enum sms_alphabet a)
{
	static const char *const names[] = {[SMS_GSM7] = "GSM-7", [SMS_UCS2] = "UCS-2"};

	return names[a];
}

char *sms_counter(const struct sms *m, char *dst, size_t dst_size)
{
	snprintf(dst, dst_size, "%s %zu/%zu, %zu segment%s", sms_alphabet_name(m->alphabet), m->units, m->room,
		 m->segments, m->segments == 1 ? "" : "s");
	return dst;
}

char *sms_why_ucs2(const struct sms *m, const struct sms *plain, char *dst, size_t dst_size)
{
	char raw[4], shown[24];
	int n;

	if (dst_size > 0)
		dst[0] = '\0';
	if (m->alphabet == SMS_GSM7)
		return dst;
	text_clean(shown, sizeof shown, raw, text_encode(m->odd, raw));
	n = snprintf(dst, dst_size, "'%s' (U+%04X, character %zu)", shown, (unsigned)m->odd, m->odd_at);
	if (n > 0 && m->odd_count > 1)
		n += snprintf(dst + n, dst_size - (size_t)n, " and %zu more", m->odd_count - 1);
	if (plain->segments < m->segments)
		snprintf(dst + n, dst_size - (size_t)n, " make%s it UCS-2: %zu segments instead of %zu",
			 m->odd_count > 1 ? "" : "s", m->segments, plain->segments);
	else
		snprintf(dst + n, dst_size - (size_t)n, " make%s it UCS-2", m->odd_count > 1 ? "" : "s");
	return dst;
}

bool sms_valid(const char *text, bool has_media, struct err *e)
{
	const size_t n = strlen(text);
	struct sms m;

	if (!text_is_utf8(text, n))
		return err_set(e, ERR_USAGE, "the message is not UTF-8: send it as UTF-8 text");
	sms_measure(&m, text, n);
	if (m.segments == 0 && !has_media)
		return err_set(e, ERR_USAGE, "the message is empty: give it a text or a medium");
	if (m.too_long)
		return err_set(e, ERR_USAGE, "the message has %zu characters, and Twilio takes at most %d: shorten or split it",
			       m.characters, SMS_CHARACTERS_MAX);
	return true;
}
