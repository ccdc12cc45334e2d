/*
 * Times. Pages write ISO 8601 as they please: months for minutes, no P, a
 * range, decimals, plain words in the attribute. We read what was meant.
 */
#include <math.h>

#include "recipe/quantity.h"

#define DURATION_MAX (60 * 24 * 60) /* minutes: sixty days */

static int in_range(double minutes)
{
	if (!(minutes > 0) || minutes > DURATION_MAX)
		return -1;
	return (int)floor(minutes + 0.5);
}

/* "PT1H30M", "P0Y0M0DT0H35M0.000S", "P30M", "PT20-30M", "PT1H30". */
static int read_iso(const char *s, size_t len)
{
	size_t i = 0, n;
	double total = 0;
	int in_time = 0, has_time = memchr(s, 'T', len) != NULL;
	int after_hours = 0, seen = 0;

	if (i < len && (s[i] == 'P' || s[i] == 'p'))
		i++;
	while (i < len) {
		double lo, hi;
		char unit;

		if (s[i] == 'T' || s[i] == 't') {
			in_time = 1;
			i++;
			continue;
		}
		if (s[i] == ' ') {
			i++;
			continue;
		}
		n = quantity_read(s + i, len - i, &lo, &hi);
		if (!n)
			return -1;
		i += n;
		while (i < len && s[i] == ' ')
			i++;
		unit = i < len ? (char)(s[i++] | 32) : 0;
		seen = 1;
		if (unit == 'h')
			total += hi * 60;
		else if (unit == 'd')
			total += hi * 1440;
		else if (unit == 'w')
			total += hi * 7 * 1440;
		else if (unit == 'm' && (in_time || !has_time))
			total += hi;
		else if (unit == 's')
			total += hi / 60;
		else if (!unit && (after_hours || total == 0))
			total += hi; /* "PT1H30", "PT30" */
		else if (unit != 'm' && unit != 'y')
			return -1;
		after_hours = unit == 'h';
	}
	return seen ? in_range(total) : -1;
}

/* Stems of the words for day, hour, minute, second, with the minutes each
 * lasts. Compared folded; the first that fits wins. */
static const struct {
	const char *stem;
	int whole; /* the word has to end here */
	double minutes;
} time_words[] = {
	{ "hours", 0, 60 },
	{ "hour", 0, 60 },
	{ "hrs", 0, 60 },
	{ "hr", 0, 60 },
	{ "h", 1, 60 },
	{ "std", 0, 60 },
	{ "stunde", 0, 60 },
	{ "heure", 0, 60 },
	{ "hora", 0, 60 },
	{ "ore", 1, 60 },
	{ "ora", 1, 60 },
	{ "uur", 0, 60 },
	{ "uren", 0, 60 },
	{ "tim", 0, 60 },
	{ "time", 1, 60 },
	{ "godz", 0, 60 },
	{ "hod", 0, 60 },
	{ "tunti", 0, 60 },
	{ "saat", 0, 60 },
	{ "ωρ", 0, 60 },
	{ "час", 0, 60 },
	{ "годин", 0, 60 },
	{ "時間", 0, 60 },
	{ "小時", 0, 60 },
	{ "小时", 0, 60 },
	{ "시간", 0, 60 },
	{ "gio", 0, 60 },
	{ "jam", 1, 60 },
	{ "שעה", 0, 60 },
	{ "שעות", 0, 60 },
	{ "minut", 0, 1 },
	{ "mins", 1, 1 },
	{ "min", 1, 1 },
	{ "mn", 1, 1 },
	{ "m", 1, 1 },
	{ "'", 0, 1 },
	{ "λεπ", 0, 1 },
	{ "мин", 0, 1 },
	{ "хв", 0, 1 },
	{ "分", 0, 1 },
	{ "분", 0, 1 },
	{ "perc", 1, 1 },
	{ "dk", 1, 1 },
	{ "dakika", 0, 1 },
	{ "phut", 0, 1 },
	{ "menit", 0, 1 },
	{ "minuut", 0, 1 },
	{ "דק", 0, 1 },
	{ "นาที", 0, 1 },
	{ "day", 0, 1440 },
	{ "tag", 0, 1440 },
	{ "jour", 0, 1440 },
	{ "dia", 0, 1440 },
	{ "giorn", 0, 1440 },
	{ "dag", 0, 1440 },
	{ "dygn", 0, 1440 },
	{ "dni", 1, 1440 },
	{ "日", 0, 1440 },
	{ "天", 0, 1440 },
	{ "week", 0, 10080 },
	{ "second", 0, 1. / 60 },
	{ "sek", 0, 1. / 60 },
	{ "sec", 0, 1. / 60 },
	{ "秒", 0, 1. / 60 },
};

