#include "numdesk/model/period.h"

#include <inttypes.h>
#include <stdio.h>

/* Days from civil dates and back, by the 400-year cycle of 146097 days with years that begin in March (public
 * formulas; Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
enum { ERA_DAYS = 146097, EPOCH_OFFSET = 719468 };

int64_t period_day(int64_t seconds)
{
	return seconds / PERIOD_DAY_S - (seconds % PERIOD_DAY_S < 0);
}

int64_t period_of(int year, int month, int day)
{
	const int64_t y = year - (month <= 2);
	const int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
	const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_OFFSET;
}

void period_split(int64_t day, int *year, int *month, int *day_of_month)
{
	const int64_t z = day + EPOCH_OFFSET, era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
	const int64_t d = z - era * ERA_DAYS;
	const int64_t of_era = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	const int64_t of_year = d - (365 * of_era + of_era / 4 - of_era / 100), m = (5 * of_year + 2) / 153;
	const int number = (int)(m < 10 ? m + 3 : m - 9);

	if (year)
		*year = (int)(of_era + era * 400 + (number <= 2));
	if (month)
		*month = number;
	if (day_of_month)
		*day_of_month = (int)(of_year - (153 * m + 2) / 5 + 1);
}

int64_t period_month(int64_t day)
{
	int of_month;

	period_split(day, NULL, NULL, &of_month);
	return day - of_month + 1;
}

int64_t period_month_add(int64_t month, int months)
{
	int year, number, index;

	period_split(month, &year, &number, NULL);
	index = year * 12 + number - 1 + months;
	return period_of(index / 12, index % 12 + 1, 1);
}

int period_month_days(int64_t month)
{
	return (int)(period_month_add(month, 1) - month);
}

char *period_date(int64_t day, char *dst, size_t dst_size)
{
	int year, month, of_month;

	period_split(day, &year, &month, &of_month);
	snprintf(dst, dst_size, "%04d-%02d-%02d", year, month, of_month);
	return dst;
}

char *period_month_text(int64_t month, char *dst, size_t dst_size)
{
	int year, number;

	period_split(month, &year, &number, NULL);
	snprintf(dst, dst_size, "%04d-%02d", year, number);
	return dst;
}

const char *period_month_name(int64_t month)
{
	static const char *const names[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
	};
	int number;

	period_split(month, NULL, &number, NULL);
	return names[number - 1];
}

int64_t period_renewal(int64_t purchased_at, int64_t now)
{
	const int64_t bought = period_day(purchased_at), time = purchased_at - bought * PERIOD_DAY_S;
	int64_t month = period_month(bought), at = purchased_at;
	int64_t keeps = bought - month;         /* days after the first */

	if (purchased_at == 0)
		return 0;
	while (at <= now) {
		month = period_month_add(month, 1);
		if (keeps >= period_month_days(month))
			keeps = period_month_days(month) - 1;
		/* once 28, it stays so: whole years may be passed over */
		if (keeps < 28 && now - (month + keeps) * PERIOD_DAY_S > INT64_C(800) * PERIOD_DAY_S)
			month = period_month_add(month, 12 * (int)((now / PERIOD_DAY_S - month) / 366 - 1));
		at = (month + keeps) * PERIOD_DAY_S + time;
	}
	return at;
}
