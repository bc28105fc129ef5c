/* Dates as numbers. */
#ifndef STANDIN_DATE_H
#define STANDIN_DATE_H

#include <stdint.h>

/* Seconds since 1970 of a time in UTC, by the Gregorian calendar; the month counts from 1. */
int64_t date_seconds(int year, int month, int day, int hour, int minute, int second);

#endif
