/* The pages: what they show, what they give back, what they never let in. */
#include "web.h"

#include "web/view.h"

#include <libxml/HTMLparser.h>

/* ---- the shape of a page ---- */

static void silence(void *ctx, const char *fmt, ...)
{
	(void)ctx;
	(void)fmt;
}

static void add_shape(xmlNode *node, struct sbuf *out)
{
	xmlNode *n;
	xmlAttr *at;

	for (n = node; n; n = n->next) {
		if (n->type == XML_COMMENT_NODE)
			sbuf_addstr(out, "<!-- -->");
		if (n->type != XML_ELEMENT_NODE)
			continue;
		sbuf_addf(out, "<%s", (const char *)n->name);
		for (at = n->properties; at; at = at->next)
			sbuf_addf(out, " %s", (const char *)at->name);
		sbuf_addch(out, '>');
		add_shape(n->children, out);
		sbuf_addch(out, '/');
	}
}

/* Elements and attributes of the page, without their text. The caller frees. */
static char *shape(const struct answer *a)
{
	struct sbuf out = SBUF_INIT(1 << 20);
	htmlDocPtr doc;
	char *s;

	xmlSetGenericErrorFunc(NULL, silence);
	doc = htmlReadMemory(a->body, (int)a->len, NULL, "UTF-8",
		HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
	assert_non_null(doc);
	add_shape(xmlDocGetRootElement(doc), &out);
	xmlFreeDoc(doc);
	s = xstrndup(out.buf, out.len);
	sbuf_release(&out);
	return s;
}

static void check_links(xmlNode *node)
{
	static const char *const ok[] = { "/", "#", "http://", "https://" };
	static const char *const names[] = { "href", "src", "action" };
	xmlNode *n;
	size_t i, k;

	for (n = node; n; n = n->next) {
		if (n->type != XML_ELEMENT_NODE)
			continue;
		for (i = 0; i < ARRAY_LEN(names); i++) {
			xmlChar *v = xmlGetProp(n, BAD_CAST names[i]);

			for (k = 0; v && k < ARRAY_LEN(ok); k++)
				if (strncmp((char *)v, ok[k], strlen(ok[k])) ==
					0)
					break;
			if (v && k == ARRAY_LEN(ok))
				fail_msg("<%s %s=\"%s\">", (char *)n->name,
					names[i], (char *)v);
			xmlFree(v);
		}
		check_links(n->children);
	}
}

/* No link of the page runs anything. */
static void assert_links_harmless(const struct answer *a)
{
	htmlDocPtr doc = htmlReadMemory(a->body, (int)a->len, NULL, "UTF-8",
		HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);

	assert_non_null(doc);
	check_links(xmlDocGetRootElement(doc));
	xmlFreeDoc(doc);
}

/* ---- what strangers wrote ---- */

static const char *const payloads[] = {
	"<script>alert(1)</script>",
	"\"><script>alert(1)</script>",
	"'><img src=x onerror=alert(1)>",
	"<img src=x onerror=alert(1)>",
	"</title><script>alert(1)</script>",
	"</textarea><script>alert(1)</script>",
	"</style><svg onload=alert(1)>",
	"<!-- --><!--",
	"--><b>",
	"]]><b>",
	"\" onmouseover=\"alert(1)",
	"' onmouseover='alert(1)",
	"x onfocus=alert(1) autofocus",
	"`onclick=alert(1)`",
	"javascript:alert(1)",
	"JaVaScRiPt:alert(1)",
	" javascript:alert(1)",
	"java\tscript:alert(1)",
	"\x01javascript:alert(1)",
	"data:text/html,<script>alert(1)</script>",
	"vbscript:msgbox(1)",
	"//evil.example/x",
	"https://ok.example/\"><script>alert(1)</script>",
	"https://ok.example/' onclick='alert(1)",
	"{{{name}}}",
	"{{#wines}}{{name}}{{/wines}}",
	"&lt;script&gt;alert(1)&lt;/script&gt;",
	"&#60;script&#62;alert(1)&#60;/script&#62;",
	"<iframe srcdoc=\"<script>alert(1)</script>\">",
	"<base href=https://evil.example/>",
	"<meta http-equiv=refresh content=0;url=https://evil.example/>",
	"<form action=https://evil.example><input name=x>",
	"<a href=\"javascript:alert(1)\">x</a>",
	"\xf0\x9f\x8d\xb7 \xe2\x80\xae <b>\xc2\xa0",
};

static int save_as_menu;

/* What a menu has besides, of the document of one dish. */
static void add_menu(json_object *o, const char *s)
{
	static const char *const keys[] = { "recipe", "summary", "profile",
		"suggestions", "avoid", "unrecognised" };
	json_object *menu = json_object_new_array(), *dishes, *d;
	size_t i, k;

	for (i = 0; i < 2; i++) {
		d = json_object_new_object();
		for (k = 0; k < ARRAY_LEN(keys); k++)
			json_object_object_add(d, keys[k],
				json_object_get(
					json_object_object_get(o, keys[k])));
		json_object_array_add(menu, d);
	}
	json_object_object_add(o, "menu", menu);
	dishes = json_object_new_array();
	d = json_object_new_object();
	json_put_str(d, "name", s);
	json_put_int(d, "score", 50);
	json_put_str(d, "text", s);
	json_object_array_add(dishes, d);
	json_object_object_add(
		json_object_array_get_idx(json_arr(o, "suggestions"), 0),
		"dishes", dishes);
}

/* A stored pairing in which every string that comes from outside is `s`. */
static void save_with(const char *s, const char *url, char id[ID_LEN + 1])
{
	static unsigned count;
	struct pairing_new p = {
		.recipe_name = s, .recipe_json = "{}", .url = NULL
	};
	json_object *o = json_object_new_object(), *r, *list, *w, *v;
	struct sbuf body = SBUF_INIT(1 << 20);
	struct pairing_row row;
	struct err e = ERR_INIT;

	r = json_object_new_object();
	json_put_str(r, "name", s);
	json_put_str(r, "url", url);
	json_put_str(r, "author", s);
	json_put_str(r, "language", s);
	json_put_str(r, "yield", s);
	list = json_object_new_array();
	json_object_array_add(list, json_object_new_string(s));
	json_object_object_add(r, "ingredients", list);
	json_object_object_add(r, "instructions", json_object_get(list));
	json_object_object_add(o, "recipe", r);
	json_put_str(o, "summary", s);
	v = json_object_new_object();
	json_put_str(v, "protein", s);
	json_put_str(v, "cuisine", s);
	json_object_object_add(v, "technique", json_object_get(list));
	json_object_object_add(o, "profile", v);
	json_object_object_add(o, "unrecognised", json_object_get(list));
	w = json_object_new_object();
	json_put_str(w, "style_id", s);
	json_put_str(w, "style", s);
	json_put_str(w, "region", s);
	json_put_str(w, "color", s);
	json_put_str(w, "description", s);
	json_put_str(w, "pairing_note", s);
	json_put_str(w, "glass", s);
	json_put_str(w, "role", s);
	json_object_object_add(w, "alternatives", json_object_get(list));
	v = json_object_new_object();
	json_put_str(v, "rule", s);
	json_put_str(v, "text", s);
	list = json_object_new_array();
	json_object_array_add(list, v);
	json_object_object_add(w, "reasons", list);
	json_object_object_add(w, "structure", json_object_new_object());
	list = json_object_new_array();
	json_object_array_add(list, w);
	json_object_object_add(o, "suggestions", list);
	v = json_object_new_object();
	json_put_str(v, "style", s);
	json_put_str(v, "why", s);
	list = json_object_new_array();
	json_object_array_add(list, v);
	json_object_object_add(o, "avoid", list);
	v = json_object_new_object();
	json_put_str(v, "provider", s);
	json_put_str(v, "version", s);
	json_object_object_add(o, "engine", v);
	if (save_as_menu)
		add_menu(o, s);
	json_write(o, &body);
	json_object_put(o);

	count++;
	memcpy(p.key.recipe, &count, sizeof(count));
	p.key.preferences = "{}";
	p.key.engine = "unit";
	p.body = body.buf;
	p.body_len = body.len;
	if (store_pairing_save(site.store, &p, NULL, &site.mem, &row, &e))
		fail_msg("%s", e.msg);
	(void)snprintf(id, ID_LEN + 1, "%s", row.id);
	sbuf_release(&body);
}

static struct answer page_of(const char *s, const char *url)
{
	char id[ID_LEN + 1], where[64];
	struct answer a;

	save_with(s, url, id);
	(void)snprintf(where, sizeof(where), "/pairings/%s", id);
	a = get(where);
	assert_int_equal(a.status, 200);
	return a;
}

/* Whatever a recipe says, the page has the shape of the harmless page. */
static void keeps_its_shape(void)
{
	struct answer a = page_of("Beef stew", "https://ok.example/");
	char *harmless = shape(&a);
	size_t i;

	assert_non_null(strstr(harmless, "<meter"));
	if (save_as_menu)
		assert_contains(a, "Or one each");
	for (i = 0; i < ARRAY_LEN(payloads); i++) {
		char *s;

		a = page_of(payloads[i], "https://ok.example/");
		s = shape(&a);
		if (strcmp(s, harmless) != 0)
			fail_msg("%s changes the page:\n%s\n%s", payloads[i], s,
				harmless);
		assert_links_harmless(&a);
		free(s);
	}
	free(harmless);
}

static void test_result_keeps_its_shape(void **state)
{
	(void)state;
	keeps_its_shape();
	save_as_menu = 1;
	keeps_its_shape();
	save_as_menu = 0;
}

/* Where a recipe says it is from is a link only if it is http or https. */
static void test_source_link(void **state)
{
	static const struct {
		const char *url, *shown;
	} rows[] = {
		{ "https://www.ok.example/stew?a=1", ">ok.example</a>" },
		{ "http://user:secret@ok.example:8080/",
			">ok.example:8080</a>" },
		{ "https://ok.example@evil.example/", ">evil.example</a>" },
		{ "javascript:alert(1)", NULL },
		{ "https:", NULL },
		{ "//evil.example/", NULL },
		{ "/wines", NULL },
		{ "", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct answer a = page_of("Beef stew", rows[i].url);

		if (rows[i].shown) {
			assert_contains(a, rows[i].shown);
			assert_contains(a, "rel=\"noopener noreferrer");
		} else {
			assert_lacks(a, "class=\"source\"");
		}
	}
	for (i = 0; i < ARRAY_LEN(payloads); i++) {
		struct answer a = page_of("Beef stew", payloads[i]);

		assert_links_harmless(&a);
		assert_lacks(a, "<script>");
	}
}

/* The box gives back exactly what was typed, and nothing of it is markup. */
static void test_form_keeps_its_shape(void **state)
{
	struct answer a = post_form("/pairings", "count=77&recipe=hello");
	char *harmless = shape(&a);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(payloads); i++) {
		struct sbuf form = SBUF_INIT(4096);
		char *s;

		sbuf_addstr(&form, "count=77&recipe=zz+");
		percent_encode(payloads[i], strlen(payloads[i]), "", &form);
		a = post_form("/pairings", form.buf);
		sbuf_release(&form);
		if (a.status != 422)
			fail_msg("%s: %d", payloads[i], a.status);
		s = shape(&a);
		assert_string_equal(s, harmless);
		free(s);
	}
	free(harmless);
}

/* What another page may send to be looked at, in every place of that page. */
static struct answer preview_of(const char *s)
{
	struct sbuf form = SBUF_INIT(8192), text = SBUF_INIT(4096);
	struct sbuf url = SBUF_INIT(4096);
	struct answer a;

	sbuf_addstr(&url, "https://ok.example/?");
	percent_encode(s, strlen(s), "'", &url);
	sbuf_addf(&text,
		"zz %s\n\nYield: 4 %s\n\nIngredients\n1 whole chicken\n"
		"2 lemons %s\n3 xyzzy\n\nMethod\nRoast %s for an hour.\n",
		s, s, s, s);
	sbuf_addstr(&form, "url=");
	percent_encode(url.buf, url.len, "", &form);
	sbuf_addstr(&form, "&title=");
	percent_encode(s, strlen(s), "", &form);
	sbuf_addstr(&form, "&text=");
	percent_encode(text.buf, text.len, "", &form);
	a = post_form("/import", form.buf);
	sbuf_release(&url);
	sbuf_release(&text);
	sbuf_release(&form);
	return a;
}

static void test_preview_keeps_its_shape(void **state)
{
	struct answer a = preview_of("plugh");
	char *harmless = shape(&a);
	size_t i;

	(void)state;
	assert_contains(a, "Is this your recipe?");
	for (i = 0; i < ARRAY_LEN(payloads); i++) {
		char *s;

		a = preview_of(payloads[i]);
		assert_int_equal(a.status, 200);
		s = shape(&a);
		if (strcmp(s, harmless) != 0)
			fail_msg("%s changes the page:\n%s\n%s", payloads[i], s,
				harmless);
		assert_links_harmless(&a);
		free(s);
	}
	free(harmless);
}

static void test_recent_keeps_its_shape(void **state)
{
	struct answer a;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(payloads); i++) {
		char id[ID_LEN + 1];

		save_with(payloads[i], NULL, id);
		a = get("/recent");
		assert_int_equal(a.status, 200);
		assert_contains(a, id);
		assert_lacks(a, "<script>alert");
		assert_lacks(a, "<img");
		a = get("/");
		assert_contains(a, id);
		assert_lacks(a, "<script>alert");
		assert_lacks(a, "<img");
	}
}

