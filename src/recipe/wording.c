/*
 * Tables only. ASCII letters match in either case, others as they stand. A
 * "*" at the end of an entry stands for the rest of its word.
 */
#include "recipe/wording.h"

static const char *const about[] = { "about ", "approximately ", "approx. ",
	"approx ", "around ", "roughly ", "up to ", "at least ", "ca. ", "ca ",
	"circa ", "cirka ", "cca ", "etwa ", "rund ", "mindestens ", "bis zu ",
	"env. ", "environ ", "unos ", "unas ", "aprox. ", "cerca de ",
	"ungefär ", "omkring ", "ongeveer ", "około ", "ok. ", "asi ",
	"přibližně ", "kb. ", "kb ", "yaklaşık ", "noin ", "n. ", "περίπου ",
	"около ", "примерно ", "приблизно ", "sekitar ", "khoảng ", "حوالي ",
	"लगभग ", "~ ", "~", "≈ ", "≈", "约", "約", "大约", "약 ", NULL };

static const char *const some[] = { "some ", "a little bit of ", "a little of ",
	"a little ", "a bit of ", "plenty of ", "lots of ", "etwas ",
	"ein wenig ", "ein bisschen ", "un peu de ", "un peu d'", "un peu d’",
	"un poco de ", "un po' di ", "un po’ di ", "um pouco de ", "wat ",
	"een beetje ", "lite ", "litt ", "lidt ", "trochę ", "trochu ",
	"kevés ", "puțin ", "biraz ", "λίγο ", "λίγη ", "λίγα ", "немного ",
	"трохи ", "hieman ", "sedikit ", "một ít ", "قليل من ", "קצת ", "थोड़ा ",
	"थोड़ी ", NULL };

static const char *const size[] = { "large ", "small ", "medium ", "big ",
	"medium-sized ", "heaped ", "heaping ", "level ", "rounded ",
	"generous ", "scant ", "good ", "packed ", "full ", "gehäuft*", "geh. ",
	"gestrichen*", "gestr. ", "groß*", "gross*", "gr. ", "klein*", "kl. ",
	"gut*", "kräftig*", "grand*", "grosse*", "gros ", "petit*", "bonne*",
	"bon ", "belle*", "beau ", "gran ", "pequeñ*", "buen*", "colmad*",
	"ras*", "piccol*", "abbondant*", "buon*", "cheia*", "cheio*", "pequen*",
	"volle ", "grote ", "kleine ", "flinke ", "stor*", "liten ", "lille ",
	"små ", "rågad*", "struken ", "strukna ", "duż*", "mał*", "płask*",
	"velk*", "mal*", "nagy ", "kis ", "большой ", "большая ", "маленький ",
	"небольшой ", "μεγάλ*", "μικρ*", NULL };

static const char *const each[] = { "each of ", "each ", "je ", "chacun de ",
	"cada de ", NULL };

static const char *const of[] = { "of the ", "of ", "de la ", "de l'", "de l’",
	"de ", "d'", "d’", "du ", "des ", "di ", "do ", "da ", "della ",
	"dell'", "dell’", "del ", "von ", "van ", "af ", "av ", "の", "من ",
	"của ", NULL };

static const char *const from[] = { "of ", "from ", "von ", "aus ", "de ", "d'",
	"d’", "di ", "da ", "van ", "av ", "af ", "från ", "fra ", "z ", "ze ",
	"из ", "з ", "από ", NULL };

static const char *const half[] = { "and a half", "and one half", "e meia",
	"e meio", "e mezzo", "e mezza", "y media", "y medio", "et demie",
	"et demi", "und eine halbe", "und ein halber", "und ein halbes",
	"en een halve", "en een half", "og en halv", "og et halvt",
	"och en halv", "och ett halvt", NULL };

static const char *const plus[] = { "plus ", "+ ", "+", "and ", "& ", "und ",
	"et ", "y ", "e ", "en ", "och ", "og ", "i ", NULL };

