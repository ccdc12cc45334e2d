/*
 * Lists that look like ingredients and are none: goods with their prices, and
 * what a food contains.
 */
#include "recipe/line.h"
#include "recipe/quantity.h"

static int begins_with_any(const char *s, size_t len, const char *const *words)
{
	for (; *words; words++)
		if (text_ascii_prefix(s, len, *words))
			return 1;
	return 0;
}

int line_has_price(const char *s, size_t len)
{
	static const char *const before[] = { "$", "€", "£", "¥", "₹", "₽",
		"₩", "EUR ", "USD ", "CHF ", "Rs ", "Rs. ", "Rp", NULL };
	static const char *const behind[] = { "€", "$", "£", "円", "元", "руб",
		"₽", "грн", "zł", "kr", "Kč", "Ft", "lei", "EUR", "USD",
		"CHF", "원", "TL", "₺", "บาท", "đ", NULL };
	size_t i = 0, n, gap;
	double v;

	while (i < len) {
		if (begins_with_any(s + i, len - i, before) && i + 1 < len)
			return strpbrk(s + i, "0123456789") != NULL;
		n = ascii_is_digit(s[i]) ? quantity_number(s + i, len - i, &v)
					 : 0;
		if (!n) {
			i++;
			continue;
		}
		gap = i + n + (i + n < len && s[i + n] == ' ');
		if (begins_with_any(s + gap, len - gap, behind))
			return 1;
		i += n;
	}
	return 0;
}

int line_is_nutrient(const char *s, size_t len)
{
	static const char *const stems[] = { "energ", "calor", "kalor", "kcal",
		"protein", "eiwei", "eiwit", "fat", "fett", "saturat", "grais",
		"lipide", "glucide", "gras", "carb", "karb", "kohlenh",
		"koolhydr", "hidratos", "fibre", "fiber", "fibra", "vezel",
		"ballast", "sodium", "sodio", "natrium", "cholest", "colester",
		"sugar", "zucker", "sucre", "azuc", "zucch", "acucar", "salt",
		"salz", "sel ", "sal ", "sale ", "brennwert", "naring", "wegl",
		"bialk", "tluszcz", "белк", "жир", "углев", "калор", "エネル",
		"カロリー", "たんぱく", "タンパク", "脂質", "炭水化物",
		"食塩相当", "蛋白", "脂肪", "碳水", "热量", "熱量", "단백질",
		"지방", "탄수화물", "나트륨", NULL };
	struct sbuf folded = SBUF_INIT(1000);
	int yes;

	if (len > 60)
		return 0;
	if (memmem(s, len, "kcal", 4) || memmem(s, len, " kJ", 3) ||
		memmem(s, len, "ккал", strlen("ккал")))
		return 1;
	text_fold(s, len, &folded);
	yes = begins_with_any(folded.buf, folded.len, stems) &&
	      line_words(s, len) <= 5 && strpbrk(folded.buf, "0123456789");
	sbuf_release(&folded);
	return yes;
}