/* ---- the main job ---- */

static void test_text_to_page(void **state)
{
	struct answer a = post_form("/pairings", "recipe=" SITE_RECIPE_FORM);
	char where[64];

	(void)state;
	assert_int_equal(a.status, 303);
	(void)snprintf(where, sizeof(where), "%s", header(&a, "Location"));
	assert_int_equal(strncmp(where, "/pairings/", 10), 0);
	assert_true(id_valid(where + 10, strlen(where + 10)));
	a = get(where);
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(header(&a, "Content-Type"), "text/html"));
	assert_true(*header(&a, "ETag"));
	assert_contains(a, "<title>Wines for Lemon roast chicken");
	assert_contains(a, "Best match");
	assert_contains(a, "No. 5");
	assert_contains(a, "<meter");
	assert_contains(a, "4 cloves garlic");
	assert_contains(a, "Roast the chicken for an hour.");
	assert_contains(a, "href=\"/static/0123456789abcdef/css/main.css\"");
	assert_contains(a, "/api/v1/pairings/");
	assert_lacks(a, "http-equiv");
}

/* ---- menus ---- */

static struct answer add_dish(const char *id, const char *rest)
{
	struct sbuf form = SBUF_INIT(HTTP_BODY_MAX);
	struct answer a;

	sbuf_addf(&form, "with=%s&%s", id, rest);
	a = post_form("/pairings", form.buf);
	sbuf_release(&form);
	return a;
}