/* Bytes of the word at s, of a script that puts spaces between words. */
static size_t spaced_word(const char *s, size_t len)
{
	size_t i = 0, n;
	int32_t cp;

	while ((n = text_next(s + i, len - i, &cp)) > 0) {
		if (!text_is_letter(cp) || text_is_unspaced(cp))
			break;
		i += n;
	}
	return i;
}

/* The unit of time at s: its minutes and length. */
static size_t time_word(const char *s, size_t len, double *minutes)
{
	struct sbuf folded = SBUF_INIT(256);
	size_t word = spaced_word(s, len), i, n, took = 0;

	if (word > 60)
		return 0;
	text_fold(s, word ? word : text_cut(s, len, 12), &folded);
	for (i = 0; i < ARRAY_LEN(time_words) && !took; i++) {
		n = strlen(time_words[i].stem);
		if (folded.len < n ||
			memcmp(folded.buf, time_words[i].stem, n) != 0 ||
			(time_words[i].whole && folded.len != n))
			continue;
		*minutes = time_words[i].minutes;
		took = word ? word : n;
	}
	while (took && took < len && s[took] == '.')
		took++;
	sbuf_release(&folded);
	return took;
}

/* Between the parts of one time: "1 hour and 30 minutes", "1 h, 30 min". */
static size_t joint(const char *s, size_t len)
{
	static const char *const words[] = { "and ", "und ", "et ", "y ", "e ",
		"en ", "och ", "og ", "i ", "a ", "& ", "+ " };
	size_t i = 0, w;

	while (i < len && (s[i] == ' ' || s[i] == ','))
		i++;
	for (w = 0; w < ARRAY_LEN(words); w++)
		if (text_ascii_prefix(s + i, len - i, words[w]))
			return i + strlen(words[w]);
	return i;
}

/* "1:30", "00:45:00" */
static int read_clock(const char *s, size_t len)
{
	unsigned part[3] = { 0 };
	size_t i, n = 0, count = 0;

	for (i = 0; i < len; i++) {
		if (s[i] == ':') {
			if (++n > 2 || !count)
				return -1;
			count = 0;
		} else if (s[i] >= '0' && s[i] <= '9' && count++ < 2) {
			part[n] = part[n] * 10 + (unsigned)(s[i] - '0');
		} else {
			return -1;
		}
	}
	if (!n || !count || part[1] > 59)
		return -1;
	return in_range(part[0] * 60. + part[1]);
}

/* The first time written in words, with its parts summed. */
static int find_words(const char *s, size_t len)
{
	size_t i = 0, n;
	double total = 0, last = 0;
	int32_t cp;

	while (i < len) {
		double lo, hi, unit = 0;
		size_t w, gap;

		n = quantity_number(s + i, len - i, &lo);
		if (!n) {
			if (total > 0)
				break;
			i += text_next(s + i, len - i, &cp);
			continue;
		}
		n = quantity_read(s + i, len - i, &lo, &hi);
		gap = i + n;
		while (gap < len && s[gap] == ' ')
			gap++;
		w = time_word(s + gap, len - gap, &unit);
		if (!w && last == 60 && gap == len) {
			total += hi; /* "1 h 30" */
			break;
		}
		if (!w) {
			if (total > 0)
				break;
			i += n;
			continue;
		}
		/* "20 min to 1 hour": the upper end */
		if (last > 0 && unit >= last)
			break;
		total += hi * unit;
		last = unit;
		i = gap + w;
		i += joint(s + i, len - i);
	}
	return total > 0 ? in_range(total) : -1;
}

static int duration(const char *s, size_t len, int bare)
{
	int minutes = -1;

	while (len && (*s == ' ' || *s == '\t' || *s == '\n'))
		s++, len--;
	while (len && (s[len - 1] == ' ' || s[len - 1] == '\n'))
		len--;
	if (!len || len > 1000)
		return -1;
	if (bare && (*s == 'P' || *s == 'p' || *s == 'T'))
		minutes = read_iso(s, len);
	if (bare && minutes < 0)
		minutes = read_clock(s, len);
	if (minutes < 0)
		minutes = find_words(s, len);
	if (bare && minutes < 0) {
		double lo, hi;

		if (quantity_read(s, len, &lo, &hi) == len)
			minutes = in_range(hi);
	}
	return minutes;
}

int duration_read(const char *s, size_t len)
{
	return duration(s, len, 1);
}

int duration_find(const char *s, size_t len)
{
	return duration(s, len, 0);
}