static const char *const or_words[] = { "or ", "oder ", "bzw. ", "ou ", "o ",
	"eller ", "of ", "lub ", "albo ", "nebo ", "alebo ", "vagy ", "sau ",
	"tai ", "ή ", "veya ", "ya da ", "или ", "и/или ", "або ", "atau ",
	"hoặc ", "أو ", "או ", "या ", "または", "又は", "或者", "或", "또는 ",
	"หรือ", NULL };

static const char *const more[] = { "more", "less", "as ", "to ", "mehr",
	"weniger", "nach ", "plus", "moins", "más", "menos", "più", "mais",
	"meer", "minder", "mer ", "mere", NULL };

static const char *const to_taste[] = { "to taste", "as needed", "as required",
	"as desired", "as you like", "if needed", "to your liking",
	"to your taste", "tt", "nach geschmack", "nach belieben", "nach bedarf",
	"nach wunsch", "à volonté", "selon le goût", "selon votre goût",
	"au goût", "à votre goût", "q.s.", "al gusto", "a gusto",
	"al tuo gusto", "c/n", "cantidad necesaria", "a gosto", "q.b.", "q.b",
	"qb", "quanto basta", "naar smaak", "naar behoefte", "efter smak",
	"efter smag", "etter smak", "efter behov", "etter behov", "maun mukaan",
	"tarpeen mukaan", "do smaku", "według uznania", "podle chuti",
	"dle chuti", "podľa chuti", "ízlés szerint", "după gust",
	"damak tadına göre", "isteğe göre", "κατά βούληση", "κατά προτίμηση",
	"όσο πάρει", "по вкусу", "за смаком", "до смаку", "по смаку",
	"حسب الرغبة", "حسب الذوق", "לפי הטעם", "स्वादानुसार", "स्वाद अनुसार",
	"आवश्यकतानुसार", "tùy khẩu vị", "tùy thích", "secukupnya", "ตามชอบ",
	"เล็กน้อย", "少々", "適量", "適宜", "少許", "少许", "适量", "お好みで",
	"お好みの量", "약간", "적당량", "적당히", NULL };

static const char *const for_what[] = { "for ", "to ", "zum ", "zur ", "für ",
	"pour ", "para ", "per ", "voor ", "om te ", "om in ", "till ", "til ",
	"för ", "для ", "για ", "plus ", "+ ", "zzgl. ", NULL };

static const char *const prepared[] = { "chopped", "diced", "sliced", "minced",
	"grated", "peeled", "crushed", "shredded", "melted", "softened",
	"drained", "rinsed", "beaten", "halved", "quartered", "cubed",
	"toasted", "sifted", "divided", "trimmed", "thawed", "deseeded",
	"seeded", "pitted", "crumbled", "cut ", "torn", "mashed", "juiced",
	"zested", "separated", "washed", "cored", "julienned", "finely ",
	"very finely ", "roughly ", "thinly ", "thickly ", "coarsely ",
	"freshly ", "lightly ", "at room temperature", "gehackt*",
	"feingehackt*", "fein ", "grob ", "gewürfelt*", "gerieben*",
	"geschält*", "gepresst*", "geschnitten*", "zerdrückt*", "zerlassen*",
	"geschmolzen*", "zimmerwarm*", "in Würfel*", "in Scheiben",
	"in Streifen", "in Ringe*", "in Stücke*", "haché*", "émincé*", "râpé*",
	"coupé*", "épluché*", "pelé*", "fondu*", "ramolli*", "ciselé*",
	"pressé*", "écrasé*", "finement ", "battu*", "en dés", "en rondelles",
	"en morceaux", "en tranches", "en cubes", "picad*", "rallad*", "pelad*",
	"cortad*", "trocead*", "machacad*", "derretid*", "batid*", "finamente ",
	"en dados", "en rodajas", "en trozos", "en cubos", "en tiras",
	"en juliana", "tritat*", "grattugiat*", "affettat*", "tagliat*",
	"schiacciat*", "sminuzzat*", "a fette", "a dadini", "a cubetti",
	"ralad*", "amassad*", "em cubos", "em rodelas", "em fatias", "em tiras",
	"gesnipperd*", "fijngesneden", "fijngehakt*", "geraspt*", "gesneden",
	"geperst*", "hackad*", "finhackad*", "riven", "rivet", "skivad*",
	"tärnad*", "skalad*", "pressad*", "strimlad*", "hakket", "finthakket",
	"revet", "posiekan*", "pokrojon*", "starty", "starta", "нарезан*",
	"измельч*", "натерт*", "тертый", "тертая", NULL };