static void paired(const char *form, char where[64])
{
	struct answer a = post_form("/pairings", form);

	assert_int_equal(a.status, 303);
	(void)snprintf(where, 64, "%s", header(&a, "Location"));
}

/* The dish that is added leads to a page for both, with the same wishes. */
static void test_a_dish_is_added(void **state)
{
	char where[64], menu[64], hidden[100];
	struct answer a;

	(void)state;
	paired("recipe=" SITE_RECIPE_FORM
	       "&count=2&colors=red&colors=white&without=Malbec,+Syrah",
		where);
	a = get(where);
	assert_contains(a, "Something else on the table?");
	(void)snprintf(hidden, sizeof(hidden),
		"<input type=\"hidden\" name=\"with\" value=\"%s\">",
		where + strlen("/pairings/"));
	assert_contains(a, hidden);
	assert_contains(a, "name=\"count\" value=\"2\"");
	assert_contains(a, "name=\"colors\" value=\"red\"");
	assert_contains(a, "name=\"colors\" value=\"white\"");
	assert_contains(a, "name=\"without\" value=\"malbec, syrah\"");
	assert_lacks(a, "name=\"max_price\"");
	assert_lacks(a, "name=\"alcohol\"");
	assert_lacks(a, "Or one each");

	a = add_dish(where + strlen("/pairings/"),
		"recipe=Oysters&count=2&colors=red&colors=white&"
		"without=malbec,+syrah");
	assert_int_equal(a.status, 303);
	(void)snprintf(menu, sizeof(menu), "%s", header(&a, "Location"));
	assert_string_not_equal(menu, where);
	a = get(menu);
	assert_int_equal(a.status, 200);
	assert_contains(
		a, "<title>Wines for Lemon roast chicken, then Oysters");
	assert_contains(a, "One bottle for all");
	assert_contains(a, "No. 2");
	assert_lacks(a, "No. 3");
	assert_contains(a, "<b dir=\"auto\">Oysters:</b> ");
	assert_contains(a, "Or one each");
	assert_contains(a, "id=\"dish-2\" dir=\"auto\">Oysters</h3>");
	assert_contains(a, ">Lemon roast chicken, as it was read</h2>");
	assert_contains(a, ">Oysters, as it was read</h2>");
	assert_contains(a, "4 cloves garlic");
	assert_lacks(a, "How the dish tastes");
	assert_lacks(a, "class=\"chips\"");
	assert_contains(a, "one bottle for all, and one each");
	assert_true(*header(&a, "ETag"));
	a = get("/recent");
	assert_contains(a, "Lemon roast chicken, then Oysters");
}

