#include "date.h"

/* Days since 1970-01-01, with years that begin in March. */
static int64_t days_from_date(int year, int month, int day) {
	int64_t march_year = year - (month <= 2);
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t leap_days = march_year / 4 - march_year / 100 + march_year / 400;
	return march_year * 365 + leap_days + day_of_year - 719468;
}

int64_t date_seconds(int year, int month, int day, int hour, int minute, int second) {
	return days_from_date(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
}