static const char *const optional[] = { "optional*", "facultati*", "opcional*",
	"opzional*", "facoltativ*", "optioneel", "valgfri*", "valfri*",
	"if desired", "if you like", "if you wish", "nach belieben",
	"wahlweise", "wer mag", "au choix", "si vous voulez", "si quieres",
	"se volete", "indien gewenst", "om man vill", "opcjonaln*", "volitel*",
	"elhagyható", "opțional*", "isteğe bağlı", "arzuya göre", "προαιρετικ*",
	"по желанию", "за бажанням", "halutessa*", "opsional", "tùy chọn",
	"اختياري*", "אופציונלי", "לא חובה", "वैकल्पिक", "任意", "可选", "可選",
	"お好みで", "선택", NULL };

static const char *const *const tables[WORDING_MAX] = {
	[WORDING_ABOUT] = about,
	[WORDING_SOME] = some,
	[WORDING_SIZE] = size,
	[WORDING_EACH] = each,
	[WORDING_OF] = of,
	[WORDING_FROM] = from,
	[WORDING_HALF] = half,
	[WORDING_PLUS] = plus,
	[WORDING_OR] = or_words,
	[WORDING_MORE] = more,
	[WORDING_TO_TASTE] = to_taste,
	[WORDING_FOR] = for_what,
	[WORDING_PREPARED] = prepared,
	[WORDING_OPTIONAL] = optional,
};

/* Does a word end between these? */
static int is_end(const char *s, size_t len, size_t at)
{
	int32_t last, next;
	size_t back = at;

	if (at >= len || s[at - 1] == ' ')
		return 1;
	while (back > 0 && (s[--back] & 0xC0) == 0x80)
		;
	(void)text_next(s + back, len - back, &last);
	(void)text_next(s + at, len - at, &next);
	return !text_is_letter(last) || text_is_unspaced(last) ||
	       !text_is_letter(next);
}

static size_t rest_of_word(const char *s, size_t len, size_t at)
{
	int32_t cp;
	size_t n;

	while ((n = text_next(s + at, len - at, &cp)) && text_is_letter(cp))
		at += n;
	return at < len && s[at] == ' ' ? at + 1 : at;
}

static int begins(const char *s, size_t len, const char *entry, size_t n)
{
	size_t i;

	if (len < n)
		return 0;
	for (i = 0; i < n; i++)
		if (ascii_lower(s[i]) != ascii_lower(entry[i]))
			return 0;
	return 1;
}

size_t wording(enum wording kind, const char *s, size_t len)
{
	const char *const *at;
	size_t best = 0, n;

	if (!len)
		return 0;
	for (at = tables[kind]; *at; at++) {
		int stem;

		if (ascii_lower(**at) != ascii_lower(*s)) /* most of them */
			continue;
		n = strlen(*at);
		stem = (*at)[n - 1] == '*';
		n -= (size_t)stem;
		if (!begins(s, len, *at, n))
			continue;
		if (stem)
			n = rest_of_word(s, len, n);
		else if (!is_end(s, len, n))
			continue;
		if (n > best)
			best = n;
	}
	return best;
}