static void test_six_dishes_fill_the_table(void **state)
{
	static const char *const more[] = { "Oysters", "Sushi", "Tempura",
		"Tiramisu", "Beef+stew" };
	char where[64], form[64];
	struct answer a;
	size_t i;

	(void)state;
	paired("recipe=Coq+au+vin", where);
	for (i = 0; i < ARRAY_LEN(more); i++) {
		a = get(where);
		assert_contains(a, "Something else on the table?");
		(void)snprintf(form, sizeof(form), "recipe=%s", more[i]);
		a = add_dish(where + strlen("/pairings/"), form);
		assert_int_equal(a.status, 303);
		(void)snprintf(
			where, sizeof(where), "%s", header(&a, "Location"));
	}
	a = get(where);
	assert_contains(a, "then Beef stew");
	assert_contains(a, "id=\"dish-6\"");
	assert_lacks(a, "Something else on the table?");
	a = add_dish(where + strlen("/pairings/"), "recipe=Oysters");
	assert_int_equal(a.status, 422);
	assert_contains(a, err_title(REASON_MENU_SIZE));
}

/* What cannot be added comes back, with what it was to stand beside. */
static void test_a_dish_that_cannot_be_added(void **state)
{
	static const char together[] = "Together with <b dir=\"auto\">";
	char where[64], id[64];
	struct answer a;

	(void)state;
	paired("recipe=" SITE_RECIPE_FORM, where);
	(void)snprintf(id, sizeof(id), "%s", where + strlen("/pairings/"));
	a = add_dish(id, "recipe=https%3A%2F%2Fmenu.example%2Fstew&count=3");
	assert_int_equal(a.status, 422);
	assert_contains(a, err_title(REASON_LINK_IN_MENU));
	assert_contains(a, "Untick the box below");
	assert_contains(a, "https://menu.example/stew</textarea>");
	assert_contains(a, together);
	assert_contains(a, "Lemon roast chicken</b>");
	assert_contains(a, "type=\"checkbox\" name=\"with\"");
	assert_contains(a, id);
	assert_contains(a, "name=\"count\" min=\"1\" max=\"10\" step=\"1\" "
			   "value=\"3\"");
	/* a link among words is one, too */
	a = add_dish(id, "recipe=look+at+https%3A%2F%2Fmenu.example%2Fstew");
	assert_contains(a, err_title(REASON_LINK_IN_MENU));
	assert_contains(a, "look at https://menu.example/stew</textarea>");
	a = add_dish(id, "recipe=We+went+to+town.");
	assert_int_equal(a.status, 422);
	assert_contains(a, err_title(REASON_NOT_A_RECIPE));
	assert_contains(a, "We went to town.</textarea>");
	assert_contains(a, together);
	a = add_dish(id, "recipe=");
	assert_int_equal(a.status, 422);
	assert_contains(a, err_title(REASON_EMPTY));
	assert_contains(a, together);
	a = add_dish("aaaaaaaaaaaaaaaaaaaaaaaaaa", "recipe=Oysters");
	assert_int_equal(a.status, 422);
	assert_contains(a, err_title(REASON_NO_PAIRING));
	assert_contains(a, "Oysters</textarea>");
	assert_lacks(a, together);
	/* a box and a file are still one too many */
	a = add_dish(id, "recipe=Oysters&text=Sushi");
	assert_int_equal(a.status, 422);
	assert_contains(a, "exactly one");
}

/* Only our own pages add dishes. */
static void test_another_site_adds_nothing(void **state)
{
	static const char *const from[] = { "HTTP_SEC_FETCH_SITE=cross-site",
		NULL };
	static const char form[] = "with=a&recipe=Oysters";
	struct answer a = ask_site("POST", "/pairings",
		"application/x-www-form-urlencoded", from, form,
		sizeof(form) - 1);

	(void)state;
	assert_int_equal(a.status, 403);
}

/* A long name is cut between its letters. */
static void test_a_long_title(void **state)
{
	struct sbuf name = SBUF_INIT(4096);
	struct answer a;
	size_t i;

	(void)state;
	for (i = 0; i < 150; i++)
		sbuf_addstr(&name, i ? "\u00e4" : "x");
	a = page_of(name.buf, NULL);
	sbuf_release(&name);
	assert_true(text_valid(a.body, a.len));
	assert_contains(a, "\u00e4 \u00b7 Winepair</title>");
}

/* Numbers are said as people say them. */
static void test_words(void **state)
{
	struct answer a = post_form(
		"/pairings", "recipe=" SITE_RECIPE_FORM "&colors=red&count=1");
	char where[64], percent[32];
	const struct wine *w;
	const char *id;

	(void)state;
	(void)snprintf(where, sizeof(where), "%s", header(&a, "Location"));
	a = get(where);
	id = strstr(a.body, "<h3");
	assert_non_null(id);
	id = strstr(id, "/wines/");
	assert_non_null(id);
	id += strlen("/wines/");
	w = knowledge_wine(site.knowledge,
		arena_strndup(&site.mem, id, strcspn(id, "\"")));
	assert_non_null(w);
	assert_int_equal(w->color, COLOR_RED);
	(void)snprintf(
		percent, sizeof(percent), "<small>%g %%</small>", w->abv);
	assert_contains(a, percent);
	assert_contains(a, view_date(&site.mem, clock_wall_ms()));
	assert_string_equal(view_word(SCALE_SWEETNESS, 6), "medium sweet");
	assert_string_equal(view_word(SCALE_TASTE, 10), "extreme");
	assert_string_equal(view_word(SCALE_TANNIN, 0), "none");
	assert_string_equal(
		view_day(&site.mem, "2026-02-03T04:05:06Z"), "3 February 2026");
	assert_string_equal(view_day(&site.mem, "2026-13-03T04:05:06Z"), "");
	assert_string_equal(view_day(&site.mem, "2026"), "");
	assert_string_equal(view_ago(&site.mem, 0, 59999), "just now");
	assert_string_equal(view_ago(&site.mem, 5000, 0), "just now");
	assert_string_equal(view_ago(&site.mem, 0, 60000), "1 minute ago");
	assert_string_equal(view_ago(&site.mem, 0, 7200000), "2 hours ago");
	assert_string_equal(view_ago(&site.mem, 0, 86400000), "1 January 1970");
}

static void test_file(void **state)
{
	/* latin-1, as an old page may be saved */
	static const char body[] =
		"--b\r\nContent-Disposition: form-data; name=\"recipe\"\r\n"
		"\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; "
		"filename=\"p.html\"\r\n\r\n<html><head><meta charset="
		"\"iso-8859-1\"><script type=\"application/ld+json\">"
		"{\"@type\":\"Recipe\",\"name\":\"Cr\xe8me brul\xe9"
		"e\",\"recipeIngredient\":[\"500 ml cream\",\"6 egg yolks\","
		"\"100 g sugar\"]}</script></head></html>\r\n--b--\r\n";
	struct answer a = ask_site("POST", "/pairings",
		"multipart/form-data; boundary=b", NULL, body,
		sizeof(body) - 1);
	char where[64];

	(void)state;
	assert_int_equal(a.status, 303);
	(void)snprintf(where, sizeof(where), "%s", header(&a, "Location"));
	a = get(where);
	assert_contains(a, "Cr\xc3\xa8me brul\xc3\xa9"
			   "e");
}

static void test_box_takes_a_link(void **state)
{
	int woken = site.woken;
	struct answer a = post_form(
		"/pairings", "recipe=+https%3A%2F%2Fbox.example%2Fstew%0A");

	(void)state;
	assert_int_equal(a.status, 303);
	assert_int_equal(site.woken, woken + 1);
}

/* Or one among words; the page says so. */
static void test_box_finds_a_link(void **state)
{
	struct answer a = post_form("/pairings",
		"recipe=have+a+look+at+https%3A%2F%"
		"2Fwords.example%2Fstew+nice");
	char where[64];

	(void)state;
	assert_int_equal(a.status, 303);
	(void)snprintf(where, sizeof(where), "%s", header(&a, "Location"));
	assert_non_null(strstr(where, "?link=found"));
	a = get(where);
	assert_int_equal(a.status, 200);
	assert_contains(a, "There was a link in what you pasted");
	assert_contains(a, "words.example");
	assert_contains(a, "?link=found\">Look again");
	*strchr(where, '?') = '\0';
	a = get(where);
	assert_lacks(a, "There was a link in what you pasted");
	/* a recipe stays one, whatever it links to */
	a = post_form("/pairings",
		"recipe=" SITE_RECIPE_FORM "https%3A%2F%2Fwords.example%2Fx");
	assert_int_equal(a.status, 303);
	(void)snprintf(where, sizeof(where), "%s", header(&a, "Location"));
	assert_null(strchr(where, '?'));
	a = get(where);
	assert_contains(a, "Lemon roast chicken");
}

/* A chosen file that is no page is named for what it is. */
static void test_file_of_another_kind(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *said;
	} rows[] = {
		{ "%PDF-1.4\n\xe2\xe3\xcf\xd3", 13, "This is a PDF file" },
		{ "\x89PNG\r\n\x1a\n\0\0", 10, "This is an image" },
		{ "\xff\xd8\xff\xe0\0\x10JFIF", 10, "This is an image" },
		{ "\0\0\0\x18"
		  "ftypheic",
			12, "This is an image" },
		{ "PK\3\4\x14\0\6\0", 8, "This is a zip file" },
		{ "\x1f\x8b\x08\0\0", 5, "This is a compressed file" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct sbuf body = SBUF_INIT(4096);
		struct answer a;

		sbuf_addstr(&body,
			"--b\r\nContent-Disposition: form-data; name=\"file\"; "
			"filename=\"x\"\r\n\r\n");
		sbuf_add(&body, rows[i].bytes, rows[i].len);
		sbuf_addstr(&body, "\r\n--b--\r\n");
		a = ask_site("POST", "/pairings",
			"multipart/form-data; boundary=b", NULL, body.buf,
			body.len);
		sbuf_release(&body);
		assert_int_equal(a.status, 422);
		assert_contains(a, rows[i].said);
	}
	/* pasted, the browser has put U+FFFD for what is no text */
	assert_contains(post_form("/pairings",
				"recipe=%EF%BF%BDPNG%0D%0A%1A%0A%EF%BF%BD"),
		"This is an image");
}

/* Everything typed comes back, and the sentence of what is wrong with it. */
static void test_nothing_typed_is_lost(void **state)
{
	struct answer a = post_form("/pairings",
		"recipe=Dear+aunt%2C%0Ait+rains+%26+rains.&colors=red&colors="
		"sweet&max_price=2&alcohol=low&count=7&sweetness=dry&"
		"without=Malbec");

	(void)state;
	assert_int_equal(a.status, 422);
	assert_non_null(strstr(header(&a, "Content-Type"), "text/html"));
	assert_contains(a, err_title(REASON_NOT_A_RECIPE));
	assert_contains(a, "role=\"alert\"");
	assert_contains(a, "Dear aunt,\nit rains &amp; rains.</textarea>");
	assert_contains(a, "value=\"red\" checked");
	assert_contains(a, "value=\"sweet\" checked");
	assert_lacks(a, "value=\"white\" checked");
	assert_contains(a, "value=\"2\" selected");
	assert_contains(a, "value=\"low\" selected");
	assert_contains(a, "value=\"dry\" selected");
	assert_contains(a, "value=\"Malbec\"");
	assert_contains(a, "value=\"7\"");
	assert_contains(a, "<details class=\"prefs\" open>");

	a = post_form("/pairings", "recipe=" SITE_RECIPE_FORM "&count=77");
	assert_int_equal(a.status, 422);
	assert_contains(a, "4 cloves garlic");
	assert_contains(a, "value=\"77\"");
	assert_contains(a, "count");

	a = post_form("/pairings",
		"recipe=" SITE_RECIPE_FORM "&without=Malbec,+plonk");
	assert_int_equal(a.status, 422);
	assert_contains(a, "4 cloves garlic");
	assert_contains(a, "no wine or grape is called &#39;plonk&#39;");

	a = post_form("/pairings", "recipe=");
	assert_int_equal(a.status, 422);
	assert_contains(a, err_title(REASON_EMPTY));

	a = post_form("/pairings", "recipe=http%3A%2F%2F192.168.1.1%2F");
	assert_int_equal(a.status, 422);
	assert_contains(a, "http://192.168.1.1/</textarea>");
}

/* Too much to send back is left out; the answer is the form all the same. */
static void test_too_large(void **state)
{
	struct sbuf form = SBUF_INIT(HTTP_BODY_MAX);
	struct answer a;
	size_t i;

	(void)state;
	sbuf_addstr(&form, "recipe=");
	for (i = 0; i < RECIPE_TEXT_MAX + 1; i++)
		sbuf_addch(&form, 'x');
	a = post_form("/pairings", form.buf);
	assert_int_equal(a.status, 413);
	assert_contains(a, "256 KiB");
	assert_contains(a, "xxxxxxxx</textarea>");
	sbuf_truncate(&form, 7);
	sbuf_addstr(&form, "%3Chtml%3E");
	for (i = 0; i < 3500000; i++)
		sbuf_addch(&form, '<');
	a = post_form("/pairings", form.buf);
	assert_int_equal(a.status, 413);
	assert_contains(a, "3 MiB");
	assert_contains(a, "<textarea");
	sbuf_release(&form);
}

/* ---- a job's page ---- */

static void test_progress_and_failure(void **state)
{
	static const struct {
		enum job_stage stage;
		const char *said;
	} stages[] = {
		{ STAGE_FETCHING, "Fetching the page." },
		{ STAGE_READING, "Reading the recipe." },
		{ STAGE_PAIRING, "Pairing the wines." },
	};
	char where[64];
	struct err e = ERR_INIT;
	struct answer a;
	struct job j;
	size_t i;

	(void)state;
	while (store_job_claim(site.store, "unit", &site.mem, &j, &e) == 0)
		assert_int_equal(store_job_fail(site.store, &j,
					 REASON_UNREACHABLE, 0, &e),
			0); /* what other tests left */
	a = post_form("/pairings",
		"recipe=https%3A%2F%2Fwww.slow.example%2Fstew%3Fa%3D1%26b%3D2");
	assert_int_equal(a.status, 303);
	(void)snprintf(where, sizeof(where), "%s", header(&a, "Location"));
	a = get(where);
	assert_int_equal(a.status, 200);
	assert_contains(a, "http-equiv=\"refresh\"");
	assert_contains(a, "Waiting for its turn.");
	assert_contains(a, ">slow.example</a>");
	assert_contains(a, "role=\"status\"");
	assert_string_equal(header(&a, "Cache-Control"), "private, no-cache");
	assert_int_equal(
		store_job_claim(site.store, "unit", &site.mem, &j, &e), 0);
	for (i = 0; i < ARRAY_LEN(stages); i++) {
		assert_int_equal(
			store_job_stage(site.store, &j, stages[i].stage, &e),
			0);
		a = get(where);
		assert_contains(a, stages[i].said);
		assert_contains(a, "aria-current=\"step\"");
		assert_contains(a, where);
	}
	assert_int_equal(
		store_job_fail(site.store, &j, REASON_FETCH_STATUS, 0, &e), 0);
	a = get(where);
	assert_int_equal(a.status, 200);
	assert_contains(a, err_title(REASON_FETCH_STATUS));
	assert_contains(a, "<textarea");
	assert_contains(a, "Try the link again");
	assert_contains(a, "href=\"/import\"");
	assert_contains(
		a, "value=\"https://www.slow.example/stew?a=1&amp;b=2\"");
	assert_lacks(a, "http-equiv");
}

/* ---- wines, home ---- */

static void test_every_wine_has_its_page(void **state)
{
	size_t n, i;
	const struct wine *wines = knowledge_wines(site.knowledge, &n);
	struct answer a;
	char text[200];

	(void)state;
	for (i = 0; i < n; i++) {
		(void)snprintf(text, sizeof(text), "/wines/%s", wines[i].id);
		a = get(text);
		if (a.status != 200)
			fail_msg("%s: %d", text, a.status);
		assert_contains(a, "<meter");
		assert_contains(a, "<h2 id=\"dishes\">");
		(void)snprintf(text, sizeof(text), "<a href=\"/wines/%s\">",
			wines[i].id);
		a = get("/wines");
		assert_contains(a, text);
	}
}

static void test_a_wine_as_it_looks(void **state)
{
	static const struct {
		const char *path, *swatch;
	} cases[] = {
		{ "/wines/lambrusco", "swatch color-red\"" },
		{ "/wines/champagne-rose", "swatch color-rose\"" },
		{ "/wines/cava", "swatch color-sparkling\"" },
		{ "/wines/sauternes", "swatch color-sweet\"" },
	};
	struct answer a;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		a = get(cases[i].path);
		assert_contains(a, cases[i].swatch);
	}
	a = get("/wines/barolo");
	assert_contains(a, "<dt>Decant</dt><dd>120 minutes before</dd>");
	a = get("/wines/lambrusco");
	assert_lacks(a, "Decant");
}

static void test_what_a_wine_goes_with(void **state)
{
	struct answer a = get("/wines/pauillac");
	struct suited s;
	const char *at;
	char text[400];
	size_t i, seen;

	(void)state;
	reverse_ask(site.reverse, knowledge_wine(site.knowledge, "pauillac"),
		&site.mem, &s);
	assert_true(s.n_dishes >= 3 && s.n_kinds && s.n_avoid);
	assert_contains(a, "What to cook with it");
	for (i = 0; i < s.n_dishes; i++) {
		/* its name asks for it; it stands nowhere else */
		(void)snprintf(text, sizeof(text),
			"name=\"recipe\" value=\"%s\"", s.dishes[i].name);
		assert_contains(a, text);
		at = a.body;
		for (seen = 0; (at = strstr(at, text)); seen++)
			at += strlen(text);
		assert_int_equal(seen, 1);
		(void)snprintf(
			text, sizeof(text), "<b>%d</b>", s.dishes[i].score);
		assert_contains(a, text);
		(void)snprintf(
			text, sizeof(text), "<p>%s.</p>", s.dishes[i].reason);
		assert_contains(a, text);
	}
	for (i = 0; i < s.n_kinds; i++) /* the first letter is a capital */
		assert_contains(a, s.kinds[i].name + 1);
	assert_contains(a, "Better not with");
	for (i = 0; i < s.n_avoid; i++)
		assert_contains(a, s.avoid[i].why);
	/* classics of it that are not among the best */
	assert_contains(a, "Also known with");
	assert_contains(a, "class=\"chip\">");
	a = get("/wines/na-sencha"); /* drinks are named by no known dish */
	assert_contains(a, "What to cook with it");
	assert_lacks(a, "Also known with");
}

static void test_families_begin_light(void **state)
{
	size_t n, i;
	struct answer a = get("/wines");
	const char *s = a.body;
	const struct wine *last = NULL, *w;

	(void)state;
	(void)knowledge_wines(site.knowledge, &n);
	for (i = 0; (s = strstr(s, "<a href=\"/wines/")); i++, last = w) {
		s += strlen("<a href=\"/wines/");
		w = knowledge_wine(site.knowledge,
			arena_strndup(&site.mem, s, strcspn(s, "\"")));
		assert_non_null(w);
		if (last && last->family_row == w->family_row)
			assert_true(last->body <= w->body);
	}
	assert_int_equal(i, n);
}

/* The dishes that home offers are ones we can pair. */
static void test_examples_work(void **state)
{
	struct answer a = get("/");
	const char *s = a.body;
	char names[3][200];
	size_t n = 0, i;

	(void)state;
	while (n < 3 &&
		(s = strstr(s,
			 "<input type=\"hidden\" name=\"recipe\" value=\""))) {
		size_t len;

		s += strlen("<input type=\"hidden\" name=\"recipe\" value=\"");
		len = strcspn(s, "\"");
		assert_true(len > 0 && len < sizeof(names[0]));
		(void)snprintf(
			names[n++], sizeof(names[0]), "%.*s", (int)len, s);
	}
	assert_int_equal(n, 3);
	for (i = 0; i < n; i++) {
		struct sbuf form = SBUF_INIT(1024);

		if (strchr(names[i], '&'))
			continue; /* escaped; not ours to decode here */
		sbuf_addstr(&form, "recipe=");
		percent_encode(names[i], strlen(names[i]), "", &form);
		a = post_form("/pairings", form.buf);
		if (a.status != 303)
			fail_msg("%s: %d", names[i], a.status);
		sbuf_release(&form);
	}
}

static void test_recent_pages_on(void **state)
{
	char id[ID_LEN + 1], name[32], where[256];
	struct answer a;
	const char *s;
	int i;

	(void)state;
	for (i = 0; i < 31; i++) {
		(void)snprintf(name, sizeof(name), "Dish number %d", i);
		save_with(name, NULL, id);
	}
	a = get("/recent");
	assert_contains(a, "Dish number 30<");
	assert_contains(a, "Dish number 1<");
	assert_lacks(a, "Dish number 0<");
	s = strstr(a.body, "/recent?cursor=");
	assert_non_null(s);
	(void)snprintf(where, sizeof(where), "%.*s", (int)strcspn(s, "\""), s);
	a = get(where);
	assert_int_equal(a.status, 200);
	assert_contains(a, "Dish number 0<");
	assert_lacks(a, "Dish number 1<");
	a = get("/recent?cursor=nonsense%21");
	assert_int_equal(a.status, 400);
}

/* No page has script or style of its own; the policy would refuse it. */
static void test_pages_keep_the_policy(void **state)
{
	static const char *const paths[] = { "/", "/recent", "/wines",
		"/nothing" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(paths); i++) {
		struct answer a = get(paths[i]);
		char *s = shape(&a);

		assert_null(strstr(s, " style"));
		assert_null(strstr(s, "<style"));
		assert_null(strstr(s, " on"));
		assert_non_null(strstr(s, "<script src defer>/"));
		assert_lacks(a, "<script>");
		assert_lacks(a, "src=\"http");
		assert_contains(a, "<html lang=\"en\">");
		assert_contains(a, "</html>");
		free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_to_page),
		cmocka_unit_test(test_a_dish_is_added),
		cmocka_unit_test(test_six_dishes_fill_the_table),
		cmocka_unit_test(test_a_dish_that_cannot_be_added),
		cmocka_unit_test(test_another_site_adds_nothing),
		cmocka_unit_test(test_a_long_title),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_box_takes_a_link),
		cmocka_unit_test(test_box_finds_a_link),
		cmocka_unit_test(test_file_of_another_kind),
		cmocka_unit_test(test_nothing_typed_is_lost),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_progress_and_failure),
		cmocka_unit_test(test_every_wine_has_its_page),
		cmocka_unit_test(test_a_wine_as_it_looks),
		cmocka_unit_test(test_what_a_wine_goes_with),
		cmocka_unit_test(test_families_begin_light),
		cmocka_unit_test(test_examples_work),
		cmocka_unit_test(test_recent_pages_on),
		cmocka_unit_test(test_pages_keep_the_policy),
		cmocka_unit_test(test_result_keeps_its_shape),
		cmocka_unit_test(test_source_link),
		cmocka_unit_test(test_form_keeps_its_shape),
		cmocka_unit_test(test_preview_keeps_its_shape),
		cmocka_unit_test(test_recent_keeps_its_shape),
	};

	return cmocka_run_group_tests(tests, site_setup, site_teardown);
}
